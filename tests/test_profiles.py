"""The profile grammar, HGVS, and what can be wrong with a knowledge base."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from check_knowledge import Inputs, Settings, by_hand, main
from consilium.knowledge import actionable_features, parse_profile, read_knowledge
from consilium.knowledge.checks import check_base, stale
from consilium.knowledge.coding import parse_coding
from consilium.knowledge.joining import join_knowledge
from consilium.knowledge.profiles import ProfileError, leaves
from consilium.knowledge.protein import parse_protein, same_change
from consilium.knowledge.records import Approval, Gene, SetMember, Statement
from consilium.problems import InputError
from consilium.tables import TableError, write_rows
from matching_cases import approval, knowledge, labelled, statement, tumors

SPELLINGS = [
    "BRAF p.V600E",
    "EGFR p.E746_A750del OR EGFR exon 19 inframe_deletion",
    "TERT c.-124C>T",
    "MET c.3028+1G>T AND MET exon 14 skipping",
    "KRAS codon 12,13",
    "ERBB2 residues 755-781 inframe_insertion",
    "BRAF set class_2 [somatic]",
    "BRCA1 loss_of_function [germline] OR NOT (NOTCH1 mutation AND MSI_H)",
    "(KRAS codon 12 OR NRAS codon 12) AND NOT BRAF p.V600E",
    "BCR::ABL1 AND ABL1 p.T315I",
    "ALK fusion",
    "KRAS wild_type codons 12,13,59 AND NRAS wild_type",
    "HER2 expression positive AND PD-L1 expression >= 50",
    "CLDN18.2 expression positive",
    "MSI_H OR MMR_deficient OR HRD OR TMB >= 10",
    "FLT3 ITD",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_profile_is_spelled_as_it_is_read(text):
    assert str(parse_profile(text)) == text


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("BRAF v600", 6),
        ("BRAF p.V600Q7", 6),
        ("EGFR exon 19 deletion", 14),
        ("BRAF p.V600E AND", 17),
        ("(BRAF p.V600E", 14),
        ("BRAF p.V600E & KRAS codon 12", 14),
        ("ERBB2 residues 781-755 missense", 20),
        ("", 1),
    ],
)
def test_an_error_points_at_the_character(text, character):
    with pytest.raises(ProfileError) as error:
        parse_profile(text)
    lines = str(error.value).splitlines()
    assert lines[0].startswith(f"character {character}:")
    assert lines[2].index("^") == 4 + character - 1


def test_and_binds_closer_than_or():
    assert parse_profile("A mutation OR B mutation AND C mutation") == parse_profile(
        "A mutation OR (B mutation AND C mutation)"
    )


def test_leaves_under_not_are_asked_to_be_absent():
    found = leaves(parse_profile("ALK fusion AND NOT (ALK p.G1202R OR ALK p.L1198F)"))
    assert [(str(leaf), positive) for leaf, positive in found] == [
        ("ALK fusion", True),
        ("ALK p.G1202R", False),
        ("ALK p.L1198F", False),
    ]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("p.Val600Glu", "p.V600E", "missense"),
        ("NP_004324.2:p.(Val600Glu)", "p.V600E", "missense"),
        ("p.R690X", "p.R690*", "nonsense"),
        ("p.Ser1982ArgfsTer22", "p.S1982Rfs*22", "frameshift"),
        ("p.S1982fs", "p.S1982fs", "frameshift"),
        ("p.Ala767_Val769dup", "p.A767_V769dup", "duplication"),
        ("p.V769_D770insASV", "p.V769_D770insASV", "insertion"),
        ("p.L747_A750>P", "p.L747_A750delinsP", "delins"),
        ("p.Val600delinsLys", "p.V600K", "missense"),
        ("p.Gly12=", "p.G12=", "synonymous"),
        ("p.M1?", "p.M1?", "start_loss"),
        ("p.Met1Val", "p.M1V", "start_loss"),
        ("p.Ter394Glnext*9", "p.*394Qext", "extension"),
    ],
)
def test_protein_changes_are_read_in_every_spelling(text, name, kind):
    change = parse_protein(text)
    assert (str(change), change.kind) == (name, kind)


@pytest.mark.parametrize("text", ["codon 12", "p.?", "ITD", "EML4::ALK", "p.V600", "p.G12_A11del"])
def test_what_is_no_protein_change_is_none(text):
    assert parse_protein(text) is None


@pytest.mark.parametrize(
    ("one", "other", "known", "same"),
    [
        ("p.A767_V769dup", "p.V769_D770insASV", {768: "S"}, True),
        ("p.A767_V769dup", "p.S768_V769insVAS", {768: "S"}, True),
        ("p.A767_V769dup", "p.V769_D770insASV", {}, False),
        ("p.A767_V769dup", "p.V769_D770insGSV", {768: "S"}, False),
        ("p.D770dup", "p.D770_N771insD", {}, True),
        ("p.D770delinsDG", "p.D770_N771insG", {}, True),
        ("p.S1982fs", "p.S1982Rfs*22", {}, True),
        ("p.S1982Rfs*22", "p.S1982Kfs*3", {}, False),
        ("p.E746_A750del", "p.E746_A750delinsA", {}, False),
    ],
)
def test_equal_changes_are_known_by_their_residues(one, other, known, same):
    assert same_change(parse_protein(one), parse_protein(other), known) is same


def test_a_delins_of_equal_length_is_also_each_substitution():
    change = parse_protein("p.G12_G13delinsDD")
    assert [str(part) for part in change.substitutions] == ["p.G12D", "p.G13D"]


@pytest.mark.parametrize(
    ("text", "start", "offset", "gained"),
    [
        ("c.1799T>A", 1799, 0, 0),
        ("c.2235_2249del", 2235, 0, -15),
        ("c.2300_2308dup", 2300, 0, 9),
        ("c.1798_1799delinsAA", 1798, 0, 0),
        ("c.3028+1G>T", 3028, 1, None),
        ("c.-124C>T", -124, 0, 0),
        ("c.5946del", 5946, 0, -1),
    ],
)
def test_coding_changes(text, start, offset, gained):
    change = parse_coding(text)
    assert (change.start, change.start_offset, change.gained) == (start, offset, gained)


def test_every_feature_of_profiles_and_sets_is_actionable_once():
    base = knowledge(
        statement(profile="BRAF set class_2 AND NOT KRAS codon 12"),
        statement(id="b", profile="KRAS codon 12 OR MSI_H OR HER2 expression positive"),
        statement(id="c", profile="KRAS wild_type codons 12,13"),
    )
    assert [str(leaf) for leaf in actionable_features(base)] == [
        "BRAF p.K601E",
        "KRAS codon 12",
        "KRAS wild_type codons 12,13",
    ]


def test_bases_are_joined_and_the_first_one_stands():
    first = knowledge(statement())
    second = knowledge(
        statement(id="other"), genes={"BRAF": Gene("BRAF", "tsg"), "VHL": Gene("VHL", "tsg")}
    )
    joined = join_knowledge([first, replace(second, sources=())])
    assert [entry.statement.id for entry in joined.entries] == ["alpha-mel", "other"]
    assert (joined.genes["BRAF"].role, joined.genes["VHL"].role) == ("oncogene", "tsg")


@pytest.fixture
def folder(tmp_path):
    """A sound base on disk, which tests then spoil."""
    for name in ("statements", "approvals"):
        (tmp_path / name).mkdir()
    (tmp_path / "manifest.yaml").write_text(
        "name: test\nversion: '1'\ndate: 2026-10-01\nlicence: CC0\n"
    )
    (tmp_path / "drugs.tsv").write_text(
        "drug\tclass\teml\tgeneric\tatc\tsource\nalpha\tBRAF_inhibitor\tyes\tunknown\t\tlabel\n"
    )
    write_rows(tmp_path / "genes.tsv", Gene, [Gene("BRAF", "oncogene"), Gene("KRAS", "oncogene")])
    write_rows(tmp_path / "variant_sets.tsv", SetMember, [SetMember("BRAF", "class_2", "p.K601E")])
    spoil(tmp_path)
    return tmp_path


def spoil(folder: Path, row: Statement | None = None, decision: Approval | None = None) -> None:
    """Write the base's one statement and its approval."""
    row, default = (row, approval()) if row else labelled()
    write_rows(folder / "statements" / "area.tsv", Statement, [row])
    write_rows(folder / "approvals" / "area.tsv", Approval, [decision or default])


