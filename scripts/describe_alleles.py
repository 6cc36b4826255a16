"""Say what every candidate allele means for its gene, and what is publicly known of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pysam

from consilium.evidence import Annotation
from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.knowledge.protein import ProteinChange
from consilium.naming import duplication, frameshift, genomic, tidy_coding, tidy_protein
from consilium.resources import (
    AlleleTable,
    Hotspot,
    clinvar,
    hotspot,
    population_af,
    read_hotspots,
)
from consilium.tables import write_rows
from consilium.vcf import Allele

SPLICE_REACH = 20  # bases from an exon within which a splice change is told to that exon
OUTSIDE = {"intergenic_region", "intragenic_variant", "downstream_gene_variant"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What alleles are described with."""

    genome: pysam.FastaFile
    transcripts: dict[str, Transcript]  # by accession
    germline: AlleleTable | None
    clinvar: AlleleTable | None
    hotspots: dict[str, list[Hotspot]]


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry of SnpEff's ANN, the parts that are used."""

    consequence: str
    gene: str
    transcript: str
    coding: str
    protein: str


def effects(record: pysam.VariantRecord) -> Iterator[Effect]:
    """SnpEff's effects on transcripts, most severe first."""
    for text in record.info.get("ANN", ()):
        cells = text.split("|")
        if len(cells) > 10 and cells[5] == "transcript" and cells[1] not in OUTSIDE:
            name = cells[6].removeprefix("transcript:")
            yield Effect(cells[1], cells[3], name, cells[9], cells[10])


def describe(record: pysam.VariantRecord, sources: Sources) -> Annotation:
    """One allele's row."""
    allele = Allele(record.chrom, record.pos, str(record.ref), (record.alts or ("",))[0])
    effect = next(effects(record), None)
    transcript = sources.transcripts.get(effect.transcript) if effect else None
    protein, change = _protein(effect, transcript, allele, sources) if effect else (None, None)
    significance, stars = clinvar(sources.clinvar, allele)
    gene = effect.gene if effect else None
    return Annotation(
        chrom=allele.chrom,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        gene=gene,
        transcript=effect.transcript if effect else None,
        consequence=_terms(effect.consequence) if effect else None,
        hgvs_g=genomic(allele, sources.genome),
        hgvs_c=tidy_coding(effect.coding) if effect and effect.coding else None,
        hgvs_p=protein,
        hgvs_p1=str(change) if change else None,
        exon=_exon(effect, transcript, allele) if effect and transcript else None,
        codon_start=change.start if change else None,
        codon_end=change.end if change else None,
        population_af=population_af(sources.germline, allele),
        clinvar=significance,
        clinvar_stars=stars,
        hotspot=hotspot(sources.hotspots, gene, change),
    )


def _terms(consequence: str) -> str:
    """SO terms; a change of several bases is not silent because one of its codons is."""
    terms = consequence.split("&")
    loud = [term for term in terms if term != "synonymous_variant"]
    return "&".join(loud or terms)


def _protein(
    effect: Effect, transcript: Transcript | None, allele: Allele, sources: Sources
) -> tuple[str | None, ProteinChange | None]:
    if not effect.protein:
        return None, None
    name, change = tidy_protein(effect.protein)
    if change and change.kind == "frameshift" and transcript:
        full = frameshift(transcript, allele, sources.genome)
        if full is not None:
            return full.long, full
    if change and change.kind == "insertion" and transcript:
        change = duplication(change, transcript, sources.genome)
        return change.long, change
    return name, change


def _exon(effect: Effect, transcript: Transcript, allele: Allele) -> int | None:
    """The exon that an allele lies in; for a splice change the exon it belongs to."""
    span = (allele.pos - 1 + allele.plain_indel, allele.end)
    inside = transcript.exon_number((span[0], max(span[1], span[0] + 1)))
    if inside is not None or not re.search("splice", effect.consequence):
        return inside
    return transcript.exon_number((span[0] - SPLICE_REACH, span[1] + SPLICE_REACH))


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files; resources that are not configured are None."""

    annotated: str
    models: str
    genome: str
    germline: str | None
    clinvar: str | None
    hotspots: str | None


def main(inputs: Inputs, output: str) -> None:
    """From SnpEff's VCF to a table of annotations."""
    models = read_transcripts(inputs.models)
    with pysam.FastaFile(inputs.genome) as genome, pysam.VariantFile(inputs.annotated) as records:
        sources = Sources(
            genome=genome,
            transcripts={t.accession: t for found in models.values() for t in found},
            germline=AlleleTable(inputs.germline, genome) if inputs.germline else None,
            clinvar=AlleleTable(inputs.clinvar, genome) if inputs.clinvar else None,
            hotspots=read_hotspots(inputs.hotspots) if inputs.hotspots else {},
        )
        write_rows(output, Annotation, [describe(record, sources) for record in records])


if __name__ == "__main__":
    with job() as snakemake:
        optional = {
            name: next(iter(snakemake.input.get(name, [])), None)
            for name in ("germline", "clinvar", "hotspots")
        }
        main(
            inputs=Inputs(
                annotated=snakemake.input.annotated,
                models=snakemake.input.models,
                genome=snakemake.input.genome,
                **optional,
            ),
            output=snakemake.output.annotations,
        )
