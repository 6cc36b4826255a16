"""Tiers, regulators, tumours, resistance, conflicts, ranking, traces, near misses."""

import json

import pytest

from consilium.records import Event
from matching_cases import (
    absent,
    answer,
    approval,
    fusion,
    knowledge,
    labelled,
    rows,
    snv,
    statement,
    tiers,
    wild_type,
)

V600E = snv("BRAF", "p.Val600Glu", hgvs_c="c.1799T>A", genomic="chr7:140753336:A:T")
GUIDE = {"guideline": "ESMO Melanoma 2025"}


@pytest.mark.parametrize(
    ("change", "tier"),
    [
        ({}, "II-C"),
        (GUIDE, "I-A"),
        ({**GUIDE, "level": "B"}, "I-B"),
        ({**GUIDE, "level": "C"}, "II-C"),
        ({"level": "B"}, "II-C"),
        ({"level": "C"}, "II-C"),
        ({"level": "D"}, "II-D"),
        ({**GUIDE, "checked": "no"}, "II-C"),
        ({**GUIDE, "checked": "2027-01-01"}, "II-C"),
        ({"guideline": "a guideline without a year"}, "II-C"),
        ({**GUIDE, "citations": ("NCT:NCT00000001",)}, "II-C"),
        ({**GUIDE, "tumor": ("SKCM",)}, "I-A"),
        ({**GUIDE, "tumor": ("ANY_SOLID",)}, "I-A"),
        ({**GUIDE, "tumor": ("ANY",)}, "I-A"),
    ],
)
def test_tier_without_a_label(change, tier):
    assert tiers(knowledge(statement(**change)), [V600E]) == {"alpha": tier}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"alpha": "I-A"}),
        ({"regulator": "EMA"}, {"alpha": "II-C"}),
        ({"status": "PENDING"}, {"alpha": "II-C"}),
        ({"date": "2026-12-18"}, {"alpha": "II-C"}),
        ({"url": None}, {"alpha": "II-C"}),
        ({"date": None}, {"alpha": "II-C"}),
        ({"checked": "no"}, {"alpha": "II-C"}),
        ({"status": "WITHDRAWN", "note": "harm"}, {"alpha": "NO_LONGER_AVAILABLE"}),
    ],
)
def test_tier_by_the_regulator_s_decision(change, expected):
    base = knowledge(statement(), approval(**change))
    assert tiers(base, [V600E]) == expected


def test_a_label_that_nobody_has_seen_gives_no_tier_i_but_bars_borrowing():
    unseen = approval(checked="no")
    row = answer(knowledge(statement(), unseen), [V600E])["therapies"][0]
    assert (row["tier"], row["elsewhere"]) == ("II-C", None)
    assert "its label was not seen" in row["why"]
    assert tiers(knowledge(statement(**GUIDE), unseen), [V600E]) == {"alpha": "I-A"}
    seen = approval(regulator="EMA", date="2021-01-01")
    both = answer(knowledge(statement(), unseen, seen), [V600E], regions=("FDA", "EMA"))
    assert both["therapies"][0]["why"].startswith("approved by EMA for")
    base = knowledge(
        statement(tumor=("ANY_SOLID",), excluded_tumors=("COADREAD",)),
        unseen,
        statement(id="other", transfers=True, **GUIDE),
    )
    assert tiers(base, [V600E], tumor="COAD") == {}


def test_the_last_decision_by_the_day_of_the_report_counts():
    base = knowledge(
        statement(), approval(), approval(status="WITHDRAWN", date="2026-03-09", note="harm")
    )
    assert tiers(base, [V600E], report_date="2026-03-08") == {"alpha": "II-C"}  # not yet checked
    checked = knowledge(
        statement(checked="2026-01-01"),
        approval(),
        approval(status="WITHDRAWN", date="2026-03-09", note="harm"),
    )
    assert tiers(checked, [V600E], report_date="2026-03-08") == {"alpha": "I-A"}
    document = answer(checked, [V600E])
    assert rows(document) == {"alpha": "NO_LONGER_AVAILABLE"}
    assert "withdrawn (FDA, 2026-03-09): harm" in document["therapies"][0]["why"]