def errors(folder: Path) -> list[str]:
    problems = check_base(folder, tumors(), date(2026, 11, 1))
    return [str(problem) for problem in problems if problem.level == "ERROR"]


def test_a_sound_base_has_no_errors_and_reads_back(folder):
    assert errors(folder) == []
    base = read_knowledge(folder)
    assert [str(entry.profile) for entry in base.entries] == ["BRAF p.V600E"]
    assert base.entries[0].approvals[0].regulator == "FDA"
    assert base.drugs["alpha"].kind == "BRAF_inhibitor" and base.drugs["alpha"].eml is True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"profile": "BRAF v600"}, "character 6"),
        ({"conditions": "line >= two"}, "character 9"),
        ({"predicate": "cures"}, "predicate is 'cures'"),
        ({"direction": "denies"}, "direction is 'denies'"),
        ({"level": "E"}, "level is 'E'"),
        ({"checked": "2026-13-01"}, "checked is"),
        ({"checked": "2026-12-24"}, "in the future"),
        ({"tumor": ("MELANOMA",)}, "tumour code 'MELANOMA'"),
        ({"tumor": ()}, "no tumour"),
        ({"excluded_tumors": ("XYZ",)}, "tumour code 'XYZ'"),
        ({"citations": ("PubMed 1",)}, "citation 'PubMed 1'"),
        ({"citations": ()}, "no citation"),
        ({"regimen": ""}, "no regimen"),
        ({"regimen": "alpha + beta"}, "operator '' for 2 drugs"),
        ({"regimen": "gamma"}, "drug 'gamma' is not in drugs.tsv"),
        ({"predicate": "diagnostic"}, "names drugs"),
        ({"profile": "BRAFF p.V600E"}, "gene BRAFF is not in genes.tsv"),
        ({"profile": "BRAF set class_9"}, "no set BRAF class_9"),
        ({"profile": "BRAF p.V600E OR BRAF p.A600E"}, "several residues"),
        ({"id": "Alpha Mel"}, "the id is no slug"),
    ],
)
def test_what_is_wrong_with_a_statement_is_told(folder, change, words):
    spoil(folder, statement(**change))
    assert any(words in error for error in errors(folder)), errors(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"statement": "other"}, "no such statement"),
        ({"status": "OFF"}, "status is 'OFF'"),
        ({"date": None}, "date is None"),
        ({"date": "May 2020"}, "date is 'May 2020'"),
        ({"url": None}, "no URL"),
        ({"status": "WITHDRAWN"}, "without a reason"),
        ({"cdx": "maybe"}, "cdx is 'maybe'"),
    ],
)
def test_what_is_wrong_with_an_approval_is_told(folder, change, words):
    spoil(folder, statement(), approval(**change))
    assert any(words in error for error in errors(folder)), errors(folder)


