"""The demo is what it says: real numbering on a synthetic genome, and reads that hold the truth."""

import csv
import gzip
import hashlib
import math
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysam
import pytest
import yaml
from Bio.Seq import Seq
from Bio.SeqUtils import seq1

from consilium.configuration import check_config
from consilium.demo import build, reference
from consilium.demo.bench import bench_samples
from consilium.demo.cases import Sample, World, samples_of
from consilium.demo.facts import Facts, GeneFacts, read_facts
from consilium.demo.fastq import write_library
from consilium.demo.genome import Genome
from consilium.demo.models import Allele, GeneModel
from consilium.demo.reads import BASES, Simulator
from consilium.records import Clinical, Unit
from consilium.tables import read_rows

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "reference"
SCALE = 0.05
ACCEPTED_Z = 4.5  # standard deviations; some hundred comparisons are made


@pytest.fixture(scope="module")
def facts() -> Facts:
    return read_facts(build.INPUTS)


@pytest.fixture(scope="module")
def world(facts) -> World:
    return build.make_world(facts, everything=False)


@pytest.fixture(scope="module")
def samples(facts, world) -> list[Sample]:
    return [s for n, case in enumerate(facts.cases) for s in samples_of(case, n, world)]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "one"
    assert build.make_demo(out, SCALE)
    return out


def checksums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def transcripts(gff: Path, fasta: Path, kind: str = "CDS") -> dict[str, str]:
    """Spliced sequence of every transcript, read from the files alone."""
    genome, parts = pysam.FastaFile(str(fasta)), {}
    with gzip.open(gff, "rt") as handle:
        for line in handle:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 9 and cells[2] == kind:
                name = re.search(r"Parent=transcript:([^;]+)", cells[8])[1]
                place = (cells[0], int(cells[3]) - 1, int(cells[4]))
                parts.setdefault((name, cells[6]), []).append(place)
    spliced = {}
    for (name, strand), places in parts.items():
        text = "".join(genome.fetch(*place) for place in sorted(places))
        spliced[name] = text if strand == "+" else str(Seq(text).reverse_complement())
    return spliced


def test_same_inputs_give_the_same_bytes(demo):
    build.make_demo(demo.parent / "two", SCALE)
    assert checksums(demo.parent / "two") == checksums(demo)


def test_second_call_writes_nothing(demo):
    before = {path: path.stat().st_mtime_ns for path in demo.rglob("*")}
    assert not build.make_demo(demo, SCALE)
    assert {path: path.stat().st_mtime_ns for path in demo.rglob("*")} == before


def test_broken_demo_is_mended_and_the_rest_left_alone(demo):
    broken, fine = demo / "resources" / "targets.bed", demo / "resources" / "genome.fa"
    text, time = broken.read_text(), fine.stat().st_mtime_ns
    broken.write_text("")
    assert build.make_demo(demo, SCALE)
    assert (broken.read_text(), fine.stat().st_mtime_ns) == (text, time)


def test_everything_says_that_it_is_synthetic(demo):
    text = (demo / "resources" / "genome.fa").read_text()
    names = [line for line in text.splitlines() if line[0] == ">"]
    assert names
    assert all("SYNTHETIC" in line and line.startswith(">sim") for line in names)
    for path in (demo / "reads").glob("*.fastq.gz"):
        with gzip.open(path, "rt") as handle:
            assert next(handle).startswith("@SYNTHETIC:")


def test_every_gene_codes_for_a_protein_of_the_real_length(demo, facts):
    resources = demo / "resources"
    coding = transcripts(resources / "genes.gff3.gz", resources / "genome.fa")
    assert set(coding) == {gene.transcript for gene in facts.genes}
    for gene in facts.genes:
        protein = str(Seq(coding[gene.transcript]).translate())
        assert protein[0] == "M", gene.name
        assert protein.index("*") == len(protein) - 1 == gene.protein, gene.name


