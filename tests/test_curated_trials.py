"""Curated trials: the bundled ones, what a wrong file is told, and the import of CTML."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

import import_ctml
from consilium.knowledge import leaves, parse_conditions, parse_profile, read_knowledge
from consilium.problems import InputError
from consilium.trials.ctml import read_ctml
from consilium.trials.curated import TRIAL_GENES, Terms, read_curated, read_trial
from consilium.tumors import read_tumors

ROOT = Path(__file__).parents[1]
BUNDLED = ROOT / "resources" / "trials"
KIT = ROOT.parent / "shared" / "data" / "knowledge" / "trials" / "ctml"


@pytest.fixture(scope="module")
def terms():
    genes = read_knowledge(ROOT / "resources" / "knowledge").genes
    return Terms(read_tumors(ROOT / "resources" / "tumors.tsv"), genes)


@pytest.fixture(scope="module")
def bundled(terms):
    return read_curated(BUNDLED, terms)


def trial(**changes):
    written = {
        "id": "NCT00000000",
        "title": "A made trial",
        "checked": "2026-01-05",
        "status": "RECRUITING",
        "phases": ["PHASE2"],
        "sources": ["https://example.org/NCT00000000"],
        "countries": ["France"],
        "arms": [
            {
                "label": "A",
                "interventions": ["drug a"],
                "inclusion": [{"molecular": "KRAS p.G12C", "says": "KRAS G12C"}],
                "exclusion": [{"clinical": "prior includes platinum", "says": "no platinum"}],
            }
        ],
        "inclusion": [{"tumor": "NSCLC|SCLC", "says": "lung", "hard": False}],
    }
    return {**written, **changes}


def read(tmp_path, terms, written, name="NCT00000000.yaml"):
    path = tmp_path / name
    path.write_text(yaml.safe_dump(written, sort_keys=False))
    return read_trial(path, terms)


def test_at_least_forty_trials_with_arms_are_bundled(bundled):
    assert len(bundled) >= 40
    assert len(bundled) == len(list(BUNDLED.glob("*.yaml")))
    assert all(found.arms and found.criteria for found in bundled.values())
    assert sum(len(found.arms) > 1 for found in bundled.values()) >= 20


def test_bundled_trials_have_a_number_a_day_and_an_address(bundled):
    for ident, found in bundled.items():
        assert re.fullmatch(r"NCT\d{8}", ident)
        assert found.id == ident
        assert date.fromisoformat(found.checked) < date(2026, 12, 31)
        assert any(ident in url for url in found.urls)


def test_every_bundled_expression_can_be_read(bundled, terms):
    known = TRIAL_GENES | frozenset(terms.genes)
    for found in bundled.values():
        for criterion in found.criteria:
            if criterion.kind == "clinical":
                assert len(parse_conditions(criterion.expression)) == 1
            elif criterion.kind == "molecular":
                for leaf, _ in leaves(parse_profile(criterion.expression)):
                    assert leaf.kind == "expression" or not leaf.gene or leaf.gene in known
            else:
                for code in criterion.expression.split("|"):
                    assert code in {"ANY", "ANY_SOLID"} or code in terms.tumors


def test_every_bundled_trial_asks_for_a_biomarker_or_says_who_assigns(bundled):
    for ident, found in bundled.items():
        molecular = any(criterion.kind == "molecular" for criterion in found.criteria)
        screening = any(arm.label in {"Screening", "Matched therapy"} for arm in found.arms)
        assert molecular or screening, ident


def test_criteria_of_an_arm_carry_its_label(tmp_path, terms):
    found = read(tmp_path, terms, trial())
    tumor, molecular, prior = found.criteria
    assert (tumor.kind, tumor.arm, tumor.hard, tumor.polarity) == (
        "tumor",
        None,
        False,
        "inclusion",
    )
    assert (molecular.expression, molecular.arm, molecular.hard) == ("KRAS p.G12C", "A", True)
    assert (prior.kind, prior.arm, prior.polarity) == ("clinical", "A", "exclusion")
    assert {criterion.origin for criterion in found.criteria} == {"curated"}


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"id": "NCT1"}, "id", "NCT and eight digits"),
        ({"statsu": "RECRUITING"}, "statsu", "did you mean 'status'?"),
        ({"status": "OPEN"}, "status", "use one of RECRUITING"),
        ({"checked": "05.01.2026"}, "checked", "ISO date"),
        ({"checked": "2026-02-30"}, "checked", "is no day"),
        ({"arms": []}, "arms", "[]"),
        ({"inclusion": [{"says": "x", "tumor": "NSCLCC"}]}, "inclusion.0.tumor", "NSCLCC"),
        ({"inclusion": [{"says": "x", "molecular": "KRAS G12C"}]}, "inclusion.0", "grammar"),
        ({"inclusion": [{"says": "x", "molecular": "KRSA mutation"}]}, "inclusion.0", "KRSA"),
        ({"inclusion": [{"says": "x", "clinical": "ecog < = 1"}]}, "inclusion.0", "grammar"),
        ({"inclusion": [{"says": "x", "clinical": "age > 1; sex = male"}]}, "inclusion.0", "one"),
        (
            {"inclusion": [{"says": "x", "clinical": "age > 1", "tumor": "NSCLC"}]},
            "inclusion.0",
            "Give one of molecular, tumor or clinical",
        ),
        ({"id": "NCT00000001"}, "id", "is not the name of the file"),
    ],
)
def test_a_wrong_file_is_told_field_problem_and_fix(tmp_path, terms, changes, field, said):
    with pytest.raises(InputError) as error:
        read(tmp_path, terms, trial(**changes))
    message = str(error.value)
    assert f"NCT00000000.yaml, {field}" in message
    assert said in message


def test_a_missing_field_is_named(tmp_path, terms):
    written = trial()
    del written["checked"]
    with pytest.raises(InputError, match=r"yaml, checked: is missing; add it: Date of"):
        read(tmp_path, terms, written)


def test_labels_must_differ(tmp_path, terms):
    arms = [{"label": "A", "interventions": []}] * 2
    with pytest.raises(InputError, match=r"label 'A' stands twice"):
        read(tmp_path, terms, trial(arms=arms))


def test_a_folder_tells_of_every_wrong_file(tmp_path, terms):
    for name in ("NCT00000001", "NCT00000002"):
        (tmp_path / f"{name}.yaml").write_text("- no\n")
    (tmp_path / "NCT00000003.yaml").write_text("id: [\n")
    with pytest.raises(InputError) as error:
        read_curated(tmp_path, terms)
    assert len(error.value.problems) == 3


def ctml(tmp_path, terms, match, **more):
    arm = {"arm_code": "1", "dose_level": [{"level_code": "drug"}], "match": match}
    written = {
        "nct_id": "NCT00000000",
        "long_title": "A made trial",
        "last_updated": "May 13, 2021",
        "phase": "I and II",
        "status": "Open to Accrual",
        "treatment_list": {"step": [{"arm": [arm]}]},
        **more,
    }
    path = tmp_path / "trial.yml"
    path.write_text(yaml.safe_dump(written, sort_keys=False))
    return read_ctml(path, terms)


def gene(symbol, category="Mutation", **more):
    return {"genomic": {"hugo_symbol": symbol, "variant_category": category, **more}}


def test_ctml_keeps_what_the_trial_says_of_itself(tmp_path, terms):
    found = ctml(tmp_path, terms, [gene("KRAS")])
    assert (found.id, found.checked, found.status) == ("NCT00000000", "2021-05-13", "RECRUITING")
    assert found.phases == ("PHASE1", "PHASE2")
    assert [(arm.label, arm.interventions) for arm in found.arms] == [("1", ("drug",))]


@pytest.mark.parametrize(
    ("node", "expression"),
    [
        (gene("KRAS"), "KRAS mutation"),
        (gene("KRAS", "!Mutation"), "NOT (KRAS mutation)"),
        (gene("KRAS", protein_change="p.G12C"), "KRAS p.G12C"),
        (gene("KRAS", protein_change="!p.G12C"), "NOT (KRAS p.G12C)"),
        (gene("BRAF", wildcard_protein_change="p.V600"), "BRAF codon 600"),
        (
            gene("EGFR", exon=19, variant_classification="In_Frame_Del"),
            "EGFR exon 19 inframe_deletion",
        ),
        (gene("VHL", molecular_function="Inactivating"), "VHL loss_of_function"),
        (gene("ERBB2", "CNV", cnv_call="High amplification"), "ERBB2 amplification"),
        (gene("ALK", "Structural Variation"), "ALK fusion"),
        (
            gene("BCR", "SV", fusion_partner_hugo_symbol="ABL1"),
            "BCR::ABL1 OR ABL1::BCR",
        ),
        ({"clinical": {"tmb": "10"}}, "TMB >= 10"),
        ({"clinical": {"er_status": "Negative"}}, "ER expression negative"),
        (
            {"or": [gene("KRAS"), {"and": [gene("NRAS"), gene("ALK", "!SV")]}]},
            "KRAS mutation OR (NRAS mutation AND NOT (ALK fusion))",
        ),
    ],
)
def test_ctml_nodes_become_profiles(tmp_path, terms, node, expression):
    found = ctml(tmp_path, terms, [node])
    (criterion,) = found.criteria
    assert (criterion.kind, criterion.expression, criterion.hard) == ("molecular", expression, True)
    assert criterion.arm == "1"
    assert found.unread == ()
    parse_profile(criterion.expression)


def test_ctml_clinical_fields_become_criteria(tmp_path, terms):
    fields = {"age_numerical": ">=18", "oncotree_primary_diagnosis": "!Melanoma", "gender": "Male"}
    found = ctml(tmp_path, terms, [{"and": [{"clinical": fields}]}])
    assert [(c.kind, c.expression, c.polarity) for c in found.criteria] == [
        ("clinical", "age >= 18", "inclusion"),
        ("tumor", "MEL", "exclusion"),
        ("clinical", "sex = male", "inclusion"),
    ]


def test_ctml_diagnoses_that_are_alternatives_become_one_criterion(tmp_path, terms):
    names = ("Melanoma", "Colorectal Adenocarcinoma")
    nodes = [{"clinical": {"oncotree_primary_diagnosis": name}} for name in names]
    (criterion,) = ctml(tmp_path, terms, [{"or": nodes}]).criteria
    assert (criterion.kind, criterion.expression) == ("tumor", "MEL|COADREAD")


def test_what_ctml_alone_can_say_is_reported_and_never_passes(tmp_path, terms):
    found = ctml(tmp_path, terms, [gene("KRAS", "CNV", cnv_call="Gain")])
    (criterion,) = found.criteria
    assert criterion.expression.startswith('note "genomic: hugo_symbol KRAS')
    assert parse_conditions(criterion.expression)[0].field == "note"
    assert "cnv_call Gain" in found.unread[0]


def test_an_alternative_that_cannot_be_read_keeps_the_others_from_failing(tmp_path, terms):
    found = ctml(tmp_path, terms, [{"or": [gene("KRAS"), gene("NOGENE")]}])
    (criterion,) = found.criteria
    assert (criterion.expression, criterion.hard) == ("KRAS mutation", False)
    assert "NOGENE" in found.unread[0]


def test_part_of_a_conjunction_that_cannot_be_read_never_widens_an_alternative(tmp_path, terms):
    match = [{"or": [gene("KRAS"), {"and": [gene("NRAS"), gene("NOGENE")]}]}]
    (criterion,) = ctml(tmp_path, terms, match).criteria
    assert (criterion.expression, criterion.hard) == ("KRAS mutation", False)


def test_a_dose_level_with_a_tree_of_its_own_is_an_arm(tmp_path, terms):
    level = {"level_code": "high", "match": [gene("NRAS")], "level_suspended": "Y"}
    arm = {"arm_code": "1", "match": [gene("KRAS")], "dose_level": [level]}
    found = ctml(tmp_path, terms, [], treatment_list={"step": [{"arm": [arm]}]})
    assert found.arms[0].label == "1, high"
    assert "(suspended)" in found.arms[0].description
    assert [c.expression for c in found.criteria] == ["KRAS mutation", "NRAS mutation"]


def test_an_imported_trial_reads_back_as_it_was(tmp_path, terms):
    match = [
        {"or": [gene("KRAS"), gene("NOGENE")]},
        {"clinical": {"oncotree_primary_diagnosis": "!Melanoma"}},
    ]
    found = ctml(tmp_path, terms, match)
    unread = import_ctml.main(str(tmp_path / "trial.yml"), str(tmp_path))
    back = read_trial(tmp_path / "NCT00000000.yaml", terms)
    assert back.criteria == found.criteria
    assert back.arms == found.arms
    assert unread == found.unread != ()


def test_a_file_that_is_no_ctml_is_refused(tmp_path, terms):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"nct_id": "NCT00000000"}))
    with pytest.raises(InputError, match="treatment_list: is missing"):
        read_ctml(path, terms)
    path.write_text(json.dumps({"nct_id": "1", "treatment_list": {}}))
    with pytest.raises(InputError) as error:
        read_ctml(path, terms)
    assert len(error.value.problems) == 3


@pytest.mark.skipif(not KIT.exists(), reason="the test data kit is not beside the project")
@pytest.mark.parametrize("ident", ["NCT03297606", "NCT04497116"])
def test_real_ctml_is_read_and_every_expression_can_be_used(ident, terms):
    (path,) = KIT.glob(f"{ident}*.json")
    found = read_ctml(path, terms)
    assert found.id == ident
    assert found.unread
    arms = json.loads(path.read_text())["treatment_list"]["step"][0]["arm"]
    assert len(found.arms) == len(arms)
    for criterion in found.criteria:
        if criterion.kind == "molecular":
            parse_profile(criterion.expression)
        elif criterion.kind == "clinical":
            parse_conditions(criterion.expression)
