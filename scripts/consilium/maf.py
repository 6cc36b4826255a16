"""Mutation annotation format tables (GDC, cBioPortal) as claims."""

import csv
from collections.abc import Iterator
from pathlib import Path

from consilium.claims import Claim, placed_claim
from consilium.genome_builds import build_named
from consilium.lifting import Ground
from consilium.tables import open_text
from consilium.vcf import Allele

UNTOLD = frozenset({"", ".", "-", "NA", "__UNKNOWN__"})
MAF_COLUMNS = {  # what is read of a mutation annotation format table
    "chrom": "Chromosome",
    "pos": "Start_Position",
    "ref": "Reference_Allele",
    "alt": "Tumor_Seq_Allele2",
    "build": "NCBI_Build",
    "filter": "FILTER",
    "sample": "Tumor_Sample_Barcode",
    "depth": "t_depth",
    "ref_count": "t_ref_count",
    "alt_count": "t_alt_count",
    "normal_depth": "n_depth",
    "normal_ref": "n_ref_count",
    "normal_alt": "n_alt_count",
}


def read_maf(path: str | Path, tumor: str, ground: Ground) -> Iterator[Claim]:
    """Every row of a MAF (GDC, cBioPortal) that belongs to the tumour, or to the only sample.

    Raises:
        ValueError: rows of several samples, none of them the tumour.
    """
    with open_text(path) as handle:
        lines = (line for line in handle if not line.startswith("#"))
        rows = list(csv.DictReader(lines, delimiter="\t"))
    samples = {row.get(MAF_COLUMNS["sample"], "") for row in rows}
    if len(samples) > 1 and tumor not in samples:
        raise ValueError(f"{path} has the samples {', '.join(sorted(samples))}, none is {tumor}")
    for row in rows:
        if len(samples) > 1 and row[MAF_COLUMNS["sample"]] != tumor:
            continue
        cells = {name: row.get(column) or "" for name, column in MAF_COLUMNS.items()}
        build = build_named(cells["build"]) if cells["build"] not in UNTOLD else None
        yield placed_claim(
            _written(cells),
            build,
            ground,
            caller="given",
            filters=tuple(sorted(set(cells["filter"].split(";")) - {"", ".", "PASS"})),
            haplotype=None,
            tumor=_counts(cells, "depth", "ref_count", "alt_count"),
            normal=_counts(cells, "normal_depth", "normal_ref", "normal_alt"),
        )


def _counts(cells: dict[str, str], *names: str) -> tuple[int | None, int | None]:
    """Depth and alternative reads; the depth is the sum of both alleles where it is not given."""
    depth, ref, alt = (int(cells[n]) if cells[n].isdigit() else None for n in names)
    if depth is None and ref is not None and alt is not None:
        depth = ref + alt
    return (depth, alt) if depth is not None and alt is not None else (None, None)


def _written(cells: dict[str, str]) -> Allele:
    """The allele as the row has it; `-` is no base, an insertion stands before `pos`.

    Raises:
        ValueError: the row names no allele.
    """
    if not (cells["pos"].isdigit() and cells["ref"] and cells["alt"]):
        raise ValueError(f"a row at {cells['chrom']}:{cells['pos']} names no allele")
    ref, alt = (cells[side].upper().replace("-", "") for side in ("ref", "alt"))
    return Allele(cells["chrom"], int(cells["pos"]) + (not ref), ref, alt)
