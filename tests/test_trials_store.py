"""From files of registries to the store: structured criteria, errors, order, speed."""

import gzip
import json
from pathlib import Path
from time import process_time

import pytest

from consilium.knowledge import read_knowledge
from consilium.problems import InputError
from consilium.trials.conditions import read_conditions
from consilium.trials.curated import Terms, expression_problems
from consilium.trials.gather import gather
from consilium.trials.importing import read_file
from consilium.trials.records import Arm, Study
from consilium.trials.registries import ctgov, flat
from consilium.trials.store import read_store, write_store
from consilium.trials.structured import as_study
from consilium.tumors import read_tumors
from import_trials import main
from test_trials_match import asks
from trial_cases import WORDS, number, pages, reader, settings, study

KIT = Path(__file__).parents[2] / "shared" / "data" / "knowledge" / "trials"
READER = reader()


def read(**modules) -> Study:
    return as_study(ctgov.read_study(study(**modules), "2026-11-01"), READER)


def structured(found: Study) -> list[tuple[str, str, bool]]:
    return [(c.kind, c.expression, c.hard) for c in found.criteria if c.origin == "structured"]


def imported(tmp_path, *files, retrieved="2026-11-01"):
    store = tmp_path / "t.jsonl.gz"
    main(settings(store, [{"path": str(file), "retrieved": retrieved} for file in files]), WORDS)
    return read_store(store)


def write(path: Path, document) -> Path:
    text = json.dumps(document, ensure_ascii=False).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def test_fields_become_structured_criteria():
    found = read()
    assert structured(found) == [
        ("tumor", "NSCLC", True),
        ("clinical", "age >= 18", True),
        ("clinical", "age < 76", True),
    ]
    assert (found.checked, found.verified, found.status) == (
        "2026-11-01",
        "2026-09-14",
        "RECRUITING",
    )
    assert found.title == "Essai n° 1 à Orléans" and found.sites[0].city == "Orléans"


def test_sentences_become_text_criteria_with_their_polarity():
    text = [c for c in read().criteria if c.origin == "text" and c.kind == "molecular"]
    assert [(c.polarity, c.expression) for c in text] == [
        ("inclusion", "EGFR exon 19 inframe_deletion"),
        ("exclusion", "KRAS p.G12C"),
    ]
    assert text[1].sentence == "Known KRAS G12C mutation"


def test_what_no_rule_read_keeps_anybody_from_passing():
    notes = [c for c in read().criteria if c.expression.startswith("note")]
    assert [(c.origin, c.hard) for c in notes] == [("text", False)]
    assert not [c for c in read(eligibilityModule=None).criteria if "note" in c.expression]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("6 Months", None, ["age >= 0.5"]),
        ("12 Weeks", "21 Years", ["age >= 0.23", "age < 22"]),
        ("1 Minute", None, ["age >= 0"]),
        ("N/A", "30 Months", ["age <= 2.5"]),
        (None, None, []),
        ("40 Years", "40 Years", ["age >= 40", "age < 41"]),
    ],
)
def test_ages_of_any_unit(low, high, expected):
    found = read(eligibilityModule={"minimumAge": low, "maximumAge": high})
    assert [e for _, e, _ in structured(found) if e.startswith("age")] == expected


@pytest.mark.parametrize(
    ("sex", "expected"),
    [("FEMALE", ["sex = female"]), ("MALE", ["sex = male"]), ("ALL", []), (None, [])],
)
def test_sex_is_asked_for_where_it_is_one(sex, expected):
    found = read(eligibilityModule={"sex": sex})
    assert [e for _, e, _ in structured(found) if "sex" in e] == expected


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (["Melanoma", "Stage IV Lung Cancer AJCC v8"], ("tumor", "MEL|LUNG", True)),
        (["Melanoma", "An Ache"], ("tumor", "MEL", False)),
        (["An Ache"], ("clinical", 'note "disease: An Ache"', True)),
        ([], ("clinical", 'note "disease: not stated"', True)),
    ],
)
def test_a_condition_is_a_code_or_a_question(conditions, expected):
    assert structured(read(conditionsModule={"conditions": conditions}))[0] == expected


def test_biomarkers_among_conditions_and_in_labels_are_text():
    arms = [{"label": "KRAS G12D cohort"}, {"label": "Others"}]
    found = read(
        conditionsModule={"conditions": ["BRAF V600E", "NSCLC"]},
        armsInterventionsModule={"armGroups": arms, "interventions": [{"name": "X"}]},
        eligibilityModule=None,
    )
    text = [(c.expression, c.arm, c.hard) for c in found.criteria if c.origin == "text"]
    assert ("(BRAF p.V600E)", None, False) in text
    assert [arm for expression, arm, _ in text if "KRAS p.G12D" in expression] == [
        "KRAS G12D cohort"
    ]
    assert [arm.interventions for arm in found.arms] == [("X",), ("X",)]


