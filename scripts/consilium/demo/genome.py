"""Draw the demo genome: random sequence around genes whose hotspots are real."""

from dataclasses import dataclass
from itertools import groupby, product
from operator import attrgetter
from typing import Any

import numpy as np

from consilium.demo.facts import GeneFacts
from consilium.demo.models import COMPLEMENT, GeneModel

STOPS = ("TAA", "TAG", "TGA")
SENSE = tuple(c for c in map("".join, product("ACGT", repeat=3)) if c not in STOPS)
LONGEST_RUN = 5  # of one base, in random sequence
DONOR, ACCEPTOR = "GTAAGT", "TTTCTTTCCTTGCAG"


@dataclass(frozen=True, slots=True)
class Genome:
    """Contigs in order, and the genes on them."""

    contigs: dict[str, str]
    genes: tuple[GeneModel, ...]

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Bases of a contig, 0-based half-open."""
        return self.contigs[chrom][start:end]

    def gene(self, name: str) -> GeneModel:
        """The gene of that name."""
        return next(model for model in self.genes if model.facts.name == name)


def build_genome(genes: tuple[GeneFacts, ...], settings: dict[str, Any]) -> Genome:
    """Lay the genes of each chromosome in a row, each with its own random numbers."""
    contigs, models = {}, []
    ordered = sorted(genes, key=attrgetter("chromosome"))
    for chromosome, members in groupby(ordered, key=attrgetter("chromosome")):
        chrom = f"sim{chromosome}"
        rng = np.random.default_rng([settings["seed"], chromosome])
        sequence = random_bases(rng, settings["gene_distance"], settings["gc"])
        for facts in members:
            bases, exons, coding = _Draft(facts, settings, rng).build()
            if facts.strand == "-":
                bases = reverse(bases)
                exons, coding = (_flip(parts, len(bases)) for parts in (exons, coding))
            at = len(sequence)
            models.append(GeneModel(facts, chrom, _shift(exons, at), _shift(coding, at)))
            sequence += bases + random_bases(rng, settings["gene_distance"], settings["gc"])
        contigs[chrom] = sequence
    return Genome(contigs, tuple(models))


def reverse(bases: str) -> str:
    """The other strand."""
    return bases.translate(COMPLEMENT)[::-1]


def random_bases(rng: np.random.Generator, length: int, gc: float) -> str:
    """Random bases without long runs of one base."""
    weights = [(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2]
    bases: list[str] = []
    for base in rng.choice(list("ACGT"), size=length, p=weights):
        if bases[-LONGEST_RUN:] == [str(base)] * LONGEST_RUN:
            base = "ACGT"[("ACGT".index(base) + int(rng.integers(1, 4))) % 4]
        bases.append(str(base))
    return "".join(bases)


Intervals = tuple[tuple[int, int], ...]


def _flip(parts: Intervals, length: int) -> Intervals:
    return tuple((length - end, length - start) for start, end in parts)


def _shift(parts: Intervals, by: int) -> Intervals:
    return tuple((start + by, end + by) for start, end in parts)


class _Draft:
    """One gene, written in the direction of its transcript."""

    def __init__(
        self, facts: GeneFacts, settings: dict[str, Any], rng: np.random.Generator
    ) -> None:
        self.facts, self.settings, self.rng = facts, settings, rng
        self.utr5 = facts.five_prime_utr or settings["five_prime_utr"]

    def build(self) -> tuple[str, Intervals, Intervals]:
        """Bases, exons and coding parts; the upstream region stands before the first exon."""
        cds = self._coding_sequence()
        text, exons, coding = self._upstream(), [], []
        for number in range(1, self.facts.exons + 1):
            if number > 1:
                text += self._intron(number - 1)
            before, length, after = self._exon(number)
            start = len(text)
            text += self._random(before) + cds[:length] + self._random(after)
            cds = cds[length:]
            exons.append((start, len(text)))
            if length:
                coding.append((start + before, start + before + length))
        text = self._with_promoter(text, coding[0][0])
        return text + self._random(self.settings["upstream"]), tuple(exons), tuple(coding)

    def _random(self, length: int) -> str:
        return random_bases(self.rng, length, self.settings["gc"])

    def _upstream(self) -> str:
        return self._random(self.settings["upstream"])

    def _with_promoter(self, text: str, atg: int) -> str:
        if self.facts.promoter_start is None:
            return text
        start = atg + self.facts.promoter_start
        return text[:start] + self.facts.promoter + text[start + len(self.facts.promoter) :]

    def _exon(self, number: int) -> tuple[int, int, int]:
        """Bases of 5' UTR, coding bases and bases of 3' UTR of one exon."""
        numbers = self.facts.coding_exons
        if number not in numbers:
            return self.settings["noncoding_exon"], 0, 0
        length = self.facts.coding[number - numbers[0]]
        before = self.utr5 if number == numbers[0] else 0
        after = self.settings["three_prime_utr"] if number == numbers[-1] else 0
        return before, length, after

    def _intron(self, number: int) -> str:
        real = self.facts.introns.get(number, {})
        donor, acceptor = real.get("donor", DONOR), real.get("acceptor", ACCEPTOR)
        shortest, longest = self.settings["intron"]
        length = int(self.rng.integers(shortest, longest + 1))
        return donor + self._random(length - len(donor) - len(acceptor)) + acceptor

    def _coding_sequence(self) -> str:
        fixed = {
            first + i: codon
            for first, run in self.facts.codons.items()
            for i, codon in enumerate(run)
        }
        fixed |= {1: "ATG", self.facts.protein + 1: str(self.rng.choice(STOPS))}
        text = ""
        for number in range(1, self.facts.protein + 2):
            codon = fixed.get(number) or self._sense_codon(text, fixed.get(number + 1, ""))
            text += codon
        return text

    def _sense_codon(self, before: str, after: str) -> str:
        while True:
            codon = SENSE[int(self.rng.integers(len(SENSE)))]
            around = before[-LONGEST_RUN:] + codon + after
            if not any(base * (LONGEST_RUN + 1) in around for base in "ACGT"):
                return codon
