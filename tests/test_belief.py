"""Which calls are believed, why not, and where they come from."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from believe_calls import Evidence, Settings, believe
from consilium.callers import CALLERS
from consilium.evidence import Candidate
from consilium.origin import Counted
from consilium.records import Variant
from consilium.statistics import excluded_fraction, power, required_depth, wilson
from consilium.targets import Targets, read_targets
from tabulate_variants import withhold

SETTINGS = Settings(
    min_alt_reads=3,
    min_vaf=0.01,
    accept_filters=["clustered_events", "multiallelic"],
    accept_min_alt_reads=5,
    normal_max_vaf=0.02,
    normal_power=0.95,
    germline_min_population_af=0.001,
    target_padding=10,
)
CALL = Candidate("T", "c1", 100, "A", "C", ("mutect2",), ("mutect2:PASS",), (), None, None)


def judged(tumor=(100, 20), normal=(40, 0), call=CALL, **more):
    evidence = Evidence(
        candidate=call,
        tumor=Counted(*tumor) if tumor else None,
        normal=Counted(*normal) if normal else None,
        population_af=more.get("population_af"),
        on_target=more.get("on_target", True),
    )
    return believe(evidence, SETTINGS)


def filtered(*names):
    return replace(CALL, callers=(), filters=(f"mutect2:{';'.join(names)}",))


def test_a_passed_call_with_a_deep_clean_normal_is_somatic():
    found = judged()
    assert (found.status, found.origin, found.reasons) == ("BELIEVED", "SOMATIC", ())
    assert found.origin_reason == "0 of 40 fragments of the normal show it"


@pytest.mark.parametrize("depth", [0, 1, 7])
def test_a_thin_normal_leaves_the_origin_unknown(depth):
    found = judged(normal=(depth, 0))
    assert (found.status, found.origin) == ("BELIEVED", "UNKNOWN")
    assert f"the normal has {depth} fragments here" in found.origin_reason
    assert judged(normal=(8, 0)).origin == "SOMATIC"


@pytest.mark.parametrize(
    ("normal", "loh"), [((40, 19), False), ((40, 40), None), ((20, 7), False), ((9, 8), None)]
)
def test_what_the_normal_shows_is_germline(normal, loh):
    found = judged(tumor=(50, 25), normal=normal)
    assert (found.status, found.origin, found.loh) == ("BELIEVED", "GERMLINE", loh)


def test_loss_of_the_other_allele():
    assert judged(tumor=(20, 20), normal=(35, 22)).loh is True
    assert judged(tumor=(4, 4), normal=(35, 22)).loh is None  # 1 in 16 by chance


@pytest.mark.parametrize("normal", [(14, 14), (2, 2), (26, 24)])
def test_homozygous_allele_has_no_other_to_lose(normal):
    assert judged(tumor=(20, 20), normal=normal).loh is None


def test_a_few_fragments_in_the_normal_bar_it_from_being_somatic():
    found = judged(normal=(100, 5))
    assert (found.status, found.origin) == ("FILTERED", "UNKNOWN")
    assert "seen in the normal" in found.reasons[0]
    assert judged(normal=(40, 1)).status == "BELIEVED"  # one stray fragment


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ({"tumor": (100, 2)}, "2 fragments show it, 3 are needed"),
        ({"tumor": (1000, 5)}, "fraction 0.0050 is below 0.01"),
        ({"on_target": False}, "outside the targets"),
        ({"call": replace(CALL, part_of="c1:100:AA:CC")}, "part of c1:100:AA:CC"),
        ({"call": replace(CALL, callers=(), filters=())}, "no caller wrote it"),
        ({"call": filtered("weak_evidence")}, "mutect2 filtered it (weak_evidence)"),
        ({"call": filtered("clustered_events"), "tumor": (50, 4)}, "5 would outweigh the filter"),
    ],
)
def test_every_doubt_is_told_in_words(case, words):
    found = judged(**case)
    assert found.status == "FILTERED"
    assert any(words in reason for reason in found.reasons)


def test_enough_fragments_outweigh_mild_filters_but_no_others():
    assert judged(call=filtered("clustered_events")).status == "BELIEVED"
    assert judged(call=filtered("clustered_events", "strand_bias")).status == "FILTERED"


def test_our_own_normal_overrules_a_filter_of_origin():
    found = judged(call=filtered("germline", "normal_artifact"))
    assert (found.status, found.origin) == ("BELIEVED", "SOMATIC")
    found = judged(call=filtered("germline", "normal_artifact"), normal=(40, 21))
    assert (found.status, found.origin) == ("BELIEVED", "GERMLINE")


def test_without_a_normal():
    assert judged(normal=None).origin == "UNKNOWN"
    assert judged(normal=None, population_af=0.004).origin == "LIKELY_GERMLINE"
    assert judged(normal=None, population_af=0.0004).origin == "UNKNOWN"
    assert judged(normal=None, call=filtered("germline")).origin == "LIKELY_GERMLINE"


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 60), st.integers(0, 60))
def test_somatic_is_never_claimed_from_too_few_fragments(depth, alt, normal_depth, normal_alt):
    tumor = (max(depth, alt), alt)
    normal = (max(normal_depth, normal_alt), normal_alt)
    found = judged(tumor=tumor, normal=normal)
    if found.origin == "SOMATIC":
        assert normal[0] >= 8 and normal[1] <= 1 + 0.02 * normal[0]
    if found.status == "BELIEVED":
        assert alt >= 3


# --- what is told of germline variants


def row(pos, origin, **more):
    empty = {name: None for name in Variant.__slots__}
    fixed = {"sample": "T", "chrom": "c1", "pos": pos, "ref": "A", "alt": "C", "origin": origin}
    lists = {"reasons": (), "joined_from": (), "callers": (), "filters": ()}
    return Variant(**{**empty, **fixed, **lists, **more})


@pytest.mark.parametrize("consent", [None, False])
def test_without_consent_nothing_of_a_germline_variant_is_left(consent):
    whole = row(7, "SOMATIC", joined_from=("c1:7:A:C", "c1:5:A:C"))
    part = row(8, "UNKNOWN", reasons=("part of c1:5:A:C",))
    left = list(withhold([row(5, "GERMLINE"), part, whole, row(9, "UNKNOWN")], consent))
    assert [r.pos for r in left] == [7, 9]
    assert left[0].joined_from == ("c1:7:A:C",)


def test_with_consent_they_are_told():
    assert len(list(withhold([row(5, "GERMLINE"), row(9, "SOMATIC")], True))) == 2


# --- callers' adaptors


def record(filters=(), info=None, **sample):
    return SimpleNamespace(filter=list(filters), info=info or {}, samples={"T": sample})


@pytest.mark.parametrize("name", CALLERS)
def test_every_adaptor_names_filters_or_none(name):
    made = record(["PASS"], {"SAF": (20,), "SAR": (20,)}, AO=(40,), DP=100)
    assert CALLERS[name](made, 0, "T") == ()


def test_mutect2_filters_by_allele_where_the_site_has_several():
    # a VCF reader takes `weak_evidence,map_qual|SITE` apart at the comma
    made = record(["PASS"], {"AS_FilterStatus": ("weak_evidence", "map_qual|SITE")})
    assert CALLERS["mutect2"](made, 0, "T") == ("map_qual", "weak_evidence")
    assert CALLERS["mutect2"](made, 1, "T") == ()
    made = record(["germline"], {"AS_FilterStatus": ("SITE",)})
    assert CALLERS["mutect2"](made, 0, "T") == ("germline",)


def test_freebayes_is_judged_by_its_reads():
    low = record((), {"SAF": (2,), "SAR": (1,)}, AO=3, DP=1000)
    assert CALLERS["freebayes"](low, 0, "T") == ("low_lod",)
    biased = record((), {"SAF": (40,), "SAR": (0,)}, AO=40, DP=100)
    assert CALLERS["freebayes"](biased, 0, "T") == ("strand_bias",)


# --- statistics and targets


@settings(deadline=None)
@given(st.integers(0, 3000), st.data())
def test_wilson_is_that_of_scipy(total, data):
    hits = data.draw(st.integers(0, total))
    ours = wilson(hits, total)
    if total:
        theirs = stats.binomtest(hits, total).proportion_ci(0.95, method="wilson")
        assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    else:
        assert ours == (0.0, 1.0)


def test_power_and_its_inverses_are_those_of_scipy():
    depths, fractions, counts = (0, 3, 8, 61, 2000, 100_000), (0, 0.005, 0.1, 0.5, 1), (1, 3, 1100)
    for depth, fraction, fewest in product(depths, fractions, counts):
        assert power(depth, fraction, fewest) == pytest.approx(
            stats.binom.sf(fewest - 1, depth, fraction), abs=1e-9
        )
    for fraction, fewest in product((0.05, 0.1, 0.3), (2, 3)):
        depth = required_depth(fraction, fewest, 0.95)
        assert stats.binom.sf(fewest - 1, depth, fraction) >= 0.95
        assert stats.binom.sf(fewest - 1, depth - 1, fraction) < 0.95
        excluded = excluded_fraction(depth, fewest, 0.95)
        assert stats.binom.sf(fewest - 1, depth, excluded) == pytest.approx(0.95, abs=1e-3)
    assert excluded_fraction(2, 3, 0.95) is None


def test_targets(tmp_path):
    bed = tmp_path / "t.bed"
    bed.write_text("#made\nc1\t100\t200\nc1\t215\t300\nc2\t5\t6\n")
    targets = read_targets(bed, 10)
    assert targets.holds("c1", 89, 91) and not targets.holds("c1", 80, 90)
    assert targets.covers("c1", 207)  # the padded intervals meet
    assert not targets.covers("c1", 310) and not targets.covers("c3", 1)
    assert Targets(None).covers("anything", 1)
