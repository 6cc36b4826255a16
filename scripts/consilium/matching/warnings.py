"""Sentences that a reader must see before any row: contradictions and doubts."""

from collections.abc import Iterable, Iterator

from consilium.knowledge.base import Knowledge
from consilium.matching.kleene import Truth
from consilium.matching.patient import Patient
from consilium.matching.settings import Settings
from consilium.matching.tiers import Match


def warnings(
    patient: Patient,
    matches: Iterable[Match],
    tumor: str | None,
    base: Knowledge,
    settings: Settings,
) -> list[str]:
    """Every warning once, in the order of the findings."""
    found = [
        *_diagnosis(matches),
        *_tumor(tumor),
        *_misread(patient),
        *_findings(patient),
        *_subclonal(patient, settings),
        *_blood(patient, base),
    ]
    return list(dict.fromkeys(found))


def _diagnosis(matches: Iterable[Match]) -> Iterator[str]:
    """A diagnosis that the molecular findings contradict (WHO 2021: IDH-mutant is not GB)."""
    for match in matches:
        row = match.entry.statement
        against = row.predicate == "diagnostic" and row.direction == "disputes"
        true = match.molecular.truth is Truth.TRUE and not match.conditions.unmet
        if against and true and match.disease.kind == "ON":
            names = ", ".join(f.name for f in match.molecular.findings)
            yield f"Diagnosis in question: {names} speaks against {row.tumor[0]}. {row.summary}"


def _tumor(tumor: str | None) -> Iterator[str]:
    if tumor is None:
        yield "The tumour type is not known: no statement can be tiered."


def _misread(patient: Patient) -> Iterator[str]:
    for event in patient.misread:
        name = " ".join(filter(None, (event.gene, event.hgvs_p, event.feature)))
        yield f"The {event.assessed} row of {name} is not understood and proves nothing."


def _findings(patient: Patient) -> Iterator[str]:
    for finding in patient.findings:
        if finding.unsure:
            yield f"Indeterminate: {finding.unsure}."
        if finding.origin == "POSSIBLE_CH":
            yield f"{finding.label}: possible clonal haematopoiesis; {finding.origin_reason}."
        if finding.origin == "LIKELY_GERMLINE":
            yield f"{finding.label}: likely germline; {finding.origin_reason}."


def _subclonal(patient: Patient, settings: Settings) -> Iterator[str]:
    """A clonal heterozygous somatic variant has a VAF of about half the purity (pitfall 18)."""
    purity = patient.context.purity
    for finding in patient.findings:
        if purity and finding.small and finding.origin == "SOMATIC" and finding.vaf is not None:
            top = finding.event.vaf_high or finding.vaf
            if top < settings.subclonal_share * purity / 2:
                yield f"{finding.label} may be subclonal at a purity of {purity:.2g}."


def _blood(patient: Patient, base: Knowledge) -> Iterator[str]:
    if patient.context.solid:
        return
    genes = {
        finding.gene
        for finding in patient.findings
        if finding.small and (gene := base.genes.get(finding.gene)) and gene.clonal_haematopoiesis
    }
    if genes:
        yield (
            f"{', '.join(sorted(genes))}: in a haematological tumour clonal haematopoiesis is not "
            "told apart from the disease, and blood is no normal sample."
        )
