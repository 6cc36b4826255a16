"""docs/coverage.tsv: what of the scope and of the regulators' indications the base covers."""

import csv
from datetime import date
from pathlib import Path

import pytest

from consilium.knowledge.base import read_knowledge

ROOT = Path(__file__).parents[1]
SCOPE = """
    ABL1 BCR::ABL1 AKT1 ALK ATM BRAF BRCA1 BRCA2 PALB2 BARD1 BRIP1 CDK12 CHEK1 CHEK2 FANCL RAD51B
    RAD51C RAD51D RAD54L CDKN2A EGFR ERBB2 ESR1 EZH2 FGFR1 FGFR2 FGFR3 FLT3 GNAQ GNA11 H3 IDH1 IDH2
    JAK2 KIT KMT2A KRAS MAP2K1 MET MMR MSI MYD88 NF1 NPM1 NRAS NRG1 NTRK1 NTRK2 NTRK3 PDGFRA PDGFRB
    PIK3CA POLE PTCH1 SMO PTEN RET ROS1 SF3B1 SMARCB1 STK11 TERT TMB TP53 TSC1 TSC2 VHL HRD
"""
FEATURES = {
    "BRAF": ("class I (V600)", "class II", "class III"),
    "EGFR": (
        "exon 18",
        "exon 19",
        "exon 20 insertion",
        "exon 21",
        "T790M",
        "C797S",
        "amplification",
    ),
    "ERBB2": ("amplification", "mutation"),
    "FGFR3": ("fusion", "mutation"),
    "FLT3": ("ITD", "TKD"),
    "KRAS": ("codon 12", "codon 13", "codon 61", "codon 117", "codon 146"),
    "MET": ("exon 14", "amplification"),
}
# Decided after the look-up aid of May 2026, or withdrawn: named one by one.
RECENT = {
    "daraxonrasib-pancreas",
    "zanidatamab-chemotherapy-gastroesophageal-her2-1l",
    "zenocutuzumab-cholangiocarcinoma-nrg1",
    "vepdegestrant-breast-esr1",
    "gedatolisib-fulvestrant-breast-pik3ca-wt",
    "rucaparib-prostate-brca",
    "giredestrant-everolimus-breast-esr1",
    "tazemetostat-fl-ezh2",
    "mobocertinib-nsclc-egfr-ex20ins-2l",
    "infigratinib-cholangiocarcinoma-fgfr2",
    "pralsetinib-mtc-ret",
}


LABELS = ROOT.parent / "shared" / "data" / "knowledge" / "labels" / "indications_2026-05.tsv"
MISDATED = {("fda", "ibtrozi", "2015-06-11"), ("fda", "piqray", "2024-01-18")}  # by the aid itself


@pytest.fixture(scope="module")
def base():
    return read_knowledge(ROOT / "resources" / "knowledge")


@pytest.fixture(scope="module")
def lines():
    with (ROOT / "docs" / "coverage.tsv").open(newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def covers(line):
    return line["covered_by"].split("|") if line["covered_by"] else []


def test_every_line_is_covered_or_says_why_not(lines):
    wrong = [line for line in lines if bool(covers(line)) == bool(line["reason_not_covered"])]
    assert wrong == [] and len(lines) > 500


def test_every_line_says_what_it_is_about(lines):
    assert {line["kind"] for line in lines} == {"gene", "indication", "limitation"}
    for line in lines:
        asked = ("biomarker",) if line["kind"] == "gene" else ("regulator", "drug", "tumor")
        assert all(line[name] for name in (*asked, "biomarker")), line
        if line["status"] == "ACTIVE":
            assert date.fromisoformat(line["since"]), line


def test_no_line_stands_twice(lines):
    seen = [tuple(line.values()) for line in lines]
    assert len(set(seen)) == len(seen)


def test_every_statement_named_exists_and_is_of_that_drug(base, lines):
    for line in lines:
        for name in covers(line):
            assert name in base.by_id, name
            if line["kind"] != "gene":
                assert set(base.by_id[name].statement.drugs) & set(line["drug"].split(" + ")), line


def test_every_gene_and_biomarker_of_the_scope_is_there(lines):
    named = [line["biomarker"] for line in lines if line["kind"] == "gene"]
    words = {word for name in named for word in name.split()}
    assert [gene for gene in SCOPE.split() if gene not in words] == []
    for gene, features in FEATURES.items():
        of_gene = [name for name in named if name.split()[0] == gene]
        missing = [f for f in features if not any(f in name for name in of_gene)]
        assert missing == [], gene


def test_a_limitation_is_never_listed_as_an_indication(base, lines):
    for line in lines:
        if line["kind"] != "gene":
            said = {base.by_id[name].statement.predicate for name in covers(line)}
            assert ("sensitivity" in said or not said) is (line["kind"] == "indication"), line


def test_every_decision_of_the_base_covers_a_line(base, lines):
    named = {(line["regulator"], name) for line in lines for name in covers(line)}
    decided = {
        (a.regulator, a.statement)
        for entry in base.entries
        for a in entry.approvals
        if a.regulator in {"FDA", "EMA"}
    }
    assert decided - named == set()


def test_a_line_rests_on_its_regulator_s_own_decision_and_says_its_status(base, lines):
    for line in lines:
        if line["kind"] != "gene" and covers(line):
            found = [a for name in covers(line) for a in base.by_id[name].approvals]
            own = {a.status for a in found if a.regulator == line["regulator"]}
            assert own == {line["status"]}, line


def test_recent_and_withdrawn_indications_are_covered(lines):
    named = {name for line in lines if line["kind"] == "indication" for name in covers(line)}
    assert RECENT - named == set()


def test_every_label_of_the_look_up_aid_is_accounted_for(lines):
    """By brand and day of approval; where the aid gives no day, by brand alone."""
    if not LABELS.exists():
        pytest.skip(f"no look-up aid at {LABELS}")
    known = {(c["regulator"].lower(), c["label"].lower(), c["since"]) for c in lines}
    brands = {key[:2] for key in known}
    missing, counted = set(), 0
    with LABELS.open(newline="") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            if row["regulator"] not in {"fda", "ema"}:
                continue
            counted += 1
            brand = row["document"].split(".")[1].split("_")[0].replace("-", " ")
            key = (row["regulator"], brand, row["initial_approval_date"])
            if key[:2] not in brands or (key[2] and key not in known | MISDATED):
                missing.add(key)
    assert counted > 400 and missing == set()
