"""Importers of others' knowledge: what is read, what is refused, and that nothing half lands."""

import gzip
from dataclasses import fields, replace
from pathlib import Path

import pysam
import pytest
import yaml

import enumerate_alleles
import gather_events
import import_knowledge
import interpret_case
import prepare_loci
from builders import project_config
from consilium.evidence import Locus
from consilium.knowledge.base import read_knowledge
from consilium.knowledge.joining import join_knowledge, read_bases
from consilium.knowledge.profiles import parse_profile
from consilium.knowledge.records import Statement
from consilium.knowledge.sources import KINDS
from consilium.knowledge.sources.civic import convert
from consilium.knowledge.sources.civic_profiles import InexpressibleError, translate
from consilium.knowledge.sources.drugs import Spelling
from consilium.knowledge.sources.landing import count, land
from consilium.knowledge.sources.release import Known, Outcome, Release
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.problems import InputError
from consilium.records import Clinical, Event
from consilium.tables import TableError, read_rows, write_rows
from matching_cases import SETTINGS
from source_cases import COLUMNS, HOTSPOTS, ROOT, bundled, item, release

GENES = ROOT.parent / "shared" / "data" / "reference"


@pytest.fixture(scope="module")
def known() -> Known:
    return bundled()


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("BRAF V600E", "BRAF p.V600E"),
        ("KRAS G12/G13", "KRAS codon 12,13"),
        ("KRAS G12", "KRAS codon 12"),
        ("NRAS Q61K/R", "NRAS p.Q61K OR NRAS p.Q61R"),
        ("EGFR Exon 19 Deletion", "EGFR exon 19 inframe_deletion"),
        ("EGFR Exon 20 Insertion", "EGFR exon 20 inframe_insertion"),
        ("MET Exon 14 Skipping Mutation", "MET exon 14 skipping"),
        ("EGFR Exon 18-21 Mutation", "EGFR exon 18,19,20,21 mutation"),
        ("ERBB2 Y772_A775DUP", "ERBB2 p.Y772_A775dup"),
        ("EML4::ALK Fusion AND ALK L1196M", "EML4::ALK AND ALK p.L1196M"),
        ("v::ALK Fusion", "ALK fusion"),
        ("FGFR2::v Fusion OR FGFR2::? Fusion", "FGFR2 fusion OR FGFR2 fusion"),
        ("MET Amplification AND NOT KRAS Mutation", "MET amplification AND NOT KRAS mutation"),
        ("NOT KIT D816V", "NOT KIT p.D816V"),
        ("NOT ( KRAS Mutation OR NRAS G12 )", "NOT (KRAS mutation OR NRAS codon 12)"),
        ("NOT ( BRAF V600E AND NOT KRAS G12D )", "NOT (BRAF p.V600E AND NOT KRAS p.G12D)"),
        ("PTEN Deletion", "PTEN homozygous_deletion"),
        ("TP53 Loss-of-function", "TP53 loss_of_function"),
        (
            "BCR::ABL1 Fusion AND ( ABL1 F317L OR ABL1 F317V )",
            "BCR::ABL1 AND (ABL1 p.F317L OR ABL1 p.F317V)",
        ),
        ("KRAS Mutation", "KRAS oncogenic"),
        ("TERT Promoter Mutation", "TERT c.-124C>T OR TERT c.-146C>T"),
        ("EGFR EGFRVIII", "EGFR p.V30_R297delinsG"),
        ("MSI High", "MSI_H"),
        ("MYD88 L265P", "MYD88 p.L252P"),  # the number of the MANE Select transcript
        ("VHL R167Q (c.500G>A)", "VHL p.R167Q"),
        ("MET Splice Site (c.3028G>A)", "MET c.3028G>A"),
        ("KRAS Wildtype", "KRAS wild_type"),
    ],
)
def test_a_molecular_profile_keeps_its_meaning(written, expected, known):
    said = translate(written, known.base)
    assert said.profile == expected == str(parse_profile(expected))
    assert bool(said.narrowed) == (
        written in {"KRAS Mutation", "TERT Promoter Mutation", "PTEN Deletion"}
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("ERBB2 Overexpression", "an expression without method and cut-off"),
        ("PTEN Loss", "a loss that names neither mechanism nor copies"),
        ("MGMT Promoter Methylation", "methylation or phosphorylation"),
        ("TMB High", "a high value without cut-off"),
        ("ABL1 P-Loop Mutation", "a region without borders"),
        ("BRAF Non-V600", "a class without borders"),
        ("EML4::ALK e6::e20", "a fusion by its breakpoints or its regulation"),
        ("ALK::v Fusion", "a fusion with any partner, on another side than we read it"),
        ("ALK Exon 4-11 Deletion", "a rearrangement or an exon without reading frame"),
        ("KRAS C12D", "numbered on another transcript than ours"),
        ("KRAS G12D AND PTEN Loss", "a loss that names neither mechanism nor copies"),
        ("KRAS G12D AND ( KRAS G13D", "a profile that does not parse"),
        ("FLT3 rs1933437", "an inherited polymorphism"),
        ("AR AR-V7", "a name that is no HGVS"),
        ("EGFR Exon 4 Deletion", "a rearrangement or an exon without reading frame"),
        ("ASXL1 Exon 12 Mutation", "an exon whose number on our transcript we do not know"),
        ("KRAS V12", "numbered on another transcript than ours"),
        ("FLCN1 c.1285dupC", "numbered on a transcript that we do not know"),
        ("NOT PTEN Deletion", "the absence of what we can only read more narrowly"),
        (
            "NOT ( KRAS G12D OR PTEN Deletion )",
            "the absence of what we can only read more narrowly",
        ),
    ],
)
def test_what_the_grammar_cannot_say_is_refused_with_its_reason(written, reason, known):
    with pytest.raises(InexpressibleError) as told:
        translate(written, known.base)
    assert str(told.value) == reason
    rows, outcome = convert(item(molecular_profile=written), known)
    assert rows == [] and outcome == Outcome("EID1", "refused", f"profile: {reason}")


