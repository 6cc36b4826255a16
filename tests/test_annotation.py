"""Names of changes: the annotator on a database of chosen transcripts, against known truth."""

import csv
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from consilium.evidence import Annotation
from consilium.knowledge.protein import parse_protein
from consilium.naming import genomic, tidy_coding, tidy_protein
from consilium.records import Event
from consilium.resources import (
    AlleleTable,
    Public,
    clinvar,
    completed,
    hotspot,
    population_af,
    read_hotspots,
)
from consilium.tables import read_rows
from consilium.vcf import Allele, normalise, write_alleles
from describe_alleles import Inputs, main
from select_transcripts import gff_lines

from consilium.genes import choose_transcripts, read_transcripts  # isort: skip

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data"
SNPEFF = ROOT / "envs" / "bin" / "snpEff"
MARGIN = 5000  # bases kept behind the last gene of a contig
GENES = {"EGFR", "BRAF", "KRAS", "TERT", "CDKN2A", "MET", "FLT3", "BRCA1", "BRCA2", "TP53"}

# Allele -> c., p., exon: by hand from the transcript's sequence and the HGVS rules.
NAMES = {
    "chr7:140753336:AC:TT": ("c.1798_1799delinsAA", "p.Val600Lys", 15),
    "chr7:55174771:AGGAATTAAGAGAAGC:A": ("c.2235_2249del", "p.Glu746_Ala750del", 19),
    "chr7:55174772:GGAATTAAGAGAAGCA:G": ("c.2236_2250del", "p.Glu746_Ala750del", 19),
    "chr7:55174776:TTAAGAGAAG:C": ("c.2239_2248delinsC", "p.Leu747_Ala750delinsPro", 19),
    "chr7:55181317:G:GACAACCCCC": ("c.2311_2319dup", "p.Asn771_His773dup", 20),
    "chr9:21971154:CCG:C": ("c.203_204del", "p.Ala68GlyfsTer51", 2),
    "chr5:1295113:G:A": ("c.-124C>T", None, None),
    "chr5:1295135:G:A": ("c.-146C>T", None, None),
    "chr5:1295113:GG:AA": ("c.-125_-124delinsTT", None, None),
    "chr7:116771990:G:T": ("c.3028+1G>T", None, 14),
    "chr17:43057078:G:A": ("c.5251C>T", "p.Arg1751Ter", 19),
    "chr12:25245351:C:A": ("c.34G>T", "p.Gly12Cys", 2),
}


@pytest.fixture(scope="module")
def kit():
    if not KIT.exists():
        pytest.skip(f"the test data kit is not at {KIT}")
    if (
        not shutil.which("java")
        or not Path(os.environ.get("SNPEFF_JAR", "/usr/share/java/snpeff.jar")).exists()
    ):
        pytest.skip("SnpEff is not installed; run: make setup")
    return KIT / "reference"


@pytest.fixture(scope="module")
def checks(kit):
    """Rows of the kit's table of consequences, by allele."""
    with (kit / "consequence_checks.tsv").open() as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    return {f"{r['chrom']}:{r['pos']}:{r['ref']}:{r['alt']}": r for r in rows}


@pytest.fixture(scope="module")
def annotated(kit, checks, tmp_path_factory):
    """Annotations of all checked alleles, by the rule's own commands."""
    folder = tmp_path_factory.mktemp("annotator")
    models, database = folder / "genes.gff3", folder / "models"
    database.mkdir()
    every = choose_transcripts(read_transcripts(kit / "genes.gff3.gz"), [], {})
    wanted = {row["gene"] for row in checks.values()} | GENES
    chosen = sorted((every[g] for g in wanted), key=lambda t: (t.chrom, t.exons[0]))
    lines = "".join(line for transcript in chosen for line in gff_lines(transcript))
    models.write_text("##gff-version 3\n" + lines)
    shutil.copy(models, database / "genes.gff")
    fasta = folder / "genome.fa"
    with fasta.open("w") as out, pysam.FastaFile(str(kit / "grch38_partial.fa.gz")) as genome:
        for chrom in sorted({t.chrom for t in chosen}):
            end = max(t.exons[-1][1] for t in chosen if t.chrom == chrom) + MARGIN
            out.write(f">{chrom}\n{genome.fetch(chrom, 0, end)}\n")
    (database / "sequences.fa").symlink_to(fasta)
    config = folder / "snpEff.config"
    config.write_text("data.dir = .\nmodels.genome : models\n")
    common = ["-nodownload", "-c", str(config), "-dataDir", str(folder), "models"]
    build = ["build", "-gff3", "-noCheckCds", "-noCheckProtein"]
    run([SNPEFF, "-Xmx3g", *build, *common])
    sites, answer = folder / "sites.vcf", folder / "annotated.vcf"
    with pysam.FastaFile(str(fasta)) as genome:
        known = [
            Allele(c, int(p), r, a) for c, p, r, a in (k.split(":") for k in {**checks, **NAMES})
        ]
        write_alleles(sites, genome, [normalise(allele, genome) for allele in known])
        plain = ["ann", "-noLog", "-noStats", "-no-downstream", "-no-intergenic", "-ud", "1000"]
        answer.write_text(run([SNPEFF, "-Xmx1g", *plain, *common, str(sites)]))
        inputs = Inputs(str(answer), str(models), str(fasta), None, None, None)
        main(inputs, str(folder / "annotations.tsv"))
        rows = list(read_rows(folder / "annotations.tsv", Annotation))
        return {(r.chrom, r.pos, r.ref, r.alt): r for r in rows}, genome


