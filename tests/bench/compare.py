"""The matcher on real tables: matches per tier and level, time and memory, and how both grow.

`make compare`, or `python tests/bench/compare.py --data ../shared/data`. Every figure is that of a
whole process of scripts/interpret_cohort.py, for single tumours of tumour.py, on one core, start-up
included. Nothing is compared across machines or days: only ratios within one run mean anything.
"""

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any

import yaml
from bases import CIVIC, Place, bases, prepare

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import select_transcripts  # noqa: E402
from consilium.outside.raw import read_lines  # noqa: E402
from consilium.records import Event, Therapy  # noqa: E402
from consilium.tables import read_rows  # noqa: E402

MAFS = (
    ("PAAD", "tables/tcga/MC3.PAAD.nonsyn.maf.gz"),
    ("THPA", "tables/tcga/MC3.THCA.nonsyn.maf.gz"),
    ("AML", "tables/tcga/tcga_laml.maf.gz"),
)
MODELS = "reference/genes.gff3.gz"
PCGR = "tables/pcgr/T001-{}"  # two tumours of TCGA, named by their OncoTree codes
TUMOURS = ("COAD", "BRCA")
TABLES = {  # column of the sample sheet -> how the tumour's table of it is called
    "copy_number": ".grch38.cna.tsv",
    "fusions": ".grch38.fusions.tsv",
    "expression": ".gene_expression.tsv.gz",
}
TIERS = ("I-A", "I-B", "II-C", "II-D", "R-I", "R-II", "R-III")
LIMITS = {"cohort_s": 60.0, "cohort_mb": 1024.0, "patient_s": 2.0, "stranger": 1.05}
REPEATS = 3  # the shortest counts: what is longer is another program's doing


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall: float  # seconds
    cpu: float  # seconds
    mb: float  # most memory, at least that of this process when it started the other


def run(maf: Path, tumor: str, config: Path, out: Path) -> Cost:
    """Interpret a MAF in a process of its own.

    Raises:
        CalledProcessError: it failed.
    """
    script = str(ROOT / "scripts" / "interpret_cohort.py")
    return cost_of(script, str(maf), "--tumor", tumor, "--config", str(config), "--out", str(out))