def test_substitutes_become_a_row_each_and_never_a_combination(known):
    cell = {"therapies": "Vemurafenib,Dabrafenib", "therapy_interaction_type": "Substitutes"}
    rows, outcome = convert(item(**cell), known)
    assert [(r.id, r.regimen, r.operator) for r in rows] == [
        ("civic-eid1-1", "vemurafenib", ""),
        ("civic-eid1-2", "dabrafenib", ""),
    ]
    assert outcome.statements == ("civic-eid1-1", "civic-eid1-2")
    for how, operator in (("Combination", "COMBINATION"), ("Sequential", "SEQUENTIAL")):
        (row,), _ = convert(item(**cell | {"therapy_interaction_type": how}), known)
        assert (row.id, row.regimen) == ("civic-eid1", "vemurafenib + dabrafenib")
        assert row.operator == operator


def test_does_not_support_disputes_and_is_never_turned_round(known):
    for significance, predicate in (
        ("Sensitivity/Response", "sensitivity"),
        ("Resistance", "resistance"),
    ):
        against = {"evidence_direction": "Does Not Support", "significance": significance}
        (row,), _ = convert(item(**against), known)
        assert (row.predicate, row.direction) == (predicate, "disputes")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_flagged": "true"}, "flagged at CIViC"),
        ({"evidence_status": "submitted"}, "not accepted by CIViC's editors"),
        ({"evidence_level": "E"}, "level E: inferred, no observation"),
        ({"evidence_direction": "N/A"}, "no direction"),
        ({"evidence_type": "Predisposing"}, "evidence of inherited risk: ClinVar answers"),
        ({"evidence_type": "Functional"}, "evidence of function"),
        ({"significance": "N/A"}, "no significance"),
        ({"variant_origin": "Common Germline"}, "an inherited polymorphism"),
        ({"therapies": "Not Applicable"}, "therapy: none is named"),
        ({"therapies": "A,B"}, "therapy: several"),
        ({"doid": "14175", "disease": "Von Hippel-Lindau Disease"}, "disease: an inherited"),
        ({"doid": "", "disease": "Something"}, "disease: no tumour type"),
    ],
)
def test_an_item_that_makes_no_statement_says_why(changes, reason, known):
    rows, outcome = convert(item(**changes), known)
    assert rows == [] and outcome.outcome == "refused" and outcome.reason.startswith(reason)


def test_a_rare_germline_item_asks_for_an_inherited_change(known):
    rare = item(molecular_profile="BRCA1 Loss-of-function", variant_origin="Rare Germline")
    (row,), outcome = convert(rare, known)
    assert row.profile == "BRCA1 loss_of_function [germline]"
    assert (outcome.outcome, outcome.reason) == ("conditional", "inherited change only")


