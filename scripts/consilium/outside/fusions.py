"""Fusions: Arriba, STAR-Fusion and any table that says 5'::3'."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consilium.outside import spelling
from consilium.outside.context import Context
from consilium.outside.raw import Line
from consilium.records import Event

FRAMES = {
    "in-frame": "in-frame",
    "inframe": "in-frame",
    "out-of-frame": "out-of-frame",
    "stop-codon": "out-of-frame",
    "frameshift": "out-of-frame",
}


@dataclass(frozen=True, slots=True)
class Fusion:
    """One fusion, 5' partner first."""

    fusion: str  # 5'::3'
    frame: str | None = None  # in-frame | out-of-frame
    reads: int | None = None  # that show the junction
    detail: str | None = None


def usual(column: str, cell: str) -> str:
    """A cell in the spelling that the schema knows."""
    if column == "frame":
        return FRAMES.get(cell.lower().replace(" ", "-"), cell)
    return spelling.fusion(spelling.plain(cell), {}) if column == "fusion" else cell


def own(line: Line, _: Context) -> Iterator[Fusion]:
    """A row of our own table."""
    name = _joined(line, line.needed("fusion"))
    yield Fusion(name, line.text("frame"), line.whole("reads"), line.text("detail"))


def pair(line: Line, _: Context) -> Iterator[Fusion]:
    """A row of a table that joins the genes by `--` or `::`."""
    name = _joined(line, line.needed("FusionGene"))
    yield Fusion(name, None, line.whole("SplitReads"), line.text("detail"))


def arriba(line: Line, _: Context) -> Iterator[Fusion]:
    """A row of Arriba's fusions.tsv, but for those of low confidence."""
    if line.text("confidence") == "low":
        return
    name = f"{line.needed('gene1')}::{line.needed('gene2')}"
    counts = (line.whole("split_reads1"), line.whole("split_reads2"))
    confidence = line.text("confidence")
    detail = f"Arriba, confidence {confidence}" if confidence else "Arriba"
    frame = FRAMES.get((line.text("reading_frame") or "").lower())
    yield Fusion(_joined(line, name), frame, sum(n or 0 for n in counts), detail)


def star_fusion(line: Line, _: Context) -> Iterator[Fusion]:
    """A row of STAR-Fusion's table, with or without coding effect."""
    frames = {"INFRAME": "in-frame", "FRAMESHIFT": "out-of-frame"}
    frame = frames.get(line.text("PROT_FUSION_TYPE") or "")
    name = _joined(line, line.needed("FusionName"))
    yield Fusion(name, frame, line.whole("JunctionReadCount"), "STAR-Fusion")


def _joined(line: Line, name: str) -> str:
    """`A--B` or `A::B` as `A::B`.

    Raises:
        InputError: the name does not have two partners.
    """
    parts = [part.strip() for part in re.split("::|--", name)]
    if len(parts) != 2 or not all(parts):
        line.refuse(f"fusion {name!r} has no two genes", "write the 5' gene, ::, the 3' gene")
    return "::".join(parts)


def events(rows: Iterable[Fusion], context: Context) -> Iterator[Event]:
    """One event a fusion; the gene is the 3' one, where most kinases stand."""
    merged: dict[tuple[str, str | None], Fusion] = {}
    for row in rows:
        key = (row.fusion, row.frame)
        if key not in merged or (merged[key].reads or 0) < (row.reads or 0):
            merged[key] = row
    for row in merged.values():
        five, _, three = row.fusion.partition("::")
        yield Event(
            kind="FUSION",
            gene=three,
            partner=five,
            hgvs_p=row.fusion,
            value=row.frame,
            unit="FRAME" if row.frame else None,
            origin="SOMATIC",
            sample=context.sample,
            alt_reads=row.reads,
            detail=row.detail,
        )