def test_approval_in_one_region_of_two():
    base = knowledge(statement(), approval())
    (row,) = answer(base, [V600E], regions=("FDA", "EMA"))["therapies"]
    assert (row["tier"], row["elsewhere"]) == ("I-A", "approved by FDA, not by EMA")
    (row,) = answer(base, [V600E], regions=("EMA",))["therapies"]
    assert (row["tier"], row["elsewhere"]) == ("II-C", "approved by FDA, not by EMA")
    assert row["regions"] == ["FDA ACTIVE 2020-01-01"] or row["regions"] == (
        "FDA ACTIVE 2020-01-01",
    )


def test_labels_that_differ_by_region_are_one_approval_each():
    europe = statement(id="alpha-eu", conditions="age >= 18")
    base = knowledge(
        statement(), approval(), europe, approval(statement="alpha-eu", regulator="EMA")
    )
    for age, said in ((40, None), (10, "approved by FDA, not by EMA")):
        document = answer(base, [V600E], regions=("FDA", "EMA"), age=age)
        (row,) = document["therapies"]
        assert (row["tier"], row["elsewhere"]) == ("I-A", said)


def test_withdrawn_here_and_approved_there():
    base = knowledge(
        statement(),
        approval(status="WITHDRAWN", date="2024-05-01", note="commercial"),
        approval(regulator="EMA"),
    )
    assert tiers(base, [V600E], regions=("FDA",)) == {"alpha": "NO_LONGER_AVAILABLE"}
    assert tiers(base, [V600E], regions=("EMA",)) == {"alpha": "I-A"}
    assert tiers(base, [V600E], regions=("FDA", "EMA")) == {"alpha": "I-A"}


def test_weaker_evidence_does_not_bring_a_withdrawn_regimen_back():
    base = knowledge(
        statement(),
        approval(status="WITHDRAWN", date="2026-03-09", note="harm"),
        statement(id="study", level="B"),
        statement(id="other", tumor=("LUAD",), transfers=True),
        approval(statement="other"),
    )
    assert tiers(base, [V600E]) == {"alpha": "NO_LONGER_AVAILABLE"}
    assert tiers(base, [V600E], "LUAD") == {"alpha": "I-A"}


def test_a_drug_that_nobody_approves_any_more_is_no_partner_either():
    base = knowledge(
        statement(),
        approval(status="WITHDRAWN", date="2026-03-09", note="harm"),
        statement(id="both", regimen="alpha + beta", operator="COMBINATION", level="B"),
    )
    document = answer(base, [V600E])
    assert rows(document) == {
        "alpha": "NO_LONGER_AVAILABLE",
        "alpha + beta": "NO_LONGER_AVAILABLE",
    }


def test_a_withdrawn_combination_says_nothing_of_its_partners():
    base = knowledge(
        statement(regimen="alpha + carboplatin", operator="COMBINATION"),
        approval(status="WITHDRAWN", date="2026-03-09", note="harm"),
        statement(id="platinum", regimen="carboplatin", level="B"),
    )
    assert tiers(base, [V600E])["carboplatin"] == "II-C"


