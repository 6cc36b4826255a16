"""Write everything that is known of a case's small variants in one table."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pysam

from consilium.claims import OTHER_REFERENCE
from consilium.evidence import Annotation, Belief, Candidate, Unplaced
from consilium.job import job
from consilium.records import AlleleCount, Variant
from consilium.statistics import wilson
from consilium.tables import read_rows, write_rows
from consilium.vcf import Allele

PART_OF = "part of "
NOT_PLACED = "not placed on"  # begins the reason of a row without a place on the genome
Key = tuple[str, int, str, str]


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of a case, by allele."""

    annotations: Mapping[Key, Annotation]
    tumors: Mapping[tuple[str, Key], AlleleCount]
    normals: Mapping[Key, AlleleCount]


def key(row: Candidate | AlleleCount | Annotation | Belief | Variant) -> Key:
    """The allele of a row."""
    return row.chrom, row.pos, row.ref, row.alt


def variant(candidate: Candidate, belief: Belief, tables: Tables) -> Variant:
    """One row of variants.tsv."""
    about = tables.annotations[key(candidate)]
    tumor = tables.tumors.get((candidate.sample, key(candidate)))
    normal = tables.normals.get(key(candidate))
    low, high = wilson(tumor.alt_count, tumor.depth) if tumor else (None, None)
    return Variant(
        sample=candidate.sample,
        chrom=candidate.chrom,
        pos=candidate.pos,
        ref=candidate.ref,
        alt=candidate.alt,
        gene=about.gene,
        transcript=about.transcript,
        consequence=about.consequence,
        hgvs_g=about.hgvs_g,
        hgvs_c=about.hgvs_c,
        hgvs_p=about.hgvs_p,
        hgvs_p1=about.hgvs_p1,
        exon=about.exon,
        codon_start=about.codon_start,
        codon_end=about.codon_end,
        status=belief.status,
        reasons=belief.reasons,
        callers=candidate.callers,
        filters=candidate.filters,
        origin=belief.origin,
        origin_reason=belief.origin_reason,
        tumor_depth=tumor.depth if tumor else None,
        tumor_alt=tumor.alt_count if tumor else None,
        vaf=tumor.alt_count / tumor.depth if tumor and tumor.depth else None,
        vaf_low=low,
        vaf_high=high,
        alt_forward=tumor.alt_forward if tumor else None,
        alt_reverse=tumor.alt_reverse if tumor else None,
        tumor_depth_all=tumor.depth_all if tumor else None,
        tumor_alt_all=tumor.alt_all if tumor else None,
        normal_depth=normal.depth if normal else None,
        normal_alt=normal.alt_count if normal else None,
        loh=belief.loh,
        phase_set=candidate.phase_set,
        joined_from=candidate.joined_from,
        population_af=about.population_af,
        clinvar=about.clinvar,
        clinvar_stars=about.clinvar_stars,
        hotspot=about.hotspot,
    )


def worth_listing(row: Variant, fewest: int) -> bool:
    """Believed, passed by a caller, part of a joined change, or seen in enough fragments.

    A row of the user's own that the genome contradicts is listed too: somebody claimed it.
    """
    told = row.status == "BELIEVED" or bool(row.callers) or row.reasons[0].startswith(PART_OF)
    told = told or any(OTHER_REFERENCE in named for named in row.filters)
    return told or (row.tumor_alt or 0) >= fewest


