"""Contigs of alignments, targets, variants and gene models are those of the genome."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pysam

from consilium.checks.alignments import open_alignments
from consilium.checks.run import ALIGNMENTS, Findings, Run, first_few, present
from consilium.claims import known_contig
from consilium.lifting import Ground, build_of_vcf, read_lift
from consilium.problems import Problem
from consilium.tables import open_text

Contigs = dict[str, int | None]  # name -> length in bases, where the file tells

# Length of chromosome 1, from the NCBI assembly reports.
CHR1 = {
    247_249_719: "NCBI36",
    249_250_621: "GRCh37",
    248_956_422: "GRCh38",
    248_387_328: "T2T-CHM13v2",
}
REBUILD = "use files of one assembly; reads must be aligned again, coordinates lifted over"


def genome_contigs(genome: Path) -> dict[str, int]:
    """Names and lengths from the genome's .fai; empty where there is none that can be read."""
    try:
        lines = Path(f"{genome}.fai").read_text().splitlines()
        return {name: int(length) for name, length, *_ in (line.split("\t") for line in lines)}
    except (OSError, ValueError):
        return {}


def check_genome(run: Run) -> Findings:
    """The genome is whole, agrees with its indexes, and is of the configured build."""
    genome, contigs = run.genome, genome_contigs(run.genome)
    if contigs and genome.is_file():
        yield str(genome), [*_fasta_problems(genome, contigs), *_build_problems(run, contigs)]


def _fasta_problems(genome: Path, contigs: Mapping[str, int]) -> Iterator[Problem]:
    index = f"run: samtools faidx {genome}"
    rows = [line.split("\t") for line in Path(f"{genome}.fai").read_text().splitlines()]
    _, length, offset, bases, width = max(rows, key=lambda row: int(row[2]))[:5]
    last_line = (int(length) - 1) // int(bases)
    end = int(offset) + last_line * int(width) + (int(length) - 1) % int(bases) + 1
    if genome.suffix != ".gz" and genome.stat().st_size < end:
        yield Problem(str(genome), "is shorter than its .fai says", f"copy it again, or {index}")
    stem = genome.with_suffix("") if genome.suffix == ".gz" else genome
    dictionary = stem.with_suffix(".dict")
    if dictionary.exists() and (told := _dictionary(dictionary)) != dict(contigs):
        differ = sorted(set(told.items()) ^ set(contigs.items()))[0][0]
        problem = f"differs from {genome}.fai (contig {differ})"
        fix = f"run: rm {dictionary}; samtools dict -o {dictionary} {genome}"
        yield Problem(str(dictionary), problem, fix)


def _dictionary(path: Path) -> dict[str, int]:
    lines = [line.split("\t") for line in path.read_text().splitlines() if line[:3] == "@SQ"]
    tags = [dict(field.split(":", 1) for field in line[1:]) for line in lines]
    return {tag["SN"]: int(tag["LN"]) for tag in tags}


def _build_problems(run: Run, contigs: Mapping[str, int]) -> Iterator[Problem]:
    """Only a real chromosome 1 tells the build; a synthetic or partial genome tells nothing."""
    length = contigs.get("chr1", contigs.get("1", 0))
    build = run.config["reference"]["build"]
    if CHR1.get(length, build) != build:
        problem = (
            f"is {CHR1[length]} by its chromosome 1 ({length:,} bases), the config says {build}"
        )
        fix = "correct reference.build, or give the genome of that build"
        yield Problem(str(run.genome), problem, fix)


def check_contigs(run: Run) -> Findings:
    """Contigs of every file that has coordinates, against the genome's."""
    genome = genome_contigs(run.genome)
    if not genome:
        return
    files: list[tuple[str, Callable[[str, Run], Contigs]]] = [
        *((path, _of_alignments) for path in run.inputs(ALIGNMENTS)),
        *((path, _of_bed) for path in run.targets()),
        *((path, _of_variants) for path in run.resources()),
        *((path, _of_given) for path in run.inputs(("vcf",))),
        (run.config["reference"]["gene_models"], _of_models),
    ]
    for path, contigs_of in files:
        if not list(present((path,))):
            continue
        try:
            contigs = contigs_of(path, run)
        except (OSError, ValueError, EOFError) as error:
            yield path, [Problem(path, f"cannot be read ({error})", "copy or make it again")]
            continue
        yield path, first_few(_disagreements(path, contigs, genome), path)


