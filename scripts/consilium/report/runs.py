"""The page of a run: a line a case, with its quality at a glance."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consilium.records import CaseSummary
from consilium.report.language import texts
from consilium.report.page import CSS, lay_out

# What the page shows of every tumour, and its units.
METRICS = {
    "mean_depth": "x",
    "loci_assessable": "fraction",
    "duplicates": "fraction",
    "contamination": "fraction",
    "insert_size": "bp",
}
VERDICTS = ("RELEASE", "REVIEW", "FAIL", "STOPPED")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity of one tumour."""

    value: float
    unit: str
    verdict: str | None  # PASS | REVIEW | FAIL | NOT_ASSESSED; None: there is no limit


Glance = Mapping[str, Sequence[Figure]]  # by metric


def render_index(
    rows: Sequence[CaseSummary], glances: Mapping[str, Glance] | None = None, language: str = "en"
) -> str:
    """The page of a run: one line per case, with links to the reports."""
    counts = Counter(row.verdict for row in rows)
    return lay_out(
        "index.html",
        CSS.read_text(),
        texts(language),
        rows=rows,
        glances=glances or {},
        metrics=list(METRICS),
        counts=[(verdict, counts[verdict]) for verdict in VERDICTS],
    )
