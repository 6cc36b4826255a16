"""Each branch of the tier rules and of the tumour relation: tier, rule, sentence, kind of miss."""

from dataclasses import replace

import pytest

from consilium.knowledge.base import Entry
from consilium.knowledge.profiles import parse_profile
from consilium.matching.disease import Disease, relate
from consilium.matching.kleene import Truth
from consilium.matching.preconditions import Conditions
from consilium.matching.profile_match import Molecular
from consilium.matching.regulators import Status, elsewhere, lost_drugs, status_on
from consilium.matching.tiers import Match, Tier, negative_tier, sensitivity_tier
from matching_cases import (
    TODAY,
    answer,
    approval,
    knowledge,
    labelled,
    snv,
    statement,
    tiers,
    tumors,
)

MET = Conditions((), (), ())
UNMET = Conditions((), ("line >= 2", "age >= 18"), ())
SAID = "it is another tumour"
PAPER = {"level": "B", "guideline": None}
GUIDELINE = {"guideline": "ESMO 2025", "citations": ("PMID:1",)}


def match(kind="ON", truth=Truth.TRUE, conditions=MET, approvals=(), excluded=False, **row):
    """A statement held against a patient: the relation to the tumour, the profile, conditions."""
    entry = Entry(statement(**row), parse_profile("BRAF p.V600E"), (), approvals, "test base")
    disease = Disease(kind, ("SKCM",), SAID, excluded)
    status = Status(approvals, frozenset({"FDA"}))
    return Match(entry, Molecular(truth, (), ()), disease, conditions, status, Tier(None, "", ""))


NOT_FULFILLED = "the molecular profile is not fulfilled"
NEGATIVE = [
    (match(truth=Truth.FALSE), Tier(None, "26", NOT_FULFILLED, "wrong_class")),
    (match(truth=Truth.UNKNOWN), Tier(None, "26", NOT_FULFILLED, "not_assessed")),
    (match("OFF"), Tier(None, "26", SAID, "wrong_tumor")),
    (match("UNKNOWN"), Tier(None, "26", SAID, "wrong_tumor")),
    (
        match(conditions=UNMET),
        Tier(None, "17", "not met: line >= 2; age >= 18", "not_met"),
    ),
    (match(level="D"), Tier("R-III", "26", "preclinical evidence")),
    (match("RELATED"), Tier("R-III", "26", SAID)),
    (match("RELATED", level="D"), Tier("R-III", "26", "preclinical evidence")),
    (match(), Tier("R-I", "26", "stated by the label")),
    (match("TUMOUR_AGNOSTIC", **GUIDELINE), Tier("R-I", "26", "stated by ESMO 2025")),
    (match("SUBTYPE_EVIDENCE"), Tier("R-II", "26", "clinical evidence")),
    (match(checked="no"), Tier("R-II", "26", "clinical evidence")),
    (match(checked="2027-01-01"), Tier("R-II", "26", "clinical evidence")),
    (match(level="B"), Tier("R-II", "26", "clinical evidence")),
]


@pytest.mark.parametrize(("held", "expected"), NEGATIVE)
def test_the_tier_of_what_does_not_work(held, expected):
    assert negative_tier(held, TODAY) == expected


