"""Small variants and callability as events, the one form in which interpretation knows them."""

from consilium.records import Callability, Event, Variant
from consilium.vcf import Allele

KINDS = {"CNA": "CNA", "FUSION": "FUSION", "ITD": "INDEL", "INDEL": "INDEL", "SNV": "SNV"}


def event_of_variant(row: Variant) -> Event:
    """A believed small variant as an event."""
    allele = Allele(row.chrom, row.pos, row.ref, row.alt)
    return Event(
        kind=allele.kind,
        gene=row.gene,
        hgvs_p=row.hgvs_p,
        hgvs_c=row.hgvs_c,
        genomic=str(allele),
        origin=row.origin,
        sample=row.sample,
        transcript=row.transcript,
        consequence=row.consequence,
        exon=row.exon,
        codon_start=row.codon_start,
        codon_end=row.codon_end,
        vaf=row.vaf,
        vaf_low=row.vaf_low,
        vaf_high=row.vaf_high,
        depth=row.tumor_depth,
        alt_reads=row.tumor_alt,
        origin_reason=row.origin_reason,
        phase_set=row.phase_set,
        population_af=row.population_af,
        clinvar=row.clinvar,
        clinvar_stars=row.clinvar_stars,
        hotspot=row.hotspot,
        loh=row.loh,
    )


def event_of_callability(row: Callability, kind: str) -> Event:
    """A feature that is absent, or that could not be told, as an event."""
    return Event(
        kind=kind,
        gene=row.gene or None,
        origin="UNKNOWN",
        assessed=row.state,
        sample=row.sample,
        transcript=row.transcript,
        depth=row.min_depth,
        feature=row.feature,
        detail=row.reason,
    )
