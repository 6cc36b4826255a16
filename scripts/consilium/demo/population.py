"""The invented population: common polymorphisms, and who carries which."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from Bio.Data.CodonTable import unambiguous_dna_by_id

from consilium.demo.genome import Genome, reverse
from consilium.demo.models import Allele, GeneModel, left_align

CODE = unambiguous_dna_by_id[1].forward_table
EXON_MARGIN = 15  # bases beside an exon without indels or SNVs: splice sites stay as they are
LONGEST_INDEL = 3
WEIGHT_OF_RARE = (0.7, 2.0)  # beta distribution of frequencies: most are rare


@dataclass(frozen=True, slots=True)
class Polymorphism:
    """A common allele and its frequency in the invented population."""

    allele: Allele
    frequency: float


def draw_polymorphisms(
    genome: Genome, settings: dict[str, Any], seed: int
) -> tuple[Polymorphism, ...]:
    """Known polymorphisms and random silent ones, sorted by place."""
    known = [
        Polymorphism(genome.gene(row["gene"]).allele(row["c"], genome.fetch), row["frequency"])
        for row in settings["known"]
    ]
    places = Places(genome)
    for number, (chrom, sequence) in enumerate(genome.contigs.items()):
        rng = np.random.default_rng([seed, 1, number])
        for position in np.arange(200, len(sequence) - 200, settings["every"]):
            at = int(position + rng.integers(settings["every"] // 2))
            allele = places.draw(chrom, at, rng, settings["indels"])
            low, high = settings["frequencies"]
            frequency = round(low + (high - low) * float(rng.beta(*WEIGHT_OF_RARE)), 4)
            if allele and not any(_near(allele, other.allele) for other in known):
                known.append(Polymorphism(allele, frequency))
    order = list(genome.contigs)
    return tuple(sorted(known, key=lambda p: (order.index(p.allele.chrom), p.allele.pos)))


def draw_genotypes(
    polymorphisms: tuple[Polymorphism, ...], rng: np.random.Generator
) -> list[tuple[Allele, bool, bool]]:
    """The alleles one person carries, and on which of the two haplotypes."""
    drawn = rng.random((len(polymorphisms), 2))
    return [
        (p.allele, bool(a), bool(b))
        for p, (a, b) in zip(
            polymorphisms, drawn < [[p.frequency] for p in polymorphisms], strict=True
        )
        if a or b
    ]


def _near(one: Allele, other: Allele) -> bool:
    return one.chrom == other.chrom and abs(one.pos - other.pos) < 30


class Places:
    """Where a random change does no harm to a protein, a splice site or a promoter."""

    def __init__(self, genome: Genome) -> None:
        """Take the genome whose genes are to be left alone."""
        self.genome = genome

    def draw(self, chrom: str, at: int, rng: np.random.Generator, indels: float) -> Allele | None:
        """A silent change at 0-based `at`, or None where there is no room for one."""
        gene = next(
            (g for g in self.genome.genes if g.chrom == chrom and g.start - 400 <= at < g.end),
            None,
        )
        reference = self.genome.fetch(chrom, at, at + 1)
        others = [b for b in "ACGT" if b != reference]
        if gene and any(start <= at < end for start, end in gene.coding):
            silent = [b for b in others if _is_silent(self.genome, gene, at, b)]
            return Allele(chrom, at + 1, reference, str(rng.choice(silent))) if silent else None
        if gene and (at < gene.start or _close_to_exon(gene, at)):
            return None
        if rng.random() >= indels:
            return Allele(chrom, at + 1, reference, str(rng.choice(others)))
        length = int(rng.integers(1, LONGEST_INDEL + 1))
        if rng.random() < 0.5:
            removed = self.genome.fetch(chrom, at, at + length)
            return left_align(chrom, at, removed, "", self.genome.fetch)
        added = "".join(rng.choice(list("ACGT"), size=length))
        return left_align(chrom, at, "", added, self.genome.fetch)


def _close_to_exon(gene: GeneModel, at: int) -> bool:
    return any(start - EXON_MARGIN <= at < end + EXON_MARGIN for start, end in gene.exons)


def _is_silent(genome: Genome, gene: GeneModel, at: int, base: str) -> bool:
    step = 1 if gene.forward else -1
    positions = [p for start, end in gene.coding for p in range(start, end)[::step]]
    index = positions.index(at)
    codon = index // 3 + 1
    fixed = {first + i for first, run in gene.facts.codons.items() for i in range(len(run))}
    if codon in fixed | {1, gene.facts.protein + 1}:
        return False
    places = positions[3 * codon - 3 : 3 * codon]
    before = "".join(genome.fetch(gene.chrom, p, p + 1) for p in places)
    if not gene.forward:
        before, base = reverse(before)[::-1], reverse(base)
    after = before[: index % 3] + base + before[index % 3 + 1 :]
    return bool(CODE.get(after) == CODE[before])
