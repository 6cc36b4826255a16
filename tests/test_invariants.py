"""The invariants of interpretation (rules 42 to 50) over generated patients and bases."""

import json
import re
from dataclasses import replace
from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

import generated
from consilium.knowledge import join_knowledge
from consilium.knowledge.protein import parse_protein
from consilium.knowledge.records import Manifest, Statement
from consilium.matching.index import Index
from consilium.matching.interpret import Facts, Limits, interpret
from consilium.matching.kleene import Truth
from consilium.matching.matcher import Matcher
from consilium.matching.patient import Context, build_patient
from consilium.matching.phasing import CODE
from consilium.outside import Context as OutsideContext
from consilium.outside import names
from consilium.outside.raw import Line
from consilium.records import Clinical, Event
from generated import AMINO, TUMORS, bases, entries
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


@st.composite
def benign(draw):
    """A variant that is known to mean nothing, away from every hotspot of the base."""
    gene, codon = draw(generated.KNOWN_GENES), draw(st.integers(200, 500))
    ref, alt = draw(
        st.tuples(*[st.sampled_from(AMINO)] * 2).filter(lambda pair: len(set(pair)) == 2)
    )
    common = snv(gene, f"p.{ref}{codon}{alt}", population_af=draw(st.floats(0.06, 1)))
    rated = snv(
        gene, f"p.{ref}{codon}{alt}", clinvar=draw(st.sampled_from(("Benign", "Likely benign")))
    )
    known = snv("BRCA2", draw(st.sampled_from(("p.Asn372His", "p.Lys3326Ter"))))
    silent = snv(gene, f"p.{ref}{codon}=")
    return draw(st.sampled_from((common, rated, known, silent)))


BASES = bases(st.one_of(entries(), entries(profiles=st.sampled_from(PROFILES))))
PATIENTS = st.one_of(
    generated.PATIENTS, st.lists(st.sampled_from(EVENTS), unique_by=id, max_size=12)
)
FACTS = st.fixed_dictionaries(
    {
        "line": st.sampled_from((None, 1, 2)),
        "age": st.sampled_from((None, 8.0, 60.0)),
        "consent_germline": st.sampled_from((None, True, False)),
    }
)
many = settings(max_examples=100, deadline=None)


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


def asked(base, events, tumor, facts):
    """Statement -> its leaves with their answers."""
    matcher = Matcher(base, tumors(), SETTINGS, TODAY, ("FDA",))
    solid = matcher.tumors.is_solid(tumor)
    patient = build_patient(events, Context(Clinical("P", **facts), solid), base, SETTINGS)
    held = matcher.match(patient, tumor)
    return {m.entry.statement.id: m for m in [*held.matches, *held.rest()]}


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.sampled_from(("DEL", "0", "LOSS")))
def test_43_a_deletion_meets_no_amplification(parts, events, tumor, facts, lost):
    flipped = [
        replace(e, value=lost, unit="copies" if lost == "0" else None)
        if e.kind == "CNA" and e.assessed == "PRESENT"
        else e
        for e in events
    ]
    for match in asked(knowledge(*parts), flipped, tumor, facts).values():
        for part in match.molecular.asked:
            if part.leaf.kind == "amplification":
                assert part.result.truth is not Truth.TRUE


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, st.data())
def test_44_less_depth_claims_no_wild_type(parts, events, tumor, facts, data):
    negatives = [event for event in events if event.assessed == "ABSENT"]
    blind = data.draw(st.lists(st.sampled_from(negatives), unique_by=id)) if negatives else []
    state = data.draw(st.sampled_from(("NOT_ASSESSED", "INDETERMINATE")))
    shallow = [replace(e, assessed=state) if e in blind else e for e in events]
    base = knowledge(*parts)
    before, after = (asked(base, found, tumor, facts) for found in (events, shallow))
    for name, match in after.items():
        for old, new in zip(before[name].molecular.asked, match.molecular.asked, strict=True):
            if new.leaf.kind == "wild_type" and new.result.truth is Truth.TRUE:
                assert old.result.truth is Truth.TRUE

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