def _disagreements(path: str, contigs: Contigs, genome: Mapping[str, int]) -> Iterator[Problem]:
    strangers = [name for name in contigs if name not in genome]
    shared = [name for name in contigs if name in genome]
    if strangers:
        names, known = ", ".join(strangers[:3]), ", ".join([*genome][:3])
        problem = f"contigs {names} are not in the genome (it has {known})"
        level = "WARNING" if shared and not path.endswith(".bed") else "ERROR"
        yield Problem(path, problem, _renamed(path, strangers, genome), level)
    for name in shared:
        length = contigs[name]
        if length is not None and length != genome[name]:
            told = CHR1.get(length, "another assembly")
            problem = f"{name} has {length:,} bases here ({told}), {genome[name]:,} in the genome"
            yield Problem(path, problem, REBUILD)


def _renamed(path: str, names: Iterable[str], genome: Mapping[str, int]) -> str:
    """What to do about contig names that the genome does not have."""
    first = next(iter(names))
    if f"chr{first}" in genome:
        wanted, edit = f"chr{first}", "s/^/chr/"
    elif first.removeprefix("chr") in genome:
        wanted, edit = first.removeprefix("chr"), "s/^chr//"
    else:
        return "give the file that belongs to this genome"
    if path.endswith((".bam", ".cram")):
        return f"rename {first} to {wanted} and so on (samtools reheader), or align again"
    if path.endswith((".vcf", ".vcf.gz", ".bcf")):
        return f"rename {first} to {wanted} and so on: bcftools annotate --rename-chrs"
    return f"rename {first} to {wanted} and so on: sed '/^#/!{edit}'"


def _of_alignments(path: str, run: Run) -> Contigs:
    with open_alignments(path, run) as alignments:
        return dict(zip(alignments.references, alignments.lengths, strict=True))


def _of_bed(path: str, run: Run) -> Contigs:
    with open_text(path) as handle:
        names = (line.split("\t")[0].strip() for line in handle if line.strip())
        return {n: None for n in names if not n.startswith(("#", "track", "browser"))}


def _of_variants(path: str, run: Run) -> Contigs:
    """Contigs that records stand on, from the index where there is one, and their lengths."""
    verbosity = pysam.set_verbosity(0)
    try:
        with pysam.VariantFile(path) as variants:
            told = {name: contig.length for name, contig in variants.header.contigs.items()}
            used = {*variants.index} if variants.index else {record.chrom for record in variants}
    finally:
        pysam.set_verbosity(verbosity)
    return {name: told.get(name) for name in sorted(used)}


def _of_given(path: str, run: Run) -> Contigs:
    """Contigs of a VCF of the sheet; none where it is of a build that a chain file lifts from.

    They may be named with or without `chr`.
    """
    genome, reference = genome_contigs(run.genome), run.config["reference"]
    if reference["chains"] and run.genome.is_file():
        with pysam.FastaFile(str(run.genome)) as fasta, pysam.VariantFile(path) as variants:
            ground = Ground(fasta, read_lift(reference["build"], reference["chains"]))
            if build_of_vcf(variants.header, ground) in reference["chains"]:
                return {}
    return {known_contig(n, genome) or n: size for n, size in _of_variants(path, run).items()}


def _of_models(path: str, run: Run) -> Contigs:
    """Contigs of a GFF3; their length where a sequence-region tells or a feature reaches beyond."""
    genome, contigs = genome_contigs(run.genome), Contigs()
    with open_text(path) as handle:
        for line in handle:
            if line.startswith("##FASTA"):
                break
            if line.startswith("##sequence-region"):
                _, name, _, end, *_ = line.split()
                contigs[name] = int(end)
            elif not line.startswith("#") and line.count("\t") >= 8:
                name, _, _, _, end, *_ = line.split("\t")
                contigs.setdefault(name, None)
                if int(end) > genome.get(name, int(end)):
                    contigs[name] = int(end)
    return contigs
