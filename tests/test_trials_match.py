"""Trials against patients: verdicts of criteria, arms and trials."""

import pytest

from consilium.matching.kleene import Truth
from consilium.matching.matcher import Matcher
from consilium.matching.patient import Context, build_patient
from consilium.records import Clinical
from consilium.trials.match import match_trials
from consilium.trials.records import Arm, Criterion, Study
from matching_cases import SETTINGS, absent, knowledge, snv, tumors, wild_type

TODAY = "2026-11-01"
MATCHER = Matcher(knowledge(), tumors(), SETTINGS, TODAY, ("FDA",))
MUTATED = snv("EGFR", "p.L858R")


def asks(expression, kind="molecular", polarity="inclusion", **changes):
    given = {"origin": "curated", "sentence": f"says {expression}", **changes}
    return Criterion(kind, expression, polarity, **given)


def trial(*criteria, arms=("A",), **changes):
    given = {
        "id": "NCT00000000",
        "title": "A made trial",
        "checked": "2026-10-01",
        "status": "RECRUITING",
        "phases": ("PHASE2",),
        "urls": (),
        "countries": ("France",),
        "arms": tuple(arm if isinstance(arm, Arm) else Arm(arm) for arm in arms),
        "criteria": criteria,
    }
    return Study(**{**given, **changes})


def matched(made, *events, tumor="LUAD", sex=None, **facts):
    context = Context(Clinical("P", **facts), solid=True, sex=sex)
    patient = build_patient(events, context, MATCHER.base, SETTINGS)
    return match_trials([made], patient, tumor, MATCHER)[0]


def verdict(criterion, *events, **facts):
    return matched(trial(criterion), *events, **facts).arms[0].checks[0].verdict


def test_an_exclusion_that_is_true_fails_and_says_why():
    made = trial(asks("EGFR mutation", polarity="exclusion", sentence="no EGFR mutation"))
    found = matched(made, MUTATED)
    assert found.verdict == "FAIL"
    assert "no EGFR mutation" in found.arms[0].checks[0].reason
    assert "EGFR mutation is true" in found.arms[0].checks[0].reason


def test_an_exclusion_is_never_a_reason_to_enter():
    made = trial(asks("EGFR mutation", polarity="exclusion"))
    assert matched(made).verdict == "UNDETERMINED"
    found = matched(made, absent("EGFR", "mutation"))
    assert (found.arms[0].checks[0].verdict, found.verdict) == ("PASS", "UNDETERMINED")
    both = trial(*made.criteria, asks("NSCLC", "tumor"))
    assert matched(both, absent("EGFR", "mutation")).verdict == "PASS"


def test_wild_type_needs_a_look():
    wanted = asks("KRAS wild_type codons 12,13,59,61,117,146")
    assert verdict(wanted) == "UNDETERMINED"
    assert verdict(wanted, *wild_type("KRAS")) == "PASS"
    assert verdict(wanted, *wild_type("KRAS", but=("KRAS", 61))) == "UNDETERMINED"
    assert verdict(wanted, snv("KRAS", "p.G12D")) == "FAIL"


def test_a_gene_without_a_model_is_not_known():
    assert verdict(asks("MTAP homozygous_deletion")) == "UNDETERMINED"


def test_arms_ask_for_different_biomarkers():
    made = trial(
        asks("EGFR p.L858R", arm="A"),
        asks("KRAS p.G12C", arm="B"),
        asks("NSCLC", "tumor"),
        arms=("A", "B"),
    )
    found = matched(made, MUTATED, absent("KRAS", "p.G12C"))
    assert [(arm.arm.label, arm.verdict) for arm in found.arms] == [("A", "PASS"), ("B", "FAIL")]
    assert [len(arm.checks) for arm in found.arms] == [2, 2]
    assert found.verdict == "PASS"


@pytest.mark.parametrize(
    ("tumor", "expected"),
    [("LUAD", "PASS"), ("LUNG", "UNDETERMINED"), (None, "UNDETERMINED"), ("SKCM", "FAIL")],
)
def test_tumor(tumor, expected):
    assert verdict(asks("NSCLC", "tumor"), tumor=tumor) == expected


def test_tumor_alternatives_and_solid_tumors():
    assert verdict(asks("SCLC|MEL", "tumor"), tumor="SKCM") == "PASS"
    assert verdict(asks("SCLC|MEL", "tumor", "exclusion"), tumor="SKCM") == "FAIL"
    assert verdict(asks("ANY_SOLID", "tumor"), tumor="SKCM") == "PASS"
    assert verdict(asks("ANY_SOLID", "tumor"), tumor="AML") == "FAIL"