def run(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def find(annotated, text):
    rows, _ = annotated
    chrom, pos, ref, alt = text.split(":")
    return next(
        row
        for key, row in rows.items()
        if key in {(chrom, int(pos), ref, alt), trimmed(chrom, int(pos), ref, alt)}
    )


def trimmed(chrom, pos, ref, alt):
    """Without shared first bases, as candidates are written."""
    while min(len(ref), len(alt)) > 1 and ref[0] == alt[0]:
        ref, alt, pos = ref[1:], alt[1:], pos + 1
    return chrom, pos, ref, alt


@pytest.mark.parametrize("allele", NAMES)
def test_names_and_exons(annotated, allele):
    row = find(annotated, allele)
    assert (row.hgvs_c, row.hgvs_p, row.exon) == NAMES[allele]


def test_every_checked_consequence(annotated, checks):
    wrong = []
    for allele, check in checks.items():
        row = find(annotated, allele)
        protein = None if check["protein"] == "." else check["protein"]
        term = check["consequence"].replace(".", "upstream_gene")
        if (row.gene, row.hgvs_p) != (check["gene"], protein) or term not in (
            row.consequence or ""
        ):
            wrong.append((allele, row.gene, row.hgvs_p, row.consequence))
    assert not wrong
    assert len(checks) == 29


def test_one_letter_names_and_codons(annotated):
    row = find(annotated, "chr7:55174776:TTAAGAGAAG:C")
    assert (row.hgvs_p1, row.codon_start, row.codon_end) == ("p.L747_A750delinsP", 747, 750)
    assert row.consequence == "disruptive_inframe_deletion"
    assert find(annotated, "chr9:21971154:CCG:C").hgvs_p1 == "p.A68Gfs*51"


def test_spelling():
    assert tidy_coding("c.2236_2250delGAATTAAGAGAAGCA") == "c.2236_2250del"
    assert tidy_coding("c.1798_1799delGTinsAA") == "c.1798_1799delinsAA"
    assert tidy_coding("c.2311_2319dupAACCCCCAC") == "c.2311_2319dup"
    assert tidy_protein("p.Pro227Pro")[0] == "p.Pro227="
    assert tidy_protein("p.Arg1751*")[0] == "p.Arg1751Ter"


@pytest.fixture
def genome(tmp_path):
    path = tmp_path / "g.fa"
    path.write_text(">chr1\nGATTACAGGTCCTAGGATCGCACACATGGCTTAACGGTCAATG\n")
    with pysam.FastaFile(str(path)) as fasta:
        yield fasta


@pytest.mark.parametrize(
    ("allele", "name"),
    [
        (("chr1", 2, "A", "C"), "chr1:g.2A>C"),
        (("chr1", 20, "GCA", "G"), "chr1:g.25_26del"),  # moved through CACACA
        (("chr1", 20, "G", "GCA"), "chr1:g.25_26dup"),
        (("chr1", 20, "G", "GTT"), "chr1:g.20_21insTT"),
        (("chr1", 20, "GC", "AT"), "chr1:g.20_21delinsAT"),
        (("chr1", 2, "ATT", "A"), "chr1:g.3_4del"),
    ],
)
def test_genomic_names_follow_the_3_prime_rule(genome, allele, name):
    assert genomic(Allele(*allele), genome) == name


def known(tmp_path, lines):
    path = tmp_path / "known.vcf"
    infos = (
        "AF,Number=A,Type=Float",
        "CLNSIG,Number=.,Type=String",
        "CLNREVSTAT,Number=.,Type=String",
    )
    head = ["##fileformat=VCFv4.2", "##contig=<ID=1,length=43>"]
    head += [f'##INFO=<ID={info},Description="x">' for info in infos]
    head.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]))
    path.write_text("\n".join([*head, *lines]) + "\n")
    pysam.tabix_index(str(path), preset="vcf", force=True)
    return tmp_path / "known.vcf.gz"