def spellings(gene, name):
    """Events that name one protein change in different ways, on either genome build."""
    body, three = name.removeprefix("p."), generated.spelled(name.removeprefix("p."))
    kind = generated.kind_of(name)
    names = [f"p.{body}", f"p.{three}", f"p.({three})", f"NP_000001.1:p.{three}", body]
    if found := re.fullmatch(r"([A-Z])(\d+)dup", body):
        ref, codon = found[1], int(found[2])
        names.append(f"p.{ref}{codon}_{generated.residue(gene, codon + 1)}{codon + 1}ins{ref}")
    plain = [snv(gene, spelt, kind=kind) for spelt in names]
    placed = [replace(plain[0], genomic=f"7:{place}:A:T") for place in (140453136, 140753336)]
    return [*plain, *placed, *(in_maf(gene, spelt, kind, "37") for spelt in names[:2]),
            *(in_maf(gene, spelt, kind, "GRCh38") for spelt in names[:2])]  # fmt: skip


def in_maf(gene, name, kind, build):
    """The event of a row of a MAF."""
    cells = {"Hugo_Symbol": gene, "HGVSp_Short": name, "NCBI_Build": build, "Chromosome": "7",
             "Start_Position": "140753336", "Reference_Allele": "A", "Tumor_Seq_Allele2": "T",
             "Variant_Type": {"SNV": "SNP", "INDEL": "DEL"}[kind],
             "Mutation_Status": "Somatic"}  # fmt: skip
    context = OutsideContext("P")
    (event,) = names.events(names.maf(Line("row", cells), context), context)
    return event


@many
@given(generated.changes(), bases(least=0), st.sampled_from(TUMORS))
def test_45_and_48_any_change_is_the_same_however_it_is_spelled(change, parts, tumor):
    gene, name = change
    asked_for = (
        statement(id="this", profile=f"{gene} {name}", regimen="gamma", tumor=("ANY",)),
        statement(id="not", profile=f"NOT {gene} {name}", regimen="delta", tumor=("ANY",)),
    )
    base = knowledge(*parts, *asked_for)
    first, *others = [rows(answer(base, [event], tumor)) for event in spellings(gene, name)]
    assert "gamma" in first
    assert all(found == first for found in others)


@st.composite
def split_codons(draw):
    """Two substitutions of one codon: residue before, after each alone, and after both."""
    codon = draw(st.sampled_from(sorted(CODE)))
    one, other = draw(st.sampled_from(list(permutations(range(3), 2))))
    made = []
    for places in ((one,), (other,), (one, other)):
        bases_of = list(codon)
        for place in places:
            bases_of[place] = "CGTA"["ACGT".index(codon[place])]
        made.append(CODE.get("".join(bases_of), "*"))
    ref = CODE[codon]
    assume(len({ref, *made}) == 4 and "*" not in made)
    coding = [f"c.{1797 + p + 1}{codon[p]}>{'CGTA'['ACGT'.index(codon[p])]}" for p in (one, other)]
    return ref, made, coding


@many
@given(split_codons(), st.booleans())
def test_45_changes_of_one_codon_are_one_change_where_they_are_phased(split, phased):
    ref, (one, other, both), coding = split
    parts = [
        statement(id=f"is-{aa}", profile=f"BRAF p.{ref}600{aa}", regimen=f"drug {aa}")
        for aa in (one, other, both)
    ] + [statement(id="codon", profile="BRAF codon 600", regimen="any")]
    base = knowledge(*parts)
    pair = [
        snv("BRAF", f"p.{ref}600{aa}", hgvs_c=name, phase_set="P1" if phased else None)
        for aa, name in zip((one, other), coding, strict=True)
    ]
    told, joined = (
        rows(answer(base, events))
        for events in (pair, [snv("BRAF", f"p.{ref}600{both}", kind="MNV")])
    )
    sure = {regimen for regimen, tier in told.items() if tier in {"I-A", "I-B", "II-C", "II-D"}}
    assert told == joined or sure == {"any"}
    assert phased or sure == {"any"}


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS, benign())
def test_46_a_benign_variant_changes_no_therapy(parts, events, tumor, facts, harmless):
    base = knowledge(*parts)
    before = answer(base, events, tumor, **facts)
    after = answer(base, [*events, harmless], tumor, **facts)
    for part in ("therapies", "not_assessable", "diagnostic"):
        assert before[part] == after[part]


