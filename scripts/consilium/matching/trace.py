"""Why a row is what it is: each step as data and as one English sentence (rule 37)."""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from consilium.knowledge.base import Source
from consilium.matching.profile_match import Asked
from consilium.matching.tiers import Match


class Step(TypedDict):
    """One step of a trace."""

    statement: str
    step: str
    rule: str
    result: str
    sentence: str


PREDICATES = {
    "sensitivity": "works",
    "no_benefit": "shows no benefit",
    "resistance": "does not work",
    "reduced_sensitivity": "works less well",
    "adverse": "does harm",
}


def trace(match: Match, sources: Iterable[Source]) -> list[Step]:
    """All steps from the observed change to the knowledge base's date."""
    row = match.entry.statement
    return [
        Step(statement=row.id, step=step, rule=rule, result=result, sentence=sentence)
        for step, rule, result, sentence in _steps(match, sources)
    ]


def _steps(match: Match, sources: Iterable[Source]) -> Iterator[tuple[str, str, str, str]]:
    yield from _observed(match)
    for asked in match.molecular.carried_by:
        yield _leaf(asked)
    truth = match.molecular.truth.name
    yield "profile", "12", truth, f"The profile {match.entry.profile} is {truth}."
    if match.molecular.granularity:
        finest = match.molecular.granularity
        yield "granularity", "7", finest, f"The finest match is of granularity {finest}."
    yield from _phases(match)
    disease = match.disease
    yield "disease", "16", disease.kind, f"Disease: {disease.sentence} ({disease.kind})."
    yield from _conditions(match)
    yield from _evidence(match)
    for source in sources:
        if source.manifest.name == match.entry.base:
            words = f"From {source.manifest.name} {source.manifest.version}"
            yield "knowledge", "39", source.manifest.date, f"{words} of {source.manifest.date}."


def _observed(match: Match) -> Iterator[tuple[str, str, str, str]]:
    for finding in match.molecular.findings:
        names = [finding.event.hgvs_c, finding.event.genomic]
        other = f" ({', '.join(name for name in names if name)})" if any(names) else ""
        source = finding.origin_reason or f"origin {finding.origin}"
        sentence = f"Observed: {finding.label}{other}; {source}."
        yield "observed", "5", finding.origin, sentence
        if finding.event.detail:
            yield "observed", "1", "joined", f"{finding.label}: {finding.event.detail}."


def _leaf(asked: Asked) -> tuple[str, str, str, str]:
    wanted = "asked for" if asked.positive else "must be absent"
    rule = {"wild_type": "12", "fusion": "13"}.get(asked.leaf.kind, "12")
    result = asked.result.truth.name
    return "feature", rule, result, f"{asked.leaf} is {wanted}: {asked.result.sentence}."


def _phases(match: Match) -> Iterator[tuple[str, str, str, str]]:
    """Two findings of one gene: whether they are on one allele can decide (pitfall 19)."""
    small = [f for f in match.molecular.findings if f.small and f.change]
    for gene in sorted({f.gene for f in small}):
        here = [f for f in small if f.gene == gene]
        sets = {f.event.phase_set or _phase_value(f.event.value, f.event.unit) for f in here}
        if len(here) > 1:
            known = None not in sets
            where = ("cis" if len(sets) == 1 else "trans") if known else "UNKNOWN"
            names = " and ".join(f.label for f in here)
            words = f"in {where}" if known else "not known to be in cis or in trans"
            yield "phase", "1", where, f"{names} are {words}."


def _phase_value(value: str | None, unit: str | None) -> str | None:
    return value if unit == "PHASE" else None


def _conditions(match: Match) -> Iterator[tuple[str, str, str, str]]:
    for result, clauses in (
        ("MET", match.conditions.met),
        ("NOT_MET", match.conditions.unmet),
        ("UNKNOWN", match.conditions.unknown),
    ):
        for clause in clauses:
            words = {"MET": "is met", "NOT_MET": "is not met", "UNKNOWN": "is not known"}[result]
            yield "condition", "17", result, f"The condition {clause!r} {words}."


def _evidence(match: Match) -> Iterator[tuple[str, str, str, str]]:
    row = match.entry.statement
    says = PREDICATES.get(match.stance)
    words = f": {row.regimen} {says}" if says and row.regimen else ""
    yield "level", "22", row.level, f"Evidence of level {row.level}{words}. {row.summary}".strip()
    for approval in match.status.current:
        where = f"{approval.regulator} {approval.status} {approval.date or 'without a date'}"
        link = f", {approval.url}" if approval.url else ""
        yield "regulator", "25", approval.status, f"{where}{link}."
    if match.status.elsewhere:
        yield "regulator", "25", "elsewhere", f"The indication is {match.status.elsewhere}."
    if row.limitation:
        yield "limitation", "20", "stated", f"Limitation: {row.limitation}"
    tier = match.tier
    yield "tier", tier.rule, tier.tier or "none", f"Tier {tier.tier or 'none'}: {tier.sentence}."
    cited = ", ".join(row.citations) or "no citation"
    yield "citation", "6", row.checked, f"Cited: {cited}; source checked: {row.checked}."
