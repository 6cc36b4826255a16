"""The visible board cases once more, with all of CIViC beside the bundled base.

What was true with the bundled base alone stays true: foreign evidence that nobody of us has
checked neither brings back what a board must not see nor takes away what it expects.
"""

from functools import cache

import pytest

import board_cases as cases
import test_board as board
from consilium.matching.interpret import Limits, interpret
from consilium.matching.matcher import Matcher
from matching_cases import SETTINGS
from source_cases import CIVIC, bundled, with_civic

CHECKS = (
    (board.test_expected_regimens_stand_at_their_tier, ("tiers",)),
    (board.test_what_must_not_be_reported_is_not, ("never", "no_tier_one")),
    (board.test_resistance_and_lack_of_benefit_are_shown, ("avoid",)),
    (board.test_what_was_withdrawn_is_listed_with_its_reason, ("gone",)),
    (board.test_what_cannot_be_assessed_is_said, ("open",)),
)

pytestmark = pytest.mark.skipif(
    not (board.CASES.exists() and CIVIC.exists()), reason=f"no {board.CASES} or no {CIVIC}"
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """The document of a case by its name, with both bases."""
    base = with_civic(tmp_path_factory.mktemp("joined") / "civic")
    matcher = Matcher(base, bundled().tumors, SETTINGS, "2026-11-23", ("FDA", "EMA"))

    @cache
    def document(case):
        return interpret(cases.facts(case), cases.events(case), matcher, Limits(180, 365))[0]

    return document


@pytest.mark.parametrize(
    ("check", "case", "expected"),
    [
        pytest.param(check, *found.values, id=f"{check.__name__}-{found.id}")
        for check, keys in CHECKS
        for found in board.cases(*keys)
    ],
)
def test_a_board_case_stands_with_civic_beside_the_base(
    check, case, expected, documents, monkeypatch
):
    monkeypatch.setattr(board, "document", documents)
    check(case, expected)
    assert {source["name"] for source in documents(case)["knowledge"]} >= {"CIViC"}
