"""Sections about what was found and not found in the tumour."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from consilium.records import Callability, Variant
from consilium.report.biomarkers import MARKERS
from consilium.report.copies import copies_by_gene
from consilium.report.inputs import CaseData

LARGEST_TABLE = 2000  # rows of the page; all are in variants.tsv
TIERS = ("I", "II", "III", "IV", None)
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
FACETS: dict[str, Callable[[Row], Iterable[str | None]]] = {
    "gene": lambda row: [row["gene"]],
    "tier": lambda row: [row["tier"]],
    "consequence": lambda row: (row["consequence"] or "").split("&"),
    "origin": lambda row: [row["origin"]],
    "filter": lambda row: row["filters"],
}


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
    hotspots = [_feature(row) for row in measured if row.scope != "gene"] + outside
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
            "hotspots": hotspots,
            "by_gene": _by_gene(hotspots),
            "genes": [_feature(row) for row in measured if row.scope == "gene"],
            "classes": _classes([row for row in rows if row not in features or not _measured(row)]),
        }
    }


def _by_gene(rows: list[Row]) -> list[Row]:
    """The rows in short: per gene and state, with the worst of their numbers."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = (row["gene"] or "", row["sample"] or "", row["state"], str(row["outside"]))
        groups.setdefault(key, []).append(row)
    return [
        {name: group[0][name] for name in ("sample", "gene", "state", "outside")}
        | {
            "features": [row["feature"].removeprefix(f"{row['gene']} ") for row in group],
            "min_depth": min(_numbers(group, "min_depth"), default=None),
            "excluded_vaf": max(_numbers(group, "excluded_vaf"), default=None),
        }
        for _, group in sorted(groups.items())
    ]


def _numbers(rows: list[Row], name: str) -> list[float]:
    return [row[name] for row in rows if row[name] is not None]


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
        # Many genes share one reason; each feature names its gene.
        reason = re.sub(f"^{re.escape(row.gene)} ", "the gene ", row.reason)
        groups.setdefault((row.state, reason), []).append(row.feature)
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
    """All candidates: believed ones by tier, then the others, down to the largest table."""
    events = {(event["sample"], event["genomic"]): event for event in shown_events(data)}
    known = copies_by_gene(data)
    limits = data.config["interpretation"]
    rows = [
        _variant(variant, events.get((variant.sample, allele(variant)), {}))
        | {"copies": known.get((variant.sample, variant.gene or ""))}
        for variant in shown_variants(data)
    ]
    rows.sort(key=_order)
    believed = sum(row["status"] == "BELIEVED" for row in rows)
    shown = rows[:LARGEST_TABLE]
    return {
        "variants": {
            "total": len(rows),
            "believed": believed,
            "filtered": len(rows) - believed,
            "withheld": not data.consent,
            "zones": {
                "haematopoiesis_below": limits["haematopoiesis_max_vaf"],
                "germline_from": limits["germline_min_vaf"],
                "germline_to": limits["germline_max_vaf"],
            },
            "facets": {name: _facet(shown, name) for name in FACETS},
            "rows": shown,
        }
    }


def _facet(rows: list[Row], name: str) -> list[str]:
    """What the rows can be chosen by, each value once."""
    return sorted({value for row in rows for value in FACETS[name](row) if value})


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
