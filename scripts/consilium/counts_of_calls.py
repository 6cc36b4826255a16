"""Reads that a caller counted at an allele, in the keys that callers use."""

import pysam

Call = pysam.VariantRecordSample
Counted = tuple[int, int] | None  # depth, alternative reads


def counts(
    record: pysam.VariantRecord, index: int, sample: str | None
) -> tuple[int | None, int | None]:
    """Depth and alternative reads, however the caller wrote them; None where it did not."""
    if sample is None:
        return None, None
    call = record.samples[sample]
    for read in COUNTS:
        if found := read(record, index, call):
            return found
    return None, None


def _of_ad(record: pysam.VariantRecord, index: int, call: Call) -> Counted:
    """AD of every allele; or, as VarScan writes, RD of the reference and AD of the other."""
    depths, reference = call.get("AD"), call.get("RD")
    if isinstance(depths, tuple) and len(depths) > index + 1 and None not in depths:
        return sum(depths), depths[index + 1]
    alt = depths[0] if isinstance(depths, tuple) and len(depths) == 1 else depths
    if isinstance(alt, int) and isinstance(reference, int) and len(record.alts or ()) == 1:
        return reference + alt, alt
    return None


def _of_ao(record: pysam.VariantRecord, index: int, call: Call) -> Counted:
    """DP and AO, as freebayes writes."""
    alts = call.get("AO")
    alts = alts if isinstance(alts, tuple) else (alts,)
    depth = call.get("DP")
    if depth is not None and index < len(alts) and alts[index] is not None:
        return depth, alts[index]
    return None


def _of_strelka(record: pysam.VariantRecord, index: int, call: Call) -> Counted:
    """Tier 1 counts of Strelka: AU, CU, GU, TU of substitutions, TAR and TIR of indels."""
    alt, ref = (record.alts or ())[index].upper(), (record.ref or "").upper()
    names = (f"{ref}U", f"{alt}U") if len(alt) == len(ref) == 1 else ("TAR", "TIR")
    counts = [call.get(name) for name in names]
    if not all(isinstance(count, tuple) and isinstance(count[0], int) for count in counts):
        return None
    (kept, *_), (seen, *_) = counts
    return kept + seen, seen


def _of_dp4(record: pysam.VariantRecord, index: int, call: Call) -> Counted:
    """DP4 of samtools; that of INFO counts all samples, and serves where there is one."""
    told = call.get("DP4")
    if told is None and len(record.samples) == 1 and "DP4" in record.info:
        told = record.info["DP4"]
    if not isinstance(told, tuple) or len(told) != 4 or None in told:
        return None
    # One number for all other alleles tells nothing of one of several.
    return (sum(told), told[2] + told[3]) if len(record.alts or ()) == 1 else None


COUNTS = (_of_ad, _of_ao, _of_strelka, _of_dp4)
