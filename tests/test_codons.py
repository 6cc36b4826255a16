"""Codons of a knowledge base against gene models: made in code, and the bundled base's own."""

from datetime import date
from pathlib import Path

import pysam
import pytest

from check_knowledge import Inputs, Settings, by_hand, main
from consilium.knowledge.codons import Models, compare
from consilium.knowledge.records import Alias, BenignTruncation, Gene, SetMember, Statement
from consilium.problems import InputError
from consilium.tables import write_rows
from matching_cases import statement

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data" / "reference"
# MKWV* on the forward strand: coding bases 11-22 and 31-33, with an intron between.
GENOME = "A" * 10 + "ATGAAATGGGTT" + "GTCCCCAG" + "TAA" + "A" * 17
GFF = """##gff-version 3
chr1\tx\tgene\t11\t33\t.\t+\t.\tID=g;gene=GEN1;Name=GEN1
chr1\tx\tmRNA\t11\t33\t.\t+\t.\tID=t;Parent=g;transcript_id={accession};gene=GEN1
chr1\tx\texon\t11\t22\t.\t+\t.\tParent=t
chr1\tx\texon\t31\t33\t.\t+\t.\tParent=t
chr1\tx\tCDS\t11\t22\t.\t+\t0\tParent=t
chr1\tx\tCDS\t31\t33\t.\t+\t0\tParent=t
"""


@pytest.fixture
def models(tmp_path) -> Models:
    genome = tmp_path / "genome.fa"
    genome.write_text(f">chr1\n{GENOME}\n")
    pysam.faidx(str(genome))
    return write_models(tmp_path, "NM_1.2")


def write_models(folder: Path, accession: str) -> Models:
    (folder / "genes.gff3").write_text(GFF.format(accession=accession))
    return Models(str(folder / "genes.gff3"), str(folder / "genome.fa"))


@pytest.fixture
def folder(tmp_path) -> Path:
    base = tmp_path / "base"
    (base / "statements").mkdir(parents=True)
    (base / "approvals").mkdir()
    (base / "manifest.yaml").write_text("{name: t, version: 1, date: 2026-10-01, licence: x}\n")
    (base / "drugs.tsv").write_text("drug\tclass\teml\tgeneric\tatc\tsource\n")
    write_rows(base / "genes.tsv", Gene, [Gene("GEN1", "oncogene", "NM_1.2")])
    name(base, "GEN1 p.K2R")
    return base


def name(base: Path, profile: str) -> None:
    """The profile of the base's only statement."""
    row = statement(id="row", profile=profile, level="B")
    write_rows(base / "statements" / "area.tsv", Statement, [row])


@pytest.mark.parametrize(
    "profile",
    ["GEN1 p.K2R", "GEN1 p.K2_W3del", "GEN1 codon 1,4", "GEN1 exon 1 missense",
     "GEN1 residues 2-4 missense", "GEN1 c.4A>G", "GEN1 wild_type codons 2", "GEN1 mutation",
     "GEN1 amplification", "OTHER p.A1G"],
)  # fmt: skip
def test_what_the_models_hold_is_no_problem(profile, folder, models):
    name(folder, profile)
    assert compare(folder, models).problems == ()


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("GEN1 p.R2K", "codon 2 of NM_1.2 reads K here, not R"),
        ("GEN1 p.K2_R3del", "codon 3 of NM_1.2 reads W here, not R"),
        ("NOT GEN1 p.R2K", "codon 2 of NM_1.2 reads K here, not R"),
        ("GEN1 codon 9", "no codons 9-9"),
        ("GEN1 wild_type codons 9", "no codons 9-9"),
        ("GEN1 exon 3 missense", "no exon 3"),
        ("GEN1 residues 2-9 missense", "no codons 2-9"),
        ("GEN1 c.4G>A", "GEN1 c.4G>A"),
    ],
)
def test_a_codon_that_the_models_read_otherwise_is_named_with_its_row(
    profile, words, folder, models
):
    name(folder, profile)
    (problem,) = compare(folder, models).problems
    assert problem.where == "statements/area.tsv row, profile" and words in problem.problem
    assert problem.level == "ERROR"


def test_sets_truncations_and_aliases_are_compared_too(folder, models):
    write_rows(folder / "variant_sets.tsv", SetMember, [SetMember("GEN1", "oncogenic", "p.A3V")])
    truncation = BenignTruncation("GEN1", "p.G4Ter")
    write_rows(folder / "benign_truncations.tsv", BenignTruncation, [truncation])
    write_rows(folder / "aliases.tsv", Alias, [Alias("GEN1", "old", "p.A2G")])
    assert [problem.where for problem in compare(folder, models).problems] == [
        "variant_sets.tsv GEN1 oncogenic",
        "benign_truncations.tsv GEN1",
        "aliases.tsv GEN1",
    ]


def test_another_transcript_is_not_compared_and_that_is_said(folder, tmp_path, models):
    name(folder, "GEN1 p.R2K")
    other = compare(folder, write_models(tmp_path, "NM_7.1"))
    assert other.problems == () and other.unseen == ("GEN1",) and "GEN1" in str(other)
    assert len(compare(folder, write_models(tmp_path, "NM_1.9")).problems) == 1


def test_an_older_number_of_the_same_residue_is_no_mistake(folder, models):
    """The base numbers by another version of the transcript than the models."""
    name(folder, "GEN1 p.K7R")
    write_rows(folder / "aliases.tsv", Alias, [Alias("GEN1", "K2R", "p.K7R")])
    assert compare(folder, models).problems == ()


def test_what_other_checks_complain_of_is_passed_over(folder, models):
    write_rows(folder / "variant_sets.tsv", SetMember, [SetMember("GEN1", "oncogenic", "2 R")])
    (folder / "aliases.tsv").write_text("gene\tcolour\nGEN1\tred\n")
    name(folder, "GEN1 p.K2R OR")
    assert compare(folder, models).problems == ()


def test_rule_and_command_fail_with_row_and_codon(folder, tmp_path, models, capsys):
    tumors, out = tmp_path / "tumors.tsv", tmp_path / "checked.txt"
    tumors.write_text("code\tname\tparent\ttissue\tlevel\nMEL\tM\t\tSkin\t1\n")
    limits = Settings(base=str(folder), max_age_amber=180, max_age_red=365)
    name(folder, "GEN1 p.R2K")
    with pytest.raises(InputError, match=r"area\.tsv row, profile: GEN1 p\.R2K: codon 2"):
        main(Inputs(tumors, date(2026, 11, 1), models), limits, str(out))
    assert "1 features compared with the gene models" in out.read_text()
    words = [str(folder), "--tumors", str(tumors), "--date", "2026-11-01"]
    assert by_hand([*words, "--models", models.gff, "--genome", models.genome]) == 1
    assert "codon 2 of NM_1.2" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        by_hand([*words, "--models", models.gff])


@pytest.mark.skipif(not KIT.is_dir(), reason=f"no {KIT}")
def test_the_bundled_base_fits_the_real_gene_models():
    real = Models(str(KIT / "genes.gff3.gz"), str(KIT / "grch38_partial.fa.gz"))
    found = compare(ROOT / "resources" / "knowledge", real)
    assert [str(problem) for problem in found.problems] == []
    assert found.features > 600
