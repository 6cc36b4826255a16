"""Write docs/board.md: what a board expects of each visible case, and what the matcher says.

`make board`, or `python tests/board_table.py`; tests/test_board.py asserts that it is current.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
from board_cases import (
    CASES,
    DAY,
    EXPECTED,
    REGIONS,
    TABLE,
    TIER_ONE,
    Document,
    claims,
    clinical_rows,
    document,
    events,
)
from consilium.records import Event

HEAD = f"""# Board cases

{{}} patients whose answers an expert would know, held against the bundled knowledge base for
{" and ".join(REGIONS)} on {DAY}. `make board` writes this page from
`tests/board/expectations.yaml`, from which `tests/test_board.py` tests; the cases themselves lie in
a folder `shared` beside the project. Every case is also told with its tumour, its allele and its
depth changed: the answer must change, or that file gives the reason why it must not.

*Not above II-D* is the trap of the case; R-I to R-III are the tiers of resistance. What follows
*also* was not asked for.

| case | patient | expected | got | as expected |
|---|---|---|---|---|
"""
KEYS = {  # of an expectation, in the words of the table
    "avoid": "avoid",
    "informs": "told of",
    "gone": "no longer available",
    "open": "not assessable",
    "never": "not above II-D",
}
QUOTED = {"warns": "warning", "dx": "diagnosis"}
MOST_ABSENT = 3  # places that were looked at, told by name


def page() -> str:
    """The page as Markdown."""
    rows = [line(case, expected) for case, expected in EXPECTED.items()]
    return HEAD.format(len(rows)) + "\n".join(rows) + "\n"


def line(case: str, expected: dict[str, Any]) -> str:
    """One case as a row of the table."""
    answer = document(case)
    note = f" ({expected['note']})" if "note" in expected else ""
    said = [name for name, holds in claims(expected, answer).items() if not holds]
    wrong = [*said, *broken(expected, answer)]
    agrees = f"no: {', '.join(wrong)}" if wrong else "yes"
    cells = (case, patient(case, answer), wanted(expected) + note, got(expected, answer), agrees)
    return f"| {' | '.join(cells)} |"


def broken(expected: dict[str, Any], answer: Document) -> list[str]:
    """What must not be said, and is."""
    high = {row["regimen"] for row in answer["therapies"] if row["tier"] in {*TIER_ONE, "II-C"}}
    first = [row["regimen"] for row in answer["therapies"] if row["tier"] in TIER_ONE]
    wrong = [name for name in expected.get("never", ()) if name in high]
    return wrong + (first if expected.get("no_tier_one") else [])


def patient(case: str, answer: Document) -> str:
    """Tumour, findings and clinical facts in a few words."""
    row = clinical_rows()[case]
    words = [f"{name} {row[name]}" for name in ("age", "grade", "line", "ihc") if row[name]]
    words += [row["specimen"]] if row["specimen"] else []
    words += [f"purity {row['purity']}"] if row["purity"] else []
    words += ["germline consent"] if row["consent_germline"] == "yes" else []
    found = events(case)
    labels = [e["label"] for e in answer["events"] if e["assessed"] == "PRESENT"]
    labels += looked(found, "ABSENT", "not found") + looked(found, "NOT_ASSESSED", "not assessed")
    return "; ".join([answer["tumor"]["code"], *labels, *words])


def looked(found: Iterable[Event], state: str, words: str) -> list[str]:
    """What was looked for and not found, or could not be looked for."""
    rows = [event for event in found if event.assessed == state]
    names = [f"{event.gene} {event.hgvs_p or event.kind.lower()}" for event in rows]
    if len(names) > MOST_ABSENT:
        genes = ", ".join(dict.fromkeys(str(event.gene) for event in rows))
        names = [f"{len(names)} places of {genes}"]
    return [f"{words}: {', '.join(names)}"] if names else []


def wanted(expected: dict[str, Any]) -> str:
    """An expectation in words."""
    tiers = {**expected.get("tiers", {}), **expected.get("tiers_against", {})}
    parts = [f"{tier}: {', '.join(names)}" for tier, names in grouped(tiers).items()]
    for key, word in KEYS.items():
        names = [name for name in expected.get(key, ()) if name not in tiers or key == "never"]
        parts += [f"{word}: {', '.join(names)}"] if names else []
    parts += [
        f"{word}: “{words}”" for key, word in QUOTED.items() for words in expected.get(key, ())
    ]
    parts += ["no Tier I"] if expected.get("no_tier_one") else []
    parts += [f"{name} is {tier}" for name, tier in expected.get("event_tiers", {}).items()]
    return "; ".join(parts)


def got(expected: dict[str, Any], answer: Document) -> str:
    """The rows of an answer by tier or action; those that were not asked for come last."""
    asked = {
        name
        for key in ("tiers", "tiers_against", "avoid", "informs", "gone", "open", "never")
        for name in expected.get(key, ())
    }
    rows = {
        row["regimen"]: row["tier"] or spoken(row["action"]) for row in answer["therapies"][::-1]
    }
    told = grouped({name: tier for name, tier in list(rows.items())[::-1] if name in asked})
    others = grouped({name: tier for name, tier in list(rows.items())[::-1] if name not in asked})
    parts = [f"{tier}: {', '.join(names)}" for tier, names in told.items()]
    also = [
        f"{tier}: {', '.join(names)}" if tier in TIER_ONE else f"{len(names)} {tier}"
        for tier, names in others.items()
    ]
    tests = [name for name in expected.get("open", ()) if name not in rows]
    parts += [f"not assessable: {', '.join(tests)}"] if tests else []
    parts += [f"also {'; '.join(also)}"] if also else []
    parts += [
        f"{event['label']} is {event['tier']}"
        for event in answer["events"]
        if event["label"] in expected.get("event_tiers", {})
    ]
    return "; ".join(parts) or "nothing"


def spoken(action: str) -> str:
    """An action in the words of the table."""
    words = {"AVOID": "avoid", "INFORM": "told of", "NOT_ASSESSABLE": "not assessable"}
    return words.get(action, action.lower().replace("_", " "))


def grouped(pairs: dict[str, str]) -> dict[str, list[str]]:
    """Names by their tier, in the order in which tiers come."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, tier in pairs.items():
        found[tier].append(name)
    return found


if __name__ == "__main__":
    if not CASES.exists():
        sys.exit(f"no board cases at {CASES}")
    TABLE.write_text(page())
