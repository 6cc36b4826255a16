"""Each kind of bad input, in a run that is healthy otherwise: the doctor says where, what, fix."""

# ruff: noqa: E501  (one kind of bad input a line)

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time

import pysam
import pytest
import yaml

from builders import (
    Placed,
    project_config,
    sequence,
    write_bam,
    write_fastq,
    write_genome,
    write_models,
    write_pair,
    write_rows,
    write_vcf,
)
from consilium.checks import CHECKS, gzipped, machine
from consilium.checks.files import check_inputs
from consilium.checks.gzipped import BGZF_EOF
from consilium.checks.run import Run
from consilium.problems import Problem
from consilium.samples import read_sheet
from doctor import Examined, diagnose, table

ROOT = Path(__file__).parents[1]
CONTIGS = {"chr1": 3000, "chr7": 5000}
SHEET = """
case sample role   lane fastq_1    fastq_2    bam   events tumor_type purity assay
A    A-T    tumor  L1   a1_1.fq.gz a1_2.fq.gz .     .      LUAD       0.6    panel
A    A-T    tumor  L2   a2_1.fq.gz a2_2.fq.gz .     .      .          .      .
A    A-N    normal .    n_1.fq.gz  n_2.fq.gz  .     .      .          .      .
B    B-T    tumor  .    .          .          b.bam .      SKCM       .      .
C    C-T    tumor  .    .          .          .     c.tsv  COADREAD   .      .
"""
CLINICAL = """
case age ihc      consent_germline country
A    61  PD-L1=50 yes              DE
C    .   .        .                .
"""
MAF_HEADER = (
    "Hugo_Symbol NCBI_Build Chromosome Start_Position Tumor_Sample_Barcode Reference_Allele "
    "Tumor_Seq_Allele2"
)
GROUP = {"ID": "1", "SM": "B-T", "LB": "B", "PL": "ILLUMINA"}


def drawn(text: str) -> list[dict[str, str]]:
    """The rows of a table as a test draws it; a dot is an empty cell."""
    header, *lines = (line.split() for line in text.strip().splitlines())
    filled = ([cell.removeprefix(".") for cell in cells] for cells in lines)
    return [dict(zip(header, cells, strict=True)) for cells in filled]


def healthy_config() -> dict:
    config = project_config()
    config |= {"samples": "samples.tsv", "clinical": "clinical.tsv"}
    files = {"genome": "genome.fa", "gene_models": "genes.gff3.gz"}
    config["reference"] |= files | {"germline_resource": "germline.vcf.gz"}
    config["assays"]["panel"]["targets"] = "targets.bed"
    config["knowledge"]["base"] = "knowledge"
    config["trials"]["curated"] = "trials"
    return config


def placed(starts: range = range(101, 401, 10), contig: str = "chr7") -> list[Placed]:
    return [Placed(contig, start, sequence(40, 7)) for start in starts]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Three cases, from reads, alignments and events, on a genome of two contigs."""
    here = tmp_path_factory.mktemp("healthy")
    write_genome(here / "genome.fa", **{n: sequence(size, size) for n, size in CONTIGS.items()})
    write_models(here / "genes.gff3.gz", "chr7", 400)
    write_vcf(here / "germline.vcf.gz", CONTIGS, [("chr7", 150, "A", "C", "AF=0.1")])
    (here / "targets.bed").write_text("chr7\t100\t400\nchr1\t0\t3000\n")
    for seed, name in enumerate(("a1", "a2", "n")):
        write_pair(here / f"{name}_1.fq.gz", here / f"{name}_2.fq.gz", seed=seed + 1)
    write_bam(here / "b.bam", CONTIGS, placed(), groups=[GROUP])
    write_rows(
        here / "c.tsv", [{"kind": "SNV", "gene": "KRAS", "hgvs_p": "p.G12C", "assessed": "PRESENT"}]
    )
    (here / "trials").mkdir()
    (here / "trials" / "NCT00000000.yaml").write_text("id: NCT00000000\n")
    for name in ("drugs.tsv", "genes.tsv", "manifest.yaml", "statements/a.tsv", "approvals/a.tsv"):
        (here / "knowledge" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "knowledge" / name).write_text("name\nbuilt\n")
    return here


@dataclass
class World:
    """A working directory of one test, and what will be written into its tables."""

    config: dict
    sheet: list[dict]
    clinical: list[dict]

    def write(self) -> None:
        write_rows(Path("samples.tsv"), self.sheet)
        write_rows(Path("clinical.tsv"), self.clinical)
        Path("config.yaml").write_text(yaml.safe_dump(self.config))

    def problems(self) -> list[Problem]:
        self.write()
        found = diagnose(self.config, ROOT, ["config.yaml"], conda=True)
        return [problem for examined in found for problem in examined.problems]


@pytest.fixture
def world(template, tmp_path, monkeypatch):
    monkeypatch.chdir(shutil.copytree(template, tmp_path / "run"))
    return World(healthy_config(), drawn(SHEET), drawn(CLINICAL))


# How to break it: each takes the world, and is bound to what it breaks by `partial`.


def sheet_cells(row: int, world: World, **cells: object) -> None:
    world.sheet[row].update(cells)


def sheet_row(world: World, **cells: str) -> None:
    world.sheet.append(cells)


def no_column(world: World, column: str) -> None:
    for row in world.sheet:
        del row[column]


def clinical_cells(row: int, world: World, **cells: object) -> None:
    world.clinical[row].update(cells)


def key(world: World, path: str, value: object) -> None:
    *blocks, last = path.split(".")
    block = world.config
    for name in blocks:
        block = block[name]
    block[last] = value


def remove(world: World, path: str) -> None:
    Path(path).unlink()


def text(world: World, path: str, content: str) -> None:
    Path(path).write_text(content)


def cut(world: World, path: str, length: int) -> None:
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[:length])


def bytes_of(world: World, path: str, content: bytes) -> None:
    Path(path).write_bytes(content)


def fastq(world: World, path: str, name: str, bases: str = "ACGT" * 10, quality: str = "I") -> None:
    write_fastq(Path(path), [(name.format(i), bases) for i in range(50)], quality)


def bam(world: World, contigs: dict[str, int], **options: object) -> None:
    reads = options.pop("reads", placed(contig=[*contigs][-1]))
    write_bam(Path("b.bam"), contigs, reads, **{"groups": [GROUP]} | options)


def vcf(world: World, contigs: dict[str, int]) -> None:
    write_vcf(Path("germline.vcf.gz"), contigs, [([*contigs][-1], 150, "A", "C", "AF=0.1")])


def maf(world: World, cells: str, header: str = MAF_HEADER) -> None:
    """A MAF of one sound row, if the header is whole, and one of these cells."""
    lines = ["#version 2.4", header, "KRAS GRCh38 chr7 140 D-T N C", cells]
    Path("d.maf").write_text("\n".join(lines).replace(" ", "\t") + "\n")
    sheet_row(world, case="D", sample="D-T", role="tumor", tumor_type="SKCM", maf="d.maf")


def other_bases(world: World) -> None:
    """A MAF of one sound row and one whose reference base is not the genome's."""
    other = "A" if base_at(150) != "A" else "C"
    maf(world, f"BRAF GRCh38 chr7 150 D-T {other} T")


