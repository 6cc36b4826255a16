"""Copy-number segments without genes: each gene gets the copies of the segments that cover it.

The span of a gene is that of its coding bases on the configured gene models. A gene that segments
cover in part has an unknown rest, and stays open.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consilium.outside.context import Context, Span
from consilium.outside.copies import CopyNumber, copies_of_line
from consilium.outside.raw import Line

STARTS = ("start", "loc.start", "Start", "Start_Position", "Start Position")
ENDS = ("end", "loc.end", "End", "End_Position", "End Position")
CHROMS = ("chromosome", "chrom", "Chromosome")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a chromosome, 0-based half-open, and the copy number of whatever it covers."""

    chrom: str
    start: int
    end: int
    copies: float | None  # None: not told
    detail: str | None


def _segment(line: Line, copies: float | None, detail: str | None, first: int) -> Segment:
    """A segment; `first` is the number that the table gives to the first base."""
    start, end = line.whole(*STARTS), line.whole(*ENDS)
    if start is None or end is None or start - first < 0 or end <= start - first:
        line.refuse(f"start {start} and end {end} are no segment", "give start before end")
    chrom = line.needed(*CHROMS).removeprefix("chr")
    return Segment(
        {"23": "X", "24": "Y"}.get(chrom, chrom), (start or 0) - first, end or 0, copies, detail
    )


def seg(line: Line, context: Context) -> Iterator[Segment]:
    """A row of a SEG file, as DNAcopy, GISTIC and cBioPortal write it: log2 in `seg.mean`."""
    log2 = line.number("seg.mean", "Segment_Mean", "Seg.CN")
    yield _segment(line, *copies_of_line(line, None, log2, context), first=1)


def cnvkit(line: Line, context: Context) -> Iterator[Segment]:
    """A CNVkit segment without gene names."""
    told = copies_of_line(line, line.number("cn"), line.number("log2"), context)
    yield _segment(line, *told, first=0)


def purple(line: Line, _: Context) -> Iterator[Segment]:
    """A PURPLE segment; negative values of the fit are 0."""
    copies = line.number("copyNumber")
    yield _segment(line, None if copies is None else max(0.0, copies), None, first=1)


def alleles(line: Line, _: Context) -> Iterator[Segment]:
    """A segment with the copies of both alleles."""
    counts = [line.number(name) for name in ("nMajor", "nMinor")]
    known = [count for count in counts if count is not None]
    yield _segment(line, sum(known) if len(known) == 2 else None, None, first=1)


def by_gene(segments: Iterable[Segment], context: Context) -> Iterator[CopyNumber]:
    """The copy numbers of every gene that some segment touches."""
    placed: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        placed[segment.chrom].append(segment)
    for gene, span in context.spans.items():
        parts = [
            part for part in placed[span.chrom] if part.start < span.end and span.start < part.end
        ]
        for part in parts:
            yield CopyNumber(gene, None, part.copies, part.copies, part.copies, part.detail)
        if parts and (gap := _uncovered(span, parts)):
            yield CopyNumber(gene, detail=f"no segment covers {gap:,} bases of the gene")


def _uncovered(span: Span, parts: Iterable[Segment]) -> int:
    """Bases of a gene that no segment covers."""
    missing, at = 0, span.start
    for part in sorted(parts, key=lambda part: part.start):
        missing += max(0, min(part.start, span.end) - at)
        at = max(at, part.end)
    return missing + max(0, span.end - at)
