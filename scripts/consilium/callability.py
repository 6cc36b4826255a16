"""Whether a feature could have been seen in a sample: the difference between absent and unknown."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from consilium.evidence import DepthRun, Locus
from consilium.records import Callability
from consilium.statistics import excluded_fraction, required_depth
from consilium.targets import Targets

PURE_COPIES = 2  # a clonal heterozygous change of a diploid genome: VAF = purity / 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `callability`."""

    power: float
    min_alt_reads: int
    assumed_purity: float


@dataclass(frozen=True, slots=True)
class Assay:
    """What was sequenced, and how pure the sample is."""

    name: str
    event_classes: tuple[str, ...]
    targets: Targets
    purity: float
    purity_source: str  # sheet | assumed


class Depths:
    """Depth by base, from runs of equal depth; bases without a run have none."""

    def __init__(self, runs: Iterable[DepthRun]) -> None:
        """Take the runs of one sample."""
        self.runs: dict[str, list[DepthRun]] = {}
        for run in sorted(runs, key=lambda run: (run.chrom, run.start)):
            self.runs.setdefault(run.chrom, []).append(run)
        self.starts = {chrom: [run.start for run in rows] for chrom, rows in self.runs.items()}

    def at(self, chrom: str, start: int, end: int) -> Iterator[int]:
        """Depth of every base of an interval."""
        rows = self.runs.get(chrom, [])
        index = max(bisect_right(self.starts.get(chrom, []), start) - 1, 0)
        at = start
        for run in rows[index:]:
            if run.start >= end:
                break
            if run.end <= at:
                continue
            yield from [0] * (run.start - at)
            stop = min(end, run.end)
            first = max(at, run.start)
            yield from [run.depth] * (stop - first)
            at = stop
        yield from [0] * (end - at)


@dataclass(frozen=True, slots=True)
class Measured:
    """Depth over the bases of one feature; `reached` are those on target."""

    depths: Sequence[int]
    reached: Sequence[bool]
    exons: Sequence[int | None]


def measure(loci: Iterable[Locus], depths: Depths, targets: Targets) -> Measured:
    """Depth, target and exon of every base of a feature."""
    found, reached, exons = [], [], []
    for locus in loci:
        if locus.chrom is None or locus.start is None or locus.end is None:
            continue
        found += list(depths.at(locus.chrom, locus.start, locus.end))
        positions = range(locus.start, locus.end)
        reached += [targets.covers(locus.chrom, position) for position in positions]
        exons += [locus.exon] * len(positions)
    return Measured(found, reached, exons)


def not_assessed(sample: str, locus: Locus, reason: str) -> Callability:
    """A feature that could not be looked for at all."""
    return Callability(
        sample=sample,
        feature=locus.feature,
        gene=locus.gene or "",
        scope=locus.scope,
        state="NOT_ASSESSED",
        reason=reason,
        transcript=locus.transcript,
        bases=None,
        bases_sufficient=None,
        min_depth=None,
        median_depth=None,
        required_depth=None,
        excluded_vaf=None,
        fraction=None,
        uncovered=None,
        purity=None,
        purity_source=None,
    )


def blind(loci: Sequence[Locus], assay: Assay) -> str | None:
    """Why an assay cannot see a feature whatever its depth; None where it can."""
    first = loci[0]
    if missing := [name for name in first.event_classes if name not in assay.event_classes]:
        return f"the assay {assay.name} does not look for {' or '.join(missing)}"
    return first.note


def judge(
    sample: str, loci: Sequence[Locus], measured: Measured, assay: Assay, settings: Settings
) -> Callability:
    """State of a feature that nothing was found at, by its depth alone."""
    first = loci[0]
    if not any(measured.reached):
        return not_assessed(sample, first, f"the assay {assay.name} does not target it")
    needed = required_depth(assay.purity / PURE_COPIES, settings.min_alt_reads, settings.power)
    enough = [
        depth >= needed and on_target
        for depth, on_target in zip(measured.depths, measured.reached, strict=True)
    ]
    total, good, least = len(enough), sum(enough), min(measured.depths)
    excluded = excluded_fraction(least, settings.min_alt_reads, settings.power)
    row = Callability(
        sample=sample,
        feature=first.feature,
        gene=first.gene or "",
        scope=first.scope,
        state="ABSENT" if good == total and first.scope == "required" else "INDETERMINATE",
        reason="",
        transcript=first.transcript,
        bases=total,
        bases_sufficient=good,
        min_depth=least,
        median_depth=float(median(measured.depths)),
        required_depth=needed,
        excluded_vaf=excluded if all(measured.reached) else None,
        fraction=good / total,
        uncovered=uncovered_exons(measured.exons, enough) if first.scope == "gene" else None,
        purity=assay.purity,
        purity_source=assay.purity_source,
    )
    return replace(row, reason=_reason(row))


def _reason(row: Callability) -> str:
    source = "" if row.purity_source == "sheet" else "an assumed "
    asked = f"{row.required_depth} needed at {source}tumour fraction {row.purity:g}"
    if row.scope == "gene":
        share = f"{row.fraction:.1%} of coding bases are deep enough ({asked})"
        return f"{share}; {row.uncovered} not fully covered" if row.uncovered else share
    if row.state == "ABSENT":
        return f"all {row.bases} bases have depth {row.min_depth} or more ({asked})"
    good = f"{row.bases_sufficient} of {row.bases} bases are deep enough"
    return f"{good}; the lowest depth is {row.min_depth} ({asked})"


def uncovered_exons(exons: Sequence[int | None], enough: Sequence[bool]) -> str | None:
    """Exons with a base that is not deep enough, in words."""
    short = sorted({n for n, good in zip(exons, enough, strict=True) if n and not good})
    if not short:
        return None
    return f"exon{'s' if len(short) > 1 else ''} {', '.join(map(str, short))}"


def by_feature(loci: Iterable[Locus]) -> Mapping[str, list[Locus]]:
    """Loci grouped by feature, in order."""
    found: dict[str, list[Locus]] = {}
    for locus in loci:
        found.setdefault(locus.feature, []).append(locus)
    return found
