"""One adaptor per caller: which of its filters an allele of its VCF met.

To add a caller: write a module with `filters`, name it below, and put its rule in rules/callers/.
tests/test_belief.py checks every adaptor listed here.
"""

from collections.abc import Callable

import pysam

from consilium.callers import freebayes, given, mutect2

# (record, index of the alternative allele from 0, tumour sample) -> filters met; none: it passed.
Adaptor = Callable[[pysam.VariantRecord, int, str], tuple[str, ...]]

CALLERS: dict[str, Adaptor] = {
    "mutect2": mutect2.filters,
    "freebayes": freebayes.filters,
    "given": given.filters,
}

# Filters that say where an allele comes from, not whether it is there: our own counts in the
# normal decide on origin, so an allele that met only these is real.
ORIGIN_FILTERS = frozenset({"germline", "normal_artifact"})