def test_arms_of_one_label_are_told_apart():
    arms = [{"label": "Arm"}, {"label": "Arm"}]
    found = read(armsInterventionsModule={"armGroups": arms})
    assert [arm.label for arm in found.arms] == ["Arm", "Arm (2)"]


NAMES = read_conditions(f"{WORDS['words']}/conditions.tsv", read_tumors(WORDS["tumors"]))


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("Carcinoma, Non-Small-Cell Lung", ("NSCLC",)),
        ("NSCLC (Non-small Cell Lung Cancer)", ("NSCLC",)),
        ("Anatomic Stage IV Breast Cancer AJCC v8", ("BREAST",)),
        ("Metastatic Castration-resistant Prostate Cancer (mCRPC)", ("PROSTATE",)),
        ("HER2-positive Breast Cancer", ("BREAST",)),
        ("Lymphoma", ("LYMPH",)),
        ("Gastroesophageal Junction Adenocarcinoma", ("GEJ",)),
        ("Advanced Solid Tumors", ("ANY_SOLID",)),
        ("Neoplasms", ("ANY",)),
        ("Non-Melanoma Skin Cancer", ()),
        ("Lung Cancer Screening", ()),
        ("Brain Metastases", ()),
        ("Heart Failure", ()),
        ("Lung", ()),
        ("", ()),
    ],
)
def test_conditions_as_registries_write_them(words, codes):
    assert NAMES.codes(words) == codes


def test_every_code_of_the_table_is_one():
    tumors = read_tumors(WORDS["tumors"])
    assert len(NAMES.named) > 100
    wrong = [c for codes in NAMES.named.values() for c in codes if c not in tumors]
    assert set(wrong) == {"ANY", "ANY_SOLID"}


def test_pages_single_records_and_packed_files_of_a_folder_are_one_store(tmp_path):
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    for n, page in enumerate(pages(4)):
        write(folder / f"page{n}.json", page)
    write(folder / "deep" / "single.json.gz", study(7))
    (folder / "README.md").write_text("no trial")
    flat_record = {"nct_id": number(8), "title": "F", "status": "Recruiting", "eligibility": {}}
    found = imported(tmp_path, folder, write(tmp_path / "flat.json", [flat_record]))
    assert [trial.id for trial in found.studies] == [number(n) for n in (0, 1, 2, 3, 7, 8)]
    assert [(o.source, o.trials) for o in found.origins] == [("in", 5), ("flat.json", 1)]


def test_records_with_modules_missing_and_observational_studies_are_read(tmp_path):
    alone = {"protocolSection": {"identificationModule": {"nctId": number(1)}}}
    watching = study(2, designModule={"studyType": "OBSERVATIONAL"}, armsInterventionsModule=None)
    found = imported(tmp_path, write(tmp_path / "p.json", {"studies": [alone, watching]}))
    first, second = found.studies
    assert (first.status, first.sites, first.verified) == ("UNKNOWN", (), None)
    assert second.study_type == "OBSERVATIONAL"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"studies": [study(1), {"protocolSection": {}}]}, "record 2 (without a number)"),
        ({"studies": [study(3, eligibilityModule={"minimumAge": "old"})]}, number(3)),
        ({"error": "too many"}, "not an answer of API v2"),
        ("text", "API v2"),
        ({"studies": ["no"]}, "record 1 (not an object)"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_record(tmp_path, document, words):
    file = write(tmp_path / "bad.json", document)
    (tmp_path / "t.jsonl.gz").write_bytes(b"old")
    with pytest.raises(InputError) as caught:
        imported(tmp_path, file)
    assert str(file) in str(caught.value) and words in str(caught.value)
    assert (tmp_path / "t.jsonl.gz").read_bytes() == b"old"


def test_files_that_are_cut_or_missing_are_told(tmp_path):
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(gzip.compress(json.dumps(study(1)).encode())[:-9])
    for path, words in ((cut, "cannot be read as JSON"), (tmp_path / "none", "cannot be found")):
        with pytest.raises(InputError, match=words):
            imported(tmp_path, path)


def test_the_newest_copy_of_a_trial_stays(tmp_path):
    old = study(1, statusModule={"overallStatus": "COMPLETED"})
    new = study(1)
    store = tmp_path / "t.jsonl.gz"
    files = [write(tmp_path / "new.json", new), write(tmp_path / "old.json", old)]
    dates = ["2026-10-01", "2025-01-01"]
    sources = [{"path": str(f), "retrieved": d} for f, d in zip(files, dates, strict=True)]
    main(settings(store, sources), WORDS)
    (kept,) = read_store(store).studies
    assert (kept.status, kept.checked) == ("RECRUITING", "2026-10-01")


def test_the_same_trials_give_the_same_bytes_and_come_back_whole(tmp_path):
    studies = [as_study(ctgov.read_study(study(n), None), READER) for n in range(3)]
    for name, order in (("a", studies), ("b", studies[::-1])):
        write_store(tmp_path / f"{name}.jsonl.gz", [], order)
    one, other = ((tmp_path / f"{n}.jsonl.gz").read_bytes() for n in "ab")
    assert one == other
    assert list(read_store(tmp_path / "a.jsonl.gz").studies) == studies


@pytest.mark.parametrize("content", [b"", b"text", gzip.compress(b"{}\n"), None])
def test_what_is_no_store_is_refused_with_the_way_to_make_one(tmp_path, content):
    path = tmp_path / "t.jsonl.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match="snakemake import_trials"):
        read_store(path)


def test_a_cut_store_is_refused(tmp_path):
    path = tmp_path / "t.jsonl.gz"
    write_store(path, [], [read()])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="cannot be read"):
        read_store(path)


