"""VCF, MAF and event tables that a sample starts from: readable, with what is needed."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import pysam

from consilium.calls import read_calls
from consilium.checks.run import Findings, Run, first_few, present
from consilium.claims import OTHER_REFERENCE
from consilium.genome_builds import BUILDS, build_named
from consilium.lifting import Ground, read_lift
from consilium.outside import KINDS, Context, known_to, read_table, table_doubts
from consilium.outside.raw import MISSING
from consilium.problems import InputError, Problem
from consilium.tables import open_text

FEW = 0.01  # share of alleles that the genome may contradict in a file of its own build
MAF_COLUMNS = (
    "Hugo_Symbol",
    "Chromosome",
    "Start_Position",
    "Tumor_Sample_Barcode",
    "Reference_Allele",
    "Tumor_Seq_Allele2",
)


def check_tables(run: Run) -> Findings:
    """Every VCF, MAF and event table of the sheet."""
    build, chains = run.config["reference"]["build"], run.config["reference"]["chains"]
    for path, unit in run.inputs(("vcf", "maf")).items():
        if any(present([path])):
            try:
                wrong = list(_maf_problems(path, build, chains)) if path == unit.maf else []
                yield path, wrong or list(_claimed(path, unit.sample, run))
            except (OSError, ValueError, EOFError) as error:
                yield path, [Problem(path, f"cannot be read ({error})", "make the file again")]
    yield from _outside(run, build)


def _outside(run: Run, build: str) -> Findings:
    """Tables of other tools and typed ones, read as the run will read them."""
    context: Context | None = None
    for kind in KINDS:
        for path, unit in run.inputs((kind,)).items():
            if any(present([path])):
                context = context or _known(run, build)
                about = replace(context, sample=unit.sample)
                try:
                    events = read_table(kind, path, about)
                    empty = [] if events else [*_empty(kind, path)]
                    yield path, [*empty, *table_doubts(kind, path, about)]
                except InputError as error:
                    yield path, list(error.problems)


def _empty(kind: str, path: str) -> Iterator[Problem]:
    if kind == "events":
        yield Problem(path, "holds no event", "write one finding a row, or drop the sample")


def _known(run: Run, build: str) -> Context:
    """What the readers know; of a knowledge base that cannot be read another check complains."""
    try:
        return known_to(run.config["knowledge"]["base"], run.config["interpretation"], build)
    except (OSError, ValueError):
        return Context("")


def _claimed(path: str, sample: str, run: Run) -> Iterator[Problem]:
    """What is odd about the alleles of a VCF or MAF, once they are read as the run will."""
    if not run.genome.is_file():
        return  # another check complains
    every, count = 0, Counter[str]()
    verbosity = pysam.set_verbosity(0)
    try:
        with pysam.FastaFile(str(run.genome)) as genome:
            reference = run.config["reference"]
            ground = Ground(genome, read_lift(reference["build"], reference["chains"]))
            for claim in read_calls(path, "given", sample, None, ground):
                every += 1
                count["unplaced"] += claim.unplaced is not None
                count["differ"] += OTHER_REFERENCE in claim.filters
                count["silent"] += claim.depth is None
    finally:
        pysam.set_verbosity(verbosity)
    yield from _told(path, every, count, run.config["reference"]["build"])


def _told(path: str, every: int, count: Mapping[str, int], build: str) -> Iterator[Problem]:
    """The counts of odd alleles as problems; a few are a warning, more an error."""
    if differ := count["differ"]:
        problem = f"{differ} of {every} alleles have other reference bases than the genome"
        fix = f"give a file on {build}; these rows are never believed"
        yield Problem(path, problem, fix, "ERROR" if differ > every * FEW else "WARNING")
    if unplaced := count["unplaced"]:
        problem = f"{unplaced} of {every} alleles have no place on {build}"
        fix = "give a file on that build, or a chain file in reference.chains"
        yield Problem(path, problem, fix, "ERROR" if unplaced == every else "WARNING")
    if silent := count["silent"]:
        problem = f"{silent} of {every} alleles have no counts of reads that are understood"
        fix = "give FORMAT/AD, DP and AO, DP4, or Strelka's counts; their fraction is unknown"
        yield Problem(path, problem, fix, "WARNING")


def _maf_problems(path: str, build: str, chains: Collection[str]) -> Iterator[Problem]:
    """Columns that are missing, and rows whose coordinates are of another build than `build`."""
    with open_text(path) as handle:
        lines = ((n, text) for n, text in enumerate(handle, start=1) if not text.startswith("#"))
        _, header = next(lines, (0, ""))
        columns = header.strip().split("\t")
        if missing := [name for name in MAF_COLUMNS if name not in columns]:
            fix = "give a mutation annotation format table of the GDC or cBioPortal"
            yield Problem(path, f"column {missing[0]!r} is missing", fix)
        elif "NCBI_Build" in columns:
            place = columns.index("NCBI_Build")
            ours = {build, *chains}
            yield from first_few(_of_other_builds(path, lines, place, ours), path)


def _of_other_builds(
    path: str, lines: Iterable[tuple[int, str]], place: int, ours: Collection[str]
) -> Iterator[Problem]:
    """Rows that state a build which is none of `ours`; `place` is the column, from 0.

    Where the config says `other`, only the name of a known assembly contradicts it.
    """
    known = BUILDS.values()
    for number, text in lines:
        cells = text.rstrip("\r\n").split("\t")
        stated = cells[place].strip() if place < len(cells) else ""
        named = build_named(stated)
        told = "other" not in ours or named in known
        if stated not in MISSING and named not in ours and told:
            problem = f"NCBI_Build is {stated}, the config says {' or '.join(sorted(ours))}"
            fix = "give a chain file in reference.chains, or the table as named_variants"
            yield Problem(f"{path}, row {number}", problem, fix)