def base_at(position: int) -> str:
    return sequence(CONTIGS["chr7"], CONTIGS["chr7"])[position - 1]


def given_vcf(world: World, samples: tuple[str, ...], shift: int = 0, **more: str) -> None:
    """A VCF of one substitution with counts, its place `shift` bases off."""
    position = next(p for p in range(150, 300) if base_at(p) != base_at(p + 1))
    ref = base_at(position)
    alt = next(base for base in "ACGT" if base != ref)
    form, cells = more.get("form", "AD"), more.get("cells", "30,10")
    lines = [
        "##fileformat=VCFv4.2",
        "##contig=<ID=7>" if more.get("bare") else "##contig=<ID=chr7>",
    ]
    lines += ['##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">']
    lines += ['##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="x">']
    lines += [
        "\t".join(
            ["#CHROM", *["POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"], *samples]
        )
    ]
    chrom = "7" if more.get("bare") else "chr7"
    row = [chrom, str(position + shift), ".", ref, alt, ".", "PASS", ".", form]
    lines += ["\t".join([*row, *[cells] * len(samples)])]
    Path("d.vcf").write_text("\n".join(lines) + "\n")
    sheet_row(world, case="D", sample="D-T", role="tumor", tumor_type="SKCM", vcf="d.vcf")


def models(world: World, contig: str, end: int) -> None:
    write_models(Path("genes.gff3.gz"), contig, end)


def length_of_chr1(world: World, length: int) -> None:
    """An index that tells of a chromosome 1 of this length, over a FASTA of that size, sparse."""
    os.truncate("genome.fa", length + 6)
    Path("genome.fa.fai").write_text(f"chr1\t{length}\t6\t{length}\t{length + 1}\n")
    Path("genome.dict").write_text(f"@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:{length}\n")
    Path("targets.bed").write_text("chr1\t0\t3000\n")


def swap_mates(world: World) -> None:
    Path("a1_1.fq.gz").rename("other")
    Path("a1_2.fq.gz").rename("a1_1.fq.gz")
    Path("other").rename("a1_2.fq.gz")


def link_as_other_name(world: World) -> None:
    remove(world, "n_1.fq.gz")
    Path("n_1.fq.gz").symlink_to("a1_1.fq.gz")


