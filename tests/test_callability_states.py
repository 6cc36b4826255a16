"""The state of every actionable feature by the rule of the specification, from files to table."""

import csv
from dataclasses import replace

import pytest
from scipy.stats import binom

from assess_callability import Case, Inputs, Sample, main
from consilium.callability import Settings
from consilium.evidence import Locus
from consilium.knowledge import actionable_features, read_knowledge
from consilium.records import Callability, Variant
from consilium.statistics import excluded_fraction, required_depth
from consilium.tables import read_rows, write_rows
from prepare_loci import place_feature
from report_cases import EGFR
from test_callability import ROOT, locus

SETTINGS = Settings(power=0.95, min_alt_reads=3, assumed_purity=0.2)
BASE = ROOT / "resources" / "knowledge"
CASE = Case([], "panel", ["SNV", "INDEL"], None)
KRAS = replace(
    EGFR,
    sample="T",
    chrom="c1",
    pos=101,
    gene="KRAS",
    hgvs_p="p.Gly12Cys",
    hgvs_c="c.34G>T",
    consequence="missense_variant",
    status="BELIEVED",
    reasons=(),
    origin="SOMATIC",
)


@pytest.fixture
def assess(tmp_path):
    """Rows of callability.tsv by feature, for one sample."""

    def run(loci, variants=(), depth=500, **more) -> dict[str, Callability]:
        files = {name: tmp_path / f"{name}.tsv" for name in ("loci", "variants", "depth", "out")}
        write_rows(files["loci"], Locus, loci)
        write_rows(files["variants"], Variant, variants)
        runs = depth if isinstance(depth, list) else [("c1", 0, 1000, depth)]
        with files["depth"].open("w") as handle:
            csv.writer(handle, delimiter="\t").writerows(
                [("chrom", "start", "end", "depth"), *runs]
            )
        purity, starts = more.pop("purity", 0.6), more.pop("starts_at", "reads")
        depths = str(files["depth"]) if starts == "reads" else None
        case = replace(CASE, samples=[Sample("T", starts, purity, depths)], **more)
        inputs = Inputs(str(files["loci"]), str(files["variants"]), None, 0, [str(BASE)])
        main(inputs, str(files["out"]), case, SETTINGS)
        return {row.feature: row for row in read_rows(files["out"], Callability)}

    return run


@pytest.mark.parametrize("purity", [0.05, 0.2, 0.37, 0.6, 1.0])
def test_the_depth_that_a_negative_needs_is_the_binomial_one(assess, purity):
    """P(at least 3 fragments | VAF = purity / 2, depth) >= 0.95, and not one base less."""
    vaf = purity / 2
    needed = required_depth(vaf, 3, 0.95)
    assert binom.sf(2, needed, vaf) >= 0.95 > binom.sf(2, needed - 1, vaf)
    at_limit, below = (
        assess([locus()], depth=depth, purity=purity)["KRAS codon 12"]
        for depth in (needed, needed - 1)
    )
    assert (at_limit.state, below.state) == ("ABSENT", "INDETERMINATE")
    assert at_limit.required_depth == below.required_depth == needed
    assert (at_limit.purity, at_limit.purity_source) == (purity, "sheet")


@pytest.mark.parametrize("depth", [3, 30, 61, 500, 5000])
def test_the_excluded_fraction_is_the_smallest(depth):
    smallest = excluded_fraction(depth, 3, 0.95)
    assert binom.sf(2, depth, smallest) >= 0.95 - 1e-4
    assert binom.sf(2, depth, smallest * 0.999) < 0.95


def test_an_unknown_purity_is_assumed_and_said(assess):
    row = assess([locus()], purity=None)["KRAS codon 12"]
    assert (row.state, row.purity, row.purity_source) == ("ABSENT", 0.2, "assumed")
    assert "61 needed at an assumed tumour fraction 0.2" in row.reason
    assert assess([locus()], depth=60, purity=None)["KRAS codon 12"].state == "INDETERMINATE"


@pytest.mark.parametrize("state", ["reads", "variants"])
def test_what_was_found_is_present_whatever_the_depth(assess, state):
    for depth in (0, 5000):
        row = assess([locus()], [KRAS], depth, starts_at=state)["KRAS codon 12"]
        assert (row.state, row.reason) == ("PRESENT", "p.Gly12Cys was found")
    assert (
        assess([locus()], [], 5000, starts_at="variants")["KRAS codon 12"].state == "NOT_ASSESSED"
    )


