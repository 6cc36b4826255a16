"""Place every feature that statements ask for, and spell out its alleles for the callers."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pysam
from consilium.enumeration import Enumerator
from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.knowledge import actionable_features
from consilium.loci import ORIGIN, Place, Unplaced, find_place
from consilium.records import Locus
from consilium.tables import read_rows, write_rows
from consilium.vcf import Allele, write_alleles


@dataclass(frozen=True, slots=True)
class SetMember:
    """One row of the knowledge base's variant_sets.tsv."""

    gene: str
    set: str
    member: str
    source: str | None


def place_feature(
    feature: str, transcripts: dict[str, Transcript], sets: dict[str, list[str]]
) -> list[Locus]:
    """The rows of one feature; a single row that says why where it has no place."""
    try:
        place = find_place(feature, transcripts, sets)
    except Unplaced as error:
        return [_unplaced(feature, Place((), gene=feature.split()[0]), str(error))]
    if not place.intervals:
        return [_unplaced(feature, place, "not a small variant of one locus")]
    transcript = transcripts[str(place.gene)]
    return [
        Locus(
            feature=feature,
            gene=place.gene,
            transcript=transcript.accession,
            scope=place.scope,
            event_classes=place.event_classes,
            exon=exon,
            chrom=transcript.chrom,
            start=start,
            end=end,
            note=None,
        )
        for exon, (start, end) in place.intervals
    ]


def _unplaced(feature: str, place: Place, note: str) -> Locus:
    return Locus(
        feature=feature,
        gene=place.gene,
        transcript=None,
        scope="none",
        event_classes=place.event_classes,
        exon=None,
        chrom=None,
        start=None,
        end=None,
        note=note,
    )


def enumerate_feature(
    feature: str, enumerators: dict[str, Enumerator], sets: dict[str, list[str]]
) -> Iterator[Allele]:
    """The alleles of a feature whose name determines them."""
    gene, _, change = ORIGIN.sub("", feature).partition(" ")
    if gene not in enumerators:
        return
    changes = sets.get(f"{gene} {change.removeprefix('set ')}", [change])
    for one in changes:
        try:
            yield from enumerators[gene].alleles(one)
        except ValueError as error:
            logging.warning("%s: %s", feature, error)


def merge_intervals(loci: Iterable[Locus]) -> list[tuple[str, int, int]]:
    """The bases of all loci as sorted intervals that do not overlap."""
    merged: list[tuple[str, int, int]] = []
    places = sorted((x.chrom, x.start, x.end) for x in loci if x.chrom is not None)
    for chrom, start, end in places:
        if merged and merged[-1][0] == chrom and start <= merged[-1][2]:
            merged[-1] = (chrom, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((chrom, start, end))
    return merged


def read_sets(path: str | Path) -> dict[str, list[str]]:
    """Members of the named classes by `GENE SET`."""
    sets: dict[str, list[str]] = defaultdict(list)
    for row in read_rows(path, SetMember):
        sets[f"{row.gene} {row.set}"].append(row.member)
    return dict(sets)


def main(knowledge: str, models: str, genome: str, loci: str, bed: str, alleles: str) -> None:
    """From knowledge base and gene models to loci (table, BED) and alleles (VCF)."""
    transcripts = {gene: found[0] for gene, found in read_transcripts(models).items()}
    sets = read_sets(Path(knowledge) / "variant_sets.tsv")
    features = sorted(actionable_features(knowledge))
    rows = [row for feature in features for row in place_feature(feature, transcripts, sets)]
    write_rows(loci, Locus, rows)
    lines = (f"{chrom}\t{start}\t{end}\n" for chrom, start, end in merge_intervals(rows))
    Path(bed).write_text("".join(lines))
    with pysam.FastaFile(genome) as fasta:
        enumerators = {gene: Enumerator(found, fasta) for gene, found in transcripts.items()}
        found = [a for feature in features for a in enumerate_feature(feature, enumerators, sets)]
        write_alleles(alleles, fasta, found)


if __name__ == "__main__":
    with job() as snakemake:
        main(
            knowledge=snakemake.params.knowledge,
            models=snakemake.input.models,
            genome=snakemake.input.genome,
            loci=snakemake.output.loci,
            bed=snakemake.output.bed,
            alleles=snakemake.output.alleles,
        )
