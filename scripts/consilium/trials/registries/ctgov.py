"""Studies as API v2 of ClinicalTrials.gov returns them (https://clinicaltrials.gov/data-api/api)."""

from collections.abc import Iterator, Mapping
from typing import Any

from consilium.trials.records import Arm, Site, Trial
from consilium.trials.registries.ages import years

Json = Mapping[str, Any]


def studies(document: Json) -> Iterator[Json]:
    """The studies of a page, or the one study that a document is.

    Raises:
        ValueError: it is neither.
    """
    if "studies" in document:
        yield from document["studies"]
    elif "protocolSection" in document:
        yield document
    else:
        raise ValueError("neither `studies` nor `protocolSection`: not an answer of API v2")


def read_study(study: Json, retrieved: str | None) -> Trial:
    """One trial; modules that the record lacks leave their fields empty.

    Raises:
        ValueError: no NCT number, or an age that is none.
    """
    part = study.get("protocolSection", {})
    head, design = part.get("identificationModule", {}), part.get("designModule", {})
    if not (number := head.get("nctId")):
        raise ValueError("a study without nctId")
    state, who = part.get("statusModule", {}), part.get("eligibilityModule", {})
    topics, acts = part.get("conditionsModule", {}), part.get("armsInterventionsModule", {})
    sites = tuple(map(_site, part.get("contactsLocationsModule", {}).get("locations", [])))
    return Trial(
        id=number,
        title=head.get("briefTitle") or head.get("officialTitle") or "",
        status=state.get("overallStatus", "UNKNOWN"),
        status_date=_status_date(state),
        study_type=design.get("studyType"),
        phases=tuple(phase for phase in design.get("phases", []) if phase != "NA"),
        conditions=tuple(topics.get("conditions", [])),
        keywords=tuple(topics.get("keywords", [])),
        interventions=tuple(act["name"] for act in acts.get("interventions", [])),
        arms=tuple(map(_arm, acts.get("armGroups", []))),
        sites=sites,
        countries=tuple(sorted({site.country for site in sites if site.country})),
        min_age=years(who.get("minimumAge")),
        max_age=years(who.get("maximumAge")),
        sex=who.get("sex"),
        eligibility=who.get("eligibilityCriteria", ""),
        source="ctgov",
        retrieved=retrieved,
        url=f"https://clinicaltrials.gov/study/{number}",
    )


def _status_date(state: Json) -> str | None:
    """The later of verified and updated; a month without a day counts from its first."""
    verified = state.get("statusVerifiedDate", "")
    updated = state.get("lastUpdatePostDateStruct", {}).get("date", "")
    dates = [f"{date}-01" if len(date) == 7 else date for date in (verified, updated) if date]
    return max(dates, default=None)


def _arm(arm: Json) -> Arm:
    names = tuple(name.split(": ", 1)[-1] for name in arm.get("interventionNames", []))
    return Arm(arm.get("label", ""), arm.get("type"), names, arm.get("description", ""))


def _site(place: Json) -> Site:
    point = place.get("geoPoint", {})
    return Site(
        facility=place.get("facility", ""),
        city=place.get("city", ""),
        country=place.get("country", ""),
        status=place.get("status"),
        latitude=point.get("lat"),
        longitude=point.get("lon"),
    )
