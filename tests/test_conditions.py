"""The condition grammar, and conditions held against clinical facts."""

from dataclasses import replace

import pytest

from consilium.knowledge.conditions import ConditionError, parse_conditions
from consilium.matching.patient import Context, build_patient
from consilium.matching.preconditions import drug_classes, judge
from consilium.records import Clinical, Event
from matching_cases import DRUGS, SETTINGS, knowledge

CLASSES = drug_classes({drug.drug: drug for drug in DRUGS})


@pytest.mark.parametrize(
    "text",
    [
        "line >= 2",
        "age >= 0.5; stage in III|IV",
        "sidedness = left; sex = female; specimen = plasma",
        "ihc HER2 = 3+; ihc PD-L1 >= 50",
        "prior includes platinum; prior excludes EGFR_TKI",
        "prior includes CDK4/6 inhibitor",
    ],
)
def test_conditions_are_spelled_as_they_are_read(text):
    assert "; ".join(map(str, parse_conditions(text))) == text


@pytest.mark.parametrize(
    ("text", "character"),
    [("line >= two", 9), ("lines >= 2", 5), ("age >= ", 8), ("note words", 6), ("line = 1; ", 0)],
)
def test_an_error_points_at_the_character(text, character):
    if not character:
        assert len(parse_conditions(text)) == 1
        return
    with pytest.raises(ConditionError, match=f"character {character}:"):
        parse_conditions(text)


def verdict(text, events=(), sex=None, **facts):
    clinical = replace(Clinical("P"), **facts)
    patient = build_patient(events, Context(clinical, True, sex=sex), knowledge(), SETTINGS)
    found = judge(parse_conditions(text), patient, CLASSES)
    return "MET" if found.met else "NOT_MET" if found.unmet else "UNKNOWN"


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("line >= 2", {}, "UNKNOWN"),
        ("line >= 2", {"line": 2}, "MET"),
        ("line >= 2", {"line": 1}, "NOT_MET"),
        ("line <= 3", {"line": 4}, "NOT_MET"),
        ("line = 1", {"line": 1}, "MET"),
        ("line > 1", {"line": 1}, "NOT_MET"),
        ("line != 1", {"line": 2}, "MET"),
        ("age >= 12", {"age": 8.0}, "NOT_MET"),
        ("age < 18", {"age": 8.0}, "MET"),
        ("ecog <= 1", {"ecog": 2}, "NOT_MET"),
        ("grade <= 2", {"grade": "G2"}, "MET"),
        ("grade <= 2", {"grade": "4"}, "NOT_MET"),
        ("grade in 3|4", {"grade": "III"}, "MET"),
        ("grade <= 2", {"grade": "low"}, "UNKNOWN"),
        ("stage in III|IV", {"stage": "IIIB"}, "MET"),
        ("stage in III|IV", {"stage": "IB"}, "NOT_MET"),
        ("stage in IIIB|IV", {"stage": "III"}, "UNKNOWN"),
        ("stage in III|IV", {"stage": "II"}, "NOT_MET"),
        ("stage >= III", {"stage": "IVA"}, "MET"),
        ("stage in III|IV", {"stage": "advanced"}, "UNKNOWN"),
        ("sidedness = left", {"sidedness": "right"}, "NOT_MET"),
        ("sidedness = left", {"sidedness": "Left"}, "MET"),
        ("specimen = plasma", {"specimen": "cfDNA"}, "MET"),
        ('note "no progression on platinum"', {"line": 2}, "UNKNOWN"),
    ],
)
def test_clinical_facts_decide(text, facts, expected):
    assert verdict(text, **facts) == expected


def test_sex_comes_from_the_sheet():
    assert verdict("sex = female", sex="female") == "MET"
    assert verdict("sex = female", sex="male") == "NOT_MET"
    assert verdict("sex = female") == "UNKNOWN"


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("prior includes platinum", {"prior_therapies": ("carboplatin",)}, "MET"),
        ("prior includes platinum", {"prior_therapies": ("carboplatin + gefitinib",)}, "MET"),
        ("prior includes EGFR TKI", {"prior_therapies": ("gefitinib",)}, "MET"),
        ("prior includes platinum", {"prior_therapies": ("gefitinib",)}, "NOT_MET"),
        ("prior includes platinum", {"prior_therapies": ("some trial drug",)}, "UNKNOWN"),
        ("prior excludes EGFR_TKI", {"prior_therapies": ("gefitinib",)}, "NOT_MET"),
        ("prior excludes EGFR_TKI", {"prior_therapies": ("carboplatin",)}, "MET"),
        ("prior includes platinum", {}, "UNKNOWN"),
        ("prior includes platinum", {"line": 1}, "NOT_MET"),
        ("prior excludes platinum", {"line": 1}, "MET"),
        ("prior includes platinum", {"line": 3}, "UNKNOWN"),
    ],
)
def test_prior_therapy_by_drug_and_class(text, facts, expected):
    assert verdict(text, **facts) == expected


@pytest.mark.parametrize(
    ("text", "ihc", "expected"),
    [
        ("ihc HER2 = neg", "HER2=neg", "MET"),
        ("ihc HER2 = neg", "HER2=1+", "MET"),
        ("ihc HER2 = neg", "HER2=3+", "NOT_MET"),
        ("ihc HER2 = neg", "HER2=2+", "UNKNOWN"),
        ("ihc HER2 = neg", None, "UNKNOWN"),
        ("ihc HER2 = low", "HER2=1+", "MET"),
        ("ihc HER2 = low", "HER2=2+", "UNKNOWN"),
        ("ihc HER2 = low", "HER2=0", "NOT_MET"),
        ("ihc HER2 = low", "HER2=neg", "UNKNOWN"),
        ("ihc HER2 = 3+", "HER2=3+", "MET"),
        ("ihc HER2 = 3+", "HER2=pos", "UNKNOWN"),
        ("ihc HR = pos", "ER=pos;PR=neg", "MET"),
        ("ihc HR = neg", "ER=neg;PR=neg", "MET"),
        ("ihc HR = neg", "ER=neg", "UNKNOWN"),
        ("ihc PD-L1 >= 50", "PD-L1=50", "MET"),
        ("ihc PD-L1 >= 50", "PD-L1=49", "NOT_MET"),
        ("ihc PD-L1 >= 50", "PD-L1=pos", "UNKNOWN"),
        ("ihc PD-L1 = pos", "PD-L1=1", "MET"),
        ("ihc PD-L1 != pos", "PD-L1=0", "MET"),
    ],
)
def test_immunohistochemistry(text, ihc, expected):
    assert verdict(text, ihc=ihc) == expected


def test_an_amplified_erbb2_is_not_her2_negative():
    amplified = Event("CNA", "ERBB2", value="AMP", origin="SOMATIC")
    assert verdict("ihc HER2 = neg", [amplified]) == "NOT_MET"
    assert verdict("ihc HER2 = neg", [amplified], ihc="HER2=neg") == "MET"


def test_an_event_can_carry_a_stain():
    assert verdict("ihc HER2 = pos", [Event("IHC", "ERBB2", value="3+")]) == "MET"
