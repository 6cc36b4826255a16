"""The genome alleles behind a named change: every spelling of p.V600E, p.E746_A750del, c.-124C>T.

A change whose bases its name does not determine (an insertion named by its residues) has none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pysam
from Bio.Data.CodonTable import unambiguous_dna_by_name

from consilium.genes import COMPLEMENT, Transcript
from consilium.knowledge.coding import parse_coding
from consilium.knowledge.profiles import Leaf
from consilium.knowledge.protein import ProteinChange, parse_protein
from consilium.loci import coding_span
from consilium.vcf import Allele, normalise

BASES = "ACGT"
FRAMES = 3  # an in-frame deletion may start at any base of its first codon, or of the one before


CODONS: dict[str, str] = {
    **unambiguous_dna_by_name["Standard"].forward_table,
    **dict.fromkeys(unambiguous_dna_by_name["Standard"].stop_codons, "*"),
}


class Enumerator:
    """Turns the changes of one transcript into alleles of one genome."""

    def __init__(self, transcript: Transcript, genome: pysam.FastaFile) -> None:
        """Spell the changes of one transcript."""
        self.transcript = transcript
        self.genome = genome

    def alleles(self, leaf: Leaf) -> list[Allele]:
        """Alleles of a named change, and the single-base changes of named codons.

        Raises:
            ValueError: the gene models read another residue or base than the change names.
        """
        if leaf.kind in {"codon", "wild_type"}:
            return [allele for codon in leaf.codons for allele in self._point_changes(codon)]
        if leaf.kind == "coding":
            allele = self._coding(leaf.change or "")
            return [allele] if allele else []
        change = parse_protein(leaf.change or "") if leaf.kind == "protein" else None
        return self._protein(change) if change else []

    def _protein(self, change: ProteinChange) -> list[Allele]:
        if change.kind in {"missense", "nonsense"}:
            return list(self._substitution(change.first, change.start, change.inserted))
        if change.kind not in {"deletion", "duplication"}:
            return []
        self._expect(change.first, change.start)
        self._expect(change.last, change.end)
        if change.kind == "duplication":
            return [self._duplication(change.start, change.end)]
        return sorted(set(self._deletions(change.start, change.end)))

    def renumber(self, leaf: Leaf, aliases: Mapping[str, str]) -> Leaf:
        """A named protein change as this transcript numbers it.

        Versions of a transcript may number differently (MYD88 p.L252P is p.L265P on
        NM_002468.4); the knowledge base's legacy names are tried where the residues do not fit.

        Raises:
            ValueError: under no name do the transcript's residues fit.
        """
        if leaf.kind != "protein" or leaf.change is None:
            return leaf
        names = [leaf.change, *(alias for alias, name in aliases.items() if name == leaf.change)]
        problems = []
        for name in names:
            change = parse_protein(name.upper() if name != leaf.change else name)
            if change is None:
                continue
            try:
                self._expect(change.first, change.start)
                self._expect(change.last, change.end)
            except ValueError as error:
                problems.append(str(error))
                continue
            return replace(leaf, change=str(change), codons=tuple(change.codons))
        raise ValueError("; ".join(problems) or f"{leaf.change} is not understood")

    def coding_bases(self, first: int, last: int) -> str:
        """Bases c.`first` to c.`last` in the direction of transcription."""
        positions = map(self.transcript.coding_position, range(first, last + 1))
        text = "".join(self.genome.fetch(self.transcript.chrom, p, p + 1) for p in positions)
        return text.upper() if self.transcript.strand == 1 else text.upper().translate(COMPLEMENT)

    def _codon(self, number: int) -> str:
        return self.coding_bases(3 * number - 2, 3 * number)

    def _expect(self, residue: str, number: int) -> None:
        if residue == "?":
            return
        found = CODONS.get(self._codon(number), "X")
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
        codon, table = self._codon(number), CODONS
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
        alt = self._as_genome(new)
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
        new = self._as_genome(bases)
        base = self.genome.fetch(chrom, anchor, anchor + 1).upper()
        return normalise(Allele(chrom, anchor + 1, base, base + new), self.genome)

    def _coding(self, name: str) -> Allele | None:
        change = parse_coding(name)
        if change is None:
            raise ValueError(f"{name} is not understood")
        first, last = coding_span(self.transcript, name)
        if change.kind == ">":
            allele = self._allele(first, last, change.alt)
            if allele.ref != self._as_genome(change.ref):
                raise ValueError(f"{self.transcript.accession} does not read {name}")
            return allele
        if change.kind in {"del", "delins"} and not change.alt.isdigit():
            return self._allele(first, last, change.alt)
        if change.kind == "ins" and not change.alt.isdigit():
            return self._insertion(first, change.alt)
        if change.kind == "dup":
            start, end = sorted((first, last))
            text = self.genome.fetch(self.transcript.chrom, start, end + 1).upper()
            return self._insertion(last, self._as_genome(text))
        return None

    def _as_genome(self, bases: str) -> str:
        """Transcript bases as the genome writes them, or the other way round."""
        return bases if self.transcript.strand == 1 else reverse_complement(bases)


def reverse_complement(bases: str) -> str:
    """The other strand, 5' first."""
    return bases.translate(COMPLEMENT)[::-1]


def _codons_of(residue: str) -> list[str]:
    return sorted(codon for codon, name in CODONS.items() if name == residue)


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _translate(bases: str) -> str:
    """Protein of whole codons."""
    table = CODONS
    return "".join(table.get(bases[i : i + 3], "X") for i in range(0, len(bases) - 2, 3))
