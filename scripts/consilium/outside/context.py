"""What a reader of an outside table has to know besides the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consilium.resources import Public


@dataclass(frozen=True, slots=True)
class Context:
    """The sample, the genes of the knowledge base, and the limits that hold."""

    sample: str
    transcripts: Mapping[str, str | None] = field(default_factory=dict)  # gene -> RefSeq
    residues: Mapping[str, Mapping[int, str]] = field(default_factory=dict)  # gene -> codon -> aa
    amplified_copies: float = 6.0  # config interpretation.amplified_copies
    deleted_copies: float = 0.5  # config interpretation.deleted_copies
    purity: float | None = None  # fraction of cells that are tumour
    build: str = "GRCh38"  # of the configured genome
    public: Public = field(default_factory=Public)
