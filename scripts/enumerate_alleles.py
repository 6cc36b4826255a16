"""Spell out the genome alleles of every named change that statements ask for."""

import logging
from collections.abc import Iterable, Iterator

import pysam

from consilium.enumeration import Enumerator
from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.knowledge import Knowledge, actionable_features, read_bases
from consilium.vcf import Allele, write_alleles


def enumerate_features(
    base: Knowledge, transcripts: dict[str, Transcript], genome: pysam.FastaFile
) -> Iterator[Allele]:
    """The alleles of all features whose names determine them; the log says which do not fit."""
    for leaf in actionable_features(base):
        transcript = transcripts.get(leaf.gene or "")
        if transcript is None:
            continue
        try:
            enumerator = Enumerator(transcript, genome)
            named = enumerator.renumber(leaf, base.aliases.get(transcript.gene, {}))
            yield from enumerator.alleles(named)
        except ValueError as error:
            logging.warning("%s: %s", leaf, error)


def main(knowledge: Iterable[str], models: str, genome: str, alleles: str) -> None:
    """From knowledge base, gene models and genome to a VCF of alleles."""
    transcripts = {gene: found[0] for gene, found in read_transcripts(models).items()}
    base = read_bases(knowledge)
    with pysam.FastaFile(genome) as fasta:
        write_alleles(alleles, fasta, enumerate_features(base, transcripts, fasta))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            knowledge=snakemake.params.knowledge,
            models=snakemake.input.models,
            genome=snakemake.input.genome,
            alleles=snakemake.output.alleles,
        )
