"""Choose the actionable alleles that a caller is made to genotype: those that the reads show.

An allele with fewer reads than `believe_calls` asks for could never be believed, and its count is
in hotspots.tsv all the same; making the caller assemble each of several hundred such alleles
doubles its time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pysam

from consilium.counting import Limits, clusters, observe, tally
from consilium.job import job
from consilium.vcf import Allele, normalise


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `counting`."""

    min_base_quality: int
    min_mapping_quality: int
    join_distance: int
    join_min_fraction: float
    join_min_fragments: int


@dataclass(frozen=True, slots=True)
class Floor:
    """What an allele needs to be believed at all."""

    min_alt_reads: int
    min_vaf: float


def known_alleles(path: str, genome: pysam.FastaFile) -> list[Allele]:
    """The alleles of a VCF, split and left-aligned, each once, in genome order."""
    with pysam.VariantFile(path) as records:
        found = {
            normalise(Allele(record.chrom, record.pos, record.ref or "", alt), genome)
            for record in records
            for alt in record.alts or ()
        }
    return sorted(found)


def seen(
    alleles: list[Allele],
    reads: pysam.AlignmentFile,
    genome: pysam.FastaFile,
    floors: tuple[Limits, Floor],
) -> Iterator[Allele]:
    """Alleles that enough fragments carry."""
    limits, floor = floors
    for cluster in clusters(alleles):
        observed = observe(reads, genome, cluster, limits)
        for allele in cluster:
            found = tally(allele, observed[allele])
            enough = found.alt >= floor.min_alt_reads
            if enough and found.alt >= floor.min_vaf * found.depth:
                yield allele


def write_alleles(path: str, genome: pysam.FastaFile, alleles: Iterable[Allele]) -> None:
    """Write alleles as an indexed VCF without samples."""
    header = pysam.VariantHeader()
    for name, length in zip(genome.references, genome.lengths, strict=True):
        header.contigs.add(name, length)
    order = {name: place for place, name in enumerate(genome.references)}
    with pysam.VariantFile(path, "wz", header=header) as out:
        for allele in sorted(alleles, key=lambda a: (order[a.chrom], a.pos, a.ref, a.alt)):
            record = out.new_record(
                contig=allele.chrom, start=allele.pos - 1, alleles=(allele.ref, allele.alt)
            )
            out.write(record)
    pysam.tabix_index(path, preset="vcf", force=True)


def main(inputs: dict[str, str], floor: Floor, settings: Settings, output: str) -> None:
    """From the tumour's alignments and all actionable alleles to those worth genotyping."""
    limits = Limits(settings.min_base_quality, settings.min_mapping_quality)
    with (
        pysam.FastaFile(inputs["genome"]) as genome,
        pysam.AlignmentFile(inputs["reads"], reference_filename=inputs["genome"]) as reads,
    ):
        alleles = known_alleles(inputs["alleles"], genome)
        write_alleles(output, genome, seen(alleles, reads, genome, (limits, floor)))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs={
                "genome": snakemake.input.genome,
                "reads": snakemake.input.reads[0],
                "alleles": snakemake.input.alleles,
            },
            floor=Floor(**snakemake.params.floor),
            settings=Settings(**snakemake.params.settings),
            output=snakemake.output.alleles,
        )
