"""The visible board cases against the bundled knowledge base: expectations are data.

The cases lie in a folder `shared` beside the project; without it these tests are skipped.
Every case is told again with its tumour, its findings and its depth changed.
"""

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from consilium.knowledge import read_knowledge
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.records import Clinical, Event
from consilium.tables import PARSERS, read_rows
from consilium.tumors import read_tumors
from interpret_case import to_json
from matching_cases import SETTINGS

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "design" / "board_events"
EXPECTED = yaml.safe_load((ROOT / "tests" / "board" / "expectations.yaml").read_text())
POSITIVE = {"I-A", "I-B", "II-C", "II-D"}
TIER_ONE = {"I-A", "I-B"}
ABOVE_IID = {"I-A", "I-B", "II-C"}
UNRELATED = {True: "FL", False: "UM"}  # by whether the tumour is solid

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"no board cases at {CASES}")


@cache
def matcher(regions=("FDA", "EMA")):
    base = read_knowledge(ROOT / "resources" / "knowledge")
    tumors = read_tumors(ROOT / "resources" / "tumors.tsv")
    return Matcher(base, tumors, SETTINGS, "2026-11-23", regions)


@cache
def clinical_rows():
    with (CASES / "clinical.tsv").open() as handle:
        return {row["case"]: row for row in csv.DictReader(handle, delimiter="\t")}


def facts(case, **changes):
    row = dict(clinical_rows()[case])
    tumor, purity = row.pop("tumor_type"), row.pop("purity")
    hints = Clinical.__annotations__
    clinical = Clinical(**{name: PARSERS[hints[name]](text or "") for name, text in row.items()})
    known = Facts(case, tumor, clinical, float(purity) if purity else None)
    return replace(known, **changes)


def events(case):
    return list(read_rows(CASES / case / "events.tsv", Event))


@cache
def document(case):
    return told(case, events(case))


def told(case, found, **changes):
    return interpret(facts(case, **changes), found, matcher(), Limits(180, 365))[0]


def drugs(regimen):
    return frozenset(regimen.split(" + "))


def best(answer):
    """Regimen -> its positive tier."""
    return {
        drugs(row["regimen"]): row["tier"] for row in answer["therapies"] if row["tier"] in POSITIVE
    }


def cases(*keys):
    return [
        pytest.param(case, expected, id=case)
        for case, expected in EXPECTED.items()
        if not keys or any(key in expected for key in keys)
    ]


def test_every_case_has_an_expectation():
    assert set(EXPECTED) == set(clinical_rows())
    assert set(EXPECTED) == {path.name for path in CASES.iterdir() if path.is_dir()}


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_expected_regimens_stand_at_their_tier(case, expected):
    found = best(document(case))
    assert {name: found.get(drugs(name)) for name in expected["tiers"]} == expected["tiers"]


@pytest.mark.parametrize(("case", "expected"), cases("never", "no_tier_one"))
def test_what_must_not_be_reported_is_not(case, expected):
    found = best(document(case))
    wrong = [name for name in expected.get("never", ()) if found.get(drugs(name)) in ABOVE_IID]
    assert wrong == []
    if expected.get("no_tier_one"):
        assert [set(regimen) for regimen, tier in found.items() if tier in TIER_ONE] == []


@pytest.mark.parametrize(("case", "expected"), cases("avoid"))
def test_resistance_and_lack_of_benefit_are_shown(case, expected):
    answer = document(case)
    shown = {drugs(row["regimen"]) for row in answer["therapies"] if row["action"] == "AVOID"}
    assert [name for name in expected["avoid"] if drugs(name) not in shown] == []
    assert [name for name in expected["avoid"] if drugs(name) in best(answer)] == []
    tiers = {drugs(r["regimen"]): r["tier"] for r in answer["therapies"] if r["tier"]}
    for name, tier in expected.get("tiers_against", {}).items():
        assert tiers[drugs(name)] == tier