LABEL = (approval(),)
EMA = (approval(regulator="EMA"),)
GONE = (approval(status="WITHDRAWN", date="2024-05-01", note="no benefit"),)
SILENT = (approval(status="WITHDRAWN", date="2024-05-01", note=None),)
UNREAD = (approval(checked="no"),)
MISSING = "a test result is missing"
NO_TRANSFER = f"{SAID}, and no source shows that it transfers"
ADVISED = Tier("I-A", "19", "recommended by ESMO 2025")
ALONE = "clinical evidence in this tumour without label or guideline in the chosen regions"
THERE = "no label or guideline there"
POSITIVE = [
    (match(truth=Truth.FALSE), None, Tier(None, "12", NOT_FULFILLED, "wrong_class")),
    (match("UNKNOWN"), None, Tier(None, "16", SAID, "unknown_tumor")),
    (match(conditions=UNMET), None, Tier(None, "17", "not met: line >= 2; age >= 18", "not_met")),
    (
        match(approvals=GONE),
        None,
        Tier(None, "25", "withdrawn (FDA, 2024-05-01): no benefit", "withdrawn"),
    ),
    (
        match(approvals=SILENT),
        None,
        Tier(None, "25", "withdrawn (FDA, 2024-05-01): no reason given", "withdrawn"),
    ),
    (match(truth=Truth.UNKNOWN), None, Tier(None, "12", MISSING, "not_assessed")),
    (match(level="D"), None, Tier("II-D", "20", "preclinical evidence or single cases")),
    (
        match("SUBTYPE_EVIDENCE", approvals=LABEL),
        None,
        Tier("II-C", "16", "the evidence is from a subtype of this tumour, never Tier I"),
    ),
    (
        match(approvals=LABEL, checked="no"),
        None,
        Tier("II-C", "19", "the primary source was not checked, so never Tier I"),
    ),
    (
        match(approvals=LABEL),
        None,
        Tier("I-A", "19", "approved by FDA for this tumour and this profile"),
    ),
    (match(**GUIDELINE), None, Tier("I-A", "19", "recommended by ESMO 2025")),
    (
        match(**{**GUIDELINE, "level": "B"}),
        None,
        Tier("I-B", "19", "well-powered study with consensus: ESMO 2025"),
    ),
    (match(**{**GUIDELINE, "level": "C"}), None, Tier("II-C", "20", ALONE)),
    (match(**{**GUIDELINE, "guideline": "ESMO"}), None, Tier("II-C", "20", ALONE)),
    (match(**{**GUIDELINE, "citations": ("NCT:NCT1",)}), None, Tier("II-C", "20", ALONE)),
    (match(**{**GUIDELINE, "citations": ("URL:u",)}), None, ADVISED),
    (match(**PAPER), None, Tier("II-C", "20", ALONE)),
    (match(approvals=EMA), None, Tier("II-C", "20", ALONE)),
    (match(approvals=(approval(date=None),)), None, Tier("II-C", "20", ALONE)),
    (match(approvals=(approval(url=None),)), None, Tier("II-C", "20", ALONE)),
    (
        match(approvals=UNREAD),
        None,
        Tier(
            "II-C",
            "19",
            "an approval by FDA is reported, but its label was not seen, so never Tier I",
        ),
    ),
    (match("OFF", truth=Truth.UNKNOWN), None, Tier(None, "20", SAID, "wrong_tumor")),
    (
        match("OFF", excluded=True, limitation="not in colon"),
        None,
        Tier(None, "20", f"{SAID}; not in colon", "wrong_tumor"),
    ),
    (match("OFF", excluded=True), None, Tier(None, "20", f"{SAID}; label", "wrong_tumor")),
    (
        match("OFF", approvals=LABEL),
        None,
        Tier(None, "20", NO_TRANSFER, "wrong_tumor"),
    ),
    (
        match("RELATED", approvals=LABEL, transfers=True, checked="no"),
        None,
        Tier(None, "20", NO_TRANSFER, "wrong_tumor"),
    ),
    (match("OFF", transfers=True), None, Tier(None, "20", f"{SAID}; {THERE}", "wrong_tumor")),
    (
        match("OFF", approvals=LABEL, transfers=True),
        "barred by s9",
        Tier(None, "20", "barred by s9", "wrong_tumor"),
    ),
    (
        match("OFF", approvals=LABEL, transfers=True),
        None,
        Tier("II-C", "20", f"{SAID}, and a source shows activity across tumours"),
    ),
    (
        match("RELATED", transfers=True, **GUIDELINE),
        None,
        Tier("II-C", "20", f"{SAID}, and a source shows activity across tumours"),
    ),
    (match("OFF", approvals=GONE), None, Tier(None, "20", NO_TRANSFER, "wrong_tumor")),
]  # fmt: skip