Break = Callable[[World], object]
row = sheet_cells
BAD: list[tuple[str, Break, str, str, str]] = [
    # Sample sheet
    ("unknown column", partial(row, 0, purityy="1"), "samples.tsv, header", "unknown column 'purityy'", "did you mean 'purity'?"),
    ("missing column", partial(no_column, column="role"), "samples.tsv, header", "column 'role' is missing", "tumor or normal"),
    ("no case", partial(row, 0, case=""), "samples.tsv, row 2", "case is missing", "add it"),
    ("duplicate row", partial(row, 1, lane="L1"), "samples.tsv, row 3", "lane 'L1' of sample 'A-T' is there already", "number the lanes"),
    ("unknown role", partial(row, 0, role="tumour"), "samples.tsv, row 2", "role 'tumour' is not known", "did you mean 'tumor'?"),
    ("unknown tumour type", partial(row, 3, tumor_type="LUNGADENO"), "samples.tsv, row 5", "tumor_type 'LUNGADENO' is not an OncoTree code", "did you mean LUAD (Lung Adenocarcinoma)?"),
    ("no tumour type", partial(row, 3, tumor_type=""), "samples.tsv, row 5", "case 'B' has no tumor_type", "give an OncoTree code"),
    ("purity in percent", partial(row, 0, purity="1.5"), "samples.tsv, row 2", "purity 1.5 is outside 0 to 1", "0.6 for 60 %"),
    ("purity in words", partial(row, 0, purity="high"), "samples.tsv, row 2", "purity 'high' is not a number", "0.6 for 60 %"),
    ("two purities", partial(row, 1, purity="0.3"), "samples.tsv, row 3", "sample 'A-T' has purity 0.3 here and 0.6 above", "make them agree"),
    ("purity of a normal", partial(row, 2, purity="0.3"), "samples.tsv, row 4", "a normal has a purity", "leave purity empty"),
    ("R1 is R2", partial(row, 0, fastq_2="a1_1.fq.gz"), "samples.tsv, row 2", "fastq_1 and fastq_2 are the same file", "leave fastq_2 empty for single-end"),
    ("R2 alone", partial(row, 0, fastq_1=""), "samples.tsv, row 2", "fastq_2 without fastq_1", "put single-end reads into fastq_1"),
    ("one file in two rows", partial(row, 2, fastq_1="a1_1.fq.gz"), "samples.tsv, row 4", "a1_1.fq.gz is given in samples.tsv, row 2 too", "give each file once"),
    ("not named as FASTQ", partial(row, 0, fastq_1="a1.bam"), "samples.tsv, row 2", "fastq_1 'a1.bam' cannot be used", "ends in .fastq.gz"),
    ("two tumour types", partial(row, 2, tumor_type="SKCM"), "samples.tsv, row 4", "case 'A' has tumor_type 'SKCM' here and 'LUAD' above", "make two cases"),
    ("two normals", partial(sheet_row, case="A", sample="A-N2", role="normal", bam="x.bam"), "samples.tsv, row 2", "case 'A' has 2 normal samples (A-N, A-N2)", "keep one"),
    ("no tumour", partial(row, 3, role="normal"), "samples.tsv, row 5", "case 'B' has no tumour sample", "add a row with role tumor"),
    ("sample in two cases", partial(row, 1, case="B"), "samples.tsv, row 3", "sample 'A-T' has case 'B' here and 'A' above", "under two names"),
    ("path as name", partial(row, 0, case="../x"), "samples.tsv, row 2", "case '../x' cannot be used", "1 to 64 letters"),
    ("name that is an option", partial(row, 3, sample="-rf"), "samples.tsv, row 5", "sample '-rf' cannot be used", "the first no dot or hyphen"),
    ("name of our own", partial(row, 3, case="summary"), "samples.tsv, row 5", "case 'summary' is a name of our own files", "rename it"),
    ("names that share files", partial(sheet_row, case="B", sample="B-T.2", role="tumor", bam="x.bam"), "samples.tsv, row 5", "samples 'B-T' and 'B-T.2' would share file names", "without the dot"),
    ("two starts", partial(row, 0, bam="x.bam"), "samples.tsv, row 2", "fastq_1 and bam are given", "fill one of"),
    ("no start", partial(row, 3, bam=""), "samples.tsv, row 5", "no file is given", "fill one of"),
    ("two alignments of a sample", partial(sheet_row, case="B", sample="B-T", role="tumor", lane="L2", bam="x.bam"), "samples.tsv, row 5", "has 2 rows but does not start at reads", "merge several beforehand"),
    ("unknown assay", partial(row, 0, assay="panell"), "samples.tsv, row 2", "assay 'panell' is not in the config", "did you mean 'panel'?"),
    ("tabs too many", partial(row, 4, **{"assay": "\t\t"}), "samples.tsv, row 6", "cells under 11 columns", "remove the tabs"),
    # Clinical facts
    ("consent in other words", partial(clinical_cells, 0, consent_germline="maybe"), "clinical.tsv, row 2", "consent_germline 'maybe' is not known", "use one of yes, no"),
    ("unknown case", partial(clinical_cells, 1, case="Z"), "clinical.tsv, row 3", "case 'Z' is not in the sample sheet", "use one of A, B, C"),
    ("case twice", partial(clinical_cells, 1, case="A"), "clinical.tsv, row 3", "case 'A' is there already", "keep one row"),
    ("bad ihc value", partial(clinical_cells, 0, ihc="ER=pos;HER2=maybe"), "clinical.tsv, row 2", "ihc HER2 has the value 'maybe'", "such as ER=pos"),
    ("ihc without value", partial(clinical_cells, 0, ihc="HER2"), "clinical.tsv, row 2", "ihc 'HER2' is no KEY=VALUE", "such as ER=pos"),
    ("negative age", partial(clinical_cells, 0, age="-1"), "clinical.tsv, row 2", "age -1.0 is outside 0 to 125", "age in years"),
    ("unknown country", partial(clinical_cells, 0, country="UK"), "clinical.tsv, row 2", "country 'UK' is not known", "GB for the United Kingdom"),
    ("other tumour type", partial(clinical_cells, 0, tumor_type="SKCM"), "clinical.tsv, row 2", "tumor_type 'SKCM' is not that of the sample sheet", "write it in the sample sheet"),
    # Config
    ("misspelt key", partial(key, path="trimming.min_lenght", value=30), "config.yaml, key trimming.min_lenght", "is not known", "did you mean 'min_length'?"),
    ("wrong type", partial(key, path="belief.min_alt_reads", value="three"), "config.yaml, key belief.min_alt_reads", "'three' is not a whole number", "give a whole number"),
    ("unknown caller", partial(key, path="callers", value=["mutect"]), "config.yaml, key callers", "'mutect' is not known: rules/callers/mutect.smk", "did you mean 'mutect2'?"),
    ("unknown aligner", partial(key, path="aligner", value="bwamem2"), "config.yaml, key aligner", "'bwamem2' is not known: rules/aligners/bwamem2.smk", "did you mean 'bwa_mem2'?"),
    ("unknown limits", partial(key, path="assays.panel.limits", value="pannel"), "config.yaml, key assays.panel.limits", "'pannel' is not a block of quality", "did you mean 'panel'?"),
    ("panel without targets", partial(key, path="assays.panel.targets", value=None), "config.yaml, key assays.panel.targets", "None is not text", "only a genome goes without"),
    # Files
    ("FASTQ missing", partial(remove, path="a1_2.fq.gz"), "samples.tsv, sample A-T, lane L1", "a1_2.fq.gz cannot be found", "relative to the working directory"),
    ("events missing", partial(remove, path="c.tsv"), "samples.tsv, sample C-T", "c.tsv cannot be found", "correct the path"),
    ("FASTQ of no bytes", partial(bytes_of, path="a1_1.fq.gz", content=b""), "samples.tsv, sample A-T, lane L1", "a1_1.fq.gz is empty", "copy or make the file again"),
    ("one file by two names", link_as_other_name, "samples.tsv, sample A-N", "n_1.fq.gz is the same file as a1_1.fq.gz of sample A-T", "give each file once"),
    ("targets missing", partial(remove, path="targets.bed"), "config, key assays", "targets.bed cannot be found", "correct the path"),
    ("gene models missing", partial(remove, path="genes.gff3.gz"), "config, key reference.gene_models", "genes.gff3.gz cannot be found", "fetch_reference"),
    ("no aligner index", partial(key, path="reference.aligner_index", value="indexed/bwa"), "config, key reference.aligner_index", "indexed/bwa.amb cannot be found", "write null"),
    ("knowledge incomplete", partial(remove, path="knowledge/drugs.tsv"), "config, key knowledge.base", "knowledge/drugs.tsv cannot be found", "complete knowledge base"),
    ("no trials", partial(remove, path="trials/NCT00000000.yaml"), "config, key trials.curated", "trials holds no trial", "null"),
    ("trials not fetched", partial(key, path="trials.store", value="trials.jsonl.gz"), "config, key trials.store", "trials.jsonl.gz cannot be found", "fetch_trials"),
    ("no statements", partial(remove, path="knowledge/statements/a.tsv"), "config, key knowledge.base", "knowledge/statements holds no table", "complete knowledge base"),
    # FASTQ
    ("truncated gzip", partial(cut, path="a1_1.fq.gz", length=900), "a1_1.fq.gz", "ends early (truncated)", "copy the file again"),
    ("damaged gzip", partial(bytes_of, path="a1_1.fq.gz", content=b"\x1f\x8b\x08\x00" + b"\xff" * 200), "a1_1.fq.gz", "is damaged in its first block", "copy the file again"),
    ("not gzip at all", partial(text, path="a1_1.fq.gz", content="@r\nA\n+\nI\n"), "a1_1.fq.gz", "is not gzip", "compress it by gzip"),
    ("FASTQ without reads", partial(bytes_of, path="a1_1.fq.gz", content=gzip.compress(b"")), "a1_1.fq.gz", "holds no reads", "drop the row, or bring the reads"),
    ("FASTA in FASTQ's place", partial(bytes_of, path="a1_1.fq.gz", content=gzip.compress(b">r\nAC\n>s\nAC\n")), "a1_1.fq.gz", "record 1 does not start with @", "four lines a record"),
    ("qualities too few", partial(bytes_of, path="a1_1.fq.gz", content=gzip.compress(b"@r\nACGT\n+\nII\n")), "a1_1.fq.gz", "record 1 has 4 bases but 2 qualities", "four lines a record"),
    ("half a record", partial(bytes_of, path="a1_1.fq.gz", content=gzip.compress(b"@r\nACGT\n")), "a1_1.fq.gz", "record 1 has 2 lines", "four lines a record"),
    ("Phred+64", partial(fastq, path="a1_1.fq.gz", name="r{}", quality="h"), "a1_1.fq.gz", "look like Phred+64", "seqtk seq -Q64 -V"),
    ("unequal names", partial(fastq, path="a1_2.fq.gz", name="other{} 2:N:0:A"), "a1_1.fq.gz, a1_2.fq.gz", "read 1 is 'M1:1:F:1:1:0:1' in one and 'other0' in the other", "take both files from one run"),
    ("unequal numbers", partial(bytes_of, path="a1_2.fq.gz", content=gzip.compress(b"@M1:1:F:1:1:0:1 2:N:0:A\nAC\n+\nII\n")), "a1_1.fq.gz, a1_2.fq.gz", "the files hold 50 and 1 reads", "take both files from one run"),
    ("R1 copied as R2", lambda w: shutil.copy("a1_1.fq.gz", "a1_2.fq.gz"), "a1_1.fq.gz, a1_2.fq.gz", "fastq_2 holds first reads", "give the file of R2"),
    ("mates exchanged", swap_mates, "a1_1.fq.gz, a1_2.fq.gz", "fastq_2 holds first reads", "give the file of R2"),
    # Alignments
    ("BAM cut off", lambda w: cut(w, "b.bam", Path("b.bam").stat().st_size - len(BGZF_EOF)), "b.bam", "no end-of-file block", "copy the file again"),
    ("BAM is text", partial(text, path="b.bam", content="@HD\tVN:1.6\n"), "b.bam", "is not BAM", "copy the file again"),
    ("BAM unsorted", partial(bam, contigs=CONTIGS, order="unsorted"), "b.bam", "is not sorted by coordinate (order: unsorted)", "samtools sort"),
    ("BAM without index", partial(remove, path="b.bam.bai"), "b.bam", "has no index (b.bam.bai)", "samtools index b.bam"),
    ("BAM without read group", partial(bam, contigs=CONTIGS, groups=[]), "b.bam", "has no read group with a sample name", "samtools addreplacerg"),
    ("BAM of two samples", partial(bam, contigs=CONTIGS, groups=[GROUP, {"ID": "2", "SM": "Y"}]), "b.bam", "reads of several samples (B-T, Y)", "samtools split"),
    ("BAM without contig prefix", partial(bam, contigs={"1": 3000, "7": 5000}), "b.bam", "contigs 1, 7 are not in the genome (it has chr1, chr7)", "rename 1 to chr1"),
    ("BAM of another assembly", partial(bam, contigs={"chr1": 3000, "chr7": 4999}), "b.bam", "chr7 has 4,999 bases here (another assembly), 5,000 in the genome", "aligned again"),
    # Reference and coordinates
    ("no .fai", partial(remove, path="genome.fa.fai"), "genome.fa", "has no index (genome.fa.fai)", "samtools faidx genome.fa"),
    ("no .dict", partial(remove, path="genome.dict"), "genome.fa", "has no dictionary (genome.dict)", "samtools dict -o genome.dict genome.fa"),
    ("other .dict", partial(text, path="genome.dict", content="@SQ\tSN:chr1\tLN:3000\n"), "genome.dict", "differs from genome.fa.fai (contig chr7)", "samtools dict"),
    ("FASTA cut off", partial(cut, path="genome.fa", length=5000), "genome.fa", "is shorter than its .fai says", "copy it again"),
    ("wrong build", partial(length_of_chr1, length=249_250_621), "genome.fa", "is GRCh37 by its chromosome 1", "correct reference.build"),
    ("VCF without index", partial(remove, path="germline.vcf.gz.tbi"), "germline.vcf.gz", "has no index (germline.vcf.gz.tbi)", "bcftools index -t germline.vcf.gz"),
    ("VCF without contig prefix", partial(vcf, contigs={"1": 3000, "7": 5000}), "germline.vcf.gz", "contigs 7 are not in the genome", "bcftools annotate --rename-chrs"),
    ("VCF of another assembly", partial(vcf, contigs={"chr7": 5001}), "germline.vcf.gz", "chr7 has 5,001 bases here", "one assembly"),
    ("GFF without contig prefix", partial(models, contig="7", end=400), "genes.gff3.gz", "contigs 7 are not in the genome", "rename 7 to chr7"),
    ("GFF beyond the contig", partial(models, contig="chr7", end=6000), "genes.gff3.gz", "chr7 has 6,000 bases here", "one assembly"),
    ("BED without contig prefix", partial(text, path="targets.bed", content="7\t1\t9\n"), "targets.bed", "contigs 7 are not in the genome", "rename 7 to chr7"),
    ("BED beyond the contig", partial(text, path="targets.bed", content="chr7\t1\t9\nchr7\t1\t5001\n"), "targets.bed, row 2", "end 5001 lies beyond chr7 (5000 bases)", "own assembly"),
    ("BED start after end", partial(text, path="targets.bed", content="chr7\t9\t1\n"), "targets.bed, row 1", "start 9 is not before end 1", "counts from 0"),
    ("BED by spaces", partial(text, path="targets.bed", content="chr7 1 9\n"), "targets.bed, row 1", "1 column instead of three", "by tabs"),
    ("BED without rows", partial(text, path="targets.bed", content="track name=x\n"), "targets.bed", "holds no interval", "regions that were sequenced"),
    # Tables that a sample starts from
    ("events with a strange column", partial(text, path="c.tsv", content="kind\tgene\tassessed\teffect\nSNV\tKRAS\tPRESENT\tx\n"), "c.tsv", "unknown column 'effect'", "use one of kind, gene"),
    ("events of a kind that is none", partial(text, path="c.tsv", content="kind\tgene\tassessed\nSNVV\tKRAS\tPRESENT\n"), "c.tsv, row 2", "kind 'SNVV' is not known", "did you mean 'SNV'?"),
    ("events without a state", partial(text, path="c.tsv", content="kind\tgene\tassessed\nSNV\tKRAS\t\n"), "c.tsv, row 2", "assessed is missing", "PRESENT, ABSENT"),
    ("MAF without place", partial(maf, header="Hugo_Symbol", cells="KRAS"), "d.maf", "column 'Chromosome' is missing", "of the GDC or cBioPortal"),
    ("MAF of another build", partial(maf, cells="BRAF GRCh37 chr7 150 D-T N C"), "d.maf, row 4", "NCBI_Build is GRCh37, the config says GRCh38", "a chain file in reference.chains, or the table as named_variants"),
    ("MAF that the genome contradicts", partial(other_bases), "d.maf", "1 of 2 alleles have other reference bases", "are never believed"),
    ("MAF row without an allele", partial(maf, cells="BRAF GRCh38 chr7 150 D-T N"), "d.maf", "a row at chr7:150 names no allele", "make the file again"),
    ("VCF of other samples", partial(given_vcf, samples=("X", "Y")), "d.vcf", "has the samples X, Y, none of them D-T", "make the file again"),
    ("VCF that the genome contradicts", partial(given_vcf, samples=("TUMOR", "NORMAL"), shift=1), "d.vcf", "1 of 1 alleles have other reference bases", "GRCh38"),
    ("events without rows", partial(text, path="c.tsv", content="kind\tgene\tassessed\n"), "c.tsv", "holds no event", "one finding a row"),
]  # fmt: skip


