"""A MAF of many patients, one patient after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from consilium.outside import names
from consilium.outside.context import Context
from consilium.outside.raw import Line, numbered
from consilium.problems import Problem, refuse
from consilium.records import Event

NEEDED = ("Hugo_Symbol", "Variant_Classification", "Tumor_Sample_Barcode")


def read_cohort(path: str | Path, context: Context) -> Iterator[tuple[str, list[Event]]]:
    """Each Tumor_Sample_Barcode with its events, in the order of the file.

    Rows are kept as text until their patient's turn comes: a MAF of hundreds of columns takes no
    more memory than its size.

    Raises:
        InputError: a column is missing, or a row is wrong; names row and fix.
    """
    (_, first), *rows = numbered(path)
    header = first.removeprefix("#").split("\t")
    fix = f"give a MAF with {', '.join(NEEDED)}"
    missing = [name for name in NEEDED if name not in header]
    refuse(Problem(f"{path}, header", f"column {name} is missing", fix) for name in missing)
    place = header.index("Tumor_Sample_Barcode")
    by_sample: dict[str, list[tuple[int, str]]] = {}
    for number, text in rows:
        sample = [*text.split("\t", place + 1), *[""] * place][place].strip()
        by_sample.setdefault(sample, []).append((number, text))
    for number, _ in by_sample.get("", [])[:1]:
        fix = "name the sample in every row"
        refuse([Problem(f"{path}, row {number}", "Tumor_Sample_Barcode is empty", fix)])
    for sample, found in by_sample.items():
        yield sample, _events(path, header, found, replace(context, sample=sample))


def _events(
    path: str | Path, header: list[str], rows: list[tuple[int, str]], context: Context
) -> list[Event]:
    lines = (
        Line(f"{path}, row {number}", dict(zip(header, text.split("\t"), strict=False)))
        for number, text in rows
    )
    return list(names.events((row for line in lines for row in names.maf(line, context)), context))