def test_look_ups_find_the_same_allele_in_another_spelling(genome, tmp_path):
    status = "criteria_provided,_multiple_submitters,_no_conflicts"
    vcf = known(tmp_path, [
        f"1\t2\t.\tA\tC,G\t.\t.\tAF=0.25,0.5;CLNSIG=Pathogenic;CLNREVSTAT={status}",
        "1\t19\t.\tCGCA\tCG\t.\t.\tAF=0.125",  # trimmed: 20 GCA>G
    ])  # fmt: skip
    table = AlleleTable(vcf, genome)
    assert population_af(table, Allele("chr1", 2, "A", "G")) == 0.5
    assert population_af(table, Allele("chr1", 20, "GCA", "G")) == 0.125
    assert population_af(table, Allele("chr1", 2, "A", "T")) is None
    assert clinvar(table, Allele("chr1", 2, "A", "C")) == ("Pathogenic", 2)
    assert clinvar(None, Allele("chr1", 2, "A", "C")) == (None, None)


def test_hotspots(tmp_path):
    path = tmp_path / "hotspots.tsv"
    path.write_text(
        "hugo_symbol\tresidue\tamino_acid_position\ttype\ttumor_count\n"
        "EGFR\t745-759\t745-759\tin-frame indel\t155\n"
        "BRAF\tV600\t600\tsingle residue\t897\nBRAF\tV600\t600\t3d\t897\n"
    )
    spots = read_hotspots(path)
    found = {n: hotspot(spots, n.split()[0], parse_protein(n.split()[1])) for n in (
        "BRAF p.V600E", "BRAF p.V600fs", "EGFR p.E746_A750del", "EGFR p.E746K"
    )}  # fmt: skip
    assert found == {
        "BRAF p.V600E": "V600 (single residue, 897 tumours)",
        "BRAF p.V600fs": None,
        "EGFR p.E746_A750del": "745-759 (in-frame indel, 155 tumours)",
        "EGFR p.E746K": None,
    }


def test_hotspots_count_the_change_and_hold_the_residue(tmp_path):
    path = tmp_path / "hotspots.tsv"
    path.write_text(
        "hugo_symbol\tresidue\tamino_acid_position\tvariant_amino_acid\ttype\ttumor_count\n"
        "BRAF\tV600\t600\tE:833|K:34\tsingle residue\t897\n"
        "EZH2\tY641\t641\tF:30|N:20\tsingle residue\t60\n"
        "EGFR\t745-759\t745-759\tE746_A750del:80|L747_P753delinsS:20\tin-frame indel\t155\n"
        "PTEN\tA34\t34\tV:1\t3d\t1\n"
    )
    spots = read_hotspots(path)

    def hit(text):
        return hotspot(spots, text.split()[0], parse_protein(text.split()[1]))

    assert hit("BRAF p.V600E") == "V600 (single residue, 897/833 tumours)"
    assert hit("BRAF p.V600M") == "V600 (single residue, 897/0 tumours)"
    assert hit("EZH2 p.N641F") is None  # that codon of another transcript
    assert hit("EGFR p.E746_A750del") == "745-759 (in-frame indel, 155/80 tumours)"
    assert hit("PTEN p.A34V") == "A34 (3d, 1 tumours)"  # weaker: counts for no residue


def test_what_others_found_is_looked_up_too(tmp_path):
    status = "criteria_provided,_multiple_submitters,_no_conflicts"
    vcf = known(tmp_path, [
        f"1\t2\t.\tA\tC\t.\t.\tCLNSIG=Pathogenic;CLNREVSTAT={status}",
        "1\t19\t.\tCGCA\tCG\t.\t.\tCLNSIG=Benign;CLNREVSTAT=no_assertion_criteria_provided",
    ])  # fmt: skip
    path = tmp_path / "hotspots.tsv"
    path.write_text(
        "hugo_symbol\tresidue\tamino_acid_position\tvariant_amino_acid\ttype\ttumor_count\n"
        "BRAF\tV600\t600\tE:833|K:34\tsingle residue\t897\n"
    )
    public = Public(AlleleTable(vcf), read_hotspots(path))
    found = Event("SNV", "BRAF", hgvs_p="p.Val600Glu", genomic="chr1:2:A:C")
    told = completed(found, public)
    assert (told.clinvar, told.clinvar_stars) == ("Pathogenic", 2)
    assert told.hotspot == "V600 (single residue, 897/833 tumours)"
    trimmed = completed(replace(found, kind="INDEL", genomic="chr1:20:GCA:G"), public)
    assert (trimmed.clinvar, trimmed.clinvar_stars) == ("Benign", 0)
    own = replace(found, clinvar="Benign", hotspot="ours")
    assert completed(own, public) == own
    for silent in (
        replace(found, assessed="ABSENT"),
        replace(found, kind="TMB", genomic="panel_mb=1.2"),
    ):
        assert completed(silent, public) == silent
    bare = completed(replace(found, genomic=None), public)
    assert bare.clinvar is None and bare.hotspot == told.hotspot
    assert completed(found, Public()) == found
