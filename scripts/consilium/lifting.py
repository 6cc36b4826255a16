"""Alleles of another genome build brought onto the configured one, or the reason why not.

Coordinates go through a chain file that the user gives (`reference.chains`) and the library
`liftover`. An allele is taken only where its whole reference goes to one place, in one piece, and
the genome has the same bases there: a guess about a place would be a guess about a mutation.
"""

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam
from liftover import ChainFile

from consilium.enumeration import reverse_complement
from consilium.genome_builds import BUILDS, build_named
from consilium.vcf import Allele

CHAIN = re.compile(r"chain \S+ (\S+) (\d+) ")  # score, then the contig lifted from and its length
WORDS = re.compile(r"grch3[78]|hg19|hg38|\bb3[78]\b|hs37d5|g1k_v37|assembly19|assembly38", re.I)
SAYS = {"hs37d5": "37", "g1k_v37": "37", "assembly19": "37", "assembly38": "38"}
ANOTHER = "another build"


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain file, and the contigs that it lifts from with their lengths."""

    file: ChainFile
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Lift:
    """The configured build, and the chains onto it by the build that they lift from."""

    build: str | None = None  # None: nothing is asked about builds
    chains: Mapping[str, Chain] = field(default_factory=dict)


NO_LIFT = Lift()


@dataclass(frozen=True, slots=True)
class Ground:
    """The genome that alleles are told on, and how those of other builds come onto it."""

    genome: pysam.FastaFile
    lift: Lift = NO_LIFT


def read_lift(build: str | None, chains: Mapping[str, str]) -> Lift:
    """The chains of the config.

    Raises:
        ValueError: a file is no chain file.
        OSError: a file cannot be read.
    """
    return Lift(build, {name: _read_chain(path) for name, path in chains.items()})


def _read_chain(path: str) -> Chain:
    with gzip.open(path, "rt") if Path(path).suffix == ".gz" else Path(path).open() as handle:
        sizes = {found[1]: int(found[2]) for line in handle if (found := CHAIN.match(line))}
    if not sizes:
        raise ValueError(f"{path} holds no chain")
    return Chain(ChainFile(path, one_based=True), sizes)


def build_of_vcf(header: pysam.VariantHeader, ground: Ground) -> str | None:
    """The build of a VCF by the lengths of its contigs, else by its words; None: not stated."""
    lift = ground.lift
    told = {str(name): c.length for name, c in header.contigs.items() if c.length}
    if told:
        genome = dict(zip(ground.genome.references, ground.genome.lengths, strict=True))
        for build, sizes in ((lift.build, genome), *((b, c.sizes) for b, c in lift.chains.items())):
            if _alike(told, sizes):
                return build
        if any(_size(name, genome) for name in told):
            return ANOTHER
    for words in _words(header):
        if found := WORDS.search(words):
            word = found[0].lower()
            return build_named(SAYS.get(word, word))
    return None


def _words(header: pysam.VariantHeader) -> Iterator[str]:
    yield from (str(r.value) for r in header.records if r.key == "reference" and r.value)
    yield from (r.get("assembly", "") for r in header.records if r.type == "CONTIG")


def _alike(told: Mapping[str, int], sizes: Mapping[str, int]) -> bool:
    """Whether contigs that both know, with or without `chr`, have the same lengths."""
    pairs = [(size, _size(name, sizes)) for name, size in told.items()]
    known = [(size, other) for size, other in pairs if other is not None]
    return bool(known) and all(size == other for size, other in known)


def _size(name: str, sizes: Mapping[str, int]) -> int | None:
    bare = name.removeprefix("chr")
    return sizes.get(f"chr{bare}", sizes.get(bare))


def lifted(allele: Allele, build: str | None, ground: Ground) -> Allele | str:
    """The allele on the genome; a text says why it has no place there.

    `build` is the one that its coordinates are of; None is taken for the configured one.
    """
    if build is None or ground.lift.build in {None, build}:
        return allele
    if ground.lift.build == "other" and build not in {ANOTHER, *BUILDS.values()}:
        return allele  # a name that only its owner knows contradicts nothing
    chain = ground.lift.chains.get(build)
    if chain is None:
        return f"its coordinates are of {build}, and no chain file is configured for it"
    if not allele.ref:  # an insertion of a MAF: both its neighbours must stay neighbours
        beside = lifted(replace(allele, pos=allele.pos - 1, ref="NN"), build, ground)
        return beside if isinstance(beside, str) else replace(beside, pos=beside.pos + 1, ref="")
    ends = [_place(chain, allele.chrom, at) for at in (allele.pos, allele.end)]
    if not all(ends):
        return f"{build} {allele.chrom}:{allele.pos} has no one place on {ground.lift.build}"
    (chrom, first, strand), (other, last, other_strand) = (end for end in ends if end)
    if (chrom, strand) != (other, other_strand) or abs(last - first) + 1 != len(allele.ref):
        return f"{build} {allele.chrom}:{allele.pos} lies in pieces on {ground.lift.build}"
    ref, alt = allele.ref, allele.alt
    if strand == "-":
        ref, alt = reverse_complement(ref), reverse_complement(alt)
    return Allele(chrom, min(first, last), ref, alt)


def _place(chain: Chain, chrom: str, position: int) -> tuple[str, int, str] | None:
    """Contig, 1-based position and strand; None where there is none, or more than one."""
    found = chain.file.query(chrom, position)
    return found[0] if len(found) == 1 else None
