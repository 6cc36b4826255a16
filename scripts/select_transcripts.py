"""Keep the one transcript of every gene that results are reported on."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from consilium.evidence import ChosenTranscript
from consilium.genes import Transcript, choose_transcripts, read_transcripts, same_accession
from consilium.job import job
from consilium.knowledge import read_knowledge
from consilium.tables import write_rows


def gff_lines(transcript: Transcript) -> Iterator[str]:
    """A transcript as GFF3, UTRs spelled out, as annotators want it."""
    gene, name = f"gene:{transcript.gene}", f"transcript:{transcript.accession}"
    span = (transcript.exons[0][0], transcript.exons[-1][1])
    biotype = "biotype=protein_coding"

    def line(kind: str, interval: tuple[int, int], phase: str, attributes: str) -> str:
        strand = "+" if transcript.strand == 1 else "-"
        place = f"{interval[0] + 1}\t{interval[1]}\t.\t{strand}\t{phase}"
        return f"{transcript.chrom}\tconsilium\t{kind}\t{place}\t{attributes}\n"

    yield line("gene", span, ".", f"ID={gene};Name={transcript.gene};{biotype}")
    attributes = f"ID={name};Parent={gene};Name={transcript.accession};{biotype}"
    yield line("mRNA", span, ".", attributes)
    for number, exon in transcript.numbered_exons():
        yield line("exon", exon, ".", f"Parent={name};rank={number}")
        for kind, part in utr_parts(transcript, exon):
            yield line(kind, part, ".", f"Parent={name}")
    done = 0
    for part in transcript.coding[:: transcript.strand]:
        yield line("CDS", part, str(-done % 3), f"ID=CDS:{transcript.accession};Parent={name}")
        done += part[1] - part[0]


def utr_parts(
    transcript: Transcript, exon: tuple[int, int]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The untranslated parts of an exon."""
    first, last = transcript.coding[0][0], transcript.coding[-1][1]
    left, right = (exon[0], min(exon[1], first)), (max(exon[0], last), exon[1])
    names = ("five_prime_UTR", "three_prime_UTR")[:: transcript.strand]
    for name, (start, end) in zip(names, (left, right), strict=True):
        if start < end:
            yield name, (start, end)


def describe(transcript: Transcript, expected: str | None) -> ChosenTranscript:
    """The row that says which transcript was chosen, and how it differs from the expected one."""
    note = None
    if expected and not same_accession(transcript.accession, expected):
        note = f"the knowledge base numbers on {expected}, which the gene models do not choose"
    elif expected and transcript.accession != expected:
        note = f"the knowledge base numbers on {expected}: another version"
    return ChosenTranscript(
        gene=transcript.gene,
        transcript=transcript.accession,
        chrom=transcript.chrom,
        start=transcript.exons[0][0],
        end=transcript.exons[-1][1],
        note=note,
    )


def main(
    gene_models: str, knowledge: str, preferred: Iterable[str], models: str, chosen: str
) -> None:
    """From all gene models to one transcript a gene, as GFF3 and as a table."""
    genes = read_knowledge(knowledge).genes.values()
    expected = {gene.gene: gene.transcript for gene in genes if gene.transcript}
    transcripts = choose_transcripts(read_transcripts(gene_models), preferred, expected)
    places = sorted(transcripts.values(), key=lambda t: (t.chrom, t.exons[0], t.accession))
    with Path(models).open("w") as handle:
        handle.write("##gff-version 3\n")
        for transcript in places:
            handle.writelines(gff_lines(transcript))
    write_rows(chosen, ChosenTranscript, (describe(t, expected.get(t.gene)) for t in places))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            gene_models=snakemake.input.gene_models,
            knowledge=snakemake.params.knowledge,
            preferred=snakemake.params.preferred,
            models=snakemake.output.models,
            chosen=snakemake.output.chosen,
        )