def test_a_healthy_run_has_no_problems(world):
    assert world.problems() == []


@pytest.mark.parametrize(
    ("damage", "where", "problem", "fix"),
    [pytest.param(*entry[1:], id=entry[0]) for entry in BAD],
)
def test_bad_input(world, damage, where, problem, fix):
    damage(world)
    errors = [found for found in world.problems() if found.level == "ERROR"]
    hits = [e for e in errors if where in e.where and problem in e.problem and fix in e.fix]
    assert len(hits) == 1, "\n".join(map(str, errors))


@pytest.mark.parametrize("stated", ["GRCh38", "38", "hg38", "GRCh38.p14", ".", ""])
def test_every_spelling_of_the_build_is_sound(world, stated):
    maf(world, f"BRAF {stated} chr7 150 D-T N C")
    told = [found for found in world.problems() if "d.maf" in found.where]
    assert [found for found in told if found.level == "ERROR"] == []


@pytest.mark.parametrize(("stated", "refused"), [("hg19", 1), ("mine", 0)])
def test_a_genome_of_no_known_build_takes_rows_of_none(world, stated, refused):
    key(world, "reference.build", "other")
    maf(world, f"BRAF {stated} chr7 150 D-T N C")
    told = [found.problem for found in world.problems() if "d.maf, row 4" in found.where]
    assert len(told) == refused


