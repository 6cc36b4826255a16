"""A VCF that came with the case: its FILTER as it stands, and whether the tumour carries it."""

import pysam

NOT_CARRIED = "not_in_genotype"  # our own filter: the tumour's genotype names other alleles


def filters(record: pysam.VariantRecord, index: int, tumor: str) -> tuple[str, ...]:
    """FILTER of the record; `.` and PASS are no filter."""
    found = {str(name) for name in record.filter if name not in {"PASS", "."}}
    if tumor:
        called = record.samples[tumor].get("GT") or ()
        if called and None not in called and index + 1 not in called:
            found.add(NOT_CARRIED)
    return tuple(sorted(found))
