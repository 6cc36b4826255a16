"""The report: a case as one JSON document, and a page that is a view of it.

One entry per section: the function that fills its keys of report.json. To add a section,
write a function, name it below, put {name}.html in templates/, its texts in texts/, its keys
in report.schema.json and its name in config["report"]["sections"].
"""

from collections.abc import Callable
from typing import Any

from consilium.report.biomarkers import biomarkers
from consilium.report.findings import (
    germline,
    negatives,
    safety,
    variants,
)
from consilium.report.inputs import CaseData
from consilium.report.page import Extras, render
from consilium.report.runs import METRICS, Figure, Glance, render_index
from consilium.report.sources import provenance, quality
from consilium.report.therapies import answer, therapies
from consilium.report.trials import trials

__all__ = [
    "METRICS",
    "SECTIONS",
    "CaseData",
    "Extras",
    "Figure",
    "Glance",
    "render",
    "render_index",
]

SECTIONS: dict[str, Callable[[CaseData], dict[str, Any]]] = {
    "answer": answer,
    "therapies": therapies,
    "trials": trials,
    "safety": safety,
    "germline": germline,
    "biomarkers": biomarkers,
    "negatives": negatives,
    "variants": variants,
    "quality": quality,
    "provenance": provenance,
}
