"""Make the demo folder, or leave it alone when it is made already."""

import filecmp
import hashlib
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from consilium.demo import reference, sheets
from consilium.demo.bench import bench_samples
from consilium.demo.cases import Sample, World, samples_of
from consilium.demo.facts import Facts, read_facts
from consilium.demo.fastq import write_library
from consilium.demo.genome import build_genome
from consilium.demo.population import draw_polymorphisms
from consilium.demo.reads import Simulator

PROJECT = Path(__file__).parents[3]
INPUTS = PROJECT / "resources" / "demo"
RESOURCES = PROJECT / "resources"
CONFIG = PROJECT / "config" / "config.yaml"
STAMP = "made.json"
WORKERS = 2


def make_demo(out: Path, pairs_scale: float = 1.0) -> bool:
    """Make the demo cases in `out`, their depth times `pairs_scale`; False if they are there."""
    facts = read_facts(INPUTS)
    world = make_world(facts, everything=False)
    samples = []
    for number, case in enumerate(facts.cases):
        tumor = replace(case.tumor, depth=case.tumor.depth * pairs_scale)
        normal = case.normal and replace(case.normal, depth=case.normal.depth * pairs_scale)
        samples += samples_of(replace(case, tumor=tumor, normal=normal), number, world)
    return _make(out, world, samples, facts, f"demo {pairs_scale}")


def make_bench(out: Path, pairs: int) -> bool:
    """Make one deep case of `pairs` pairs of reads in `out`; False if it is there."""
    facts = read_facts(INPUTS)
    world = make_world(facts, everything=True)
    samples = bench_samples(facts.simulation["bench"], pairs, world)
    return _make(out, world, samples, facts, f"bench {pairs}")


def make_world(facts: Facts, everything: bool) -> World:
    """The genome, its population and the panel; with `everything` all coding exons are on it."""
    settings = facts.simulation
    genome = build_genome(facts.genes, settings["genome"])
    polymorphisms = draw_polymorphisms(
        genome, settings["polymorphisms"], settings["genome"]["seed"]
    )
    targets = reference.target_regions(genome, everything=everything, **settings["targets"])
    return World(genome, polymorphisms, tuple(targets), settings["reads"])


def _make(out: Path, world: World, samples: list[Sample], facts: Facts, what: str) -> bool:
    resources = os.path.relpath(RESOURCES, out)
    stamp = {"recipe": _recipe(f"{what} {resources}")}
    if _is_made(out, stamp):
        return False
    draft = out / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    for folder in ("resources", "reads", "config"):
        (draft / folder).mkdir(parents=True)
    _write_reference(draft / "resources", world)
    pairs = _write_reads(draft / "reads", world, samples)
    sheets.write_config(draft, CONFIG, resources)
    sheets.write_sheets(draft, samples)
    sheets.write_truth(draft / "truth.tsv", samples)
    made = sorted(path.relative_to(draft) for path in draft.rglob("*") if path.is_file())
    _settle(made, draft, out)
    files = {str(path): (out / path).stat().st_size for path in made}
    text = json.dumps(stamp | {"pairs": pairs, "files": files}, indent=1)
    (out / STAMP).write_text(text + "\n")
    return True


def _write_reference(folder: Path, world: World) -> None:
    reference.write_fasta(world.genome, folder / "genome.fa")
    reference.write_models(world.genome, folder / "genes.gff3.gz")
    reference.write_targets(list(world.targets), folder / "targets.bed")
    for name, common_only in (("population.vcf.gz", False), ("common.vcf.gz", True)):
        path = folder / name
        reference.write_population(world.genome, world.polymorphisms, path, common_only)


def _write_reads(folder: Path, world: World, samples: list[Sample]) -> dict[str, int]:
    """Draw every sample's reads, two samples at a time; return the pairs of each."""
    simulator = Simulator(world.genome, world.settings)
    with ProcessPoolExecutor(WORKERS) as pool:
        jobs = {
            sample.name: pool.submit(
                write_library,
                simulator,
                sample.library,
                {lane: sheets.fastq_paths(folder, sample, lane) for lane in sample.lanes},
            )
            for sample in samples
        }
        return {name: job.result() for name, job in jobs.items()}


def _recipe(what: str) -> str:
    """A checksum of all that decides what is made."""
    digest = hashlib.sha256(what.encode())
    code = [*Path(__file__).parent.glob("*.py"), *INPUTS.glob("*.yaml"), CONFIG]
    for path in sorted(code):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_made(out: Path, stamp: dict[str, Any]) -> bool:
    if not (out / STAMP).exists():
        return False
    made = json.loads((out / STAMP).read_text())
    return made["recipe"] == stamp["recipe"] and all(
        (out / path).exists() and (out / path).stat().st_size == size
        for path, size in made["files"].items()
    )


def _settle(made: list[Path], draft: Path, out: Path) -> None:
    """Move what differs from what is there; an index moves with its file."""
    moved: set[Path] = set()
    for path in made:
        old = out / path
        same = old.exists() and filecmp.cmp(draft / path, old, shallow=False)
        if same and path.with_suffix("") not in moved:
            continue
        old.parent.mkdir(parents=True, exist_ok=True)
        (draft / path).replace(old)
        moved.add(path)
    shutil.rmtree(draft)
