"""What is not recommended and why, and what could not be assessed (rules 4, 38)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from consilium.knowledge.profiles import Leaf
from consilium.matching.biomarkers import tmb_problem
from consilium.matching.kleene import Truth
from consilium.matching.patient import Patient
from consilium.matching.profile_match import Asked
from consilium.matching.regimens import Row
from consilium.matching.settings import Settings
from consilium.matching.tiers import NEGATIVE, Match

KINDS = {"unknown_tumor": "unknown_condition"}
NEEDS = {
    "fusion": "an assay of fusions (RNA sequencing, DNA with intron coverage, or FISH)",
    "copies": "a copy-number assay (sequencing with copy number, FISH)",
    "expression": "immunohistochemistry",
    "MSI_H": "a microsatellite test or mismatch-repair immunohistochemistry",
    "MMR_deficient": "mismatch-repair immunohistochemistry or a microsatellite test",
    "TMB": "a panel of sufficient size with germline filtering, an exome or a genome",
    "HRD": "a homologous-recombination-deficiency assay",
    "germline": "a germline test, for which the patient must consent",
    "skipping": "RNA sequencing, or DNA with coverage of the splice sites",
    "small": "sequencing with sufficient depth at these places",
}
COPY_KINDS = frozenset({"amplification", "homozygous_deletion"})


def why_not(misses: Iterable[Match], rows: Iterable[Row], patient: Patient) -> list[dict[str, Any]]:
    """Near misses: right gene but wrong class, right change but wrong tumour, and the like.

    A regimen that is shown for this tumour is not listed again for another one.
    """
    rows = tuple(rows)
    found = [_superseded(row) for row in rows if row.superseded_by]
    shown = {row.regimen for row in rows if row.action in {"ACT", "CONSIDER"}}
    for match in misses:
        kind = _kind(match, patient)
        if kind and not (kind == "wrong_tumor" and match.regimen in shown):
            found.append(_entry(match, kind, _sentence(match, kind)))
    return sorted(found, key=_order)


def _order(entry: dict[str, Any]) -> tuple[str, str, str]:
    return entry["kind"], entry["regimen"], entry["statement"]


def _kind(match: Match, patient: Patient) -> str | None:
    if match.stance in NEGATIVE | {"information", "no_benefit", "adverse"}:
        return None
    miss = match.tier.miss
    truth = match.molecular.truth
    if miss in {"wrong_tumor", "not_met", "withdrawn", "unknown_tumor"}:
        seen = truth is Truth.TRUE or (miss == "not_met" and match.molecular.touched)
        return KINDS.get(miss, miss) if seen else None
    if not match.disease.on_label or not _near(match, patient):
        return None
    if truth is Truth.FALSE:
        return "wrong_class"
    return "not_assessed" if match.molecular.explicit else None


def _near(match: Match, patient: Patient) -> bool:
    """Whether some finding lies in a gene that the profile asks about."""
    asked = {
        a.leaf.gene for a in match.molecular.asked if a.positive and a.leaf.kind != "wild_type"
    }
    blocked = any(a.result.findings and a.truth is Truth.FALSE for a in match.molecular.asked)
    return blocked or any(gene in patient.by_gene for gene in asked if gene)


def _sentence(match: Match, kind: str) -> str:
    if kind in {"wrong_class", "not_assessed"}:
        wanted = Truth.FALSE if kind == "wrong_class" else Truth.UNKNOWN
        reasons = [_reason(a) for a in match.molecular.asked if a.truth is wanted]
        return "; ".join(dict.fromkeys(reasons)) or match.tier.sentence
    return match.tier.sentence


def _reason(asked: Asked) -> str:
    must = "" if asked.positive else f", but {asked.leaf} must be absent"
    return asked.result.sentence + must


def _entry(match: Match, kind: str, sentence: str) -> dict[str, Any]:
    row = match.entry.statement
    return {
        "regimen": row.regimen,
        "profile": str(match.entry.profile),
        "statement": row.id,
        "kind": kind,
        "sentence": sentence,
    }


def _superseded(row: Row) -> dict[str, Any]:
    return _entry(row.lead, "superseded", row.why)


def not_assessable(
    matches: Iterable[Match], patient: Patient, settings: Settings
) -> list[dict[str, Any]]:
    """Tests that would decide about a regimen for this tumour, grouped by gene and test.

    Genes that need the same test and decide about the same regimens share an entry.
    """
    regimens: dict[tuple[str, str], set[str]] = defaultdict(set)
    leaves: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for match in matches:
        for leaf, sentence in _open(match):
            key = (leaf.gene or "", need(leaf))
            leaves[key][str(leaf)] = sentence
            regimens[key].add(match.entry.statement.regimen)
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for gene, kind in sorted(leaves):
        shared[kind, tuple(sorted(regimens[gene, kind]))].append(gene)
    entries = [
        {
            "what": ", ".join(_what(gene, kind, list(leaves[gene, kind])) for gene in genes),
            "needs": NEEDS[kind],
            "sentence": _joined(s for gene in genes for s in leaves[gene, kind].values()),
            "regimens": list(names),
        }
        for (kind, names), genes in shared.items()
    ]
    return entries + _unreportable(patient, settings, {str(entry["what"]) for entry in entries})


def _open(match: Match) -> Iterator[tuple[Leaf, str]]:
    """Open features that are asked for, of a statement about this very tumour.

    Tumour-agnostic statements join in only where some row speaks of the feature.
    """
    if match.molecular.truth is not Truth.UNKNOWN or match.stance != "sensitivity":
        return
    if match.conditions.unmet or match.tier.miss == "withdrawn":
        return
    for asked in match.molecular.open:
        on = match.disease.kind == "ON"
        if on or (match.disease.kind == "TUMOUR_AGNOSTIC" and asked.result.explicit):
            yield asked.leaf, asked.result.sentence


def need(leaf: Leaf) -> str:
    """Which kind of test answers a feature: a key of NEEDS."""
    if leaf.origin == "germline":
        return "germline"
    if leaf.kind in COPY_KINDS:
        return "copies"
    if leaf.classes == "skipping":
        return "skipping"
    return leaf.kind if leaf.kind in NEEDS else "small"


def _what(gene: str, kind: str, features: list[str]) -> str:
    if len(features) == 1 or not gene:
        return sorted(features)[0]
    words = {"small": "small variants", "copies": "copy number", "germline": "germline variants"}
    return f"{gene} {words.get(kind, kind)}"


def _joined(sentences: Iterable[str]) -> str:
    return "; ".join(sorted(set(sentences))) + "."


def _unreportable(patient: Patient, settings: Settings, known: set[str]) -> list[dict[str, Any]]:
    """A TMB that cannot be reported says so even where no statement asks for it."""
    specimen = patient.context.clinical.specimen
    problems = [
        problem
        for event in patient.measured.get("TMB", ())
        if (problem := tmb_problem(event, specimen, settings))
    ]
    if not problems or any(what.startswith("TMB") for what in known):
        return []
    return [
        {"what": "TMB", "needs": NEEDS["TMB"], "sentence": f"{problem}.", "regimens": []}
        for problem in problems
    ]
