"""Evidence that nobody of us has read: what it may add, and what it may never do."""

import pytest

from matching_cases import answer, knowledge, labelled, snv, statement, tiers

V600E = snv("BRAF", "p.Val600Glu", hgvs_c="c.1799T>A")


def heard(**changes):
    """A statement of another base, at level B unless told otherwise."""
    return statement(**{"id": "heard", "level": "B", "checked": "no", **changes})


def by_regimen(base, events=(V600E,), tumor="SKCM", **facts):
    """Every row of a patient by regimen and action."""
    document = answer(base, list(events), tumor, **facts)
    return {(row["regimen"], row["action"]): row for row in document["therapies"]}


@pytest.mark.parametrize(("level", "tier"), [("B", "II-C"), ("C", "II-D"), ("D", "II-D")])
def test_single_cases_that_nobody_checked_are_no_more_than_cases(level, tier):
    assert tiers(knowledge(heard(level=level)), [V600E]) == {"alpha": tier}


@pytest.mark.parametrize(
    "label",
    [
        {"profile": "BRAF p.V600K"},  # another change
        {"profile": "BRAF p.V600E AND ALK fusion"},  # a test is missing
        {"conditions": "line >= 2"},
        {"excluded_tumors": ("SKCM",), "tumor": ("SKIN",), "conditions": "age < 12"},
    ],
)
def test_where_a_label_asks_for_more_hearsay_does_not_bring_the_regimen_back(label):
    found = by_regimen(knowledge(labelled(**label), heard()), line=1, age=50)
    row = found["alpha", "CONSIDER"]
    assert row["tier"] == "II-D"
    assert "nobody checked the source" in row["why"] and "alpha-mel" in row["why"]


def test_what_was_checked_or_stands_by_itself_keeps_its_place():
    other = labelled(profile="BRAF p.V600K")
    checked = heard(checked="2026-10-01")
    assert tiers(knowledge(other, checked), [V600E])["alpha"] == "II-C"
    elsewhere = labelled(tumor=("LUAD",), profile="BRAF p.V600K")
    assert tiers(knowledge(elsewhere, heard()), [V600E])["alpha"] == "II-C"
    unread = statement(profile="BRAF p.V600K", checked="no")
    assert tiers(knowledge(unread, heard()), [V600E])["alpha"] == "II-C"
    fulfilled = labelled(id="alpha-v600", profile="BRAF codon 600")
    assert tiers(knowledge(other, fulfilled, heard()), [V600E])["alpha"] == "I-A"


@pytest.mark.parametrize(
    "against",
    [{"predicate": "resistance"}, {"direction": "disputes"}],
)
def test_hearsay_against_a_label_is_shown_and_does_not_overrule_it(against):
    base = knowledge(labelled(profile="BRAF codon 600"), heard(**against))
    found = by_regimen(base)
    assert found["alpha", "ACT"]["tier"] == "I-A"
    assert found["alpha", "ACT"]["conflicts_with"] == ("heard",)
    assert found["alpha", "AVOID"]["conflicts_with"] == ("alpha-mel",)


def test_hearsay_overrules_hearsay():
    base = knowledge(
        heard(profile="BRAF codon 600"),
        heard(id="no", predicate="resistance", profile="BRAF codon 600"),
    )
    assert tiers(base, [V600E]) == {"alpha": "AVOID", "alpha resistance": "R-II"}


def test_a_checked_warning_is_not_explained_away_by_more_specific_hearsay():
    warning = statement(profile="BRAF codon 600", predicate="resistance", level="B")
    assert tiers(knowledge(warning, heard()), [V600E]) == {
        "alpha": "AVOID",
        "alpha resistance": "R-II",
    }


def test_hearsay_does_not_lend_its_precision_to_a_checked_row():
    """The label is as general as the warning; the precise row beside it was never read."""
    warning = statement(id="warning", profile="BRAF codon 600", predicate="resistance", level="B")
    label = labelled(profile="BRAF codon 600")
    found = tiers(knowledge(label, warning, heard()), [V600E])
    assert found == {"alpha": "AVOID", "alpha resistance": "R-II"}


def test_hearsay_does_not_hide_which_test_a_label_waits_for():
    label = labelled(profile="BRAF p.V600E AND ALK fusion")
    found = by_regimen(knowledge(label, heard()))
    assert "ALK fusion" in found["alpha", "NOT_ASSESSABLE"]["why"]
    assert found["alpha", "CONSIDER"]["tier"] == "II-D"
    unread = heard(id="open", profile="BRAF p.V600E AND ALK fusion")
    assert set(by_regimen(knowledge(unread, heard()))) == {("alpha", "CONSIDER")}
    assert set(by_regimen(knowledge(unread))) == {("alpha", "NOT_ASSESSABLE")}
