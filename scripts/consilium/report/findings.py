"""Sections about what was found and not found in the tumour."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from consilium.records import Callability, Event, Variant
from consilium.report.inputs import CLASSES, CaseData

LARGEST_TABLE = 2000  # rows of the page; all are in variants.tsv
TIERS = ("I", "II", "III", "IV", None)
MARKERS = (*CLASSES, "LOH", "IHC")
INHERITED = {"GERMLINE", "LIKELY_GERMLINE"}
FEATURE = (
    "sample",
    "gene",
    "feature",
    "state",
    "reason",
    "transcript",
    "bases",
    "bases_sufficient",
    "min_depth",
    "median_depth",
    "required_depth",
    "excluded_vaf",
    "fraction",
    "uncovered",
)
Row = dict[str, Any]


def trials(_: CaseData) -> Row:
    """Trials are not searched in this version."""
    return {"trials": {"status": "NOT_TESTED", "rows": []}}


def safety(data: CaseData) -> Row:
    """Pharmacogenes are not tested in this version."""
    refused = data.clinical.consent_pgx is False
    return {
        "drug_safety": {
            "status": "NOT_TESTED",
            "consent": data.clinical.consent_pgx,
            "reason": "no_consent" if refused else "not_part",
            "rows": [],
        }
    }


def germline(data: CaseData) -> Row:
    """Germline findings where there is consent, and findings of uncertain origin."""
    said = data.interpretation["germline"]
    told = {row["label"] for row in said["findings"]} if data.consent else set()
    doubtful = [event for event in shown_events(data) if event["origin"] in _DOUBTFUL]
    uncertain = [event for event in doubtful if event["label"] not in told]
    return {
        "germline": {
            "consent": data.clinical.consent_germline,
            "withheld": not data.consent,
            "findings": [_finding(row) for row in said["findings"]] if data.consent else [],
            "benign": said["benign"] if data.consent else 0,
            "uncertain": [_finding(event) for event in uncertain],
        }
    }


_DOUBTFUL = {"LIKELY_GERMLINE", "POSSIBLE_CH"}


def _finding(row: Mapping[str, Any]) -> Row:
    names = ("label", "origin", "origin_reason", "vaf", "vaf_low", "vaf_high", "loh")
    return {name: row.get(name) for name in names}


def shown_events(data: CaseData) -> list[Mapping[str, Any]]:
    """The findings a reader may see: nothing proven inherited without consent."""
    return [
        event
        for event in data.interpretation["events"]
        if event["assessed"] == "PRESENT" and (data.consent or event["origin"] != "GERMLINE")
    ]


def biomarkers(data: CaseData) -> Row:
    """Every finding that is no small variant; a class without any is NOT_ASSESSED."""
    labels = {_key(event): event["label"] for event in data.interpretation["events"]}
    rows = []
    for kind in MARKERS:
        found = [event for event in data.events if event.kind == kind]
        stated = [event for event in found if event.assessed != "NOT_ASSESSED"]
        rows += [_marker(event, labels) for event in stated]
        if not stated:
            nothing = Event(kind=kind, assessed="NOT_ASSESSED")
            rows.append(_marker(nothing, {}))
    return {"biomarkers": rows}


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


def negatives(data: CaseData) -> Row:
    """Per feature: whether it could have been seen, how deeply, and what that excludes."""
    seen = {v.gene for v in shown_variants(data) if v.status == "BELIEVED"}
    rows = [
        row
        for row in data.callability
        if row.state != "PRESENT" or data.consent or row.gene in seen
    ]
    features = [row for row in rows if row.scope in {"required", "gene"}]
    measured = [row for row in features if _measured(row)]
    outside = _outside(data, {row.feature for row in rows})
    states = Counter([row.state for row in features] + [row["state"] for row in outside])
    return {
        "negatives": {
            "summary": {
                "features": states.total(),
                "absent": states["ABSENT"],
                "present": states["PRESENT"],
                "indeterminate": states["INDETERMINATE"],
                "not_assessed": states["NOT_ASSESSED"],
            },
            "hotspots": [_feature(row) for row in measured if row.scope != "gene"] + outside,
            "genes": [_feature(row) for row in measured if row.scope == "gene"],
            "classes": _classes([row for row in rows if row not in features or not _measured(row)]),
        }
    }


def _measured(row: Callability) -> bool:
    return row.state != "NOT_ASSESSED" or row.min_depth is not None


def _feature(row: Callability) -> Row:
    if row.state == "ABSENT" and (row.min_depth is None or row.excluded_vaf is None):
        raise ValueError(f"{row.feature} is said to be absent without depth and excluded VAF")
    return {**{name: getattr(row, name) for name in FEATURE}, "outside": False}


def _outside(data: CaseData, known: set[str]) -> list[Row]:
    rows = []
    for event in data.events:
        feature = event.feature or " ".join(filter(None, (event.gene, event.hgvs_p)))
        if event.assessed == "PRESENT" or event.kind in MARKERS or feature in known:
            continue
        row: Row = dict.fromkeys(FEATURE)
        row |= {"sample": event.sample, "gene": event.gene, "feature": feature}
        row |= {"state": event.assessed, "reason": event.detail, "outside": True}
        rows.append(row)
    return rows


def _classes(rows: list[Callability]) -> list[Row]:
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row.state, row.reason), []).append(row.feature)
    return [
        {"state": state, "reason": reason, "features": sorted(set(features))}
        for (state, reason), features in sorted(groups.items())
    ]


def shown_variants(data: CaseData) -> list[Variant]:
    """The candidates a reader may see: nothing inherited without consent.

    A likely germline variant stays where interpretation keeps it as a finding.
    """
    kept = {(event["sample"], event["genomic"]) for event in shown_events(data)}
    return [
        variant
        for variant in data.variants
        if data.consent
        or variant.origin not in INHERITED
        or (variant.origin != "GERMLINE" and (variant.sample, allele(variant)) in kept)
    ]


def allele(variant: Variant) -> str:
    """The name of an allele, as `Event.genomic` has it."""
    return f"{variant.chrom}:{variant.pos}:{variant.ref}:{variant.alt}"


def variants(data: CaseData) -> Row:
    """All candidates, believed ones first; beyond the largest table, the first of them."""
    events = {(event["sample"], event["genomic"]): event for event in shown_events(data)}
    rows = [
        _variant(variant, events.get((variant.sample, allele(variant)), {}))
        for variant in shown_variants(data)
    ]
    rows.sort(key=_order)
    believed = sum(row["status"] == "BELIEVED" for row in rows)
    return {
        "variants": {
            "total": len(rows),
            "believed": believed,
            "filtered": len(rows) - believed,
            "withheld": not data.consent,
            "rows": rows[: max(LARGEST_TABLE, believed)],
        }
    }


def _variant(variant: Variant, event: Mapping[str, Any]) -> Row:
    rating = event.get("oncogenicity")
    return {
        **asdict(variant),
        "label": event.get("label"),
        "tier": event.get("tier"),
        "direction": event.get("direction"),
        "oncogenicity": rating
        and {
            "label": rating["label"],
            "points": rating["points"],
            "codes": [
                {name: code[name] for name in ("code", "points", "sentence")}
                for code in rating["codes"]
            ],
        },
    }


def _order(row: Row) -> tuple[Any, ...]:
    return (
        row["status"] != "BELIEVED",
        TIERS.index(row["tier"]),
        not row["callers"],
        -(row["vaf"] or 0.0),
        row["chrom"],
        row["pos"],
        row["ref"],
        row["alt"],
        row["sample"],
    )