@pytest.mark.parametrize(
    ("change", "tumor", "expected"),
    [
        ({}, "SKCM", {"alpha": "I-A"}),
        ({}, "COADREAD", {}),
        ({"transfers": True}, "COADREAD", {"alpha": "II-C"}),
        ({"transfers": True, "checked": "no"}, "COADREAD", {}),
        ({"tumor": ("ANY_SOLID",)}, "COADREAD", {"alpha": "I-A"}),
        ({"tumor": ("ANY_SOLID",)}, "AML", {}),
        ({"tumor": ("ANY",)}, "AML", {"alpha": "I-A"}),
        ({"tumor": ("ANY_SOLID",), "excluded_tumors": ("COADREAD",)}, "COADREAD", {}),
        ({"tumor": ("ANY_SOLID",), "excluded_tumors": ("COADREAD",)}, "COAD", {}),
        ({"tumor": ("LUAD",)}, "NSCLC", {"alpha": "II-C"}),
        ({"tumor": ("LUSC",)}, "LUAD", {}),
        ({"tumor": ("LUSC",), "transfers": True}, "LUAD", {"alpha": "II-C"}),
        ({"tumor": ("LUNG",)}, "SCLC", {"alpha": "I-A"}),
        ({"tumor": ("NSCLC",)}, "SCLC", {}),
        ({}, "NOSUCH", {}),
        ({}, None, {}),
    ],
)
def test_tier_by_disease(change, tumor, expected):
    assert tiers(knowledge(labelled(**change)), [V600E], tumor) == expected


@pytest.mark.parametrize(
    ("tumor", "kind"),
    [
        ("SKCM", "ON"),
        ("LUAD", "OFF"),
    ],
)
def test_the_disease_path_is_told(tumor, kind):
    document = answer(knowledge(labelled(transfers=True)), [V600E], tumor)
    assert document["therapies"][0]["disease_match"] == kind
    assert document["tumor"]["path"][0] == tumor


def test_an_active_label_that_excludes_the_tumour_bars_borrowing():
    base = knowledge(
        labelled(transfers=True),
        labelled(id="solid", tumor=("ANY_SOLID",), excluded_tumors=("COADREAD",)),
    )
    document = answer(base, [V600E], "COADREAD")
    assert rows(document) == {}
    assert any("excludes this tumour" in miss["sentence"] for miss in document["why_not"])


def test_an_unknown_tumour_is_said():
    document = answer(knowledge(labelled()), [V600E], None)
    assert document["warnings"] == ["The tumour type is not known: no statement can be tiered."]
    assert [miss["kind"] for miss in document["why_not"]] == ["unknown_condition"]


def test_conditions_remove_or_are_printed():
    base = knowledge(labelled(conditions='line >= 2; age >= 12; note "no brain metastases"'))
    (row,) = answer(base, [V600E], line=2)["therapies"]
    assert row["tier"] == "I-A"
    assert list(row["conditions_met"]) == ["line >= 2"]
    assert list(row["conditions_unknown"]) == ["age >= 12", "no brain metastases"]
    document = answer(base, [V600E], line=1)
    assert rows(document) == {}
    (miss,) = document["why_not"]
    assert (miss["kind"], miss["sentence"]) == ("not_met", "not met: line >= 2")


def test_a_condition_not_met_bars_borrowing_too():
    base = knowledge(labelled(conditions="line >= 2", transfers=True))
    assert tiers(base, [V600E], "LUAD", line=1) == {}


R = {"id": "alpha-r", "predicate": "resistance"}
CODON = "BRAF codon 600"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"level": "A"}, "R-I"),
        ({"level": "A", "checked": "no"}, "R-II"),
        ({"level": "B"}, "R-II"),
        ({"level": "C"}, "R-II"),
        ({"level": "D"}, "R-III"),
        ({"level": "A", "tumor": ("SKIN",)}, "R-I"),
        ({"level": "A", "tumor": ("LUAD",)}, None),
        ({"level": "A", "tumor": ("ANY_SOLID",)}, "R-I"),
        ({"level": "A", "conditions": "line >= 2"}, None),
    ],
)
def test_resistance_has_tiers_of_its_own(change, expected):
    base = knowledge(statement(**{**R, **change}))
    found = tiers(base, [V600E], line=1)
    assert found == ({"alpha resistance": expected} if expected else {})


