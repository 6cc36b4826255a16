"""Events that a board typed in: one finding in any plausible spelling, or refused with a fix."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilium.outside import Context, known_to, read_table, table_doubts
from consilium.problems import InputError
from consilium.records import Event
from consilium.tables import read_rows, write_rows

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "design" / "board_events"
COLUMNS = ("kind", "gene", "partner", "hgvs_p", "hgvs_c", "genomic", "value", "unit")
COLUMNS += ("origin", "assessed")
LIMITS = {"amplified_copies": 6, "deleted_copies": 0.5}
BRAF = Event("SNV", "BRAF", hgvs_p="p.Val600Glu", origin="SOMATIC", sample="T")


@pytest.fixture(scope="module")
def context():
    return replace(known_to(ROOT / "resources" / "knowledge", LIMITS, "GRCh38"), sample="T")


@pytest.fixture
def read(tmp_path, context):
    """The events of one row, given by column."""

    def one(**cells: str) -> Event:
        cells = {"kind": "SNV", "origin": "SOMATIC", "assessed": "PRESENT"} | cells
        path = tmp_path / "events.tsv"
        row = "\t".join(cells.get(name, "") for name in COLUMNS)
        path.write_text("\t".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
        (event,) = read_table("events", path, context)
        return event

    return one


@pytest.mark.parametrize(
    "name",
    [
        "p.Val600Glu", "V600E", "p.V600E", " p.Val600Glu ", "p.(Val600Glu)", "p.val600glu",
        "v600e", "NP_004324.2:p.Val600Glu", "BRAF p.V600E", "BRAF V600E", "BRAF:p.V600E",
        '"p.Val600Glu"', "p. Val600Glu", "Val600Glu", "p.Val600\u200bGlu",
    ],
)  # fmt: skip
def test_one_substitution_in_many_spellings(read, name):
    assert read(gene="BRAF", hgvs_p=name) == BRAF


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({"gene": " braf "}, {}),
        ({"kind": "snv"}, {}),
        ({"kind": "SNP", "assessed": "detected", "origin": "somatic"}, {}),
        ({"hgvs_p": "NM_004333.6:p.Val600Glu"}, {"transcript": "NM_004333.6"}),
        ({"hgvs_p": "NM_004333.6(BRAF):p.(Val600Glu)"}, {"transcript": "NM_004333.6"}),
        ({"hgvs_p": "V600E (c.1799T>A)"}, {"hgvs_c": "c.1799T>A"}),
        ({"hgvs_p": "p.V600E, c.1799T>A"}, {"hgvs_c": "c.1799T>A"}),
        ({"hgvs_c": "1799t>a"}, {"hgvs_c": "c.1799T>A"}),
        ({"hgvs_c": "c.1799 T -> A"}, {"hgvs_c": "c.1799T>A"}),
        (
            {"hgvs_c": "NM_004333.6:c.1799T>A"},
            {"hgvs_c": "c.1799T>A", "transcript": "NM_004333.6"},
        ),
        ({"genomic": "7:140,753,336 A>T"}, {"genomic": "7:140753336:A:T"}),
        ({"genomic": "chr7:g.140753336A>T"}, {"genomic": "chr7:140753336:A:T"}),
        ({"value": "31 %"}, {"value": "0.31", "unit": "VAF"}),
        ({"value": "31", "unit": "%"}, {"value": "0.31", "unit": "VAF"}),
        ({"value": "0,31", "unit": "vaf"}, {"value": "0.31", "unit": "VAF"}),
        ({"value": "PS1", "unit": "phase"}, {"value": "PS1", "unit": "PHASE"}),
    ],
)
def test_the_other_cells_in_many_spellings(read, cells, changes):
    row = {"gene": "BRAF", "hgvs_p": "V600E"} | cells
    assert read(**row) == replace(BRAF, **changes)


@pytest.mark.parametrize(
    ("gene", "name", "told"),
    [
        ("EGFR", "Exon 19 deletion", "exon 19 deletion"),
        ("EGFR", "exon 19 del", "exon 19 deletion"),
        ("EGFR", "Ex19del", "exon 19 deletion"),
        ("EGFR", "exon 19 in-frame deletion", "exon 19 deletion"),
        ("EGFR", "EGFR exon 20 insertion", "exon 20 insertion"),
        ("EGFR", "E746_A750del", "p.Glu746_Ala750del"),
        ("EGFR", "p.E746–A750del", "p.Glu746_Ala750del"),  # noqa: RUF001
        ("EGFR", "e746_a750del", "p.Glu746_Ala750del"),
        ("EGFR", "p.Ala767_Val769dup", "p.Ala767_Val769dup"),
        ("EGFR", "p.leu747_ala750delinspro", "p.Leu747_Ala750delinsPro"),
        ("MET", "METex14 skipping", "exon 14 skipping"),
        ("MET", "Exon 14 Skipping", "exon 14 skipping"),
        ("KRAS", "Codon 12", "codon 12"),
        ("KRAS", "codon 12 mutation", "codon 12"),
        ("KRAS", "G12", "codon 12"),
        ("KRAS", "p.Gly12", "codon 12"),
        ("FLT3", "FLT3-ITD", "ITD"),
        ("FLT3", "itd", "ITD"),
        ("flt3", "Internal tandem duplication", "ITD"),
        ("BRCA2", "p.S1982fs", "p.Ser1982fs"),
        ("BRCA2", "p.Ser1982ArgfsTer22", "p.Ser1982ArgfsTer22"),
        ("BRCA2", "p.ser1982argfs*22", "p.Ser1982ArgfsTer22"),
        ("TP53", "p.R213*", "p.Arg213Ter"),
        ("EZH2", "Y641F", "Y641F"),
        ("CALR", "type 1", "type 1"),
    ],
)
def test_classes_and_places(read, gene, name, told):
    event = read(gene=gene, hgvs_p=name)
    assert (event.hgvs_p, event.gene, event.assessed) == (told, gene.upper(), "PRESENT")


@pytest.mark.parametrize(
    "name", ["EML4::ALK", "EML4-ALK", "EML4--ALK", "EML4/ALK", "eml4 - alk fusion"]
)
@pytest.mark.parametrize("value", ["in-frame", "In frame", "inframe"])
def test_fusions(read, name, value):
    event = read(kind="fusion", gene="alk", hgvs_p=name, value=value)
    assert (event.hgvs_p.upper(), event.gene, event.value) == ("EML4::ALK", "ALK", "in-frame")
    assert event.partner.upper() == "EML4"


def test_old_symbols_are_read(read):
    assert read(kind="FUSION", hgvs_p="BCR-ABL").hgvs_p == "BCR::ABL1"
    assert read(kind="CNA", gene="HER2", value="amplified").gene == "ERBB2"
    assert read(kind="IHC", gene="HER2", value="3+").gene == "HER2"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"kind": "CNV", "gene": "ERBB2", "value": "Amplification"}, ("AMP", None)),
        ({"kind": "CNA", "gene": "ERBB2", "value": "12,5", "unit": "Copies"}, ("12.5", "copies")),
        ({"kind": "CNA", "gene": "CDKN2A", "value": "del"}, ("DEL", None)),
        ({"kind": "MSI", "value": "MSI high"}, ("MSI-H", None)),
        ({"kind": "MSI", "value": "mss"}, ("MSS", None)),
        ({"kind": "TMB", "value": "12,5 Mut/MB"}, ("12.5", "mut/Mb")),
        ({"kind": "HRD", "value": "51", "unit": "GIS"}, ("51", "GIS")),
        ({"kind": "IHC", "gene": "HER2", "value": "Positive"}, ("pos", None)),
        ({"kind": "IHC", "gene": "PD-L1", "value": "50 %"}, ("50", None)),
    ],
)
def test_measured_states(read, cells, told):
    event = read(**cells)
    assert (event.value, event.unit) == told


@pytest.mark.parametrize(
    ("cells", "problem", "fix"),
    [
        ({"gene": ""}, "gene is missing", "the gene that the row is about"),
        ({"assessed": ""}, "assessed is missing", "NOT_ASSESSED"),
        ({"assessed": "yes"}, "assessed 'YES' is not known", "PRESENT"),
        ({"kind": "mutation"}, "kind 'MUTATION' is not known", "SNV"),
        ({"origin": "tumour"}, "origin 'TUMOUR' is not known", "SOMATIC"),
        ({"hgvs_p": "activating"}, "hgvs_p 'activating' is not understood", "one change a row"),
        ({"hgvs_p": "V600E/K"}, "hgvs_p 'V600E/K' is not understood", "one change a row"),
        ({"hgvs_p": "wild type"}, "names no place", "assessed ABSENT"),
        ({"hgvs_p": "G12X"}, "a stop to some", "codon 213 for any change"),
        ({"hgvs_p": "exon 19 rearrangement"}, "is not understood", "exon 19 deletion"),
        ({"hgvs_p": ""}, "neither hgvs_p nor hgvs_c", "go into a vcf"),
        ({"hgvs_p": "p.?"}, "neither hgvs_p nor hgvs_c", "fill hgvs_p"),
        ({"hgvs_c": "1799"}, "hgvs_c '1799' is not understood", "c.1799T>A"),
        ({"genomic": "chr7:140753336"}, "is no allele", "chr7:140753336:A:T"),
        ({"value": "31", "unit": "VAF"}, "VAF 31 is above 1", "per cent"),
        ({"value": "0.3"}, "has the unit None", "VAF, DEPTH or PHASE"),
        ({"value": "many", "unit": "VAF"}, "'many' is not a number", "0 or more"),
        ({"kind": "FUSION", "hgvs_p": "ALK"}, "has no two genes", "5' gene"),
        ({"kind": "FUSION", "hgvs_p": "EML4::ALK", "gene": "RET"}, "RET is no partner", "about"),
        ({"kind": "FUSION", "hgvs_p": "", "gene": "ALK", "partner": "EML4"}, "which partner", "5'"),
        ({"kind": "CNA", "value": ""}, "value is empty", "AMP, DEL"),
        ({"kind": "CNA", "value": "deletion"}, "'deletion' of a copy number", "both copies lost"),
        ({"kind": "CNA", "value": "2"}, "'2' of a copy number", "copies with their unit"),
        ({"kind": "MSI", "value": "unclear"}, "MSI value 'unclear'", "MSI-H, MSI-L or MSS"),
        ({"kind": "TMB", "value": "high"}, "TMB 'high' is not a number", "per megabase"),
        ({"kind": "TMB", "value": "9", "genomic": "1.2 Mb"}, "of TMB is not known", "panel_mb=1.2"),
        ({"kind": "HRD", "value": "maybe"}, "HRD value 'maybe'", "GIS"),
        ({"kind": "IHC", "value": "strong"}, "value 'strong' of a stain", "3+"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(read, cells, problem, fix):
    with pytest.raises(InputError) as error:
        read(**{"gene": "BRAF", "hgvs_p": "V600E"} | cells)
    (told,) = error.value.problems
    assert told.where.endswith("events.tsv, row 2")
    assert problem in told.problem
    assert fix in told.fix


def test_a_name_of_another_transcript_or_residue_is_no_finding(read, tmp_path, context):
    for name in ("p.Ala600Glu", "NM_001354609.2:p.Val600Glu"):
        assert "not" in read(gene="BRAF", hgvs_p=name, assessed="ABSENT").detail
        assert read(gene="BRAF", hgvs_p=name).assessed == "INDETERMINATE"
        (doubt,) = table_doubts("events", tmp_path / "events.tsv", context)
        assert (doubt.level, "INDETERMINATE" in doubt.problem) == ("WARNING", True)


def test_a_gene_that_the_base_does_not_know_is_a_warning(read, tmp_path, context):
    assert read(gene="EGRF", hgvs_p="L858R").gene == "EGRF"
    (doubt,) = table_doubts("events", tmp_path / "events.tsv", context)
    assert "EGRF is no gene of the knowledge base" in doubt.problem


def test_every_wrong_row_is_told_at_once(tmp_path, context):
    path = tmp_path / "events.tsv"
    path.write_text("kind\tgene\thgvs_p\tassessed\nSNV\tBRAF\tx\tPRESENT\nSNV\tBRAF\ty\tPRESENT\n")
    with pytest.raises(InputError) as error:
        read_table("events", path, context)
    assert [problem.where[-5:] for problem in error.value.problems] == ["row 2", "row 3"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_as_spreadsheets_write_them(tmp_path, context, end, mark):
    rows = ["# typed from the report", "kind\tgene\thgvs_p\torigin\tassessed"]
    rows += ["SNV\tBRAF\tV600E\tSOMATIC\tPRESENT\t\t", "", "\t\t\t\t", ""]
    if end:
        rows[2] = rows[2].rstrip("\t")
    path = tmp_path / "events.tsv"
    path.write_bytes((mark + end.join(rows)).encode())
    assert read_table("events", path, context) == [BRAF]


def test_a_table_that_is_no_table_is_refused(tmp_path, context):
    path = tmp_path / "events.tsv"
    for content, problem in (
        (b"kind,gene,assessed\nSNV,BRAF,PRESENT\n", "of no events table"),
        ("kind\tgene\tassessed\n".encode("utf-16"), "cannot be read"),
        (b"", "has no header"),
        (b"kind\tgene\tassessed\tHGVS\nSNV\tBRAF\tPRESENT\tx\n", "unknown column 'HGVS'"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=problem):
            read_table("events", path, context)


@pytest.mark.skipif(not CASES.exists(), reason=f"no board cases at {CASES}")
def test_board_cases_load_as_they_are(context):
    paths = sorted(CASES.glob("*/events.tsv"))
    assert len(paths) > 40
    for path in paths:
        typed = [replace(event, sample="T") for event in read_rows(path, Event)]
        assert read_table("events", path, context) == typed
        assert table_doubts("events", path, context) == []


@given(
    st.builds(
        Event,
        kind=st.sampled_from(["SNV", "INDEL"]),
        gene=st.just("KRAS"),
        feature=st.sampled_from(["KRAS codon 12", "KRAS oncogenic", "KRAS exon 2 mutation"]),
        assessed=st.sampled_from(["ABSENT", "NOT_ASSESSED", "INDETERMINATE"]),
        depth=st.none() | st.integers(0, 10**6),
        detail=st.sampled_from([None, "all 3 bases have depth 61 or more (61 needed)"]),
        origin=st.just("UNKNOWN"),
        sample=st.just("X"),
    )
)
def test_our_own_table_comes_back_unchanged(tmp_path_factory, context, event):
    path = tmp_path_factory.mktemp("own") / "events.tsv"
    write_rows(path, Event, [event])
    assert read_table("events", path, context) == [event]


def test_without_a_knowledge_base_names_stand_as_typed(tmp_path):
    path = tmp_path / "events.tsv"
    path.write_text("kind\tgene\thgvs_p\torigin\tassessed\nSNV\tBRAF\tV600E\tSOMATIC\tPRESENT\n")
    assert read_table("events", path, Context("T")) == [BRAF]
