"""Protein expression: immunohistochemistry from the clinical table and from events."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from consilium.knowledge.profiles import Leaf
from consilium.matching.findings import number
from consilium.matching.kleene import Truth
from consilium.records import Event

NAMES = {  # a gene's symbol, and the antigen as a pathologist writes it
    "ERBB2": "HER2",
    "CD274": "PD-L1",
    "PDL1": "PD-L1",
    "FOLR1": "FRALPHA",
    "ESR1": "ER",
    "PGR": "PR",
    "PGR1": "PR",
    "CLDN18": "CLDN18.2",
}
WORDS = {"pos": "positive", "neg": "negative", "+": "positive", "-": "negative"}
SCORES = {"0": "negative", "1+": "negative", "2+": "equivocal", "3+": "positive"}
BOTH = " and "  # between values of stains that disagree
LOW = {"1+": Truth.TRUE, "2+": Truth.UNKNOWN, "low": Truth.TRUE}
UNTOLD = frozenset({"negative", "equivocal"})  # may or may not be low
RNA_UNITS = frozenset({"TPM", "FPKM", "RPKM"})  # amounts of RNA are no stain
STATES = frozenset({"positive", "negative"})


def antigen(name: str) -> str:
    """One spelling for an antigen and its gene."""
    plain = name.strip().upper()
    return NAMES.get(plain, plain)


def markers(ihc: str | None, events: Iterable[Event]) -> dict[str, str]:
    """Values by antigen; what the clinical table says stands before events.

    Hormone receptor status follows from ER and PR where only these are given. Stains of one
    antigen that disagree answer nothing; their values stand side by side.
    """
    stains: dict[str, set[str]] = defaultdict(set)
    for event in events:
        stained = event.kind in {"IHC", "EXPRESSION"} and event.unit not in RNA_UNITS
        if stained and event.assessed == "PRESENT" and event.value:
            value = event.value.strip().lower()
            stains[antigen(event.gene or event.hgvs_p or "")].add(WORDS.get(value, value))
    found = {name: BOTH.join(sorted(values)) for name, values in stains.items()}
    for part in filter(None, re.split("[;,]", ihc or "")):
        name, equals, value = part.partition("=")
        if equals:
            found[antigen(name)] = value.strip().lower()
    found = {name: WORDS.get(value, value) for name, value in found.items() if name}
    if "HR" not in found and (status := _receptors(found)):
        found["HR"] = status
    return found


def _receptors(found: Mapping[str, str]) -> str | None:
    states = [_state(found.get(name)) for name in ("ER", "PR")]
    if "positive" in states:
        return "positive"
    return "negative" if states == ["negative", "negative"] else None


def _state(value: str | None) -> str | None:
    """positive | negative | equivocal, None where the value does not say."""
    if value is None:
        return None
    if value in {"low", "ultralow"}:
        return "negative"
    if value in SCORES:
        return SCORES[value]
    amount = number(value)
    if amount is not None:
        return "positive" if amount >= 1 else "negative"
    return value


def holds(found: Mapping[str, str], name: str, op: str, wanted: str) -> Truth:
    """Whether an antigen's value satisfies a comparison; UNKNOWN where it was not measured."""
    value = found.get(antigen(name))
    if value is None or BOTH in value:
        return Truth.UNKNOWN
    wanted = WORDS.get(wanted.lower(), wanted.lower())
    if op == "!=":
        return ~holds(found, name, "=", wanted)
    asked, amount = number(wanted), number(value)
    if op in {">=", "<=", ">", "<"} or (asked is not None and amount is not None):
        return _compared(amount, op, asked)
    if wanted == "low":
        return Truth.UNKNOWN if value in UNTOLD else LOW.get(value, Truth.FALSE)
    if wanted in STATES:
        state = _state(value)
        return _truth(state == wanted) if state in STATES else Truth.UNKNOWN
    return _truth(value == wanted) if value not in STATES else Truth.UNKNOWN


def _compared(amount: float | None, op: str, asked: float | None) -> Truth:
    if amount is None or asked is None:
        return Truth.UNKNOWN
    results = {
        ">=": amount >= asked,
        "<=": amount <= asked,
        ">": amount > asked,
        "<": amount < asked,
        "=": amount == asked,
    }
    return _truth(results[op])


def _truth(true: bool) -> Truth:
    return Truth.TRUE if true else Truth.FALSE


def expression(leaf: Leaf, found: Mapping[str, str]) -> Truth:
    """Whether an expression leaf of a profile holds."""
    wanted = leaf.name or f"{leaf.number:g}"
    return holds(found, leaf.gene or "", leaf.op or "=", wanted)
