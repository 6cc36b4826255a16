"""Registry records and pages made in code, in the shape of ClinicalTrials.gov API v2."""

from pathlib import Path
from typing import Any

from consilium.trials.settings import Settings
from consilium.trials.structured import Reader, build_reader

ROOT = Path(__file__).parents[1]
WORDS = {
    "knowledge": str(ROOT / "resources" / "knowledge"),
    "words": str(ROOT / "resources" / "trials"),
    "tumors": str(ROOT / "resources" / "tumors.tsv"),
}
FETCH: dict[str, Any] = {
    "url": "http://127.0.0.1:1/studies",
    "conditions": ["lung cancer", "melanoma"],
    "genes": ["EGFR"],
    "countries": ["DE", "FR"],
    "statuses": ["RECRUITING", "NOT_YET_RECRUITING"],
    "fields": "ProtocolSection",
    "page_size": 2,
    "tries": 3,
    "timeout": 5,
    "pause": 0,
}
ELIGIBILITY = """Inclusion Criteria:

* Histologically confirmed non-small cell lung cancer
* EGFR exon 19 deletion
* Age >= 18 years

Exclusion Criteria:

* Known KRAS G12C mutation
"""


def reader() -> Reader:
    """The project's own words."""
    return build_reader(**WORDS)


def settings(store: Path, files: list[dict[str, str | None]] | None = None, **fetch: Any):
    """Settings with the store of a test."""
    return Settings(
        curated=None,
        store=str(store),
        files=files or [],
        shown=20,
        max_status_age=90,
        fetch=FETCH | fetch,
    )


def number(n: int) -> str:
    """A number in the form of the registry's that no trial has."""
    return f"NCT99{n:06}"


def study(n: int = 1, **modules: Any) -> dict[str, Any]:
    """A raw record; a module that is None is missing."""
    whole: dict[str, Any] = {
        "identificationModule": {"nctId": number(n), "briefTitle": f"Essai n° {n} à Orléans"},
        "statusModule": {
            "overallStatus": "RECRUITING",
            "statusVerifiedDate": "2026-09",
            "lastUpdatePostDateStruct": {"date": "2026-09-14", "type": "ACTUAL"},
        },
        "conditionsModule": {"conditions": ["Non-small Cell Lung Cancer"], "keywords": []},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"]},
        "armsInterventionsModule": {
            "armGroups": [{"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: X"]}],
            "interventions": [{"type": "DRUG", "name": "X"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": ELIGIBILITY,
            "minimumAge": "18 Years",
            "maximumAge": "75 Years",
            "sex": "ALL",
        },
        "contactsLocationsModule": {
            "locations": [
                {
                    "facility": "Hôpital",
                    "status": "RECRUITING",
                    "city": "Orléans",
                    "country": "France",
                    "geoPoint": {"lat": 47.90, "lon": 1.90},
                }
            ]
        },
    }
    kept = {name: module for name, module in (whole | modules).items() if module is not None}
    return {"protocolSection": kept, "hasResults": False}


def pages(total: int, size: int = 2) -> list[dict[str, Any]]:
    """Pages of an answer: the first says how many there are, all but the last name the next."""
    starts = range(0, total, size)
    found: list[dict[str, Any]] = [
        {"studies": [study(n) for n in range(start, min(start + size, total))]} for start in starts
    ]
    for place, page in enumerate(found[:-1], start=1):
        page["nextPageToken"] = f"NF0g5JGBlPMoxQY{place}"
    found[0]["totalCount"] = total
    return found
