"""One allele that a caller or a table claims, on the genome or with the reason why it is not."""

from dataclasses import dataclass
from typing import Protocol, TypedDict, Unpack

import pysam

from consilium.lifting import Ground, lifted
from consilium.vcf import Allele, normalise

OTHER_REFERENCE = "reference_differs"  # our own filter: the genome has other bases there
Counts = tuple[int | None, int | None]  # depth, alternative reads


class Contigs(Protocol):
    """Whatever knows the names of contigs."""

    def __contains__(self, name: str, /) -> bool:
        """Whether there is a contig of this name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One allele of one record of a caller's VCF."""

    allele: Allele
    caller: str
    filters: tuple[str, ...]  # empty: the caller passed it
    haplotype: str | None  # alleles with the same name lie on the same molecule
    depth: int | None  # as the caller counted, for cases without reads
    alt: int | None
    normal_depth: int | None
    normal_alt: int | None
    unplaced: str | None = None  # why the allele, as it was written, has no place on the genome


class About(TypedDict):
    """What a record says of its allele."""

    caller: str
    filters: tuple[str, ...]
    haplotype: str | None
    tumor: Counts
    normal: Counts


def placed_claim(
    written: Allele, build: str | None, ground: Ground, **about: Unpack[About]
) -> Claim:
    """The claim of an allele of a build, brought onto the genome and into its one spelling.

    One that the genome contradicts stays as it stands and is marked; one that was lifted to
    other bases, or has no place, is unplaced. An allele without bases on one side (MAF) gets the
    genome's anchor base.
    """
    filters, lifts = about["filters"], build not in {None, ground.lift.build}
    found = lifted(written, build, ground)
    why = found if isinstance(found, str) else None
    chrom = None if isinstance(found, str) else known_contig(found.chrom, ground.genome)
    if isinstance(found, str) or chrom is None:
        allele, why = written, why or f"the genome has no contig {written.chrom}"
    else:
        allele = anchored(Allele(chrom, found.pos, found.ref, found.alt), ground.genome)
        if agrees(allele, ground.genome):
            allele = normalise(allele, ground.genome)
        elif lifts and ground.lift.build:
            allele, why = (
                written,
                f"{ground.lift.build} has other bases at {allele.chrom}:{allele.pos}",
            )
        else:
            filters = (*filters, OTHER_REFERENCE)
    return Claim(
        allele,
        about["caller"],
        filters,
        about["haplotype"],
        *about["tumor"],
        *about["normal"],
        unplaced=why,
    )


def anchored(allele: Allele, genome: pysam.FastaFile) -> Allele:
    """An allele with bases on both sides: the one before it where one side has none."""
    if allele.ref and allele.alt:
        return allele
    base = genome.fetch(allele.chrom, allele.pos - 2, allele.pos - 1).upper()
    return Allele(allele.chrom, allele.pos - 1, base + allele.ref, base + allele.alt)


def known_contig(name: str, genome: Contigs) -> str | None:
    """The genome's name of a contig, with or without `chr`; None where it has none."""
    bare = name.removeprefix("chr")
    mitochondrion = {"M": "MT", "MT": "M"}.get(bare, bare)
    names = (name, f"chr{bare}", bare, f"chr{mitochondrion}", mitochondrion)
    return next((known for known in names if known in genome), None)


def agrees(allele: Allele, genome: pysam.FastaFile) -> bool:
    """Whether the genome has the reference bases of an allele, as far as it has any."""
    bases = genome.fetch(allele.chrom, allele.pos - 1, allele.end).upper()
    pairs = zip(allele.ref, bases, strict=False)
    same = all(a == b or "N" in (a, b) or b not in "ACGT" for a, b in pairs)
    return len(bases) == len(allele.ref) and same
