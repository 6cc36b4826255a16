"""What is known of a case before its report is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consilium.records import Callability, Clinical, Event, Variant
from consilium.report.language import Texts
from consilium.samples import SampleSheet

# Findings that come from elsewhere than small-variant calling, in the order they are listed.
CLASSES = ("CNA", "FUSION", "SV", "MSI", "TMB", "HRD", "SIGNATURE", "EXPRESSION")
ASSESSED = {"PRESENT", "ABSENT", "INDETERMINATE"}


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """One sample as the sheet states it."""

    sample: str
    role: str  # tumor | normal
    start: str  # reads | alignments | variants | events
    units: int
    single_end: bool
    purity: float | None  # None: not on the sheet


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as the sheet and its assay's configuration state it."""

    case: str
    samples: tuple[SampleFacts, ...]
    sex: str | None
    assay: str | None
    kind: str | None  # panel | exome | genome
    targets: str | None  # file name, without its folder
    umi: bool
    event_classes: tuple[str, ...]

    @property
    def tumors(self) -> tuple[SampleFacts, ...]:
        """The tumour samples."""
        return tuple(sample for sample in self.samples if sample.role == "tumor")

    @property
    def mode(self) -> str:
        """`tumor_normal` where a normal sample is there, else `tumor_only`."""
        return "tumor_normal" if len(self.tumors) < len(self.samples) else "tumor_only"


@dataclass(frozen=True, slots=True)
class CaseData:
    """Everything that a section may draw on."""

    facts: CaseFacts
    clinical: Clinical
    interpretation: Mapping[str, Any]
    trials: Mapping[str, Any]
    quality: Mapping[str, Any]
    variants: tuple[Variant, ...]
    callability: tuple[Callability, ...]
    events: tuple[Event, ...]
    versions: Mapping[str, str]
    config: Mapping[str, Any]
    texts: Texts
    chromosomes: tuple[tuple[str, int], ...] = ()  # name and length, in the genome's order
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # of genes: chrom, start

    @property
    def consent(self) -> bool:
        """Whether germline findings may be shown: only an explicit yes."""
        return self.clinical.consent_germline is True

    @property
    def open_classes(self) -> list[str]:
        """Classes of findings that nobody called or supplied."""
        known = {event.kind for event in self.events if event.assessed in ASSESSED}
        return [kind for kind in CLASSES if kind not in known]


def sheet_facts(sheet: SampleSheet, case: str, config: Mapping[str, Any]) -> CaseFacts:
    """The facts of one case, from the sheet and the block of its assay."""
    name = sheet.assay(case)
    assay = config["assays"][name] if name else {}
    normal = sheet.normal(case)
    samples = [_sample(sheet, sample, "tumor") for sample in sheet.tumors(case)]
    samples += [_sample(sheet, normal, "normal")] if normal else []
    return CaseFacts(
        case=case,
        samples=tuple(samples),
        sex=sheet.sex(case),
        assay=name,
        kind=assay.get("kind"),
        targets=Path(assay["targets"]).name if assay.get("targets") else None,
        umi=bool(assay.get("umi")),
        event_classes=tuple(assay.get("event_classes", ())),
    )


def _sample(sheet: SampleSheet, sample: str, role: str) -> SampleFacts:
    lanes = [sheet.unit(sample, lane) for lane in sheet.lanes(sample)]
    return SampleFacts(
        sample=sample,
        role=role,
        start=sheet.start(sample),
        units=len(lanes),
        single_end=any(unit.fastq_1 and not unit.fastq_2 for unit in lanes),
        purity=sheet.purity(sample),
    )