def curated(**changes) -> Study:
    given = {
        "id": number(1),
        "title": "T",
        "checked": "2026-01-05",
        "status": "RECRUITING",
        "phases": (),
        "urls": (),
        "countries": ("France",),
        "arms": (Arm("A"),),
        "criteria": (asks("EGFR mutation"), asks("age >= 12", "clinical")),
        "source": "curated",
    }
    return Study(**(given | changes))


def test_the_curator_says_what_is_asked_and_the_newer_copy_whether_it_is_open():
    stored = read(statusModule={"overallStatus": "SUSPENDED"})
    (found,) = gather({number(1): curated()}, [stored])
    assert (found.status, found.checked, len(found.sites)) == ("SUSPENDED", "2026-11-01", 1)
    assert [c.expression for c in found.criteria] == ["EGFR mutation", "age >= 12"]
    (kept,) = gather({number(1): curated(checked="2026-11-20")}, [stored])
    assert (kept.status, kept.checked) == ("RECRUITING", "2026-11-20")


def test_age_comes_from_the_record_where_the_curator_says_nothing():
    own = curated(criteria=(asks("EGFR mutation"),))
    (found,) = gather({number(1): own}, [read()])
    assert [c.expression for c in found.criteria] == ["EGFR mutation", "age >= 18", "age < 76"]


@pytest.mark.skipif(not KIT.exists(), reason="the test data kit is not beside the project")
def test_a_registry_of_1359_raw_records_is_imported_in_20_seconds(tmp_path):
    text = gzip.decompress((KIT / "normalised_oncology_trials_2026-01-05.json.gz").read_bytes())
    trials = [flat.read_study(one, None) for one in flat.studies(json.loads(text))]
    raw = [as_raw(trial) for trial in trials]
    for place in range(0, len(raw), 100):
        write(tmp_path / f"page{place:05}.json", {"studies": raw[place : place + 100]})
    files = [{"path": str(tmp_path), "retrieved": "2026-01-05"}]
    store = tmp_path / "out" / "t.jsonl.gz"
    start = process_time()
    main(settings(store, files), WORDS)
    assert process_time() - start < 20
    found = read_store(store).studies
    assert len(found) == 1359
    plain = {trial.id: trial.title for trial in trials}
    assert {trial.id: trial.title for trial in found} == plain
    terms = Terms(NAMES.tumors, reader_genes())
    asked = {(c.kind, c.expression) for trial in found for c in trial.criteria}
    assert len(asked) > 500
    problems = [p for kind, e in asked for p, _ in expression_problems(kind, e, terms)]
    # A gene that the knowledge base lacks is read all the same, and its state is not known; a
    # sentence may ask for several clauses.
    harmless = ("gene ", "is not one clause")
    assert [p for p in problems if not any(words in p for words in harmless)] == []


def reader_genes() -> set[str]:
    return set(read_knowledge(WORDS["knowledge"]).genes)


def as_raw(trial) -> dict:
    """A normalised record in the raw shape."""
    words = {"eligibilityCriteria": trial.eligibility, "sex": trial.sex}
    if trial.min_age:
        words["minimumAge"] = f"{trial.min_age * 12:.0f} Months"
    head = {"nctId": trial.id, "briefTitle": trial.title}
    places = [{"city": "C", "country": name, "status": "RECRUITING"} for name in trial.countries]
    return {
        "protocolSection": {
            "identificationModule": head,
            "statusModule": {"overallStatus": trial.status},
            "conditionsModule": {"conditions": list(trial.conditions)},
            "designModule": {"studyType": trial.study_type, "phases": list(trial.phases)},
            "eligibilityModule": words,
            "contactsLocationsModule": {"locations": places},
        }
    }


def test_a_file_is_read_record_by_record(tmp_path):
    file = write(tmp_path / "p.json", {"studies": [study(1), {"protocolSection": {}}]})
    trials = read_file(file, None)
    assert next(trials).id == number(1)
    with pytest.raises(InputError):
        next(trials)
