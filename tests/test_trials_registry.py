"""Trials as registries write them."""

import gzip
import json
from pathlib import Path

import pytest

from consilium.trials.registries import ctgov, flat
from consilium.trials.registries.ages import years

KIT = Path(__file__).parents[2] / "shared" / "data" / "knowledge" / "trials"


def study(**modules: dict) -> dict:
    head = {"nctId": "STUDY1", "briefTitle": "A study"}
    return {"protocolSection": {"identificationModule": head} | modules}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("18 Years", 18), ("1 Year", 1), ("6 Months", 0.5), ("N/A", None), (None, None)],
)
def test_ages_are_in_years_whatever_their_unit(text, expected):
    assert years(text) == expected


def test_an_age_that_is_none_is_refused():
    with pytest.raises(ValueError, match="'adult'"):
        years("adult")


def test_a_record_with_identification_alone_is_a_trial_of_unknown_status():
    trial = ctgov.read_study(study(), "2026-01-05")
    assert (trial.id, trial.title, trial.status) == ("STUDY1", "A study", "UNKNOWN")
    assert (trial.status_date, trial.study_type, trial.sex, trial.min_age) == (None,) * 4
    assert trial.arms == trial.sites == trial.phases == trial.countries == ()


def test_sites_arms_and_dates_are_read_as_the_registry_states_them():
    place = {"facility": "Clinic", "city": "Orléans", "country": "France", "status": "COMPLETED"}
    group = {"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: X: high dose"]}
    trial = ctgov.read_study(
        study(
            contactsLocationsModule={
                "locations": [place | {"geoPoint": {"lat": 47.9, "lon": 1.9}}]
            },
            armsInterventionsModule={"armGroups": [group]},
            statusModule={
                "overallStatus": "RECRUITING",
                "statusVerifiedDate": "2025-09",
                "lastUpdatePostDateStruct": {"date": "2025-08-31"},
            },
        ),
        None,
    )
    (site,), (arm,) = trial.sites, trial.arms
    assert (site.status, site.latitude, site.longitude) == ("COMPLETED", 47.9, 1.9)
    assert (arm.kind, arm.interventions, trial.countries) == (
        "EXPERIMENTAL",
        ("X: high dose",),
        ("France",),
    )
    assert trial.status_date == "2025-09-01"


def test_what_is_no_answer_of_the_registry_is_refused():
    with pytest.raises(ValueError, match="not an answer of API v2"):
        list(ctgov.studies({"error": "too many requests"}))


@pytest.mark.skipif(not KIT.exists(), reason="the test data kit is not beside the project")
def test_real_records_of_odd_shapes_are_read_by_what_they_say():
    files = [KIT / "ctgov_v2_studies_page.json", *sorted((KIT / "aact").glob("NCT*.json"))]
    documents = [json.loads(path.read_text()) for path in files]
    trials = {
        trial.id: trial
        for document in documents
        for trial in (ctgov.read_study(one, None) for one in ctgov.studies(document))
    }
    assert len(trials) == 18
    assert "NCT02278341" not in trials and len(trials["NCT02552212"].sites) == 105
    assert trials["NCT05052671"].study_type == "OBSERVATIONAL"
    assert trials["NCT05052671"].arms == trials["NCT05052671"].phases == ()
    assert trials["NCT05438667"].phases == ("EARLY_PHASE1",)
    assert trials["NCT00465816"].status == "UNKNOWN"


def test_a_normalised_record_is_spelled_as_the_api_does():
    record = {"nct_id": "STUDY1", "status": "Not yet recruiting", "phase": "Early Phase 1"}
    trial = flat.read_study(record | {"eligibility": {"maximum_age": "6 Months"}}, "2026-01-05")
    assert (trial.status, trial.phases) == ("NOT_YET_RECRUITING", ("EARLY_PHASE1",))
    assert (trial.min_age, trial.max_age, trial.status_date) == (None, 0.5, None)


@pytest.mark.skipif(not KIT.exists(), reason="the test data kit is not beside the project")
def test_every_normalised_trial_is_read():
    text = gzip.decompress((KIT / "normalised_oncology_trials_2026-01-05.json.gz").read_bytes())
    trials = [flat.read_study(one, "2026-01-05") for one in flat.studies(json.loads(text))]
    assert len({trial.id for trial in trials}) == 1359
    assert sum(trial.status == "RECRUITING" for trial in trials) == 1266
    assert sum(trial.phases == ("PHASE1", "PHASE2") for trial in trials) == 202
