"""Many patients of one MAF: each answered as if alone, at a cost that grows with variants only."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import interpret_cohort
from consilium.knowledge import read_knowledge
from consilium.matching.interpret import Facts, answer, interpret
from consilium.matching.interpret import Limits as Ages
from consilium.matching.matcher import Matcher
from consilium.outside import Context, read_table
from consilium.outside.cohort import read_cohort
from consilium.problems import InputError
from consilium.records import Clinical, Therapy
from consilium.tables import read_rows
from consilium.tumors import read_tumors
from matching_cases import SETTINGS, absent, knowledge, labelled, snv, statement, tumors

ROOT = Path(__file__).parents[1]
HEADER = ("Hugo_Symbol", "Variant_Classification", "Variant_Type", "HGVSp_Short", "HGVSc",
          "t_depth", "t_alt_count", "Tumor_Sample_Barcode")  # fmt: skip
ROWS = (
    ("BRAF", "Missense_Mutation", "SNP", "p.V600E", "c.1799T>A", "100", "30", "MELANOMA"),
    ("KRAS", "Missense_Mutation", "SNP", "p.G12D", "c.35G>A", "80", "20", "COLON"),
    ("TP53", "Missense_Mutation", "SNP", "p.R175H", "c.524G>A", "90", "40", "MELANOMA"),
    ("EGFR", "Missense_Mutation", "SNP", "p.L858R", "c.2573T>G", "60", "6", "LUNG"),
    ("BRCA2", "Frame_Shift_Del", "DEL", "p.S1982Rfs*22", "c.5946del", "60", "6", "NOBODY"),
)
CASES = "case\ttumor_type\tline\tpurity\nMELANOMA\tSKCM\t1\t\nLUNG\tLUAD\t\t0.4\nCOLON\t\t2\t\n"


def write_maf(path, rows=ROWS, header=HEADER):
    path.write_text("\n".join("\t".join(cells) for cells in (header, *rows)) + "\n")
    return str(path)


def config():
    own = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    return own | {"report_date": "2026-11-27", "knowledge": own["knowledge"] | {
        "base": str(ROOT / "resources" / "knowledge"), "sources": []}}  # fmt: skip


def told(folder, tumor=None):
    (folder / "cases.tsv").write_text(CASES)
    out = folder / "therapies.tsv"
    words = interpret_cohort.main(
        write_maf(folder / "all.maf"), str(out), config(), tumor, str(folder / "cases.tsv")
    )
    return words, list(read_rows(out, Therapy))


def test_each_patient_is_answered_as_if_alone(tmp_path):
    _, rows = told(tmp_path, "COADREAD")
    own = config()
    base = read_knowledge(own["knowledge"]["base"])
    kinds = read_tumors(ROOT / "resources" / "tumors.tsv")
    settings = replace(SETTINGS, **own["interpretation"])
    matcher = Matcher(base, kinds, settings, "2026-11-27", tuple(own["regions"]))
    people = {
        "MELANOMA": Facts("MELANOMA", "SKCM", Clinical("MELANOMA", line=1)),
        "COLON": Facts("COLON", "COADREAD", Clinical("COLON", line=2)),
        "LUNG": Facts("LUNG", "LUAD", Clinical("LUNG"), 0.4),
        "NOBODY": Facts("NOBODY", "COADREAD", Clinical("NOBODY")),
    }
    transcripts = {name: gene.transcript for name, gene in base.genes.items()}
    for case, facts in people.items():
        alone = write_maf(tmp_path / f"{case}.maf", [row for row in ROWS if row[-1] == case])
        context = Context(case, transcripts, base.residues, base.aliases)
        events = read_table("named_variants", alone, context)
        _, table = interpret(facts, events, matcher, Ages(180, 365))
        expected = [(r.regimen, r.predicate, r.tier, r.action, r.biomarker) for r in table]
        found = [r for r in rows if r.case == case]
        assert [(r.regimen, r.predicate, r.tier, r.action, r.biomarker) for r in found] == expected
    first = next(row for row in rows if row.case == "MELANOMA" and row.tier == "I-A")
    assert first.biomarker == "BRAF p.Val600Glu (VAF 0.3)"


def test_the_summary_counts_patients_and_tiers(tmp_path):
    words, rows = told(tmp_path)
    tier_one = sum(row.tier == "I-A" for row in rows)
    assert words.startswith(f"4 patients, {len(rows)} rows: ") and f"I-A {tier_one}" in words


def test_a_patient_without_a_tumour_type_has_no_tier(tmp_path):
    _, rows = told(tmp_path)
    assert [row for row in rows if row.case in {"NOBODY", "COLON"} and row.tier] == []


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (ROWS, HEADER[:-1], "column Tumor_Sample_Barcode is missing"),
        ((("BRAF", "", "", "", "", "", "", ""),), HEADER, "row 2: Tumor_Sample_Barcode is empty"),
        ((("BRAF",),), HEADER, "row 2: Tumor_Sample_Barcode is empty"),
        ((("", *ROWS[0][1:]),), HEADER, "row 2: Hugo_Symbol is empty"),
        ((("BRAF", "", "", "p.V600E", "", "many", "3", "P"),), HEADER, "'many' is not a number"),
    ],
)
def test_a_maf_that_cannot_be_read_names_the_row(tmp_path, rows, header, says):
    path = write_maf(tmp_path / "wrong.maf", [cells[: len(header)] for cells in rows], header)
    with pytest.raises(InputError, match=says):
        list(read_cohort(path, Context("")))


def test_a_tumour_type_that_is_none_is_refused(tmp_path):
    with pytest.raises(InputError, match="'lung' is no tumour type; use an OncoTree code, such as"):
        told(tmp_path, "lung")


STRANGERS = tuple(
    labelled(id=f"strange{n}-{gene}", profile=f"{gene}{n} p.V600E", regimen=drug, tumor=(tumor,))
    for n in range(40)
    for gene, drug, tumor in (("XA", "alpha", "MEL"), ("XB", "beta", "SKCM"), ("XC", "c", "ANY"))
)
KNOWN = (
    labelled(),
    labelled(id="kras", profile="KRAS oncogenic", regimen="beta"),
    statement(id="wild", profile="KRAS wild_type codons 12,13", regimen="gamma"),
    labelled(id="egfr", profile="EGFR p.L858R OR EGFR exon 19 inframe_deletion", tumor=("ANY",)),
)


def patient(size):
    """Findings in many genes, most of them in none that a statement names."""
    genes = ("BRAF", "KRAS", "EGFR", *(f"G{n}" for n in range(size)))
    return [
        *(snv(gene, f"p.Val{600 + n}Glu") for n, gene in enumerate(genes)),
        absent("KRAS", "codon 12"),
    ]


def calls(task):
    """How many functions are called, those of C included: work that no busy machine changes."""
    count = 0

    def profiler(frame, event, argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profiler)
    try:
        task()
    finally:
        sys.setprofile(None)
    return count


def cost(base, events):
    """Calls for the second patient of a matcher, when what all patients share is there."""
    matcher = Matcher(base, tumors(), SETTINGS, "2026-11-01", ("FDA",))
    facts = Facts("P", "SKCM", Clinical("P"))
    answer(facts, events, matcher).table()
    return calls(lambda: answer(facts, events, matcher).table())


def test_statements_on_genes_that_the_patient_has_not_cost_nothing():
    few, many = knowledge(*KNOWN), knowledge(*KNOWN, *STRANGERS)
    assert len(many.entries) > 25 * len(few.entries)
    events = patient(20)
    assert cost(many, events) <= 1.05 * cost(few, events)


def test_the_cost_grows_with_the_number_of_variants_and_no_faster():
    base = knowledge(*KNOWN, *STRANGERS)
    one, two, four = (cost(base, patient(size)) for size in (200, 400, 800))
    assert 1.5 < (four - two) / (two - one) < 2.2
