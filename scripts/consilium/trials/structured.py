"""From a registry's record to a trial that can be held against patients.

Fields of the record become `structured` criteria: conditions, ages, sex. What stands in words,
in the eligibility text, the arms and the conditions, is read by rules and becomes `text`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from consilium.knowledge import read_knowledge
from consilium.trials.conditions import Conditions, read_conditions
from consilium.trials.records import DISEASE, WHOLE, Arm, Criterion, Study, Trial
from consilium.trials.sentences import Lexicon, read_criteria, read_lexicon, split_text
from consilium.tumors import read_tumors

# What of a text no rule has read may still exclude: nobody passes by the fields alone.
UNREAD = 'note "the rest of the eligibility text"'
LONGEST = 120  # characters of a condition that a question repeats


@dataclass(frozen=True, slots=True)
class Reader:
    """The words that registries use."""

    conditions: Conditions
    lexicon: Lexicon


def build_reader(knowledge: str, words: str, tumors: str) -> Reader:
    """The reader that knows these folders of the knowledge base and of words, and tumors.tsv.

    Raises:
        TableError: a table cannot be read.
    """
    base, tree, folder = read_knowledge(knowledge), read_tumors(tumors), Path(words)
    return Reader(
        conditions=read_conditions(folder / "conditions.tsv", tree),
        lexicon=read_lexicon(folder, base.genes, base.drugs, tree),
    )


def as_study(trial: Trial, reader: Reader) -> Study:
    """A registry's trial with every criterion that could be read from its record."""
    return Study(
        id=trial.id,
        title=trial.title,
        checked=trial.retrieved or "",
        status=trial.status,
        phases=trial.phases,
        urls=(trial.url,) if trial.url else (),
        countries=trial.countries,
        arms=_arms(trial),
        criteria=tuple(dict.fromkeys(_criteria(trial, reader))),
        sites=trial.sites,
        source=trial.source,
        verified=trial.status_date,
        study_type=trial.study_type,
    )


def _arms(trial: Trial) -> tuple[Arm, ...]:
    """Arms under labels that differ, since criteria name them by label.

    Where the record does not say which arm is given what, every arm is given all of it.
    """
    if not any(arm.interventions for arm in trial.arms):
        unsaid = trial.arms or (Arm(WHOLE),)
        return _distinct(replace(arm, interventions=trial.interventions) for arm in unsaid)
    return _distinct(trial.arms)


def _distinct(arms: Iterable[Arm]) -> tuple[Arm, ...]:
    seen: dict[str, int] = {}
    named = []
    for arm in arms:
        seen[arm.label] = seen.get(arm.label, 0) + 1
        again = seen[arm.label] > 1
        named.append(replace(arm, label=f"{arm.label} ({seen[arm.label]})") if again else arm)
    return tuple(named)


def _criteria(trial: Trial, reader: Reader) -> Iterator[Criterion]:
    yield from _tumor(trial.conditions, reader.conditions)
    yield from age_and_sex(trial)
    yield from _biomarkers(trial.conditions, reader.lexicon)
    yield from _of_text(trial.eligibility, reader.lexicon)
    for arm in _arms(trial):
        yield from _of_arm(arm, reader.lexicon)


def _of_text(text: str, lexicon: Lexicon) -> Iterator[Criterion]:
    """What the sentences ask for, and that a person has to read those of which nothing was read."""
    readings = read_criteria(split_text(text), lexicon)
    for reading in readings:
        yield from reading.criteria
    if readings:
        unread = sum(not reading.criteria for reading in readings)
        says = f"Eligibility text: of {unread} of its {len(readings)} sentences nothing was read"
        yield _field("clinical", UNREAD, says, origin="text", hard=False)


def _tumor(conditions: Iterable[str], known: Conditions) -> Iterator[Criterion]:
    """One criterion for all conditions: a trial is for any of them.

    A condition that names no tumour we know may be the patient's: then nobody is barred by the
    others, and if none is known the patient's disease is a question.
    """
    codes = {condition: known.codes(condition) for condition in conditions}
    named = tuple(dict.fromkeys(code for found in codes.values() for code in found))
    says = f"Conditions: {'; '.join(codes)}" if codes else "The record names no condition"
    if named:
        yield _field("tumor", "|".join(named), says, hard=all(codes.values()))
    else:
        words = re.sub(r'["\s]+', " ", "; ".join(codes))[:LONGEST].strip()
        yield _field("clinical", f'note "{DISEASE}{words or "not stated"}"', says)


def age_and_sex(trial: Trial) -> Iterator[Criterion]:
    """Limits of age in years, and of sex where it is one of them."""
    if trial.min_age:
        low = _shown(trial.min_age)
        yield _field("clinical", f"age >= {low}", f"Minimum age: {low} years")
    if trial.max_age is not None:
        # Somebody is 75 years old until the 76th birthday.
        whole = trial.max_age == int(trial.max_age)
        high = _shown(trial.max_age)
        clause = f"age < {_shown(trial.max_age + 1)}" if whole else f"age <= {high}"
        yield _field("clinical", clause, f"Maximum age: {high} years")
    if trial.sex in {"FEMALE", "MALE"}:
        yield _field("clinical", f"sex = {trial.sex.lower()}", f"Sex: {trial.sex}")


def _shown(years: float) -> str:
    """Years as the condition grammar reads them, to less than an hour."""
    return f"{years:.4f}".rstrip("0").rstrip(".")


def _biomarkers(conditions: Iterable[str], lexicon: Lexicon) -> Iterator[Criterion]:
    """Biomarkers that stand among the conditions; they may be alternatives, so none is hard."""
    found = [c for condition in conditions for c in _included(condition, lexicon)]
    if found:
        says = "; ".join(dict.fromkeys(criterion.sentence for criterion in found))
        whole = " OR ".join(dict.fromkeys(f"({c.expression})" for c in found))
        yield replace(found[0], expression=whole, sentence=f"Conditions: {says}", hard=False)


def _of_arm(arm: Arm, lexicon: Lexicon) -> Iterator[Criterion]:
    for criterion in _included(arm.label, lexicon):
        yield replace(criterion, arm=arm.label, sentence=f"Arm: {arm.label}")


def _included(words: str, lexicon: Lexicon) -> Iterator[Criterion]:
    """What words ask for that stand in a field, and so are no exclusion."""
    if lexicon.names_some(words):
        text = split_text(f"Inclusion Criteria:\n\n* {words}")
        for criterion in (c for reading in read_criteria(text, lexicon) for c in reading.criteria):
            if criterion.polarity == "inclusion" and criterion.kind == "molecular":
                yield replace(criterion, sentence=words)


def _field(
    kind: str, expression: str, says: str, origin: str = "structured", hard: bool = True
) -> Criterion:
    return Criterion(
        kind=kind,
        expression=expression,
        polarity="inclusion",
        origin=origin,
        sentence=says,
        hard=hard,
    )
