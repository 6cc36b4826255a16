"""Small patients on the demo's genome, and the real workflow run on them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from builders import write_rows
from consilium.demo import build
from consilium.demo.cases import World, samples_of
from consilium.demo.facts import CaseFacts, PlantedVariant, Sequencing, read_facts

ROOT = Path(__file__).parents[1]
SNAKEMAKE = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
ENV = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
PANEL = [
    *(f"{gene}_exon_{number}" for gene in ("KRAS", "NRAS") for number in (2, 3, 4)),
    *("BRAF_exon_11", "BRAF_exon_15", "TP53_exon_5", "TP53_exon_6", "TP53_exon_8"),
]
TP53 = (
    PlantedVariant("TP53", "c.524G>A", "somatic", vaf=0.28),
    PlantedVariant("TP53", "c.626_627del", "somatic", vaf=0.25),
)
V600E = PlantedVariant("BRAF", "c.1799T>A", "somatic", vaf=0.30)
COLON = {"tumor_type": "COAD", "sex": "male", "assay": "panel"}
CLINICAL = {"specimen": "FFPE", "age": 67, "stage": "IV", "line": 2, "ecog": 1, "sidedness": "left"}
DATE = "2026-12-01"

Row = dict[str, object]


def patient(
    name: str, normal_depth: float | None = None, variants: tuple[PlantedVariant, ...] = TP53
) -> CaseFacts:
    """A colon cancer, RAS wild type."""
    return CaseFacts(
        name=name,
        tumor_type="COAD",
        sex="male",
        purity=0.6,
        tumor=Sequencing(260, ("L1",)),
        normal=Sequencing(normal_depth, ("L1",)) if normal_depth else None,
        variants=variants,
    )


def make_project(out: Path, *patients: CaseFacts) -> Path:
    """A folder with genome, panel, config and reads of the patients; no sheet yet."""
    facts = read_facts(build.INPUTS)
    whole = build.make_world(facts, everything=False)
    targets = tuple(region for region in whole.targets if region[3] in PANEL)
    world = World(whole.genome, whole.polymorphisms, targets, whole.settings)
    samples = [s for n, case in enumerate(patients) for s in samples_of(case, n, world)]
    build._make(out, world, samples, replace(facts, cases=patients), "workflow")
    return out


def write_sheet(folder: Path, rows: Sequence[Mapping[str, object]], **changes: object) -> None:
    """The sample sheet, a clinical table of the same facts for each case, and the config.

    A change names a block of the config, or a key of it as `block__key`.
    """
    write_rows(folder / "config" / "samples.tsv", rows)
    cases = dict.fromkeys(str(row["case"]) for row in rows)
    write_rows(folder / "config" / "clinical.tsv", [{"case": c} | CLINICAL for c in cases])
    path = folder / "config" / "config.yaml"
    config = yaml.safe_load(path.read_text())
    settings = {"aligner": "minimap2", "report_date": DATE, "reference__common_variants": None}
    settings |= {"knowledge__base": str(ROOT / "resources" / "knowledge")}
    settings |= {"trials__curated": str(ROOT / "resources" / "trials")} | changes
    for name, value in settings.items():
        block, _, key = name.partition("__")
        if key:
            config[block][key] = value
        else:
            config[block] = value
    path.write_text(yaml.safe_dump(config))


def lane(case: str, sample: str, role: str, stem: str, paired: bool = True) -> Row:
    """A row of the sheet for reads/{stem}_R1.fastq.gz and its mates."""
    row: Row = {"case": case, "sample": sample, "role": role, "lane": stem.split("_")[-1]}
    row |= {"fastq_1": f"reads/{stem}_R1.fastq.gz"} | COLON
    row |= {"fastq_2": f"reads/{stem}_R2.fastq.gz"} if paired else {}
    return row | ({"purity": 0.6} if role == "tumor" else {})


def pair(case: str) -> list[Row]:
    """The rows of a tumour and its normal, one lane each."""
    roles = {"T": "tumor", "N": "normal"}
    return [lane(case, f"{case}-{x}", role, f"{case}-{x}_L1") for x, role in roles.items()]


def prepared(source: Path, out: Path) -> Path:
    """A project as `source`, with what all cases share already made, and no case."""
    names = ("resources", "reads", "config", "prepared", ".snakemake")
    for name in names:
        shutil.copytree(source / name, out / name)
    return out


@dataclass(frozen=True)
class Run:
    """A run that is over."""

    folder: Path
    plan: Mapping[str, set[str]]  # rules by case, as a dry run announced them
    done: subprocess.CompletedProcess[str]

    @property
    def results(self) -> Path:
        """Where its cases are."""
        return self.folder / "results"


def command(folder: Path, *options: str) -> list[str]:
    """A run as users start it."""
    return [*SNAKEMAKE, *place(folder), "--profile", str(ROOT / "profiles" / "local"), *options]


def place(folder: Path) -> list[str]:
    """Where a run takes place, and its config."""
    return ["--directory", str(folder), "--configfile", str(folder / "config" / "config.yaml")]


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The workflow, to its end."""
    return subprocess.run(
        ["timeout", "-k", "10", "900", *command(folder, *options)],
        cwd=ROOT,
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
    )


def planned(folder: Path) -> dict[str, set[str]]:
    """The rules that a run would start, by case (`prepared` for what cases share)."""
    done = subprocess.run(
        [*SNAKEMAKE, *place(folder), "-n"], env=ENV, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, set[str]] = {}
    for case, rule in re.findall(r"log: logs/([^/\s]+)/(\w+)", done.stdout + done.stderr):
        found.setdefault(case, set()).add(rule)
    return found


def started(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """The workflow in a process group of its own, so that it can be killed with its children."""
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen(
            command(folder, *options),
            cwd=ROOT,
            env=ENV,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def times(folder: Path) -> dict[str, int]:
    """When each file below a folder was written, in nanoseconds."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in paths}