@pytest.mark.parametrize("samples", [("TUMOR", "NORMAL"), ("D-T", "other"), ("any",)])
def test_a_vcf_whose_tumour_has_a_usual_name_is_taken(world, samples):
    given_vcf(world, samples)
    assert [found for found in world.problems() if "d.vcf" in found.where] == []


def test_a_vcf_may_name_contigs_without_chr(world):
    given_vcf(world, ("D-T",), bare="yes")
    assert [found for found in world.problems() if "d.vcf" in found.where] == []


def test_a_vcf_without_counts_is_a_warning(world):
    given_vcf(world, ("TUMOR", "NORMAL"), form="GQ", cells="30")
    (found,) = [found for found in world.problems() if "d.vcf" in found.where]
    assert (found.level, found.problem[:20]) == ("WARNING", "1 of 1 alleles have ")
    assert "counts of reads" in found.problem


def test_at_least_25_kinds_are_tried():
    assert len({name for name, *_ in BAD}) == len(BAD) >= 25


def test_all_problems_are_told_at_once(world):
    sheet_cells(0, world, purity="7", role="tumour")
    sheet_cells(3, world, tumor_type="LUNG ADENO")
    told = [str(problem) for problem in world.problems()]
    for words in ("row 2: purity 7.0", "row 2: role 'tumour'", "row 5: tumor_type 'LUNG ADENO'"):
        assert sum(words in line for line in told) == 1, told


