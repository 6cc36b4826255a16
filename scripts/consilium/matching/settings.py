"""The limits of interpretation, each with its source."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `interpretation`."""

    # Smallest panel on which an approved companion diagnostic reports TMB: 0.8 Mb of coding
    # sequence (FoundationOne CDx). Not verified: no public document was found that says it.
    min_tmb_megabases: float
    # Copies from which a gene counts as amplified where a table gives a number; ASCO/CAP 2018
    # counts HER2 as amplified from a mean of 6 signals per cell, 4 to 6 is equivocal.
    amplified_copies: float
    equivocal_copies: float
    # Copies below which both alleles are gone.
    deleted_copies: float
    # A gene of clonal haematopoiesis below this VAF may come from blood cells.
    haematopoiesis_max_vaf: float
    # VAF range of a heterozygous germline variant in a tumour-only sample.
    germline_min_vaf: float
    germline_max_vaf: float
    # VAF from which a variant may be homozygous in the germline.
    homozygous_min_vaf: float
    # Genomic instability score (LOH + TAI + LST) from which a tumour is HRD: Telli 2016,
    # PMID 26957554; a score of another assay has a cut-off of its own.
    hrd_score: float
    # Below this purity a stable microsatellite result does not exclude MSI.
    min_msi_purity: float
    # Population frequency of SBVS1, SBS1 and OP4 (VICC SOP, Horak 2022, PMC9081216).
    common_af: float
    frequent_af: float
    absent_af: float
    # A VAF below this share of the one expected of a clonal heterozygous variant is subclonal.
    subclonal_share: float
