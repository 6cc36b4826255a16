"""The demo's reports say what was accepted (tests/golden), from reads to report.json."""

import copy
import json
import shutil
import subprocess

import pytest
import yaml

import golden
from consilium.demo import build
from consilium.demo.facts import read_facts
from consilium.demo.sheets import REPORT_DATE
from workflow_cases import ENV, ROOT, SNAKEMAKE, place, run

KNOWLEDGE = ROOT / "resources" / "knowledge"
CASES = [case.name for case in read_facts(build.INPUTS).cases]


def is_finished(folder):
    """Whether that demo is there and made by what the project holds now."""
    if not (folder / "results" / "summary.tsv").exists():
        return False
    made = subprocess.run(
        [SNAKEMAKE[0], str(ROOT / "scripts" / "make_demo.py"), "--out", str(folder)],
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
    )
    command = [*SNAKEMAKE, *place(folder), "-n"]
    done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    return (
        made.returncode == done.returncode == 0
        and "Nothing to be done" in done.stdout + done.stderr
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Results of the demo: those that `make demo` left where nothing changed since, or new ones."""
    if is_finished(ROOT / "demo"):
        return ROOT / "demo" / "results"
    folder = tmp_path_factory.mktemp("demo") / "demo"
    build.make_demo(folder)
    done = run(folder)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "results"


def told(case):
    return json.loads((golden.FOLDER / f"{case}.json").read_text())


def test_every_case_of_the_demo_has_a_golden_report():
    assert sorted(path.stem for path in golden.FOLDER.glob("*.json")) == sorted(CASES)


@pytest.mark.parametrize("case", CASES)
def test_demo_says_what_was_accepted(demo, case):
    now = json.loads((demo / case / "report.json").read_text())
    found = [*golden.differences(golden.steady(told(case)), golden.steady(now))]
    shown = "\n".join(found[:40])
    assert not found, f"{len(found)} differences (`make golden` accepts them):\n{shown}"


@pytest.mark.parametrize("case", CASES)
def test_page_of_a_panel_case_fits_on_any_stick(demo, case):
    assert (demo / case / "report.html").stat().st_size <= 6_000_000
    assert (demo / case / "report.xlsx").stat().st_size <= 1_000_000


def test_the_demo_is_dated_by_no_clock():
    manifest = yaml.safe_load((KNOWLEDGE / "manifest.yaml").read_text())
    assert str(manifest["date"]) <= REPORT_DATE
    assert {told(case)["generated"] for case in CASES} == {REPORT_DATE}


def test_what_is_volatile_is_there_and_nothing_else_is_left_out():
    document = told(CASES[0])
    for path in golden.VOLATILE:
        value = document
        for key in path.split("."):
            value = value[0][key] if isinstance(value, list) else value[key]
    kept = golden.steady(document)
    assert set(document) == set(kept)
    assert kept["provenance"]["knowledge"] == [
        {"name": "Consilium knowledge base", "licence": "CC BY 4.0"}
    ]
    assert {key: kept[key] for key in kept if key != "provenance"} == {
        key: document[key] for key in document if key != "provenance"
    }


def changed(edit):
    before, after = told("LUAD-01"), told("LUAD-01")
    edit(after)
    return [*golden.differences(golden.steady(before), golden.steady(after))]


def test_each_kind_of_change_is_told_by_its_record():
    assert changed(lambda d: None) == []
    assert changed(lambda d: d["verdict"].update(verdict="FAIL")) == [
        'verdict.verdict: was "RELEASE", is "FAIL"'
    ]
    (gone,) = changed(lambda d: d["therapies"].pop(1))
    assert gone.startswith("therapies.[") and "gone" in gone
    (moved,) = changed(lambda d: d["therapies"].reverse())
    assert moved == "therapies: the same records in another order"
    (added,) = changed(lambda d: d["limitations"].append({"key": "x", "sentence": "y"}))
    assert added.startswith("limitations.[x]: new")
    (value,) = changed(lambda d: d["variants"]["rows"][0].update(vaf=0.5))
    assert "EGFR" in value and value.endswith("is 0.5")
    (typed,) = changed(lambda d: d["verdict"].update(met=float(d["verdict"]["met"])))
    assert typed.startswith("verdict.met: was") and typed.endswith(".0")
    assert changed(lambda d: d["provenance"]["knowledge"][0].update(sha256="0")) == []


def test_accepting_writes_what_is_compared(tmp_path, monkeypatch, capsys):
    document = copy.deepcopy(told("LUAD-01"))
    document["verdict"]["verdict"] = "REVIEW"
    (tmp_path / "results" / "LUAD-01").mkdir(parents=True)
    (tmp_path / "results" / "LUAD-01" / "report.json").write_text(json.dumps(document))
    monkeypatch.setattr(golden, "FOLDER", tmp_path / "golden")
    shutil.copytree(ROOT / "tests" / "golden", tmp_path / "golden")
    golden.accept(tmp_path / "results")
    assert capsys.readouterr().out == 'LUAD-01: verdict.verdict: was "RELEASE", is "REVIEW"\n'
    assert [path.name for path in (tmp_path / "golden").iterdir()] == ["LUAD-01.json"]
    assert told("LUAD-01") == document