def test_one_bad_file_does_not_hide_another(world):
    remove(world, "n_2.fq.gz")
    cut(world, "b.bam", 100)
    text(world, "targets.bed", "chr7\t9\t1\n")
    found = "\n".join(map(str, world.problems()))
    assert all(name in found for name in ("n_2.fq.gz", "b.bam", "targets.bed"))


def test_a_check_that_breaks_does_not_hide_the_others(world, monkeypatch):
    monkeypatch.setitem(CHECKS, "mates", lambda run: 1 / 0)
    remove(world, "n_2.fq.gz")
    found = "\n".join(map(str, world.problems()))
    assert "mates: could not be examined (division by zero)" in found
    assert "n_2.fq.gz cannot be found" in found


def test_many_bad_rows_are_counted_not_printed(world):
    text(world, "targets.bed", "chr7\t9\t1\n" * 100)
    found = [problem for problem in world.problems() if "targets.bed" in problem.where]
    assert len(found) == 6 and "95 more" in found[-1].problem


@pytest.mark.parametrize("mate", ["/{}", " {}:N:0:ACGT", ""])
def test_names_of_mates_agree_in_every_spelling(world, mate):
    for number, path in enumerate(("a1_1.fq.gz", "a1_2.fq.gz"), start=1):
        names = [f"r{i}" + mate.format(number) for i in range(30)]
        bases = [sequence(30, i * number) for i in range(1, 31)]
        write_fastq(Path(path), zip(names, bases, strict=True))
    assert world.problems() == []