@pytest.mark.parametrize(
    ("transcript", "residue", "codons"),
    [
        ("NM_005228.5", 745, "K E L R E A"),
        ("NM_005228.5", 766, "M A S V D N P H V"),
        ("NM_005228.5", 790, "T"),
        ("NM_005228.5", 858, "L"),
        ("NM_004985.5", 12, "G G"),
        ("NM_004985.5", 61, "Q"),
        ("NM_004985.5", 117, "K"),
        ("NM_004985.5", 146, "A"),
        ("NM_002524.5", 12, "G G"),
        ("NM_002524.5", 61, "Q"),
        ("NM_004333.6", 464, "G S G S F G"),
        ("NM_004333.6", 594, "D F G L A T V K"),
        ("NM_006218.4", 542, "E I T E"),
        ("NM_006218.4", 1047, "H"),
        ("NM_000546.6", 175, "R"),
        ("NM_000546.6", 248, "R"),
        ("NM_000546.6", 273, "R"),
        ("NM_000059.4", 1982, "S G K S V Q"),
        ("NM_004448.4", 770, "E A Y V M A G V G S P"),
        ("NM_004448.4", 755, "L"),
        ("NM_000125.4", 536, "L Y D"),
        ("NM_005896.4", 132, "R"),
        ("NM_000222.3", 816, "D"),
        ("NM_006206.6", 842, "D I M H"),
        ("NM_001382430.1", 17, "E"),
        ("NM_000245.4", 1010, "D"),
        ("NM_004304.5", 1202, "G"),
        ("NM_020975.6", 918, "M"),
    ],
)
def test_hotspots_hold_the_real_residues(demo, transcript, residue, codons):
    resources = demo / "resources"
    coding = transcripts(resources / "genes.gff3.gz", resources / "genome.fa")[transcript]
    protein, wanted = str(Seq(coding).translate()), codons.replace(" ", "")
    assert protein[residue - 1 : residue - 1 + len(wanted)] == wanted


def test_introns_begin_with_gt_and_end_with_ag(world):
    for model in world.genome.genes:
        exons = sorted(model.exons)
        for (_, start), (end, _) in pairwise(exons):
            intron = world.genome.fetch(model.chrom, start, end)
            intron = intron if model.forward else str(Seq(intron).reverse_complement())
            assert (intron[:2], intron[-2:]) == ("GT", "AG")


def real_exons(gene: GeneFacts) -> tuple[str, list[int], str]:
    """Strand, coding exon lengths and coding sequence of the primary transcript on GRCh38."""
    with (SHARED / "transcripts.tsv").open() as handle:
        primary = {
            row["gene"]: row
            for row in csv.DictReader(handle, delimiter="\t")
            if row["primary"] == "yes"
        }
    if gene.name not in primary:
        return "", [], ""
    row = primary[gene.name]
    models = pysam.TabixFile(str(SHARED / "genes.gff3.gz"))
    genome = pysam.FastaFile(str(SHARED / "grch38_partial.fa.gz"))
    parts = []
    for line in models.fetch(row["chrom"], int(row["start"]) - 1, int(row["end"])):
        cells = line.split("\t")
        if cells[2] == "CDS" and f"Parent=transcript:{row['transcript']};" in cells[8] + ";":
            parts.append((int(cells[3]) - 1, int(cells[4])))
    text = "".join(genome.fetch(row["chrom"], *part) for part in sorted(parts))
    forward = row["strand"] == "+"
    parts.sort(reverse=not forward)
    coding = text if forward else str(Seq(text).reverse_complement())
    return row["strand"], [end - start for start, end in parts], coding


