"""Labels beside the tier: an ESCAT suggestion and an OncoKB-style level (rules 23, 24)."""

from consilium.matching.tiers import Match

TRANSFERRED = "III-A"


def escat(match: Match) -> str | None:
    """The ESCAT tier that the statement's curator or its facts suggest; never a verdict."""
    row = match.entry.statement
    if match.stance != "sensitivity" or match.tier.tier is None:
        return "X" if match.stance == "no_benefit" else None
    if match.disease.kind in {"OFF", "RELATED"}:
        return TRANSFERRED
    if row.escat:
        return row.escat
    if match.disease.kind == "TUMOUR_AGNOSTIC" and row.level == "A":
        return "I-C"
    return {"B": "II-A", "C": "II-B", "D": "IV-A"}.get(row.level)


def oncokb_style(match: Match) -> str | None:
    """1, 2, 3A, 3B, 4, R1 or R2 from the same facts; computed here, not OncoKB's."""
    tier = match.tier.tier
    if tier in {"R-I", "R-II"}:
        return {"R-I": "R1", "R-II": "R2"}[tier]
    if match.stance != "sensitivity" or tier is None:
        return None
    if match.disease.kind in {"OFF", "RELATED"}:
        return "3B"
    approved = any(approval.regulator == "FDA" for approval in match.status.read)
    if tier == "I-A":
        return "1" if approved else "2"
    if tier == "I-B":
        return "2"
    return "4" if match.entry.statement.level == "D" else "3A"
