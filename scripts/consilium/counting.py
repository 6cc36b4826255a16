"""Count the fragments that show an allele: the one definition of depth and support.

A fragment is a read pair, or an unpaired read; overlapping mates count once. Base quality and
mapping quality have a minimum; secondary, QC-fail and (unless asked) duplicate reads are left out,
and so are reads of a pair that is not properly paired (flag 0x2), as in samtools mpileup.
Base alignment quality is not used: it hides changes beside indels.

Depth is the fragments with a readable base at the allele's position: for an MNV at all its
bases, for an insertion or deletion at the anchor base before it, for a replacement of several
bases by another number on both sides of it. An insertion or deletion counts however the aligner
placed it within a repeat, and where the aligner cut the read off (soft clip) but the rest of the
read continues as the allele predicts.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pysam

from consilium.sites import Read, Site
from consilium.vcf import Allele

NEAR = 2000  # bases; a look-up costs about as much as passing over the reads of so many
PAIRED, PROPER = 0x1, 0x2
UNWANTED = 0x4 | 0x100 | 0x200  # unmapped, secondary, QC-fail


@dataclass(frozen=True, slots=True)
class Limits:
    """Which reads and bases count."""

    min_base_quality: int
    min_mapping_quality: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What one fragment shows at one site."""

    shows: str  # the base, or ALT | REF for alleles of more than one base
    quality: int
    forward: bool
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Fragments at one allele."""

    depth: int
    alt: int
    forward: int
    reverse: int
    depth_all: int
    alt_all: int


Fragments = dict[str, Seen]


def clusters(alleles: Iterable[Allele], distance: int = NEAR) -> Iterator[list[Allele]]:
    """Alleles in groups of neighbours no further apart than `distance` bases.

    By default near enough that one pass over the reads between is cheaper than two look-ups.
    """
    group: list[Allele] = []
    reach = 0
    for allele in sorted(set(alleles)):
        if group and (allele.chrom != group[0].chrom or allele.pos > reach + distance):
            yield group
            group, reach = [], 0
        group.append(allele)
        reach = max(reach, allele.end)
    if group:
        yield group


def fragment_name(record: pysam.AlignedSegment) -> str:
    """What makes reads one fragment: the name of a pair; an unpaired read is its own fragment.

    Archives give both mates of a pair one name even where they are kept as single reads.
    """
    if record.is_paired:
        return str(record.query_name)
    return f"{record.query_name}/{record.reference_start}{'-' if record.is_reverse else '+'}"


def observe(
    reads: pysam.AlignmentFile, genome: pysam.FastaFile, alleles: list[Allele], limits: Limits
) -> dict[Allele, Fragments]:
    """What every fragment shows at each of some neighbouring alleles of one contig."""
    single = {allele.pos: allele for allele in alleles if allele.kind == "SNV"}
    longer = [allele for allele in alleles if allele.kind != "SNV"]
    chosen = sorted([*single.values(), *longer], key=lambda a: a.pos)
    sites: list[tuple[Site, Fragments]] = [
        (Site(a, genome, limits.min_base_quality), {}) for a in chosen
    ]
    starts = [site.start for site, _ in sites]
    longest = max(site.end - site.start for site, _ in sites)
    left, right = max(0, starts[0] - 1), max(site.end for site, _ in sites) + 1
    for record in reads.fetch(alleles[0].chrom, left, right):
        if not _counts(record, limits):
            continue
        start, end = record.reference_start, record.reference_end or record.reference_start
        slack = max(record.query_length - (end - start), 0)
        first = bisect_left(starts, start - longest - slack)
        last = bisect_left(starts, end + slack)
        if first == last:
            continue
        name = fragment_name(record)
        read = Read(record)
        for site, fragments in sites[first:last]:
            if seen := site.look(read):
                _add(fragments, name, Seen(*seen, not record.is_reverse, record.is_duplicate))
    found = {site.allele: fragments for site, fragments in sites}
    return {a: found[single[a.pos]] if a.kind == "SNV" else found[a] for a in alleles}


def _counts(record: pysam.AlignedSegment, limits: Limits) -> bool:
    flag = record.flag
    if flag & UNWANTED or record.mapping_quality < limits.min_mapping_quality:
        return False
    orphan = flag & PAIRED and not flag & PROPER
    return not orphan and record.query_qualities is not None


def _add(fragments: Fragments, name: str, seen: Seen) -> None:
    """Note what a read shows; of two mates that disagree the better base wins, a tie shows none."""
    mate = fragments.get(name)
    if mate is None or (mate.shows != seen.shows and mate.quality < seen.quality):
        fragments[name] = seen
    elif mate.shows != seen.shows and mate.quality == seen.quality:
        fragments[name] = Seen("?", mate.quality, mate.forward, mate.duplicate)


def shown(allele: Allele) -> str:
    """What a fragment that carries the allele shows (`Seen.shows`)."""
    return allele.alt if allele.kind == "SNV" else "ALT"


def tally(allele: Allele, fragments: Fragments) -> Tally:
    """Fragments that show an allele, of those that could."""
    wanted = shown(allele)
    carriers = [seen for seen in fragments.values() if seen.shows == wanted]
    unique = [seen for seen in carriers if not seen.duplicate]
    forward = sum(seen.forward for seen in unique)
    return Tally(
        depth=sum(not seen.duplicate for seen in fragments.values()),
        alt=len(unique),
        forward=forward,
        reverse=len(unique) - forward,
        depth_all=len(fragments),
        alt_all=len(carriers),
    )
