"""Copies of genes in numbers, where somebody measured them, and where those genes lie."""

from typing import Any

from consilium.matching.findings import number
from consilium.records import Event
from consilium.report.inputs import CaseData

Row = dict[str, Any]


def copies(event: Event) -> float | None:
    """The number of copies that a finding states; None for a mere call and other findings."""
    stated = event.kind == "CNA" and event.assessed == "PRESENT" and event.unit == "copies"
    return number(event.value or "") if stated else None


def copies_by_gene(data: CaseData) -> dict[tuple[str, str], float]:
    """Copies by tumour sample and gene."""
    found = {(event.sample or "", event.gene or ""): copies(event) for event in data.events}
    return {key: value for key, value in found.items() if value is not None}


def copy_number(data: CaseData) -> Row:
    """What the plot of copies along the chromosomes needs, with the limits of interpretation."""
    limits = data.config["interpretation"]
    rows = []
    for (sample, gene), value in sorted(copies_by_gene(data).items()):
        chrom, position = data.places.get(gene, (None, None))
        rows.append(
            {
                "sample": sample,
                "gene": gene,
                "copies": value,
                "change": _change(value, limits["amplified_copies"], limits["deleted_copies"]),
                "chrom": chrom,
                "pos": position,
            }
        )
    used = {row["chrom"] for row in rows}
    return {
        "copy_number": {
            "amplified_from": limits["amplified_copies"],
            "deleted_below": limits["deleted_copies"],
            "chromosomes": [
                {"name": name, "length": length}
                for name, length in data.chromosomes
                if name in used
            ],
            "genes": rows,
        }
    }


def _change(value: float, amplified: float, deleted: float) -> str | None:
    return "AMPLIFIED" if value >= amplified else "DELETED" if value < deleted else None
