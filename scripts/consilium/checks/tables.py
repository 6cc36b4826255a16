"""VCF, MAF and event tables that a sample starts from: readable, with what is needed."""

from collections.abc import Callable, Iterator

import pysam

from consilium.checks.run import Findings, Run, present
from consilium.outside import KINDS, Context, read_table
from consilium.problems import InputError, Problem
from consilium.records import Event
from consilium.tables import TableError, open_text, read_rows

MAF_COLUMNS = ("Hugo_Symbol", "Chromosome", "Start_Position", "Tumor_Sample_Barcode")


def check_tables(run: Run) -> Findings:
    """Every VCF, MAF and event table of the sheet."""
    readers: dict[str, Callable[[str], Iterator[Problem]]] = {
        "vcf": _vcf_problems,
        "maf": _maf_problems,
        "events": _event_problems,
    }
    for column, problems in readers.items():
        for path in present(run.inputs((column,))):
            try:
                yield path, list(problems(path))
            except (OSError, ValueError, EOFError) as error:
                yield path, [Problem(path, f"cannot be read ({error})", "make the file again")]
    for kind in KINDS:
        for path, unit in run.inputs((kind,)).items():
            if any(present([path])):
                try:
                    read_table(kind, path, Context(unit.sample))
                    yield path, []
                except InputError as error:
                    yield path, list(error.problems)


def _vcf_problems(path: str) -> Iterator[Problem]:
    verbosity = pysam.set_verbosity(0)
    try:
        with pysam.VariantFile(path) as variants:
            for _ in variants:
                pass
    finally:
        pysam.set_verbosity(verbosity)
    yield from ()


def _maf_problems(path: str) -> Iterator[Problem]:
    with open_text(path) as handle:
        header = next((line for line in handle if not line.startswith("#")), "").strip()
    columns = header.split("\t")
    if missing := [name for name in MAF_COLUMNS if name not in columns]:
        fix = "give a mutation annotation format table of the GDC or cBioPortal"
        yield Problem(path, f"column {missing[0]!r} is missing", fix)


def _event_problems(path: str) -> Iterator[Problem]:
    try:
        rows = sum(1 for _ in read_rows(path, Event))
    except TableError as error:
        where, _, problem = str(error).partition(": ")
        yield Problem(where, problem, "see events.tsv in docs/outputs.md")
        return
    if not rows:
        yield Problem(path, "holds no event", "write one finding a row, or drop the sample")
