"""The rows between gene models, callers and variants.tsv; conventions as in records.py.

They are the project's own: nothing outside reads these files, and most go when a case is done.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChosenTranscript:
    """The transcript that a gene's changes are named on."""

    gene: str
    transcript: str
    chrom: str
    start: int
    end: int
    note: str | None  # how it differs from the one the knowledge base numbers on


@dataclass(frozen=True, slots=True)
class Locus:
    """One genome interval of an actionable feature; a feature without a place has one row too."""

    feature: str  # leaf in the profile grammar, e.g. "KRAS codon 12"
    gene: str | None
    transcript: str | None
    scope: str  # required (every base counts) | gene (coding bases) | class (no place)
    event_classes: tuple[str, ...]  # what an assay must see before it can say ABSENT
    exon: int | None
    chrom: str | None
    start: int | None
    end: int | None
    note: str | None  # why there is no place


@dataclass(frozen=True, slots=True)
class Candidate:
    """An allele that a caller wrote for one tumour sample, or that its joined parts make."""

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    callers: tuple[str, ...]  # callers that passed it
    filters: tuple[str, ...]  # caller:FILTER for every caller that wrote it
    joined_from: tuple[str, ...]  # constituent alleles chrom:pos:ref:alt
    part_of: str | None  # the joined allele that this one is a constituent of
    phase_set: str | None  # alleles seen on the same fragments share it


@dataclass(frozen=True, slots=True)
class DepthRun:
    """Neighbouring bases of actionable features that have the same depth in one sample."""

    chrom: str
    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """What an allele means for its gene, and what is known of it."""

    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str | None
    transcript: str | None
    consequence: str | None
    hgvs_g: str
    hgvs_c: str | None
    hgvs_p: str | None
    hgvs_p1: str | None
    exon: int | None
    codon_start: int | None
    codon_end: int | None
    population_af: float | None
    clinvar: str | None
    clinvar_stars: int | None
    hotspot: str | None


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of one candidate, and where it comes from."""

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    status: str  # BELIEVED | FILTERED
    reasons: tuple[str, ...]  # why FILTERED, in words; empty when BELIEVED
    origin: str
    origin_reason: str
    loh: bool | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A change that a table claims where the configured genome has no place for it."""

    sample: str
    chrom: str  # these four as written, on the build of the table; `-` is no base
    pos: int
    ref: str
    alt: str
    reason: str
    depth: int | None
    alt_count: int | None