@pytest.mark.parametrize(
    ("doid", "disease", "tumor", "conditions"),
    [
        ("3910", "Lung Adenocarcinoma", ("LUAD",), ""),  # by its NCIt code
        ("1612", "Breast Cancer", ("BRCA", "IBC", "MBC"), ""),
        ("0060079", "HER2-positive", ("BRCA", "IBC", "MBC"), "ihc HER2 = pos"),
        ("0080830", "Childhood Low-grade Glioma", ("PDIFLG", "ENCG"), "age < 18"),
        ("162", "Cancer", ("ANY",), ""),
        (None, "Solid Tumor", ("ANY_SOLID",), ""),
        ("3030", "Mucinous Adenocarcinoma", (), ""),  # shares a code with a cervical tumour
        ("DOID:3039", "Cecum Adenocarcinoma", (), ""),  # never as its parent, colon
    ],
)  # fmt: skip
def test_a_disease_is_a_tumour_type_or_nothing(doid, disease, tumor, conditions, known):
    found = known.diseases.read(doid, disease)
    assert (found.tumor, found.conditions) == (tumor, conditions)


def test_every_row_of_our_diseases_is_known_and_read_or_refused(known):
    for row in known.diseases.rows:
        assert all(code in known.tumors or code.startswith("ANY") for code in row.tumor), row
        assert bool(row.tumor) != bool(row.refused), row
        assert not row.doid or row.doid.removeprefix("DOID:").isdigit(), row


def test_a_rows_facts_are_those_of_the_item(known):
    cells = {
        "evidence_level": "A",
        "nct_ids": "NCT00000001, NCT00000002",
        "phenotypes": "Pediatric onset,Adult onset",
        "evidence_statement": f"First. {'x' * 400}",
    }
    (row,), outcome = convert(item(**cells), known)
    assert (row.level, row.checked, row.transfers) == ("A", "no", False)  # nobody looked
    assert row.setting == "CIViC level A, rating 3" and row.limitation
    assert row.conditions == 'note "Pediatric onset, Adult onset"'
    assert row.citations[:3] == ("PMID:1", "NCT:NCT00000001", "NCT:NCT00000002")
    assert row.summary == "First."
    assert outcome.outcome == "conditional"
    (prognosis,), _ = convert(
        item(evidence_type="Prognostic", significance="Poor Outcome", therapies=""), known
    )
    assert prognosis.regimen == "" and prognosis.summary == "Poor Outcome: Some responded."
    (negative,), _ = convert(
        item(evidence_type="Diagnostic", significance="Negative", therapies=""), known
    )
    assert (negative.predicate, negative.direction) == ("diagnostic", "disputes")


@pytest.mark.parametrize(
    ("changes", "level", "limitation"),
    [
        ({}, "A", "level A as in "),
        ({"molecular_profile": "BRAF V600E OR BRAF V600K"}, "A", "level A as in "),
        ({"molecular_profile": "BRAF V600E OR BRAF K601E"}, "B", "no label or guideline"),
        ({"molecular_profile": "BRAF Mutation"}, "B", "no label or guideline"),
        ({"doid": "4007", "disease": "Bladder Carcinoma"}, "B", "no label or guideline"),
        ({"significance": "Resistance"}, "B", "no label or guideline"),
        ({"evidence_direction": "Does Not Support"}, "B", "no label or guideline"),
        ({"therapies": "Selumetinib"}, "B", "no label or guideline"),
        ({"evidence_level": "B"}, "B", None),
        ({"evidence_level": "C"}, "C", None),
        ({"evidence_level": "D"}, "D", None),
    ],
)
def test_level_a_stands_where_a_checked_row_of_ours_says_the_same(
    changes, level, limitation, known
):
    cells = {"evidence_level": "A", "therapies": "Trametinib", **changes}
    (row,), _ = convert(item(**cells), known)
    assert row.level == level and row.checked == "no"
    assert limitation is None if row.limitation is None else limitation in row.limitation


