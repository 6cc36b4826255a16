"""All trials that a case is held against: the curated ones and the store's, each number once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from consilium.knowledge import parse_conditions
from consilium.trials.records import Criterion, Study


def gather(curated: Mapping[str, Study], stored: Iterable[Study]) -> list[Study]:
    """Trials in the order of their numbers.

    Where both have a trial, the curator says what it asks, and whoever looked at the registry
    last says whether and where it is open.
    """
    found = dict(curated)
    for study in stored:
        own = curated.get(study.id)
        found[study.id] = _joined(own, study) if own else study
    return [found[number] for number in sorted(found)]


def _joined(curated: Study, stored: Study) -> Study:
    whole = replace(curated, criteria=(*curated.criteria, *_limits(curated, stored)))
    if stored.checked < curated.checked:
        return whole
    return replace(
        whole,
        checked=stored.checked,
        status=stored.status,
        phases=stored.phases,
        countries=stored.countries,
        sites=stored.sites,
        verified=stored.verified,
        study_type=stored.study_type,
    )


def _limits(curated: Study, stored: Study) -> Iterator[Criterion]:
    """Age and sex of the record, where the curator says nothing of them."""
    asked = {clause.field for c in _clinical(curated) for clause in parse_conditions(c.expression)}
    for criterion in _clinical(stored):
        fields = {clause.field for clause in parse_conditions(criterion.expression)}
        if criterion.origin == "structured" and not fields & {*asked, "note"}:
            yield criterion


def _clinical(study: Study) -> Iterator[Criterion]:
    return (c for c in study.criteria if c.kind == "clinical" and c.arm is None)