@pytest.mark.parametrize(("held", "barred", "expected"), POSITIVE)
def test_the_tier_of_what_works(held, barred, expected):
    assert sensitivity_tier(held, barred, TODAY) == expected


@pytest.mark.parametrize(
    ("named", "excluded", "tumor", "expected"),
    [
        (("SKCM",), (), None, ("UNKNOWN", (), "the tumour type is not known")),
        (("SKCM",), (), "NO_SUCH_TUMOR", ("UNKNOWN", (), "the tumour type is not known")),
        (("SKCM",), (), "SKCM", ("ON", ("SKCM",), "the statement is about SKCM: SKCM is SKCM")),
        (("SKIN",), (), "SKCM", ("ON", ("SKCM", "MEL", "SKIN"),
                                 "the statement is about SKIN: SKCM > MEL > SKIN")),
        (("COAD", "MEL"), (), "SKCM", ("ON", ("SKCM", "MEL"),
                                       "the statement is about MEL: SKCM > MEL")),
        (("ANY_SOLID",), (), "SKCM", ("TUMOUR_AGNOSTIC", ("SKCM", "ANY_SOLID"),
                                      "the statement covers ANY_SOLID")),
        (("ANY",), (), "AML", ("TUMOUR_AGNOSTIC", ("AML", "ANY"), "the statement covers ANY")),
        (("ANY_SOLID",), (), "AML", ("OFF", ("AML",),
                                     "the statement is about solid tumours, AML is none")),
        (("YYY",), (), "SKCM", ("OFF", ("SKCM",), "YYY is not a known tumour type")),
        ((), (), "SKCM", ("OFF", ("SKCM",), "no tumour is named")),
        (("LUAD",), (), "LUNG", ("SUBTYPE_EVIDENCE", ("LUAD", "NSCLC", "LUNG"),
                                 "the statement is about LUAD, a kind of LUNG")),
        (("LUSC",), (), "LUAD", ("RELATED", ("LUAD", "NSCLC", "LUSC"),
                                 "the statement is about LUSC; both are NSCLC")),
        (("SCLC",), (), "LUAD", ("OFF", ("LUAD",), "the statement is about SCLC, not LUAD")),
        (("COAD",), (), "LUAD", ("OFF", ("LUAD",), "the statement is about COAD, not LUAD")),
    ],
)  # fmt: skip
def test_the_relation_of_a_statement_to_a_tumour(named, excluded, tumor, expected):
    row = statement(tumor=named, excluded_tumors=excluded)
    assert relate(row, tumor, tumors()) == Disease(*expected)


def test_an_excluded_tumour_is_off_with_all_its_kinds():
    row = statement(tumor=("ANY",), excluded_tumors=("COADREAD",))
    words = "alpha-mel excludes COADREAD"
    assert relate(row, "COAD", tumors()) == Disease("OFF", ("COAD",), words, excluded=True)
    assert relate(row, "COADREAD", tumors()).excluded
    assert not relate(row, "LUAD", tumors()).excluded


def test_the_last_decision_by_the_day_counts():
    approved, gone = approval(date="2020-01-01"), approval(status="WITHDRAWN", date=TODAY)
    (entry,) = knowledge(statement(), gone, approved).entries
    assert status_on(entry, TODAY, ("FDA",)).withdrawn == (gone,)
    assert status_on(entry, "2020-01-01", ("FDA",)).active == (approved,)
    assert status_on(entry, "2019-12-31", ("FDA",)).current == ()


def test_approved_elsewhere_needs_a_label_that_was_seen():
    here, there = frozenset({"FDA", "EMA"}), approval(regulator="EMA")
    assert elsewhere([Status((there,), here)]) == "approved by EMA, not by FDA"
    assert elsewhere([Status((replace(there, checked="no"),), here)]) is None
    assert elsewhere([Status((replace(there, status="WITHDRAWN"),), here)]) is None
    assert elsewhere([Status((there, approval()), here)]) is None