@pytest.mark.parametrize(("case", "expected"), cases("gone"))
def test_what_was_withdrawn_is_listed_with_its_reason(case, expected):
    gone = {
        row["regimen"]: row["why"]
        for row in document(case)["therapies"]
        if row["action"] == "NO_LONGER_AVAILABLE"
    }
    assert [name for name in expected["gone"] if "withdrawn" not in gone.get(name, "")] == []


@pytest.mark.parametrize(("case", "expected"), cases("open"))
def test_what_cannot_be_assessed_is_said(case, expected):
    answer = document(case)
    rows = {row["regimen"] for row in answer["therapies"] if row["action"] == "NOT_ASSESSABLE"}
    tests = " ".join(entry["what"] for entry in answer["not_assessable"])
    assert [name for name in expected["open"] if name not in rows and name not in tests] == []


@pytest.mark.parametrize(("case", "expected"), cases("event_tiers", "warns", "dx"))
def test_findings_warnings_and_diagnoses(case, expected):
    answer = document(case)
    tiers = {event["label"]: event["tier"] for event in answer["events"]}
    wanted = expected.get("event_tiers", {})
    assert {label: tiers.get(label) for label in wanted} == wanted
    told_warnings, told_diagnoses = (
        " ".join(answer["warnings"]),
        " ".join(row["sentence"] for row in answer["diagnostic"]),
    )
    assert [words for words in expected.get("warns", ()) if words not in told_warnings] == []
    assert [words for words in expected.get("dx", ()) if words not in told_diagnoses] == []


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_another_tumour_takes_the_regimens_out_of_tier_one(case, expected):
    solid = document(case)["tumor"]["solid"]
    found = best(told(case, events(case), tumor=UNRELATED[solid]))
    assert [name for name in expected["tiers"] if found.get(drugs(name)) in TIER_ONE] == []


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_without_the_findings_the_regimens_go(case, expected):
    """Every finding turned into an absence, every absence into a row that could not look."""
    turned = {"PRESENT": "ABSENT", "ABSENT": "NOT_ASSESSED", "NOT_ASSESSED": "NOT_ASSESSED"}
    changed = [replace(event, assessed=turned[event.assessed]) for event in events(case)]
    found = best(told(case, changed))
    assert [name for name in expected["tiers"] if drugs(name) in found] == []


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_a_synonymous_change_of_the_same_codon_is_no_target(case, expected):
    small = [event for event in events(case) if event.kind in {"SNV", "MNV"} and event.hgvs_p]
    small = [event for event in small if event.hgvs_p.startswith("p.")]
    if not small or any(event.kind in {"FUSION", "CNA"} for event in events(case)):
        pytest.skip("the regimens of this case do not rest on a substitution alone")
    silent = [
        replace(event, hgvs_p=f"{event.hgvs_p[:-3]}=", hgvs_c=None, genomic=None)
        if event in small
        else event
        for event in events(case)
    ]
    before, after = best(document(case)), best(told(case, silent))
    lost = [name for name in expected["tiers"] if drugs(name) not in after]
    assert lost and all(drugs(name) in before for name in lost)


@pytest.mark.parametrize("case", EXPECTED)
def test_the_same_case_gives_the_same_bytes(case):
    assert to_json(document(case)) == to_json(told(case, events(case)))


@pytest.mark.parametrize("case", EXPECTED)
def test_every_tier_one_row_has_a_source_with_date_and_address(case):
    for row in document(case)["therapies"]:
        if row["tier"] in TIER_ONE:
            by_label = any(
                " ACTIVE 20" in words or " ACTIVE 19" in words for words in row["regions"]
            )
            assert by_label or any(c.startswith(("URL:", "PMID:")) for c in row["citations"])
            assert row["checked"] and row["checked"] != "no"
            assert json.dumps(row["trace"]).count('"rule"') >= 8
