"""The head of a report: whose it is, what was tested, and whether the test may be trusted."""

from dataclasses import asdict
from typing import Any

from consilium.report.inputs import CaseData, SampleFacts

SCHEMA_VERSION = "1.0"
CLINICAL = (
    "specimen",
    "age",
    "stage",
    "grade",
    "sidedness",
    "line",
    "prior_therapies",
    "ihc",
    "ecog",
    "country",
    "consent_germline",
    "consent_pgx",
)


def head(data: CaseData) -> dict[str, Any]:
    """The keys of the report that belong to no section."""
    return {
        "schema_version": SCHEMA_VERSION,
        "language": data.texts("language"),
        "notice": data.texts("notice"),
        "generated": data.interpretation["report_date"],
        "case": case(data),
        "run": {
            "report_date": data.interpretation["report_date"],
            "regions": list(data.config["regions"]),
            "callers": list(data.config["callers"]),
            "aligner": data.config["aligner"],
            "build": data.config["reference"]["build"],
        },
        "scope": scope(data),
        "verdict": verdict(data),
    }


def case(data: CaseData) -> dict[str, Any]:
    """The patient's tumour and what is known of the patient; null is unknown."""
    tumor = data.interpretation["tumor"]
    clinical = asdict(data.clinical)
    return {
        "id": data.facts.case,
        "tumor": {
            "code": tumor["code"],
            "name": tumor["name"],
            "path": list(tumor["path"]),
            "solid": tumor["solid"],
        },
        "sex": data.facts.sex,
        "clinical": {name: clinical[name] for name in CLINICAL},
        "warnings": list(data.interpretation["warnings"]),
    }


def scope(data: CaseData) -> dict[str, Any]:
    """What the test reads, and what it does not."""
    facts = data.facts
    return {
        "assay": facts.assay,
        "kind": facts.kind,
        "targets": facts.targets,
        "umi": facts.umi,
        "event_classes": list(facts.event_classes),
        "mode": facts.mode,
        "samples": [_sample(data, sample) for sample in facts.samples],
        "not_assessed": data.open_classes,
    }


def _sample(data: CaseData, sample: SampleFacts) -> dict[str, Any]:
    measured = data.quality["samples"].get(sample.sample, {})
    known = sample.purity is not None
    assumed = data.config["callability"]["assumed_purity"]
    purity = sample.purity if known else assumed
    tumor = sample.role == "tumor"
    return {
        "sample": sample.sample,
        "role": sample.role,
        "start": sample.start,
        "units": sample.units,
        "single_end": sample.single_end,
        "purity": purity if tumor else None,
        "purity_source": ("sheet" if known else "assumed") if tumor else None,
        "mean_depth": measured.get("mean_depth"),
    }


def verdict(data: CaseData) -> dict[str, Any]:
    """The quality verdict with its reasons and how many limits were met."""
    checks = data.quality["checks"]
    return {
        "verdict": data.quality["verdict"],
        "reasons": list(data.quality["reasons"]),
        "met": sum(check["verdict"] == "PASS" for check in checks),
        "measured": sum(check["verdict"] != "NOT_ASSESSED" for check in checks),
    }