def test_drugs_are_spelled_as_ours():
    spelling = Spelling(("imatinib", "FOLFOX", "dabrafenib", "trametinib", "CDK4/6 inhibitor"))
    assert spelling.drugs("A (x, y), B,2,4-pyrimidinediamine") == [
        "A (x, y)",
        "B,2,4-pyrimidinediamine",
    ]
    assert spelling.regimen("Imatinib Mesylate") == ["imatinib"]
    assert spelling.regimen("FOLFOX-4 Regimen") == ["FOLFOX"]
    assert spelling.regimen("Dabrafenib/Trametinib Regimen") == ["dabrafenib", "trametinib"]
    assert spelling.regimen("CDK4/6 Inhibition") == ["CDK4/6 inhibitor"]
    assert spelling.regimen("Axitinib") == ["axitinib"]
    assert spelling.regimen("PLX4720") == ["PLX4720"]


def test_a_release_lands_with_its_manifest_and_outcomes(tmp_path, known):
    made = release(tmp_path / "x.tsv", [item(), item(evidence_id="2", is_flagged="true")])
    outcomes = land(made, known)
    assert count(outcomes) == [("imported", "", 1), ("refused", "flagged at CIViC", 1)]
    base = read_knowledge(made.folder)
    (source,) = base.sources
    assert (source.manifest.name, source.manifest.version) == ("CIViC", "2026-10")
    assert (source.manifest.date, source.manifest.licence) == ("2026-10-01", "CC0 1.0")
    facts = yaml.safe_load((Path(made.folder) / "manifest.yaml").read_text())
    assert (facts["items"], facts["imported"], facts["refused"]) == (2, 1, 1)
    assert len(facts["sha256"]) == 64
    assert list(read_rows(Path(made.folder) / "outcomes.tsv", Outcome)) == outcomes
    before = content(Path(made.folder))
    land(made, known)
    assert content(Path(made.folder)) == before  # same input, same bytes
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


BROKEN = {
    "a column missing": (lambda text: text.replace("significance", "meaning"), "significance"),
    "an unknown word": (lambda text: text.replace("\tPredictive\t", "\tMagic\t"), "Magic"),
    "the last row cut off": (lambda text: text[:-30], "cut off"),
    "a row cut off": (lambda text: text.replace("false\tPubMed", "false", 1), "line 2"),
    "nothing but a header": (lambda text: text.splitlines()[0] + "\n", "no row"),
    "an empty file": (lambda text: "", "column"),
    "an item twice": (lambda text: text + text.splitlines()[1] + "\n", "stands in line"),
    "many rows fewer": (lambda text: "\n".join(text.splitlines()[:5]) + "\n", "cut off"),
}


@pytest.mark.parametrize("harm", BROKEN)
def test_a_broken_release_is_refused_and_the_last_base_stays(harm, tmp_path, known):
    path = tmp_path / "x.tsv"
    made = release(path, [item(evidence_id=str(n)) for n in range(1, 21)])
    land(made, known)
    before = content(Path(made.folder))
    change, words = BROKEN[harm]
    path.write_text(change(path.read_text()))
    with pytest.raises(InputError, match=words) as told:
        land(made, known)
    assert "x.tsv" in str(told.value)
    assert content(Path(made.folder)) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["base", "x.tsv"]


def test_a_disk_that_fails_at_the_last_step_leaves_the_last_base(tmp_path, known, monkeypatch):
    made = release(tmp_path / "x.tsv", [item()])
    land(made, known)
    before = content(Path(made.folder))
    rename, asked = Path.rename, []

    def failing(self, target):
        asked.append(target)
        if len(asked) == 2:  # the new folder into the place of the old one
            raise OSError("no space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no space left"):
        land(made, known)
    assert len(asked) == 3 and content(Path(made.folder)) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["base", "x.tsv"]


def test_a_folder_that_no_import_made_is_never_replaced(tmp_path, known):
    made = release(tmp_path / "x.tsv", [item()])
    bundled_copy = tmp_path / "base"
    bundled_copy.mkdir()
    (bundled_copy / "manifest.yaml").write_text("{name: a, version: 1, date: d, licence: x}\n")
    with pytest.raises(InputError, match="is no import of civic"):
        land(made, known)
    assert [p.name for p in bundled_copy.iterdir()] == ["manifest.yaml"]


def test_a_gzip_that_ends_early_is_refused(tmp_path, known):
    made = release(tmp_path / "x.tsv", [item(evidence_id=str(n)) for n in range(1, 500)])
    packed = tmp_path / "x.tsv.gz"
    packed.write_bytes(gzip.compress(Path(made.file).read_bytes())[:-200])
    with pytest.raises(InputError, match="cannot be read to its end"):
        land(replace(made, file=str(packed)), known)
    with pytest.raises(InputError, match="no such file"):
        land(replace(made, file=str(tmp_path / "none.tsv")), known)
    assert not Path(made.folder).exists()