def cost_of(*words: str) -> Cost:
    """Run a Python script with its arguments.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, *words]
    start = monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(monotonic() - start, cpu, usage.ru_maxrss / 1024)


def shortest(maf: Path, tumor: str, config: Path, out: Path) -> Cost:
    """The run that took least CPU of several."""
    return min((run(maf, tumor, config, out) for _ in range(REPEATS)), key=lambda cost: cost.cpu)


def real_tables(place: Place) -> None:
    """Matches per tier and level of cohorts and tumours, by the bundled base and with CIViC."""
    head = ("patients", "rows", *TIERS, "other", "A", "B", "C", "D", "s", "MB")
    print(f"\n{'':22}" + "".join(f"{name:>9}" for name in head))
    cohorts(place)
    tumours(place)


def cohorts(place: Place) -> None:
    """Every patient of the MAFs."""
    for tumor, name in MAFS:
        costs = {}
        for base in ("bundled", "civic"):
            out = place.work / "therapies.tsv"
            costs[base] = cost = run(place.data / name, tumor, place.config(base), out)
            with gzip.open(place.data / name, "rt") as handle:
                cells = [line.rstrip("\n").split("\t") for line in handle]
            column = cells[0].index("Tumor_Sample_Barcode")
            sizes = (len({row[column] for row in cells[1:]}), len(cells) - 1)
            show(f"{tumor:6}{base:16}", sizes, out, cost)
        ratio = costs["civic"].cpu / costs["bundled"].cpu
        print(f"{tumor:6}with CIViC over bundled alone: {ratio:.2f} times the CPU")


def tumours(place: Place) -> None:
    """The two single tumours, of all that can be read without an annotator."""
    models = place.work / "transcripts.gff3"
    own = yaml.safe_load(place.config("bundled").read_text())
    base, preferred = own["knowledge"]["base"], own["reference"]["transcripts"]
    chosen = str(place.work / "transcripts.tsv")
    select_transcripts.main(str(place.data / MODELS), base, preferred, str(models), chosen)
    script = str(ROOT / "tests" / "bench" / "tumour.py")
    for tumor in TUMOURS:
        stem = str(place.data / PCGR.format(tumor))
        tables = [f"--table={kind}={stem}{name}" for kind, name in TABLES.items()]
        rows = sum(len(read_lines(stem + name)[1]) for name in TABLES.values())
        for name in ("bundled", "civic"):
            about = ("--models", str(models), "--config", str(place.config(name)))
            cost = cost_of(script, tumor, *tables, *about, "--out", str(place.work))
            show(f"{tumor:6}{name:16}", (1, rows), place.work / "therapies.tsv", cost)
        kinds = Counter(event.kind for event in read_rows(place.work / "events.tsv", Event))
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        with gzip.open(f"{stem}.grch38.vcf.gz", "rt") as handle:
            left = sum(not line.startswith("#") for line in handle)
        print(f"{tumor:6}{told}; the {left:,} variants of its VCF need the workflow's annotation")
    print(
        "copies and fusions are PCGR's examples, the same for both; copies only of genes that the"
    )
    print(f"gene models of {MODELS} place")


def show(name: str, sizes: Iterable[int], out: Path, cost: Cost) -> None:
    """A line of the table."""
    counts = (*sizes, *matches(list(read_rows(out, Therapy))))
    figures = "".join(f"{count:9,}" for count in counts)
    print(f"{name}{figures}{cost.wall:9.1f}{cost.mb:9.0f}")


def matches(rows: list[Therapy]) -> list[int]:
    """Rows per tier, rows outside the tiers, and rows per level of evidence."""
    tiers, levels = Counter(row.tier for row in rows), Counter(row.level for row in rows)
    return [*(tiers[name] for name in TIERS), tiers[None], *(levels[name] for name in "ABCD")]


def deal(place: Place, rows: int, patients: int) -> Path:
    """A MAF of real rows, dealt to patients in turn and again from the start when they end."""
    texts: list[list[str]] = []
    header: list[str] = []
    for _, name in MAFS[:2]:
        with gzip.open(place.data / name, "rt") as handle:
            header, *found = (line.rstrip("\n").split("\t") for line in handle)
            texts += found
    column = header.index("Tumor_Sample_Barcode")
    out = place.work / f"{rows}.{patients}.maf"
    with out.open("w") as handle:
        handle.write("\t".join(header) + "\n")
        for number, cells in enumerate(islice(cycle(texts), rows)):
            # A prime step deals neighbours, often of one tumour, to different patients.
            name = f"P{number * 7919 % patients:04}"
            handle.write("\t".join([*cells[:column], name, *cells[column + 1 :]]) + "\n")
    return out


def speed(place: Place) -> list[str]:
    """The cohort and the single patient against their limits; returns what is too slow."""
    out, config = place.work / "therapies.tsv", place.config("civic")
    cohort = run(deal(place, 100_000, 1_000), "PAAD", config, out)
    single = shortest(deal(place, 100, 1), "PAAD", config, out)
    told = {"cohort_s": cohort.wall, "cohort_mb": cohort.mb, "patient_s": single.wall}
    print(f"\n100,000 variants of 1,000 patients: {cohort.wall:.1f} s, {cohort.mb:.0f} MB")
    print(f"100 variants of one patient: {single.wall:.2f} s")
    return [f"{key} {told[key]:.1f} > {LIMITS[key]}" for key in told if told[key] > LIMITS[key]]


def growth(place: Place) -> list[str]:
    """The curves over variants and over the size of the base; returns what grows too fast."""
    out, config = place.work / "therapies.tsv", place.config("civic")
    start = shortest(deal(place, 1, 1), "PAAD", config, out).cpu
    print(
        f"\nstart-up: {start:.2f} s of CPU\n\nvariants  patients  CPU s  us a variant, start-up off"
    )
    for rows, patients in ((12_500, 125), (25_000, 250), (50_000, 500), (100_000, 1_000)):
        cpu = shortest(deal(place, rows, patients), "PAAD", config, out).cpu
        print(f"{rows:8,}  {patients:8,}  {cpu:5.2f}  {(cpu - start) / rows * 1e6:5.0f}")
    for rows in (25_000, 50_000, 100_000):
        cpu = shortest(deal(place, rows, 250), "PAAD", config, out).cpu
        print(f"{rows:8,}  {250:8,}  {cpu:5.2f}  {(cpu - start) / rows * 1e6:5.0f}")
    maf = deal(place, 100_000, 1_000)
    costs = {name: shortest(maf, "PAAD", place.config(name), out).cpu for name in bases(place)}
    print("\nstatements  of them on genes that no patient has  CPU s  ratio")
    for name, (size, strangers) in bases(place).items():
        ratio = costs[name] / costs["civic"]
        print(f"{size:10,}  {strangers:37,}  {costs[name]:5.2f}  {ratio:5.3f}")
    ratio = costs["x2"] / costs["civic"]
    return [f"twice the base takes {ratio:.3f} times"] if ratio > LIMITS["stranger"] else []


def main(data: Path) -> int:
    """Print everything; 1 where a limit is broken."""
    names = [PCGR.format(tumor) + name for tumor in TUMOURS for name in TABLES.values()]
    names += [f"{PCGR.format(tumor)}.grch38.vcf.gz" for tumor in TUMOURS]
    needed = [data / name for name in (CIVIC, MODELS, *(name for _, name in MAFS), *names)]
    if missing := [path for path in needed if not path.exists()]:
        print(f"nothing to compare: {missing[0]} is not there; name the folder with --data")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder), data)
        prepare(place)
        real_tables(place)
        broken = [*speed(place), *growth(place)]
    print("\n" + ("; ".join(broken) or "within the limits"))
    return 1 if broken else 0


def options() -> Any:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(options().data))
