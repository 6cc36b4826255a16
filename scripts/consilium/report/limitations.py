"""What this case's test could not do: everything not configured or not given is said."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from consilium.claims import OTHER_REFERENCE
from consilium.records import Clinical, Variant
from consilium.report.inputs import CaseFacts
from consilium.report.language import Texts

RESOURCES = {
    "germline_resource": "no_germline_resource",
    "common_variants": "no_common_variants",
    "panel_of_normals": "no_panel_of_normals",
    "clinvar": "no_clinvar",
    "hotspots": "no_hotspots",
}
KINDS = ("panel", "exome")
STARTS = ("alignments", "variants", "events")
SPECIMENS = {"FFPE": "ffpe", "plasma": "plasma"}
CLINICAL_FACTS = ("specimen", "age", "stage", "line", "prior_therapies", "ecog")
Limitation = dict[str, str]  # key, sentence


def limitations(
    config: Mapping[str, Any],
    facts: CaseFacts,
    clinical: Clinical,
    open_classes: list[str],
    texts: Texts,
) -> list[Limitation]:
    """Every limitation of this case, in the order in which a reader needs them.

    `open_classes` are the classes of findings that were neither called nor supplied.
    """
    searched = config["trials"]["curated"] or config["trials"]["store"]
    found: list[tuple[str, dict[str, object]]] = [
        *_classes(facts, open_classes, texts),
        *_sample_limits(config, facts, clinical),
        *_resources(config, facts),
        *_unknown(clinical, texts),
        ("counting", {}),
        ("phase", {}),
        ("regions", {"regions": texts.listed(list(config["regions"]))}),
        ("trials_searched" if searched else "trials", {}),
    ]
    return [
        {"key": key, "sentence": texts(f"limitations.{key}", **values)} for key, values in found
    ]


Found = Iterator[tuple[str, dict[str, object]]]


def _classes(facts: CaseFacts, open_classes: list[str], texts: Texts) -> Found:
    if open_classes:
        words = [texts(f"kind_short.{kind}") for kind in open_classes]
        yield "classes_not_assessed", {"classes": texts.listed(words)}
    if facts.event_classes:
        yield "event_classes", {"classes": texts.listed(list(facts.event_classes))}
    if facts.kind in KINDS:
        yield facts.kind, {}


def _sample_limits(config: Mapping[str, Any], facts: CaseFacts, clinical: Clinical) -> Found:
    yield ("tumor_only" if facts.mode == "tumor_only" else "germline_normal"), {}
    if unknown := [sample.sample for sample in facts.tumors if sample.purity is None]:
        purity = config["callability"]["assumed_purity"]
        yield "purity_assumed", {"samples": ", ".join(unknown), "purity": f"{purity:.2f}"}
    starts = {sample.start for sample in facts.tumors}
    for start in STARTS:
        if start in starts:
            yield f"starts_at_{start}", {}
    if any(sample.single_end for sample in facts.samples):
        yield "single_end", {}
    if starts & {"reads", "alignments"} and not facts.umi:
        yield "no_umi", {}
    if clinical.specimen in SPECIMENS:
        yield SPECIMENS[clinical.specimen], {}
    if clinical.consent_germline is not True:
        yield "consent_germline", {}


def _resources(config: Mapping[str, Any], facts: CaseFacts) -> Found:
    for resource, key in RESOURCES.items():
        if not config["reference"].get(resource):
            yield key, {}
    if len(config["callers"]) == 1 and facts.tumors[0].start in {"reads", "alignments"}:
        yield "single_caller", {"caller": config["callers"][0]}


def _unknown(clinical: Clinical, texts: Texts) -> Found:
    unknown = [fact for fact in CLINICAL_FACTS if getattr(clinical, fact) in (None, ())]
    if unknown:
        words = [texts(f"fact.{fact}") for fact in unknown]
        yield "unknown_clinical", {"facts": texts.listed(words)}


def limits_of_given(variants: Iterable[Variant], texts: Texts) -> list[Limitation]:
    """What of the variants that came with the case could not be placed, used or counted."""
    rows = list(variants)
    counts = {
        "not_placed": sum("given:not_placed" in row.filters for row in rows),
        "reference_differs": sum(any(OTHER_REFERENCE in f for f in row.filters) for row in rows),
        "uncounted": sum(row.status == "BELIEVED" and row.tumor_depth is None for row in rows),
    }
    return [
        {"key": key, "sentence": texts(f"limitations.{key}", count=str(count))}
        for key, count in counts.items()
        if count
    ]
