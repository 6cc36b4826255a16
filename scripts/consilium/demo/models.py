"""Genes where they lie on the demo genome, and c. positions on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from consilium.demo.facts import GeneFacts

COMPLEMENT = str.maketrans("ACGT", "TGCA")
CHANGE = re.compile(
    r"c\.(?P<start>-?\d+)(?P<start_offset>[+-]\d+)?"
    r"(?:_(?P<end>-?\d+)(?P<end_offset>[+-]\d+)?)?"
    r"(?P<kind>delins|del|dup|ins|[ACGT]>)(?P<bases>[ACGT]*)"
)

Fetch = Callable[[str, int, int], str]  # contig, start, end (0-based half-open) -> bases


@dataclass(frozen=True, slots=True)
class Allele:
    """A left-aligned change of the genome; `pos` is 1-based as in VCF."""

    chrom: str
    pos: int
    ref: str
    alt: str


@dataclass(frozen=True, slots=True)
class GeneModel:
    """One transcript on its contig."""

    facts: GeneFacts
    chrom: str
    exons: tuple[tuple[int, int], ...]  # in the order of the transcript
    coding: tuple[tuple[int, int], ...]  # the same, coding bases only, stop codon included

    @property
    def forward(self) -> bool:
        """Whether the gene is on the plus strand."""
        return self.facts.strand == "+"

    @property
    def start(self) -> int:
        """Leftmost base, 0-based."""
        return min(start for start, _ in self.exons)

    @property
    def end(self) -> int:
        """One past the rightmost base."""
        return max(end for _, end in self.exons)

    def locate(self, c_position: int, offset: int = 0) -> int:
        """The genome's 0-based position of a c. position (no c.* positions).

        Raises:
            ValueError: there is no such position.
        """
        step = 1 if self.forward else -1
        bases = [p for start, end in self.exons for p in range(start, end)[::step]]
        start, end = self.coding[0]
        atg = bases.index(start if self.forward else end - 1)
        index = atg + c_position - (c_position > 0)
        if c_position == 0 or index >= len(bases):
            raise ValueError(f"{self.facts.name} has no c.{c_position}")
        if index < 0:  # upstream of the transcript
            return bases[0] + index * step
        return bases[index] + offset * step

    def allele(self, change: str, fetch: Fetch) -> Allele:
        """A c. description as an allele of the genome.

        Raises:
            ValueError: the description is not understood or its bases are not those of the genome.
        """
        match = CHANGE.fullmatch(change)
        if not match:
            raise ValueError(f"{self.facts.name} {change!r} is not understood")
        start = self.locate(int(match["start"]), int(match["start_offset"] or 0))
        last = start
        if match["end"]:
            last = self.locate(int(match["end"]), int(match["end_offset"] or 0))
        left, right = min(start, last), max(start, last) + 1
        reference = fetch(self.chrom, left, right)
        bases = match["bases"] if self.forward else match["bases"].translate(COMPLEMENT)[::-1]
        kind = match["kind"]
        if kind[0] in "ACGT" and kind[1] == ">":
            if self._sense(reference) != kind[0]:
                raise ValueError(f"{self.facts.name} {change}: the genome has {reference}")
            return Allele(self.chrom, left + 1, reference, bases)
        if kind == "ins":
            return left_align(self.chrom, left + 1, "", bases, fetch)
        replacement = {"del": "", "dup": reference + reference, "delins": bases}[kind]
        return left_align(self.chrom, left, reference, replacement, fetch)

    def _sense(self, bases: str) -> str:
        return bases if self.forward else bases.translate(COMPLEMENT)[::-1]


def left_align(chrom: str, start: int, ref: str, alt: str, fetch: Fetch) -> Allele:
    """Replace `ref` at 0-based `start` by `alt`, written as `bcftools norm` would."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    if ref and alt:
        return Allele(chrom, start + 1, ref, alt)
    while True:
        before = fetch(chrom, start - 1, start)
        if (ref or alt)[-1] != before:
            return Allele(chrom, start, before + ref, before + alt)
        ref = before + ref[:-1] if ref else ""
        alt = before + alt[:-1] if alt else ""
        start -= 1
