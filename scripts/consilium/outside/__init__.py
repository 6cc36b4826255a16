"""Tables that other tools wrote, as events: our own format of each kind, and tools' shapes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilium.outside import biomarkers, copies, fusions, names, segments, typed
from consilium.outside.context import Context, known_to
from consilium.outside.raw import Line, read_lines
from consilium.problems import InputError, Problem, nearest, refuse
from consilium.records import Event
from consilium.schemas import as_written, broken_rules, schema
from consilium.schemas import typed as typed_cells

__all__ = ["KINDS", "Context", "known_to", "read_table", "table_doubts"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table is of this shape when it has these columns."""

    name: str
    needs: tuple[str, ...]
    read: Callable[[Line, Context], Iterator[Any]]
    sample: str = "Tumor_Sample_Barcode"  # the column of the sample, where a table holds several


def _cnvkit(line: Line, context: Context) -> Iterator[Any]:
    """Copy numbers of the genes that a CNVkit row names, or else the segment itself."""
    named = bool(copies.genes_of(line))
    yield from (copies.cnvkit if named else segments.cnvkit)(line, context)


def _copies(rows: Iterable[Any], context: Context) -> Iterator[Event]:
    """Events of genes, named or covered by segments."""
    every = list(rows)
    pieces = [row for row in every if isinstance(row, segments.Segment)]
    named = [row for row in every if not isinstance(row, segments.Segment)]
    yield from copies.events([*named, *segments.by_gene(pieces, context)], context)


SEG = (  # columns of SEG files: DNAcopy and cBioPortal, then plain, then of the GDC
    ("chrom", "loc.start", "loc.end", "seg.mean", "ID"),
    ("chrom", "start", "end", "seg.mean", "ID"),
    ("Chromosome", "Start", "End", "Segment_Mean", "Sample"),
    ("Chromosome", "Start Position", "End Position", "Seg.CN", "Sample"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A column of the sample sheet: the shapes its tables may have, and their events.

    Rows of our own shapes are held against `config/tables/{column}.schema.yaml`; `usual` turns
    (column, cell) into the spelling that the schema knows.
    """

    shapes: tuple[Shape, ...]  # the first that fits is taken
    events: Callable[[Iterable[Any], Context], Iterator[Event]]
    usual: Callable[[str, str], str] = as_written


KINDS: Mapping[str, Kind] = {
    "events": Kind((Shape("own", ("kind", "assessed"), typed.own),), typed.events, typed.usual),
    "copy_number": Kind(
        (
            Shape("PURPLE", ("gene", "minCopyNumber", "maxCopyNumber"), copies.purple),
            Shape("CNVkit", ("chromosome", "gene", "log2"), _cnvkit),
            Shape("CNVkit without genes", ("chromosome", "start", "end", "log2"), segments.cnvkit),
            Shape("PURPLE segments", ("chromosome", "start", "end", "copyNumber"), segments.purple),
            Shape("alleles", ("Chromosome", "Start", "End", "nMajor", "nMinor"), segments.alleles),
            *(
                Shape("SEG", (chrom, start, end, mean), segments.seg, sample)
                for chrom, start, end, mean, sample in SEG
            ),
            Shape("GISTIC", ("Gene Symbol",), copies.gistic),
            Shape("GISTIC of cBioPortal", ("Hugo_Symbol",), copies.gistic),
            Shape("own", ("gene", "call"), copies.own),
            Shape("own with copies", ("gene", "copies"), copies.own),
        ),
        _copies,
    ),
    "fusions": Kind(
        (
            Shape("Arriba", ("gene1", "gene2", "confidence"), fusions.arriba),
            Shape("STAR-Fusion", ("FusionName", "JunctionReadCount"), fusions.star_fusion),
            Shape("gene pairs", ("FusionGene",), fusions.pair),
            Shape("own", ("fusion",), fusions.own),
        ),
        fusions.events,
        fusions.usual,
    ),
    "expression": Kind(
        (
            Shape("own", ("gene", "value", "method"), biomarkers.expression),
            Shape("TPM", ("TargetID", "TPM"), biomarkers.tpm),
            Shape("TPM by gene name", ("gene_name", "TPM"), biomarkers.tpm),
        ),
        biomarkers.expression_events,
    ),
    "biomarkers": Kind(
        (
            Shape("MSIsensor", ("Total_Number_of_Sites", "%"), biomarkers.msisensor),
            Shape("own", ("biomarker", "value"), biomarkers.own),
        ),
        biomarkers.events,
    ),
    "named_variants": Kind(
        (
            Shape("MAF", ("Hugo_Symbol", "Variant_Classification"), names.maf),
            Shape("own", ("gene", "hgvs_p"), names.own),
        ),
        names.events,
        names.usual,
    ),
}


def read_table(kind: str, path: str | Path, context: Context) -> list[Event]:
    """The events of a table of one kind; `kind` is a column of the sample sheet.

    Raises:
        InputError: no shape fits the header, or rows are wrong; names rows and fixes.
    """
    return list(KINDS[kind].events((row for _, row in read_shaped(kind, path, context)), context))


def table_doubts(kind: str, path: str | Path, context: Context) -> list[Problem]:
    """What is odd about the rows of a table that can be read."""
    if kind != "events":
        return []
    fix = "mend it, unless it is meant so"
    return [
        Problem(line.where, doubt, fix, "WARNING")
        for line, row in read_shaped(kind, path, context)
        if (doubt := typed.doubts(row, context))
    ]


def read_shaped(kind: str, path: str | Path, context: Context) -> list[tuple[Line, Any]]:
    """Rows of a table as its shape reads them, each with the line it stands on.

    Raises:
        InputError: no shape fits the header, or rows are wrong.
    """
    known = KINDS[kind]
    header, lines = read_lines(path)
    shape = next((s for s in known.shapes if set(s.needs) <= set(header)), None)
    if shape is None:
        wanted = "; ".join(f"{s.name}: {', '.join(s.needs)}" for s in known.shapes)
        problem = f"columns {', '.join(header)} are of no {kind} table"
        refuse([Problem(f"{path}, header", problem, f"give one with the columns of {wanted}")])
        return []
    lines = names.of_sample(lines, context, path, shape.sample)
    if shape.name.startswith("own"):
        lines = checked(kind, f"{path}, header", header, lines)
    found: list[tuple[Line, Any]] = []
    problems: list[Problem] = []
    for line in lines:
        try:
            found += [(line, row) for row in shape.read(line, context)]
        except InputError as error:
            problems += error.problems
    refuse(problems)
    return found


def checked(kind: str, where: str, header: Iterable[str], lines: Iterable[Line]) -> list[Line]:
    """Lines of our own table in its usual spelling, held against its schema.

    Raises:
        InputError: columns or cells that the schema does not allow.
    """
    name, columns = f"tables/{kind}", schema(f"tables/{kind}")["properties"]
    refuse(
        Problem(where, f"unknown column {column!r}", nearest(column, columns))
        for column in header
        if column not in columns
    )
    usual = [line.spelt(KINDS[kind].usual) for line in lines]
    refuse(
        Problem(line.where, " ".join((*key, problem)), fix)
        for line in usual
        for key, problem, fix in broken_rules(name, typed_cells(name, line.cells))
    )
    return usual
