"""Tables that other tools wrote, as events: our own format of each kind, and tools' shapes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from consilium.outside import biomarkers, copies, fusions, names
from consilium.outside.context import Context
from consilium.outside.raw import Line, read_lines
from consilium.problems import Problem, refuse
from consilium.records import Event

__all__ = ["KINDS", "Context", "read_table"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table is of this shape when it has these columns."""

    name: str
    needs: tuple[str, ...]
    read: Callable[[Line, Context], Iterator[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A column of the sample sheet: row class, the shapes it may have, and their events."""

    row: type
    shapes: tuple[Shape, ...]  # the first that fits is taken
    events: Callable[[Iterable[Any], Context], Iterator[Event]]


KINDS: Mapping[str, Kind] = {
    "copy_number": Kind(
        copies.CopyNumber,
        (
            Shape("PURPLE", ("gene", "minCopyNumber", "maxCopyNumber"), copies.purple),
            Shape("CNVkit", ("chromosome", "gene", "log2"), copies.cnvkit),
            Shape("GISTIC", ("Gene Symbol",), copies.gistic),
            Shape("GISTIC of cBioPortal", ("Hugo_Symbol",), copies.gistic),
            Shape("own", ("gene", "call"), copies.own),
            Shape("own with copies", ("gene", "copies"), copies.own),
        ),
        copies.events,
    ),
    "fusions": Kind(
        fusions.Fusion,
        (
            Shape("Arriba", ("gene1", "gene2", "confidence"), fusions.arriba),
            Shape("STAR-Fusion", ("FusionName", "JunctionReadCount"), fusions.star_fusion),
            Shape("gene pairs", ("FusionGene",), fusions.own),
            Shape("own", ("fusion",), fusions.own),
        ),
        fusions.events,
    ),
    "expression": Kind(
        biomarkers.Expression,
        (
            Shape("own", ("gene", "value", "method"), biomarkers.expression),
            Shape("TPM", ("TargetID", "TPM"), biomarkers.tpm),
            Shape("TPM by gene name", ("gene_name", "TPM"), biomarkers.tpm),
        ),
        biomarkers.expression_events,
    ),
    "biomarkers": Kind(
        biomarkers.Biomarker,
        (
            Shape("MSIsensor", ("Total_Number_of_Sites", "%"), biomarkers.msisensor),
            Shape("own", ("biomarker", "value"), biomarkers.own),
        ),
        biomarkers.events,
    ),
    "named_variants": Kind(
        names.Named,
        (
            Shape("MAF", ("Hugo_Symbol", "Variant_Classification"), names.maf),
            Shape("own", ("gene", "hgvs_p"), names.own),
        ),
        names.events,
    ),
}


def read_table(kind: str, path: str | Path, context: Context) -> list[Event]:
    """The events of a table of one kind; `kind` is a column of the sample sheet.

    Raises:
        InputError: no shape fits the header, or a row is wrong; names row and fix.
    """
    known = KINDS[kind]
    header, lines = read_lines(path)
    shape = next((s for s in known.shapes if set(s.needs) <= set(header)), None)
    if shape is None:
        wanted = "; ".join(f"{s.name}: {', '.join(s.needs)}" for s in known.shapes)
        problem = f"columns {', '.join(header)} are of no {kind} table"
        refuse([Problem(f"{path}, header", problem, f"give one with the columns of {wanted}")])
        return []
    if shape.name.startswith("own"):
        ours = [field.name for field in fields(known.row)]
        unknown = [name for name in header if name not in ours]
        fix = f"use {', '.join(ours)}"
        refuse(Problem(f"{path}, header", f"unknown column {name!r}", fix) for name in unknown)
    rows = [
        row for line in names.of_sample(lines, context, path) for row in shape.read(line, context)
    ]
    return list(known.events(rows, context))
