"""Which changes lie on the same molecules, and which of those are one change.

Rule: two changes seen on the same fragments are joined when they touch, hit one codon, or one of
them is an insertion or deletion and they are within `join_distance`. Changes of neighbouring
codons stay two that share a phase set.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from consilium.counting import Fragments, shown
from consilium.genes import Transcript
from consilium.statistics import wilson
from consilium.vcf import Allele

CIS, TRANS, UNKNOWN = "cis", "trans", "unknown"
PHASE_DISTANCE = 100  # bases; further apart, short fragments rarely tell


@dataclass(frozen=True, slots=True)
class Pair:
    """Fragments that reach two changes and show one or both."""

    both: int
    first_only: int
    second_only: int


def compare(first: Fragments, second: Fragments, alleles: tuple[Allele, Allele]) -> Pair:
    """Count the fragments, duplicates aside, that reach both changes."""
    wanted = shown(alleles[0]), shown(alleles[1])
    tallies = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for name, seen in first.items():
        other = second.get(name)
        if other is not None and not seen.duplicate:
            tallies[seen.shows == wanted[0], other.shows == wanted[1]] += 1
    return Pair(tallies[True, True], tallies[True, False], tallies[False, True])


def relation(pair: Pair, fraction: float, fewest: int) -> str:
    """cis when the 95 % interval of the share of fragments with both reaches `fraction`."""
    carriers = pair.both + pair.first_only + pair.second_only
    if pair.both >= fewest and wilson(pair.both, carriers)[1] >= fraction:
        return CIS
    rarer = min(pair.first_only, pair.second_only)
    if rarer >= fewest and wilson(pair.both, pair.both + rarer)[1] < 1 - fraction / 2:
        return TRANS
    return UNKNOWN


def joinable(
    first: Allele, second: Allele, distance: int, transcripts: Mapping[str, list[Transcript]]
) -> bool:
    """Whether two changes in cis are one; `first` lies before `second`."""
    gap = second.pos - 1 - first.end
    if gap < 0:
        return False
    if gap == 0 or "INDEL" in (first.kind, second.kind):
        return gap <= distance
    if gap > 1:
        return False
    return any(
        transcript.codon_at(first.end - 1) is not None
        and transcript.codon_at(first.end - 1) == transcript.codon_at(second.pos - 1)
        for transcript in transcripts.get(first.chrom, [])
    )


def components(alleles: list[Allele], linked: set[tuple[Allele, Allele]]) -> Iterator[list[Allele]]:
    """Groups of alleles that links connect, in order; single ones too."""
    group = {allele: allele for allele in alleles}

    def root(allele: Allele) -> Allele:
        while group[allele] != allele:
            allele = group[allele]
        return allele

    for first, second in linked:
        a, b = sorted((root(first), root(second)))
        group[b] = a
    for head in sorted({root(allele) for allele in alleles}):
        yield sorted(allele for allele in alleles if root(allele) == head)


def pairs(alleles: list[Allele]) -> Iterator[tuple[Allele, Allele]]:
    """Pairs of alleles near enough for a fragment to tell their phase."""
    ordered = sorted(alleles)
    for index, first in enumerate(ordered):
        for second in ordered[index + 1 :]:
            gap = second.pos - first.end - 1
            if first.chrom != second.chrom or gap > PHASE_DISTANCE:
                break
            if gap >= 0:
                yield first, second
