"""What is known of a patient's trials, as the document `trials.json`."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from consilium.trials.places import Home, Reach
from consilium.trials.rank import Question, Ranked, rank, what_to_find_out
from consilium.trials.records import DISEASE
from consilium.trials.verdicts import ArmMatch, Check, TrialMatch

# Why a trial may be one: a finding that it asks for; a biomarker that is not known; the tumour
# alone; or hardly, since it is not clear which tumours it is for, or something speaks against it.
GROUPS = ("biomarker", "question", "tumor", "unclear", "against")
BRIEF = frozenset({"unclear", "against"})  # nobody needs each criterion of these
QUESTIONS = 5
# What bars nobody from a near miss comes first: a trial for this tumour and another biomarker.
NEARNESS = ("molecular", "clinical", "tumor", None)
Row = dict[str, Any]


def trials_document(
    matches: Iterable[TrialMatch], home: Home, tiers: Mapping[str, str]
) -> dict[str, Any]:
    """Open trials that nothing bars, in their order; then what bars from the others.

    Closed trials are only counted.
    """
    by_state: dict[str, list[TrialMatch]] = {"closed": [], "ineligible": [], "open": []}
    for match in matches:
        failed = "ineligible" if match.verdict == "FAIL" else "open"
        by_state["closed" if match.excluded else failed].append(match)
    rows = [_row(row) for row in rank(by_state["open"], home, tiers)]
    barred = sorted((_barred(match) for match in by_state["ineligible"]), key=_near_miss)
    groups = Counter(row["group"] for row in rows)
    return {
        "counts": {
            **{group: groups[group] for group in GROUPS},
            **{state: len(found) for state, found in by_state.items()},
        },
        "questions": [_question(q) for q in what_to_find_out(by_state["open"], QUESTIONS)],
        "trials": rows,
        "ineligible": barred,
    }


def as_text(document: Mapping[str, Any]) -> str:
    """The document as JSON, a trial a line: indented all over it would take most of the time."""
    parts = []
    for key in sorted(document):
        value = document[key]
        many = isinstance(value, list) and value
        text = "[\n" + ",\n".join(map(_line, value)) + "\n]" if many else _line(value)
        parts.append(f"{_line(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _head(match: TrialMatch) -> Row:
    trial = match.trial
    address = next((url for url in trial.urls if url.startswith(("https://", "http://"))), None)
    return {
        "id": trial.id,
        "title": trial.title,
        "url": address,
        "source": trial.source,
        "phases": list(trial.phases),
    }


def _row(ranked: Ranked) -> Row:
    match, trial, group = ranked.match, ranked.match.trial, group_of(ranked.best)
    shared = [check for check in ranked.best.checks if check.criterion.arm is None]
    return {
        **_head(match),
        "group": group,
        "verdict": match.verdict,
        "status": trial.status,
        "checked": trial.checked or None,
        "verified": trial.verified,
        "check_status": match.check_status,
        "tier": ranked.tier,
        "findings": list(_findings(ranked.best)),
        "reach": _reach(ranked.reach),
        "open": list(dict.fromkeys(q for check in ranked.best.unknown for q in check.open)),
        "against": [_check(check) for check in ranked.best.against],
        "checks": [] if group in BRIEF else [_check(check) for check in shared],
        "arms": [] if group in BRIEF else [_arm(arm, arm is ranked.best) for arm in match.arms],
    }


def group_of(arm: ArmMatch) -> str:
    """One of GROUPS."""
    if arm.against:
        return "against"
    if arm.matched:
        return "biomarker"
    asked = [c for c in arm.checks if c.criterion.kind == "molecular"]
    wanted = [c for c in asked if c.criterion.polarity == "inclusion"]
    if any(c.verdict == "UNDETERMINED" for c in wanted):
        return "question"
    unclear = any(question.startswith(DISEASE) for c in arm.unknown for question in c.open)
    return "unclear" if unclear else "tumor"


def _findings(arm: ArmMatch) -> Iterator[str]:
    found = (label for check in arm.matched for label in check.answer.findings)
    yield from dict.fromkeys(found)


def _reach(reach: Reach) -> Row:
    near = reach.nearest
    return {
        "sites": reach.sites,
        "countries": list(reach.countries),
        "in_country": reach.in_country,
        "nearest": asdict(near) if near else None,
        "distance": None if reach.distance is None else round(reach.distance, 1),
    }


def _arm(found: ArmMatch, best: bool) -> Row:
    own = [check for check in found.checks if check.criterion.arm is not None]
    return {
        "label": found.arm.label,
        "best": best,
        "interventions": list(found.arm.interventions),
        "description": found.arm.description,
        "verdict": found.verdict,
        "excluded": found.excluded,
        "checks": [_check(check) for check in own],
    }


def _check(found: Check) -> Row:
    said = found.criterion
    return {
        "kind": said.kind,
        "expression": said.expression,
        "polarity": said.polarity,
        "origin": said.origin,
        "hard": said.hard,
        "verdict": found.verdict,
        "matched": found.matched,
        "against": found.against,
        "sentence": said.sentence,
        "finding": found.answer.sentence,
        "asks": list(found.open),
    }


def _barred(match: TrialMatch) -> Row:
    """An open trial with the criterion that bars the patient from its nearest arm."""
    arm = min(match.arms, key=lambda arm: (sum(_bars(c) for c in arm.checks), arm.arm.label))
    barring = next((check for check in arm.checks if _bars(check)), None)
    return {
        **_head(match),
        "arm": barring.criterion.arm if barring else None,
        "excluded": arm.excluded if barring is None else None,
        "check": _check(barring) if barring else None,
    }


def _bars(check: Check) -> bool:
    return check.decides and check.verdict == "FAIL"


def _near_miss(row: Row) -> tuple[int, str]:
    kind = row["check"]["kind"] if row["check"] else None
    return NEARNESS.index(kind), row["id"]


def _question(asked: Question) -> Row:
    return {
        "what": asked.expression,
        "asked_as": list(asked.asked_as),
        "trials": sorted({trial for trial, _ in asked.arms}),
        "arms": len(asked.arms),
        "settles": asked.settles,
    }
