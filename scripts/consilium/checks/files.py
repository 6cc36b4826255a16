"""Files are there, can be read, and have their indexes; only their status is asked for."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from consilium.checks.run import ALIGNMENTS, READS, TABLES, Findings, Run
from consilium.problems import Problem
from consilium.records import Unit
from consilium.samples import SampleSheet

INDEX_SUFFIXES = {
    "bwa": (".amb", ".ann", ".bwt", ".pac", ".sa"),
    "bwa_mem2": (".0123", ".amb", ".ann", ".bwt.2bit.64", ".pac"),
    "minimap2": ("",),
}
KNOWLEDGE_FILES = ("drugs.tsv", "genes.tsv", "manifest.yaml")


def check_inputs(config: Mapping[str, Any], sheet: SampleSheet) -> list[Problem]:
    """Every problem that file status alone shows; 1,000 cases take well under a second."""
    run = Run(config, sheet, Path())
    return [problem for check in CHEAP for _, problems in check(run) for problem in problems]


def readable(path: str | Path, where: str, fix: str) -> list[Problem]:
    """Why a file cannot be opened; nothing where it can."""
    try:
        status = Path(path).stat()
    except OSError as error:
        return [Problem(where, f"{path} cannot be found ({error.strerror})", fix)]
    if S_ISDIR(status.st_mode):
        return [Problem(where, f"{path} is a folder", "give a file")]
    if status.st_size == 0:
        return [Problem(where, f"{path} is empty", "copy or make the file again")]
    if not os.access(path, os.R_OK):
        return [Problem(where, f"{path} may not be read", f"chmod u+r {path}")]
    return []


def check_sheet_files(run: Run) -> Findings:
    """Files of the sheet."""
    fix = "correct the path (relative to the working directory) or bring the file"
    for path, unit in run.inputs((*READS, *ALIGNMENTS, *TABLES)).items():
        yield path, readable(path, _row(run, unit), fix)


def _row(run: Run, unit: Unit) -> str:
    return f"{run.config['samples']}, sample {unit.sample}, lane {unit.lane}"


def check_same_file(run: Run) -> Findings:
    """No file under two names, by links; a normal may serve several cases."""
    seen: dict[tuple[int, int], tuple[str, Unit]] = {}
    for path, unit in run.inputs((*READS, *ALIGNMENTS)).items():
        try:
            status = Path(path).stat()
        except OSError:
            continue
        other_path, other = seen.setdefault((status.st_dev, status.st_ino), (path, unit))
        shared = unit.role == other.role == "normal" and unit.case != other.case
        problems = []
        if other_path != path and not shared:
            problem = f"{path} is the same file as {other_path} of sample {other.sample}"
            problems.append(Problem(_row(run, unit), problem, "give each file once"))
        yield path, problems


def check_alignment_indexes(run: Run) -> Findings:
    """Every BAM and CRAM has an index; one that is older may be another file's."""
    for path in run.inputs(ALIGNMENTS):
        suffixes = (".crai",) if path.endswith(".cram") else (".bai", ".csi")
        stems = (path, path.rpartition(".")[0])
        names = [f"{stem}{suffix}" for stem in stems for suffix in suffixes]
        yield path, list(_index_problems(path, names, f"samtools index {path}"))


def _index_problems(path: str | Path, names: list[str], command: str) -> Iterator[Problem]:
    try:
        made = Path(path).stat().st_mtime
    except OSError:
        return
    index = next((name for name in names if Path(name).exists()), None)
    if index is None:
        yield Problem(str(path), f"has no index ({names[0]})", f"run: {command}")
    elif Path(index).stat().st_mtime < made:
        problem = f"is newer than its index {index}"
        fix = f"run: {command}; or touch {index} if it belongs to this very file"
        yield Problem(str(path), problem, fix, "WARNING")  # plain copying does this, too


