"""Trials that somebody has already normalised: a JSON list of flat records, one a trial."""

from collections.abc import Iterator, Mapping
from typing import Any

from consilium.trials.records import Trial
from consilium.trials.registries.ages import years

Json = Mapping[str, Any]


def studies(document: list[Json] | Json) -> Iterator[Json]:
    """The records of a list.

    Raises:
        ValueError: the document is no list.
    """
    if not isinstance(document, list):
        raise ValueError("no list of trials")
    yield from document


def read_study(record: Json, retrieved: str | None) -> Trial:
    """One trial; such records know countries but neither sites, arms nor the date of the status.

    Raises:
        ValueError: no number, or an age that is none.
    """
    if not record.get("nct_id"):
        raise ValueError("a trial without nct_id")
    who = record.get("eligibility") or {}
    phase = record.get("phase") or ""
    return Trial(
        id=record["nct_id"],
        title=record.get("title") or "",
        status=_word(record.get("status")) or "UNKNOWN",
        status_date=None,
        study_type=_word(record.get("study_type")),
        phases=tuple(_phase(p) for p in phase.split("/") if p not in {"", "Not Applicable"}),
        conditions=tuple(record.get("conditions") or ()),
        keywords=(),
        interventions=tuple(map(_name, record.get("interventions") or ())),
        arms=(),
        sites=(),
        countries=tuple(sorted(set(record.get("locations") or ()))),
        min_age=years(who.get("minimum_age")),
        max_age=years(who.get("maximum_age")),
        sex=who.get("sex"),
        eligibility=who.get("raw_text") or "",
        source="flat",
        retrieved=retrieved,
        url=record.get("source_url"),
    )


def _word(text: str | None) -> str | None:
    """`Not yet recruiting` as the API spells it: NOT_YET_RECRUITING."""
    return text.upper().replace(",", "").replace(" ", "_") if text else None


def _phase(text: str) -> str:
    """`Early Phase 1` as the API spells it: EARLY_PHASE1."""
    return text.strip().upper().replace("PHASE ", "PHASE").replace(" ", "_")


def _name(intervention: Json | str) -> str:
    return intervention if isinstance(intervention, str) else intervention["name"]
