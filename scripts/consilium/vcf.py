"""Alleles as VCF writes them: trimmed, left-aligned, one spelling for one change."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pysam

PAD = 100  # bases fetched at once while an indel is moved to the left


@dataclass(frozen=True, slots=True, order=True)
class Allele:
    """One change of the genome; `pos` is 1-based."""

    chrom: str
    pos: int
    ref: str
    alt: str

    def __str__(self) -> str:
        """As it stands in tables: chrom:pos:ref:alt."""
        return f"{self.chrom}:{self.pos}:{self.ref}:{self.alt}"

    @property
    def end(self) -> int:
        """0-based end of the reference allele."""
        return self.pos - 1 + len(self.ref)

    @property
    def kind(self) -> str:
        """SNV, MNV or INDEL; whatever changes the length is INDEL."""
        if len(self.ref) != len(self.alt):
            return "INDEL"
        return "SNV" if len(self.ref) == 1 else "MNV"

    @property
    def plain_indel(self) -> bool:
        """Whether this is one insertion or deletion behind an anchor base, and nothing else."""
        shorter = min(len(self.ref), len(self.alt))
        return self.kind == "INDEL" and shorter == 1 and self.ref[0] == self.alt[0]


def parse_allele(text: str) -> Allele:
    """Inverse of `str(allele)`."""
    chrom, pos, ref, alt = text.rsplit(":", 3)
    return Allele(chrom, int(pos), ref, alt)


def normalise(allele: Allele, genome: pysam.FastaFile | None) -> Allele:
    """Trim shared bases and move indels to the left (Tan et al. 2015, PMID 25701572).

    Without a genome they stay where they are. A change of length that replaces bases (delins)
    has no anchor base.
    """
    pos, ref, alt = allele.pos, allele.ref, allele.alt
    left, left_start = "", pos - 1
    while ref[-1] == alt[-1] and len(ref) + len(alt) > 2:
        if min(len(ref), len(alt)) > 1:
            ref, alt = ref[:-1], alt[:-1]
            continue
        if not left and genome is not None:
            start = max(0, left_start - PAD)
            left, left_start = genome.fetch(allele.chrom, start, left_start).upper(), start
        if not left:
            break
        ref, alt, left, pos = left[-1] + ref[:-1], left[-1] + alt[:-1], left[:-1], pos - 1
    while min(len(ref), len(alt)) > 1 and ref[0] == alt[0]:
        ref, alt, pos = ref[1:], alt[1:], pos + 1
    return Allele(allele.chrom, pos, ref, alt)


def combine(alleles: Iterable[Allele], genome: pysam.FastaFile) -> Allele:
    """The one allele that several changes on the same molecule make together.

    Raises:
        ValueError: the changes overlap.
    """
    parts = sorted(alleles)
    chrom, start, end = parts[0].chrom, parts[0].pos - 1, max(part.end for part in parts)
    reference = genome.fetch(chrom, start, end).upper()
    made, at = "", start
    for part in parts:
        if part.pos - 1 < at:
            raise ValueError(f"{part} overlaps the change before it")
        made += reference[at - start : part.pos - 1 - start] + part.alt
        at = part.end
    made += reference[at - start :]
    return normalise(Allele(chrom, start + 1, reference, made), genome)


def atoms(allele: Allele) -> list[Allele]:
    """A change of several bases of equal length as its single-base changes; others as they are."""
    if allele.kind != "MNV":
        return [allele]
    pairs = zip(allele.ref, allele.alt, strict=True)
    return [
        Allele(allele.chrom, allele.pos + offset, a, b)
        for offset, (a, b) in enumerate(pairs)
        if a != b
    ]


def write_alleles(path: str | Path, genome: pysam.FastaFile, alleles: Iterable[Allele]) -> None:
    """Write a VCF of alleles without samples, in the genome's order; `.gz` is indexed too."""
    packed = Path(path).suffix == ".gz"
    header = pysam.VariantHeader()
    for chrom, length in zip(genome.references, genome.lengths, strict=True):
        header.contigs.add(chrom, length)
    order = {chrom: n for n, chrom in enumerate(genome.references)}
    ordered = sorted(set(alleles), key=lambda a: (order[a.chrom], a))
    with pysam.VariantFile(str(path), "wz" if packed else "w", header=header) as out:
        for allele in ordered:
            record = out.new_record(
                contig=allele.chrom, start=allele.pos - 1, alleles=(allele.ref, allele.alt)
            )
            out.write(record)
    if packed:
        pysam.tabix_index(str(path), preset="vcf", force=True)
