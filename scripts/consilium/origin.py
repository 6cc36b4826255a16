"""Where an allele comes from, as the fragments of tumour and normal tell it.

Somatic is a claim that has to be earned: the normal must be deep enough to have shown a germline
allele. Without a normal, or with too thin a one, origin is UNKNOWN.
"""

from dataclasses import dataclass

from consilium.statistics import power, wilson

SEEN = 2  # fragments in the normal that are more than a stray error
HETEROZYGOUS = 0.5
GERMLINE_REACH = (
    0.4  # the normal's 95 % interval must reach this: heterozygous, less lost indel reads
)
RARE = 0.01  # chance of so many fragments of the allele where both alleles are there


@dataclass(frozen=True, slots=True)
class Counted:
    """Fragments of one sample at one allele."""

    depth: int
    alt: int

    @property
    def fraction(self) -> float:
        """Share of fragments that show the allele."""
        return self.alt / self.depth if self.depth else 0.0


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin, why, and for a germline allele whether the tumour lost the other one."""

    name: str  # SOMATIC | GERMLINE | LIKELY_GERMLINE | UNKNOWN
    reason: str
    loh: bool | None = None
    in_normal: bool = False  # seen in the normal beyond its limit, but not as germline


@dataclass(frozen=True, slots=True)
class Limits:
    """What the normal must show."""

    max_vaf: float
    power: float


def origin_of_pair(tumor: Counted | None, normal: Counted, limits: Limits) -> Origin:
    """Origin of an allele in a case with a normal."""
    seen = f"{normal.alt} of {normal.depth} fragments of the normal show it"
    _, high = wilson(normal.alt, normal.depth)
    if normal.alt >= SEEN and high >= GERMLINE_REACH:
        loh = _lost(tumor) if tumor and _heterozygous(normal) else None
        return Origin("GERMLINE", seen, loh)
    if power(normal.depth, HETEROZYGOUS, SEEN) < limits.power:
        if normal.alt:
            return Origin("LIKELY_GERMLINE", f"{seen}, which is too thin to be sure")
        few = f"too few to have shown a germline allele ({seen})"
        return Origin("UNKNOWN", f"the normal has {normal.depth} fragments here, {few}")
    if normal.alt >= SEEN and normal.fraction > limits.max_vaf:
        return Origin("UNKNOWN", seen, in_normal=True)
    return Origin("SOMATIC", seen)


def _heterozygous(normal: Counted) -> bool:
    """Whether the normal shows the other allele too: a homozygous one has none to lose."""
    return normal.depth - normal.alt >= SEEN and _both(normal)


def _lost(tumor: Counted) -> bool | None:
    """Whether the other allele is gone; None where the tumour is too thin to tell."""
    if not _both(tumor):
        return True
    return None if tumor.alt == tumor.depth else False


def _both(sample: Counted) -> bool:
    """Whether so many fragments of the allele are no rare chance with both alleles there."""
    return power(sample.depth, HETEROZYGOUS, max(sample.alt, 1)) >= RARE


def origin_alone(population_af: float | None, max_af: float, germline_filter: bool) -> Origin:
    """Origin of an allele in a case without a normal."""
    if population_af is not None and population_af >= max_af:
        share = f"{population_af:.2%} of population alleles"
        return Origin("LIKELY_GERMLINE", f"no matched normal; {share} carry it")
    if germline_filter:
        return Origin("LIKELY_GERMLINE", "no matched normal; the caller takes it for germline")
    return Origin("UNKNOWN", "no matched normal")