def test_resistance_beats_sensitivity_and_both_are_shown():
    base = knowledge(labelled(profile=CODON), statement(**R, level="B", citations=("PMID:2",)))
    document = answer(base, [V600E])
    assert rows(document) == {"alpha": "AVOID", "alpha resistance": "R-II"}
    against, hope = document["therapies"]
    assert hope["superseded_by"] == "alpha-r" and hope["tier"] is None
    assert list(hope["conflicts_with"]) == ["alpha-r"]
    assert list(against["conflicts_with"]) == ["alpha-mel"]
    assert list(hope["citations"]) == ["PMID:1"] and list(against["citations"]) == ["PMID:2"]
    assert [miss["kind"] for miss in document["why_not"]] == ["superseded"]


def test_the_more_specific_sensitivity_wins():
    base = knowledge(labelled(), statement(**R, profile=CODON, level="A"))
    document = answer(base, [V600E])
    hope, against = document["therapies"]
    assert (hope["tier"], hope["action"]) == ("I-A", "ACT")
    assert (against["tier"], against["superseded_by"]) == (None, "alpha-mel")


def test_another_finding_s_resistance_is_not_explained_away():
    """L858R is named, an exon-20 insertion only by class: the insertion still resists."""
    base = knowledge(
        labelled(profile="EGFR p.L858R", tumor=("NSCLC",)),
        statement(**R, profile="EGFR exon 20 inframe_insertion", level="B", tumor=("NSCLC",)),
    )
    events = [snv("EGFR", "p.Leu858Arg"), snv("EGFR", "p.Ala767_Val769dup", kind="INDEL")]
    assert tiers(base, events, "LUAD") == {"alpha": "AVOID", "alpha resistance": "R-II"}


def test_preclinical_resistance_is_a_conflict_that_does_not_overrule():
    base = knowledge(labelled(), statement(**R, level="D"))
    document = answer(base, [V600E])
    assert rows(document) == {"alpha": "I-A", "alpha resistance": "R-III"}
    assert list(document["therapies"][0]["conflicts_with"]) == ["alpha-r"]


def test_no_benefit_is_shown_and_never_inverted():
    none = statement(id="none", direction="disputes", level="B")
    document = answer(knowledge(none), [V600E])
    (row,) = document["therapies"]
    assert (row["tier"], row["action"], row["direction"]) == (None, "AVOID", "disputes")
    assert row["why"] == "no benefit shown"
    weak = statement(id="weak", direction="disputes", level="C")
    assert answer(knowledge(weak), [V600E])["therapies"][0]["action"] == "INFORM"
    denied = statement(**R, direction="disputes")
    assert answer(knowledge(denied), [V600E])["therapies"] == []
    (told,) = answer(knowledge(denied), [V600E])["diagnostic"]
    assert told["sentence"].startswith("Resistance of alpha (speaks against)")


def test_no_benefit_overrules_a_general_statement():
    base = knowledge(labelled(profile=CODON), statement(id="none", direction="disputes", level="B"))
    actions = {row["direction"]: row["action"] for row in answer(base, [V600E])["therapies"]}
    assert actions == {"supports": "AVOID", "disputes": "AVOID"}


def test_a_combination_shows_that_a_partner_fails_for_another_finding():
    base = knowledge(
        labelled(
            profile="EGFR p.L858R", tumor=("NSCLC",), regimen="alpha + beta", operator="COMBINATION"
        ),
        statement(**R, profile="EGFR p.T790M", level="B", tumor=("NSCLC",)),
    )
    both = [snv("EGFR", "p.Leu858Arg"), snv("EGFR", "p.Thr790Met")]
    document = answer(base, both, "LUAD")
    hope = document["therapies"][0]
    assert (hope["tier"], list(hope["conflicts_with"])) == ("I-A", ["alpha-r"])
    assert "CONFLICT: resistance to alpha" in hope["why"]


