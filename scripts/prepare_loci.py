"""Find the place in the genome of every feature that statements ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pysam

from consilium.enumeration import Enumerator
from consilium.evidence import Locus
from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.knowledge import Knowledge, Leaf, actionable_features, read_bases
from consilium.loci import Place, find_place
from consilium.tables import write_rows


def place_feature(
    leaf: Leaf, transcripts: Mapping[str, Transcript], genome: pysam.FastaFile, base: Knowledge
) -> list[Locus]:
    """The rows of one feature; a single row that says why where it has no place."""
    transcript = transcripts.get(leaf.gene or "")
    try:
        named = leaf
        if transcript is not None:
            aliases = base.aliases.get(transcript.gene, {})
            named = Enumerator(transcript, genome).renumber(leaf, aliases)
        place = find_place(named, transcript)
    except ValueError as error:
        return [_row(leaf, Place((), "gene" if leaf.whole_gene else "required"), str(error))]
    if transcript is None or not place.intervals:
        return [_row(leaf, place, "small variants of one place do not answer it")]
    return [
        replace(
            _row(leaf, place, None),
            transcript=transcript.accession,
            exon=exon,
            chrom=transcript.chrom,
            start=start,
            end=end,
        )
        for exon, (start, end) in place.intervals
    ]


def _row(leaf: Leaf, place: Place, note: str | None) -> Locus:
    return Locus(
        feature=str(leaf),
        gene=leaf.gene,
        transcript=None,
        scope=place.scope,
        event_classes=place.event_classes,
        exon=None,
        chrom=None,
        start=None,
        end=None,
        note=note,
    )


def merge_intervals(loci: Iterable[Locus]) -> list[tuple[str, int, int]]:
    """The bases of all loci as sorted intervals that do not overlap."""
    merged: list[tuple[str, int, int]] = []
    for chrom, start, end in sorted(
        (row.chrom, row.start, row.end)
        for row in loci
        if row.chrom is not None and row.start is not None and row.end is not None
    ):
        if merged and merged[-1][0] == chrom and start <= merged[-1][2]:
            merged[-1] = (chrom, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((chrom, start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Outputs:
    """The loci as a table, and their bases as a BED."""

    loci: str
    bed: str


def main(knowledge: Iterable[str], models: str, genome: str, outputs: Outputs) -> None:
    """From knowledge base and gene models to loci, as a table and as their bases."""
    transcripts = {gene: found[0] for gene, found in read_transcripts(models).items()}
    base = read_bases(knowledge)
    with pysam.FastaFile(genome) as fasta:
        rows = [
            row
            for leaf in actionable_features(base)
            for row in place_feature(leaf, transcripts, fasta, base)
        ]
    write_rows(outputs.loci, Locus, rows)
    lines = (f"{chrom}\t{start}\t{end}\n" for chrom, start, end in merge_intervals(rows))
    Path(outputs.bed).write_text("".join(lines))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            knowledge=snakemake.params.knowledge,
            models=snakemake.input.models,
            genome=snakemake.input.genome,
            outputs=Outputs(snakemake.output.loci, snakemake.output.bed),
        )
