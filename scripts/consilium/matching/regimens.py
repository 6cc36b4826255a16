"""From matches to one row for each regimen: merged, contradicted, overruled, ranked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from consilium.matching.kleene import Truth
from consilium.matching.tiers import NEGATIVE, Match
from consilium.matching.yielding import below_labels, without_lost

TIERS = ("R-I", "I-A", "I-B", "R-II", "II-C", "II-D", "R-III")
ACTIONS = {
    "I-A": "ACT",
    "I-B": "ACT",
    "II-C": "CONSIDER",
    "II-D": "CONSIDER",
    "R-I": "AVOID",
    "R-II": "AVOID",
    "R-III": "INFORM",
}
OVERRULING = frozenset({"R-I", "R-II"})
STRONG = frozenset({"A", "B"})
LATER = ("prior includes", "line >")  # how clauses begin that ask for an earlier therapy


@dataclass(frozen=True, slots=True)
class Row:
    """One regimen with one stance: the leading match and all that agree with it."""

    lead: Match
    matches: tuple[Match, ...]
    tier: str | None
    action: str
    why: str
    superseded_by: str | None = None
    conflicts_with: tuple[str, ...] = ()

    @property
    def stance(self) -> str:
        """What all its matches say of the regimen."""
        return self.lead.stance

    @property
    def regimen(self) -> frozenset[str]:
        """The drugs."""
        return self.lead.regimen

    @property
    def checked(self) -> bool:
        """Whether somebody has read the source of a match that carries the row."""
        return _read(m for m in self.matches if m.tier.tier == self.lead.tier.tier)

    @property
    def weighing(self) -> tuple[Match, ...]:
        """The matches that count against other rows: those of sources that somebody has read."""
        read = tuple(m for m in self.matches if m.entry.statement.checked != "no")
        return read if self.checked else self.matches

    @property
    def specificity(self) -> tuple[int, int]:
        """The finest specificity among the matches that count."""
        return max(match.molecular.specificity for match in self.weighing)

    @property
    def overrules(self) -> bool:
        """Whether it is strong enough to take a regimen that works for others off the list.

        A condition that nobody has answered weakens a warning to information, but for those of
        labels and guidelines: a right-sided tumour is not to be assumed.
        """
        if self.stance == "resistance":
            return self.tier == "R-I" or (self.tier in OVERRULING and self.settled)
        strong = self.lead.entry.statement.level in STRONG
        return self.stance == "no_benefit" and strong and self.settled

    @property
    def settled(self) -> bool:
        """Whether every condition of the leading statement is met."""
        return not self.lead.conditions.unknown


def build_rows(matches: Iterable[Match]) -> tuple[list[Row], list[Match]]:
    """Rows in the order of rule 27, and the matches that are no row ("why not")."""
    matches = below_labels(without_lost(list(matches)))
    groups: dict[tuple[frozenset[str], str, str], list[Match]] = defaultdict(list)
    misses: list[Match] = []
    for match in matches:
        kind = _kind(match)
        if kind is None:
            misses.append(match)
        else:
            groups[match.regimen, match.stance, kind].append(match)
    shown = {key[:2]: _read(group) for key, group in groups.items() if key[2] == "tiered"}
    rows = []
    for (regimen, stance, kind), group in groups.items():
        better = shown.get((regimen, stance))  # None: nothing is shown of the regimen yet
        if kind == "conditional" and (better or (better is False and not _read(group))):
            misses.extend(group)
        else:
            rows.append(_row(group, kind))
    return sorted(_judged(rows), key=rank), misses


def _read(group: Iterable[Match]) -> bool:
    """Whether somebody has read the source of one of them."""
    return any(match.entry.statement.checked != "no" for match in group)


def _kind(match: Match) -> str | None:
    """tiered | told | withdrawn | conditional; None where a match is no row."""
    if match.stance == "information":
        return None
    if match.tier.tier:
        return "tiered"
    true = match.molecular.truth is Truth.TRUE
    if match.tier.miss == "withdrawn" and true:
        return "withdrawn"
    near = match.disease.on_label or match.disease.kind == "SUBTYPE_EVIDENCE"
    if match.stance in {"no_benefit", "adverse"} and true and near and not match.conditions.unmet:
        return "told"
    if match.stance == "sensitivity" and match.tier.miss == "not_assessed":
        return "conditional" if conditional(match) else None
    return None


def conditional(match: Match) -> bool:
    """Whether an open profile deserves a row: part of it was found, or was asked about.

    A patient about whom nothing is known must not get a row for every drug there is.
    """
    molecular = match.molecular
    if molecular.touched and match.disease.on_label:
        return True
    return molecular.only_absences and molecular.explicit and match.disease.kind == "ON"


def _row(group: list[Match], kind: str) -> Row:
    ordered = sorted(group, key=_strength)
    lead = ordered[0]
    why = lead.tier.sentence
    if kind == "conditional":
        needs = "; ".join(dict.fromkeys(asked.result.sentence for asked in lead.molecular.open))
        return Row(lead, tuple(ordered), None, "NOT_ASSESSABLE", f"needs: {needs}")
    if kind == "withdrawn":
        return Row(lead, tuple(ordered), None, "NO_LONGER_AVAILABLE", why)
    if kind == "told":
        strong = lead.entry.statement.level in STRONG and not lead.conditions.unknown
        word = "no benefit shown" if lead.stance == "no_benefit" else "adverse effect"
        return Row(lead, tuple(ordered), None, "AVOID" if strong else "INFORM", word)
    tier = lead.tier.tier
    action = "INFORM" if tier == "R-II" and lead.conditions.unknown else ACTIONS[tier or ""]
    return Row(lead, tuple(ordered), tier, action, why)


def _strength(match: Match) -> tuple[object, ...]:
    tier = TIERS.index(match.tier.tier) if match.tier.tier else len(TIERS)
    finest, leaves = match.molecular.specificity
    statement = match.entry.statement.id
    return tier, len(match.conditions.unknown), -finest, -leaves, _reverse(match.date), statement


def _reverse(date: str) -> tuple[int, ...]:
    """Sorts later dates first."""
    return tuple(-ord(letter) for letter in date)


def _judged(rows: list[Row]) -> list[Row]:
    """Rule 15 and 26: contradictions are shown; the less specific, or the hopeful, yields."""
    by_regimen: dict[frozenset[str], list[Row]] = defaultdict(list)
    for row in rows:
        by_regimen[row.regimen].append(row)
    judged = [new for group in by_regimen.values() for new in _contradict(group)]
    return [_with_partners(row, judged) for row in judged]


def _with_partners(row: Row, rows: Iterable[Row]) -> Row:
    """A combination whose partner fails because of a finding that its evidence does not know.

    It stays, and shows the conflict: the evidence may hold for the combination all the same.
    """
    if row.stance != "sensitivity" or row.action not in {"ACT", "CONSIDER"}:
        return row
    known = _findings(row)
    against = [
        other
        for other in rows
        if other.stance == "resistance"
        and other.tier in OVERRULING
        and other.regimen < row.regimen
        and not _findings(other) <= known
    ]
    if not against:
        return row
    ids = [match.entry.statement.id for other in against for match in other.matches]
    drugs = ", ".join(sorted({other.lead.entry.statement.regimen for other in against}))
    conflicts = tuple(dict.fromkeys((*row.conflicts_with, *ids)))
    return replace(row, why=f"{row.why}; CONFLICT: resistance to {drugs}", conflicts_with=conflicts)


def _findings(row: Row) -> set[int]:
    return {id(finding) for match in row.weighing for finding in match.molecular.findings}


def _contradict(group: list[Row]) -> list[Row]:
    hopeful = [r for r in group if r.stance == "sensitivity" and r.action in {"ACT", "CONSIDER"}]
    against = [r for r in group if r.stance in NEGATIVE | {"no_benefit"}]
    if not hopeful or not against:
        return group
    hope = hopeful[0]
    wins = [row for row in against if _wins(row, hope)]
    loses = [row for row in against if row not in wins and _loses(row, hope)]
    ids = tuple(match.entry.statement.id for row in against for match in row.matches)
    own = tuple(match.entry.statement.id for match in hope.matches)
    changed = {id(hope): replace(hope, conflicts_with=ids)}
    for row in against:
        weak = not wins and row.stance == "reduced_sensitivity" and row.action == "AVOID"
        action = "INFORM" if weak else row.action
        changed[id(row)] = replace(row, conflicts_with=own, action=action)
        if row in loses:
            changed[id(row)] = replace(
                changed[id(row)],
                tier=None,
                action="NONE",
                superseded_by=hope.lead.entry.statement.id,
                why=f"superseded by the more specific {hope.lead.entry.statement.id}",
            )
    if wins:
        winner = wins[0].lead.entry.statement.id
        changed[id(hope)] = replace(
            changed[id(hope)],
            tier=None,
            action="AVOID",
            superseded_by=winner,
            why=f"CONFLICT: {hope.tier} by {own[0]}, overruled by {winner}: {wins[0].why}",
        )
    return [changed.get(id(row), row) for row in group]


def _wins(against: Row, hope: Row) -> bool:
    """Whether it takes the hopeful row off the list; what nobody checked never beats what was."""
    if against.checked != hope.checked:
        return against.overrules and against.checked
    return against.overrules and not _more_specific(hope, against)


def _loses(against: Row, hope: Row) -> bool:
    """Whether the hopeful row explains it away; what nobody checked explains nothing away."""
    return (hope.checked or not against.checked) and _more_specific(hope, against)


def _more_specific(hope: Row, against: Row) -> bool:
    """Whether the hopeful row speaks more precisely of the very findings of the other.

    A finding that only the other row knows cannot be explained away.
    """
    return _findings(against) <= _findings(hope) and hope.specificity > against.specificity


def rank(row: Row) -> tuple[object, ...]:
    """Rule 27: warnings, on-label, consensus, other evidence; ties by specificity, then date.

    What asks for an earlier therapy that nobody has told of stands below what does not.
    """
    place = TIERS.index(row.tier) if row.tier else len(TIERS)
    untiered = ("AVOID", "NOT_ASSESSABLE", "NO_LONGER_AVAILABLE", "INFORM", "NONE")
    below = untiered.index(row.action) if row.action in untiered else -1
    borrowed = row.lead.disease.kind in {"OFF", "RELATED"}
    finest, leaves = row.specificity
    name = row.lead.entry.statement.regimen
    newest = _reverse(row.lead.date)
    later = any(clause.startswith(LATER) for clause in row.lead.conditions.unknown)
    group = place, below if not row.tier else 0, borrowed, later
    return *group, -finest, -leaves, newest, name, row.stance