def test_a_combination_against_its_own_target_is_no_conflict():
    """Cetuximab alone fails where KRAS G12C is, sotorasib with it works for that very finding."""
    base = knowledge(
        labelled(regimen="alpha + beta", operator="COMBINATION"), statement(**R, level="A")
    )
    hope = next(row for row in answer(base, [V600E])["therapies"] if row["tier"] == "I-A")
    assert list(hope["conflicts_with"]) == []


def test_one_row_for_a_regimen_with_all_that_supports_it():
    base = knowledge(
        labelled(regimen="alpha + beta", operator="COMBINATION", setting="first line"),
        statement(
            id="swapped",
            regimen="beta + alpha",
            operator="COMBINATION",
            profile="KRAS p.G12C",
            level="C",
            citations=("PMID:2",),
            setting="later",
        ),
    )
    document = answer(base, [V600E, snv("KRAS", "p.Gly12Cys")])
    (row,) = document["therapies"]
    assert row["tier"] == "I-A"
    assert list(row["statements"]) == ["alpha-mel", "swapped"]
    assert list(row["citations"]) == ["PMID:1", "PMID:2"]
    assert list(row["settings"]) == ["first line", "later"]
    told = [(u["statement"], u["setting"], u["conditions_unknown"]) for u in row["uses"]]
    assert told == [("alpha-mel", "first line", []), ("swapped", "later", [])]
    assert row["observed"] == ["BRAF p.Val600Glu", "KRAS p.Gly12Cys"]
    assert {step["statement"] for step in row["trace"]} == {"alpha-mel", "swapped"}


def test_ranking():
    base = knowledge(
        statement(id="d", regimen="d", level="D"),
        statement(id="c", regimen="c", level="C"),
        labelled(id="borrowed", regimen="borrowed", tumor=("LUAD",), transfers=True),
        statement(id="ib", regimen="ib", level="B", **GUIDE),
        labelled(id="codon", regimen="codon", profile=CODON),
        labelled(id="exact", regimen="exact"),
        statement(id="r", regimen="r", predicate="resistance"),
        statement(id="r3", regimen="r3", predicate="resistance", level="D"),
    )
    order = [row["regimen"] for row in answer(base, [V600E])["therapies"]]
    assert order == ["r", "exact", "codon", "ib", "c", "borrowed", "d", "r3"]


def test_an_unknown_earlier_therapy_ranks_below_what_asks_for_none():
    base = knowledge(
        labelled(id="later", regimen="later", conditions="prior includes platinum"),
        labelled(id="second", regimen="second", conditions="line >= 2"),
        labelled(id="first", regimen="first", profile=CODON),
        labelled(id="adult", regimen="adult", profile=CODON, conditions="age >= 18"),
    )
    order = [row["regimen"] for row in answer(base, [V600E])["therapies"]]
    assert order == ["adult", "first", "later", "second"]


def test_labels_beside_the_tier():
    def labels(base, tumor="SKCM", **more):
        (row,) = answer(base, [V600E], tumor, **more)["therapies"]
        return row["oncokb_style"], row["escat"]

    assert labels(knowledge(labelled(escat="I-A"))) == ("1", "I-A")
    assert labels(knowledge(labelled(tumor=("ANY",)))) == ("1", "I-C")
    assert labels(knowledge(statement(**GUIDE))) == ("2", None)
    assert labels(knowledge(statement(level="B"))) == ("3A", "II-A")
    assert labels(knowledge(labelled(transfers=True)), "LUAD") == ("3B", "III-A")
    assert labels(knowledge(statement(level="D"))) == ("4", "IV-A")
    assert labels(knowledge(statement(**R))) == ("R1", None)
    assert labels(knowledge(statement(**R, level="B"))) == ("R2", None)
    assert labels(knowledge(statement(direction="disputes"))) == (None, "X")


