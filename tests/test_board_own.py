"""Board cases of our own against the bundled knowledge base: findings, facts, answers are data.

Each case is told again in another tumour and with another change of the same place.
"""

import csv
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from board_cases import TIER_ONE, best, drugs, matcher, tiers_found, wrongly_reported
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.records import Clinical, Event
from consilium.tables import PARSERS
from matching_cases import SETTINGS

BOARD = Path(__file__).parent / "board"
EXPECTED = yaml.safe_load((BOARD / "expectations_own.yaml").read_text())
EVENT_TYPES = {field.name: field.type for field in fields(Event)}
TODAY = "2026-11-27"


def table(name):
    with (BOARD / name).open() as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


@cache
def findings(case):
    rows = [dict(row) for row in table("events.tsv") if row.pop("case") == case]
    return [Event(**{key: value or None for key, value in row.items()}) for row in rows]


@cache
def facts(case):
    (row,) = [row for row in table("clinical.tsv") if row["case"] == case]
    known = {name: row.get(name) or "" for name in Clinical.__annotations__}
    parsed = {name: PARSERS[Clinical.__annotations__[name]](text) for name, text in known.items()}
    return Facts(case, row["tumor_type"], Clinical(**parsed))


def told(case, events=None, **changes):
    asked = matcher()
    today = Matcher(asked.base, asked.tumors, SETTINGS, TODAY, asked.regions)
    found = findings(case) if events is None else events
    return interpret(replace(facts(case), **changes), found, today, Limits(180, 365))[0]


@cache
def document(case):
    return told(case)


def regimens(answer, *actions):
    return {drugs(row["regimen"]) for row in answer["therapies"] if row["action"] in actions}


def cases(*keys):
    chosen = {name: case for name, case in EXPECTED.items() if any(key in case for key in keys)}
    return [pytest.param(name, case, id=name) for name, case in chosen.items()]


def test_every_case_has_findings_facts_and_an_expectation():
    known = set(EXPECTED)
    assert known == {row["case"] for row in table("clinical.tsv")}
    assert known >= {row["case"] for row in table("events.tsv")}
    assert set(table("events.tsv")[0]) - {"case"} <= set(EVENT_TYPES)


@pytest.mark.parametrize(("case", "expected"), cases("tiers"))
def test_expected_regimens_stand_at_their_tier(case, expected):
    assert tiers_found(document(case), expected) == expected["tiers"]


@pytest.mark.parametrize(("case", "expected"), cases("never", "no_tier_one"))
def test_what_must_not_be_reported_is_not(case, expected):
    assert wrongly_reported(document(case), expected) == []


@pytest.mark.parametrize(("case", "expected"), cases("avoid"))
def test_what_to_avoid_is_shown_and_recommended_nowhere(case, expected):
    answer = document(case)
    shown, found = regimens(answer, "AVOID"), best(answer)
    assert [name for name in expected["avoid"] if drugs(name) not in shown] == []
    assert [name for name in expected["avoid"] if drugs(name) in found] == []
    tiers = {drugs(row["regimen"]): row["tier"] for row in answer["therapies"] if row["tier"]}
    for name, tier in expected.get("tiers_against", {}).items():
        assert tiers[drugs(name)] == tier


@pytest.mark.parametrize(("case", "expected"), cases("informs"))
def test_what_is_only_told_forbids_nothing(case, expected):
    answer = document(case)
    assert [n for n in expected["informs"] if drugs(n) not in regimens(answer, "INFORM")] == []
    assert [n for n in expected["informs"] if drugs(n) in regimens(answer, "AVOID")] == []


@pytest.mark.parametrize(("case", "expected"), cases("gone", "open", "warns", "dx", "event_tiers"))
def test_withdrawals_open_tests_warnings_diagnoses_and_findings(case, expected):
    answer = document(case)
    gone = regimens(answer, "NO_LONGER_AVAILABLE")
    open_rows = regimens(answer, "NOT_ASSESSABLE")
    diagnoses = " ".join(row["sentence"] for row in answer["diagnostic"])
    tiers = {event["label"]: event["tier"] for event in answer["events"]}
    assert [name for name in expected.get("gone", ()) if drugs(name) not in gone] == []
    assert [name for name in expected.get("open", ()) if drugs(name) not in open_rows] == []
    assert [w for w in expected.get("warns", ()) if w not in " ".join(answer["warnings"])] == []
    assert [words for words in expected.get("dx", ()) if words not in diagnoses] == []
    wanted = expected.get("event_tiers", {})
    assert {label: tiers.get(label) for label in wanted} == wanted


@pytest.mark.parametrize(("case", "expected"), cases("elsewhere"))
def test_another_tumour_takes_the_regimens_out_of_tier_one(case, expected):
    here = [name for name, tier in expected["tiers"].items() if tier in TIER_ONE]
    found = best(told(case, tumor=expected["elsewhere"]))
    assert [name for name in here if found.get(drugs(name)) in TIER_ONE] == []


@pytest.mark.parametrize(("case", "expected"), cases("allele"))
def test_another_change_of_the_same_place_is_no_target(case, expected):
    old, new = expected["allele"]
    changed = [
        replace(event, hgvs_p=new, hgvs_c=None, genomic=None) if event.hgvs_p == old else event
        for event in findings(case)
    ]
    assert changed != findings(case)
    found = best(told(case, changed))
    lost = expected.get("lost", list(expected["tiers"]))
    assert [name for name in lost if drugs(name) in found] == []
