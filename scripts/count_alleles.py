"""Count, in one sample, the fragments at every candidate and every actionable allele."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pysam

from consilium.calls import read_calls
from consilium.claims import Claim
from consilium.counting import Limits, Tally, clusters, observe, tally
from consilium.evidence import Candidate
from consilium.job import job
from consilium.lifting import Ground, read_lift
from consilium.records import AlleleCount
from consilium.tables import read_rows, write_rows
from consilium.vcf import Allele, atoms, normalise, parse_allele

NORMAL = "normal"  # the normal that a VCF brought along


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `counting`."""

    min_base_quality: int
    min_mapping_quality: int
    join_distance: int
    join_min_fraction: float
    join_min_fragments: int


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files of one sample."""

    genome: str
    candidates: str
    alleles: str  # VCF of actionable alleles
    reads: str | None
    calls: str | None  # VCF, where there are no reads
    build: str | None = None
    chains: Mapping[str, str] = field(default_factory=dict)


def alleles_to_count(
    rows: Iterable[Candidate], known: str, genome: pysam.FastaFile
) -> list[Allele]:
    """Candidates of any tumour of the case, and actionable alleles."""
    found = {Allele(row.chrom, row.pos, row.ref, row.alt) for row in rows}
    with pysam.VariantFile(known) as records:
        for record in records:
            for alt in record.alts or ():
                allele = Allele(record.chrom, record.pos, record.ref or "", alt)
                found.add(normalise(allele, genome))
    return sorted(found)


def count_reads(
    sample: str,
    reads: pysam.AlignmentFile,
    genome: pysam.FastaFile,
    task: tuple[list[Allele], Limits],
) -> Iterator[AlleleCount]:
    """Counts from alignments."""
    alleles, limits = task
    for cluster in clusters(alleles):
        seen = observe(reads, genome, cluster, limits)
        yield from (_row(sample, allele, tally(allele, seen[allele])) for allele in cluster)


def _row(sample: str, allele: Allele, found: Tally) -> AlleleCount:
    return AlleleCount(
        sample=sample,
        chrom=allele.chrom,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        depth=found.depth,
        alt_count=found.alt,
        alt_forward=found.forward,
        alt_reverse=found.reverse,
        depth_all=found.depth_all,
        alt_all=found.alt_all,
    )


def counts_of_claims(
    sample: str, claims: Iterable[Claim], rows: Iterable[Candidate]
) -> Iterator[AlleleCount]:
    """A VCF's own counts, for a tumour that starts at variants.

    Of an allele written more than once the strongest claim counts; a joined allele that nobody
    wrote as one takes the least of its parts.
    """
    known: dict[Allele, Claim] = {}
    for claim in sorted(claims, key=_weight):
        known |= dict.fromkeys(atoms(claim.allele), claim)
        known[claim.allele] = claim
    for row in rows:
        allele = Allele(row.chrom, row.pos, row.ref, row.alt)
        parts = [known.get(parse_allele(text)) for text in row.joined_from]
        found = [known[allele]] if allele in known else [claim for claim in parts if claim]
        for name, counts in (
            (sample, [(claim.depth, claim.alt) for claim in found]),
            (NORMAL, [(claim.normal_depth, claim.normal_alt) for claim in found]),
        ):
            full = [(alt, depth) for depth, alt in counts if depth is not None and alt is not None]
            if full:
                alt, depth = min(full)
                yield AlleleCount(name, *_fields(allele), depth, alt, None, None, None, None)


def _weight(claim: Claim) -> tuple[int, int]:
    """Orders claims of one allele: the one with fewer filters, then with more reads, is last."""
    return -len(claim.filters), claim.alt or 0


def _fields(allele: Allele) -> tuple[str, int, str, str]:
    return allele.chrom, allele.pos, allele.ref, allele.alt


def main(sample: str, inputs: Inputs, output: str, settings: Settings) -> None:
    """From alignments, or else from the VCF that stands for them, to a table of counts."""
    rows = list(read_rows(inputs.candidates, Candidate))
    with pysam.FastaFile(inputs.genome) as genome:
        if inputs.reads is None:
            ground = Ground(genome, read_lift(inputs.build, inputs.chains))
            every = read_calls(str(inputs.calls), "given", sample, None, ground)
            claims = [claim for claim in every if not claim.unplaced]
            found = list(counts_of_claims(sample, claims, [r for r in rows if r.sample == sample]))
        else:
            alleles = alleles_to_count(rows, inputs.alleles, genome)
            limits = Limits(settings.min_base_quality, settings.min_mapping_quality)
            with pysam.AlignmentFile(inputs.reads, reference_filename=inputs.genome) as reads:
                found = list(count_reads(sample, reads, genome, (alleles, limits)))
    write_rows(output, AlleleCount, found)


if __name__ == "__main__":
    with job() as snakemake:
        main(
            sample=snakemake.wildcards.sample,
            inputs=Inputs(
                genome=snakemake.input.genome,
                candidates=snakemake.input.candidates,
                alleles=snakemake.input.alleles,
                reads=next(iter(snakemake.input.get("reads", [])), None),
                calls=next(iter(snakemake.input.get("calls", [])), None),
                **snakemake.params.builds,
            ),
            output=snakemake.output.counts,
            settings=Settings(**snakemake.params.settings),
        )
