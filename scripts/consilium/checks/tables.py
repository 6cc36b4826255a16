"""VCF, MAF and event tables that a sample starts from: readable, with what is needed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import pysam

from consilium.checks.run import Findings, Run, first_few, present
from consilium.outside import KINDS, Context, known_to, read_table, table_doubts
from consilium.outside.names import BUILDS, build_named
from consilium.outside.raw import MISSING
from consilium.problems import InputError, Problem
from consilium.tables import open_text

MAF_COLUMNS = ("Hugo_Symbol", "Chromosome", "Start_Position", "Tumor_Sample_Barcode")


def check_tables(run: Run) -> Findings:
    """Every VCF, MAF and event table of the sheet."""
    build = run.config["reference"]["build"]
    readers: dict[str, Callable[[str], Iterator[Problem]]] = {
        "vcf": _vcf_problems,
        "maf": partial(_maf_problems, build=build),
    }
    for column, problems in readers.items():
        for path in present(run.inputs((column,))):
            try:
                yield path, list(problems(path))
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


def _vcf_problems(path: str) -> Iterator[Problem]:
    verbosity = pysam.set_verbosity(0)
    try:
        with pysam.VariantFile(path) as variants:
            for _ in variants:
                pass
    finally:
        pysam.set_verbosity(verbosity)
    yield from ()


def _maf_problems(path: str, build: str) -> Iterator[Problem]:
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
            yield from first_few(_of_other_builds(path, lines, place, build), path)


def _of_other_builds(
    path: str, lines: Iterable[tuple[int, str]], place: int, build: str
) -> Iterator[Problem]:
    """Rows that state a build which is not the configured one; `place` is the column, from 0.

    Where the config says `other`, only the name of a known assembly contradicts it.
    """
    known = BUILDS.values()
    for number, text in lines:
        cells = text.rstrip("\r\n").split("\t")
        stated = cells[place].strip() if place < len(cells) else ""
        named = build_named(stated)
        if stated not in MISSING and named != build and (build != "other" or named in known):
            problem = f"NCBI_Build is {stated}, the config says {build}"
            fix = f"lift the table to {build}, or give it as named_variants, which goes by names"
            yield Problem(f"{path}, row {number}", problem, fix)
