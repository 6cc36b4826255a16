"""Sections about the record itself: quality, limits and where everything comes from."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from consilium.report.inputs import CaseData
from consilium.report.limitations import limitations, limits_of_given

CHECK = (
    "sample",
    "metric",
    "value",
    "unit",
    "review_limit",
    "fail_limit",
    "direction",
    "verdict",
    "reason",
)
KNOWLEDGE = (
    "name",
    "version",
    "date",
    "licence",
    "sha256",
    "statements",
    "freshness",
    "age_days",
)


def quality(data: CaseData) -> dict[str, Any]:
    """Every check with its limits, and what else was measured."""
    checked = {(check["sample"], check["metric"]) for check in data.quality["checks"]}
    return {
        "quality": {
            "checks": [{name: check[name] for name in CHECK} for check in data.quality["checks"]],
            "others": [
                {"sample": sample, "metric": metric, "value": value}
                for sample, metrics in sorted(data.quality["samples"].items())
                for metric, value in sorted(metrics.items())
                if (sample, metric) not in checked
            ],
        }
    }


def provenance(data: CaseData) -> dict[str, Any]:
    """The limits of the test, the software, the knowledge bases and the configuration."""
    return {
        "limitations": [
            *limitations(data.config, data.facts, data.clinical, data.open_classes, data.texts),
            *limits_of_given(data.variants, data.texts),
        ],
        "provenance": {
            "knowledge": [
                {name: base[name] for name in KNOWLEDGE}
                for base in data.interpretation["knowledge"]
            ],
            "software": [
                {"tool": tool, "version": str(version)}
                for tool, version in sorted(data.versions.items())
            ],
            "config": [
                {"key": key, "value": value} for key, value in sorted(_flat(data.config, ""))
            ],
        },
    }


def _flat(block: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in block.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and value and not _is_limit(value):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _is_limit(block: Mapping[str, Any]) -> bool:
    return {"review", "fail", "direction"} <= set(block)
