"""Tools, disk and memory of this machine."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from consilium.checks.run import READS, Findings, Run, present
from consilium.export.pdf import BROWSERS, OLDEST, browser
from consilium.genome import genome_megabases
from consilium.problems import Problem

# Bytes of disk that a byte of FASTQ.gz needs at the most: trimmed reads, lane, merged sample.
DISK_PER_READ_BYTE = 3.5
# Of a base of genome, disk for the index that the workflow makes and memory to align
# (rules/aligners/*.smk).
INDEX_DISK_PER_BASE = {"bwa": 1.8, "bwa_mem2": 10, "minimap2": 2.4}
MEMORY_PER_BASE = {"bwa": 2, "bwa_mem2": 6, "minimap2": 3}
BASE_MEMORY_MB = 2500
MULTIQC = "1.35"  # envs/requirements-multiqc.in
GIGA = 1e9
OPTIONAL = {"bwa", "minimap2", "freebayes"}  # packages needed where the config names them


def check_tools(run: Run) -> Findings:
    """Tools of envs/debian.txt on PATH, in the least versions, unless conda brings them."""
    if run.conda:
        return
    for line in (run.root / "envs" / "debian.txt").read_text().splitlines():
        package, purpose, least, *command = line.split(maxsplit=3) or ["#", "", ""]
        if purpose == "run" and _needed(package, run):
            fix = f"run: make setup (Debian package {package}), or use --sdm conda"
            yield package, list(_tool_problems(command[0], least, fix))


def _needed(package: str, run: Run) -> bool:
    chosen = {run.config["aligner"], *run.config["callers"]}
    return package not in OPTIONAL or package in chosen


def check_wanted(run: Run) -> Findings:
    """Programs that only some outputs need, where the config asks for these outputs."""
    if "pdf" in run.config["exports"]:
        command = f"{shlex.quote(browser() or BROWSERS[0])} --version"
        fix = "install Chromium (Debian package chromium), or take pdf out of exports"
        yield "chromium", list(_tool_problems(command, str(OLDEST), fix))
    if run.config["multiqc"] and not run.conda:
        fix = "run: make multiqc, or use --sdm conda, or set multiqc to false"
        yield "multiqc", list(_tool_problems("multiqc --version", MULTIQC, fix))


def _tool_problems(command: str, least: str, fix: str) -> Iterator[Problem]:
    words = shlex.split(command)
    if shutil.which(words[0]) is None:
        yield Problem("PATH", f"{words[0]} is not installed", fix)
        return
    done = subprocess.run(words, capture_output=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    found = re.search(r"\d+(\.\d+)+|\b\d+\b", said)
    if found is None:
        told = f"{words[0]} does not tell its version"
        yield Problem(shutil.which(words[0]) or "PATH", told, fix, "WARNING")
    elif _numbers(found[0]) < _numbers(least):
        yield Problem("PATH", f"{words[0]} is {found[0]}, needed is {least}", fix)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def disk_needed(run: Run) -> float:
    """Bytes that a run is likely to write, for samples not yet aligned and the aligner's index."""
    suffix = run.config["alignment"]["format"]
    unfinished = {
        path: unit
        for path, unit in run.inputs(READS).items()
        if not Path(f"results/{unit.case}/reads/{unit.sample}.{suffix}").exists()
    }
    needed = DISK_PER_READ_BYTE * sum(Path(path).stat().st_size for path in present(unfinished))
    aligner = run.config["aligner"]
    made = Path("prepared", "index", aligner).exists()
    if unfinished and not made and run.config["reference"]["aligner_index"] is None:
        bases = genome_megabases(run.genome) * 1e6
        needed += INDEX_DISK_PER_BASE.get(aligner, 2) * bases
    return needed


def check_disk(run: Run, free: float | None = None) -> Findings:
    """Free space of the working directory against what the run will write."""
    free = shutil.disk_usage(".").free if free is None else free
    needed = disk_needed(run)
    problem = f"{free / GIGA:.1f} GB are free, about {needed / GIGA:.1f} GB will be written"
    fix = "free space, or run in a working directory on another disk (--directory)"
    level = "ERROR" if free < needed / 2 else "WARNING"
    yield ".", [Problem("working directory", problem, fix, level)] if free < needed else []


def check_memory(run: Run, memory_mb: float | None = None) -> Findings:
    """Memory of this machine against the largest job; a cluster's nodes may have more."""
    if not any(run.inputs(READS)):
        return
    memory_mb = _memory_mb() if memory_mb is None else memory_mb
    aligner = run.config["aligner"]
    per_base = MEMORY_PER_BASE.get(aligner, 2)
    needed = BASE_MEMORY_MB + per_base * genome_megabases(run.genome)
    problem = (
        f"{memory_mb / 1000:.1f} GB of memory, aligning by {aligner} takes {needed / 1000:.1f}"
    )
    fix = "choose aligner: bwa, or run where there is more (profiles/slurm)"
    yield aligner, [Problem("memory", problem, fix, "WARNING")] if memory_mb < needed else []


def _memory_mb() -> float:
    """Memory of the machine, or of its control group where that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):
        limit = total
    return min(total, limit) / 1e6
