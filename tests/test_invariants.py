"""The invariants of interpretation (rules 42 to 50) over generated patients and bases."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from consilium.knowledge.records import Statement
from consilium.matching.matcher import Matcher
from consilium.matching.patient import Context, build_patient
from consilium.records import Clinical, Event
from interpret_case import to_json
from matching_cases import (
    SETTINGS,
    TODAY,
    absent,
    answer,
    approval,
    knowledge,
    rows,
    snv,
    statement,
    tumors,
    wild_type,
)

TUMORS = ("LUAD", "NSCLC", "SKCM", "COADREAD", "AML")
BRANCH = {
    "LUAD": "LUNG",
    "LUSC": "LUNG",
    "NSCLC": "LUNG",
    "SKCM": "SKIN",
    "MEL": "SKIN",
    "COADREAD": "BOWEL",
    "AML": "MYELOID",
}
PROFILES = (
    "BRAF p.V600E",
    "BRAF codon 600",
    "EGFR p.L858R",
    "EGFR exon 19 inframe_deletion",
    "EGFR p.T790M AND EGFR p.L858R",
    "KRAS p.G12C",
    "KRAS oncogenic",
    "KRAS wild_type codons 12,13,59,61,117,146",
    "BRCA2 loss_of_function [germline]",
    "BRCA2 loss_of_function OR ATM loss_of_function",
    "ERBB2 amplification",
    "ALK fusion AND NOT EGFR p.L858R",
    "MSI_H OR TMB >= 10",
)
EVENTS = (
    snv("BRAF", "p.Val600Glu", hgvs_c="c.1799T>A"),
    snv("EGFR", "p.Leu858Arg"),
    snv("EGFR", "p.Thr790Met"),
    snv("EGFR", "p.Glu746_Ala750del", kind="INDEL"),
    snv("KRAS", "p.Gly12Cys"),
    snv("KRAS", "p.Gln61His"),
    snv("BRCA2", "p.Ser1982fs", kind="INDEL"),
    snv("BRCA2", "p.Gln2000Ter", origin="GERMLINE"),
    snv("ATM", "p.Arg1875Ter", origin="UNKNOWN", vaf=0.02),
    Event("CNA", "ERBB2", value="AMP", origin="SOMATIC"),
    Event("FUSION", "ALK", "EML4", "EML4::ALK", origin="SOMATIC"),
    Event("MSI", value="MSS"),
    Event("TMB", value="14", genomic="panel_mb=1.5"),
    *wild_type("KRAS"),
    absent("EGFR", "exon 19"),
)
BENIGN = (
    snv("BRCA2", "p.Asn372His"),
    snv("KRAS", "p.Leu52Phe", population_af=0.3),
    snv("EGFR", "p.Gln787="),
    snv("BRAF", "p.Ala29Val", population_af=0.2),
)


@st.composite
def entries(draw, predicates=("sensitivity", "resistance", "reduced_sensitivity")):
    """A statement, and perhaps decisions of regulators on it."""
    name = f"s{draw(st.integers(0, 10**6))}"
    row = statement(
        id=name,
        profile=draw(st.sampled_from(PROFILES)),
        predicate=draw(st.sampled_from(predicates)),
        direction=draw(st.sampled_from(("supports", "supports", "disputes"))),
        regimen=draw(st.sampled_from(("alpha", "beta", "alpha + beta"))),
        operator="COMBINATION",
        tumor=(draw(st.sampled_from((*BRANCH, "ANY_SOLID", "ANY"))),),
        excluded_tumors=draw(st.sampled_from(((), ("COADREAD",), ("LUAD",)))),
        conditions=draw(st.sampled_from(("", "line >= 2", "age >= 18"))),
        level=draw(st.sampled_from("ABCD")),
        guideline=draw(st.sampled_from((None, "ESMO 2025"))),
        transfers=draw(st.booleans()),
        checked=draw(st.sampled_from(("2026-10-01", "no"))),
    )
    status = draw(st.sampled_from((None, "ACTIVE", "WITHDRAWN", "PENDING")))
    region = draw(st.sampled_from(("FDA", "EMA")))
    decided = approval(statement=name, status=status, regulator=region, note="harm")
    return (row, decided) if status else (row,)


BASES = st.lists(entries(), min_size=1, max_size=6, unique_by=lambda rows: rows[0].id).map(
    lambda found: [part for rows in found for part in rows]
)
PATIENTS = st.lists(st.sampled_from(EVENTS), unique_by=id, max_size=12)
FACTS = st.fixed_dictionaries(
    {
        "line": st.sampled_from((None, 1, 2)),
        "age": st.sampled_from((None, 8.0, 60.0)),
        "consent_germline": st.sampled_from((None, True, False)),
    }
)
many = settings(max_examples=150, deadline=None)


def tier_one(document):
    return {row["regimen"] for row in document["therapies"] if row["tier"] in {"I-A", "I-B"}}


@many
@given(BASES, PATIENTS, FACTS)
def test_42_an_unrelated_tumour_has_no_tier_one(parts, events, facts):
    named = [
        replace(row, tumor=("SKCM",)) if set(row.tumor) & {"ANY", "ANY_SOLID"} else row
        for row in parts
        if isinstance(row, Statement)
    ]
    near = {BRANCH[code] for row in named for code in row.tumor}
    decided = [row for row in parts if not isinstance(row, Statement)]
    base = knowledge(*named, *decided)
    for tumor in (code for code in TUMORS if BRANCH[code] not in near):
        assert tier_one(answer(base, events, tumor, **facts)) == set()


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS)
def test_43_a_deletion_meets_no_amplification(parts, events, tumor, facts):
    flipped = [replace(e, value="DEL") if e.kind == "CNA" else e for e in events]
    document = answer(knowledge(*parts), flipped, tumor, **facts)
    for row in document["therapies"]:
        assert not (row["granularity"] == "CNA" and row["tier"])


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.data())
def test_44_less_depth_claims_no_wild_type(parts, events, tumor, facts, data):
    negatives = [event for event in events if event.assessed == "ABSENT"]
    blind = data.draw(st.lists(st.sampled_from(negatives), unique_by=id)) if negatives else []
    shallow = [replace(e, assessed="NOT_ASSESSED") if e in blind else e for e in events]
    base = knowledge(*parts)

    def claims(found):
        return {
            step["sentence"]
            for row in answer(base, found, tumor, **facts)["therapies"]
            if row["tier"]
            for step in row["trace"]
            if "is wild type:" in step["sentence"]
        }

    assert claims(shallow) <= claims(events)


SAME = (
    (
        [snv("BRAF", "p.Val600Glu")],
        [snv("BRAF", "p.V600E")],
        [snv("BRAF", "p.(Val600Glu)")],
        [snv("BRAF", "NP_004324.2:p.V600E", hgvs_c="NM_004333.6:c.1799T>A")],
        [snv("BRAF", "p.V600E", genomic="chr7:140753336:A:T")],
        [snv("BRAF", "p.V600E", genomic="7:140453136:A:T")],  # GRCh37
    ),
    (
        [snv("EGFR", "p.Ala767_Val769dup", kind="INDEL", hgvs_c="c.2300_2308dup")],
        [snv("EGFR", "p.Val769_Asp770insAlaSerVal", kind="INDEL")],
        [snv("EGFR", "p.S768_V769insVAS", kind="INDEL")],
    ),
    (
        [snv("BRAF", "p.Val600Lys", kind="MNV")],
        [snv("BRAF", "p.Val600delinsLys", kind="INDEL")],
        [
            snv("BRAF", "p.Val600Glu", hgvs_c="c.1799T>A", phase_set="1"),
            snv("BRAF", "p.Val600Met", hgvs_c="c.1798G>A", phase_set="1"),
        ],
        [
            snv("BRAF", "p.V600M", hgvs_c="c.1798G>A", value="PS1", unit="PHASE"),
            snv("BRAF", "p.V600E", hgvs_c="c.1799T>A", value="PS1", unit="PHASE"),
        ],
    ),
)
SPELLED = (
    "BRAF p.V600E",
    "BRAF p.V600K",
    "BRAF codon 600",
    "BRAF oncogenic",
    "EGFR p.A767_V769dup",
    "EGFR p.V769_D770insASV",
    "EGFR exon 20 inframe_insertion",
    "EGFR p.S768I",
    "NOT BRAF p.V600E",
)


@many
@given(
    st.sampled_from(SAME),
    st.lists(st.sampled_from(SPELLED), min_size=1, unique=True),
    st.sampled_from(("sensitivity", "resistance")),
)
def test_45_and_48_spellings_of_one_change_give_one_answer(spellings, profiles, predicate):
    parts = [
        part
        for place, profile in enumerate((*profiles, "EGFR p.S768I"))
        for part in (
            statement(id=f"s{place}", profile=profile, regimen=f"drug{place}", predicate=predicate),
            approval(statement=f"s{place}"),
        )
    ]
    base = knowledge(*parts)
    answers = [rows(answer(base, events)) for events in spellings]
    assert all(found == answers[0] for found in answers)


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.sampled_from(BENIGN))
def test_46_a_benign_variant_changes_no_therapy(parts, events, tumor, facts, benign):
    base = knowledge(*parts)
    before = answer(base, events, tumor, **facts)
    after = answer(base, [*events, benign], tumor, **facts)
    for part in ("therapies", "not_assessable", "diagnostic"):
        assert before[part] == after[part]


POSITIVE_PROFILES = ("EGFR p.T790M", "EGFR p.L858R", "KRAS p.G12C", "KRAS oncogenic")


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), st.sampled_from(POSITIVE_PROFILES))
def test_47_a_resistance_event_hides_no_warning(parts, events, tumor, profile):
    parts = [
        replace(p, profile=profile) if getattr(p, "predicate", "") == "resistance" else p
        for p in parts
    ]
    base = knowledge(*parts)
    event = snv("EGFR", "p.Cys797Ser")

    def shown(found):
        document = answer(base, found, tumor)
        return {
            (row["regimen"], row["predicate"])
            for row in document["therapies"]
            if row["predicate"] == "resistance" and row["direction"] == "supports"
        }, set(document["warnings"])

    before, after = shown(events), shown([*events, event])
    assert before[0] <= after[0] and before[1] <= after[1]


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.data())
def test_49_other_statements_do_not_change_a_statement_s_own_facts(
    parts, events, tumor, facts, data
):
    names = sorted(row.id for row in parts if hasattr(row, "tumor"))
    gone = data.draw(st.sampled_from(names))
    fewer = [
        row
        for row in parts
        if getattr(row, "id", None) != gone and getattr(row, "statement", "") != gone
    ]

    def own(rows_of_base):
        base = knowledge(*rows_of_base)
        matcher = Matcher(base, tumors(), SETTINGS, TODAY, ("FDA",))
        solid = matcher.tumors.is_solid(tumor)
        patient = build_patient(events, Context(Clinical("P", **facts), solid), base, SETTINGS)
        return {
            match.entry.statement.id: (
                match.molecular.truth,
                match.disease,
                match.conditions,
            )
            for match in matcher.match(patient, tumor).matches
        }

    whole = own(parts)
    whole.pop(gone, None)
    assert own(fewer) == whole


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS)
def test_50_tier_one_has_a_source_with_date_and_address(parts, events, tumor, facts):
    base = knowledge(*parts)
    for row in answer(base, events, tumor, **facts)["therapies"]:
        if row["tier"] in {"I-A", "I-B"}:
            entry = base.by_id[row["statements"][0]]
            labels = [a for a in entry.approvals if a.status == "ACTIVE" and a.regulator == "FDA"]
            assert entry.statement.guideline or any(a.date and a.url for a in labels)
            assert entry.statement.checked != "no"
            assert row["disease_match"] in {"ON", "TUMOUR_AGNOSTIC"}
            assert not row["conditions_unmet"]


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.randoms(use_true_random=False))
def test_41_the_answer_depends_on_the_facts_alone(parts, events, tumor, facts, random):
    document = answer(knowledge(*parts), events, tumor, **facts)
    assert to_json(document) == to_json(answer(knowledge(*parts), events, tumor, **facts))
    mixed = list(events)
    random.shuffle(mixed)
    other = answer(knowledge(*parts), mixed, tumor, **facts)
    assert rows(document) == rows(other)
    assert json.loads(to_json(document))["therapies"] is not None


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS))
def test_the_germline_leaves_no_mark_without_consent(parts, events, tumor):
    base = knowledge(*parts)
    hidden = snv("BRCA2", "p.Glu1000Ter", origin="GERMLINE")
    before = answer(base, [e for e in events if e.origin != "GERMLINE"], tumor)
    after = answer(base, [*events, hidden], tumor)
    before.pop("germline")
    assert after.pop("germline") == {"consent": None, "withheld": True, "findings": [], "benign": 0}
    assert before == after