def test_bgzipped_reads_are_sound_with_and_without_the_end_block(world):
    content = gzip.decompress(Path("a1_1.fq.gz").read_bytes())
    with pysam.BGZFile("a1_1.fq.gz", "wb") as out:
        out.write(content)
    assert world.problems() == []
    cut(world, "a1_1.fq.gz", Path("a1_1.fq.gz").stat().st_size - len(BGZF_EOF))
    assert world.problems() == []
    cut(world, "a1_1.fq.gz", Path("a1_1.fq.gz").stat().st_size - 5)
    assert "ends early" in world.problems()[0].problem


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (None, ""),
        (b"\x00" * 8, "ends early (truncated)"),  # space was set aside, not filled
        (b"\x01" * 4 + b"\xff" * 4, "ends early (truncated)"),  # 4 GB cannot be in 2 kB
    ],
)
def test_end_of_a_gzip_too_large_to_read_whole(world, monkeypatch, end, problem):
    monkeypatch.setattr(gzipped, "SMALL", 0)
    if end:
        bytes_of(world, "a1_1.fq.gz", Path("a1_1.fq.gz").read_bytes()[:-8] + end)
    assert gzipped.tail_problem("a1_1.fq.gz") == problem


def test_a_bam_that_claims_to_be_sorted(world):
    bam(world, CONTIGS, order="unsorted", reads=placed()[::-1])
    header = pysam.view("-H", "b.bam").replace("SO:unsorted", "SO:coordinate")
    text(world, "header.sam", header)
    bytes_of(world, "b.bam", pysam.reheader("header.sam", "b.bam", raw=True))
    os.utime("b.bam.bai")
    assert [p.problem for p in world.problems()] == ["claims to be sorted by coordinate and is not"]


def test_reads_outside_the_read_groups(world):
    stray = [Placed("chr7", 401, sequence(40, 7), tags={"RG": "stray"})]
    bam(world, CONTIGS, reads=[*placed(), *stray])
    (found,) = world.problems()
    assert found.problem == "1 of the first 31 reads belong to no read group"


def cram(world, version):
    form = f"cram,version={version}"
    pysam.view("-O", form, "-T", "genome.fa", "-o", "b.cram", "b.bam", catch_stdout=False)
    pysam.index("b.cram")
    sheet_cells(3, world, bam="", cram="b.cram")


def test_cram_that_gatk_does_not_read_is_an_error(world):
    cram(world, "3.1")
    assert [problem.problem for problem in world.problems()] == [
        "is CRAM 3.1, which GATK does not read"
    ]


def test_cram_is_read_and_its_end_is_looked_for(world):
    cram(world, "3.0")
    assert world.problems() == []
    cut(world, "b.cram", Path("b.cram").stat().st_size - 20)
    os.utime("b.cram.crai")
    assert [problem.problem for problem in world.problems()] == ["ends early (truncated)"]


def test_sample_name_in_a_bam_that_the_sheet_does_not_use_is_a_warning(world):
    bam(world, CONTIGS, groups=[GROUP | {"SM": "X"}])
    (found,) = world.problems()
    assert (found.level, found.problem) == ("WARNING", "calls its sample 'X', the sheet 'B-T'")


def test_tumour_and_normal_of_one_name_are_an_error(world):
    shutil.copy("b.bam", "n.bam")
    pysam.index("n.bam")
    sheet_row(world, case="B", sample="B-N", role="normal", bam="n.bam")
    errors = [str(problem) for problem in world.problems() if problem.level == "ERROR"]
    assert len(errors) == 1 and "both called ['B-T']" in errors[0]


def test_a_normal_that_the_sheet_calls_by_another_name_is_an_error(world):
    shutil.copy("b.bam", "n.bam")
    pysam.index("n.bam")
    bam(world, CONTIGS, groups=[GROUP | {"SM": "X"}])
    sheet_row(world, case="B", sample="B-N", role="normal", bam="n.bam")
    errors = [problem.problem for problem in world.problems() if problem.level == "ERROR"]
    assert errors == [
        "sample B-T is called X in its file",
        "sample B-N is called B-T in its file",
    ]


def test_single_end_reads_that_hold_pairs_are_an_error(world):
    reads = [(f"r{i // 2}", sequence(30, i)) for i in range(40)]
    write_fastq(Path("a1_1.fq.gz"), reads)
    sheet_cells(0, world, fastq_2="")
    assert "holds both mates of each pair" in str(world.problems()[0])


def test_an_index_older_than_its_file_only_warns_for_copying_makes_it_so(world):
    os.utime("b.bam.bai", (1, 1))
    (found,) = world.problems()
    assert (found.level, found.problem) == ("WARNING", "is newer than its index b.bam.bai")
    assert "samtools index b.bam" in found.fix


def test_missing_gene_model_index_only_warns(world):
    remove(world, "genes.gff3.gz.tbi")
    assert [problem.level for problem in world.problems()] == ["WARNING"]


def run_of(world: World, **options: object) -> Run:
    world.write()
    return Run(world.config, read_sheet("samples.tsv", world.config), ROOT, **options)


@pytest.mark.parametrize(("free", "level"), [(0, "ERROR"), (0.7, "WARNING"), (2, None)])
def test_disk(world, free, level):
    run = run_of(world)
    ((_, problems),) = machine.check_disk(run, free=free * machine.disk_needed(run))
    assert [problem.level for problem in problems] == ([level] if level else [])


