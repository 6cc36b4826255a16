"""What a reader of an outside table has to know besides the table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from consilium.genes import read_transcripts
from consilium.knowledge import read_knowledge
from consilium.resources import Public


@dataclass(frozen=True, slots=True)
class Span:
    """Where the coding bases of a gene lie, 0-based half-open; the contig without `chr`."""

    chrom: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """The sample, the genes of the knowledge base, and the limits that hold."""

    sample: str
    transcripts: Mapping[str, str | None] = field(default_factory=dict)  # gene -> RefSeq
    residues: Mapping[str, Mapping[int, str]] = field(default_factory=dict)  # gene -> codon -> aa
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # gene -> alias -> p.
    amplified_copies: float = 6.0  # config interpretation.amplified_copies
    deleted_copies: float = 0.5  # config interpretation.deleted_copies
    purity: float | None = None  # fraction of cells that are tumour
    build: str = "GRCh38"  # of the configured genome
    public: Public = field(default_factory=Public)
    spans: Mapping[str, Span] = field(default_factory=dict)  # gene -> place, for segments


def known_to(
    base: str | Path,
    limits: Mapping[str, float],
    build: str,
    models: str | Path | None = None,
    public: Public | None = None,
) -> Context:
    """What the knowledge base and the config tell the readers of outside tables."""
    knowledge = read_knowledge(base)
    return Context(
        sample="",
        transcripts={name: gene.transcript for name, gene in knowledge.genes.items()},
        residues=knowledge.residues,
        aliases=knowledge.aliases,
        amplified_copies=limits["amplified_copies"],
        deleted_copies=limits["deleted_copies"],
        build=build,
        public=public or Public(),
        spans=_spans(models, knowledge.genes) if models else {},
    )


def _spans(models: str | Path, genes: Collection[str]) -> dict[str, Span]:
    """Places of the knowledge base's genes on the chosen transcripts."""
    chosen = {gene: found[0] for gene, found in read_transcripts(models).items() if gene in genes}
    return {
        gene: Span(t.chrom.removeprefix("chr"), t.coding[0][0], t.coding[-1][1])
        for gene, t in chosen.items()
        if t.coding
    }
