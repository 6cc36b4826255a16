"""The rows that cross file boundaries: one class, one table format.

Positions (`pos`) are 1-based as in VCF; `start`/`end` are 0-based half-open.
Fractions are 0..1. None is unknown. docs/outputs.md explains the public ones.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of the sample sheet: a sequencing unit, or where a sample starts."""

    case: str
    sample: str
    role: str  # tumor | normal
    lane: str | None = None
    fastq_1: str | None = None
    fastq_2: str | None = None  # None: single-end
    bam: str | None = None
    cram: str | None = None
    vcf: str | None = None
    maf: str | None = None
    events: str | None = None
    tumor_type: str | None = None  # OncoTree code
    purity: float | None = None
    sex: str | None = None  # female | male
    assay: str | None = None  # key of config["assays"]
    named_variants: str | None = None  # these five: tables of other tools, consilium/outside
    copy_number: str | None = None
    fusions: str | None = None
    expression: str | None = None
    biomarkers: str | None = None


@dataclass(frozen=True, slots=True)
class Clinical:
    """One row of the clinical table: facts about a case; None is UNKNOWN."""

    case: str
    specimen: str | None = None
    age: float | None = None  # years
    stage: str | None = None
    grade: str | None = None
    sidedness: str | None = None
    line: int | None = None  # 1 = first line of systemic therapy
    prior_therapies: tuple[str, ...] = ()
    ihc: str | None = None  # HR=pos;HER2=neg;PD-L1=50
    ecog: int | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    consent_germline: bool | None = None
    consent_pgx: bool | None = None
    latitude: float | None = None  # degrees north, WGS 84: where the patient is
    longitude: float | None = None  # degrees east


@dataclass(frozen=True, slots=True)
class AlleleCount:
    """Fragments at one allele in one sample (see "Counts" in docs/design.md)."""

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    depth: int
    alt_count: int
    alt_forward: int | None  # None: taken from a VCF that came with the case
    alt_reverse: int | None
    depth_all: int | None  # duplicates included
    alt_all: int | None


@dataclass(frozen=True, slots=True)
class Variant:
    """One candidate small variant of one tumour sample, and what we believe of it."""

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    gene: str | None
    transcript: str | None
    consequence: str | None  # Sequence Ontology term, most severe first, joined by &
    hgvs_g: str
    hgvs_c: str | None
    hgvs_p: str | None  # three-letter
    hgvs_p1: str | None  # one-letter
    exon: int | None
    codon_start: int | None
    codon_end: int | None
    status: str  # BELIEVED | FILTERED
    reasons: tuple[str, ...]  # why FILTERED, in words; empty when BELIEVED
    callers: tuple[str, ...]  # callers that passed it
    filters: tuple[str, ...]  # caller:FILTER for every caller that wrote it
    origin: str  # SOMATIC | GERMLINE | LIKELY_GERMLINE | POSSIBLE_CH | UNKNOWN
    origin_reason: str
    tumor_depth: int | None
    tumor_alt: int | None
    vaf: float | None
    vaf_low: float | None  # 95 % interval (Wilson)
    vaf_high: float | None
    alt_forward: int | None
    alt_reverse: int | None
    tumor_depth_all: int | None  # duplicates included
    tumor_alt_all: int | None
    normal_depth: int | None
    normal_alt: int | None
    loh: bool | None  # germline heterozygous, reference allele lost in the tumour
    phase_set: str | None
    joined_from: tuple[str, ...]  # constituent alleles chrom:pos:ref:alt
    population_af: float | None
    clinvar: str | None
    clinvar_stars: int | None
    hotspot: str | None


@dataclass(frozen=True, slots=True)
class Callability:
    """Whether a feature could have been seen, and was."""

    sample: str
    feature: str
    gene: str
    scope: str  # required | gene (as in Locus) | class (an event class: fusion, copy number, ...)
    state: str  # PRESENT | ABSENT | INDETERMINATE | NOT_ASSESSED
    reason: str
    transcript: str | None
    bases: int | None  # bases of the feature
    bases_sufficient: int | None  # of them deep enough
    min_depth: int | None
    median_depth: float | None
    required_depth: int | None  # D(p) of the binomial rule
    excluded_vaf: float | None  # smallest VAF excluded at 95 %
    fraction: float | None  # bases_sufficient / bases
    uncovered: str | None  # e.g. "exons 5, 11"
    purity: float | None
    purity_source: str | None  # sheet | assumed


@dataclass(frozen=True, slots=True)
class Event:
    """One finding about the patient's tumour, whoever made it."""

    kind: str
    gene: str | None = None
    partner: str | None = None
    hgvs_p: str | None = None
    hgvs_c: str | None = None
    genomic: str | None = None  # chrom:pos:ref:alt
    value: str | None = None
    unit: str | None = None
    origin: str | None = None
    assessed: str = "PRESENT"
    sample: str | None = None
    transcript: str | None = None
    consequence: str | None = None
    exon: int | None = None
    codon_start: int | None = None
    codon_end: int | None = None
    vaf: float | None = None
    vaf_low: float | None = None
    vaf_high: float | None = None
    depth: int | None = None
    alt_reads: int | None = None
    origin_reason: str | None = None
    phase_set: str | None = None
    population_af: float | None = None
    clinvar: str | None = None
    clinvar_stars: int | None = None
    hotspot: str | None = None
    loh: bool | None = None
    feature: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Therapy:
    """One row of therapies.tsv: a regimen, what is said of it for this case, and why."""

    case: str
    rank: int
    action: str  # ACT | CONSIDER | AVOID | NOT_ASSESSABLE | NO_LONGER_AVAILABLE | INFORM | NONE
    tier: str | None  # I-A I-B II-C II-D III IV R-I R-II R-III, None outside tiers
    regimen: str
    predicate: str
    biomarker: str  # observed, e.g. "EGFR p.Leu858Arg (VAF 0.31)"
    profile: str  # asked
    granularity: str | None
    disease_match: str  # ON | TUMOUR_AGNOSTIC | SUBTYPE_EVIDENCE | RELATED | OFF
    disease_path: str  # LUAD > NSCLC
    conditions_met: tuple[str, ...]
    conditions_unmet: tuple[str, ...]
    conditions_unknown: tuple[str, ...]
    regions: tuple[str, ...]  # "FDA ACTIVE 2018-04-18"
    cdx: str | None
    eml: bool | None
    level: str | None  # native evidence level A..D
    escat: str | None
    oncokb_style: str | None  # computed, not OncoKB
    why: str  # one line
    superseded_by: str | None
    conflicts_with: tuple[str, ...]
    statements: tuple[str, ...]
    citations: tuple[str, ...]
    checked: str | None
    direction: str = "supports"  # supports | disputes: "no benefit shown"
    settings: tuple[str, ...] = ()  # treatment settings of the labels and studies
    limitations: tuple[str, ...] = ()  # of the labels
    elsewhere: str | None = None  # approved by X, not by Y
    generic: str | None = None  # yes | no | unknown: a generic or biosimilar of every drug
    summary: str = ""  # what the leading statement says, in one sentence


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One measured quantity of one sample against its limits."""

    sample: str
    metric: str
    value: float | None
    unit: str
    review_limit: float | None
    fail_limit: float | None
    direction: str  # min | max
    verdict: str  # PASS | REVIEW | FAIL | NOT_ASSESSED
    reason: str


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of results/summary.tsv."""

    case: str
    verdict: str  # RELEASE | REVIEW | FAIL, or STOPPED when the case was not finished
    reasons: str  # in words
    top_finding: str
    report: str | None  # path below results/
