"""What the bundled knowledge base must say, beyond being well formed."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pysam
import pytest
from Bio.Seq import Seq

from consilium.genes import read_transcripts
from consilium.knowledge.base import read_knowledge, read_manifest
from consilium.knowledge.checks import check_base
from consilium.knowledge.profiles import leaves
from consilium.knowledge.protein import parse_protein
from consilium.matching.findings import read_finding
from consilium.matching.oncogenicity import assess
from consilium.records import Event
from consilium.tumors import read_tumors
from matching_cases import SETTINGS

ROOT = Path(__file__).parents[1]
BASE = ROOT / "resources" / "knowledge"
KIT = ROOT.parent / "shared" / "data" / "reference"
RAS_CODONS = (12, 13, 59, 61, 117, 146)
ANTI_EGFR = {"cetuximab", "panitumumab"}
TARGETED_WITH_ANTI_EGFR = {"BRAF_inhibitor", "KRAS_G12C_inhibitor"}
NO_DRUG = {"surgery"}  # earlier treatments that are no drugs


@pytest.fixture(scope="module")
def base():
    return read_knowledge(BASE)


@pytest.fixture(scope="module")
def tumors():
    return read_tumors(ROOT / "resources" / "tumors.tsv")


@pytest.fixture(scope="module")
def today():
    return date.fromisoformat(read_manifest(BASE / "manifest.yaml").date)


def classes(base, drug):
    return set(base.drugs[drug].kind.split("|"))


def supports(entry):
    statement = entry.statement
    return statement.predicate == "sensitivity" and statement.direction == "supports"


def test_the_base_has_no_errors_on_its_own_date(tumors, today):
    errors = [str(p) for p in check_base(BASE, tumors, today) if p.level == "ERROR"]
    assert errors == []


def test_every_file_of_approvals_decides_on_its_own_statements():
    for path in sorted((BASE / "approvals").glob("*.tsv")):
        with path.open() as decided, (BASE / "statements" / path.name).open() as stated:
            ids = {row["id"] for row in csv.DictReader(stated, delimiter="\t")}
            rows = csv.DictReader(decided, delimiter="\t")
            assert {row["statement"] for row in rows} <= ids, path.name


def test_nothing_that_is_done_is_dated_after_the_base(base, today):
    for entry in base.entries:
        decided = [a for a in entry.approvals if a.status != "PENDING"]
        dates = [entry.statement.checked, *(a.checked for a in entry.approvals)]
        dates += [a.date for a in decided if a.date]
        late = [day for day in dates if day != "no" and date.fromisoformat(day) > today]
        assert late == [], entry.statement.id


def test_no_statement_is_made_twice(base):
    seen = {}
    for entry in base.entries:
        s = entry.statement
        claim = (str(entry.profile), s.predicate, s.direction, s.regimen)
        key = (*claim, s.tumor, s.excluded_tumors, s.conditions, s.setting)
        if s.regimen:
            assert seen.setdefault(key, s.id) == s.id


def test_earlier_treatments_are_drugs_or_their_classes(base):
    known = set(base.drugs) | NO_DRUG
    known |= {kind for drug in base.drugs for kind in classes(base, drug)}
    for entry in base.entries:
        for clause in entry.clauses:
            if clause.field == "prior":
                assert set(clause.values) <= known, f"{entry.statement.id}: {clause}"


@pytest.mark.parametrize(
    ("statement", "year"),
    [
        ("mobocertinib-nsclc-egfr-ex20ins-2l", 2024),
        ("pralsetinib-mtc-ret", 2023),
    ],
)
def test_withdrawn_indications_are_withdrawn_in_the_united_states(base, statement, year):
    (fda,) = [a for a in base.by_id[statement].approvals if a.regulator == "FDA"]
    assert fda.status == "WITHDRAWN" and date.fromisoformat(fda.date).year == year and fda.note


@pytest.mark.parametrize("drug", ["mobocertinib", "tazemetostat", "infigratinib"])
def test_a_drug_that_left_the_market_has_no_active_approval(base, drug):
    entries = [e for e in base.entries if drug in e.statement.drugs and e.approvals]
    statuses = {a.status for e in entries for a in e.approvals if a.regulator == "FDA"}
    assert statuses == {"WITHDRAWN"}


def test_tumour_agnostic_braf_inhibition_leaves_out_colorectal_cancer(base):
    entries = [
        e
        for e in filter(supports, base.entries)
        if "ANY_SOLID" in e.statement.tumor
        and any("BRAF_inhibitor" in classes(base, drug) for drug in e.statement.drugs)
        and e.approvals
    ]
    assert entries and all("COADREAD" in e.statement.excluded_tumors for e in entries)


def test_anti_egfr_antibodies_in_colorectal_cancer_ask_for_proof_of_wild_type_ras(base):
    asked = 0
    for entry in filter(supports, base.entries):
        s = entry.statement
        kinds = {kind for drug in s.drugs for kind in classes(base, drug)}
        if "COADREAD" not in s.tumor or s.level != "A" or not ANTI_EGFR & set(s.drugs):
            continue
        if kinds & TARGETED_WITH_ANTI_EGFR:
            continue
        asked += 1
        wild = {leaf.gene: leaf.codons for leaf, _ in leaves(entry.profile) if leaf.codons}
        assert wild["KRAS"] == wild["NRAS"] == RAS_CODONS, s.id
    assert asked >= 5


@pytest.mark.parametrize("drug", sorted(ANTI_EGFR))
@pytest.mark.parametrize("gene", ["KRAS", "NRAS"])
def test_ras_mutation_forbids_anti_egfr_antibodies(base, drug, gene):
    profiles = [
        e.profile
        for e in base.entries
        if e.statement.predicate == "resistance"
        and e.statement.drugs == (drug,)
        and "COADREAD" in e.statement.tumor
    ]
    found = [leaf.codons for p in profiles for leaf, _ in leaves(p) if leaf.gene == gene]
    assert RAS_CODONS in found


@pytest.mark.parametrize(
    ("drug", "listed"),
    [("imatinib", True), ("pembrolizumab", True), ("gefitinib", True), ("osimertinib", False)],
)
def test_essential_medicines_follow_the_list_of_2025(base, drug, listed):
    assert base.drugs[drug].eml is listed


def test_coding_exons_follow_each_other_without_a_gap(base):
    for gene, exons in base.exons.items():
        assert exons[0].first_codon == 1, gene
        for one, following in pairwise(exons):
            assert following.exon == one.exon + 1, f"{gene} exon {one.exon}"
            assert following.first_codon - one.last_codon in {0, 1}, f"{gene} exon {one.exon}"


def test_every_gene_with_exons_names_the_same_transcript(base):
    for gene, exons in base.exons.items():
        assert {exon.transcript for exon in exons} == {base.genes[gene].transcript}, gene


@pytest.fixture(scope="module")
def proteins(base):
    if not KIT.is_dir():
        pytest.skip("the test data kit is not beside the project")
    sequences = {}
    with pysam.FastaFile(str(KIT / "grch38_partial.fa.gz")) as genome:
        for gene, found in read_transcripts(KIT / "genes.gff3.gz").items():
            expected = base.genes[gene].transcript if gene in base.genes else None
            for model in found:
                if model.accession == expected:
                    sequences[gene] = translate(genome, model)
    return sequences


def translate(genome, model):
    parts = [genome.fetch(model.chrom, start, end) for start, end in model.coding]
    coding = Seq("".join(parts))
    return str((coding if model.strand == 1 else coding.reverse_complement()).translate())


def test_changes_name_the_residue_that_the_gene_model_has(base, proteins):
    wrong, compared = set(), 0
    for leaf in base.leaves:
        change = parse_protein(leaf.change or "") if leaf.kind == "protein" else None
        if not change or leaf.gene not in proteins:
            continue
        compared += 1
        for position, residue in ((change.start, change.first), (change.end, change.last)):
            if residue not in {"?", proteins[leaf.gene][position - 1]}:
                wrong.add(str(leaf))
    assert not wrong and compared > 300


def test_aliases_and_benign_truncations_fit_the_gene_models(base, proteins):
    changes = [(g, parse_protein(p)) for g, names in base.aliases.items() for p in names.values()]
    changes += [(g, change) for g, found in base.benign_truncations.items() for change in found]
    compared = [(gene, change) for gene, change in changes if gene in proteins]
    assert len(compared) > 10
    for gene, change in compared:
        assert proteins[gene][change.start - 1] == change.first, f"{gene} {change}"


@pytest.mark.parametrize(
    ("gene", "change"),
    [("BRCA1", "p.Lys1183Arg"), ("BRCA1", "p.Met1652Ile"), ("BRCA2", "p.Asp1420Tyr")],
)
def test_common_polymorphisms_of_the_breast_cancer_genes_are_benign(base, gene, change):
    scored = assess(read_finding(Event("SNV", gene, hgvs_p=change), base), base, SETTINGS)
    assert (scored.label, [code.code for code in scored.codes]) == ("Benign", ["SBVS1"])
