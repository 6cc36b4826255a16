"""Where a small variant comes from: the tumour, the germline, or blood cells (rules 5, 18, 31)."""

from dataclasses import replace

from consilium.knowledge.base import Knowledge
from consilium.matching.findings import Finding
from consilium.matching.settings import Settings
from consilium.matching.small import in_set
from consilium.records import Clinical, Event

GERMLINE = frozenset({"GERMLINE", "LIKELY_GERMLINE"})
PLASMA = frozenset({"plasma", "cfdna", "ctdna", "liquid biopsy"})
PATHOGENIC = ("pathogenic", "likely_pathogenic", "likely pathogenic")


def withheld(finding: Finding, consent: bool | None, base: Knowledge) -> bool:
    """Whether a finding must not be used or shown: germline without an explicit consent.

    A likely germline one is a guess; it does not hide an established somatic driver in a gene
    that is on no germline list.
    """
    if finding.origin not in GERMLINE or consent is True:
        return False
    return finding.origin == "GERMLINE" or not _driver(finding, base)


def _driver(finding: Finding, base: Knowledge) -> bool:
    gene = base.genes.get(finding.gene)
    listed = gene is None or gene.germline_report is True
    return not listed and in_set(finding, "oncogenic", base)


def unguessed(event: Event, consent: bool | None) -> Event:
    """An event that may be shown without consent says nothing of the germline."""
    if event.origin != "LIKELY_GERMLINE" or consent is True:
        return event
    return replace(event, origin="UNKNOWN", origin_reason="origin not established")


def judge_origin(
    finding: Finding, solid: bool, clinical: Clinical, base: Knowledge, settings: Settings
) -> Finding:
    """The finding with the origin that we believe, and the reason.

    Only an UNKNOWN origin is judged; what a matched normal has shown stands.

    Args:
        finding: a small variant.
        solid: the tumour is solid. In blood cancers the genes of clonal haematopoiesis are
            the disease, and blood is no normal tissue.
        clinical: specimen and consent; without consent nothing is called likely germline.
        base: the knowledge base.
        settings: limits.
    """
    if finding.origin != "UNKNOWN" or not finding.small:
        return finding
    gene = base.genes.get(finding.gene)
    vaf = finding.vaf
    if solid and gene and gene.clonal_haematopoiesis:
        plasma = (clinical.specimen or "").strip().lower() in PLASMA
        low = vaf is not None and vaf < settings.haematopoiesis_max_vaf
        if plasma or low:
            where = "in plasma" if plasma else f"at a VAF of {vaf:.3g}"
            reason = (
                f"{finding.gene} is a gene of clonal haematopoiesis, found {where} "
                f"({_why_unknown(finding)}): test leukocytes"
            )
            return replace(finding, origin="POSSIBLE_CH", origin_reason=reason)
    consent = clinical.consent_germline is True
    if consent and (
        why := _germline_like(finding, bool(gene and gene.germline_report), base, settings)
    ):
        return replace(finding, origin="LIKELY_GERMLINE", origin_reason=why)
    return finding


def _germline_like(
    finding: Finding, reported: bool, base: Knowledge, settings: Settings
) -> str | None:
    vaf = finding.vaf
    if vaf is None or vaf < settings.germline_min_vaf:
        return None
    if settings.germline_max_vaf < vaf < settings.homozygous_min_vaf:
        return None
    event = finding.event
    support = {
        "the gene is on the germline list": reported,
        "the change is a known germline predisposition": in_set(
            finding, "germline_predisposition", base
        ),
        "the population carries it": bool(event.population_af),
        "ClinVar calls it pathogenic": (event.clinvar or "").lower().startswith(PATHOGENIC),
    }
    given = [words for words, holds in support.items() if holds]
    if not given:
        return None
    fits = f"VAF {vaf:.3g} fits a germline variant, and {given[0]}"
    return f"{fits} ({_why_unknown(finding)})"


def _why_unknown(finding: Finding) -> str:
    return finding.event.origin_reason or "no matched normal"
