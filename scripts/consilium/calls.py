"""What callers claim: alleles, each with the filters that every caller gave it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pysam

from consilium.callers import CALLERS
from consilium.claims import Claim, placed_claim
from consilium.counts_of_calls import counts
from consilium.lifting import Ground, build_of_vcf
from consilium.maf import read_maf
from consilium.vcf import Allele

TUMOR_NAMES = frozenset({"tumor", "tumour", "primary"})
NORMAL_NAMES = frozenset({"normal", "control"})


def read_claims(
    path: str | Path, caller: str, tumor: str, normal: str | None, ground: Ground
) -> Iterator[Claim]:
    """Every allele of a VCF, split and left-aligned; `*` and symbolic alleles are left out.

    Raises:
        ValueError: the VCF has samples, but not the tumour's.
    """
    with pysam.VariantFile(str(path)) as records:
        column = _tumor_column(records.header, tumor, path)
        beside = _normal_column(records.header, normal)
        build = build_of_vcf(records.header, ground)
        for record in records:
            for index, alt in enumerate(record.alts or ()):
                ref = (record.ref or "").upper()
                if not ref or set(alt.upper()) - set("ACGTN") or alt.upper() == ref:
                    continue
                written = Allele(record.chrom, record.pos, ref, alt.upper())
                yield placed_claim(
                    written,
                    build,
                    ground,
                    caller=caller,
                    filters=CALLERS[caller](record, index, column or ""),
                    haplotype=_haplotype(record, index, column),
                    tumor=counts(record, index, column),
                    normal=counts(record, index, beside),
                )


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


def read_calls(
    path: str | Path, caller: str, tumor: str, normal: str | None, ground: Ground
) -> Iterator[Claim]:
    """The claims of a VCF or, by its name, of a MAF."""
    if Path(str(path).removesuffix(".gz")).suffix in {".maf", ".txt", ".tsv"}:
        return read_maf(path, tumor, ground)
    return read_claims(path, caller, tumor, normal, ground)