def check_reference_files(run: Run) -> Findings:
    """Genome, gene models and the other files of the reference block, with their indexes."""
    reference = run.config["reference"]
    advice = "correct it or bring the file; snakemake fetch_reference brings those of the config"
    for key in ("genome", "gene_models", *_configured(reference), "hotspots"):
        if path := reference[key]:
            where = f"config, key reference.{key}"
            yield path, readable(path, where, advice)
    yield str(run.genome), list(_genome_indexes(run.genome))
    for path in run.resources():
        command = f"bcftools index -t {path}"
        yield path, list(_index_problems(path, [f"{path}.tbi", f"{path}.csi"], command))
    models = reference["gene_models"]
    names = [f"{models}.tbi", f"{models}.csi"]
    found = _index_problems(models, names, f"tabix -p gff {models}") if ".gz" in models else ()
    yield models, [Problem(p.where, p.problem, p.fix, "WARNING") for p in found]


def _configured(reference: Mapping[str, Any]) -> list[str]:
    names = ("germline_resource", "common_variants", "panel_of_normals", "clinvar")
    return [name for name in names if reference[name]]


def _genome_indexes(genome: Path) -> Iterator[Problem]:
    yield from _index_problems(genome, [f"{genome}.fai"], f"samtools faidx {genome}")
    stem = genome.with_suffix("") if genome.suffix == ".gz" else genome
    dictionary = stem.with_suffix(".dict")
    command = f"samtools dict -o {dictionary} {genome}"
    if genome.exists() and not dictionary.exists():
        yield Problem(str(genome), f"has no dictionary ({dictionary})", f"run: {command}")
    if genome.suffix == ".gz" and genome.exists() and not Path(f"{genome}.gzi").exists():
        fix = f"compress it by bgzip, then run: samtools faidx {genome}"
        yield Problem(str(genome), f"has no {genome}.gzi", fix)


def check_aligner_index(run: Run) -> Findings:
    """The aligner's index, where the config names one."""
    prefix, aligner = run.config["reference"]["aligner_index"], run.config["aligner"]
    fix = "correct the path without suffix, or write null and the workflow makes the index"
    for suffix in INDEX_SUFFIXES.get(aligner, ()) if prefix else ():
        path = f"{prefix}{suffix}"
        yield path, readable(path, "config, key reference.aligner_index", fix)


def check_targets(run: Run) -> Findings:
    """The targets of the assays that are used."""
    for path in run.targets():
        yield path, readable(path, "config, key assays", "correct the path of the assay's targets")


def check_knowledge_files(run: Run) -> Findings:
    """The knowledge base's files."""
    for source in run.config["knowledge"]["sources"]:
        manifest, key = Path(source["folder"]) / "manifest.yaml", "config, key knowledge.sources"
        yield str(manifest), readable(manifest, key, "run `snakemake import_knowledge` first")
    base = Path(run.config["knowledge"]["base"])
    where, fix = "config, key knowledge.base", "give the folder of a complete knowledge base"
    for name in KNOWLEDGE_FILES:
        yield str(base / name), readable(base / name, where, fix)
    for folder in ("statements", "approvals"):
        tables = sorted((base / folder).glob("*.tsv"))
        problem = Problem(where, f"{base / folder} holds no table", fix)
        yield str(base / folder), [] if tables else [problem]
        for table in tables:
            yield str(table), readable(table, where, fix)


def check_trials(run: Run) -> Findings:
    """Curated trials and the store of a registry's, where the config names them."""
    trials = run.config["trials"]
    if folder := trials["curated"]:
        where, fix = "config, key trials.curated", "give a folder of curated trials, or null"
        found = any(Path(folder).glob("*.yaml"))
        yield folder, [] if found else [Problem(where, f"{folder} holds no trial", fix)]
    if store := trials["store"]:
        fix = "run: snakemake fetch_trials, or snakemake import_trials; or write null"
        yield store, readable(store, "config, key trials.store", fix)


CHEAP = (
    check_sheet_files,
    check_same_file,
    check_alignment_indexes,
    check_reference_files,
    check_aligner_index,
    check_targets,
    check_knowledge_files,
    check_trials,
)
