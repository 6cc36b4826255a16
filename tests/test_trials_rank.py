"""The order of trials, and what to find out next."""

import pytest

from consilium.matching.patient import Context, build_patient
from consilium.records import Clinical
from consilium.trials.countries import runs_in
from consilium.trials.match import match_trials
from consilium.trials.places import Home
from consilium.trials.rank import rank, what_to_find_out
from matching_cases import SETTINGS, absent
from test_trials_match import MATCHER, MUTATED, asks, trial

FOUND = asks("EGFR p.L858R")
UNKNOWN = asks("KRAS p.G12C")
ADULT = asks("age >= 18", "clinical")


def matched(*made, events=(MUTATED,), **facts):
    context = Context(Clinical("P", **facts), solid=True)
    patient = build_patient(events, context, MATCHER.base, SETTINGS)
    return match_trials(made, patient, "LUAD", MATCHER)


def ids(matches):
    return [row.match.trial.id for row in matches]


def test_certainty_comes_before_phase():
    made = (
        trial(FOUND, id="closed", status="COMPLETED", phases=("PHASE4",)),
        trial(asks("EGFR p.T790M"), id="barred", phases=("PHASE3",)),
        trial(FOUND, UNKNOWN, ADULT, id="two open", phases=("PHASE3",)),
        trial(FOUND, UNKNOWN, id="one open", phases=("PHASE2",)),
        trial(FOUND, asks("ecog <= 1", "clinical", hard=False), id="warns", phases=("PHASE1",)),
        trial(asks("NSCLC", "tumor"), id="tumour only", phases=("PHASE3",)),
        trial(FOUND, id="sure", phases=("PHASE1",)),
    )
    matches = matched(*made, events=(MUTATED, absent("EGFR", "p.T790M")))
    order = ["sure", "tumour only", "warns", "one open", "two open", "barred", "closed"]
    assert ids(rank(matches, Home())) == order
    assert ids(rank(reversed(matches), Home())) == order


def test_the_furthest_phase_then_the_country():
    made = (
        trial(FOUND, id="b far", phases=("PHASE2",), countries=("Japan",)),
        trial(FOUND, id="a far", phases=("PHASE2",), countries=("Japan",)),
        trial(FOUND, id="nobody knows", phases=("PHASE2",), countries=()),
        trial(FOUND, id="near", phases=("PHASE1", "PHASE2"), countries=("Japan", "France")),
        trial(FOUND, id="third", phases=("PHASE3",), countries=("Japan",)),
        trial(FOUND, id="without", phases=(), countries=("France",)),
    )
    matches = matched(*made)
    wanted = ["third", "near", "nobody knows", "a far", "b far", "without"]
    assert ids(rank(matches, Home("FR"))) == wanted
    assert ids(rank(matches, Home())) == [
        "third",
        "a far",
        "b far",
        "near",
        "nobody knows",
        "without",
    ]


@pytest.mark.parametrize(
    ("country", "names", "expected"),
    [
        ("kr", ("South Korea",), True),
        ("CZ", ("Czech Republic",), True),
        ("FR", ("Germany",), False),
        ("FR", (), None),
        (None, ("France",), None),
        ("XX", ("France",), None),
    ],
)
def test_country(country, names, expected):
    assert runs_in(country, names) is expected


def test_what_decides_the_most_arms_is_asked_first():
    made = (
        trial(UNKNOWN, asks("age >= 12", "clinical"), id="1"),
        trial(ADULT, asks("EGFR p.T790M", arm="B"), arms=("A", "B"), id="2"),
    )
    first, *others = what_to_find_out(matched(*made))
    assert (first.expression, first.settles) == ("age", 1)
    assert first.asked_as == ("age >= 12", "age >= 18")
    assert first.arms == (("1", "A"), ("2", "A"), ("2", "B"))
    assert [question.expression for question in others] == ["EGFR p.T790M", "KRAS p.G12C"]
    assert len(what_to_find_out(matched(*made), limit=1)) == 1


def test_nothing_is_asked_for_arms_that_are_decided():
    made = (
        trial(FOUND, id="passes"),
        trial(ADULT, asks("MEL", "tumor"), id="barred"),
        trial(ADULT, id="closed", status="TERMINATED"),
        trial(FOUND, asks("age >= 18", "clinical", hard=False), id="soft"),
        trial(FOUND, asks("ecog <= 1", "clinical", origin="text"), id="text"),
    )
    assert what_to_find_out(matched(*made)) == []


def test_each_open_leaf_of_a_choice_is_a_question():
    (one, two) = what_to_find_out(matched(trial(asks("KRAS p.G12C OR NRAS p.Q61K"))))
    assert [one.expression, two.expression] == ["KRAS p.G12C", "NRAS p.Q61K"]
    assert one.asked_as == ("KRAS p.G12C OR NRAS p.Q61K",)