def test_a_filtered_change_that_may_be_clonal_leaves_it_open(assess):
    seen = replace(
        KRAS, status="FILTERED", reasons=("mutect2 filtered it (strand_bias)",), vaf_high=0.31
    )
    row = assess([locus()], [seen])["KRAS codon 12"]
    assert row.state == "INDETERMINATE"
    assert "but not believed: mutect2 filtered it (strand_bias)" in row.reason
    for change in ({"vaf_high": 0.29}, {"reasons": ("part of c1:100:A:T",)}, {"gene": "NRAS"}):
        assert assess([locus()], [replace(seen, **change)])["KRAS codon 12"].state == "ABSENT"


def test_what_may_be_the_feature_is_open(assess):
    """A change deep in the intron beside exon 14 may make the cell skip it."""
    feature = locus("MET exon 14 skipping", event_classes=("SNV", "INDEL"))
    place = {"codon_start": None, "codon_end": None, "exon": 14}
    near = replace(
        KRAS, gene="MET", hgvs_p=None, hgvs_c="c.3028+7G>T", consequence="intron_variant", **place
    )
    row = assess([feature], [near])["MET exon 14 skipping"]
    assert row.state == "INDETERMINATE"
    assert "may be MET exon 14 skipping" in row.reason
    sure = replace(near, hgvs_c="c.3028+1G>T", consequence="splice_donor_variant")
    assert assess([feature], [near, sure])["MET exon 14 skipping"].state == "PRESENT"


def test_a_wild_type_claim_needs_its_codons_alone(assess):
    wild = [
        locus("KRAS wild_type codons 12,13"),
        locus("KRAS wild_type codons 12,13", start=103, end=106),
    ]
    whole = locus("KRAS oncogenic", "gene", start=0, end=900)
    rows = assess([*wild, whole], depth=[("c1", 90, 110, 500)])
    assert rows["KRAS wild_type codons 12,13"].state == "ABSENT"
    assert (rows["KRAS oncogenic"].state, rows["KRAS oncogenic"].bases_sufficient) == (
        "INDETERMINATE",
        20,
    )
    rows = assess([*wild, whole], depth=[("c1", 90, 105, 500)])
    assert rows["KRAS wild_type codons 12,13"].state == "INDETERMINATE"
    assert assess(wild, [KRAS])["KRAS wild_type codons 12,13"].state == "PRESENT"


@pytest.mark.parametrize(
    ("asked", "seen", "state"),
    [
        (("INDEL",), ["SNV"], "NOT_ASSESSED"),
        (("SNV", "INDEL"), ["SNV"], "NOT_ASSESSED"),
        (("SNV",), ["SNV"], "ABSENT"),
        (("INDEL",), ["SNV", "INDEL"], "ABSENT"),
    ],
)
def test_an_assay_must_look_for_the_class_of_event(assess, asked, seen, state):
    feature = "EGFR exon 19 inframe_deletion"
    row = assess([locus(feature, event_classes=asked)], event_classes=seen)[feature]
    assert row.state == state


@pytest.mark.parametrize("feature", ["ALK fusion", "MET amplification", "FLT3 ITD"])
def test_event_classes_without_a_place_are_never_absent(assess, feature):
    kind = {"fusion": "FUSION", "amplification": "CNA", "ITD": "ITD"}[feature.split()[1]]
    place = {"chrom": None, "start": None, "end": None, "note": "no place answers it"}
    row = assess(
        [locus(feature, "class", event_classes=(kind,), **place)], event_classes=["SNV", kind]
    )[feature]
    assert (row.state, row.reason) == ("NOT_ASSESSED", "no place answers it")


def test_a_germline_feature_asks_for_germline_changes_and_for_consent(assess):
    feature = "KRAS codon 12 [germline]"
    [row] = assess([locus(feature)], consent_germline=None).values()
    assert row.state == "NOT_ASSESSED"
    assert row.reason.startswith("not told without consent")
    for origin, state in (("SOMATIC", "ABSENT"), ("GERMLINE", "PRESENT")):
        seen = replace(KRAS, origin=origin)
        [row] = assess([locus(feature)], [seen], consent_germline=True).values()
        assert row.state == state


def test_every_actionable_feature_of_the_base_has_one_row(assess):
    base = read_knowledge(BASE)
    wanted = [str(leaf) for leaf in actionable_features(base)]
    loci = [
        row for leaf in actionable_features(base) for row in place_feature(leaf, {}, None, base)
    ]
    rows = assess(loci)
    assert list(rows) == wanted
    assert {row.state for row in rows.values()} == {"NOT_ASSESSED"}
    assert all(row.reason for row in rows.values())