@many
@given(
    bases(entries(profiles=generated.POSITIVE)),
    generated.PATIENTS,
    st.sampled_from(TUMORS),
    st.one_of(generated.small_variants(), st.just(snv("EGFR", "p.Cys797Ser"))),
)
def test_47_a_resistance_event_hides_no_warning(parts, events, tumor, event):
    """A second change of a codon may join the first; such a pair is left to test_matching.py."""
    place = parse_protein(event.hgvs_p).start
    near = [e for e in events if e.gene == event.gene and e.hgvs_p and e.assessed == "PRESENT"]
    assume(
        all(abs(place - (c.start if (c := parse_protein(e.hgvs_p)) else place)) > 5 for e in near)
    )
    assume(event.origin == "SOMATIC")
    base = knowledge(*parts)

    def shown(found):
        document = answer(base, found, tumor)
        return {
            (row["regimen"], row["predicate"])
            for row in document["therapies"]
            if row["predicate"] in {"resistance", "reduced_sensitivity", "adverse"}
            and row["direction"] == "supports"
        }, set(document["warnings"])

    before, after = shown(events), shown([*events, event])
    assert before[0] <= after[0] and before[1] <= after[1]


def own(base, events, tumor, facts):
    """Statement -> what it says of the patient by itself."""
    return {
        name: (match.molecular.truth, match.disease, match.conditions)
        for name, match in asked(base, events, tumor, facts).items()
    }


@many
@given(BASES, BASES, PATIENTS, st.sampled_from(TUMORS), FACTS)
def test_49_a_base_beside_the_first_changes_none_of_its_statements(
    parts, others, events, tumor, facts
):
    taken = {row.id for row in parts if isinstance(row, Statement)}
    assume(not any(getattr(row, "id", None) in taken for row in others))
    first, second = knowledge(*parts), knowledge(*others)
    second = replace(
        second,
        sources=(replace(second.sources[0], manifest=Manifest("other", "1", TODAY, "CC0")),),
        entries=tuple(replace(entry, base="other") for entry in second.entries),
    )
    both = own(join_knowledge([first, second]), events, tumor, facts)
    alone = own(first, events, tumor, facts)
    # A drug that the second base knows to be approved is lost no more: what only said so goes.
    silent = {n for n in alone.keys() - both.keys() if alone[n][0] is Truth.UNKNOWN}
    assert {name: both[name] for name in alone.keys() - silent} == {
        name: found for name, found in alone.items() if name not in silent
    }


class Everything(Index):
    """Holds every statement against the patient that is not plainly about another tumour."""

    def told(self, patient, tumor):
        named = {place for gene in patient.by_gene for place in self.by_gene.get(gene, ())}
        named |= set(self.by_gene.get("", ())) if patient.measured else set()
        return [n for n, _ in enumerate(self.entries) if n in named or self.near(n, tumor)]


@many
@given(BASES, PATIENTS, st.sampled_from(TUMORS), FACTS)
def test_what_the_index_passes_over_has_nothing_to_say(parts, events, tumor, facts):
    base = knowledge(*parts)
    matcher = Matcher(base, tumors(), SETTINGS, TODAY, ("FDA",))
    thorough = Matcher(base, tumors(), SETTINGS, TODAY, ("FDA",))
    thorough.__dict__["index"] = Everything(base.entries, tumors())
    patient = Facts("P", tumor, Clinical("P", **facts))
    quick, slow = (interpret(patient, events, m, Limits(180, 365)) for m in (matcher, thorough))
    assert quick == slow


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
