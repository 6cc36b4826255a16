"""Features of the whole genome and of copy number: MSI, TMB, HRD, amplification."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from consilium.knowledge.profiles import Leaf
from consilium.matching.findings import number
from consilium.matching.kleene import Truth
from consilium.matching.markers import BOTH
from consilium.matching.settings import Settings
from consilium.records import Event

TUMOR_ONLY = frozenset({"tumour-only", "tumor-only"})
MSI_HIGH = frozenset({"msi-h", "msi_h", "msih", "msi-high", "msi", "dmmr", "high", "positive"})
MSI_STABLE = frozenset({"mss", "msi-l", "msi-low", "stable", "pmmr", "negative"})
HRD_POSITIVE = frozenset({"positive", "pos", "hrd", "deficient", "high"})
HRD_NEGATIVE = frozenset({"negative", "neg", "hrp", "proficient", "low"})
MMR_PROTEINS = ("MLH1", "MSH2", "MSH6", "PMS2")
DEFICIENT = frozenset({"deficient", "dmmr", "lost", "negative"})
PROFICIENT = frozenset({"proficient", "pmmr", "intact", "positive"})
LOST = frozenset({"lost", "negative", "loss"})
AMPLIFIED = frozenset({"amp", "amplification", "amplified", "2"})
DELETED = frozenset({"del", "deep_del", "homdel", "homozygous_deletion", "-2"})
NEITHER = frozenset({"neutral", "loss", "hetloss", "-1", "0", "normal"})


@dataclass(frozen=True, slots=True)
class Measure:
    """What one measured state says of one feature."""

    truth: Truth
    sentence: str


def msi(event: Event, purity: float | None, settings: Settings) -> Measure:
    """Whether microsatellites are unstable."""
    value = (event.value or "").strip().lower()
    if value in MSI_HIGH:
        return Measure(Truth.TRUE, f"microsatellites: {event.value}")
    if value in MSI_STABLE:
        if purity is not None and purity < settings.min_msi_purity:
            words = f"{event.value} at a purity of {purity:.2g} does not exclude instability"
            return Measure(Truth.UNKNOWN, words)
        return Measure(Truth.FALSE, f"microsatellites: {event.value}")
    return Measure(Truth.UNKNOWN, f"microsatellite result {event.value!r} is not understood")


def hrd(event: Event, settings: Settings) -> Measure:
    """Whether homologous recombination is deficient."""
    value = (event.value or "").strip().lower()
    score = number(value)
    if score is not None and (event.unit or "GIS").upper() in {"GIS", "SCORE"}:
        true = score >= settings.hrd_score
        words = f"genomic instability score {score:g} (limit {settings.hrd_score:g})"
        return Measure(Truth.TRUE if true else Truth.FALSE, words)
    for truth, words_of in ((Truth.TRUE, HRD_POSITIVE), (Truth.FALSE, HRD_NEGATIVE)):
        if value in words_of:
            return Measure(truth, f"HRD {event.value}")
    return Measure(Truth.UNKNOWN, f"HRD result {event.value!r} is not understood")


def facts(text: str | None) -> dict[str, str]:
    """`panel_mb=0.3;germline_filter=no` as a dict."""
    pairs = (part.partition("=") for part in re.split(r"[;,\s]+", text or ""))
    return {name.lower(): value for name, equals, value in pairs if equals}


def tmb(event: Event, cut: float, specimen: str | None, settings: Settings) -> Measure:
    """Whether the tumour mutational burden reaches a cut, where it can be reported at all."""
    value = number(event.value)
    if value is None:
        return Measure(Truth.UNKNOWN, f"TMB {event.value!r} is no number")
    if problem := tmb_problem(event, specimen, settings):
        return Measure(Truth.UNKNOWN, problem)
    words = f"TMB {value:g} mutations/Mb{interval(event)}, cut {cut:g}"
    return Measure(Truth.TRUE if value >= cut else Truth.FALSE, words)


def tmb_problem(event: Event, specimen: str | None, settings: Settings) -> str | None:
    """Why a TMB value cannot be reported; None where it can."""
    known = facts(event.genomic) | facts(event.detail)
    size = number(known.get("panel_mb"))
    filtered = known.get("germline_filter")
    no_normal = (specimen or "").strip().lower() in TUMOR_ONLY
    reasons = []
    if size is not None and size < settings.min_tmb_megabases:
        reasons.append(f"the panel has {size:g} Mb, at least {settings.min_tmb_megabases:g} needed")
    if filtered == "no" or (no_normal and filtered != "yes"):
        reasons.append("germline variants were not filtered out")
    if size is None and not reasons:
        reasons.append("the size of the panel is not stated")
    if not reasons:
        return None
    stated = f"panel {size:g} Mb" if size is not None else "panel size not stated"
    method = {"yes": "germline filtered", "no": "no germline filter"}.get(
        filtered or "", "germline filter not stated"
    )
    return (
        f"TMB not reportable: {'; '.join(reasons)} "
        f"({event.value} mutations/Mb, {stated}, {method}{interval(event)})"
    )


def interval(event: Event) -> str:
    """The exact 95 % Poisson interval of a TMB value, as words; empty without a panel size."""
    found = bounds(event)
    return f", 95 % interval {found[0]:.1f} to {found[1]:.1f}" if found else ""


def bounds(event: Event) -> tuple[float, float] | None:
    """The exact 95 % Poisson interval of a TMB value per megabase; None without a panel size."""
    size = number((facts(event.genomic) | facts(event.detail)).get("panel_mb"))
    value = number(event.value)
    if not size or value is None:
        return None
    from scipy.special import gammaincinv  # a third of the start of a run, and rarely needed

    count = round(value * size)
    low = gammaincinv(count, 0.025) / size if count else 0.0
    return float(low), float(gammaincinv(count + 1, 0.975) / size)


def copies(event: Event, leaf: Leaf, settings: Settings) -> Measure:
    """Whether a copy-number finding is the amplification or deletion that is asked for."""
    asked = leaf.kind
    value = (event.value or "").strip().lower()
    words = f"{event.gene}: {event.value}{f' {event.unit}' if event.unit else ''}"
    amount = number(value) if event.unit == "copies" else None
    if amount is not None:
        return Measure(_by_number(amount, asked, settings), words)
    if value in AMPLIFIED | DELETED:
        amplified = value in AMPLIFIED
        return Measure(_truth(amplified == (asked == "amplification")), words)
    return Measure(Truth.FALSE if value in NEITHER else Truth.UNKNOWN, words)


def copy_state(event: Event, settings: Settings) -> str | None:
    """AMP or DEL (both copies gone), from words or a number; None for anything else."""
    if event.kind != "CNA":
        return None
    for state, kind in (("AMP", "amplification"), ("DEL", "homozygous_deletion")):
        if copies(event, Leaf(kind, event.gene), settings).truth is Truth.TRUE:
            return state
    return None


def _by_number(amount: float, asked: str, settings: Settings) -> Truth:
    if asked == "homozygous_deletion":
        return _truth(amount < settings.deleted_copies)
    if settings.equivocal_copies <= amount < settings.amplified_copies:
        return Truth.UNKNOWN
    return _truth(amount >= settings.amplified_copies)


def _truth(true: bool) -> Truth:
    return Truth.TRUE if true else Truth.FALSE


def mismatch_repair(found: Mapping[str, str]) -> Measure | None:
    """Mismatch repair by immunohistochemistry; None where nothing was stained."""
    status = found.get("MMR")
    proteins = {n: found[n] for n in MMR_PROTEINS if n in found and BOTH not in found[n]}
    if status in DEFICIENT or any(value in LOST for value in proteins.values()):
        return Measure(Truth.TRUE, "mismatch repair is deficient by immunohistochemistry")
    if status in PROFICIENT or len(proteins) == len(MMR_PROTEINS):
        return Measure(Truth.FALSE, "mismatch repair is proficient by immunohistochemistry")
    return None