def test_a_column_more_and_quoted_cells_are_no_harm(tmp_path, known):
    columns = (*COLUMNS, "new_column")
    text = item(new_column="", evidence_statement='"He said ""yes""."')
    (outcome,) = land(release(tmp_path / "x.tsv", [text], columns), known)
    (entry,) = read_knowledge(tmp_path / "base").entries
    assert outcome.outcome == "imported" and entry.statement.summary == 'He said "yes".'


def house_row(**changes) -> Statement:
    row = Statement(
        id="house-vemurafenib-ecd", profile="BRAF p.V600E", predicate="sensitivity",
        direction="supports", regimen="vemurafenib", operator="", tumor=("ECD",),
        excluded_tumors=(), conditions="", setting="", level="C", guideline=None, transfers=False,
        limitation=None, escat=None, citations=("PMID:1",), summary="Ours.", checked="2026-09-01",
    )  # fmt: skip
    return replace(row, **changes)


def house(path: Path, *rows: Statement) -> Release:
    write_rows(path, Statement, rows)
    folder = str(path.parent / "base")
    return Release("house", str(path), "1", "2026-10-01", folder, name="Our board")


def test_house_rules_are_checked_like_the_bundled_base(tmp_path, known):
    made = house(tmp_path / "rules.tsv", house_row())
    assert [o.outcome for o in land(made, known)] == ["imported"]
    base = read_knowledge(made.folder)
    assert base.sources[0].manifest.name == "Our board"
    joined = join_knowledge([known.base, base])
    assert joined.by_id["house-vemurafenib-ecd"].base == "Our board"
    with pytest.raises(TableError, match="house-vemurafenib-ecd stands in"):
        join_knowledge([known.base, base, base])
    with pytest.raises(TableError, match="2 knowledge bases are called 'Our board'"):
        join_knowledge([base, replace(base, entries=())])
    patient = Event("SNV", "BRAF", hgvs_p="p.Val600Glu", origin="SOMATIC")
    matcher = Matcher(joined, known.tumors, SETTINGS, "2026-11-01", ("FDA",))
    document, _ = interpret(Facts("X", "ECD", Clinical("X")), [patient], matcher, Limits(180, 365))
    steps = [step for row in document["therapies"] for step in row["trace"]]
    said = {s["statement"]: s["sentence"] for s in steps if s["step"] == "knowledge"}
    assert said["house-vemurafenib-ecd"] == "From Our board 1 of 2026-10-01."
    assert "Our board" in {source["name"] for source in document["knowledge"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tumor": ("XYZ",)}, "tumour code 'XYZ' is unknown"),
        ({"profile": "BRAF V600E"}, "character"),
        ({"profile": "BRAFF p.V600E"}, "gene BRAFF is unknown"),
        ({"level": "A"}, "level A without approval or guideline"),
        ({"id": "pembrolizumab-solid-msi"}, "the bundled base has this id"),
        ({"checked": "2027-01-01"}, "in the future"),
    ],
)
def test_house_rules_with_a_mistake_are_refused(changes, words, tmp_path, known):
    with pytest.raises(InputError, match=words):
        land(house(tmp_path / "rules.tsv", house_row(**changes)), known)
    assert not (tmp_path / "base").exists()


@pytest.mark.skipif(not GENES.exists(), reason=f"no {GENES}")
def test_what_a_house_rule_asks_for_is_looked_for_in_the_reads(tmp_path, known):
    asked = "KRAS p.Q22K AND NRAS wild_type codons 14"
    land(house(tmp_path / "rules.tsv", house_row(profile=asked)), known)
    bases = [str(ROOT / "resources" / "knowledge"), str(tmp_path / "base")]
    files = (str(GENES / "genes.gff3.gz"), str(GENES / "grch38_partial.fa.gz"))
    loci, alleles = tmp_path / "loci.tsv", tmp_path / "alleles.vcf"
    for number, folders in enumerate((bases[:1], bases)):
        outputs = prepare_loci.Outputs(str(loci), str(tmp_path / "loci.bed"))
        prepare_loci.main(folders, *files, outputs)
        enumerate_alleles.main(folders, *files, str(alleles))
        features = {row.feature for row in read_rows(loci, Locus)}
        wanted = {"KRAS p.Q22K", "NRAS wild_type codons 14"}
        assert len(features & wanted) == (0, 2)[number]
        with pysam.VariantFile(str(alleles)) as vcf:  # codon 22 is CAG: G>T on the forward strand
            made = {(r.chrom, r.pos, r.ref, r.alts[0]) for r in vcf}
        assert (("chr12", 25245321, "G", "T") in made) == bool(number)