def test_level_a_needs_a_regulator_or_a_guideline(folder):
    write_rows(folder / "approvals" / "area.tsv", Approval, [])
    assert any("level A without approval" in error for error in errors(folder))


def test_a_contradiction_must_be_marked(folder):
    against = statement(id="alpha-mel-r", predicate="resistance", level="B")
    path = folder / "statements" / "more.tsv"
    write_rows(path, Statement, [against])
    assert any("contradicts alpha-mel-r" in error for error in errors(folder))
    write_rows(path, Statement, [replace(against, limitation="Other than alpha-mel: after it.")])
    assert errors(folder) == []


def test_staleness_warns_and_fails_only_a_release(folder, tmp_path):
    old = stale(folder, date(2027, 6, 1), amber=180, red=365)
    assert [problem.level for problem in old] == ["WARNING"] and "amber" in old[0].problem
    assert "red" in stale(folder, date(2028, 6, 1), 180, 365)[0].problem
    assert stale(folder, date(2026, 11, 1), 180, 365) == []
    for day, level in ((date(2027, 6, 1), "WARNING"), (date(2028, 6, 1), "ERROR")):
        assert [p.level for p in stale(folder, day, 180, 365, release=True)] == [level]


def test_what_was_never_checked_is_told_and_fails_no_release(folder):
    write_rows(folder / "statements" / "area.tsv", Statement, [statement(checked="no")])
    (told,) = stale(folder, date(2028, 6, 1), 180, 365, release=True)
    assert told.level == "WARNING" and "never checked" in told.problem


def test_the_check_by_hand_says_whether_there_are_errors(folder, capsys):
    table = folder / "tumors.tsv"
    table.write_text(
        "code\tname\tparent\ttissue\tlevel\nSKIN\tSkin\t\tSkin\t1\nMEL\tM\tSKIN\tSkin\t2\n"
    )
    words = [str(folder), "--tumors", str(table), "--date", "2028-01-01"]
    assert by_hand(words) == 0
    assert by_hand([*words, "--release"]) == 1
    spoil(folder, statement(profile="BRAF"))
    assert by_hand(words) == 1
    assert "character 5" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("manifest.yaml", "name: test\n", "version is missing"),
        ("drugs.tsv", "drug\tkind\nalpha\tx\n", "no column or value"),
        ("genes.tsv", "gene\trole\tcolour\nBRAF\toncogene\tred\n", "unknown column 'colour'"),
        ("variant_sets.tsv", "gene\tset\tmember\nBRAF\tx\tv600\n", "character 6"),
        ("benign_truncations.tsv", "gene\thgvs_p\nBRCA2\tend\n", "is no HGVS"),
    ],
)
def test_a_table_that_cannot_be_read_stops_the_run(folder, file, text, words):
    (folder / file).write_text(text)
    with pytest.raises(TableError, match=words):
        read_knowledge(folder)


def test_the_rule_writes_the_problems_and_fails_on_errors(folder, tmp_path):
    table, out = tmp_path / "tumors.tsv", tmp_path / "checked.txt"
    table.write_text("code\tname\tparent\ttissue\tlevel\nMEL\tM\t\tSkin\t1\n")
    limits = Settings(base=str(folder), max_age_amber=180, max_age_red=365)
    main(Inputs(table, date(2027, 6, 1)), limits, str(out))
    assert "amber" in out.read_text() and out.read_text().startswith("WARNING")
    assert "no codon was compared" in out.read_text()
    spoil(folder, statement(profile="BRAF"))
    with pytest.raises(InputError, match="character 5"):
        main(Inputs(table, date(2027, 6, 1)), limits, str(out))
