"""Tables of other tools as events: every shape, and what is refused."""

import gzip
import math
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from consilium.clinical import IHC_VALUE
from consilium.outside import KINDS, Context, known_to, read_table
from consilium.outside.context import Span
from consilium.problems import InputError
from consilium.records import Event
from consilium.tables import read_rows
from gather_events import Outside, main
from matching_cases import answer, knowledge, labelled

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "tables"
EXAMPLES = ROOT / "config" / "examples"
CONTEXT = Context("T", {"KRAS": "NM_004985.5", "ERBB2": "NM_004448.4"}, {"KRAS": {12: "G"}})


@pytest.fixture
def table(tmp_path):
    def build(kind: str, text: str, context: Context = CONTEXT) -> list[Event]:
        path = tmp_path / "table.tsv"
        path.write_text(text.replace(" ", "\t").replace("~", " "))
        return read_table(kind, path, context)

    return build


def told(events):
    return [(e.kind, e.gene, e.value, e.unit, e.assessed) for e in events]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gene minCopyNumber maxCopyNumber\nERBB2 12 14\n", ("12", "copies", "PRESENT")),
        ("gene minCopyNumber maxCopyNumber\nERBB2 -0.1 2\n", ("0", "copies", "PRESENT")),
        ("gene minCopyNumber maxCopyNumber\nERBB2 2 14\n", ("PARTIAL_AMP", None, "PRESENT")),
        (
            "chromosome start end gene log2 cn\nchr17 1 9 ERBB2,- 3 16\n",
            ("16", "copies", "PRESENT"),
        ),
        ("chromosome start end gene log2\nchr17 1 9 ERBB2 2\n", ("8", "copies", "PRESENT")),
        ("chromosome start end gene log2\nchrX 1 9 ERBB2 2\n", (None, None, "INDETERMINATE")),
        ("Gene~Symbol T U\nERBB2 2 0\n", ("AMP", None, "PRESENT")),
        ("Hugo_Symbol A\nERBB2 -2\n", ("DEL", None, "PRESENT")),
        ("gene call\nERBB2 GAIN\n", ("normal", None, "PRESENT")),
    ],
)
def test_copy_number(table, text, expected):
    assert told(table("copy_number", text)) == [("CNA", "ERBB2", *expected)]


def test_purity_sharpens_copies_of_log2(table):
    text = "chromosome start end gene log2\nchr17 1 9 ERBB2 1\n"
    pure = Context("T", CONTEXT.transcripts, purity=0.5)
    assert told(table("copy_number", text))[0] == ("CNA", "ERBB2", None, None, "INDETERMINATE")
    assert told(table("copy_number", text, pure))[0][2] == "6"


SPANS = {"ERBB2": Span("17", 1000, 2000), "KRAS": Span("12", 100, 200)}
SEGMENTS = {  # header; a row of ERBB2's whole place with 12 copies in a pure tumour
    "CNVkit": ("chromosome start end gene log2", "chr17 {0} {1} - {log2}"),
    "CNVkit, bare": ("chromosome start end log2 depth", "chr17 {0} {1} {log2} 9"),
    "CNVkit, called": ("chromosome start end gene log2 cn", "chr17 {0} {1} - 0 {copies}"),
    "SEG": ("ID chrom loc.start loc.end num.mark seg.mean", "T 17 {2} {1} 9 {log2}"),
    "SEG, plain": ("chrom start end num.mark seg.mean", "17 {2} {1} 9 {log2}"),
    "GDC": ("Sample Chromosome Start End Num_Probes Segment_Mean", "T 17 {2} {1} 9 {log2}"),
    "PURPLE": ("chromosome start end copyNumber", "17 {2} {1} {copies}"),
    "alleles": ("Chromosome Start End nMajor nMinor", "17 {2} {1} {copies} 0"),
}


def segment(shape, start, end, copies):
    """A row of a table of segments for 0-based, half-open start and end."""
    log2 = math.log2(max(copies, 1e-3) / 2)
    return SEGMENTS[shape][1].format(start, end, start + 1, log2=log2, copies=copies)


