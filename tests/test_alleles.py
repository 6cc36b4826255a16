"""What second changes say: phase, reversions, activating truncations; HER2 settled by copies."""

from dataclasses import replace

import pytest

from consilium.knowledge.profiles import ProfileError, parse_profile
from consilium.matching.findings import read_finding
from consilium.matching.kleene import Truth
from consilium.matching.small import truncation_activates
from consilium.records import Event
from matching_cases import absent, answer, knowledge, labelled, snv, statement
from test_matching import truth

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
CIS, TRANS = "EGFR in_cis codons 790,797", "EGFR in_trans codons 790,797"
AMP = Event("CNA", "ERBB2", value="AMP", origin="SOMATIC")


def resistant(first, second):
    return (
        snv("EGFR", "p.Thr790Met", phase_set=first),
        snv("EGFR", "p.Cys797Ser", phase_set=second),
    )


@pytest.mark.parametrize(
    ("events", "cis", "trans"),
    [
        (resistant("1", "1"), T, F),
        (resistant("1", "2"), F, T),
        (resistant("1", None), U, U),
        (resistant("1", "1")[:1], U, U),
        ((), U, U),
    ],
)
def test_phase_of_two_codons(events, cis, trans):
    assert (truth(CIS, *events), truth(TRANS, *events)) == (cis, trans)


def test_a_profile_of_phase_is_spelled_one_way():
    assert str(parse_profile("EGFR in_trans  codons 790, 797")) == TRANS
    with pytest.raises(ProfileError):
        parse_profile("EGFR in_cis 790,797")


def test_an_open_phase_is_a_test_that_is_missing():
    base = knowledge(statement(profile=f"EGFR p.T790M AND EGFR p.C797S AND {CIS}"))
    (row,) = answer(base, resistant(None, None))["therapies"]
    assert row["action"] == "NOT_ASSESSABLE" and "same allele" in row["why"]


SHIFT = snv("BRCA2", "p.Ser1982ArgfsTer22", kind="INDEL", hgvs_c="c.5946del")


def deletion(name, **changes):
    return snv("BRCA2", "p.Ser1982_Lys1985del", kind="INDEL", hgvs_c=name, **changes)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (deletion("c.5944_5955del"), U),  # takes the place of the frameshift away
        (deletion("c.5944_5953del"), T),  # leaves a shift of its own
        (deletion("c.6000_6011del"), T),  # lies elsewhere
        (deletion("c.5940-2_5951del"), T),  # reaches into an intron: its length is not known
        (snv("BRCA2", "p.Thr1990AsnfsTer9", kind="INDEL", hgvs_c="c.5969dup"), U),
    ],
)
def test_a_change_that_may_undo_a_truncation(other, expected):
    assert truth("BRCA2 loss_of_function", SHIFT, other) is expected


def test_a_change_on_the_other_allele_undoes_nothing():
    events = (
        snv("BRCA2", SHIFT.hgvs_p, kind="INDEL", hgvs_c=SHIFT.hgvs_c, phase_set="1"),
        deletion("c.5944_5955del", phase_set="2"),
    )
    assert truth("BRCA2 loss_of_function", *events) is T


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("c.2887-30_3028+9del", T),  # all of the exon
        ("c.2888-60_2896del", T),  # its acceptor site, from far in the intron
        ("c.2888-60_2888-40del", F),
        ("c.3028+40_3029-40del", F),  # inside one intron
        ("c.2700-5_2714del", F),  # another exon
    ],
)
def test_deletions_over_splice_sites_skip_the_exon(name, expected):
    found = truth("MET exon 14 skipping", snv("MET", kind="INDEL", hgvs_c=name))
    assert found is expected or (expected is F and found is U)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("CCND1 exon 5 mutation", T),
        ("CCND1 codon 250", T),
        ("CCND1 exon 4 mutation", U),
        ("CCND1 loss_of_function", U),
    ],
)
def test_a_truncation_that_activates_is_a_mutation_of_its_place(profile, expected):
    assert truth(profile, snv("CCND1", "p.Gln250Ter")) is expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("codon 249,250", True),
        ("codon 251", False),
        ("residues 240-260", True),
        ("exon 4|exon 5 truncating", True),
        ("any", True),
        (None, False),
    ],
)
def test_where_truncation_activates(where, expected):
    base = knowledge()
    gene = replace(base.genes["CCND1"], truncation_gof=where)
    finding = read_finding(snv("CCND1", "p.Gln250Ter"), base)
    assert truncation_activates(finding, replace(base, genes={"CCND1": gene})) is expected


@pytest.mark.parametrize(
    ("ihc", "events", "state"),
    [
        ("HER2=2+", (AMP,), "positive"),
        ("HER2=equivocal", (AMP,), "positive"),
        ("", (AMP,), "positive"),
        ("HER2=2+", (absent("ERBB2", kind="CNA", value="AMP"),), "low"),
        ("HER2=1+", (AMP,), "low"),  # what was stained stands
        ("HER2=2+", (), None),
        ("HER2=equivocal", (absent("ERBB2", kind="CNA", value="AMP"),), None),
    ],
)
def test_copies_settle_what_the_stain_leaves_open(ihc, events, state):
    for asked in ("positive", "low"):
        found = truth(f"HER2 expression {asked}", *events, ihc=ihc)
        assert found is (U if state is None else T if asked == state else F), asked


def test_an_inherited_type_is_a_marker():
    profile = "HLA-A*02:01 expression positive"
    assert truth(profile, ihc="HLA-A*02:01=pos") is T
    assert truth(profile, ihc="HLA-A*02:01=neg; HLA-A*24:02=pos") is F
    assert truth(profile) is U
    assert str(parse_profile(profile)) == profile


def test_intact_repair_proteins_answer_for_msi_that_nobody_measured():
    intact = "MLH1=intact; MSH2=intact; MSH6=intact; PMS2=intact"
    assert truth("MSI_H", ihc=intact) is F
    assert truth("MSI_H", ihc="MSH6=lost") is U
    assert truth("MSI_H", Event("MSI", value="MSI-H"), ihc=intact) is T


HOPE = labelled(profile="BRAF p.V600E")


@pytest.mark.parametrize("direction", ["disputes", "supports"])
@pytest.mark.parametrize(("line", "action"), [(1, "AVOID"), (None, "INFORM")])
def test_a_warning_with_an_open_condition_forbids_nothing(direction, line, action):
    against = statement(
        id="against",
        predicate="sensitivity" if direction == "disputes" else "resistance",
        direction=direction,
        level="B",
        conditions="line = 1",
    )
    told = answer(knowledge(HOPE, against), [snv("BRAF", "p.Val600Glu")], line=line)
    actions = {row["statements"][0]: row["action"] for row in told["therapies"]}
    assert actions == {"alpha-mel": "AVOID" if line else "ACT", "against": action}


def test_a_label_that_warns_stays_a_warning():
    against = labelled(id="against", predicate="resistance", conditions="line = 1")
    told = answer(knowledge(HOPE, against), [snv("BRAF", "p.Val600Glu")])
    assert {row["action"] for row in told["therapies"]} == {"AVOID"}


def test_reduced_sensitivity_beside_what_stands_is_only_told():
    less = statement(id="less", predicate="reduced_sensitivity", level="B")
    event = snv("BRAF", "p.Val600Glu")
    both = answer(knowledge(HOPE, less), [event])["therapies"]
    assert {row["statements"][0]: row["action"] for row in both} == {
        "alpha-mel": "ACT",
        "less": "INFORM",
    }
    (alone,) = answer(knowledge(less), [event])["therapies"]
    assert alone["action"] == "AVOID"
