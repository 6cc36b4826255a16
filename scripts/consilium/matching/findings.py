"""Events as findings: parsed, classified, and ready to be asked about."""

import re
from dataclasses import dataclass, field, replace

from consilium.knowledge.aliases import present_name
from consilium.knowledge.base import Knowledge
from consilium.knowledge.coding import CodingChange, parse_coding
from consilium.knowledge.protein import ProteinChange, parse_protein
from consilium.records import Event

SMALL = frozenset({"SNV", "MNV", "INDEL", "SV"})
TRUNCATING = frozenset({"nonsense", "frameshift"})
SITE = re.compile(r"(codon|exon) (\d+)(?: (\w+))?", re.IGNORECASE)
SITE_CLASSES = {
    "deletion": "inframe_deletion",
    "del": "inframe_deletion",
    "insertion": "inframe_insertion",
    "ins": "inframe_insertion",
    "duplication": "inframe_insertion",
    "skipping": "skipping",
}
SO_CLASSES = {
    "missense_variant": "missense",
    "stop_gained": "nonsense",
    "frameshift_variant": "frameshift",
    "splice_donor_variant": "splice",
    "splice_acceptor_variant": "splice",
    "start_lost": "start_loss",
    "synonymous_variant": "synonymous",
    "stop_lost": "extension",
    "inframe_insertion": "inframe_insertion",
    "inframe_deletion": "inframe_deletion",
    "conservative_inframe_insertion": "inframe_insertion",
    "disruptive_inframe_insertion": "inframe_insertion",
    "conservative_inframe_deletion": "inframe_deletion",
    "disruptive_inframe_deletion": "inframe_deletion",
}
NEAR_SPLICE = 20  # bases into the intron where a change can disturb splicing


@dataclass(frozen=True)
class Finding:
    """One event that is PRESENT, with what follows from its names."""

    event: Event
    change: ProteinChange | None = None
    coding: CodingChange | None = None
    classes: frozenset[str] = frozenset()  # missense, nonsense, frameshift, inframe_..., splice
    exons: frozenset[int] = frozenset()
    codons: frozenset[int] = frozenset()
    vague: tuple[str, int, str | None] | None = None  # "codon 12" found, not which change
    parts: tuple[ProteinChange, ...] = ()  # a joined change also is each of these
    unsure: str | None = None  # why the change itself is INDETERMINATE
    origin: str = "UNKNOWN"
    origin_reason: str = ""
    oncogenicity: "Oncogenicity | None" = None
    direction: str = "UNKNOWN"  # GoF | LoF | UNKNOWN
    copies: str | None = None  # AMP | DEL, however the table said it; None: neither, or unclear
    benign: bool = False

    @property
    def gene(self) -> str:
        """The gene, empty for a finding of the whole genome."""
        return self.event.gene or ""

    @property
    def small(self) -> bool:
        """Whether it is a small variant."""
        return self.event.kind in SMALL and "::" not in (self.event.hgvs_p or "")

    @property
    def vaf(self) -> float | None:
        """Variant allele fraction, from its own column or from value and unit."""
        if self.event.vaf is not None:
            return self.event.vaf
        return number(self.event.value) if self.event.unit == "VAF" else None

    @property
    def label(self) -> str:
        """The name with the allele fraction, e.g. `EGFR p.Leu858Arg (VAF 0.31)`."""
        return (
            f"{self.name} (VAF {self.vaf:.3g})"
            if self.vaf is not None and self.small
            else self.name
        )

    @property
    def name(self) -> str:
        """The finding as a reader names it, e.g. `EGFR p.Leu858Arg`."""
        event = self.event
        name = self.change.long if self.change else event.hgvs_p or event.hgvs_c or ""
        if "::" in name:
            return f"{name} fusion"
        words = [event.gene or event.kind, name or event.genomic or ""]
        if not self.small or not name:
            words.append(" ".join(filter(None, (event.value, event.unit))))
        if not event.gene and event.kind == "TMB":
            words = ["TMB", event.value or "", event.unit or ""]
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the VICC standard with its points."""

    code: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Oncogenicity:
    """The sum of the codes and what it is called."""

    label: str
    points: int
    codes: tuple[Code, ...] = field(default_factory=tuple)


def number(text: str | None) -> float | None:
    """A number from a cell, with or without a per cent sign; None where there is none."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%?\s*", text or "")
    return float(found[1]) if found else None


def read_finding(event: Event, base: Knowledge) -> Finding:
    """An event as a finding: its names parsed, its classes and place derived.

    The protein change comes from `hgvs_p`, an alias of the base, or not at all; classes
    come from it, from `hgvs_c`, and only then from `consequence`.
    """
    gene = event.gene or ""
    change = parse_protein(resolve_alias(gene, event.hgvs_p or "", base))
    coding = parse_coding(event.hgvs_c) if event.hgvs_c else None
    finding = Finding(
        event=event,
        change=change,
        coding=coding,
        vague=None if change else site(event.hgvs_p),
        parts=change.substitutions if change else (),
        origin=event.origin or "UNKNOWN",
        origin_reason=event.origin_reason or "",
    )
    codons = _codons(finding)
    exons = _exons(finding, codons, base)
    classes = _classes(finding)
    return replace(finding, codons=codons, exons=exons, classes=classes)