@pytest.mark.parametrize("shape", SEGMENTS)
@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([(0, 5000, 12)], ("12", "copies", "PRESENT")),
        ([(1000, 2000, 12)], ("12", "copies", "PRESENT")),
        ([(0, 1500, 12), (1500, 5000, 14)], ("12", "copies", "PRESENT")),
        ([(0, 5000, 0)], ("0", "copies", "PRESENT")),
        ([(0, 1500, 2), (1500, 5000, 12)], ("PARTIAL_AMP", None, "PRESENT")),
        ([(1001, 5000, 12)], (None, None, "INDETERMINATE")),
        ([(0, 1500, 12), (1501, 5000, 12)], (None, None, "INDETERMINATE")),
        ([(0, 1999, 12)], (None, None, "INDETERMINATE")),
    ],
)
def test_segments_without_genes_are_assigned_by_gene_models(table, shape, pieces, expected):
    context = replace(CONTEXT, spans=SPANS, purity=1.0)
    rows = "".join(segment(shape, *piece) + "\n" for piece in pieces)
    found = table("copy_number", f"{SEGMENTS[shape][0]}\n{rows}", context)
    (erbb2,) = told(found)  # nothing is said of KRAS, which no segment touches
    assert (erbb2[0], erbb2[1]) == ("CNA", "ERBB2")
    value, unit, state = expected
    if unit is None:
        assert erbb2[2:] == expected
    else:
        assert (round(float(erbb2[2])), *erbb2[3:]) == (int(value), unit, state)


def test_a_segment_beside_a_gene_says_nothing_of_it(table):
    context = replace(CONTEXT, spans=SPANS, purity=1.0)
    for start, end in ((0, 1000), (2000, 5000)):
        rows = segment("PURPLE", start, end, 12)
        assert table("copy_number", f"{SEGMENTS['PURPLE'][0]}\n{rows}\n", context) == []


def test_segments_of_log2_without_purity_tell_only_what_is_beyond_a_limit(table):
    context = replace(CONTEXT, spans=SPANS)
    for copies, state in ((3, "INDETERMINATE"), (12, "PRESENT")):
        rows = segment("SEG", 0, 5000, copies)
        (event,) = table("copy_number", f"{SEGMENTS['SEG'][0]}\n{rows}\n", context)
        assert event.assessed == state


def test_segments_of_other_samples_are_left_out(table):
    context = replace(CONTEXT, spans=SPANS, purity=1.0)
    rows = [segment("SEG", 0, 5000, copies) for copies in (12, 2)]
    text = f"{SEGMENTS['SEG'][0]}\n{rows[0]}\nU{rows[1][1:]}\n"
    assert told(table("copy_number", text, context))[0][3] == "copies"
    with pytest.raises(InputError, match="none of them T"):
        table("copy_number", text.replace("\nT ", "\nV "), context)


def test_a_gene_that_the_base_does_not_know_is_kept_only_when_changed(table):
    text = "gene copies\nFOO 2\nBAR 0\nBAZ 40\n"
    assert [e.gene for e in table("copy_number", text)] == ["BAR", "BAZ"]


@pytest.mark.parametrize(
    ("text", "frame", "reads"),
    [
        ("#gene1 gene2 split_reads1 split_reads2 confidence reading_frame\n"
         "EML4 ALK 3 4 high in-frame\n", "in-frame", 7),
        ("#FusionName JunctionReadCount PROT_FUSION_TYPE\n"
         "EML4--ALK 9 FRAMESHIFT\n", "out-of-frame", 9),
        ("FusionGene SplitReads\nEML4--ALK 5\n", None, 5),
        ("fusion frame\nEML4::ALK in-frame\n", "in-frame", None),
    ],
)  # fmt: skip
def test_fusions(table, text, frame, reads):
    (event,) = table("fusions", text)
    assert (event.partner, event.gene, event.hgvs_p) == ("EML4", "ALK", "EML4::ALK")
    assert (event.value, event.alt_reads) == (frame, reads)


@pytest.mark.parametrize(
    ("percent", "value", "state"),
    [("10", "MSI-H", "PRESENT"), ("9.9", None, "INDETERMINATE"), ("2.9", "MSS", "PRESENT")],
)
def test_msisensor(table, percent, value, state):
    text = f"Total_Number_of_Sites Number_of_Unstable_Sites %\n1000 1 {percent}\n"
    assert told(table("biomarkers", text)) == [("MSI", None, value, None, state)]


def test_biomarkers_and_expression(table):
    (tmb,) = table(
        "biomarkers", "biomarker value unit panel_mb germline_filter\nTMB 12 mut/Mb 1.2 yes\n"
    )
    assert (tmb.value, tmb.genomic) == ("12", "panel_mb=1.2;germline_filter=yes")
    found = table(
        "expression", "gene value method unit\nHER2 3+ IHC .\nKRAS 8 RNA TPM\nFOO 8 RNA TPM\n"
    )
    assert [(e.kind, e.gene) for e in found] == [("IHC", "HER2"), ("EXPRESSION", "KRAS")]


