"""Find the place in the genome of every feature that statements ask for."""

from collections.abc import Iterable
from pathlib import Path

from consilium.genes import Transcript, read_transcripts
from consilium.job import job
from consilium.knowledge import Leaf, actionable_features, read_knowledge
from consilium.loci import Place, Unplaced, find_place
from consilium.records import Locus
from consilium.tables import write_rows


def place_feature(leaf: Leaf, transcripts: dict[str, Transcript]) -> list[Locus]:
    """The rows of one feature; a single row that says why where it has no place."""
    try:
        place = find_place(leaf, transcripts)
    except Unplaced as error:
        return [_unplaced(leaf, Place(()), str(error))]
    if not place.intervals:
        return [_unplaced(leaf, place, "no small variant of one place answers it")]
    transcript = transcripts[leaf.gene or ""]
    return [
        Locus(
            feature=str(leaf),
            gene=leaf.gene,
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


def _unplaced(leaf: Leaf, place: Place, note: str) -> Locus:
    return Locus(
        feature=str(leaf),
        gene=leaf.gene,
        transcript=None,
        scope="none",
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


def main(knowledge: str, models: str, loci: str, bed: str) -> None:
    """From knowledge base and gene models to loci, as a table and as their bases."""
    transcripts = {gene: found[0] for gene, found in read_transcripts(models).items()}
    features = actionable_features(read_knowledge(knowledge))
    rows = [row for leaf in features for row in place_feature(leaf, transcripts)]
    write_rows(loci, Locus, rows)
    lines = (f"{chrom}\t{start}\t{end}\n" for chrom, start, end in merge_intervals(rows))
    Path(bed).write_text("".join(lines))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            knowledge=snakemake.params.knowledge,
            models=snakemake.input.models,
            loci=snakemake.output.loci,
            bed=snakemake.output.bed,
        )
