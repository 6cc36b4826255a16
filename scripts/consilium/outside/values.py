"""Values and units of typed findings, by kind: what interpretation can read, or refused."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from consilium.clinical import IHC_VALUE
from consilium.matching.biomarkers import (
    AMPLIFIED,
    DELETED,
    HRD_NEGATIVE,
    HRD_POSITIVE,
    MSI_HIGH,
    MSI_STABLE,
    NEITHER,
    facts,
)
from consilium.matching.findings import number
from consilium.matching.markers import RNA_UNITS
from consilium.outside import spelling
from consilium.outside.fusions import FRAMES
from consilium.outside.raw import Line
from consilium.records import Event

MEASURED = re.compile(r"([\d.,]+)\s*(%?)\s*(.*)")
FRACTIONS = frozenset({"VAF", "AF", "%", "% VAF", "VAF %"})
COPIES = frozenset({"copies", "copy", "cn", "copy number"})
WORDS = {"gain": "normal", "partial_amp": "PARTIAL_AMP", "disagreeing_calls": "DISAGREEING_CALLS"}
STAINS = {"positive": "pos", "negative": "neg", "+": "pos"}


def _counted(event: Event, line: Line) -> float:
    """The value as a number of 0 or more, decimal comma or not."""
    value = number(spelling.amount(event.value or ""))
    if value is None:
        line.refuse(f"value {event.value!r} is not a number", "write a number, 0 or more")
    return value or 0.0


def small(event: Event, line: Line) -> Event:
    """An allele fraction, a depth or a phase set."""
    if event.value is None:
        return event
    unit = (event.unit or ("VAF" if event.value.endswith("%") else "")).upper()
    if unit in FRACTIONS:
        share = _counted(event, line)
        percent = "%" in unit or event.value.endswith("%")
        if share > (100 if percent else 1):
            fix = "write a fraction, 0.31, or per cent, 31 %"
            line.refuse(f"VAF {event.value} is above 1", fix)
        told = f"{share / 100:g}" if percent else spelling.amount(event.value)
        return replace(event, value=told, unit="VAF")
    if unit not in {"DEPTH", "PHASE"}:
        problem = f"value {event.value!r} has the unit {event.unit!r}"
        line.refuse(problem, "use the unit VAF, DEPTH or PHASE")
    if unit == "DEPTH":
        _counted(event, line)
    return replace(event, unit=unit)


def fusion(event: Event, line: Line) -> Event:
    """Whether the reading frame is kept."""
    if event.value is None:
        return event
    frame = FRAMES.get(event.value.lower().replace(" ", "-"))
    if frame is None:
        line.refuse(
            f"value {event.value!r} of a fusion is not known", "use in-frame or out-of-frame"
        )
    return replace(event, value=frame, unit="FRAME")


def copy_number(event: Event, line: Line) -> Event:
    """Copies, or AMP and DEL; a word that may be one copy or both is refused."""
    word = (event.value or "").lower()
    if event.value is None:
        if event.assessed == "PRESENT":
            line.refuse("value is empty", "write AMP, DEL, or copies with the unit copies")
        return event
    if (event.unit or "").lower() in COPIES:
        return replace(event, value=f"{_counted(event, line):g}", unit="copies")
    if event.unit:
        line.refuse(f"unit {event.unit!r} of a copy number is not known", "use copies, or leave it")
    words = (AMPLIFIED | DELETED | NEITHER) - {"2", "-2", "-1", "0"}
    if word not in words | set(WORDS):
        fix = "write AMP, DEL (both copies lost), loss (one), normal, or copies with their unit"
        line.refuse(f"value {event.value!r} of a copy number is not known", fix)
    known = {**dict.fromkeys(AMPLIFIED, "AMP"), **dict.fromkeys(DELETED, "DEL"), **WORDS}
    return replace(event, value=known.get(word, word))


def microsatellites(event: Event, line: Line) -> Event:
    """MSI-H, MSI-L or MSS."""
    word = (event.value or "").lower().replace(" ", "-")
    if word not in MSI_HIGH | MSI_STABLE and event.assessed == "PRESENT":
        line.refuse(f"MSI value {event.value!r} is not known", "use MSI-H, MSI-L or MSS")
    return event if event.value is None else replace(event, value=_msi(word, event.value))


def _msi(word: str, text: str) -> str:
    known = {"msi-high": "MSI-H", "msih": "MSI-H", "msi-low": "MSI-L", "mss": "MSS"}
    return known.get(word, text)


def burden(event: Event, line: Line) -> Event:
    """Mutations per megabase, and the panel they were counted on."""
    if event.value is None and event.assessed != "PRESENT":
        return event
    found = MEASURED.fullmatch(event.value or "")
    if not found or found[2]:
        line.refuse(f"TMB {event.value!r} is not a number", "write mutations per megabase")
        return event
    unit = (event.unit or found[3] or "mut/Mb").lower().replace(" ", "")
    if not re.fullmatch(r"(mut|muts|mutations?)/(mb|megabase)", unit):
        line.refuse(f"unit {event.unit or found[3]!r} of TMB is not known", "use mut/Mb")
    known = facts(event.genomic)
    if event.genomic and (not known or known.keys() - {"panel_mb", "germline_filter"}):
        fix = "write panel_mb=1.2;germline_filter=yes"
        line.refuse(f"genomic {event.genomic!r} of TMB is not known", fix)
    value = _counted(replace(event, value=found[1]), line)
    return replace(event, value=f"{value:g}", unit="mut/Mb")


def recombination(event: Event, line: Line) -> Event:
    """A genomic instability score, or a word."""
    text = spelling.amount(event.value or "")
    scored = number(text) is not None and (event.unit or "GIS").upper() in {"GIS", "SCORE"}
    worded = text.lower() in HRD_POSITIVE | HRD_NEGATIVE
    if not (scored or worded) and event.assessed == "PRESENT":
        fix = "use positive, negative, or a score with the unit GIS"
        line.refuse(f"HRD value {event.value!r} is not known", fix)
    return replace(event, value=text or None)


def stain(event: Event, line: Line) -> Event:
    """A stain's word, score or per cent; amounts of RNA are numbers."""
    if event.value is None and event.assessed != "PRESENT":
        return event
    text = spelling.amount(event.value or "")
    if event.unit in RNA_UNITS:
        _counted(event, line)
        return replace(event, value=text)
    word = STAINS.get(text.lower(), text.lower()).removesuffix("%").strip()
    if not IHC_VALUE.fullmatch(word):
        fix = "use pos, neg, low, high, intact, lost, 0, 1+, 2+, 3+ or a number"
        line.refuse(f"value {event.value!r} of a stain is not known", fix)
    return replace(event, value=word)


VALUES: Mapping[str, Callable[[Event, Line], Event]] = {
    **dict.fromkeys(("SNV", "MNV", "INDEL", "SV"), small),
    "FUSION": fusion,
    "CNA": copy_number,
    "MSI": microsatellites,
    "TMB": burden,
    "HRD": recombination,
    **dict.fromkeys(("IHC", "EXPRESSION"), stain),
}