@pytest.mark.skipif(not SHARED.exists(), reason="no reference kit in ../shared/data/reference")
def test_facts_are_those_of_grch38(facts):
    compared = 0
    for gene in facts.genes:
        strand, lengths, coding = real_exons(gene)
        if not lengths:
            continue
        compared += 1
        assert (strand, lengths) == (gene.strand, list(gene.coding)), gene.name
        for first, run in gene.codons.items():
            assert coding[3 * first - 3 :].startswith("".join(run)), (gene.name, first)
    assert compared >= 25


@pytest.mark.skipif(not SHARED.exists(), reason="no reference kit in ../shared/data/reference")
def test_bases_beside_exons_are_those_of_grch38(world):
    genome = pysam.FastaFile(str(SHARED / "grch38_partial.fa.gz"))
    end_of_met_14, atg_of_tert = 116771989, 1294989  # GRCh38, 0-based ends of exon and codon 1
    met, tert = world.genome.gene("MET"), world.genome.gene("TERT")
    donor = met.exons[13][1]
    assert world.genome.fetch(met.chrom, donor, donor + 12) == genome.fetch(
        "chr7", end_of_met_14, end_of_met_14 + 12
    )
    mine = tert.locate(-110)
    real = atg_of_tert + 109
    assert world.genome.fetch(tert.chrom, mine, mine + 51) == genome.fetch("chr5", real, real + 51)


def proteins(model: GeneModel, world: World, allele: Allele) -> tuple[str, str]:
    """What a transcript codes for before and after a change of the genome."""
    before = list(world.genome.contigs[model.chrom])
    at, end = allele.pos - 1, allele.pos - 1 + len(allele.ref)
    assert "".join(before[at:end]) == allele.ref
    after = before[:at] + [allele.alt] + [""] * (len(allele.ref) - 1) + before[end:]
    return translate(model, before), translate(model, after)