@pytest.mark.parametrize(("age", "expected"), [(17, "FAIL"), (18, "PASS"), (None, "UNDETERMINED")])
def test_age(age, expected):
    assert verdict(asks("age >= 18", "clinical"), age=age) == expected


@pytest.mark.parametrize(
    ("sex", "expected"), [("female", "PASS"), ("male", "FAIL"), (None, "UNDETERMINED")]
)
def test_sex(sex, expected):
    assert verdict(asks("sex = female", "clinical"), sex=sex) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"prior_therapies": ("gefitinib",)}, "FAIL"),
        ({"prior_therapies": ("a drug nobody knows",)}, "UNDETERMINED"),
        ({"line": 1}, "PASS"),
        ({}, "UNDETERMINED"),
    ],
)
def test_prior_therapy_that_excludes(facts, expected):
    assert verdict(asks("prior includes EGFR_TKI", "clinical", "exclusion"), **facts) == expected


def test_a_soft_criterion_only_warns():
    soft = asks("stage in III|IV", "clinical", hard=False)
    made = trial(asks("EGFR p.L858R"), soft)
    assert verdict(soft, stage="II") == "WARN"
    assert matched(made, MUTATED, stage="II").verdict == "WARN"
    assert matched(made, MUTATED).verdict == "WARN"
    assert matched(made, MUTATED, stage="IV").verdict == "PASS"


def test_text_never_passes_and_never_fails():
    text = asks("EGFR p.L858R", origin="text", sentence="EGFR L858R")
    assert verdict(text, MUTATED) == "UNDETERMINED"
    assert verdict(text, absent("EGFR", "p.L858R")) == "WARN"
    assert matched(trial(text), MUTATED).verdict == "UNDETERMINED"
    assert matched(trial(text, asks("NSCLC", "tumor")), MUTATED).verdict == "WARN"
    found = matched(trial(text), absent("EGFR", "p.L858R"))
    assert found.verdict == "UNDETERMINED"
    assert "EGFR L858R" in found.arms[0].checks[0].reason


def test_a_note_is_for_people_to_answer():
    assert verdict(asks('note "HLA-A2"', "clinical")) == "UNDETERMINED"
    assert verdict(asks('note "HLA-A2"', "clinical", "exclusion")) == "UNDETERMINED"


def test_a_trial_that_asks_nothing_admits_nobody():
    found = matched(trial(arms=()), MUTATED)
    assert (found.verdict, len(found.arms)) == ("UNDETERMINED", 1)


@pytest.mark.parametrize("status", ["COMPLETED", "ACTIVE_NOT_RECRUITING", "UNKNOWN"])
def test_a_closed_trial_is_excluded_with_its_word(status):
    found = matched(trial(asks("NSCLC", "tumor"), status=status))
    assert (found.excluded, found.verdict, found.check_status) == (status, "FAIL", False)


def test_a_missing_status_is_not_the_status_unknown():
    found = matched(trial(asks("NSCLC", "tumor"), status=""))
    assert (found.excluded, found.verdict, found.check_status) == ("NOT_STATED", "FAIL", True)


def test_a_trial_that_will_open_is_shown():
    assert matched(trial(asks("NSCLC", "tumor"), status="NOT_YET_RECRUITING")).verdict == "PASS"


def test_a_suspended_arm_is_closed_and_the_others_are_not():
    closed = Arm("A", description="dose 1 (suspended)")
    found = matched(trial(asks("NSCLC", "tumor"), arms=(closed, "B")))
    assert [arm.excluded for arm in found.arms] == ["SUSPENDED", None]
    assert [arm.verdict for arm in found.arms] == ["FAIL", "PASS"]


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        ("2026-08-03", False),  # 90 days
        ("2026-08-02", True),
        ("", True),
        ("2026-11-02", True),  # after the report
    ],
)
def test_an_old_status_is_to_be_checked(checked, expected):
    assert matched(trial(asks("NSCLC", "tumor"), checked=checked)).check_status is expected


def test_what_was_looked_for_is_not_asked_again():
    made = trial(asks("KRAS mutation OR NRAS mutation"))
    answer = matched(made, *wild_type("KRAS")).arms[0].checks[0].answer
    assert answer.truth is Truth.UNKNOWN
    assert answer.open == (
        "KRAS mutation beyond codons 12, 13, 59, 61, 117, 146",
        "NRAS mutation",
    )
    assert "KRAS mutation: none at codons 12, 13, 59, 61, 117, 146, elsewhere" in answer.sentence
    there = matched(made, snv("KRAS", "p.Q61H"), *wild_type("KRAS", but=("KRAS", 61)))
    assert there.arms[0].checks[0].verdict == "PASS"
