"""Rows of regimens as the records that other steps read."""

from collections.abc import Callable, Iterable
from typing import Any

from consilium.knowledge.base import Knowledge
from consilium.knowledge.records import Approval
from consilium.matching.escat import escat, oncokb_style
from consilium.matching.findings import Finding
from consilium.matching.kleene import Truth
from consilium.matching.profile_match import Asked
from consilium.matching.regimens import Row
from consilium.matching.regulators import elsewhere
from consilium.matching.tiers import Match
from consilium.records import Therapy


def therapy(row: Row, case: str, rank: int, base: Knowledge) -> Therapy:
    """One row of therapies.tsv: the leading statement's facts, and what all of them share."""
    lead, statement = row.lead, row.lead.entry.statement
    return Therapy(
        case=case,
        rank=rank,
        action=row.action,
        tier=row.tier,
        regimen=statement.regimen,
        predicate=statement.predicate,
        direction=statement.direction,
        biomarker="; ".join(biomarkers(row.matches)),
        profile=str(lead.entry.profile),
        granularity=lead.molecular.granularity,
        disease_match=lead.disease.kind,
        disease_path=" > ".join(lead.disease.path),
        conditions_met=lead.conditions.met,
        conditions_unmet=lead.conditions.unmet,
        conditions_unknown=lead.conditions.unknown,
        regions=_all(row, lambda match: match.status.words),
        cdx=_cdx(lead.status.current),
        eml=_eml(statement.drugs, base),
        generic=_generic(statement.drugs, base),
        level=statement.level,
        escat=escat(lead),
        oncokb_style=oncokb_style(lead) if row.tier else None,
        why=row.why,
        superseded_by=row.superseded_by,
        conflicts_with=row.conflicts_with,
        statements=_all(row, lambda match: [match.entry.statement.id]),
        citations=_all(row, lambda match: match.entry.statement.citations),
        checked=statement.checked,
        settings=_all(row, lambda match: [match.entry.statement.setting]),
        limitations=_all(row, lambda match: [match.entry.statement.limitation or ""]),
        elsewhere=elsewhere(m.status for m in row.matches if m.disease.kind == lead.disease.kind),
        summary=statement.summary,
    )


def uses(row: Row) -> list[dict[str, Any]]:
    """What each merged statement says of the regimen: setting, conditions, what it showed."""
    return [
        {
            "statement": match.entry.statement.id,
            "setting": match.entry.statement.setting,
            "tier": match.tier.tier,
            "conditions_met": list(match.conditions.met),
            "conditions_unmet": list(match.conditions.unmet),
            "conditions_unknown": list(match.conditions.unknown),
            "regions": list(match.status.words),
            "summary": match.entry.statement.summary,
        }
        for match in row.matches
    ]


def findings(matches: Iterable[Match]) -> tuple[Finding, ...]:
    """The findings on which matches rest, each once."""
    found = {id(f): f for match in matches for f in match.molecular.findings}
    return tuple(found.values())


def biomarkers(matches: Iterable[Match]) -> list[str]:
    """What was observed; for a profile of absences, what was looked for and not found."""
    matches = tuple(matches)
    if found := findings(matches):
        return list(dict.fromkeys(finding.label for finding in found))
    carried = [asked for match in matches for asked in match.molecular.carried_by]
    return list(dict.fromkeys(_not_found(asked) for asked in carried))


def _not_found(asked: Asked) -> str:
    """An absence, or a state that no finding shows, in few words; the trace proves it."""
    if asked.truth is Truth.UNKNOWN:
        return f"{asked.leaf}: not known"
    if asked.leaf.kind == "wild_type":
        return f"{asked.leaf.gene} wild type"
    if asked.result.truth is Truth.TRUE:
        return str(asked.leaf)
    return f"{asked.leaf} absent"


def _all(row: Row, words: Callable[[Match], Iterable[str]]) -> tuple[str, ...]:
    """What any of a row's matches says, each once, the leading match first."""
    every = [word for match in row.matches for word in words(match) if word]
    return tuple(dict.fromkeys(every))


def _cdx(approvals: Iterable[Approval]) -> str | None:
    said = [
        f"{a.regulator}: {a.cdx.replace('_', ' ')}{f' ({a.cdx_name})' if a.cdx_name else ''}"
        for a in approvals
        if a.status == "ACTIVE"
    ]
    return "; ".join(said) or None


def _eml(drugs: Iterable[str], base: Knowledge) -> bool | None:
    """Whether every drug is on the WHO list of essential medicines; None: not known."""
    said = [base.drugs[drug].eml if drug in base.drugs else None for drug in drugs]
    if False in said:
        return False
    return None if None in said or not said else True


def _generic(drugs: Iterable[str], base: Knowledge) -> str | None:
    """Whether a generic or biosimilar of every drug is on the market."""
    said = {base.drugs[drug].generic if drug in base.drugs else "unknown" for drug in drugs}
    if not said:
        return None
    return next((word for word in ("no", "unknown") if word in said), "yes")
