"""The visible board cases against the bundled knowledge base: expectations are data.

The cases lie in a folder `shared` beside the project; without it these tests are skipped.
Every case is told again with its tumour, its findings and its depth changed.
"""

import json
from dataclasses import replace

import pytest

import board_table
from board_cases import (
    CASES,
    EXPECTED,
    TABLE,
    TIER_ONE,
    best,
    claims,
    clinical_rows,
    document,
    drugs,
    events,
    tiers_found,
    told,
    wrongly_reported,
)
from consilium.knowledge.protein import parse_protein
from interpret_case import to_json

UNRELATED = {True: "FL", False: "UM"}  # by whether the tumour is solid
CHANGES = ("tumor", "allele", "depth")
OPPOSITE = {"AMP": "DEL", "DEL": "AMP", "in-frame": "out-of-frame", "out-of-frame": "in-frame"}

pytestmark = pytest.mark.skipif(not CASES.exists(), reason=f"no board cases at {CASES}")


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
    assert tiers_found(document(case), expected) == expected["tiers"]


@pytest.mark.parametrize(("case", "expected"), cases("never", "no_tier_one"))
def test_what_must_not_be_reported_is_not(case, expected):
    assert wrongly_reported(document(case), expected) == []


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


def changed(case, change):
    """The case told again with its tumour, its allele or its depth changed."""
    given = EXPECTED[case].get("changed", {}).get(change, {})
    found = events(case)
    if change == "tumor":
        code = given.get("code", UNRELATED[document(case)["tumor"]["solid"]])
        return told(case, found, tumor=code)
    if "row" in given:
        edits = {name: value for name, value in given.items() if name not in {"row", "then"}}
        place = given["row"] - 1
        found[place] = replace(found[place], **{"hgvs_c": None, "genomic": None} | edits)
        return told(case, found)
    return told(case, [other_allele(e) for e in found] if change == "allele" else depth(found))


def other_allele(event):
    """Another finding at the same place that means nothing of the same kind."""
    if event.assessed != "PRESENT":
        return event
    if event.kind == "CNA":
        return replace(event, value=OPPOSITE[event.value])
    if event.kind == "FUSION":
        return replace(event, value=OPPOSITE.get(event.value, "out-of-frame"), unit="FRAME")
    if event.kind in {"SNV", "MNV", "INDEL", "SV"}:
        change = parse_protein(event.hgvs_p or "")
        silent = f"p.{change.first}{change.start}=" if change else "p.Gly500="
        return replace(event, kind="SNV", hgvs_p=silent, hgvs_c=None, genomic=None)
    return event


def depth(found):
    """Where something could not be read: deep enough now. Else nothing could be read."""
    blind = [event for event in found if event.assessed == "NOT_ASSESSED"]
    if blind:
        return [replace(e, assessed="ABSENT") if e in blind else e for e in found]
    return [replace(event, assessed="NOT_ASSESSED") for event in found]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("case", "expected"), cases())
def test_another_tumour_allele_or_depth_changes_the_answer(case, expected, change):
    answer = changed(case, change)
    said = claims(expected, answer)
    found = best(answer)
    if change in expected.get("unchanged", {}):
        assert all(said.values()), expected["unchanged"][change]
        assert TIER_ONE.isdisjoint(found.values()), expected["unchanged"][change]
        return
    then = expected.get("changed", {}).get(change, {}).get("then", {})
    assert not all(said.values()) or then
    assert [name for name in expected.get("tiers", {}) if found.get(drugs(name)) in TIER_ONE] == []
    new = claims(then, answer)
    assert [name for name, holds in new.items() if not holds] == []


@pytest.mark.parametrize(("case", "expected"), cases())
def test_everything_that_a_board_expects_is_said(case, expected):
    said = claims(expected, document(case))
    assert said and [name for name, holds in said.items() if not holds] == []


@pytest.mark.parametrize(("case", "expected"), cases())
def test_tier_one_follows_the_fda_alone_but_where_it_is_said(case, expected):
    said = claims(expected, told(case, events(case), regions=("FDA",)))
    missing = {name for name, holds in said.items() if not holds}
    assert missing == {f"tier {name}" for name in expected.get("ema_only", ())}


def test_the_table_in_the_docs_is_this_one():
    assert TABLE.read_text() == board_table.page(), "run `make board`"


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_without_the_findings_the_regimens_go(case, expected):
    """Every finding turned into an absence, every absence into a row that could not look."""
    turned = {"PRESENT": "ABSENT", "ABSENT": "NOT_ASSESSED", "NOT_ASSESSED": "NOT_ASSESSED"}
    altered = [replace(event, assessed=turned[event.assessed]) for event in events(case)]
    found = best(told(case, altered))
    assert [name for name in expected["tiers"] if drugs(name) in found] == []


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
