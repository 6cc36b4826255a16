"""The order in which trials are shown, and what to find out so that more of them are decided."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consilium.trials.places import Home, Reach, reach
from consilium.trials.records import DISEASE
from consilium.trials.verdicts import VERDICTS, ArmMatch, TrialMatch

PHASES = ("NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4")  # from the least far
TIERS = ("I", "II", "III", "IV")
NO_TIERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Question:
    """Something nobody has answered, and the arms that hang on it, as (trial id, arm label)."""

    expression: str
    asked_as: tuple[str, ...]  # the criteria's expressions
    arms: tuple[tuple[str, str], ...]  # the wrong answer would bar them
    settles: int  # of these arms, how many have no other open question


@dataclass(frozen=True, slots=True)
class Ranked:
    """A trial in its place, and what put it there."""

    match: TrialMatch
    best: ArmMatch  # the arm that speaks most for it
    tier: str | None  # of the findings that this arm asks for; the best of them
    reach: Reach


def rank(
    matches: Iterable[TrialMatch], home: Home, tiers: Mapping[str, str] = NO_TIERS
) -> list[Ranked]:
    """Trials by certainty, tier of the molecular match, phase (the furthest first), nearness.

    Certainty is the verdict, and then whether something speaks against the trial. Trials that
    match alike go by how few criteria are open, before phase. Closed trials come last.

    Args:
        matches: in any order.
        home: where the patient is.
        tiers: the tier, I to IV, of each finding, by its label.
    """
    return sorted((_ranked(match, home, tiers) for match in matches), key=_place)


def _ranked(match: TrialMatch, home: Home, tiers: Mapping[str, str]) -> Ranked:
    best = min(match.arms, key=lambda arm: _certainty(arm, tiers))
    return Ranked(match, best, tier_of(best, tiers), reach(match.trial, home))


def _place(row: Ranked) -> tuple[object, ...]:
    trial = row.match.trial
    phase = max((PHASES.index(phase) for phase in trial.phases if phase in PHASES), default=0)
    closed = row.match.excluded is not None
    matched = _match_order(row.best, row.tier)
    verdict, against, unknown = _verdict(row.best)
    return closed, verdict, against, matched, unknown, -phase, row.reach.order, trial.id


def _certainty(arm: ArmMatch, tiers: Mapping[str, str]) -> tuple[object, ...]:
    """The less, the surer."""
    verdict, against, unknown = _verdict(arm)
    return verdict, against, _match_order(arm, tier_of(arm, tiers)), unknown


def _verdict(arm: ArmMatch) -> tuple[int, bool, int]:
    return VERDICTS.index(arm.verdict), bool(arm.against), len(arm.unknown)


def _match_order(arm: ArmMatch, tier: str | None) -> int:
    """Tiers in their order, then a match without a tier, then none."""
    if not arm.matched:
        return len(TIERS) + 1
    return TIERS.index(tier) if tier else len(TIERS)


def tier_of(arm: ArmMatch, tiers: Mapping[str, str]) -> str | None:
    """The best tier among the findings that an arm asks for."""
    found = (tiers.get(label) for check in arm.matched for label in check.answer.findings)
    return min(filter(None, found), key=TIERS.index, default=None)


def what_to_find_out(matches: Iterable[TrialMatch], limit: int = 5) -> list[Question]:
    """The questions that decide the most arms; among equals, those that settle more alone.

    Only arms that nothing bars are counted, and only criteria that can bar. Trials that ask for
    different limits of one fact, such as an age, ask one question.

    Args:
        matches: in any order; the answer does not depend on it.
        limit: how many questions at most.
    """
    arms: dict[str, set[tuple[str, str]]] = defaultdict(set)
    spelled: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for match in matches:
        for arm in match.arms:
            key = (match.trial.id, arm.arm.label)
            open_ = _open(arm)
            for question, expressions in open_.items():
                arms[question].add(key)
                spelled[question] |= expressions
                if len(open_) == 1:
                    alone[question].add(key)
    found = [
        Question(text, tuple(sorted(spelled[text])), tuple(sorted(arms[text])), len(alone[text]))
        for text in arms
    ]
    return sorted(found, key=lambda q: (-len(q.arms), -q.settles, q.expression))[:limit]


def _open(arm: ArmMatch) -> dict[str, set[str]]:
    """Each open question of an arm with the expressions that ask it."""
    questions: dict[str, set[str]] = defaultdict(set)
    if arm.verdict == "UNDETERMINED":
        for check in arm.unknown:
            for question in check.open:
                if not question.startswith(DISEASE):  # that is asked of the record, not the patient
                    questions[question].add(check.criterion.expression)
    return questions