def test_names_are_trusted_on_the_named_transcript_alone(table):
    head = "gene hgvs_p transcript\n"
    rows = (
        "KRAS p.G12C NM_004985.4\nKRAS p.G12C NM_033360.4\nKRAS p.A12C ENST1\nKRAS p.G12C ENST1\n"
    )
    found = table("named_variants", head + rows)
    assert [e.hgvs_p for e in found][:1] == ["p.Gly12Cys"]
    assert [e.assessed for e in found] == ["PRESENT", "INDETERMINATE", "INDETERMINATE", "PRESENT"]


@pytest.mark.parametrize(("build", "genomic"), [("GRCh38", "12:25:C:A"), ("37", None)])
def test_a_maf_row_keeps_its_name_and_never_a_place_of_another_build(table, build, genomic):
    head = (
        "Hugo_Symbol NCBI_Build Chromosome Start_Position Variant_Classification Variant_Type "
        "Reference_Allele Tumor_Seq_Allele2 Tumor_Sample_Barcode HGVSp_Short t_ref_count "
        "t_alt_count FILTER\n"
    )
    row = f"KRAS {build} 12 25 Missense_Mutation SNP C A T p.G12C 30 10 PASS\n"
    (event,) = table("named_variants", head + row + row.replace("PASS", "artefact"))
    assert (event.hgvs_p, event.genomic, event.vaf) == ("p.Gly12Cys", genomic, 0.25)
    with pytest.raises(InputError, match="none of them T"):
        table("named_variants", head + row.replace(" T ", " U ") + row.replace(" T ", " V "))


INHERITED = {
    "own": "gene hgvs_p hgvs_c origin kind depth alt_reads\n"
    "BRCA2 p.Ser1982ArgfsTer22 c.5946del GERMLINE INDEL 100 50\n",
    "MAF": "Hugo_Symbol Variant_Classification Variant_Type HGVSp_Short HGVSc Mutation_Status\n"
    "BRCA2 Frame_Shift_Del DEL p.S1982Rfs*22 ENST1:c.5946del Germline\n",
}


