"""The demo on a real Slurm gives the reports that it gives here."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SLURM = ROOT.parent / "shared" / "tools" / "slurm.sh"
CONFIGURATION = Path("/etc/slurm/slurm.conf")
# Enough of the demo's cases: one that is released and one that fails; a job takes ten seconds to be
# noticed by the executor, so that all five would take most of the time that the other tests need.
CASES = ("SKCM-02", "FAIL-05")
# Files of a case that must not depend on where its jobs ran.
SAME = (
    "variants.tsv",
    "callability.tsv",
    "therapies.tsv",
    "events.tsv",
    "report.json",
    "report.html",
    "report.xlsx",
)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A cluster of one node, this machine."""
    if not SLURM.exists():
        pytest.skip(f"{SLURM.name} is not there")
    if os.geteuid() != 0:
        pytest.skip("starting Slurm needs root")
    if shutil.which("slurmctld", path="/usr/sbin:/usr/bin") is None or not shutil.which("sbatch"):
        pytest.skip("Slurm is not installed")
    if CONFIGURATION.exists():
        pytest.skip(f"{CONFIGURATION} is there: this machine has a Slurm of its own")
    state = os.environ | {"SLURM_B": str(tmp_path_factory.mktemp("slurm"))}
    started = subprocess.run(
        [SLURM, "start"], env=state, capture_output=True, text=True, check=False
    )
    try:
        assert "idle" in started.stdout, started.stdout + started.stderr
        yield
    finally:
        subprocess.run([SLURM, "stop"], env=state, capture_output=True, check=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The inputs of some of the demo's cases, shallow, twice."""
    here, there = (tmp_path_factory.mktemp("runs") / name for name in ("local", "slurm"))
    make = [
        sys.executable,
        ROOT / "scripts" / "make_demo.py",
        "--out",
        here,
        "--pairs-scale",
        "0.3",
    ]
    subprocess.run(make, check=True, capture_output=True)
    for table in ("samples.tsv", "clinical.tsv"):
        path = here / "config" / table
        header, *rows = path.read_text().splitlines()
        kept = [row for row in rows if row.split("\t")[0] in CASES]
        path.write_text("\n".join([header, *kept]) + "\n")
    shutil.copytree(here, there)
    return here, there


def run(folder: Path, profile: str, *options: str) -> str:
    """What Snakemake said."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile"]
    command += ["--directory", folder, "--configfile", folder / "config" / "config.yaml"]
    command += ["--profile", ROOT / "profiles" / profile, *options]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["timeout", "-k", "10", "1500", *command],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stderr


def content(path: Path) -> object:
    return json.loads(path.read_text()) if path.suffix == ".json" else path.read_bytes()


def test_slurm_gives_the_same_reports(demo, slurm):
    here, there = demo
    run(here, "local")
    quick = ["--slurm-init-seconds-before-status-checks", "1"]
    quick += ["--seconds-between-status-checks", "1"]
    said = run(there, "slurm", "--max-threads", str(os.cpu_count()), *quick)
    assert "submitted with SLURM jobid" in said
    summary = (here / "results" / "summary.tsv").read_text()
    assert (there / "results" / "summary.tsv").read_text() == summary
    cases = [line.split("\t")[0] for line in summary.splitlines()[1:]]
    assert sorted(cases) == sorted(CASES)
    for case in cases:
        for name in SAME:
            one, other = (folder / "results" / case / name for folder in demo)
            assert content(other) == content(one), f"{case}/{name}"


def test_the_profile_does_not_need_an_accounting_database():
    """sacct without one would leave the run waiting for ever."""
    profile = yaml.safe_load((ROOT / "profiles" / "slurm" / "config.yaml").read_text())
    assert profile["slurm-status-command"] == "squeue"
    assert profile["executor"] == "slurm"
