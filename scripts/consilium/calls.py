"""What callers claim: alleles, each with the filters that every caller gave it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysam

from consilium.callers import CALLERS
from consilium.tables import open_text
from consilium.vcf import Allele, normalise


@dataclass(frozen=True, slots=True)
class Claim:
    """One allele of one record of a caller's VCF."""

    allele: Allele
    caller: str
    filters: tuple[str, ...]  # empty: the caller passed it
    haplotype: str | None  # alleles with the same name lie on the same molecule
    depth: int | None  # as the caller counted, for cases without reads
    alt: int | None
    normal_depth: int | None
    normal_alt: int | None


def read_claims(
    path: str | Path, caller: str, tumor: str, normal: str | None, genome: pysam.FastaFile
) -> Iterator[Claim]:
    """Every allele of a VCF, split and left-aligned; `*` and symbolic alleles are left out.

    Raises:
        ValueError: the VCF has samples, but not the tumour's.
    """
    with pysam.VariantFile(str(path)) as records:
        column = _tumor_column(records.header, tumor, path)
        beside = _noted_column(records.header, "normal_sample", normal)
        for record in records:
            for index, alt in enumerate(record.alts or ()):
                ref = (record.ref or "").upper()
                if not ref or set(alt.upper()) - set("ACGTN") or alt.upper() == ref:
                    continue
                allele = Allele(record.chrom, record.pos, ref, alt.upper())
                yield Claim(
                    normalise(allele, genome),
                    caller,
                    CALLERS[caller](record, index, column or ""),
                    _haplotype(record, index, column),
                    *_counts(record, index, column),
                    *_counts(record, index, beside),
                )


def _tumor_column(header: pysam.VariantHeader, tumor: str, path: str | Path) -> str | None:
    """The tumour's name in a VCF: the sheet's, the one that Mutect2 notes, or the only one."""
    names = list(header.samples)
    found = _noted_column(header, "tumor_sample", tumor)
    if found or not names:
        return found
    if len(names) == 1:
        return names[0]
    raise ValueError(f"{path} has the samples {', '.join(names)}, none of them {tumor}")


def _noted_column(header: pysam.VariantHeader, key: str, name: str | None) -> str | None:
    """A sample's name in a VCF: the sheet's, or the only one that Mutect2 notes in the header."""
    noted = [record.value for record in header.records if record.key == key]
    known = (name, *noted) if len(noted) == 1 else (name,)
    return next((name for name in known if name in list(header.samples)), None)


def _haplotype(record: pysam.VariantRecord, index: int, sample: str | None) -> str | None:
    """Phase set and side of a phased allele that one side carries."""
    if sample is None or not record.samples[sample].phased:
        return None
    call = record.samples[sample]
    sides = [n for n, number in enumerate(call.allele_indices or ()) if number == index + 1]
    group = call.get("PS") or call.get("PID")
    if len(sides) != 1 or group is None:
        return None
    return f"{record.chrom}:{group}:{sides[0]}"


def _counts(
    record: pysam.VariantRecord, index: int, sample: str | None
) -> tuple[int | None, int | None]:
    """Depth and alternative reads of FORMAT/AD, or DP and AO."""
    if sample is None:
        return None, None
    call = record.samples[sample]
    depths = call.get("AD")
    if isinstance(depths, tuple) and len(depths) > index + 1 and None not in depths:
        return sum(depths), depths[index + 1]
    alts = call.get("AO")
    alts = alts if isinstance(alts, tuple) else (alts,)
    if call.get("DP") is not None and index < len(alts) and alts[index] is not None:
        return call["DP"], alts[index]
    return None, None


MAF_COLUMNS = {  # what is read of a mutation annotation format table
    "chrom": "Chromosome",
    "pos": "Start_Position",
    "ref": "Reference_Allele",
    "alt": "Tumor_Seq_Allele2",
    "filter": "FILTER",
    "sample": "Tumor_Sample_Barcode",
    "depth": "t_depth",
    "alt_count": "t_alt_count",
    "normal_depth": "n_depth",
    "normal_alt": "n_alt_count",
}


def read_maf(path: str | Path, tumor: str, genome: pysam.FastaFile) -> Iterator[Claim]:
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
        filters = set(cells["filter"].split(";")) - {"", ".", "PASS"}
        yield Claim(
            _maf_allele(cells, genome),
            "given",
            tuple(sorted(filters)),
            None,
            *(int(cells[n]) if cells[n].isdigit() else None for n in COUNTS_OF_MAF),
        )


COUNTS_OF_MAF = ("depth", "alt_count", "normal_depth", "normal_alt")


def _maf_allele(cells: dict[str, str], genome: pysam.FastaFile) -> Allele:
    """A MAF allele as VCF writes it: `-` becomes an anchor base."""
    bare = cells["chrom"].removeprefix("chr")
    chrom = next((n for n in (cells["chrom"], f"chr{bare}", bare) if n in genome), cells["chrom"])
    pos, ref, alt = int(cells["pos"]), cells["ref"].upper(), cells["alt"].upper()
    if ref == "-":  # an insertion stands between Start_Position and the base after it
        anchor = genome.fetch(chrom, pos - 1, pos).upper()
        return normalise(Allele(chrom, pos, anchor, anchor + alt), genome)
    if alt == "-":
        anchor = genome.fetch(chrom, pos - 2, pos - 1).upper()
        return normalise(Allele(chrom, pos - 1, anchor + ref, anchor), genome)
    return normalise(Allele(chrom, pos, ref, alt), genome)


def read_calls(
    path: str | Path, caller: str, tumor: str, normal: str | None, genome: pysam.FastaFile
) -> Iterator[Claim]:
    """The claims of a VCF or, by its name, of a MAF."""
    if Path(str(path).removesuffix(".gz")).suffix in {".maf", ".txt", ".tsv"}:
        return read_maf(path, tumor, genome)
    return read_claims(path, caller, tumor, normal, genome)
