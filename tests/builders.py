"""Make small genomes, reads, tables and configs in code, so a test shows its own data."""

import gzip
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pysam
import yaml

ROOT = Path(__file__).parents[1]
GFF = "{}\tbuilt\t{}\t{}\t{}\t.\t+\t{}\t{}\n"


def sequence(length: int, seed: int = 1) -> str:
    """Bases without pattern, the same for the same seed."""
    return "".join(random.Random(seed).choices("ACGT", k=length))


def write_genome(path: Path, **contigs: str) -> Path:
    """A FASTA with its .fai and .dict."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f">{name}\n{bases}\n" for name, bases in contigs.items()))
    pysam.faidx(str(path))
    lines = [f"@SQ\tSN:{name}\tLN:{len(bases)}\n" for name, bases in contigs.items()]
    path.with_suffix(".dict").write_text("@HD\tVN:1.6\n" + "".join(lines))
    return path


@dataclass(frozen=True)
class Placed:
    """A read that matches the genome base by base."""

    contig: str
    start: int  # 1-based
    bases: str
    name: str = ""
    flag: int = 0
    mapping_quality: int = 60
    qualities: str = ""  # Phred+33; empty is 'I' throughout
    tags: Mapping[str, str] = field(default_factory=dict)


def write_bam(
    path: Path,
    contigs: Mapping[str, int],
    reads: Iterable[Placed],
    groups: Sequence[Mapping[str, str]] = ({"ID": "1", "SM": "S", "LB": "S", "PL": "ILLUMINA"},),
    order: str = "coordinate",
) -> Path:
    """A BAM of these reads as they come, indexed when it is sorted; reads join the first group."""
    header = {
        "HD": {"VN": "1.6", "SO": order},
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
        "RG": [dict(group) for group in groups],
    }
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for number, placed in enumerate(reads):
            out.write(_segment(placed, number, out.header, groups))
    if order == "coordinate":
        pysam.index(str(path))
    return path


def _segment(
    placed: Placed,
    number: int,
    header: pysam.AlignmentHeader,
    groups: Sequence[Mapping[str, str]],
) -> pysam.AlignedSegment:
    read = pysam.AlignedSegment(header)
    read.query_name = placed.name or f"read{number}"
    read.query_sequence = placed.bases
    read.flag = placed.flag
    read.reference_id = header.get_tid(placed.contig)
    read.reference_start = placed.start - 1
    read.mapping_quality = placed.mapping_quality
    read.cigarstring = f"{len(placed.bases)}M"
    read.query_qualities = pysam.qualitystring_to_array(placed.qualities or "I" * len(placed.bases))
    if groups:
        read.set_tag("RG", groups[0]["ID"])
    for tag, value in placed.tags.items():
        read.set_tag(tag, value)
    return read


def write_fastq(path: Path, reads: Iterable[tuple[str, str]], quality: str = "I") -> Path:
    """A gzipped FASTQ of (name and comment, bases), every base of one quality symbol."""
    records = (f"@{name}\n{bases}\n+\n{quality * len(bases)}\n" for name, bases in reads)
    path.write_bytes(gzip.compress("".join(records).encode(), mtime=0))
    return path


def write_pair(first: Path, second: Path, pairs: int = 50, seed: int = 1) -> None:
    """Two FASTQ files whose names agree and whose bases do not."""
    names = [f"M1:1:F:1:1:{number}:1" for number in range(pairs)]
    for mate, path in ((1, first), (2, second)):
        bases = [sequence(40, 1000 * seed + 2 * number + mate) for number in range(pairs)]
        heads = (f"{name} {mate}:N:0:ACGT" for name in names)
        write_fastq(path, zip(heads, bases, strict=True))


def write_vcf(
    path: Path, contigs: Mapping[str, int], rows: Iterable[tuple[str, int, str, str, str]]
) -> Path:
    """A bgzipped, indexed VCF of (contig, 1-based position, REF, ALT, INFO with AF alone)."""
    lines = ["##fileformat=VCFv4.2"]
    lines += [f"##contig=<ID={name},length={length}>" for name, length in contigs.items()]
    lines += ['##INFO=<ID=AF,Number=A,Type=Float,Description="Allele frequency">']
    lines += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines += [f"{c}\t{p}\t.\t{ref}\t{alt}\t.\tPASS\t{info}" for c, p, ref, alt, info in rows]
    plain = path.with_suffix("")
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_index(str(plain), preset="vcf", force=True)
    return path


def write_models(path: Path, contig: str, end: int) -> Path:
    """A bgzipped, indexed GFF3 of one gene of one exon, from base 101 to `end`."""
    cells = [("gene", ".", "ID=gene1;Name=GENE1")]
    cells += [("mRNA", ".", "ID=tx1;Parent=gene1"), ("exon", ".", "Parent=tx1")]
    cells += [("CDS", "0", "Parent=tx1")]
    rows = [GFF.format(contig, kind, 101, end, phase, tags) for kind, phase, tags in cells]
    plain = path.with_suffix("")
    plain.write_text("##gff-version 3\n" + "".join(rows))
    pysam.tabix_index(str(plain), preset="gff", force=True)
    return path


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    """A TSV whose header holds every key in order of first use; a key that is missing is empty."""
    header = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["\t".join(str(row.get(name, "")) for name in header) for row in rows]
    path.write_text("\n".join(["\t".join(header), *lines]) + "\n")
    return path


def project_config() -> dict:
    """The config that the project ships."""
    return yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
