"""Weaker evidence gives way: to a label that was withdrawn, and to a stricter one that stands."""

from dataclasses import replace

from consilium.matching.tiers import Match, Tier, decided, label_stands


def without_lost(matches: list[Match]) -> list[Match]:
    """Where a label for this tumour was withdrawn, no weaker evidence brings the regimen back."""
    gone = {m.regimen: m for m in matches if m.tier.miss == "withdrawn" and m.disease.on_label}
    kept = []
    for match in matches:
        lost = gone.get(match.regimen)
        stands = match.tier.tier in {"I-A", None} and label_stands(match.status)
        shown = match.tier.tier or match.tier.miss == "not_assessed"
        if lost and match.stance == "sensitivity" and shown and not stands:
            match = replace(match, tier=Tier(None, "25", lost.tier.sentence, "withdrawn"))
        kept.append(match)
    return kept


def below_labels(matches: list[Match]) -> list[Match]:
    """Where a label or guideline for this tumour does not hold, hearsay gives way.

    Evidence that nobody has checked stays in sight, as II-D, and names the stricter statement.
    """
    asked: dict[frozenset[str], Match] = {}
    fulfilled = {m.regimen for m in matches if m.tier.tier in {"I-A", "I-B"}}
    for match in matches:
        speaks = match.disease.kind not in {"OFF", "UNKNOWN"} or match.disease.excluded
        if speaks and match.stance == "sensitivity" and decided(match.entry, match.status):
            asked.setdefault(match.regimen, match)
    kept = []
    for match in matches:
        label = None if match.regimen in fulfilled else asked.get(match.regimen)
        unchecked = match.entry.statement.checked == "no"
        if label and unchecked and match.tier.tier == "II-C" and match.stance == "sensitivity":
            name, why = label.entry.statement.id, label.tier.sentence
            words = f"nobody checked the source, and the stricter {name} does not hold ({why})"
            match = replace(match, tier=Tier("II-D", "20", words))
        kept.append(match)
    return kept
