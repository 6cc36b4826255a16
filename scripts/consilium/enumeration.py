"""The genome alleles behind a named change: every spelling of p.V600E, p.E746_A750del, c.-124C>T.

A change whose bases its name does not determine (an insertion named by its residues) has none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import pysam
from Bio.Data.CodonTable import standard_dna_table
from Bio.Seq import Seq

from consilium.genes import Transcript
from consilium.loci import SPAN, coding_span
from consilium.vcf import Allele, normalise

BASES = "ACGT"
FRAMES = 3  # an in-frame deletion may start at any base of its first codon, or of the one before


@lru_cache(maxsize=1)
def codon_table() -> dict[str, str]:
    """Amino acid (`*` for stop) by codon: the standard code."""
    return standard_dna_table.forward_table | dict.fromkeys(standard_dna_table.stop_codons, "*")


class Enumerator:
    """Turns the changes of one transcript into alleles of one genome."""

    def __init__(self, transcript: Transcript, genome: pysam.FastaFile) -> None:
        self.transcript = transcript
        self.genome = genome

    def alleles(self, change: str) -> list[Allele]:
        """Alleles of `p.` and `c.` changes and of single-base changes of `codon N,...`.

        Raises:
            ValueError: the gene models read another residue or base than the change names.
        """
        if match := re.fullmatch(r"p\.([A-Z])(\d+)([A-Z*])", change):
            return list(self._substitution(match[1], int(match[2]), match[3]))
        if match := re.fullmatch(r"p\.([A-Z])(\d+)(?:_([A-Z])(\d+))?(del|dup)", change):
            first, last = int(match[2]), int(match[4] or match[2])
            self._expect(match[1], first)
            self._expect(match[3] or match[1], last)
            if match[5] == "dup":
                return [self._duplication(first, last)]
            return sorted(set(self._deletions(first, last)))
        if match := re.fullmatch(r"(?:wild_type )?codons? ([\d,]+)", change):
            codons = [int(number) for number in match[1].split(",")]
            return [allele for codon in codons for allele in self._point_changes(codon)]
        if change.startswith("c."):
            allele = self._coding(change[2:])
            return [allele] if allele else []
        return []

    def coding_bases(self, first: int, last: int) -> str:
        """Bases c.`first` to c.`last` in the direction of transcription."""
        positions = map(self.transcript.coding_position, range(first, last + 1))
        text = "".join(self.genome.fetch(self.transcript.chrom, p, p + 1) for p in positions)
        return text.upper() if self.transcript.strand == 1 else str(Seq(text.upper()).complement())

    def _codon(self, number: int) -> str:
        return self.coding_bases(3 * number - 2, 3 * number)

    def _expect(self, residue: str, number: int) -> None:
        found = codon_table().get(self._codon(number), "X")
        if found != residue:
            name = self.transcript.accession
            raise ValueError(f"codon {number} of {name} reads {found} here, not {residue}")

    def _substitution(self, residue: str, number: int, wanted: str) -> Iterator[Allele]:
        self._expect(residue, number)
        codon = self._codon(number)
        ways = [way for way in _codons_of(wanted) if way != codon]
        fewest = min((_differences(codon, way) for way in ways), default=0)
        for way in ways:
            if _differences(codon, way) == fewest:
                yield self._replace(number, codon, way)

    def _point_changes(self, number: int) -> Iterator[Allele]:
        """Single-base changes of a codon that change its residue and do not end the protein."""
        codon, table = self._codon(number), codon_table()
        for way in map("".join, product(BASES, repeat=3)):
            if _differences(codon, way) == 1 and table[way] not in {"*", table.get(codon)}:
                yield self._replace(number, codon, way)

    def _replace(self, number: int, codon: str, way: str) -> Allele:
        changed = [i for i in range(3) if codon[i] != way[i]]
        first, last = 3 * number - 2 + changed[0], 3 * number - 2 + changed[-1]
        new = way[changed[0] : changed[-1] + 1]
        start = self.transcript.coding_position(first)
        end = self.transcript.coding_position(last)
        if abs(end - start) != last - first:
            raise ValueError(f"codon {number} of {self.transcript.accession} spans an intron")
        return self._allele(start, end, new)

    def _allele(self, first: int, last: int, new: str) -> Allele:
        """Replace the genome's bases between two 0-based positions by transcript bases."""
        start, end = min(first, last), max(first, last) + 1
        chrom = self.transcript.chrom
        ref = self.genome.fetch(chrom, start, end).upper()
        alt = new if self.transcript.strand == 1 else str(Seq(new).reverse_complement())
        if ref and alt:
            return normalise(Allele(chrom, start + 1, ref, alt), self.genome)
        anchor = self.genome.fetch(chrom, start - 1, start).upper()
        return normalise(Allele(chrom, start, anchor + ref, anchor + alt), self.genome)

    def _deletions(self, first: int, last: int) -> Iterator[Allele]:
        """Every deletion of this length whose protein is the one without these residues."""
        length = 3 * (last - first + 1)
        left = max(1, 3 * first - 5)
        around = self.coding_bases(left, 3 * last + 3)
        gap = 3 * first - 2 - left
        wanted = _translate(around[:gap] + around[gap + length :])
        for start in range(max(0, gap - FRAMES + 1), gap + FRAMES):
            rest = around[:start] + around[start + length :]
            if len(rest) == len(around) - length and _translate(rest) == wanted:
                a = self.transcript.coding_position(left + start)
                b = self.transcript.coding_position(left + start + length - 1)
                if abs(b - a) == length - 1:
                    yield self._allele(a, b, "")

    def _duplication(self, first: int, last: int) -> Allele:
        bases = self.coding_bases(3 * first - 2, 3 * last)
        return self._insertion(self.transcript.coding_position(3 * last), bases)

    def _insertion(self, before: int, bases: str) -> Allele:
        """Insert transcript bases after the base at `before` (in the transcript's direction)."""
        chrom, strand = self.transcript.chrom, self.transcript.strand
        anchor = before if strand == 1 else before - 1
        new = bases if strand == 1 else str(Seq(bases).reverse_complement())
        base = self.genome.fetch(chrom, anchor, anchor + 1).upper()
        return normalise(Allele(chrom, anchor + 1, base, base + new), self.genome)

    def _coding(self, change: str) -> Allele | None:
        first, last = coding_span(self.transcript, change)
        edit = SPAN.fullmatch(change)[7]  # type: ignore[index]
        if match := re.fullmatch(r"([ACGT])>([ACGT])", edit):
            allele = self._allele(first, last, match[2])
            stated = match[1] if self.transcript.strand == 1 else str(Seq(match[1]).complement())
            if allele.ref != stated:
                name = self.transcript.accession
                raise ValueError(f"{name} does not read {match[1]} at c.{change}")
            return allele
        if re.fullmatch(r"del[ACGT]*", edit):
            return self._allele(first, last, "")
        if match := re.fullmatch(r"del[ACGT]*ins([ACGT]+)", edit):
            return self._allele(first, last, match[1])
        if match := re.fullmatch(r"ins([ACGT]+)", edit):
            return self._insertion(first, match[1])
        if re.fullmatch(r"dup[ACGT]*", edit):
            text = self.genome.fetch(
                self.transcript.chrom, min(first, last), max(first, last) + 1
            ).upper()
            plus = self.transcript.strand == 1
            return self._insertion(last, text if plus else str(Seq(text).reverse_complement()))
        return None


def _codons_of(residue: str) -> list[str]:
    return sorted(codon for codon, name in codon_table().items() if name == residue)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _translate(bases: str) -> str:
    """Protein of whole codons."""
    table = codon_table()
    return "".join(table.get(bases[i : i + 3], "X") for i in range(0, len(bases) - 2, 3))
