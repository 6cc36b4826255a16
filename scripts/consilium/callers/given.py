"""A VCF that came with the case: its FILTER as it stands."""

import pysam


def filters(record: pysam.VariantRecord, index: int, tumor: str) -> tuple[str, ...]:
    """FILTER of the record; `.` and PASS are no filter."""
    return tuple(sorted(str(name) for name in record.filter if name not in {"PASS", "."}))
