"""Never green with something missing, and what a run leaves behind."""

import gzip
import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

import seal_case
from consilium.expected import expected_files
from consilium.records import CaseSummary
from consilium.run import last_words
from consilium.samples import read_sheet
from consilium.tables import read_rows
from workflow_cases import run, times

FACTS = {"config": {}, "code": "0", "tools": {}}
INDEXES = {".bam": ".csi", ".cram": ".crai", ".vcf.gz": ".tbi"}


@pytest.fixture(scope="module")
def case(home, tmp_path_factory):
    """A copy of a finished case, to be broken and mended."""
    return Path(shutil.copytree(home / "results/PAIR", tmp_path_factory.mktemp("seal") / "PAIR"))


@pytest.fixture(scope="module")
def expected(home):
    config = yaml.safe_load((home / "config/config.yaml").read_text())
    sheet = read_sheet(home / config["samples"], config)
    return list(expected_files(sheet, "PAIR", config["callers"], "bam", config["exports"]))


def seal(case: Path, files: list[str]) -> str:
    """Why a case is refused; empty where it is sealed."""
    try:
        seal_case.main(case, files, FACTS, case / "manifest.json")
    except seal_case.UnsoundCase as refusal:
        return str(refusal)
    return ""


def empty(path: Path) -> None:
    path.write_bytes(b"")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def summary(folder: Path) -> dict[str, CaseSummary]:
    return {row.case: row for row in read_rows(folder / "results/summary.tsv", CaseSummary)}


def test_a_whole_case_is_sealed(case, expected):
    assert len(expected) > 15
    assert seal(case, expected) == ""


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (Path.unlink, ["is missing"]),
        (empty, ["is empty"]),
        (truncate, ["ends early", "cannot be read", "does not have"]),
    ],
)
def test_every_expected_file_is_looked_at(case, expected, damage, words):
    for name in expected:
        path = case / name
        whole = path.read_bytes()
        damage(path)
        refusal = seal(case, expected)
        path.write_bytes(whole)
        assert f"{path} " in refusal
        assert any(word in refusal for word in words), f"{name}: {refusal}"
    assert seal(case, expected) == ""


def test_an_index_is_asked_for_beside_its_file(case, expected):
    """Even if the list of what is expected had forgotten it."""
    found = [(name, end) for name in expected for end in INDEXES if name.endswith(end)]
    assert {end for _, end in found} >= {".bam", ".vcf.gz"}
    for name, end in found:
        index = case / f"{name}{INDEXES[end]}"
        whole = index.read_bytes()
        index.unlink()
        assert seal(case, [name]) == f"{case / name} has no index"
        index.write_bytes(whole)


def test_the_manifest_tells_what_was_made_and_how(home, expected):
    folder = home / "results/PAIR"
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {entry["path"]: entry for entry in manifest["files"]}
    assert sorted(files) == sorted(expected)
    for name, entry in files.items():
        content = (folder / name).read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (sha256(content).hexdigest(), len(content))
    commands = {name: " ".join(entry["commands"]) for name, entry in files.items()}
    for tool in ("minimap2 ", "samtools fixmate", "samtools sort", "samtools markdup"):
        assert tool in commands["reads/PAIR-T.bam"]
    for tool in ("Mutect2", "FilterMutectCalls"):
        assert tool in commands["calls/PAIR-T.mutect2.vcf.gz"]
    assert "fastp " in commands["quality/PAIR-T.L1.fastp.json"]
    tools = manifest["tools"]
    assert {"bcftools", "fastp", "gatk", "minimap2", "mosdepth", "samtools", "snpEff"} <= set(tools)
    assert all(version[0].isdigit() for version in tools.values())
    written = yaml.safe_load((home / "config/config.yaml").read_text())
    assert {key: manifest["config"][key] for key in written} == written
    report = json.loads((folder / "report.json").read_text())
    assert manifest["knowledge"] == report["provenance"]["knowledge"]
    assert all(base["version"] and len(base["sha256"]) == 64 for base in manifest["knowledge"])


def test_the_run_is_summed_up(home):
    rows = summary(home)
    assert [rows[case].verdict for case in ("PAIR", "SOLO")] == ["RELEASE", "REVIEW"]
    assert rows["PAIR"].top_finding.startswith("I-A act: encorafenib + cetuximab (BRAF p.Val600Glu")
    page = (home / "results/index.html").read_text()
    for case in ("PAIR", "SOLO"):
        assert f'href="{case}/report.html"' in page
        assert (home / "results" / str(rows[case].report)).exists()


def test_a_failing_case_stops_no_other_and_is_finished_once_mended(later):
    """Reads that end early, then mates of different numbers, then whole reads."""
    folder, lame = later.folder, later.folder / "reads/LAME_L1_R2.fastq.gz"
    others = {"BAM", "CRAM", "VCF", "MAF", "EVENTS", "WILD"}
    assert later.done.returncode != 0
    rows = summary(folder)
    assert set(rows) == others | {"LAME"}
    assert {rows[case].verdict for case in others} == {"REVIEW", "RELEASE"}
    assert all((later.results / case / "manifest.json").exists() for case in others)
    assert_stopped(folder, "the gzip stream is damaged or ends early")

    before = {case: times(later.results / case) for case in others}
    with gzip.open(folder / "reads/PAIR-T_L1_R2.fastq.gz", "rt") as whole:
        lines = whole.readlines()
    lame.write_bytes(gzip.compress("".join(lines[:-400]).encode()))
    assert run(folder, "-c2").returncode != 0
    assert_stopped(folder, "different numbers of reads")

    lame.write_bytes((folder / "reads/PAIR-T_L1_R2.fastq.gz").read_bytes())
    assert run(folder, "-c2").returncode == 0
    assert {case: times(later.results / case) for case in others} == before
    row = summary(folder)["LAME"]
    assert (row.verdict, row.report) == ("RELEASE", "LAME/report.html")
    assert "BRAF p.Val600Glu" in row.top_finding
    assert 'href="LAME/report.html"' in (later.results / "index.html").read_text()


def assert_stopped(folder: Path, words: str) -> None:
    """LAME is stopped for what its second reads are, and the page says so."""
    row = summary(folder)["LAME"]
    assert (row.verdict, row.report) == ("STOPPED", None)
    assert row.reasons.startswith("trim_lane: ") and words in row.reasons
    assert "reads/LAME_L1_R2.fastq.gz" in row.reasons
    assert not (folder / "results/LAME/manifest.json").exists()
    page = (folder / "results/index.html").read_text()
    assert "LAME" in page and "STOPPED" in page and words in page


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("", "no message"),
        ("Traceback\n  File x\nValueError: no\tsuch row\n", "ValueError: no such row"),
        ("INFO\njava.io.E: broken\n\tat A.main(A.java:1)\n", "java.io.E: broken"),
        (
            "***\n\nA USER ERROR has occurred: no sample\n\n***\n"
            "Set the system property GATK_STACKTRACE_ON_USER_EXCEPTION to print the stack trace.\n",
            "A USER ERROR has occurred: no sample",
        ),
    ],
)
def test_a_failure_is_told_in_the_program_s_own_words(log, words):
    assert last_words(log) == words