def test_house_rules_without_a_rule_are_refused(tmp_path, known):
    with pytest.raises(InputError, match="no statement"):
        land(house(tmp_path / "rules.tsv"), known)


def test_house_rules_may_be_a_folder_with_decisions(tmp_path, known):
    (tmp_path / "ours" / "statements").mkdir(parents=True)
    (tmp_path / "ours" / "approvals").mkdir()
    made = house(tmp_path / "ours" / "statements" / "a.tsv", house_row(level="A"))
    (tmp_path / "ours" / "approvals" / "a.tsv").write_text(
        "statement\tregulator\tstatus\tdate\turl\tcdx\tcdx_name\tnote\tchecked\n"
        "house-vemurafenib-ecd\tFDA\tACTIVE\t2017-11-06\thttps://example.org\tunknown\t\t\tno\n"
    )
    land(replace(made, file=str(tmp_path / "ours"), folder=str(tmp_path / "base")), known)
    (entry,) = read_knowledge(tmp_path / "base").entries
    assert [a.regulator for a in entry.approvals] == ["FDA"]


VCF = """##fileformat=VCFv4.1
##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">
##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="x">
##contig=<ID=7>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
7\t140753336\t13961\tA\tT\t.\t.\tCLNSIG=Pathogenic;CLNREVSTAT={status}
"""


def clinvar(tmp_path: Path, text: str) -> Release:
    (tmp_path / "clinvar.vcf").write_text(text)
    where = str(tmp_path / "clinvar.vcf"), "2026-10", "2026-10-01", str(tmp_path / "base")
    return Release("clinvar", *where)


def test_clinvar_is_checked_packed_and_indexed(tmp_path, known):
    text = VCF.format(status="reviewed_by_expert_panel")
    assert count(land(clinvar(tmp_path, text), known)) == [("imported", "", 1)]
    with pysam.VariantFile(str(tmp_path / "base" / "clinvar.vcf.gz")) as made:
        (found,) = made.fetch("7", 140753335, 140753336)
    assert found.info["CLNSIG"] == ("Pathogenic",)
    assert read_knowledge(tmp_path / "base").sources[0].manifest.name == "ClinVar"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (VCF.format(status="magic"), "review status 'magic' is unknown"),
        (VCF.replace("ID=CLNREVSTAT", "ID=OTHER"), "INFO/CLNREVSTAT is missing"),
        ("\n".join(VCF.splitlines()[:-1]) + "\n", "no variant"),
        ("nothing", "cannot be read"),
    ],
)
def test_a_clinvar_that_is_none_is_refused(text, words, tmp_path, known):
    with pytest.raises(InputError, match=words):
        land(clinvar(tmp_path, text), known)


def test_a_hotspot_table_is_checked_and_kept(tmp_path, known):
    path = tmp_path / "hotspots.txt"
    names = "hugo_symbol\tresidue\tamino_acid_position\ttype\ttumor_count"
    path.write_text(f"{names}\nKRAS\tG12\t12\tsingle residue\t9\n")
    made = Release("hotspots", str(path), "2", "2026-10-01", str(tmp_path / "base"))
    land(made, known)
    assert (tmp_path / "base" / "hotspots.tsv").read_text() == path.read_text()
    path.write_text(f"{names}\nKRAS\tG12\t12\tmagic\t9\n")
    with pytest.raises(InputError, match="type 'magic' is unknown"):
        land(made, known)
    path.write_text(names.replace("residue", "place") + "\nKRAS\tG12\t12\t3d\t9\n")
    with pytest.raises(InputError, match="column 'residue' is missing"):
        land(made, known)


def test_every_kind_of_the_schema_has_an_importer():
    schema = yaml.safe_load((ROOT / "config" / "config.schema.yaml").read_text())
    sources = schema["properties"]["knowledge"]["properties"]["sources"]["items"]
    assert set(sources["properties"]["kind"]["enum"]) == set(KINDS)
    assert set(sources["properties"]) == {field.name for field in fields(Release)}


