"""The matcher on real tables: matches per tier and level, time and memory, and how both grow.

`make compare`, or `python tests/bench/compare.py --data ../shared/data`. Every figure is that of a
whole process of scripts/interpret_cohort.py on one core, start-up included. Nothing is compared
across machines or days: only ratios within one run mean anything.
"""

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from itertools import cycle, islice
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import import_knowledge  # noqa: E402
from consilium.knowledge import And, Leaf, Not, Or, Profile, read_knowledge  # noqa: E402
from consilium.knowledge.records import Approval, Statement  # noqa: E402
from consilium.records import Therapy  # noqa: E402
from consilium.tables import read_rows, write_rows  # noqa: E402

CIVIC = "knowledge/civic/nightly-ClinicalEvidenceSummaries-2026-05.tsv.gz"
MAFS = (
    ("PAAD", "tables/tcga/MC3.PAAD.nonsyn.maf.gz"),
    ("THPA", "tables/tcga/MC3.THCA.nonsyn.maf.gz"),
    ("AML", "tables/tcga/tcga_laml.maf.gz"),
)
TIERS = ("I-A", "I-B", "II-C", "II-D", "R-I", "R-II", "R-III")
LIMITS = {"cohort_s": 60.0, "cohort_mb": 1024.0, "patient_s": 2.0, "stranger": 1.05}
REPEATS = 3  # the shortest counts: what is longer is another program's doing


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall: float  # seconds
    cpu: float  # seconds
    mb: float  # most memory, at least that of this process when it started the other


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of this run lie."""

    work: Path
    data: Path

    def config(self, name: str) -> Path:
        """The config of one choice of knowledge bases."""
        return self.work / f"{name}.yaml"


def run(maf: Path, tumor: str, config: Path, out: Path) -> Cost:
    """Interpret a MAF in a process of its own.

    Raises:
        CalledProcessError: it failed.
    """
    script = str(ROOT / "scripts" / "interpret_cohort.py")
    command = [sys.executable, script, str(maf), "--tumor", tumor, "--config", str(config)]
    start = monotonic()
    process = subprocess.Popen([*command, "--out", str(out)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(monotonic() - start, cpu, usage.ru_maxrss / 1024)


def shortest(maf: Path, tumor: str, config: Path, out: Path) -> Cost:
    """The run that took least CPU of several."""
    return min((run(maf, tumor, config, out) for _ in range(REPEATS)), key=lambda cost: cost.cpu)


def prepare(place: Place) -> None:
    """Import CIViC, copy statements onto genes that nobody has, and write the configs."""
    own = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    civic = {
        "kind": "civic",
        "file": str(place.data / CIVIC),
        "version": "2026-05",
        "date": "2026-05-01",
        "folder": str(place.work / "civic"),
    }
    settings = import_knowledge.Settings(
        **{**own["knowledge"], "base": str(ROOT / own["knowledge"]["base"]), "sources": [civic]}
    )
    resources = ROOT / "resources"
    with redirect_stdout(StringIO()):
        import_knowledge.main(settings, resources / "tumors.tsv", resources / "diseases.tsv")
    folders = [ROOT / own["knowledge"]["base"], place.work / "civic"]
    strangers = [{**civic, "folder": str(strange(folders, place.work, n))} for n in (1, 2, 3)]
    choices = {"bundled": [], "civic": [civic], "x2": [civic, *strangers[:1]]}
    for name, sources in {**choices, "x4": [civic, *strangers]}.items():
        config = {**own, "knowledge": {**own["knowledge"], "sources": sources}}
        place.config(name).write_text(yaml.safe_dump(config))


def strange(folders: Iterable[Path], work: Path, number: int) -> Path:
    """A base of every statement on genes, the genes renamed so that no patient has them."""
    folder = work / f"strangers{number}"
    statements, approvals = [], []
    for entry in (entry for path in folders for entry in read_knowledge(path).entries):
        if not all(leaf.gene and leaf.kind != "expression" for leaf in leaves(entry.profile)):
            continue
        name = f"{entry.statement.id}-x{number}"
        profile = str(renamed(entry.profile, number))
        statements.append(replace(entry.statement, id=name, profile=profile))
        approvals += [replace(row, statement=name) for row in entry.approvals]
    for kind, row_type, rows in (
        ("statements", Statement, statements),
        ("approvals", Approval, approvals),
    ):
        (folder / kind).mkdir(parents=True)
        write_rows(folder / kind / "all.tsv", row_type, rows)
    facts = {"name": f"strangers {number}", "version": "1", "date": "2026-05-01", "licence": "-"}
    (folder / "manifest.yaml").write_text(yaml.safe_dump(facts))
    return folder


def leaves(profile: Profile) -> Iterator[Leaf]:
    """Every leaf of a profile."""
    match profile:
        case Leaf():
            yield profile
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)


def renamed(profile: Profile, number: int) -> Profile:
    """A profile on genes that do not exist."""
    match profile:
        case Leaf():
            partner = profile.partner and f"{profile.partner}X{number}"
            return replace(profile, gene=f"{profile.gene}X{number}", partner=partner)
        case Not(part):
            return Not(renamed(part, number))
        case And(parts):
            return And(tuple(renamed(part, number) for part in parts))
        case Or(parts):
            return Or(tuple(renamed(part, number) for part in parts))


def real_tables(place: Place) -> None:
    """Matches per tier and level of three cohorts, by the bundled base and with CIViC."""
    head = ("patients", "variants", *TIERS, "other", "A", "B", "C", "D", "s", "MB")
    print(f"\n{'':22}" + "".join(f"{name:>9}" for name in head))
    for tumor, name in MAFS:
        costs = {}
        for base in ("bundled", "civic"):
            out = place.work / "therapies.tsv"
            costs[base] = cost = run(place.data / name, tumor, place.config(base), out)
            with gzip.open(place.data / name, "rt") as handle:
                cells = [line.rstrip("\n").split("\t") for line in handle]
            column = cells[0].index("Tumor_Sample_Barcode")
            sizes = (len({row[column] for row in cells[1:]}), len(cells) - 1)
            counts = (*sizes, *matches(list(read_rows(out, Therapy))))
            figures = "".join(f"{count:9,}" for count in counts)
            print(f"{tumor:6}{base:16}{figures}{cost.wall:9.1f}{cost.mb:9.0f}")
        ratio = costs["civic"].cpu / costs["bundled"].cpu
        print(f"{tumor:6}with CIViC over bundled alone: {ratio:.2f} times the CPU")


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


def bases(place: Place) -> dict[str, tuple[int, int]]:
    """Choices of knowledge bases: statements, and how many of them concern nobody."""
    folders = [ROOT / "resources" / "knowledge", place.work / "civic"]
    known = sum(len(read_knowledge(path).entries) for path in folders)
    copies = len(read_knowledge(place.work / "strangers1").entries)
    return {
        "civic": (known, 0),
        "x2": (known + copies, copies),
        "x4": (known + 3 * copies, 3 * copies),
    }


def main(data: Path) -> int:
    """Print everything; 1 where a limit is broken."""
    needed = [data / CIVIC, *(data / name for _, name in MAFS)]
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
