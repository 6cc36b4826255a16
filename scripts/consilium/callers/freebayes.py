"""freebayes in pooled mode: judged by its reads, for its QUAL says nothing about a mixture."""

import math

import pysam

ERROR = 0.001  # of a base, phred 30
MIN_LOD = 6.3  # log10 odds of allele over error: MuTect's customary limit (PMID 23396013)
MIN_STRAND_SHARE = 0.02  # of the alternative reads on the rarer strand, where many are seen
STRAND_READS = 20


def filters(record: pysam.VariantRecord, index: int, tumor: str) -> tuple[str, ...]:
    """`low_lod` where errors explain the reads, `strand_bias` where one strand carries all."""
    sample = record.samples[tumor]
    alts, total = _per_allele(sample["AO"]), sample["DP"]
    if not total or index >= len(alts):
        return ("no_reads",)
    found = []
    if _lod(alts[index], total) < MIN_LOD:
        found.append("low_lod")
    if _one_stranded(record, index):
        found.append("strand_bias")
    return tuple(found)


def _per_allele(value: int | tuple[int | None, ...] | None) -> list[int]:
    values = value if isinstance(value, tuple) else (value,)
    return [number or 0 for number in values]


def _lod(alt: int, depth: int) -> float:
    """log10 of the binomial likelihood at the seen fraction over that at the error rate."""
    fraction = alt / depth
    if fraction <= ERROR:
        return 0.0
    rest = depth - alt
    unlike = rest * math.log10((1 - fraction) / (1 - ERROR)) if rest else 0.0
    return alt * math.log10(fraction / ERROR) + unlike


def _one_stranded(record: pysam.VariantRecord, index: int) -> bool:
    """Whether one strand has nearly no alternative reads though the reference has both."""
    forward = _per_allele(record.info.get("SAF"))[index]
    reverse = _per_allele(record.info.get("SAR"))[index]
    total = forward + reverse
    return total >= STRAND_READS and min(forward, reverse) < MIN_STRAND_SHARE * total
