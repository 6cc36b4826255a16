"""Import of a trial in CTML: YAML of MatchMiner, or JSON of CTIMS.

What our grammars cannot express is never dropped: it is listed in `Study.unread`, and
stands among the criteria as a note that nobody can answer, or makes its criterion one that
can be met but not failed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from consilium.problems import InputError, Problem, refuse
from consilium.trials.ctml_nodes import (
    ANYTHING,
    BIOMARKERS,
    Part,
    both,
    either,
    read_biomarkers,
    read_genomic,
    told,
)
from consilium.trials.curated import TRIAL_GENES, Terms
from consilium.trials.records import Arm, Criterion, Study

STATUSES = {
    "open to accrual": "RECRUITING",
    "closed to accrual": "ACTIVE_NOT_RECRUITING",
    "not yet recruiting": "NOT_YET_RECRUITING",
    "recruiting": "RECRUITING",
    "enrolling by invitation": "ENROLLING_BY_INVITATION",
    "active, not recruiting": "ACTIVE_NOT_RECRUITING",
    "suspended": "SUSPENDED",
    "terminated": "TERMINATED",
    "completed": "COMPLETED",
    "withdrawn": "WITHDRAWN",
}
PHASES = {"I": "PHASE1", "II": "PHASE2", "III": "PHASE3", "IV": "PHASE4"}
WHOLE = {"_SOLID_": "ANY_SOLID", "_LIQUID_": "LYMPH|MYELOID"}
DATES = ("%Y-%m-%d", "%B %d, %Y")
Node = dict[str, Any]  # a key is and, or, genomic or clinical
Nodes = list[Node] | Node | None


def read_ctml(path: Path, terms: Terms) -> Study:
    """One trial in CTML.

    Raises:
        InputError: the file is no CTML trial.
    """
    written = _load(path)
    info = {**written, **written.get("trialInformation", {})}
    ident = str(info.get("nct_id") or info.get("trial_id") or "")
    title = str(info.get("long_title") or info.get("short_title") or "")
    checked = _date(str(info.get("last_updated", "")))
    refuse(_problems(path, ident, title, checked))
    found = list(_arms(written))
    criteria = list(_criteria(written.get("match"), None, terms))
    for arm, trees in found:
        for tree in trees:
            criteria += _criteria(tree, arm.label, terms)
    return Study(
        id=ident,
        title=title,
        checked=checked or "",
        status=STATUSES.get(str(info.get("status", "")).strip().lower(), "UNKNOWN"),
        phases=tuple(PHASES[word] for word in re.findall(r"\b[IV]+\b", str(info.get("phase", "")))),
        urls=(f"https://clinicaltrials.gov/study/{ident}",),
        countries=(),
        arms=tuple(arm for arm, _ in found),
        criteria=tuple(dict.fromkeys(criterion for criterion, _ in criteria)),
        unread=tuple(dict.fromkeys(gap for _, gaps in criteria for gap in gaps)),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        # Tabs indent JSON, and YAML refuses them.
        written = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        problem = f"cannot be read ({' '.join(str(error).split())})"
        raise InputError([Problem(str(path), problem, "give CTML as YAML or JSON")]) from error
    if not isinstance(written, dict) or "treatment_list" not in written:
        refuse([Problem(f"{path}, treatment_list", "is missing", "give one CTML trial a file")])
    loaded: dict[str, Any] = written
    return loaded


def _problems(path: Path, ident: str, title: str, checked: str | None) -> Iterator[Problem]:
    if not re.fullmatch(r"NCT\d{8}", ident):
        yield Problem(f"{path}, nct_id", f"{ident!r} cannot be used", "give NCT and eight digits")
    if not title:
        yield Problem(f"{path}, long_title", "is missing", "add the title of the trial")
    if not checked:
        fix = "give the day to which the status belongs, such as 2026-01-05"
        yield Problem(f"{path}, last_updated", "is no date", fix)


def _date(text: str) -> str | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    return None


def _arms(written: dict[str, Any]) -> Iterator[tuple[Arm, list[Nodes]]]:
    """Yield (arm, the match trees that hold for it); a dose level with a tree is an arm."""
    for step in written["treatment_list"].get("step", []):
        for arm in step.get("arm", []):
            levels = arm.get("dose_level") or []
            shared = [tree for tree in (step.get("match"), arm.get("match")) if tree]
            own = [level for level in levels if level.get("match")]
            if own:
                for level in own:
                    label = f"{arm['arm_code']}, {level['level_code']}"
                    yield _arm(label, arm, [level]), [*shared, level["match"]]
            else:
                yield _arm(str(arm["arm_code"]), arm, levels), shared


def _arm(label: str, arm: dict[str, Any], levels: list[dict[str, Any]]) -> Arm:
    closed = any(
        str(block.get(key, "N")).upper() == "Y"
        for block, key in (
            (arm, "arm_suspended"),
            *((level, "level_suspended") for level in levels),
        )
    )
    told_so = " (suspended)" if closed else ""
    return Arm(
        label=label,
        interventions=tuple(dict.fromkeys(str(level["level_code"]) for level in levels)),
        description=str(arm.get("arm_description", "")) + told_so,
    )


def _criteria(
    match: Nodes, arm: str | None, terms: Terms
) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    """Yield (criterion, what of it could not be read) of a tree whose branches must all hold."""
    for kind, held in _branches(match):
        if kind == "and":
            yield from _criteria(held, arm, terms)
        elif kind == "clinical":
            for key, value in held.items():
                yield from _clinical(key, value, arm, terms)
        elif kind == "or" and (codes := _tumors(held, terms)):
            yield _criterion("tumor", codes, arm, told("any of", {"diagnosis": codes})), ()
        else:
            yield from _molecular(_part(kind, held, terms), arm)


def _branches(match: Nodes) -> Iterator[tuple[str, Any]]:
    nodes = match if isinstance(match, list) else [match] if match else []
    for node in nodes:
        yield from node.items()


def _part(kind: str, held: Node, terms: Terms) -> Part:
    """A subtree as a molecular profile."""
    if kind == "genomic":
        return read_genomic(held, TRIAL_GENES | frozenset(terms.genes))
    if kind == "clinical":
        known = held.keys() <= BIOMARKERS
        return (read_biomarkers(held) if known else None) or Part(None, (told(kind, held),))
    if kind not in {"and", "or"}:
        return Part(None, (told("unknown node", {kind: held}),))
    parts = [_part(*branch, terms) for branch in _branches(held)]
    return both(parts) if kind == "and" else either(parts)


def _molecular(part: Part, arm: str | None) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    if part.expression == ANYTHING:
        return
    if part.expression is None:
        yield _note("; ".join(part.gaps), arm), part.gaps
        return
    criterion = _criterion("molecular", part.expression, arm, part.expression)
    yield replace(criterion, hard=not part.gaps), part.gaps


def _clinical(
    key: str, value: object, arm: str | None, terms: Terms
) -> Iterator[tuple[Criterion, tuple[str, ...]]]:
    sentence = told("clinical", {key: value})
    text = str(value).strip()
    if key == "oncotree_primary_diagnosis" and (codes := _code(text.lstrip("!"), terms)):
        polarity = "exclusion" if text.startswith("!") else "inclusion"
        yield replace(_criterion("tumor", codes, arm, sentence), polarity=polarity), ()
    elif key == "age_numerical" and (age := re.fullmatch(r"(>=|<=|>|<)\s*(\d+(?:\.\d+)?)", text)):
        yield _criterion("clinical", f"age {age[1]} {age[2]}", arm, sentence), ()
    elif key == "gender" and text.lower() in {"male", "female"}:
        yield _criterion("clinical", f"sex = {text.lower()}", arm, sentence), ()
    elif key in BIOMARKERS and (part := read_biomarkers({key: value})):
        yield from _molecular(part, arm)
    else:
        yield _note(sentence, arm), (sentence,)


def _tumors(held: Nodes, terms: Terms) -> str | None:
    """The codes of alternatives that speak of nothing but the diagnosis, none of them denied."""
    codes = []
    for kind, fields in _branches(held):
        if kind != "clinical" or fields.keys() != {"oncotree_primary_diagnosis"}:
            return None
        codes.append(_code(str(fields["oncotree_primary_diagnosis"]), terms))
    return None if None in codes else "|".join(code for code in codes if code)


def _code(name: str, terms: Terms) -> str | None:
    if name in WHOLE:
        return WHOLE[name]
    tumor = terms.tumors.resolve(name)
    return tumor.code if tumor else None


def _note(words: str, arm: str | None) -> Criterion:
    return _criterion("clinical", 'note "' + words.replace('"', "'") + '"', arm, words)


def _criterion(kind: str, expression: str, arm: str | None, sentence: str) -> Criterion:
    return Criterion(kind, expression, "inclusion", "curated", sentence, arm)