def withhold(rows: Iterable[Variant], consent: bool | None) -> Iterator[Variant]:
    """Without consent, leave out what the normal shows to be germline, and every mention of it."""
    listed = list(rows)
    hidden = {
        (row.sample, str(Allele(*key(row))))
        for row in listed
        if consent is not True
        and (row.origin == "GERMLINE" or (row.origin == "LIKELY_GERMLINE" and row.normal_alt))
    }
    for row in listed:
        if (row.sample, str(Allele(*key(row)))) in hidden:
            continue
        wholes = [r.removeprefix(PART_OF) for r in row.reasons if r.startswith(PART_OF)]
        if any((row.sample, whole) in hidden for whole in wholes):
            continue
        parts = tuple(p for p in row.joined_from if (row.sample, p) not in hidden)
        yield replace(row, joined_from=parts)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Files of one case."""

    candidates: str
    counts: list[str]
    annotations: str
    beliefs: str
    unplaced: str
    alleles: str  # VCF of actionable alleles


@dataclass(frozen=True, slots=True)
class Outputs:
    """Variants, and the counts of actionable alleles, found or not."""

    variants: str
    hotspots: str


@dataclass(frozen=True, slots=True)
class Case:
    """What the tables of a case do not say."""

    tumors: list[str]
    consent_germline: bool | None
    build: str  # of the configured genome


def unplaced_variant(row: Unplaced, build: str) -> Variant:
    """A change that has no place on the genome: kept as it was written, and never believed."""
    empty = dict.fromkeys((field.name for field in fields(Variant)), None)
    told: dict[str, Any] = {
        **empty,
        "hgvs_g": f"{row.chrom}:{row.pos}:{row.ref}:{row.alt} as given",
        "status": "FILTERED",
        "reasons": (f"{NOT_PLACED} {build}: {row.reason}",),
        "callers": (),
        "filters": ("given:not_placed",),
        "origin": "UNKNOWN",
        "origin_reason": "it has no place on the genome",
        "tumor_depth": row.depth,
        "tumor_alt": row.alt_count,
        "joined_from": (),
    }
    return Variant(**told | {k: getattr(row, k) for k in ("sample", "chrom", "pos", "ref", "alt")})


def read_tables(inputs: Inputs, tumors: Iterable[str]) -> Tables:
    """Annotations and counts, by allele; a sample that is no tumour is the normal."""
    names = set(tumors)
    counts = [row for path in inputs.counts for row in read_rows(path, AlleleCount)]
    return Tables(
        annotations={key(row): row for row in read_rows(inputs.annotations, Annotation)},
        tumors={(row.sample, key(row)): row for row in counts if row.sample in names},
        normals={key(row): row for row in counts if row.sample not in names},
    )


def hotspot_counts(
    tables: Tables, known: Iterable[Key], consent: bool | None
) -> Iterator[AlleleCount]:
    """The counts of every actionable allele in every sample, found or not.

    Without consent an allele that the normal shows is left out in all samples.
    """
    samples = sorted({sample for sample, _ in tables.tumors})
    for allele in sorted(set(known)):
        normal = tables.normals.get(allele)
        if consent is not True and normal is not None and normal.alt_count:
            continue
        rows = (*(tables.tumors.get((sample, allele)) for sample in samples), normal)
        yield from (row for row in rows if row is not None)


def read_known(path: str) -> list[Key]:
    """The actionable alleles."""
    with pysam.VariantFile(path) as records:
        return [(r.chrom, r.pos, str(r.ref), alt) for r in records for alt in r.alts or ()]


def main(inputs: Inputs, outputs: Outputs, case: Case, min_alt_reads: int) -> None:
    """From candidates, counts, annotations and beliefs to variants.tsv and hotspots.tsv."""
    tables = read_tables(inputs, case.tumors)
    pairs = zip(
        read_rows(inputs.candidates, Candidate), read_rows(inputs.beliefs, Belief), strict=True
    )
    rows = [variant(candidate, belief, tables) for candidate, belief in pairs]
    listed = [row for row in rows if worth_listing(row, min_alt_reads)]
    given = [unplaced_variant(r, case.build) for r in read_rows(inputs.unplaced, Unplaced)]
    write_rows(outputs.variants, Variant, [*withhold(listed, case.consent_germline), *given])
    known = read_known(inputs.alleles)
    write_rows(outputs.hotspots, AlleleCount, hotspot_counts(tables, known, case.consent_germline))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            inputs=Inputs(
                candidates=snakemake.input.candidates,
                counts=list(snakemake.input.counts),
                annotations=snakemake.input.annotations,
                beliefs=snakemake.input.beliefs,
                unplaced=snakemake.input.unplaced,
                alleles=snakemake.input.alleles,
            ),
            outputs=Outputs(snakemake.output.variants, snakemake.output.hotspots),
            case=Case(**snakemake.params.case, build=snakemake.params.build),
            min_alt_reads=snakemake.params.min_alt_reads,
        )