def test_disk_for_finished_samples_is_not_asked_again(world):
    before = machine.disk_needed(run_of(world))
    Path("results/A/reads").mkdir(parents=True)
    for name in ("A-T", "A-N"):
        Path(f"results/A/reads/{name}.bam").touch()
    assert before > machine.disk_needed(run_of(world)) == 0


def test_memory(world):
    ((_, few),) = machine.check_memory(run_of(world), memory_mb=1000)
    ((_, enough),) = machine.check_memory(run_of(world), memory_mb=3000)
    assert few[0].level == "WARNING" and "choose aligner" in few[0].fix and enough == []


def tool(folder: Path, name: str, says: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / name).chmod(0o755)


def test_tools(world, tmp_path, monkeypatch):
    """Only what the config asks for, in the versions of envs/debian.txt."""
    folder = tmp_path / "bin"
    folder.mkdir()
    listed = [line.split() for line in (ROOT / "envs/debian.txt").read_text().splitlines()]
    for package, purpose, least, command, *_ in (cells for cells in listed if cells[0] != "#"):
        if purpose == "run" and package != "freebayes":
            tool(folder, command, f"version {least}")
    monkeypatch.setenv("PATH", str(folder))
    run = run_of(world)
    assert [p for _, problems in machine.check_tools(run) for p in problems] == []
    tool(folder, "samtools", "samtools 1.10")
    (folder / "fastp").unlink()
    problems = [str(p) for _, problems in machine.check_tools(run) for p in problems]
    assert any("samtools is 1.10, needed is 1.16" in problem for problem in problems)
    assert any("fastp is not installed; run: make setup" in problem for problem in problems)
    assert len(problems) == 2
    assert list(machine.check_tools(run_of(world, conda=True))) == []


def test_programs_of_outputs_asked_for(world, tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    assert list(machine.check_wanted(run_of(world))) == []
    world.config |= {"exports": ["xlsx", "pdf"], "multiqc": True}

    def problems(**options):
        return [
            str(p) for _, found in machine.check_wanted(run_of(world, **options)) for p in found
        ]

    absent, no_multiqc = problems()
    assert "chromium is not installed; install Chromium" in absent and "out of exports" in absent
    assert "multiqc is not installed; run: make multiqc" in no_multiqc
    assert problems(conda=True) == [absent]
    tool(folder, "chromium", "Chromium 120.0.1 built on Debian")
    tool(folder, "multiqc", "multiqc, version 1.35")
    (old,) = problems()
    assert "chromium is 120.0.1, needed is 131" in old
    tool(folder, "chromium", "Chromium 156.0.8078.108 built on Debian GNU/Linux 12")
    assert problems() == []


def test_check_inputs_is_quick_and_sees_what_is_missing(world, timed):
    cases = [{"case": f"P{i}", "tumor_type": "LUAD"} for i in range(1000)]
    world.sheet = [
        case
        | {"sample": f"{case['case']}-{kind}", "role": kind}
        | {f"fastq_{mate}": f"{case['case']}.{kind}_{mate}.fq.gz" for mate in (1, 2)}
        for case in cases
        for kind in ("tumor", "normal")
    ]
    run = run_of(world)
    for path in run.inputs(("fastq_1", "fastq_2")):
        Path(path).write_bytes(b"x")
    assert timed(check_inputs, world.config, run.sheet) == ([], True)
    remove(world, "P7.tumor_2.fq.gz")
    assert ["P7.tumor_2" in str(p) for p in check_inputs(world.config, run.sheet)] == [True]


@pytest.fixture
def timed():
    """Call a function; give its result and whether it took less than a second of CPU."""

    def call(function, *args):
        start = process_time()
        return function(*args), process_time() - start < 1

    return call


def test_table_has_errors_first_and_counts():
    problems = (Problem("w", "p", "f", "WARNING"), Problem("x" * 90, "q", "g"))
    lines = table([Examined("files", 2, problems), Examined("mates", 3, ())]).splitlines()
    levels = [line.split()[0] for line in lines if re.match(r"[A-Z]+ ", line)]
    assert levels == ["LEVEL", "ERROR", "WARNING", "OK"]
    assert "3 looked at" in lines[-2] and lines[-1] == "1 errors, 1 warnings"


def command(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    world.write()
    python = [sys.executable, *words]
    return subprocess.run(python, capture_output=True, text=True, check=False)


def test_without_snakemake(world):
    words = (str(ROOT / "scripts/doctor.py"), "--configfile", "config.yaml", "--conda")
    done = command(world, *words)
    assert done.returncode == 0 and "0 errors" in done.stderr, done.stderr
    remove(world, "a1_2.fq.gz")
    done = command(world, *words)
    assert done.returncode == 1 and "a1_2.fq.gz cannot be found" in done.stderr


@pytest.mark.parametrize("sound", [True, False])
def test_with_snakemake(world, sound):
    if not sound:
        text(world, "targets.bed", "chr7\t9\t1\n")
    words = f"-m snakemake -s {ROOT}/Snakefile -c 1 --configfile config.yaml -- doctor".split()
    done = command(world, *words)
    shown = done.stderr + done.stdout
    assert (done.returncode == 0) == sound, shown
    assert re.search(r"LEVEL +WHERE +PROBLEM +FIX", shown), shown
    assert ("start 9 is not before end 1" in shown) != sound
    assert "LEVEL" in Path("logs/doctor.log").read_text()
    assert not Path("results").exists()