def test_the_command_tries_every_source_and_says_what_became_of_them(tmp_path, capsys):
    good = release(tmp_path / "x.tsv", [item()])
    bad = replace(good, file=str(tmp_path / "none.tsv"), folder=str(tmp_path / "other"))
    block = project_config()["knowledge"] | {"base": str(ROOT / "resources" / "knowledge")}
    tables = (ROOT / "resources" / "tumors.tsv", ROOT / "resources" / "diseases.tsv")

    def entry(made: Release) -> dict[str, str]:
        return {f.name: getattr(made, f.name) for f in fields(Release) if getattr(made, f.name)}

    settings = import_knowledge.Settings(**block | {"sources": [entry(bad), entry(good)]})
    with pytest.raises(InputError, match=r"none\.tsv: no such file"):
        import_knowledge.main(settings, *tables)
    assert "1 items, 1 imported, 0 conditional, 0 refused" in capsys.readouterr().out
    base = read_bases(interpret_case.bases_of(block | {"sources": [entry(good)]}))
    assert base.by_id["civic-eid1"].base == "CIViC" and len(base.sources) == 2
    with pytest.raises(InputError, match="names no release"):
        import_knowledge.main(import_knowledge.Settings(**block | {"sources": []}), *tables)


@pytest.mark.skipif(not HOTSPOTS.exists(), reason=f"no {HOTSPOTS}")
def test_the_real_hotspots_are_read(tmp_path, known):
    made = Release("hotspots", str(HOTSPOTS), "2", "2026-10-01", str(tmp_path / "base"))
    assert count(land(made, known)) == [("imported", "", 6910)]


@pytest.mark.skipif(not HOTSPOTS.exists(), reason=f"no {HOTSPOTS}")
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("named_variants", "gene\thgvs_p\tgenomic\nPPP2R1A\tp.Pro179Arg\tchr7:140753336:A:T\n"),
        (
            "named_variants",
            "Hugo_Symbol\tVariant_Classification\tHGVSp_Short\tNCBI_Build\tChromosome\t"
            "Start_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Type\n"
            "PPP2R1A\tMissense_Mutation\tp.P179R\tGRCh38\tchr7\t140753336\tA\tT\tSNP\n",
        ),
        (
            "events",
            "kind\tgene\thgvs_p\tgenomic\tassessed\n"
            "SNV\tPPP2R1A\tp.Pro179Arg\tchr7:140753336:A:T\tPRESENT\n",
        ),
    ],
    ids=["own table", "MAF", "events"],
)
def test_imported_annotation_reaches_cases_without_reads(kind, text, tmp_path, known):
    """From the importers through gather_events to the codes of oncogenicity."""
    for source, file in (
        ("clinvar", clinvar(tmp_path, VCF.format(status="reviewed_by_expert_panel")).file),
        ("hotspots", str(HOTSPOTS)),
    ):
        land(Release(source, file, "1", "2026-10-01", str(tmp_path / source)), known)
    table, events = tmp_path / "table.tsv", tmp_path / "events.tsv"
    table.write_text(text)
    public = gather_events.read_public(
        str(tmp_path / "clinvar" / "clinvar.vcf.gz"), str(tmp_path / "hotspots" / "hotspots.tsv")
    )
    limits = {"amplified_copies": 6, "deleted_copies": 0.5}
    base = str(ROOT / "resources" / "knowledge")
    context = gather_events.known_to(base, limits, "GRCh38", public=public)
    outside = [gather_events.Outside("T", str(table), kind)]
    gather_events.main(None, None, outside, str(events), context)
    (event,) = read_rows(events, Event)
    assert (event.clinvar, event.clinvar_stars) == ("Pathogenic", 3)
    assert event.hotspot == "P179 (single residue, 30/29 tumours)"
    matcher = Matcher(known.base, known.tumors, SETTINGS, "2026-11-01", ("FDA",))
    facts = Facts("X", "LUAD", Clinical("X"))
    document, _ = interpret(facts, [event], matcher, Limits(180, 365))
    (found,) = [row for row in document["events"] if row["gene"] == "PPP2R1A"]
    assert "OM3" in {code["code"] for code in found["oncogenicity"]["codes"]}
