"""What callers claim: alleles, each with the filters that every caller gave it."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pysam

from consilium.callers import CALLERS
from consilium.tables import open_text
from consilium.vcf import Allele, normalise

Call = pysam.VariantRecordSample
Counted = tuple[int, int] | None  # depth, alternative reads
OTHER_REFERENCE = "reference_differs"  # our own filter: the genome has other bases there
TUMOR_NAMES = frozenset({"tumor", "tumour", "primary"})
NORMAL_NAMES = frozenset({"normal", "control"})


class Contigs(Protocol):
    """Whatever knows the names of contigs."""

    def __contains__(self, name: str, /) -> bool:
        """Whether there is a contig of this name."""


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
        beside = _normal_column(records.header, normal)
        for record in records:
            chrom = known_contig(record.chrom, genome)
            for index, alt in enumerate(record.alts or ()):
                ref = (record.ref or "").upper()
                if not ref or set(alt.upper()) - set("ACGTN") or alt.upper() == ref or not chrom:
                    continue
                allele = Allele(chrom, record.pos, ref, alt.upper())
                filters = CALLERS[caller](record, index, column or "")
                yield Claim(
                    *_placed(allele, genome, caller, filters),
                    _haplotype(record, index, column),
                    *_counts(record, index, column),
                    *_counts(record, index, beside),
                )


def known_contig(name: str, genome: Contigs) -> str | None:
    """The genome's name of a contig, with or without `chr`; None where it has none."""
    bare = name.removeprefix("chr")
    mitochondrion = {"M": "MT", "MT": "M"}.get(bare, bare)
    names = (name, f"chr{bare}", bare, f"chr{mitochondrion}", mitochondrion)
    return next((known for known in names if known in genome), None)


def agrees(allele: Allele, genome: pysam.FastaFile) -> bool:
    """Whether the genome has the reference bases of an allele, as far as it has any."""
    bases = genome.fetch(allele.chrom, allele.pos - 1, allele.end).upper()
    pairs = zip(allele.ref, bases, strict=False)
    same = all(a == b or "N" in (a, b) or b not in "ACGT" for a, b in pairs)
    return len(bases) == len(allele.ref) and same


def _placed(
    allele: Allele, genome: pysam.FastaFile, caller: str, filters: tuple[str, ...]
) -> tuple[Allele, str, tuple[str, ...]]:
    """The allele in its one spelling; one that the genome contradicts as it stands, and marked."""
    if agrees(allele, genome):
        return normalise(allele, genome), caller, filters
    return allele, caller, (*filters, OTHER_REFERENCE)


def _tumor_column(header: pysam.VariantHeader, tumor: str, path: str | Path) -> str | None:
    """The tumour's name in a VCF: the sheet's, the one that Mutect2 notes, or the only one."""
    names = list(header.samples)
    found = _noted_column(header, "tumor_sample", tumor)
    if found or not names:
        return found
    if len(names) == 1:
        return names[0]
    if (named := _usual_column(names, TUMOR_NAMES)) is not None:
        return named
    raise ValueError(f"{path} has the samples {', '.join(names)}, none of them {tumor}")


def _usual_column(names: Iterable[str], usual: frozenset[str]) -> str | None:
    """The one column that goes by a name that callers give it, such as TUMOR."""
    found = [name for name in names if name.lower() in usual]
    return found[0] if len(found) == 1 else None


def _normal_column(header: pysam.VariantHeader, normal: str | None) -> str | None:
    """The normal's name in a VCF: the sheet's, the one that is noted, or NORMAL."""
    noted = _noted_column(header, "normal_sample", normal)
    return noted or _usual_column(header.samples, NORMAL_NAMES)


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


MAF_COLUMNS = {  # what is read of a mutation annotation format table
    "chrom": "Chromosome",
    "pos": "Start_Position",
    "ref": "Reference_Allele",
    "alt": "Tumor_Seq_Allele2",
    "filter": "FILTER",
    "sample": "Tumor_Sample_Barcode",
    "depth": "t_depth",
    "ref_count": "t_ref_count",
    "alt_count": "t_alt_count",
    "normal_depth": "n_depth",
    "normal_ref": "n_ref_count",
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
        chrom = known_contig(cells["chrom"], genome)
        if chrom is None:
            continue
        if not (cells["pos"].isdigit() and cells["ref"] and cells["alt"]):
            raise ValueError(f"a row at {cells['chrom']}:{cells['pos']} names no allele")
        filters = tuple(sorted(set(cells["filter"].split(";")) - {"", ".", "PASS"}))
        yield Claim(
            *_placed(_maf_allele(chrom, cells, genome), genome, "given", filters),
            None,
            *_counts_of_maf(cells, "depth", "ref_count", "alt_count"),
            *_counts_of_maf(cells, "normal_depth", "normal_ref", "normal_alt"),
        )


def _counts_of_maf(cells: dict[str, str], *names: str) -> tuple[int | None, int | None]:
    """Depth and alternative reads; the depth is the sum of both alleles where it is not given."""
    depth, ref, alt = (int(cells[n]) if cells[n].isdigit() else None for n in names)
    if depth is None and ref is not None and alt is not None:
        depth = ref + alt
    return (depth, alt) if depth is not None and alt is not None else (None, None)


def _maf_allele(chrom: str, cells: dict[str, str], genome: pysam.FastaFile) -> Allele:
    """A MAF allele as VCF writes it: `-` becomes an anchor base."""
    pos, ref, alt = int(cells["pos"]), cells["ref"].upper(), cells["alt"].upper()
    if ref == "-":  # an insertion stands between Start_Position and the base after it
        anchor = genome.fetch(chrom, pos - 1, pos).upper()
        return Allele(chrom, pos, anchor, anchor + alt)
    if alt == "-":
        anchor = genome.fetch(chrom, pos - 2, pos - 1).upper()
        return Allele(chrom, pos - 1, anchor + ref, anchor)
    return Allele(chrom, pos, ref, alt)


def read_calls(
    path: str | Path, caller: str, tumor: str, normal: str | None, genome: pysam.FastaFile
) -> Iterator[Claim]:
    """The claims of a VCF or, by its name, of a MAF."""
    if Path(str(path).removesuffix(".gz")).suffix in {".maf", ".txt", ".tsv"}:
        return read_maf(path, tumor, genome)
    return read_claims(path, caller, tumor, normal, genome)
