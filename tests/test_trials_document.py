"""trials.json: sites and distances, groups, near misses, questions, and how long it takes."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random
from time import process_time

import pytest
import yaml

from consilium.records import Clinical, Event
from consilium.trials.document import as_text, trials_document
from consilium.trials.places import Home, distance, reach
from consilium.trials.rank import rank
from consilium.trials.records import Site
from consilium.trials.registries import ctgov
from consilium.trials.structured import as_study
from interpret_case import read_facts
from match_trials import Settings, Sources, build_matcher, main, match_case, read_sources
from matching_cases import absent
from test_trials_match import MUTATED, asks, matched, trial
from test_trials_rank import FOUND, UNKNOWN
from test_trials_rank import matched as matched_all
from trial_cases import ROOT, reader, study

DEFAULTS = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
PARIS, ORLEANS, TOKYO = (48.8566, 2.3522), (47.9029, 1.9093), (35.6762, 139.6503)


def site(city, country="France", status="RECRUITING", at=None):
    return Site("Clinic", city, country, status, *(at or (None, None)))


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (PARIS, ORLEANS, 111),
        (PARIS, TOKYO, 9712),
        (PARIS, PARIS, 0),
        ((0, 179), (0, -179), 222),
        ((90, 0), (-90, 0), 20015),
    ],
)
def test_distance(one, other, kilometres):
    assert distance(one, other) == pytest.approx(kilometres, abs=2)
    assert distance(other, one) == pytest.approx(distance(one, other))


def test_closed_sites_do_not_count():
    sites = (
        site("Paris", status="COMPLETED", at=PARIS),
        site("Orléans", at=ORLEANS),
        site("Tokyo", "Japan", "WITHDRAWN", TOKYO),
    )
    found = reach(trial(sites=sites), Home("FR", *PARIS))
    assert (found.sites, found.countries, found.in_country) == (1, ("France",), True)
    assert found.nearest.city == "Orléans" and found.distance == pytest.approx(111, abs=2)
    shut = reach(trial(sites=sites[:1], countries=("France",)), Home("FR", *PARIS))
    assert (shut.sites, shut.in_country, shut.nearest) == (0, False, None)


def test_a_site_without_a_word_is_as_open_as_its_trial():
    found = reach(trial(sites=(site("Paris", status=None, at=PARIS),)), Home("DE", *ORLEANS))
    assert (found.sites, found.in_country) == (1, False)


def test_without_coordinates_the_country_decides():
    sites = (site("Tokyo", "Japan"), site("Paris"))
    found = reach(trial(sites=sites), Home("FR"))
    assert (found.nearest.city, found.distance, found.in_country) == ("Paris", None, True)
    assert reach(trial(countries=("France",)), Home("FR")).in_country is True
    assert reach(trial(countries=()), Home("FR")).in_country is None


def test_trials_alike_are_ordered_by_distance():
    made = (
        trial(FOUND, id="a Tokyo", sites=(site("Tokyo", "Japan", at=TOKYO),)),
        trial(FOUND, id="b Paris", sites=(site("Paris", at=PARIS),)),
        trial(FOUND, id="c nobody knows", countries=("France",)),
        trial(FOUND, id="d closed", sites=(site("Orléans", status="SUSPENDED", at=ORLEANS),)),
    )
    rows = rank(matched_all(*made), Home("FR", *ORLEANS))
    assert [row.match.trial.id[0] for row in rows] == ["b", "a", "c", "d"]


def test_the_tier_of_the_finding_comes_before_phase():
    made = (
        trial(asks("TP53 mutation"), id="third tier", phases=("PHASE3",)),
        trial(FOUND, id="first tier", phases=("PHASE1",)),
        trial(asks("NSCLC", "tumor"), id="no biomarker", phases=("PHASE4",)),
    )
    events = (
        MUTATED,
        Event("SNV", "TP53", None, "p.R175H", None, None, None, None, None, "PRESENT"),
    )
    matches = matched_all(*made, events=events)
    labels = {f for m in matches for a in m.arms for c in a.matched for f in c.answer.findings}
    tiers = {label: "I" if label.startswith("EGFR") else "III" for label in labels}
    rows = rank(matches, Home(), tiers)
    assert [row.match.trial.id for row in rows] == ["first tier", "third tier", "no biomarker"]
    assert [row.tier for row in rows] == ["I", "III", None]


def document(*made, events=(MUTATED,), **facts):
    return trials_document(matched_all(*made, events=events, **facts), Home("FR"), {})


def test_each_trial_stands_in_the_group_of_its_reason():
    made = (
        trial(FOUND, id="1"),
        trial(UNKNOWN, id="2"),
        trial(asks("NSCLC", "tumor"), id="3"),
        trial(asks('note "disease: Ache"', "clinical"), id="4"),
        trial(FOUND, asks("KRAS p.G12D", origin="text"), id="5"),
        trial(FOUND, asks("MEL", "tumor", hard=False), id="6"),
        trial(asks("EGFR p.L858R", "molecular", "exclusion"), id="7"),
        trial(FOUND, id="8", status="COMPLETED"),
    )
    found = document(*made, events=(MUTATED, absent("KRAS", "p.G12D")))
    groups = {row["id"]: row["group"] for row in found["trials"]}
    against = {"5": "against", "6": "against"}
    assert groups == {"1": "biomarker", "2": "question", "3": "tumor", "4": "unclear"} | against
    assert [row["id"] for row in found["ineligible"]] == ["7"]
    assert found["ineligible"][0]["check"]["polarity"] == "exclusion"
    assert found["counts"]["closed"] == 1 and found["counts"]["open"] == 6


def test_what_bars_is_told_and_near_misses_come_first():
    made = (
        trial(asks("MEL", "tumor"), id="1 tumour"),
        trial(asks("age >= 18", "clinical"), id="2 age"),
        trial(asks("NSCLC", "tumor"), asks("EGFR p.T790M"), id="3 biomarker"),
    )
    found = document(*made, events=(MUTATED, absent("EGFR", "p.T790M")), age=12)
    assert [row["id"][0] for row in found["ineligible"]] == ["3", "2", "1"]
    assert "EGFR p.T790M is not true" in found["ineligible"][0]["check"]["finding"]


def test_the_arm_that_bars_is_named_where_each_bars_by_itself():
    made = trial(asks("KRAS p.G12C", arm="A"), asks("EGFR p.T790M", arm="B"), arms=("A", "B"))
    events = (absent("KRAS", "p.G12C"), absent("EGFR", "p.T790M"))
    (row,) = document(made, events=events)["ineligible"]
    assert (row["arm"], row["check"]["expression"]) == ("A", "KRAS p.G12C")


def test_the_disease_of_a_record_is_no_question_about_the_patient():
    found = document(trial(FOUND, asks('note "disease: Ache"', "clinical")))
    assert found["questions"] == [] and found["trials"][0]["open"] == ["disease: Ache"]


@pytest.mark.parametrize("kind", ["OBSERVATIONAL", "EXPANDED_ACCESS"])
def test_studies_that_treat_nobody_are_no_options(kind):
    found = matched(trial(FOUND, study_type=kind), MUTATED)
    assert (found.excluded, found.verdict) == (kind, "FAIL")


def registered(**modules):
    return as_study(ctgov.read_study(study(**modules), "2026-10-20"), reader())


def test_a_registry_record_never_passes_by_its_text():
    made = registered()
    seen = matched(made, MUTATED, absent("KRAS", "p.G12C"), age=60, sex="male")
    verdicts = {(c.criterion.origin, c.verdict) for c in seen.arms[0].checks}
    assert ("text", "PASS") not in verdicts and ("structured", "PASS") in verdicts
    assert seen.verdict == "WARN"


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"age": 75}, "WARN"),
        ({"age": 76}, "FAIL"),
        ({"age": 17}, "FAIL"),
        ({}, "UNDETERMINED"),
    ],
)
def test_ages_of_a_record_bar(facts, verdict):
    assert matched(registered(), MUTATED, **facts).verdict == verdict


@pytest.mark.parametrize(
    ("own", "wanted", "verdict"),
    [
        ("female", "FEMALE", "WARN"),
        ("male", "FEMALE", "FAIL"),
        (None, "MALE", "UNDETERMINED"),
        ("female", "ALL", "WARN"),
    ],
)
def test_sex_of_a_record_bars(own, wanted, verdict):
    made = registered(eligibilityModule={"sex": wanted, "eligibilityCriteria": "Adults"})
    assert matched(made, MUTATED, sex=own).verdict == verdict


def case(**clinical):
    facts = {"case": "P", "age": 60, "country": "FR"} | clinical
    return {"case": "P", "tumor": "LUAD", "sex": "male", "clinical": facts}


def decided(curated="resources/trials", store=None) -> Settings:
    return Settings(
        knowledge=str(ROOT / "resources" / "knowledge"),
        interpretation=DEFAULTS["interpretation"],
        report_date="2026-11-01",
        curated=str(ROOT / curated) if curated else None,
        store=store,
        max_status_age=90,
    )


def run(folder: Path, settings: Settings, rows: str) -> dict:
    (folder / "events.tsv").write_text(rows)
    (folder / "interpretation.json").write_text(json.dumps({"events": []}))
    inputs = {
        "events": str(folder / "events.tsv"),
        "interpretation": str(folder / "interpretation.json"),
        "tumors": str(ROOT / "resources" / "tumors.tsv"),
    }
    main(inputs, case(), settings, str(folder / "trials.json"))
    return json.loads((folder / "trials.json").read_text())


TYPED = "kind\tgene\thgvs_p\nSNV\tKRAS\tp.G12C\n"  # what an outside laboratory reports


def test_a_case_of_typed_events_is_held_against_the_bundled_trials(tmp_path):
    found = run(tmp_path, decided(), TYPED)
    groups = {row["id"]: row["group"] for row in found["trials"]}
    assert groups["NCT04956640"] == "biomarker"  # olomorasib, KRAS G12C
    assert found["status"] == "SEARCHED" and found["sources"][0]["trials"] >= 40
    assert all(row["check_status"] for row in found["trials"])  # copies of January
    first = (tmp_path / "trials.json").read_bytes()
    run(tmp_path, decided(), TYPED)
    assert (tmp_path / "trials.json").read_bytes() == first


def test_without_a_source_nothing_is_claimed(tmp_path):
    found = run(tmp_path, decided(curated=None), TYPED)
    assert (found["status"], found["trials"], found["sources"]) == ("NOT_TESTED", [], [])


GENES = ("EGFR", "KRAS", "BRAF", "ERBB2", "MET", "PIK3CA", "TP53", "BRCA2", "IDH1", "FGFR3")
TUMORS = ("LUAD", "COAD", "SKCM", "BRCA", "PAAD", "PRAD", "GB", "OVT", "UCEC", "AML")
NAMES = ("Lung Cancer", "Colorectal Cancer", "Melanoma", "Breast Cancer", "Pancreatic Cancer",
         "Prostate Cancer", "Glioblastoma", "Ovarian Cancer", "Solid Tumor", "An Ache")  # fmt: skip


def many(number: int) -> list:
    """Records as various as those of the registry: conditions, genes, ages, sites, arms."""
    chance, words = Random(7), reader()
    made = []
    for n in range(number):
        genes = chance.sample(GENES, 3)
        text = (
            f"Inclusion Criteria:\n\n* {genes[0]} mutation\n* ECOG 0-1\n\nExclusion Criteria:\n\n"
            f"* Known {genes[1]} mutation\n* Known {genes[2]} amplification\n"
        )
        places = [
            {"city": f"C{k}", "country": "France", "status": "RECRUITING",
             "geoPoint": {"lat": chance.uniform(40, 60), "lon": chance.uniform(0, 20)}}
            for k in range(8)
        ]  # fmt: skip
        record = study(
            n,
            conditionsModule={"conditions": chance.sample(NAMES, 2)},
            eligibilityModule={"eligibilityCriteria": text, "minimumAge": "18 Years"},
            contactsLocationsModule={"locations": places},
            armsInterventionsModule={
                "armGroups": [{"label": f"{gene} mutation"} for gene in genes]
            },
        )
        made.append(as_study(ctgov.read_study(record, "2026-10-20"), words))
    return made


def seconds(patients: int, trials: int) -> float:
    """CPU seconds to write trials.json of so many patients against so many trials."""
    settings = decided()
    matcher = build_matcher(settings, str(ROOT / "resources" / "tumors.tsv"))
    own = read_sources(settings, matcher)
    sources = Sources([*own.trials, *many(trials - len(own.trials))], own.origins, 90)
    assert len(sources.trials) == trials
    chance = Random(3)
    start = process_time()
    for n in range(patients):
        events = [
            replace(MUTATED, gene=gene, hgvs_p=f"p.V{n + 30}E") for gene in chance.sample(GENES, 3)
        ]
        events += [absent(gene, "mutation") for gene in chance.sample(GENES, 3)]
        place = {"latitude": chance.uniform(40, 60), "longitude": chance.uniform(0, 20)}
        facts = replace(read_facts(case(**place)), tumor=chance.choice(TUMORS))
        text = as_text(match_case(facts, events, {"events": []}, matcher, sources))
        assert '"SEARCHED"' in text
    return process_time() - start


def test_twenty_patients_and_two_thousand_trials_take_seconds():
    # 200 patients: less than 60 seconds of one core; a busy machine may be asked again
    assert any(seconds(20, 2000) < 6 for _ in range(3))


def test_clinical_facts_know_where_the_patient_is():
    known = Clinical("P", latitude=47.9, longitude=1.9)
    assert (known.latitude, known.longitude) == (47.9, 1.9)


if __name__ == "__main__":
    print(f"200 patients x 2,000 trials: {seconds(200, 2000):.1f} CPU-seconds")