def test_a_drug_is_lost_when_nobody_approves_it_any_more():
    gone = approval(status="WITHDRAWN", date="2024-01-01")
    other = labelled(id="other", tumor=("LUAD",))
    assert set(lost_drugs(knowledge(statement(), gone).entries, TODAY)) == {"alpha"}
    assert lost_drugs(knowledge(statement(), gone, other).entries, TODAY) == {}
    combined = statement(regimen="alpha + beta")
    assert lost_drugs(knowledge(combined, gone).entries, TODAY) == {}


def withdrawn_combination(**weaker):
    """A combination whose label in this tumour was withdrawn, and other evidence for it."""
    lost = statement(id="lost", regimen="alpha + beta")
    gone = approval(statement="lost", status="WITHDRAWN", note="harm")
    return lost, gone, statement(id="weak", regimen="alpha + beta", **weaker)


def test_weaker_evidence_does_not_bring_back_a_withdrawn_regimen():
    event = [snv("BRAF", "p.Val600Glu")]
    assert tiers(knowledge(*withdrawn_combination(level="B")), event) == {
        "alpha + beta": "NO_LONGER_AVAILABLE"
    }
    in_force = approval(statement="weak")
    both = answer(knowledge(*withdrawn_combination(), in_force), event)["therapies"]
    assert [row["tier"] or row["action"] for row in both] == ["I-A", "NO_LONGER_AVAILABLE"]
    elsewhere_gone = (replace(withdrawn_combination()[0], tumor=("LUAD",)),)
    rest = withdrawn_combination(level="B")[1:]
    assert tiers(knowledge(*elsewhere_gone, *rest), event) == {"alpha + beta": "II-C"}
    against = withdrawn_combination(level="B", predicate="resistance")
    assert tiers(knowledge(*against), event)["alpha + beta resistance"] == "R-II"


def test_rows_stand_in_the_order_of_rule_27():
    base = knowledge(
        labelled(id="r", predicate="resistance", regimen="r1"),
        labelled(id="a", regimen="later", conditions="prior includes platinum"),
        labelled(id="b", regimen="first"),
        statement(id="c", regimen="guided", level="B", **{"guideline": "ESMO 2025"}),
        statement(id="d", regimen="r2", predicate="resistance", level="B"),
        labelled(id="e", regimen="borrowed", tumor=("LUAD",), transfers=True),
        statement(id="f", regimen="study", level="C"),
        statement(id="g", regimen="cells", level="D"),
        statement(id="h", regimen="r3", predicate="resistance", level="D"),
        statement(id="i", regimen="useless", direction="disputes", level="B"),
        labelled(id="j", regimen="untested", profile="BRAF p.V600E AND KRAS p.G12C"),
        statement(id="k", regimen="gone"),
        approval(statement="k", status="WITHDRAWN"),
        statement(id="l", regimen="harm", predicate="adverse", level="C"),
    )
    assert list(tiers(base, [snv("BRAF", "p.Val600Glu")])) == [
        "r1 resistance", "first", "later", "guided", "r2 resistance", "study", "borrowed", "cells",
        "r3 resistance", "useless", "untested", "gone", "harm adverse",
    ]  # fmt: skip


def test_partners_are_other_drugs_of_the_regimen():
    base = knowledge(
        labelled(id="both", regimen="alpha + beta"),
        statement(id="r", regimen="beta", predicate="resistance", profile="KRAS p.G12C"),
        statement(id="weak", regimen="alpha", predicate="resistance", profile="KRAS p.G12C",
                  level="D"),
    )  # fmt: skip
    found = tiers(base, [snv("BRAF", "p.Val600Glu"), snv("KRAS", "p.Gly12Cys")])
    assert found["alpha + beta"] == "I-A" and found["beta resistance"] == "R-I"