def test_availability_is_told():
    base = knowledge(labelled(regimen="alpha + beta", operator="COMBINATION"))
    (row,) = answer(base, [V600E])["therapies"]
    assert (row["eml"], row["generic"], row["cdx"]) == (False, "no", "FDA: required")
    (row,) = answer(knowledge(labelled()), [V600E])["therapies"]
    assert (row["eml"], row["generic"]) == (True, "yes")
    (row,) = answer(knowledge(labelled(regimen="gamma")), [V600E])["therapies"]
    assert (row["eml"], row["generic"]) == (None, "unknown")


STEPS = ["observed", "feature", "profile", "granularity", "disease", "level", "regulator"]


def test_the_trace_leads_from_the_finding_to_the_base():
    document = answer(knowledge(labelled(conditions="line >= 2")), [V600E], line=2)
    trace = document["therapies"][0]["trace"]
    assert [step["step"] for step in trace] == [
        *STEPS[:5], "condition", *STEPS[5:], "tier", "citation", "knowledge",
    ]  # fmt: skip
    words = {step["step"]: step["sentence"] for step in trace}
    assert words["observed"] == (
        "Observed: BRAF p.Val600Glu (c.1799T>A, chr7:140753336:A:T); origin SOMATIC."
    )
    assert words["disease"] == "Disease: the statement is about MEL: SKCM > MEL (ON)."
    assert words["tier"] == "Tier I-A: approved by FDA for this tumour and this profile."
    assert words["knowledge"] == "From test base 1 of 2026-10-01."
    rules = {step["step"]: step["rule"] for step in trace}
    assert (rules["tier"], rules["disease"], rules["condition"]) == ("19", "16", "17")


def test_a_wild_type_row_shows_its_proof():
    base = knowledge(labelled(profile="KRAS wild_type codons 12,13,59,61,117,146"))
    (row,) = answer(base, wild_type("KRAS"))["therapies"]
    assert (row["tier"], row["granularity"], row["observed"]) == ("I-A", "WILD_TYPE", [])
    assert row["biomarker"] == "KRAS wild type"
    proof = "codons 12, 13, 59, 61, 117, 146 read deeply enough"
    assert any(proof in step["sentence"] for step in row["trace"])


def test_a_wild_type_that_was_asked_about_but_not_shown_is_conditional():
    base = knowledge(labelled(profile="KRAS wild_type codons 12,13,59,61,117,146"))
    blind = absent("KRAS", "codon 61", assessed="NOT_ASSESSED", value="12", unit="DEPTH")
    document = answer(base, [*wild_type("KRAS", but=("KRAS", 61)), blind])
    (row,) = document["therapies"]
    assert (row["tier"], row["action"]) == (None, "NOT_ASSESSABLE")
    assert row["why"] == "needs: KRAS codon 61 not assessable (12x only)"


def test_a_patient_about_whom_nothing_is_known_gets_no_rows():
    base = knowledge(
        labelled(),
        labelled(id="wt", regimen="beta", profile="KRAS wild_type codons 12"),
        labelled(id="msi", regimen="gamma", profile="MSI_H"),
        labelled(id="alk", regimen="delta", profile="ALK fusion"),
        labelled(id="other", regimen="epsilon", profile="KRAS p.G12C", tumor=("LUAD",)),
    )
    document = answer(base, [])
    assert document["therapies"] == [] and document["why_not"] == []
    assert {(entry["what"], tuple(entry["regimens"])) for entry in document["not_assessable"]} == {
        ("MSI_H", ("gamma",)),
        ("ALK fusion", ("delta",)),
        ("BRAF p.V600E", ("alpha",)),
        ("KRAS wild_type codons 12", ("beta",)),
    }


def test_a_missing_test_beside_a_finding_makes_a_conditional_row():
    base = knowledge(labelled(profile="BRAF p.V600E AND KRAS wild_type codons 12"))
    (row,) = answer(base, [V600E])["therapies"]
    assert (row["tier"], row["action"]) == (None, "NOT_ASSESSABLE")
    assert "KRAS codons 12 not read" in row["why"]


