"""Mutect2: FilterMutectCalls writes filters by site and, at sites of several alleles, by allele."""

import pysam

SITE = "SITE"


def filters(record: pysam.VariantRecord, index: int, tumor: str) -> tuple[str, ...]:
    """Filters of the allele: those of its site and its own (INFO/AS_FilterStatus).

    FILTER alone is that of the best allele of the site; AS_FilterStatus joins alleles by `|` and
    an allele's filters by `,`, which a VCF reader takes apart at the commas.
    """
    site = {str(name) for name in record.filter if name != "PASS"}
    values = record.info.get("AS_FilterStatus", ())
    statuses = ",".join(filter(None, values)).split("|")
    own = set(statuses[index].split(",")) if index < len(statuses) else set()
    return tuple(sorted(site | (own - {SITE, "PASS", ".", ""})))