@pytest.mark.parametrize("consent", [True, False, None])
@pytest.mark.parametrize("shape", INHERITED)
def test_an_inherited_change_is_told_with_consent_alone(table, shape, consent):
    base = knowledge(labelled(profile="BRCA2 loss_of_function", tumor=("ANY",)))
    events = table("named_variants", INHERITED[shape])
    told = answer(base, events, consent_germline=consent)
    silent = answer(base, [], consent_germline=consent)
    labels = [row["label"] for row in told["germline"]["findings"]]
    assert [event.origin for event in events] == ["GERMLINE"]
    assert labels == (["BRCA2 p.Ser1982ArgfsTer22"] if consent else [])
    assert (told["therapies"] != silent["therapies"]) is (consent is True)
    assert (told == silent) is (consent is not True)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("copy_number", "a b\n1 2\n", "header: columns a, b are of no copy_number table"),
        ("copy_number", "gene call\nA HUGE\n", "row 2: call 'HUGE' is not known"),
        ("copy_number", "gene call log\nA AMP 1\n", "unknown column 'log'"),
        ("copy_number", "gene copies\nA many\n", "row 2: copies 'many' is not a number"),
        ("copy_number", "Gene~Symbol T\nA 3\n", "row 2: T 3 is not -2"),
        ("fusions", "fusion\nALK\n", "fusion 'ALK' cannot be used"),
        ("fusions", "fusion frame\nA::B odd\n", "frame 'odd' is not known"),
        ("expression", "gene value method\nHER2 strong IHC\n", "value 'strong' cannot be used"),
        ("expression", "gene value method\nHER2 5 RNA\n", "unit is missing"),
        ("biomarkers", "biomarker value\nTMB high\n", "value 'high' cannot be used"),
        ("biomarkers", "Total_Number_of_Sites %\n10 101\n", "% is no percentage"),
        ("named_variants", "gene hgvs_p\nKRAS .\n", "neither hgvs_p nor hgvs_c"),
        ("fusions", "fusion\nA::B x\n", "2 cells under 1 columns"),
        ("copy_number", "chromosome start end copyNumber\n1 9 5 2\n", "are no segment"),
        ("copy_number", "gene call\nA .\n", "neither call nor copies is given"),
        ("copy_number", "gene copies\nA -1\n", "copies -1.0 is outside"),
        ("biomarkers", "biomarker value\nMSI unclear\n", "value 'unclear' is not known"),
        ("biomarkers", "biomarker value\nHRD maybe\n", "value 'maybe' cannot be used"),
        ("biomarkers", "biomarker value\nSIGNATURE 0.4\n", "name is missing"),
        ("biomarkers", "biomarker value\nMSI .\n", "value is missing"),
        ("named_variants", "gene hgvs_p\nKRAS some\n", "hgvs_p 'some' is not understood"),
        (
            "named_variants",
            "gene hgvs_p origin\nKRAS G12C tumour\n",
            "origin 'TUMOUR' is not known",
        ),
    ],
)
def test_what_is_refused_with_file_and_row(table, kind, text, problem):
    with pytest.raises(InputError) as error:
        table(kind, text)
    assert problem in str(error.value)
    assert "table.tsv" in str(error.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_schema_that_the_docs_tell_column_by_column(kind):
    rules = yaml.safe_load((ROOT / "config" / "tables" / f"{kind}.schema.yaml").read_text())
    Draft202012Validator.check_schema(rules)
    assert rules["additionalProperties"] is False
    assert all(told["description"] for told in rules["properties"].values())
    docs = (ROOT / "docs" / "tables.md").read_text()
    assert f"| `{kind}` |" in docs
    if kind == "events":
        assert list(rules["properties"]) == [field.name for field in fields(Event)]
        docs = (ROOT / "docs" / "outputs.md").read_text()
        assert [name for name in rules["properties"] if f"`{name}`" not in docs] == []
    else:
        assert f"`{', '.join(rules['properties'])}`" in docs


def test_the_words_of_a_stain_are_those_of_the_clinical_table():
    rules = yaml.safe_load((ROOT / "config/tables/expression.schema.yaml").read_text())
    pattern = re.compile(rules["then"]["properties"]["value"]["pattern"])
    words = ["pos", "neg", "equivocal", "low", "ultralow", "high", "intact", "lost", "1+", "50"]
    for word in (*words, "0", "3+", "0.5", "strong", "4+", "50 %", ""):
        assert bool(pattern.fullmatch(word)) is bool(IHC_VALUE.fullmatch(word)), word


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_can_be_read_and_gathered(tmp_path, kind):
    path, events = EXAMPLES / f"{kind}.tsv", tmp_path / "events.tsv"
    limits = {"amplified_copies": 6, "deleted_copies": 0.5}
    context = known_to(str(ROOT / "resources" / "knowledge"), limits, "GRCh38")
    main(None, None, [Outside("T", str(path), kind)], str(events), context)
    found = list(read_rows(events, Event))
    assert found
    assert {event.sample for event in found} == {"T"}


@pytest.mark.skipif(not REAL.exists(), reason=f"no real tables at {REAL}")
def test_real_tables():
    segments = REAL / "pcgr/T001-COAD.grch38.cna.tsv"
    spans = {"KRAS": Span("12", 25_205_245, 25_250_929), "TP53": Span("17", 7_668_401, 7_687_550)}
    (kras,) = [
        event
        for event in read_table("copy_number", segments, replace(CONTEXT, spans=spans))
        if event.gene == "KRAS"
    ]
    assert (kras.kind, kras.assessed, kras.unit) == ("CNA", "PRESENT", "copies")
    assert len(read_table("fusions", REAL / "pcgr/T001-COAD.grch38.fusions.tsv", CONTEXT)) == 9
    (kras,) = read_table("expression", REAL / "pcgr/T001-COAD.gene_expression.tsv.gz", CONTEXT)[:1]
    assert kras.unit == "TPM"
    path = REAL / "tcga/MC3.THCA.nonsyn.maf.gz"
    with gzip.open(path, "rt") as handle:
        header = next(handle).rstrip("\n").split("\t")
        rows = [dict(zip(header, line.rstrip("\n").split("\t"), strict=True)) for line in handle]
    row = next(r for r in rows if (r["Hugo_Symbol"], r["HGVSp_Short"]) == ("BRAF", "p.V600E"))
    context = Context(row["Tumor_Sample_Barcode"], {"BRAF": "NM_004333.6"}, {"BRAF": {600: "V"}})
    found = read_table("named_variants", path, context)
    braf = [event for event in found if event.gene == "BRAF"]
    assert [(e.hgvs_p, e.assessed) for e in braf] == [("p.Val600Glu", "PRESENT")]
    assert braf[0].genomic is None
