"""The order in which trials are shown, and what to find out so that more of them are decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from consilium.trials.countries import runs_in
from consilium.trials.match import VERDICTS, ArmMatch, TrialMatch

PHASES = ("NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4")  # from the least far
NEARNESS = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True)
class Question:
    """Something nobody has answered, and the arms that hang on it, as (trial id, arm label)."""

    expression: str
    asked_as: tuple[str, ...]  # the criteria's expressions
    arms: tuple[tuple[str, str], ...]  # the wrong answer would bar them
    settles: int  # of these arms, how many have no other open question


def rank(matches: Iterable[TrialMatch], country: str | None) -> list[TrialMatch]:
    """Trials by certainty, phase (the furthest first) and country, then by id.

    Certainty is the verdict, then whether an alteration that is asked for was found, then how
    few criteria are open. Closed trials come last.

    Args:
        matches: in any order.
        country: the patient's, ISO 3166-1 alpha-2; None: not known, then it orders nothing.
    """
    return sorted(matches, key=lambda match: _place(match, country))


def _place(match: TrialMatch, country: str | None) -> tuple[object, ...]:
    best = min(_certainty(arm) for arm in match.arms)
    phase = max((PHASES.index(phase) for phase in match.trial.phases), default=0)
    near = NEARNESS[runs_in(country, match.trial.countries)]
    return match.excluded is not None, best, -phase, near, match.trial.id


def _certainty(arm: ArmMatch) -> tuple[int, bool, int]:
    """The less, the surer."""
    return VERDICTS.index(arm.verdict), not _chosen(arm), len(arm.unknown)


def _chosen(arm: ArmMatch) -> bool:
    """Whether what the arm asks of the molecules holds."""
    return any(
        check.verdict == "PASS"
        and check.criterion.kind == "molecular"
        and check.criterion.polarity == "inclusion"
        for check in arm.checks
    )


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
                questions[question].add(check.criterion.expression)
    return questions
