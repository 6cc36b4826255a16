"""From events to the truth of features: classes, granularity, origin, phase, negatives."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import yaml

from consilium.knowledge.profiles import parse_profile
from consilium.matching.features import evaluate_leaf
from consilium.matching.kleene import Truth, any_of, every
from consilium.matching.patient import Context, asked_features, build_patient
from consilium.matching.profile_match import evaluate
from consilium.records import Clinical, Event, Therapy
from consilium.tables import read_rows, write_rows
from interpret_case import Settings as CaseSettings
from interpret_case import main
from matching_cases import (
    SETTINGS,
    absent,
    answer,
    fusion,
    knowledge,
    labelled,
    rows,
    snv,
    statement,
    tiers,
    wild_type,
)

ROOT = Path(__file__).parents[1]
BASE = knowledge()
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN


def patient(*events, solid=True, purity=None, **clinical):
    context = Context(Clinical("P", **clinical), solid, purity)
    return build_patient(events, context, BASE, SETTINGS)


def truth(profile, *events, **more):
    who = patient(*events, **more)
    return evaluate(
        parse_profile(profile), lambda leaf: evaluate_leaf(leaf, who, BASE, SETTINGS)
    ).truth


def test_kleene():
    assert (every([T, U]), every([F, U]), every([]), any_of([U, F]), any_of([T, U]), ~U, ~T) == (
        U, F, T, U, T, U, F,
    )  # fmt: skip


EX19 = snv("EGFR", "p.Glu746_Ala750del", kind="INDEL")
INS20 = snv("EGFR", "p.Ala767_Val769dup", kind="INDEL")
FQEA = snv("EGFR", "p.Ala763_Tyr764insPheGlnGluAla", kind="INDEL")
V3 = snv("EGFR", "p.Val30_Arg297delinsGly", kind="SV")
G1213 = snv("KRAS", "p.Gly12_Gly13delinsAspAsp", kind="MNV")


@pytest.mark.parametrize(
    ("profile", "event", "expected"),
    [
        ("BRAF p.V600E", snv("BRAF", "p.Val600Glu"), T),
        ("BRAF p.V600E", snv("BRAF", "p.Val600Lys"), F),
        ("BRAF codon 600", snv("BRAF", "p.Val600Lys"), T),
        ("BRAF codon 600", snv("BRAF", "p.Val600="), U),
        ("BRAF set class_2", snv("BRAF", "p.Lys601Glu"), T),
        ("BRAF p.V600E", snv("BRAF", "codon 600"), U),
        ("BRAF codon 600", snv("BRAF", "codon 600"), T),
        ("KRAS p.G12D", G1213, T),
        ("KRAS p.G13D", G1213, T),
        ("EGFR exon 19 inframe_deletion", EX19, T),
        ("EGFR exon 19 inframe_indel", EX19, T),
        ("EGFR exon 20 inframe_insertion", EX19, U),
        ("EGFR exon 19 inframe_insertion", EX19, U),
        ("EGFR exon 20 inframe_insertion", INS20, T),
        ("EGFR exon 20 inframe_insertion", FQEA, T),
        ("EGFR p.A763_Y764insFQEA", FQEA, T),
        ("EGFR exon 19,20 mutation", INS20, T),
        ("EGFR exon 19 inframe_deletion", snv("EGFR", "exon 19 deletion"), T),
        ("EGFR exon 19 inframe_deletion", snv("EGFR", "exon 19"), U),
        ("EGFR exon 19 inframe_deletion", V3, U),
        ("EGFR residues 762-823 inframe_insertion", INS20, T),
        ("EGFR residues 800-823 inframe_insertion", INS20, U),
        ("EGFR p.T790M", snv("EGFR", "p.Leu858Arg"), U),
        ("MET exon 14 skipping", snv("MET", hgvs_c="c.3028+1G>T"), T),
        ("MET exon 14 skipping", snv("MET", hgvs_c="c.2888-2A>G"), T),
        ("MET exon 14 skipping", snv("MET", "p.Asp1010Asn", hgvs_c="c.3028G>A"), T),
        ("MET exon 14 skipping", snv("MET", hgvs_c="c.3028+7G>T"), U),
        ("MET exon 14 skipping", snv("MET", hgvs_c="c.3017_3028+8del", kind="INDEL"), T),
        ("MET exon 14 skipping", snv("MET", "p.Val963_Asp1010del", kind="SV"), T),
        ("MET exon 14 skipping", snv("MET", "exon 14 skipping"), T),
        ("MET exon 14 skipping", snv("MET", "p.Arg970Cys"), U),
        ("MET c.3028+1G>T", snv("MET", hgvs_c="NM_000245.4:c.3028+1G>T"), T),
        ("EZH2 p.Y646F", snv("EZH2", "p.Tyr641Phe"), T),
        ("EZH2 codon 646", snv("EZH2", "p.Tyr646Ter"), U),
        ("EZH2 codon 646", snv("EZH2", "p.Tyr646Phe"), T),
        ("TP53 codon 175", snv("TP53", "p.Arg175Ter"), T),
        ("KRAS mutation", snv("KRAS", "p.Ala146Thr"), T),
        ("KRAS mutation", snv("KRAS", "p.Gly12="), U),
        ("KRAS oncogenic", snv("KRAS", "p.Gly12Asp"), T),
        ("KRAS oncogenic", snv("KRAS", "p.Leu52Phe"), U),
        ("KRAS gain_of_function", snv("KRAS", "p.Gly12Asp"), T),
        ("KRAS loss_of_function", snv("KRAS", "p.Gly12Asp"), U),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Ser1982ArgfsTer22"), T),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Lys3326Ter"), U),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Glu3400Ter"), U),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Asn372His"), U),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Asp2723His"), U),
        ("BRCA2 loss_of_function", snv("BRCA2", "p.Asp2723His", clinvar="Pathogenic"), T),
        ("BRCA2 loss_of_function", snv("BRCA2", hgvs_c="c.7007+1G>A"), T),
        ("BRCA2 loss_of_function", Event("CNA", "BRCA2", value="DEL", origin="SOMATIC"), T),
        ("BRCA2 oncogenic", Event("CNA", "BRCA2", value="DEL", origin="SOMATIC"), T),
        ("KRAS oncogenic", Event("CNA", "KRAS", value="AMP", origin="SOMATIC"), U),
        ("TP53 oncogenic", snv("TP53", "p.Arg175His"), T),
        ("CCND1 gain_of_function", snv("CCND1", "p.Pro287Ter"), T),
        ("CCND1 loss_of_function", snv("CCND1", "p.Pro287Ter"), U),
        ("PTEN loss_of_function", Event("CNA", "PTEN", value="AMP"), U),
        ("EGFR ITD", snv("EGFR", "ITD"), T),
        ("BRCA2 loss_of_function", snv("BRCA2", consequence="stop_gained"), T),
        ("EGFR exon 19 inframe_deletion",
         snv("EGFR", consequence="inframe_deletion", codon_start=746, codon_end=750), T),
        ("BRCA2 loss_of_function", snv("BRCA2", hgvs_c="c.5946del", kind="INDEL"), T),
        ("EGFR exon 19 inframe_deletion", snv("EGFR", hgvs_c="c.2235_2249del", kind="INDEL"), T),
    ],
)  # fmt: skip
def test_a_finding_satisfies_a_feature(profile, event, expected):
    assert truth(profile, event) is expected


def test_a_codon_with_one_change_has_no_other():
    assert truth("KRAS p.G12C", snv("KRAS", "p.Gly12Asp")) is F
    assert truth("KRAS p.G13D", snv("KRAS", "p.Gly12Asp")) is U


@pytest.mark.parametrize(
    ("profile", "event", "expected"),
    [
        ("KRAS p.G12C", absent("KRAS", "codon 12"), F),
        ("KRAS p.G12C", absent("KRAS", "exon 2"), F),
        ("KRAS codon 12,13", absent("KRAS", "codon 12"), U),
        ("KRAS codon 61", absent("KRAS", "exon 2"), U),
        ("KRAS p.G12C", absent("KRAS", "p.Gly12Cys"), F),
        ("KRAS p.G12D", absent("KRAS", "p.Gly12Cys"), U),
        ("KRAS p.G12D", absent("KRAS"), F),
        ("KRAS codon 12", absent("KRAS", feature="KRAS codon 12"), F),
        ("KRAS codon 12", absent("KRAS", feature="KRAS wild_type codons 12,13"), F),
        ("KRAS oncogenic", absent("KRAS", "exon 2"), U),
        ("KRAS oncogenic", absent("KRAS"), F),
        ("EGFR p.A763_Y764insFQEA", absent("EGFR", feature="EGFR exon 20 inframe_insertion"), F),
        ("EGFR p.T790M", absent("EGFR", feature="EGFR exon 20 inframe_insertion"), U),
        ("EGFR exon 19 inframe_deletion", absent("EGFR", "exon 19"), F),
        ("MET exon 14 skipping", absent("MET", "exon 14"), U),
        ("MET exon 14 skipping", absent("MET", "exon 14 skipping"), F),
        ("BRAF set class_2", absent("BRAF", "codon 601"), F),
        ("ALK fusion", absent("ALK", kind="FUSION"), F),
        ("EML4::ALK", absent("ALK", kind="FUSION"), F),
        ("ALK fusion", absent("ALK", "EML4::ALK", kind="FUSION"), U),
        ("EML4::ALK", absent("ALK", "EML4::ALK", kind="FUSION"), F),
        ("ERBB2 amplification", absent("ERBB2", kind="CNA"), F),
        ("ERBB2 amplification", absent("ERBB2", kind="CNA", value="AMP"), F),
        ("ERBB2 homozygous_deletion", absent("ERBB2", kind="CNA", value="AMP"), U),
        ("MSI_H", absent(None, kind="MSI"), F),
        ("KRAS p.G12C", absent("KRAS", "codon 12", assessed="INDETERMINATE"), U),
    ],
)
def test_what_a_row_that_found_nothing_excludes(profile, event, expected):
    assert truth(profile, event) is expected
    assert truth(profile) is U


def test_a_row_that_could_not_look_outweighs_one_that_found_nothing():
    blind = absent("KRAS", "codon 12", assessed="NOT_ASSESSED")
    assert truth("KRAS codon 12", absent("KRAS", "exon 2"), blind) is U


def test_a_row_speaks_of_the_feature_it_names():
    assert [str(leaf) for leaf in asked_features(absent("FLT3", "ITD"))] == ["FLT3 ITD"]
    (stain,) = asked_features(absent("ERBB2", kind="IHC"))
    assert (stain.kind, stain.gene) == ("expression", "ERBB2")


RAS = "KRAS wild_type codons 12,13,59,61,117,146 AND NRAS wild_type codons 12,13,59,61,117,146"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], U),
        (wild_type("KRAS"), U),
        (wild_type("KRAS", "NRAS"), T),
        (wild_type("KRAS", "NRAS", but=("KRAS", 61)), U),
        ([*wild_type("KRAS", "NRAS", but=("NRAS", 61)), snv("NRAS", "p.Gln61Lys")], F),
        ([*wild_type("KRAS", "NRAS"), snv("KRAS", "p.Leu52Phe")], T),
        ([*wild_type("KRAS", "NRAS"), snv("KRAS", "p.Thr58=")], T),
        ([snv("KRAS", "exon 2"), *wild_type("NRAS")], F),
        ([snv("KRAS", "p.Gly12Cys")], F),
    ],
)
def test_a_wild_type_claim_needs_every_codon(events, expected):
    assert truth(RAS, *events) is expected


def test_a_gene_is_wild_type_only_where_a_row_says_so_of_the_whole():
    assert truth("TP53 wild_type", absent("TP53")) is T
    assert truth("TP53 wild_type", absent("TP53", "codon 175")) is U
    assert truth("TP53 wild_type", absent("TP53"), snv("TP53", "p.Arg175His")) is F


def test_possible_clonal_haematopoiesis_leaves_wild_type_open():
    doubtful = snv("TP53", "p.Arg175His", origin="UNKNOWN", vaf=0.03)
    assert truth("TP53 wild_type", absent("TP53"), doubtful) is U


@pytest.mark.parametrize(
    ("value", "unit", "profile", "expected"),
    [
        ("AMP", None, "ERBB2 amplification", T),
        ("DEL", None, "ERBB2 amplification", F),
        ("DEL", None, "ERBB2 homozygous_deletion", T),
        ("AMP", None, "ERBB2 homozygous_deletion", F),
        ("12", "copies", "ERBB2 amplification", T),
        ("5", "copies", "ERBB2 amplification", U),
        ("2", "copies", "ERBB2 amplification", F),
        ("0.2", "copies", "ERBB2 homozygous_deletion", T),
        ("1", "copies", "ERBB2 homozygous_deletion", F),
        ("LOSS", None, "ERBB2 homozygous_deletion", F),
    ],
)
def test_copy_number(value, unit, profile, expected):
    assert truth(profile, Event("CNA", "ERBB2", value=value, unit=unit)) is expected


@pytest.mark.parametrize(
    ("profile", "event", "expected"),
    [
        ("ALK fusion", fusion("EML4::ALK"), T),
        ("ALK fusion", fusion("EML4::ALK", "in-frame"), T),
        ("ALK fusion", fusion("EML4::ALK", "out-of-frame"), U),
        ("ALK fusion", fusion("ALK::EML4"), U),
        ("NTRK1 fusion", fusion("NTRK1::LMNA", "in-frame"), U),
        ("FGFR2 fusion", fusion("FGFR2::BICC1"), T),
        ("FGFR2 fusion", fusion("BICC1::FGFR2"), U),
        ("EML4::ALK", fusion("EML4::ALK"), T),
        ("EML4::ALK", fusion("KIF5B::ALK"), U),
        ("BRAF p.V600E", fusion("KIAA1549::BRAF"), U),
        ("ALK fusion", Event("FUSION", "ALK", origin="SOMATIC"), T),
        ("ALK mutation", fusion("EML4::ALK"), U),
    ],
)
def test_fusions(profile, event, expected):
    assert truth(profile, event) is expected


@pytest.mark.parametrize(
    ("profile", "events", "purity", "clinical", "expected"),
    [
        ("MSI_H", [Event("MSI", value="MSI-H")], None, {}, T),
        ("MSI_H", [Event("MSI", value="MSS")], None, {}, F),
        ("MSI_H", [Event("MSI", value="MSS")], 0.1, {}, U),
        ("MSI_H", [Event("MSI", value="perhaps")], None, {}, U),
        ("MSI_H", [Event("MSI", value="MSS"), Event("MSI", value="MSI-H")], None, {}, U),
        ("MMR_deficient", [Event("MSI", value="MSS")], None, {}, F),
        ("MMR_deficient", [], None, {"ihc": "MLH1=lost"}, T),
        ("MMR_deficient", [Event("MSI", value="MSI-H")], None, {"ihc": "MMR=proficient"}, F),
        ("HRD", [Event("HRD", value="50", unit="GIS")], None, {}, T),
        ("HRD", [Event("HRD", value="41")], None, {}, F),
        ("HRD", [Event("HRD", value="negative")], None, {}, F),
        ("HRD", [Event("HRD", value="odd")], None, {}, U),
        ("TMB >= 10", [Event("TMB", value="14", genomic="panel_mb=1.2")], None, {}, T),
        ("TMB >= 10", [Event("TMB", value="9", genomic="panel_mb=1.2")], None, {}, F),
        ("TMB >= 10", [Event("TMB", value="14", genomic="panel_mb=0.3")], None, {}, U),
        ("TMB >= 10", [Event("TMB", value="14")], None, {}, U),
        ("TMB >= 10",
         [Event("TMB", value="14", genomic="panel_mb=1.2;germline_filter=no")], None, {}, U),
        ("TMB >= 10", [Event("TMB", value="14", genomic="panel_mb=1.2")], None,
         {"specimen": "tumour-only"}, U),
        ("TMB >= 10", [Event("TMB", value="14", genomic="panel_mb=1.2,germline_filter=yes")], None,
         {"specimen": "tumour-only"}, T),
        ("TMB >= 10", [Event("TMB", value="high", genomic="panel_mb=1.2")], None, {}, U),
        ("HER2 expression positive", [], None, {"ihc": "HER2=3+"}, T),
        ("HER2 expression positive", [Event("CNA", "ERBB2", value="AMP")], None, {}, T),
        ("PD-L1 expression >= 50", [], None, {"ihc": "PD-L1=10"}, F),
        ("PD-L1 expression >= 50", [], None, {}, U),
    ],
)  # fmt: skip
def test_measured_states(profile, events, purity, clinical, expected):
    assert truth(profile, *events, purity=purity, **clinical) is expected


def test_an_unreportable_tmb_gives_size_method_and_interval():
    document = answer(BASE, [Event("TMB", value="14", unit="mut/Mb", genomic="panel_mb=0.3")])
    (entry,) = document["not_assessable"]
    assert entry["what"] == "TMB"
    assert "0.3 Mb" in entry["sentence"] and "germline filter not stated" in entry["sentence"]
    assert "95 % interval 3.6 to 34.1" in entry["sentence"]


V600E = snv("BRAF", "p.Val600Glu", hgvs_c="c.1799T>A", genomic="chr7:140753336:A:T")
V600M = snv("BRAF", "p.Val600Met", hgvs_c="c.1798G>A", genomic="chr7:140753337:C:T")


def phased(event, name):
    return snv(event.gene, event.hgvs_p, hgvs_c=event.hgvs_c, genomic=event.genomic, phase_set=name)


@pytest.mark.parametrize("without", [None, "hgvs_c"])
def test_phased_changes_of_a_codon_are_one_change(without):
    events = [phased(V600E, "PS1"), phased(V600M, "PS1")]
    if without:
        events = [snv(e.gene, e.hgvs_p, genomic=e.genomic, phase_set="PS1") for e in events]
    assert truth("BRAF p.V600K", *events) is T
    assert truth("BRAF p.V600E", *events) is F
    labels = [event["label"] for event in answer(BASE, events)["events"]]
    assert labels == ["BRAF p.Val600Lys"]


def test_a_phase_can_stand_in_value_and_unit():
    events = [
        snv(e.gene, e.hgvs_p, hgvs_c=e.hgvs_c, value="PS1", unit="PHASE") for e in (V600E, V600M)
    ]
    assert truth("BRAF p.V600K", *events) is T


def test_unphased_changes_of_a_codon_are_indeterminate():
    for profile in ("BRAF p.V600K", "BRAF p.V600E", "BRAF p.V600M"):
        assert truth(profile, V600E, V600M) is U
    assert truth("BRAF codon 600", V600E, V600M) is T
    assert any("same allele" in words for words in answer(BASE, [V600E, V600M])["warnings"])


def test_changes_of_a_codon_on_two_alleles_are_two_changes():
    assert truth("BRAF p.V600E AND BRAF p.V600M", phased(V600E, "A"), phased(V600M, "B")) is T


def test_phased_changes_without_a_known_codon_are_indeterminate():
    events = [snv("BRAF", e.hgvs_p, phase_set="PS1") for e in (V600E, V600M)]
    assert truth("BRAF p.V600K", *events) is U


def test_frameshifts_that_restore_the_frame_prove_no_loss():
    first = snv("BRCA2", "p.Ser1982ArgfsTer22", hgvs_c="c.5946del", kind="INDEL")
    near = snv("BRCA2", "p.Asn1990LysfsTer5", hgvs_c="c.5968dup", kind="INDEL")
    far = snv("BRCA2", "p.Glu800LysfsTer5", hgvs_c="c.2398dup", kind="INDEL")
    assert truth("BRCA2 loss_of_function", first, near) is U
    assert truth("BRCA2 loss_of_function", first, far) is T
    in_cis = [phased(first, "A"), phased(far, "A")]
    in_cis = [snv(e.gene, e.hgvs_p, hgvs_c=e.hgvs_c, kind="INDEL", phase_set="A") for e in in_cis]
    assert truth("BRCA2 loss_of_function", *in_cis) is U


LOF = "BRCA2 loss_of_function"


@pytest.mark.parametrize(
    ("profile", "origin", "expected"),
    [
        (LOF, "SOMATIC", T),
        (f"{LOF} [germline]", "SOMATIC", F),
        (f"{LOF} [germline]", "UNKNOWN", U),
        (f"{LOF} [germline]", "GERMLINE", T),
        (f"{LOF} [germline]", "LIKELY_GERMLINE", U),
        (f"{LOF} [somatic]", "GERMLINE", F),
        (f"{LOF} [somatic]", "LIKELY_GERMLINE", U),
        (f"{LOF} [somatic]", "UNKNOWN", U),
        (f"{LOF} [somatic]", "SOMATIC", T),
    ],
)
def test_origin_that_a_statement_asks_for(profile, origin, expected):
    event = snv("BRCA2", "p.Ser1982ArgfsTer22", origin=origin)
    assert truth(profile, event, consent_germline=True) is expected


@pytest.mark.parametrize("origin", ["GERMLINE", "LIKELY_GERMLINE"])
@pytest.mark.parametrize("consent", [None, False])
def test_without_consent_nothing_of_the_germline_appears(origin, consent):
    base = knowledge(labelled(profile=LOF, tumor=("ANY",)))
    event = snv("BRCA2", "p.Ser1982ArgfsTer22", hgvs_c="c.5946del", origin=origin)
    hidden = answer(base, [event], consent_germline=consent)
    silent = answer(base, [], consent_germline=consent)
    assert hidden["germline"]["withheld"] is True
    assert hidden == silent  # not even that something was withheld
    told = answer(base, [event], consent_germline=True)
    assert [row["label"] for row in told["germline"]["findings"]] == ["BRCA2 p.Ser1982ArgfsTer22"]


@pytest.mark.parametrize(
    ("coding", "clinvar", "listed"),
    [
        ("c.376-91G>A", None, False),
        ("c.96+41_97-54del", None, False),
        ("c.376-2A>G", None, True),
        ("c.376-91G>A", "Pathogenic", True),
    ],
)
def test_inherited_changes_deep_in_an_intron_are_counted(coding, clinvar, listed):
    event = snv("BRCA2", hgvs_c=coding, origin="GERMLINE", clinvar=clinvar)
    told = answer(knowledge(), [event], consent_germline=True)["germline"]
    assert (len(told["findings"]), told["benign"]) == ((1, 0) if listed else (0, 1))


@pytest.mark.parametrize(
    ("changes", "clinical", "tumor", "origin"),
    [
        ({"vaf": 0.03}, {}, "LUAD", "POSSIBLE_CH"),
        ({"value": "0.03", "unit": "VAF"}, {}, "LUAD", "POSSIBLE_CH"),
        ({"vaf": 0.30}, {"specimen": "cfDNA"}, "LUAD", "POSSIBLE_CH"),
        ({}, {"specimen": "plasma"}, "LUAD", "POSSIBLE_CH"),
        ({"vaf": 0.30}, {}, "LUAD", "UNKNOWN"),
        ({"vaf": 0.03, "origin": "SOMATIC"}, {}, "LUAD", "SOMATIC"),
        ({"vaf": 0.03}, {}, "AML", "UNKNOWN"),
        ({"vaf": 0.50}, {"consent_germline": True}, "LUAD", "LIKELY_GERMLINE"),
        ({"vaf": 0.95}, {"consent_germline": True}, "LUAD", "LIKELY_GERMLINE"),
        ({"vaf": 0.75}, {"consent_germline": True}, "LUAD", "UNKNOWN"),
        ({"vaf": 0.50}, {}, "LUAD", "UNKNOWN"),
    ],
)
def test_an_unknown_origin_is_judged(changes, clinical, tumor, origin):
    event = snv("ATM", "p.Arg1875Ter", **{"origin": "UNKNOWN", **changes})
    document = answer(BASE, [event], tumor, **clinical)
    assert document["events"][0]["origin"] == origin


def test_possible_clonal_haematopoiesis_is_outside_the_tiers():
    base = knowledge(labelled(profile="ATM loss_of_function", tumor=("ANY",)))
    event = snv("ATM", "p.Arg1875Ter", origin="UNKNOWN", vaf=0.006)
    document = answer(base, [event], "LUAD")
    assert rows(document) == {"alpha": "NOT_ASSESSABLE"}
    assert document["events"][0]["tier"] is None
    assert any("test leukocytes" in words for words in document["warnings"])
    assert tiers(base, [event], "AML") == {"alpha": "I-A"}
    assert "blood is no normal sample" in answer(base, [event], "AML")["warnings"][0]


def test_a_known_germline_predisposition_is_flagged():
    event = snv("EGFR", "p.Thr790Met", origin="UNKNOWN", vaf=0.5)
    document = answer(BASE, [event], "LUAD", consent_germline=True)
    assert document["events"][0]["origin"] == "LIKELY_GERMLINE"
    assert "likely germline" in document["warnings"][0]


@pytest.mark.parametrize(
    ("event", "label", "codes"),
    [
        (snv("TP53", "p.Arg175His"), "Likely oncogenic", ["OS1", "OS3"]),
        (snv("TP53", "p.Arg175His", population_af=0.0), "Likely oncogenic", ["OP4", "OS1", "OS3"]),
        (snv("BRCA2", "p.Ser1982fs"), "Likely oncogenic", ["OVS1"]),
        (snv("BRCA2", "p.Ser1982fs", population_af=0.0), "Likely oncogenic", ["OP4", "OVS1"]),
        (snv("BRCA2", "p.Asn372His"), "Benign", ["SBVS1"]),
        (snv("BRCA2", "p.Asn372His", population_af=0.28), "Benign", ["SBVS1"]),
        (snv("KRAS", "p.Leu52Phe", population_af=0.02), "Likely benign", ["SBS1"]),
        (snv("KRAS", "p.Thr58="), "Likely benign", ["SBP2"]),
        (snv("KRAS", "p.Leu52Phe"), "VUS", []),
        (snv("KRAS", "p.Leu52Phe", hotspot="60/20"), "VUS", ["OS3"]),
        (snv("KRAS", "p.Leu52Phe", hotspot="40/20"), "VUS", ["OM3"]),
        (snv("KRAS", "p.Leu52Phe", hotspot="40/2"), "VUS", ["OP3"]),
        (snv("BRAF", "p.Lys601Glu"), "VUS", ["OS2"]),
        (EX19, "VUS", ["OM2"]),
        (snv("CCND1", "p.Pro100Ter"), "VUS", []),
    ],
)
def test_oncogenicity_prints_all_codes(event, label, codes):
    scored = answer(BASE, [event], "LUAD")["events"][0]["oncogenicity"]
    assert (scored["label"], [code["code"] for code in scored["codes"]]) == (label, codes)
    assert scored["points"] == sum(code["points"] for code in scored["codes"])


def test_a_label_s_own_target_is_an_established_change():
    base = knowledge(labelled(profile="EGFR p.L858R"))
    scored = answer(base, [snv("EGFR", "p.Leu858Arg")], "LUAD")["events"][0]["oncogenicity"]
    assert [code["code"] for code in scored["codes"]] == ["OS1"]


def test_direction_follows_role_class_and_place():
    events = [
        snv("KRAS", "p.Gly12Asp"),
        snv("TP53", "p.Arg175His"),
        snv("BRCA2", "p.Ser1982fs"),
        snv("CCND1", "p.Pro287Ter"),
        snv("KRAS", "p.Leu52Phe"),
        Event("CNA", "ERBB2", value="DEL"),
    ]
    found = answer(BASE, events, "LUAD")["events"]
    assert [e["direction"] for e in found] == ["GoF", "LoF", "LoF", "GoF", "UNKNOWN", "LoF"]
    assert found[-1]["tier"] == "IV"


def test_a_subclonal_target_is_told():
    event = snv("BRAF", "p.Val600Glu", vaf=0.05)
    assert answer(BASE, [event], purity=0.8)["warnings"] == [
        "BRAF p.Val600Glu (VAF 0.05) may be subclonal at a purity of 0.8."
    ]
    assert answer(BASE, [event], purity=0.1)["warnings"] == []


def test_two_findings_of_one_gene_say_whether_they_are_in_cis():
    base = knowledge(
        labelled(profile="EGFR p.L858R AND EGFR p.T790M", tumor=("NSCLC",), predicate="resistance")
    )
    for sets, expected in (("AA", "cis"), ("AB", "trans"), ((None, None), "UNKNOWN")):
        events = [
            snv("EGFR", name, phase_set=phase)
            for name, phase in zip(("p.Leu858Arg", "p.Thr790Met"), sets, strict=True)
        ]
        (row,) = answer(base, events, "LUAD")["therapies"]
        (step,) = [step for step in row["trace"] if step["step"] == "phase"]
        assert step["result"] == expected


def test_an_event_that_contradicts_an_absence_wins_and_says_so():
    base = knowledge(labelled())
    document = answer(base, [snv("BRAF", "p.Val600Glu"), absent("BRAF", "codon 600")])
    assert rows(document) == {"alpha": "I-A"}
    steps = document["therapies"][0]["trace"]
    assert any("another row says absent" in step["sentence"] for step in steps)


def test_unknown_features_are_never_true_of_statements():
    base = knowledge(labelled(), statement(id="b", profile="KRAS p.G12C", regimen="beta"))
    assert tiers(base, []) == {}


def test_a_guess_at_the_germline_does_not_hide_a_driver():
    base = knowledge(labelled(profile="KRAS p.G12C"))
    genes = {**base.genes, "KRAS": replace(base.genes["KRAS"], germline_report=False)}
    base = replace(base, genes=genes)
    event = snv("KRAS", "p.Gly12Cys", origin="LIKELY_GERMLINE", origin_reason="the caller's guess")
    document = answer(base, [event])
    assert rows(document) == {"alpha": "I-A"}
    assert document["events"][0]["origin"] == "UNKNOWN"
    assert "germline" not in str(document["events"])
    assert answer(base, [replace(event, hgvs_p="p.Leu52Phe")])["events"] == []


def test_a_row_that_could_not_look_says_why():
    base = knowledge(labelled(profile="BRCA2 loss_of_function"))
    blind = absent(
        "BRCA2", feature="BRCA2 loss_of_function", assessed="INDETERMINATE", detail="exon 11 open"
    )
    (entry,) = answer(base, [blind])["not_assessable"]
    assert entry["sentence"] == "BRCA2 loss_of_function could not be assessed: exon 11 open."


def test_a_hotspot_of_one_residue_counts_less_than_one_of_a_change():
    event = snv("KRAS", "p.Leu52Phe", hotspot="L52 (single residue, 60 tumours)")
    codes = answer(BASE, [event], "LUAD")["events"][0]["oncogenicity"]["codes"]
    assert [code["code"] for code in codes] == ["OM3"]


def test_a_case_is_interpreted_from_files(tmp_path):
    write_rows(tmp_path / "events.tsv", Event, [snv("BRAF", "p.Val600Glu")])
    outputs = {name: str(tmp_path / name) for name in ("interpretation", "therapies")}
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    settings = CaseSettings(
        regions=["FDA"],
        report_date="2026-11-23",
        knowledge={**config["knowledge"], "base": str(ROOT / "resources" / "knowledge")},
        interpretation=config["interpretation"],
    )
    clinical = asdict(Clinical("P", prior_therapies=("vemurafenib",)))
    case = {"case": "P", "tumor": "SKCM", "clinical": clinical}
    main(str(tmp_path / "events.tsv"), ROOT / "resources" / "tumors.tsv", case, settings, outputs)
    document = json.loads((tmp_path / "interpretation").read_text())
    table = list(read_rows(tmp_path / "therapies", Therapy))
    assert [row.regimen for row in table] == [row["regimen"] for row in document["therapies"]]
    assert "dabrafenib + trametinib" in {row.regimen for row in table if row.tier == "I-A"}


def test_copies_in_numbers_are_read_like_words():
    amplified = Event("CNA", "ERBB2", value="12", unit="copies", origin="SOMATIC")
    deleted = Event("CNA", "PTEN", value="0.1", unit="copies", origin="SOMATIC")
    found = answer(BASE, [amplified, deleted], "LUAD")["events"]
    assert [event["direction"] for event in found] == ["GoF", "LoF"]
    assert truth("HER2 expression positive", amplified) is T
    assert truth("PTEN loss_of_function AND PTEN oncogenic", deleted) is T


def test_an_internal_tandem_duplication_can_be_a_listed_driver():
    sets = {**BASE.sets, ("EGFR", "oncogenic"): (parse_profile("EGFR ITD"),)}
    document = answer(replace(BASE, sets=sets), [snv("EGFR", "ITD", kind="INDEL")], "LUAD")
    assert document["events"][0]["direction"] == "GoF"


@pytest.mark.parametrize(
    ("name", "feature"),
    [
        ("V600E", "BRAF p.V600E"),
        ("codon 12,13", "BRAF codon 12,13"),
        ("loss_of_function", "BRAF loss_of_function"),
        ("", "BRAF mutation"),
        ("the usual hotspots", None),
    ],
)
def test_a_name_that_nobody_understands_excludes_nothing(name, feature):
    row = absent("BRAF", name)
    assert [str(leaf) for leaf in asked_features(row)] == ([feature] if feature else [])
    told = answer(BASE, [row])["warnings"]
    assert told == (
        []
        if feature
        else ["The ABSENT row of BRAF the usual hotspots is not understood and proves nothing."]
    )


def test_a_feature_looked_for_by_name_does_not_borrow_a_wider_ones_reason():
    base = knowledge(labelled(profile="KRAS codon 12"))
    wide = absent(
        "KRAS", feature="KRAS codon 12,13,61", assessed="NOT_ASSESSED", detail="codon 61 not read"
    )
    own = absent("KRAS", feature="KRAS codon 12", assessed="NOT_ASSESSED", detail="depth 9")
    (entry,) = answer(base, [wide, own])["not_assessable"]
    assert entry["sentence"] == "KRAS codon 12 could not be assessed: depth 9."
    (entry,) = answer(base, [wide])["not_assessable"]
    assert entry["sentence"] == "KRAS codon 12,13,61 could not be assessed: codon 61 not read."
