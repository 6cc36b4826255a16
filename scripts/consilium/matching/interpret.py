"""The whole interpretation of one case: events and clinical facts in, one document out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from consilium.knowledge.base import Knowledge, Source
from consilium.matching.findings import Finding, near_splice_site
from consilium.matching.kleene import Truth
from consilium.matching.matcher import Held, Matcher
from consilium.matching.misses import not_assessable, why_not
from consilium.matching.origin import GERMLINE, PATHOGENIC
from consilium.matching.patient import Context, Patient, build_patient
from consilium.matching.regimens import Row, build_rows
from consilium.matching.therapies import biomarkers, findings, therapy, uses
from consilium.matching.tiers import INFORMING, Match
from consilium.matching.trace import trace
from consilium.matching.warnings import warnings
from consilium.records import Clinical, Event, Therapy

EVENT_TIERS = {"I-A": "I", "I-B": "I", "II-C": "II", "II-D": "II", "R-I": "I", "R-II": "II"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sample sheet and the clinical table say of a case."""

    case: str
    tumor: str | None  # OncoTree code
    clinical: Clinical
    purity: float | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Ages of a knowledge base in days, from config key `knowledge`."""

    amber: int
    red: int


@dataclass(frozen=True)
class Answer:
    """What the knowledge base says of one case, before anybody has put it into words."""

    facts: Facts
    code: str | None  # OncoTree code, None where the tumour type is not known
    patient: Patient
    held: Held
    rows: list[Row]
    misses: list[Match]
    base: Knowledge

    def table(self) -> list[Therapy]:
        """The rows of `therapies.tsv`."""
        ranked = enumerate(self.rows, start=1)
        return [therapy(row, self.facts.case, place, self.base) for place, row in ranked]


def answer(facts: Facts, events: Iterable[Event], matcher: Matcher) -> Answer:
    """Hold a case's events against the knowledge base.

    The same input gives the same answer; no clock and no random number enters.
    """
    code = _code(facts.tumor, matcher)
    solid = code is not None and matcher.tumors.is_solid(code)
    context = Context(facts.clinical, solid, facts.purity, facts.sex)
    patient = build_patient(events, context, matcher.base, matcher.settings)
    held = matcher.match(patient, code)
    return Answer(facts, code, patient, held, *build_rows(held.matches), matcher.base)


def interpret(
    facts: Facts, events: Iterable[Event], matcher: Matcher, limits: Limits
) -> tuple[dict[str, Any], list[Therapy]]:
    """The document `interpretation.json` and the rows of `therapies.tsv`."""
    found = answer(facts, events, matcher)
    table = found.table()
    return document(found, table, matcher, limits), table


def document(
    found: Answer, table: Iterable[Therapy], matcher: Matcher, limits: Limits
) -> dict[str, Any]:
    """The document `interpretation.json`: the answer with every trace."""
    code, patient, matches, rows = found.code, found.patient, found.held.matches, found.rows
    sources = matcher.base.sources
    return {
        "case": found.facts.case,
        "report_date": matcher.report_date,
        "tumor": _tumor(found.facts.tumor, code, matcher),
        "therapies": [
            {
                **_cells(record),
                "uses": uses(row),
                "observed": list(dict.fromkeys(f.name for f in findings(row.matches))),
                "trace": [step for match in row.matches for step in trace(match, sources)],
            }
            for record, row in zip(table, rows, strict=True)
        ],
        "why_not": why_not(found.misses, rows, patient),
        "diagnostic": [_information(match, sources) for match in matches if _informs(match)],
        "events": [*_found(patient, rows), *_looked(patient)],
        "not_assessable": not_assessable([*matches, *found.held.rest()], patient, matcher.settings),
        "germline": _germline(found.facts, patient, rows),
        "warnings": warnings(patient, matches, code, matcher.base, matcher.settings),
        "knowledge": [_knowledge(source, matcher.report_date, limits) for source in sources],
    }


def _cells(row: Event | Therapy) -> dict[str, Any]:
    """A row of a table by its columns; `asdict` would copy every cell."""
    return {column.name: getattr(row, column.name) for column in fields(row)}


def _code(tumor: str | None, matcher: Matcher) -> str | None:
    found = matcher.tumors.resolve(tumor) if tumor else None
    return found.code if found else None


def _tumor(given: str | None, code: str | None, matcher: Matcher) -> dict[str, Any]:
    if code is None:
        return {"code": given, "name": None, "path": [], "solid": None}
    tumor = matcher.tumors.get(code)
    path = [code, *matcher.tumors.ancestors(code)]
    solid = matcher.tumors.is_solid(code)
    return {"code": code, "name": tumor.name, "path": path, "solid": solid}


def _informs(match: Match) -> bool:
    """Diagnostic and prognostic statements that hold, for this tumour."""
    near = match.disease.on_label or match.disease.kind == "SUBTYPE_EVIDENCE"
    true = match.molecular.truth is Truth.TRUE and not match.conditions.unmet
    return match.stance == "information" and near and true


def _information(match: Match, sources: Iterable[Source]) -> dict[str, Any]:
    row = match.entry.statement
    word = "" if row.direction == "supports" else " (speaks against)"
    kind = row.predicate if row.predicate in INFORMING else f"{row.predicate} of {row.regimen}"
    return {
        "statement": row.id,
        "profile": str(match.entry.profile),
        "predicate": row.predicate,
        "direction": row.direction,
        "biomarker": "; ".join(biomarkers([match])),
        "level": row.level,
        "sentence": f"{kind[0].upper()}{kind[1:]}{word}: {row.summary}",
        "citations": list(row.citations),
        "trace": trace(match, sources),
    }


def _found(patient: Patient, rows: Iterable[Row]) -> list[dict[str, Any]]:
    tiers = _event_tiers(rows)
    return [_finding(finding, tiers.get(id(finding))) for finding in patient.findings]


def _event_tiers(rows: Iterable[Row]) -> dict[int, str]:
    """The best tier of any regimen that rests on a finding."""
    best: dict[int, str] = {}
    for row in rows:
        tier = EVENT_TIERS.get(row.tier or "")
        for finding in findings(row.matches) if tier else ():
            best[id(finding)] = min(tier or "", best.get(id(finding), tier or ""))
    return best


def _finding(finding: Finding, tier: str | None) -> dict[str, Any]:
    scored = finding.oncogenicity
    none = finding.benign or (scored and scored.label == "No known effect")
    unconfirmed = finding.origin == "POSSIBLE_CH" or finding.event.kind in {"MSI", "TMB", "HRD"}
    settled = "IV" if none else tier or (None if unconfirmed else "III")
    return {
        **_cells(finding.event),
        "label": finding.name,
        "vaf": finding.vaf,
        "origin": finding.origin,
        "origin_reason": finding.origin_reason or None,
        "direction": finding.direction,
        "oncogenicity": asdict(scored) if scored else None,
        "tier": settled,
    }


def _looked(patient: Patient) -> list[dict[str, Any]]:
    events = {id(row.event): row.event for row in patient.looked}
    names = {id(row.event): str(row.leaf) for row in patient.looked}
    empty = {"direction": "UNKNOWN", "oncogenicity": None, "tier": None}
    return [
        {**_cells(event), "label": names[key], "feature": names[key], **empty}
        for key, event in events.items()
    ]


def _germline(facts: Facts, patient: Patient, rows: Iterable[Row]) -> dict[str, Any]:
    consent = facts.clinical.consent_germline
    tiers = _event_tiers(rows)
    known = [f for f in patient.findings if f.origin in GERMLINE and consent is True]
    shown = [f for f in known if not _harmless(f)]
    return {
        "consent": consent,
        "withheld": consent is not True,
        "findings": [_finding(finding, tiers.get(id(finding))) for finding in shown],
        "benign": len(known) - len(shown),
    }


def _harmless(finding: Finding) -> bool:
    """Whether an inherited variant is benign, or deep in an intron and not known as pathogenic."""
    rated, coding = finding.oncogenicity, finding.coding
    if rated is not None and rated.label in {"Benign", "Likely benign"}:
        return True
    inside = coding is not None and coding.start_offset != 0 and not near_splice_site(coding)
    return inside and not (finding.event.clinvar or "").lower().startswith(PATHOGENIC)


def _knowledge(source: Source, report_date: str, limits: Limits) -> dict[str, Any]:
    days = (date.fromisoformat(report_date) - date.fromisoformat(source.manifest.date)).days
    freshness = "red" if days > limits.red else "amber" if days > limits.amber else "green"
    return {
        **asdict(source.manifest),
        "sha256": source.sha256,
        "statements": source.statements,
        "freshness": freshness,
        "age_days": days,
    }
