"""Hold a case against clinical trials: which are open to it, and what to find out next."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from consilium.job import job
from consilium.knowledge import read_knowledge
from consilium.matching.interpret import Facts
from consilium.matching.matcher import Matcher
from consilium.matching.patient import Context, Patient, build_patient
from consilium.matching.settings import Settings as MatchSettings
from consilium.records import Event
from consilium.tables import read_rows
from consilium.trials.curated import Terms, read_curated
from consilium.trials.document import as_text, trials_document
from consilium.trials.gather import gather
from consilium.trials.match import match_trials
from consilium.trials.places import Home
from consilium.trials.records import Study
from consilium.trials.store import Origin, read_store
from consilium.tumors import read_tumors
from interpret_case import read_facts

EMPTY: dict[str, Any] = {"counts": {}, "questions": [], "trials": [], "ineligible": []}


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `interpretation`, the day, and what of the block `trials` decides."""

    knowledge: str  # folder of the bundled base: genes and sets of variants
    interpretation: Mapping[str, float]
    report_date: str  # ISO
    curated: str | None
    store: str | None
    max_status_age: int  # days


@dataclass(frozen=True, slots=True)
class Sources:
    """All trials, and where they come from."""

    trials: list[Study]
    origins: list[Origin]
    status_days: int  # after which a status has to be checked


def build_matcher(settings: Settings, tumors: str) -> Matcher:
    """What answers the questions of criteria: the knowledge of genes, and the tumour tree."""
    return Matcher(
        base=read_knowledge(settings.knowledge),
        tumors=read_tumors(tumors),
        settings=MatchSettings(**settings.interpretation),
        report_date=settings.report_date,
        regions=(),
    )


def patient_of(facts: Facts, events: list[Event], matcher: Matcher) -> tuple[Patient, str | None]:
    """The patient of a case, and the tumour's code where its name means exactly one."""
    tumor = matcher.tumors.resolve(facts.tumor) if facts.tumor else None
    solid = tumor is not None and matcher.tumors.is_solid(tumor.code)
    context = Context(facts.clinical, solid, facts.purity, facts.sex)
    patient = build_patient(events, context, matcher.base, matcher.settings)
    return patient, tumor.code if tumor else None


def read_sources(settings: Settings, matcher: Matcher) -> Sources:
    """The curated trials and those of the store, as far as they are configured.

    Raises:
        InputError: one of them cannot be read.
    """
    origins: list[Origin] = []
    own: dict[str, Study] = {}
    if settings.curated:
        own = read_curated(Path(settings.curated), Terms(matcher.tumors, matcher.base.genes))
        oldest = min((study.checked for study in own.values()), default=None)
        origins.append(Origin("curated", oldest, len(own)))
    stored = read_store(Path(settings.store)) if settings.store else None
    if stored:
        origins.extend(stored.origins)
    trials = gather(own, stored.studies if stored else ())
    return Sources(trials, origins, settings.max_status_age)


def tiers_of(interpretation: Mapping[str, Any]) -> dict[str, str]:
    """The tier of each finding, by its label."""
    return {event["label"]: event["tier"] for event in interpretation["events"] if event["tier"]}


def match_case(
    facts: Facts,
    events: list[Event],
    interpretation: Mapping[str, Any],
    matcher: Matcher,
    sources: Sources,
) -> dict[str, Any]:
    """The document `trials.json` of one case; the same input gives the same document."""
    found = EMPTY
    if sources.origins:
        patient, tumor = patient_of(facts, events, matcher)
        matches = match_trials(sources.trials, patient, tumor, matcher, sources.status_days)
        known = facts.clinical
        home = Home(known.country, known.latitude, known.longitude)
        found = trials_document(matches, home, tiers_of(interpretation))
    return {
        "case": facts.case,
        "report_date": matcher.report_date,
        "status": "SEARCHED" if sources.origins else "NOT_TESTED",
        "max_status_age": sources.status_days,
        "sources": [asdict(origin) for origin in sources.origins],
        **found,
    }


def main(
    inputs: Mapping[str, str], case: Mapping[str, Any], settings: Settings, output: str
) -> None:
    """From a case's events to its trials."""
    matcher = build_matcher(settings, inputs["tumors"])
    document = match_case(
        read_facts(case),
        list(read_rows(inputs["events"], Event)),
        json.loads(Path(inputs["interpretation"]).read_text()),
        matcher,
        read_sources(settings, matcher),
    )
    Path(output).write_text(as_text(document), encoding="utf-8")


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=dict(snakemake.input.items()),
            case=snakemake.params.case,
            settings=Settings(**snakemake.params.settings),
            output=snakemake.output.trials,
        )
