"""Conditions of a statement against the clinical facts (rule 17): met, not met, or unknown."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from consilium.knowledge.conditions import Clause
from consilium.knowledge.records import Drug
from consilium.matching.findings import number
from consilium.matching.kleene import Truth
from consilium.matching.markers import holds
from consilium.matching.measured import her2
from consilium.matching.patient import Context, Patient

ROMAN = {"0": 0, "I": 1, "II": 2, "III": 3, "IV": 4}
SAME = {"tumour": "tumor", "cfdna": "plasma", "ctdna": "plasma"}

Classes = Mapping[str, frozenset[str]]  # drug -> its classes, in plain spelling


@dataclass(frozen=True, slots=True)
class Conditions:
    """Every clause of a statement under its answer, in the clause's spelling."""

    met: tuple[str, ...]
    unmet: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def truth(self) -> Truth:
        """FALSE if one is not met, UNKNOWN if one is not known."""
        if self.unmet:
            return Truth.FALSE
        return Truth.UNKNOWN if self.unknown else Truth.TRUE


UNCONDITIONAL = Conditions((), (), ())


def judge(clauses: Collection[Clause], patient: Patient, drugs: Classes) -> Conditions:
    """Hold every clause against the patient."""
    if not clauses:
        return UNCONDITIONAL
    found: dict[Truth, list[str]] = {truth: [] for truth in Truth}
    for clause in clauses:
        found[_judge(clause, patient, drugs)].append(str(clause))
    return Conditions(
        tuple(found[Truth.TRUE]), tuple(found[Truth.FALSE]), tuple(found[Truth.UNKNOWN])
    )


def _judge(clause: Clause, patient: Patient, drugs: Classes) -> Truth:
    if clause.field == "note":
        return Truth.UNKNOWN
    if clause.field == "prior":
        return _prior(clause, patient.context, drugs)
    if clause.field == "ihc":
        return _ihc(clause, patient)
    value = _fact(clause.field, patient.context)
    if value is None:
        return Truth.UNKNOWN
    if clause.field == "stage":
        return _stage(clause, value)
    if clause.op in {"in", "=", "!="} and clause.field not in {"line", "age", "ecog", "grade"}:
        true = plain(value) in {plain(wanted) for wanted in clause.values}
        return _truth(true != (clause.op == "!="))
    return any_number(clause, value)


def _fact(field: str, context: Context) -> str | None:
    value = context.sex if field == "sex" else getattr(context.clinical, field)
    return None if value is None else str(value)


def any_number(clause: Clause, text: str) -> Truth:
    """Compare a number, or a grade written `G2` or `II`."""
    value, wanted = _amount(text), [_amount(word) for word in clause.values]
    if value is None or None in wanted:
        return Truth.UNKNOWN
    limit = wanted[0] or 0
    results = {
        ">=": value >= limit,
        "<=": value <= limit,
        ">": value > limit,
        "<": value < limit,
        "=": value == limit,
        "!=": value != limit,
        "in": value in wanted,
    }
    return _truth(results[clause.op])


def _amount(text: str) -> float | None:
    bare = text.strip().upper().removeprefix("GRADE").strip().removeprefix("G")
    return number(bare) if number(bare) is not None else ROMAN.get(bare)


def _stage(clause: Clause, text: str) -> Truth:
    """Stage IIIB is a stage III; a stage III may be IIIB."""
    bare = text.strip().upper().removeprefix("STAGE").strip()
    stage = re.match(r"0|IV|I{1,3}", bare)
    wanted = [word.upper() for word in clause.values]
    if stage is None:
        return Truth.UNKNOWN
    if clause.op in {">=", "<=", ">", "<"}:
        limit = re.match(r"0|IV|I{1,3}", wanted[0])
        pair = Clause("grade", clause.op, (limit[0] if limit else "",))
        return any_number(pair, stage[0])
    inside = any(bare == word or (word == stage[0]) for word in wanted)
    if not inside and any(word.startswith(bare) and _same_roman(word, bare) for word in wanted):
        return Truth.UNKNOWN
    return _truth(inside != (clause.op == "!="))


def _same_roman(word: str, bare: str) -> bool:
    found = re.match(r"0|IV|I{1,3}", word)
    return bool(found) and found[0] == bare if found else False


def _ihc(clause: Clause, patient: Patient) -> Truth:
    name = clause.name or ""
    answer = holds(patient.markers, name, clause.op, clause.values[0])
    if answer is Truth.UNKNOWN and name.upper() in {"HER2", "ERBB2"} and (settled := her2(patient)):
        return holds({"HER2": settled[0]}, "HER2", clause.op, clause.values[0])
    return answer


def _prior(clause: Clause, context: Context, drugs: Classes) -> Truth:
    """Whether a drug or class was given before.

    A first line of systemic therapy has nothing before it. A list that names other drugs
    answers "no" only if all of its words are known drugs or classes.
    """
    wanted = plain(clause.values[0])
    given = [part for words in context.clinical.prior_therapies for part in _parts(words)]
    if any(wanted == name or wanted in drugs.get(name, ()) for name in given):
        had = Truth.TRUE
    elif given:
        every_class = {kind for kinds in drugs.values() for kind in kinds}
        known = all(name in drugs or name in every_class for name in given)
        had = Truth.FALSE if known else Truth.UNKNOWN
    else:
        had = Truth.FALSE if context.clinical.line == 1 else Truth.UNKNOWN
    return had if clause.op == "includes" else ~had


def drug_classes(drugs: Mapping[str, Drug]) -> Classes:
    """The classes of every drug, all in plain spelling."""
    return {
        plain(name): frozenset(plain(kind) for kind in re.split(r"[|;,]", drug.kind))
        for name, drug in drugs.items()
    }


def _parts(words: str) -> list[str]:
    return [plain(part) for part in re.split(r"[+;,]", words) if part.strip()]


def plain(text: str) -> str:
    """Words without case, hyphens and underscores, in one of several spellings."""
    bare = re.sub(r"[\s_\-]+", " ", text.strip().casefold())
    return SAME.get(bare, bare)


def _truth(true: bool) -> Truth:
    return Truth.TRUE if true else Truth.FALSE