def test_tests_that_decide_about_the_same_regimens_share_an_entry():
    base = knowledge(labelled(profile="BRCA2 loss_of_function OR ATM loss_of_function"))
    (entry,) = answer(base, [])["not_assessable"]
    assert entry["what"] == "ATM loss_of_function, BRCA2 loss_of_function"


def test_near_misses_say_why_not():
    base = knowledge(
        labelled(),
        labelled(id="fusion", regimen="beta", profile="BRAF fusion"),
        labelled(id="lung", regimen="gamma", tumor=("LUAD",)),
        labelled(id="wild", regimen="delta", profile="NOT BRAF p.V600E"),
    )
    document = answer(base, [V600E, absent("BRAF", kind="FUSION")])
    misses = {miss["regimen"]: miss for miss in document["why_not"]}
    assert {name: miss["kind"] for name, miss in misses.items()} == {
        "beta": "wrong_class",
        "gamma": "wrong_tumor",
        "delta": "wrong_class",
    }
    assert "must be absent" in misses["delta"]["sentence"]


def test_adverse_effects_are_told_without_a_tier():
    base = knowledge(statement(predicate="adverse", profile="BRAF fusion"))
    (row,) = answer(base, [fusion("KIAA1549::BRAF")])["therapies"]
    assert (row["tier"], row["action"], row["why"]) == (None, "AVOID", "adverse effect")


def test_diagnostic_and_prognostic_statements_stand_apart():
    base = knowledge(
        statement(id="dx", predicate="diagnostic", regimen=""),
        statement(
            id="not-mel", predicate="diagnostic", direction="disputes", regimen="", summary="Look."
        ),
        statement(id="px", predicate="prognostic", regimen="", tumor=("LUAD",)),
    )
    document = answer(base, [V600E])
    assert document["therapies"] == []
    assert [row["statement"] for row in document["diagnostic"]] == ["dx", "not-mel"]
    assert document["warnings"] == [
        "Diagnosis in question: BRAF p.Val600Glu speaks against MEL. Look."
    ]


def test_events_carry_the_best_tier_that_rests_on_them():
    base = knowledge(
        labelled(), statement(id="kras", profile="KRAS p.G12C", regimen="beta", level="C")
    )
    events = [
        V600E,
        snv("KRAS", "p.Gly12Cys"),
        snv("NRAS", "p.Gln61Lys"),
        snv("BRCA2", "p.Asn372His"),
        absent("EGFR", "exon 19"),
        Event("MSI", value="MSS"),
    ]
    found = {event["label"]: event["tier"] for event in answer(base, events)["events"]}
    assert found == {
        "BRAF p.Val600Glu": "I",
        "KRAS p.Gly12Cys": "II",
        "NRAS p.Gln61Lys": "III",
        "BRCA2 p.Asn372His": "IV",
        "EGFR exon 19 mutation": None,
        "MSI MSS": None,
    }


def test_the_base_says_how_old_it_is():
    base = knowledge(labelled())
    ages = {
        day: answer(base, [], report_date=day)["knowledge"][0]["freshness"]
        for day in ("2026-11-01", "2027-06-01", "2028-06-01")
    }
    assert list(ages.values()) == ["green", "amber", "red"]


def test_the_document_is_json():
    document = answer(knowledge(labelled()), [V600E])
    assert json.loads(json.dumps(document))["case"] == "P"


def test_a_lost_drug_is_not_mentioned_where_it_would_not_have_been_shown():
    base = knowledge(statement(), approval(status="WITHDRAWN", date="2026-03-09", note="harm"))
    assert tiers(base, [V600E], "LUAD") == {}


def test_one_finding_in_two_samples_is_named_once():
    events = [snv("BRAF", "p.Val600Glu", sample=name) for name in ("T1", "T2")]
    (row,) = answer(knowledge(labelled()), events)["therapies"]
    assert (row["observed"], row["biomarker"]) == (["BRAF p.Val600Glu"], "BRAF p.Val600Glu")