def translate(model: GeneModel, bases: list[str]) -> str:
    text = "".join("".join(bases[start:end]) for start, end in sorted(model.coding))
    text = text if model.forward else str(Seq(text).reverse_complement())
    return str(Seq(text[: len(text) // 3 * 3]).translate())


def agrees(hgvs_p: str, before: str, after: str) -> bool:
    """Whether HGVS p. says what became of a protein."""
    kind = re.fullmatch(r"p\.(\D{3})(\d+)(?:_(\D{3})(\d+))?(\D{3})(?:(fsTer)(\d+))?", hgvs_p)
    first, number, last, end, new, shift, stop = kind.groups()
    at = int(number) - 1
    if before[at] != seq1(first) or before[:at] != after[:at]:
        return False
    if shift:
        return after[at] == seq1(new) and after.index("*") - at + 1 == int(stop)
    if new == "Ter":
        return after[at] == "*"
    if new == "del":
        return before[int(end) - 1] == seq1(last) and after == before[:at] + before[int(end) :]
    return after == before[:at] + seq1(new) + before[at + 1 :]


@pytest.mark.parametrize(
    ("gene", "c", "p"),
    [
        ("BRAF", "c.1799T>A", "p.Val600Glu"),
        ("EGFR", "c.2573T>G", "p.Leu858Arg"),
        ("EGFR", "c.2369C>T", "p.Thr790Met"),
        ("EGFR", "c.2236_2250del", "p.Glu746_Ala750del"),
        ("NRAS", "c.181C>A", "p.Gln61Lys"),
        ("PIK3CA", "c.3140A>G", "p.His1047Arg"),
        ("ERBB2", "c.2264T>C", "p.Leu755Ser"),
        ("ESR1", "c.1610A>C", "p.Tyr537Ser"),
        ("BRCA1", "c.68_69del", "p.Glu23ValfsTer17"),
        ("BRCA2", "c.9976A>T", "p.Lys3326Ter"),
        ("IDH1", "c.395G>A", "p.Arg132His"),
        ("IDH2", "c.419G>A", "p.Arg140Gln"),
        ("AKT1", "c.49G>A", "p.Glu17Lys"),
        ("RET", "c.2753T>C", "p.Met918Thr"),
        ("ALK", "c.3604G>A", "p.Gly1202Arg"),
        ("JAK2", "c.1849G>T", "p.Val617Phe"),
        ("FLT3", "c.2503G>T", "p.Asp835Tyr"),
        ("PTEN", "c.697C>T", "p.Arg233Ter"),
        ("HRAS", "c.182A>G", "p.Gln61Arg"),
        ("MAP2K1", "c.171G>T", "p.Lys57Asn"),
    ],
)
def test_known_changes_have_their_real_names(world, gene, c, p):
    model = world.genome.gene(gene)
    assert agrees(p, *proteins(model, world, model.allele(c, world.genome.fetch)))


def test_planted_changes_have_the_names_of_the_truth(facts, world):
    named = [variant for case in facts.cases for variant in case.variants if variant.p]
    assert len(named) >= 12
    for variant in named:
        model = world.genome.gene(variant.gene)
        allele = model.allele(variant.c, world.genome.fetch)
        assert agrees(variant.p, *proteins(model, world, allele)), variant


def test_known_changes_outside_the_coding_bases(world):
    fetch = world.genome.fetch
    met, tert = world.genome.gene("MET"), world.genome.gene("TERT")
    assert met.allele("c.3028+1G>T", fetch).pos == met.exons[13][1] + 1
    start_codon = tert.coding[0][1]  # minus strand: the A of ATG is the last base
    assert tert.allele("c.-124C>T", fetch).pos == start_codon + 124
    with pytest.raises(ValueError, match="the genome has"):
        tert.allele("c.-124A>T", fetch)
    with pytest.raises(ValueError, match="not understood"):
        tert.allele("c.1A>T;c.2T>A", fetch)


def test_alleles_are_left_aligned(world, samples, tmp_path):
    deep = bench_samples(read_facts(build.INPUTS).simulation["bench"], 1000, world)
    alleles = {c.allele for s in [*samples, *deep] for c in s.library.carried}
    for change in ("c.2239_2248delinsC", "c.2311_2319dup", "c.2308_2309insCCAGCGTGG"):
        alleles.add(world.genome.gene("EGFR").allele(change, world.genome.fetch))
    rows = sorted((a.chrom, a.pos, ".", a.ref, a.alt, ".", ".", ".") for a in alleles)
    heads = [f"##contig=<ID={n},length={len(b)}>" for n, b in world.genome.contigs.items()]
    heads = ["##fileformat=VCFv4.2", *heads, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines = heads + ["\t".join(map(str, row)) for row in rows]
    (tmp_path / "alleles.vcf").write_text("\n".join(lines) + "\n")
    reference.write_fasta(world.genome, tmp_path / "genome.fa")
    command = ["bcftools", "norm", "-f", "genome.fa", "-c", "e", "alleles.vcf"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"{len(rows)}/0/0/0" in run.stderr
    assert sum(len(a.ref) != len(a.alt) for a in alleles) > 20


def read_pairs(lanes: dict[str, tuple[Path, Path]]) -> Iterator[tuple[str, str]]:
    """Sequences of both mates."""
    for one, two in lanes.values():
        with pysam.FastxFile(str(one)) as first, pysam.FastxFile(str(two)) as second:
            for left, right in zip(first, second, strict=True):
                assert left.name == right.name
                yield left.sequence, right.sequence


def count_fragments(pairs: list[tuple[str, str]], kmer: str) -> int:
    both = (kmer, str(Seq(kmer).reverse_complement()))
    return sum(any(k in mate for k in both for mate in pair) for pair in pairs)


def junctions(genome: Genome, allele: Allele) -> tuple[str, str]:
    """30 bases from 12 before the change: of the reference and of the change."""
    at, end = allele.pos - 1, allele.pos - 1 + len(allele.ref)
    before, after = (
        genome.fetch(allele.chrom, at - 12, at),
        genome.fetch(allele.chrom, end, end + 30),
    )
    return tuple((before + middle + after)[:30] for middle in (allele.ref, allele.alt))


@pytest.mark.parametrize("name", ["LUAD-01-T", "LUAD-01-N", "SKCM-02-T", "COAD-03-T", "PAAD-04-T"])
def test_reads_hold_the_truth_at_its_fraction(facts, world, samples, tmp_path, name):
    sample = next(s for s in samples if s.name == name)
    planted = [row for row in sample.truth if row.gene]
    near = {
        (chrom, start, end)
        for chrom, start, end in sample.library.targets
        for row in planted
        if row.chrom == chrom and start <= row.pos <= end
    }
    library = replace(sample.library, targets=tuple(sorted(near)), depth=400.0)
    lanes = {"L1": (tmp_path / "1.gz", tmp_path / "2.gz")}
    write_library(Simulator(world.genome, world.settings), library, lanes)
    pairs = list(read_pairs(lanes))
    for row in planted:
        kmers = junctions(world.genome, Allele(row.chrom, row.pos, row.ref, row.alt))
        reference_count, count = (count_fragments(pairs, kmer) for kmer in kmers)
        depth = reference_count + count
        assert depth > 150, row
        sd = math.sqrt(row.vaf * (1 - row.vaf) / depth)
        assert abs(count / depth - row.vaf) <= ACCEPTED_Z * sd, row


def test_normal_has_no_somatic_change_and_the_lost_haplotype_shows(samples):
    by_name = {sample.name: {(r.gene, r.hgvs_c): r for r in sample.truth} for sample in samples}
    somatic = {key for key, row in by_name["PAAD-04-T"].items() if row.origin == "somatic"}
    assert somatic
    assert not somatic & set(by_name["PAAD-04-N"])
    stop = ("BRCA2", "c.5946del")
    assert (by_name["PAAD-04-T"][stop].vaf, by_name["PAAD-04-N"][stop].vaf) == (0.75, 0.5)


def test_errors_follow_the_qualities(world):
    simulator, rng = Simulator(world.genome, world.settings), np.random.default_rng(1)
    reads = rng.integers(0, 4, size=(20_000, world.settings["length"]), dtype=np.uint8)
    seen, scores = simulator.read_out(reads, rng)
    assert set(np.unique(scores)) == set(world.settings["qualities"])
    assert np.array_equal(seen == BASES.tolist().index(ord("N")), scores == 2)
    for score in (12, 23, 37):
        there = scores == score
        expected = 10 ** (-score / 10)
        measured = (seen != reads)[there].mean()
        assert abs(measured - expected) < 5 * math.sqrt(expected / there.sum()) + 2e-5


def test_short_fragments_end_in_adapter(world):
    simulator, length = Simulator(world.genome, world.settings), np.array([60, 300])
    matrix = np.tile(simulator.codes[:380], (2, 1))
    first, second = simulator.ends_of(matrix, length, np.array([True, False]))
    text = ["".join("ACGT"[b] for b in row) for row in (*first, *second)]
    genome = "".join("ACGT"[b] for b in matrix[0])
    adapters = world.settings["adapters"]
    assert text[0] == (genome[:60] + adapters[0] * 2)[:100]
    assert text[2] == (str(Seq(genome[:60]).reverse_complement()) + adapters[1] * 2)[:100]
    assert text[1] == str(Seq(genome[200:300]).reverse_complement())
    assert text[3] == genome[:100]


def test_depth_duplicates_and_dropout_are_as_asked(world, samples):
    simulator = Simulator(world.genome, world.settings)
    library = next(s for s in samples if s.name == "FAIL-05-T").library
    covered = np.zeros(len(simulator.codes))
    pairs, molecules = 0, set()
    for numbers, drawn, _ in simulator.pairs(library):
        pairs += len(numbers)
        keys = zip(drawn.start.tolist(), drawn.length.tolist(), drawn.level.tolist(), strict=True)
        for start, length, level in keys:
            if (start, length, level) not in molecules:
                covered[start : start + length] += 1
            molecules.add((start, length, level))
    assert 1 - len(molecules) / pairs == pytest.approx(library.duplicates, abs=0.02)
    spans = [(simulator.offsets[c] + s, simulator.offsets[c] + e) for c, s, e in library.targets]
    depths = [covered[start:end].mean() for start, end in spans]
    sizes = [end - start for start, end in spans]
    assert np.average(depths, weights=sizes) == pytest.approx(library.depth, rel=0.1)
    assert 0.2 < np.mean(np.array(depths) < 5) < 0.6


def test_panel_holds_every_hotspot(facts, world):
    for gene in facts.genes:
        model = world.genome.gene(gene.name)
        for first, run in gene.codons.items():
            for number in (3 * first - 2, 3 * (first + len(run) - 1)):
                at = model.locate(number)
                assert any(
                    chrom == model.chrom and start <= at < end
                    for chrom, start, end, _ in world.targets
                ), (gene.name, first)


def test_bench_case_has_its_pairs_and_its_truth(facts, tmp_path):
    world = build.make_world(facts, everything=True)
    settings = facts.simulation["bench"]
    tumor, normal = bench_samples(settings, 6000, world)
    somatic = [row for row in tumor.truth if row.origin == "somatic"]
    low, high = settings["vaf"]
    assert len(somatic) == settings["somatic"]
    assert all(low <= row.vaf <= high for row in somatic)
    assert any(len(row.ref) != len(row.alt) for row in somatic)
    assert not {(r.chrom, r.pos) for r in somatic} & {(r.chrom, r.pos) for r in normal.truth}
    assert tumor.library.pairs + normal.library.pairs == 6000
    simulator = Simulator(world.genome, world.settings)
    lanes = {lane: (tmp_path / f"{lane}_1", tmp_path / f"{lane}_2") for lane in tumor.lanes}
    assert write_library(simulator, tumor.library, lanes) == tumor.library.pairs
    assert len(list(read_pairs(lanes))) == tumor.library.pairs


def test_population_changes_no_protein(world):
    known = {
        (r["gene"], r["c"]) for r in read_facts(build.INPUTS).simulation["polymorphisms"]["known"]
    }
    real = {world.genome.gene(gene).allele(c, world.genome.fetch) for gene, c in known}
    coding = 0
    for polymorphism in world.polymorphisms:
        allele = polymorphism.allele
        for model in world.genome.genes:
            inside = any(start < allele.pos <= end for start, end in model.coding)
            if model.chrom == allele.chrom and inside and allele not in real:
                before, after = proteins(model, world, allele)
                assert before == after
                coding += 1
    assert coding > 30


def test_config_is_valid(demo):
    config = yaml.safe_load((demo / "config" / "config.yaml").read_text())
    check_config(config, build.PROJECT)
    named = [config["samples"], config["clinical"], config["assays"]["panel"]["targets"]]
    named += [v for v in config["reference"].values() if isinstance(v, str) and "/" in v]
    assert len(named) >= 7
    named.append(config["knowledge"]["base"])
    assert all((demo / path).exists() for path in named)


def test_sheet_and_clinical_facts_can_be_read(demo):
    units = list(read_rows(demo / "config" / "samples.tsv", Unit))
    clinical = {row.case: row for row in read_rows(demo / "config" / "clinical.tsv", Clinical)}
    assert set(clinical) == {unit.case for unit in units}
    assert len(clinical) >= 4
    assert any(len({u.lane for u in units if u.sample == s.sample}) > 1 for s in units)
    paths = [path for unit in units for path in (unit.fastq_1, unit.fastq_2)]
    assert all((demo / path).stat().st_size > 0 for path in paths)
    assert clinical["COAD-03"].sidedness == "left"
    assert clinical["PAAD-04"].consent_germline is True
