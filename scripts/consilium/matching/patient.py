"""What was found in a patient, and what was looked for: the left side of every match."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from consilium.knowledge.base import Knowledge
from consilium.knowledge.profiles import COPY_NUMBER, Leaf, ProfileError, parse_profile
from consilium.knowledge.protein import parse_protein
from consilium.matching.biomarkers import copy_state
from consilium.matching.findings import SMALL, Finding, Oncogenicity, read_finding, site
from consilium.matching.markers import markers
from consilium.matching.oncogenicity import assess
from consilium.matching.origin import judge_origin, unguessed, withheld
from consilium.matching.phasing import join_phased
from consilium.matching.roles import direction, role
from consilium.matching.settings import Settings
from consilium.records import Clinical, Event

LOOKED_FOR = frozenset({"ABSENT", "INDETERMINATE", "NOT_ASSESSED"})
NO_CODES = Oncogenicity("VUS", 0)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the patient besides the findings."""

    clinical: Clinical
    solid: bool  # the tumour is solid
    purity: float | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """One feature that was looked for and not found, or could not be looked for."""

    leaf: Leaf
    event: Event

    @property
    def absent(self) -> bool:
        """Looked for with enough depth, and not there."""
        return self.event.assessed == "ABSENT"


@dataclass(frozen=True)
class Patient:
    """Findings, negatives and measured states of one case."""

    context: Context
    findings: tuple[Finding, ...]
    looked: tuple[Looked, ...]
    measured: Mapping[str, tuple[Event, ...]]  # MSI, TMB, HRD by kind
    markers: Mapping[str, str]  # antigens
    misread: tuple[Event, ...] = ()  # rows that found nothing, with a name nobody understands
    by_gene: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    looked_by_gene: Mapping[str, tuple[Looked, ...]] = field(default_factory=dict)

    @property
    def genes(self) -> frozenset[str]:
        """Genes about which some row says something."""
        return frozenset(self.by_gene) | frozenset(self.looked_by_gene)


def build_patient(
    events: Iterable[Event], context: Context, base: Knowledge, settings: Settings
) -> Patient:
    """Everything that interpretation may use of a patient's events.

    Germline events without consent are dropped here, before anything is derived from them.
    """
    events = tuple(events)
    consent = context.clinical.consent_germline
    usable = [
        unguessed(event, consent)
        for event in events
        if not withheld(read_finding(event, base), consent, base)
    ]
    present = [read_finding(event, base) for event in usable if event.assessed == "PRESENT"]
    findings = tuple(
        _judged(finding, context, base, settings) for finding in join_phased(present, base)
    )
    looked = tuple(
        Looked(leaf, event)
        for event in usable
        if event.assessed in LOOKED_FOR
        for leaf in asked_features(event)
    )
    understood = {id(row.event) for row in looked}
    return Patient(
        context=context,
        findings=findings,
        looked=looked,
        measured=_measured(usable),
        markers=markers(context.clinical.ihc, usable),
        misread=tuple(e for e in usable if e.assessed in LOOKED_FOR and id(e) not in understood),
        by_gene=_findings_by_gene(findings),
        looked_by_gene=_looked_by_gene(looked),
    )


def _judged(finding: Finding, context: Context, base: Knowledge, settings: Settings) -> Finding:
    finding = judge_origin(finding, context.solid, context.clinical, base, settings)
    finding = replace(finding, copies=copy_state(finding.event, settings))
    scored = assess(finding, base, settings) if finding.small else _by_kind(finding, base)
    oncogenic = scored.label in {"Oncogenic", "Likely oncogenic"}
    clinvar = (finding.event.clinvar or "").lower().replace("_", " ")
    benign = clinvar.startswith(("benign", "likely benign"))
    return replace(
        finding,
        oncogenicity=scored,
        direction=direction(finding, base, oncogenic),
        benign="enign" in scored.label or (benign and not oncogenic),
    )


def _by_kind(finding: Finding, base: Knowledge) -> Oncogenicity:
    """Copy number has no codes of the standard; against the gene's role it is no driver."""
    opposite = {("AMP", "tsg"), ("DEL", "oncogene")}
    if finding.event.kind == "CNA" and (finding.copies, role(finding.gene, base)) in opposite:
        return Oncogenicity("No known effect", 0)
    return NO_CODES


def asked_features(event: Event) -> tuple[Leaf, ...]:
    """The features that an ABSENT, INDETERMINATE or NOT_ASSESSED row speaks about.

    Raises:
        ValueError: the row's `feature` does not follow the profile grammar.
    """
    if event.feature:
        parsed = parse_profile(event.feature)
        return (parsed,) if isinstance(parsed, Leaf) else ()
    gene, name = event.gene, (event.hgvs_p or "").strip()
    if not gene:
        return (Leaf(event.kind if event.kind != "MSI" else "MSI_H"),)
    if event.kind == "FUSION" or "::" in name:
        five, _, three = name.partition("::")
        return (Leaf("fusion", three or gene, partner=five or None),)
    if event.kind == "CNA":
        kinds = {"AMP": ["amplification"], "DEL": ["homozygous_deletion"]}
        asked = kinds.get((event.value or "").upper(), sorted(COPY_NUMBER))
        return tuple(Leaf(kind, gene) for kind in asked)
    if event.kind not in SMALL:
        return (Leaf("expression", gene),)
    feature = _small_feature(gene, name, event.hgvs_c)
    return (feature,) if feature else ()


def _small_feature(gene: str, name: str, coding: str | None) -> Leaf | None:
    """The feature of a small-variant row; None where its name is not understood.

    A row without any name speaks of the whole gene; one with a name never does so by mistake.
    """
    if place := site(name):
        kind, number, classes = place
        if kind == "codon":
            return Leaf("codon", gene, codons=(number,))
        return Leaf("exon", gene, exons=(number,), classes=classes or "mutation")
    change = parse_protein(name)
    tail = str(change) if change else name or coding or "mutation"
    try:
        parsed = parse_profile(f"{gene} {tail}")
    except ProfileError:
        return None
    return parsed if isinstance(parsed, Leaf) else None


def _measured(events: Iterable[Event]) -> dict[str, tuple[Event, ...]]:
    grouped: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.kind in {"MSI", "TMB", "HRD"} and event.assessed == "PRESENT":
            grouped[event.kind].append(event)
    return {kind: tuple(found) for kind, found in grouped.items()}


def _findings_by_gene(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        five, _, three = (finding.event.hgvs_p or "").partition("::")
        names = {finding.event.gene, finding.event.partner}
        names |= {five, three} if three else set()
        for gene in sorted(filter(None, names)):
            grouped[gene].append(finding)
    return {gene: tuple(found) for gene, found in grouped.items()}


def _looked_by_gene(looked: Iterable[Looked]) -> dict[str, tuple[Looked, ...]]:
    grouped: dict[str, list[Looked]] = defaultdict(list)
    for row in looked:
        grouped[row.leaf.gene or ""].append(row)
    return {gene: tuple(rows) for gene, rows in grouped.items()}
