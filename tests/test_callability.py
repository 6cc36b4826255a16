"""Absent, not told, or not looked for: what depth and targets allow to be said."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess_callability import Sample, assess_sample, in_words, untold
from consilium.callability import Assay, Depths, Settings
from consilium.evidence import DepthRun, Locus
from consilium.records import Callability
from consilium.targets import Targets
from gather_events import Outside, main
from prepare_loci import merge_intervals

ROOT = Path(__file__).parents[1]
SETTINGS = Settings(power=0.95, min_alt_reads=3, assumed_purity=0.2)
NEEDED = 61  # depth at which 3 fragments of a change at 10 % are seen with 95 %


def locus(feature="KRAS codon 12", scope="required", **more):
    fields = {
        "feature": feature,
        "gene": feature.split()[0],
        "transcript": "NM_1.1",
        "scope": scope,
        "event_classes": ("SNV",),
        "exon": 2,
        "chrom": "c1",
        "start": 100,
        "end": 103,
        "note": None,
    }
    return Locus(**{**fields, **more})


def state(tmp_path, runs, *loci, targets=None, classes=("SNV", "INDEL"), purity=0.2):
    path = tmp_path / "depth.tsv"
    lines = ["chrom\tstart\tend\tdepth", *("\t".join(map(str, run)) for run in runs)]
    path.write_text("\n".join(lines) + "\n")
    assay = Assay("panel", classes, Targets(targets), purity, "sheet")
    sample = Sample("T", "reads", purity, str(path))
    return list(assess_sample(sample, loci, assay, SETTINGS))


def test_absent_needs_every_base_deep_enough(tmp_path):
    [found] = state(tmp_path, [("c1", 90, 110, NEEDED)], locus())
    assert (found.state, found.required_depth, found.bases_sufficient) == ("ABSENT", NEEDED, 3)
    assert found.excluded_vaf == pytest.approx(0.1, abs=0.002)
    [found] = state(tmp_path, [("c1", 90, 102, 500), ("c1", 102, 110, NEEDED - 1)], locus())
    assert (found.state, found.bases_sufficient) == ("INDETERMINATE", 2)
    assert f"the lowest depth is {NEEDED - 1}" in found.reason


def test_a_base_without_a_run_has_no_depth(tmp_path):
    [found] = state(tmp_path, [("c1", 90, 102, 500)], locus())
    assert (found.state, found.min_depth, found.excluded_vaf) == ("INDETERMINATE", 0, None)


def test_depth_beside_the_targets_does_not_count(tmp_path):
    deep = [("c1", 0, 500, 900)]
    [found] = state(tmp_path, deep, locus(), targets={"c1": [(0, 102)]})
    assert (found.state, found.bases_sufficient, found.excluded_vaf) == ("INDETERMINATE", 2, None)
    [found] = state(tmp_path, deep, locus(), targets={"c1": [(300, 400)]})
    assert (found.state, found.reason) == ("NOT_ASSESSED", "the assay panel does not target it")


def test_an_assay_says_nothing_of_what_it_does_not_look_for(tmp_path):
    place = {"chrom": None, "start": None, "end": None, "transcript": None, "exon": None}
    fusion = locus("ALK fusion", "class", event_classes=("FUSION",), note="no place", **place)
    missing = locus("ERBB2 p.S310F", note="ERBB2 is not in the gene models", **place)
    found = state(tmp_path, [], fusion, missing)
    assert [row.state for row in found] == ["NOT_ASSESSED"] * 2
    assert found[0].reason == "the assay panel does not look for FUSION"
    assert found[1].reason == "ERBB2 is not in the gene models"


def test_a_gene_is_never_absent_and_names_its_gaps(tmp_path):
    parts = [
        locus("BRCA1 loss_of_function", "gene", exon=5, start=100, end=110),
        locus("BRCA1 loss_of_function", "gene", exon=11, start=200, end=210),
    ]
    [found] = state(tmp_path, [("c1", 0, 205, 900)], *parts)
    assert (found.state, found.fraction, found.uncovered) == ("INDETERMINATE", 0.75, "exon 11")
    [found] = state(tmp_path, [("c1", 0, 500, 900)], *parts)
    assert (found.state, found.fraction) == ("INDETERMINATE", 1.0)
    told = in_words(found, None, [])
    assert told.reason.startswith("no somatic change found; 100.0% of coding bases")
    inherited = replace(found, feature="BRCA1 loss_of_function [germline]")
    assert untold(in_words(inherited, None, []), None).reason.startswith(
        "not told without consent; 100.0%"
    )
    assert in_words(inherited, True, []).reason.startswith("no germline change found; 100.0%")


def test_a_sample_that_starts_at_variants_proves_no_negative():
    assay = Assay("panel", ("SNV",), Targets(None), 0.5, "sheet")
    [found] = assess_sample(Sample("T", "variants", 0.5, None), [locus()], assay, SETTINGS)
    assert found.state == "NOT_ASSESSED"
    assert "starts at variants" in found.reason


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.05, 1))
def test_less_depth_never_makes_a_negative(tmp_path_factory, one, other, purity):
    shallow, deep = sorted((one, other))
    folder = tmp_path_factory.mktemp("depth")
    [first] = state(folder, [("c1", 90, 110, shallow)], locus(), purity=purity)
    [second] = state(folder, [("c1", 90, 110, deep)], locus(), purity=purity)
    assert not (first.state == "ABSENT" and second.state != "ABSENT")


def test_depths_fill_gaps_with_nothing():
    depths = Depths([DepthRun("c1", 10, 12, 7), DepthRun("c1", 14, 16, 9)])
    assert list(depths.at("c1", 8, 18)) == [0, 0, 7, 7, 0, 0, 9, 9, 0, 0]
    assert list(depths.at("c1", 11, 15)) == [7, 0, 0, 9]
    assert list(depths.at("c2", 0, 2)) == [0, 0]


def test_loci_merge_into_intervals():
    rows = [locus(start=5, end=9), locus(start=8, end=12), locus(start=20, end=21)]
    assert merge_intervals([*rows, locus(chrom=None)]) == [("c1", 5, 12), ("c1", 20, 21)]


def test_outside_tables_speak_beside_ours(tmp_path):
    header = [field.name for field in fields(Callability)]
    silent = ["T", "ALK fusion", "ALK", "class", "NOT_ASSESSED", "not looked for", *[""] * 11]
    absent = ["T", "KRAS codon 12", "KRAS", "required", "ABSENT", "deep", *[""] * 11]
    callability = tmp_path / "callability.tsv"
    callability.write_text("".join("\t".join(row) + "\n" for row in (header, silent, absent)))
    outside = tmp_path / "outside.tsv"
    outside.write_text(
        "kind\tgene\tassessed\tfeature\tdetail\nFUSION\tALK\tABSENT\tALK fusion\tFISH\n"
    )
    events = tmp_path / "events.tsv"
    main(None, str(callability), [Outside("T", str(outside))], str(events))
    header, *rows = [line.split("\t") for line in events.read_text().splitlines()]
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(r["feature"], r["assessed"], r["sample"]) for r in told] == [
        ("KRAS codon 12", "ABSENT", "T"),
        ("ALK fusion", "ABSENT", "T"),
    ]
