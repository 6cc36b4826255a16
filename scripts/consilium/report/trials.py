"""The section about trials: those that look for this patient, and what to find out for more."""

from collections.abc import Mapping
from typing import Any

from consilium.report.inputs import CaseData

ORIGINS = ("curated", "structured", "text")  # from what weighs most
NAMED = 2  # trials and findings that the row of the first screen spells out
Row = dict[str, Any]


def trials(data: CaseData) -> Row:
    """The trials of `trials.json`, as many of each kind as the page shows."""
    found = data.trials
    shown = data.config["trials"]["shown"] if found["trials"] or found["ineligible"] else 0
    taken: dict[str, int] = {}
    rows = []
    for row in found["trials"]:
        taken[row["group"]] = taken.get(row["group"], 0) + 1
        if taken[row["group"]] <= shown:
            rows.append(_sorted(row))
    return {
        "trials": {
            "status": found["status"],
            "rows": rows,
            "max_status_age": found["max_status_age"],
            "sources": list(found["sources"]),
            "counts": dict(found["counts"]),
            "questions": list(found["questions"]),
            "ineligible": list(found["ineligible"][:shown]),
        }
    }


def _sorted(row: Mapping[str, Any]) -> Row:
    """Criteria by the rank of where they come from; the arm that fits best comes first."""
    arms = [{**arm, "checks": _by_origin(arm["checks"])} for arm in row["arms"]]
    arms.sort(key=lambda arm: not arm["best"])
    return {**row, "checks": _by_origin(row["checks"]), "arms": arms}


def _by_origin(checks: list[Row]) -> list[Row]:
    return sorted(checks, key=lambda check: ORIGINS.index(check["origin"]))


def consider(data: CaseData) -> list[Row]:
    """The line of the first screen: open trials that ask for what was found (rule 20)."""
    found = [row for row in data.trials["trials"] if row["group"] == "biomarker"]
    near = [row for row in found if row["reach"]["in_country"] is not False]
    if not found:
        return []
    texts = data.texts
    named = [_named(data, row) for row in (near or found)[:NAMED]]
    labels = list(dict.fromkeys(label for row in found for label in row["findings"]))
    where = "answer_near" if near and data.clinical.country else "answer_where"
    return [
        {
            "tier": "II-C",
            "what": texts("trials.answer_what", n=len(found)),
            "because": texts.listed(labels[:NAMED]) or texts("trials.answer_absence"),
            "why": texts(
                f"trials.{where}",
                n=len(near),
                country=data.clinical.country,
                named=", ".join(named),
            ),
            "summary": "",
            "ask": [],
            "link": "trials",
        }
    ]


def _named(data: CaseData, row: Mapping[str, Any]) -> str:
    verdict = data.texts.group("trials")["verdict"][row["verdict"]]
    return f"{row['id']} ({verdict})"