def resolve_alias(gene: str, name: str, base: Knowledge) -> str:
    """The present name of a change that the base knows under a legacy name."""
    return present_name(name, base.aliases.get(gene, {}))


def site(name: str | None) -> tuple[str, int, str | None] | None:
    """`codon 12`, `exon 19` or `exon 14 skipping` as kind, number and class."""
    found = SITE.fullmatch((name or "").strip())
    if not found:
        return None
    word = (found[3] or "").lower()
    return found[1].lower(), int(found[2]), SITE_CLASSES.get(word, word or None)


def _codons(finding: Finding) -> frozenset[int]:
    event = finding.event
    if finding.change:
        return frozenset(finding.change.codons)
    if finding.vague and finding.vague[0] == "codon":
        return frozenset({finding.vague[1]})
    if event.codon_start:
        return frozenset(range(event.codon_start, (event.codon_end or event.codon_start) + 1))
    coding = finding.coding
    if coding and coding.coding and coding.start and coding.end:
        return frozenset(range(-(-coding.start // 3), -(-coding.end // 3) + 1))
    return frozenset()


def _exons(finding: Finding, codons: frozenset[int], base: Knowledge) -> frozenset[int]:
    if finding.vague and finding.vague[0] == "exon":
        return frozenset({finding.vague[1]})
    models = base.exons.get(finding.gene, ())
    if codons and models:
        return frozenset(
            model.exon
            for model in models
            if any(model.first_codon <= codon <= model.last_codon for codon in codons)
        )
    if spliced := _spliced_exon(finding.coding, base, finding.gene):
        return frozenset({spliced})
    return frozenset({finding.event.exon}) if finding.event.exon else frozenset()


def _spliced_exon(coding: CodingChange | None, base: Knowledge, gene: str) -> int | None:
    """The exon whose splice site an intronic change touches."""
    if coding is None:
        return None
    for place, offset in ((coding.start, coding.start_offset), (coding.end, coding.end_offset)):
        near = abs(offset) <= NEAR_SPLICE or touches_splice_site(coding)
        if not place or place < 0 or not offset or not near:
            continue
        codon = -(-place // 3)
        for model in base.exons.get(gene, ()):
            if codon == (model.last_codon if offset > 0 else model.first_codon):
                return model.exon
    return None


def _classes(finding: Finding) -> frozenset[str]:
    found = {SO_CLASSES.get(so, "") for so in re.split("[&,]", finding.event.consequence or "")}
    if finding.change:
        found = {_change_class(finding.change)} | (found & {"splice"})
    elif not found - {""} and finding.coding:
        found |= _frame_class(finding.coding, finding.event.kind)
    if finding.coding and touches_splice_site(finding.coding):
        found.add("splice")
    if finding.vague and finding.vague[2]:
        found.add(finding.vague[2])
    return frozenset(found - {""})


def _change_class(change: ProteinChange) -> str:
    if "*" in change.inserted and change.kind in {"delins", "insertion"}:
        return "nonsense"
    if change.kind in {"deletion", "duplication", "insertion", "delins"}:
        return ("inframe_deletion", "inframe_indel", "inframe_insertion")[_sign(change.gained) + 1]
    return change.kind


def _sign(size: int) -> int:
    return (size > 0) - (size < 0)


def _frame_class(coding: CodingChange, kind: str) -> set[str]:
    gained = coding.gained
    if kind != "INDEL" or gained is None or not coding.coding:
        return set()
    if gained % 3:
        return {"frameshift"}
    return {("inframe_deletion", "inframe_indel", "inframe_insertion")[_sign(gained) + 1]}


def touches_splice_site(coding: CodingChange) -> bool:
    """Whether a change hits the first or last two bases of an intron, or spans an exon."""
    if _spans_exon(coding):
        return True
    places = {(coding.start, coding.start_offset), (coding.end, coding.end_offset)}
    if any(place and place > 0 and 0 < abs(offset) <= 2 for place, offset in places):
        return True
    into_exon = len({offset == 0 for _, offset in places}) == 2
    return into_exon and all(place and place > 0 for place, _ in places)


def _spans_exon(coding: CodingChange) -> bool:
    """Whether a change reaches from one intron into another, over all of an exon."""
    start, end = coding.start, coding.end
    intronic = bool(coding.start_offset and coding.end_offset)
    if not intronic or start is None or end is None or start == end:
        return False
    one_intron = coding.start_offset > 0 > coding.end_offset and end == start + 1
    return not one_intron


def near_splice_site(coding: CodingChange) -> bool:
    """Whether an intronic change is near enough to an exon to disturb its splicing."""
    offsets = (coding.start_offset, coding.end_offset)
    return any(0 < abs(offset) <= NEAR_SPLICE for offset in offsets)
