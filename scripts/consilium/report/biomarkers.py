"""The section of biomarkers: what was measured, how surely, and whether it may be reported."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from consilium.matching import biomarkers as matching
from consilium.matching.kleene import Truth
from consilium.matching.settings import Settings
from consilium.records import Event
from consilium.report.copies import copy_number
from consilium.report.inputs import CLASSES, CaseData

MARKERS = (*CLASSES, "LOH", "IHC")
Row = dict[str, Any]


def biomarkers(data: CaseData) -> Row:
    """Every finding that is no small variant; a class without any is NOT_ASSESSED."""
    labels = {_key(event): event["label"] for event in data.interpretation["events"]}
    rows = []
    for kind in MARKERS:
        found = [event for event in data.events if event.kind == kind]
        stated = [event for event in found if event.assessed != "NOT_ASSESSED"]
        rows += [_marker(event, labels) | _trust(event, data) for event in stated]
        if not stated:
            nothing = Event(kind=kind, assessed="NOT_ASSESSED")
            rows.append(_marker(nothing, {}) | _trust(nothing, data))
    return {"biomarkers": rows, **copy_number(data)}


def _key(event: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(event[name] for name in ("kind", "gene", "partner", "value", "feature"))


def _marker(event: Event, labels: Mapping[tuple[Any, ...], str]) -> Row:
    row = asdict(event)
    names = (event.gene, event.partner)
    plain = event.feature or "::".join(name for name in names if name) or None
    return {
        "kind": event.kind,
        "label": labels.get(_key(row), plain),
        "state": event.assessed,
        "value": event.value,
        "unit": event.unit,
        "detail": event.detail,
    }


def _trust(event: Event, data: CaseData) -> Row:
    """The interval of a value, and why it may not be reported where the matcher says so."""
    judged = event.assessed == "PRESENT" and event.kind in PROBLEMS
    problem = PROBLEMS[event.kind](event, data) if judged else None
    low, high = (matching.bounds(event) if event.kind == "TMB" else None) or (None, None)
    return {
        "low": low,
        "high": high,
        "reportable": problem is None if judged else None,
        "problem": problem,
    }


def _settings(data: CaseData) -> Settings:
    return Settings(**data.config["interpretation"])


def _tmb(event: Event, data: CaseData) -> str | None:
    return matching.tmb_problem(event, data.clinical.specimen, _settings(data))


def _msi(event: Event, data: CaseData) -> str | None:
    purities = {sample.sample: sample.purity for sample in data.facts.tumors}
    only = next(iter(purities.values())) if len(purities) == 1 else None
    return _open(matching.msi(event, purities.get(event.sample or "", only), _settings(data)))


def _hrd(event: Event, data: CaseData) -> str | None:
    return _open(matching.hrd(event, _settings(data)))


def _open(measure: matching.Measure) -> str | None:
    return measure.sentence if measure.truth == Truth.UNKNOWN else None


PROBLEMS: dict[str, Callable[[Event, CaseData], str | None]] = {
    "TMB": _tmb,
    "MSI": _msi,
    "HRD": _hrd,
}
