"""The visible board cases: what is known of each, what is expected, and what the matcher says.

The cases lie in a folder `shared` beside the project; what a board expects of each is data in
`board/expectations.yaml`, keyed by the same id.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from consilium.knowledge import read_knowledge
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.matcher import Matcher
from consilium.records import Clinical, Event
from consilium.tables import PARSERS, read_rows
from consilium.tumors import read_tumors
from matching_cases import SETTINGS

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "design" / "board_events"
EXPECTED = yaml.safe_load((ROOT / "tests" / "board" / "expectations.yaml").read_text())
TABLE = ROOT / "docs" / "board.md"
DAY = "2026-11-23"
REGIONS = ("FDA", "EMA")
POSITIVE = {"I-A", "I-B", "II-C", "II-D"}
TIER_ONE = {"I-A", "I-B"}
ABOVE_IID = {"I-A", "I-B", "II-C"}

Document = dict[str, Any]


@cache
def matcher(regions: tuple[str, ...] = REGIONS) -> Matcher:
    base = read_knowledge(ROOT / "resources" / "knowledge")
    tumors = read_tumors(ROOT / "resources" / "tumors.tsv")
    return Matcher(base, tumors, SETTINGS, DAY, regions)


@cache
def clinical_rows() -> dict[str, dict[str, str]]:
    with (CASES / "clinical.tsv").open() as handle:
        return {row["case"]: row for row in csv.DictReader(handle, delimiter="\t")}


def facts(case: str, **changes: Any) -> Facts:
    row = dict(clinical_rows()[case])
    tumor, purity = row.pop("tumor_type"), row.pop("purity")
    hints = Clinical.__annotations__
    clinical = Clinical(**{name: PARSERS[hints[name]](text or "") for name, text in row.items()})
    known = Facts(case, tumor, clinical, float(purity) if purity else None)
    return replace(known, **changes)


def events(case: str) -> list[Event]:
    return list(read_rows(CASES / case / "events.tsv", Event))


@cache
def document(case: str) -> Document:
    return told(case, events(case))


def told(case: str, found: list[Event], regions: tuple[str, ...] = REGIONS, **changes: Any) -> Any:
    return interpret(facts(case, **changes), found, matcher(regions), Limits(180, 365))[0]


def drugs(regimen: str) -> frozenset[str]:
    return frozenset(regimen.split(" + "))


def best(answer: Document) -> dict[frozenset[str], str]:
    """Regimen -> its positive tier."""
    return {
        drugs(row["regimen"]): row["tier"] for row in answer["therapies"] if row["tier"] in POSITIVE
    }


def claims(expected: dict[str, Any], answer: Document) -> dict[str, bool]:
    """What a board expects to read of a case, and whether an answer says it."""
    found = best(answer)
    against = {drugs(r["regimen"]): r["tier"] for r in answer["therapies"] if r["tier"]}
    actions: dict[str, set[frozenset[str]]] = {}
    for row in answer["therapies"]:
        actions.setdefault(row["action"], set()).add(drugs(row["regimen"]))
    tests = " ".join(entry["what"] for entry in answer["not_assessable"])
    warned = " ".join(answer["warnings"])
    diagnoses = " ".join(row["sentence"] for row in answer["diagnostic"])
    tiers = {event["label"]: event["tier"] for event in answer["events"]}
    waiting = actions.get("NOT_ASSESSABLE", set())

    def each(key: str, word: str, test: Any) -> dict[str, bool]:
        return {f"{word} {name}": test(name) for name in expected.get(key, ())}

    return {
        **each("tiers", "tier", lambda n: found.get(drugs(n)) == expected["tiers"][n]),
        **each("tiers_against", "tier", lambda n: against.get(drugs(n)) in {"R-I", "R-II"}),
        **each("avoid", "avoid", lambda n: drugs(n) in actions.get("AVOID", ())),
        **each("informs", "informs", lambda n: drugs(n) in actions.get("INFORM", ())),
        **each("gone", "gone", lambda n: drugs(n) in actions.get("NO_LONGER_AVAILABLE", ())),
        **each("open", "open", lambda n: drugs(n) in waiting or n in tests),
        **each("warns", "warns", lambda n: n in warned),
        **each("dx", "dx", lambda n: n in diagnoses),
        **each("event_tiers", "event", lambda n: tiers.get(n) == expected["event_tiers"][n]),
    }


def tiers_found(answer: Document, expected: Mapping[str, Any]) -> dict[str, str | None]:
    """The tier that each regimen of an expectation has in the answer."""
    found = best(answer)
    return {name: found.get(drugs(name)) for name in expected["tiers"]}


def wrongly_reported(answer: Document, expected: Mapping[str, Any]) -> list[object]:
    """Regimens above II-D that must not be, and of Tier I where there must be none."""
    found = best(answer)
    wrong = [name for name in expected.get("never", ()) if found.get(drugs(name)) in ABOVE_IID]
    none = expected.get("no_tier_one")
    return [*wrong, *(set(r) for r, tier in found.items() if none and tier in TIER_ONE)]
