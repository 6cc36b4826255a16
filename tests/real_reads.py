"""Runs on the real reads of the test data kit, a folder `shared/data` beside the project."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pysam
import yaml

from consilium.genes import read_transcripts
from consilium.records import Callability, Clinical, Therapy, Unit, Variant
from consilium.tables import read_rows, write_rows

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data"
READS, REFERENCE = KIT / "reads", KIT / "reference"
GIAB = READS / "giab_mix_chr20"
# What the cases ask for lies on these, up to here: coordinates are true, and a run is short.
ENDS = {
    "chr5": 2_000_000,
    "chr7": 141_000_000,
    "chr9": 23_000_000,
    "chr12": 26_000_000,
    "chr17": 44_000_000,
}
# Shallow public reads, and for the exome targets that are mostly introns.
MEAN_DEPTH = {"exome": 2, "panel": 10, "hotspots": 10, "block": 1}
BIG = ("genome.fa", "prepared")  # half a gigabyte that nobody looks at afterwards


@dataclass(frozen=True)
class Truth:
    """One row of a truth.tsv, counted with duplicates included."""

    chrom: str
    pos: int
    ref: str
    alt: str
    protein: str
    tumor_alt: int
    tumor_depth: int
    status: str  # somatic | germline | LOH
    tumor: str

    def __str__(self) -> str:
        return f"{self.chrom}:{self.pos}:{self.ref}:{self.alt}"


def read_truth(name: str) -> list[Truth]:
    """The rows of the truth.tsv of one set of reads."""
    header, *lines = (READS / name / "truth.tsv").read_text().splitlines()
    rows = [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]
    wanted = [(f.name, f.type) for f in fields(Truth)]
    return [Truth(**{key: kind(row[key]) for key, kind in wanted}) for row in rows]


@dataclass(frozen=True)
class Delivered:
    """The folder of a finished case."""

    folder: Path

    @property
    def variants(self) -> dict[str, Variant]:
        """Rows of variants.tsv by allele, written chrom:pos:ref:alt."""
        rows = read_rows(self.folder / "variants.tsv", Variant)
        return {f"{r.chrom}:{r.pos}:{r.ref}:{r.alt}": r for r in rows}

    @property
    def believed(self) -> list[Variant]:
        """The rows that reach interpretation."""
        return [row for row in self.variants.values() if row.status == "BELIEVED"]

    def named(self, gene: str, change: str) -> Variant:
        """The one believed row with this name, `p.` or `c.`."""
        names = ((row, {row.hgvs_p, row.hgvs_c}) for row in self.believed if row.gene == gene)
        [found] = [row for row, own in names if change in own]
        return found

    @property
    def therapies(self) -> dict[tuple[str, str | None], Therapy]:
        """Rows of therapies.tsv by regimen and tier."""
        rows = read_rows(self.folder / "therapies.tsv", Therapy)
        return {(row.regimen, row.tier): row for row in rows}

    @property
    def callability(self) -> dict[str, Callability]:
        """Rows of callability.tsv by feature."""
        rows = read_rows(self.folder / "callability.tsv", Callability)
        return {row.feature: row for row in rows}

    def document(self, name: str) -> dict[str, Any]:
        """One of the case's JSON documents."""
        content: dict[str, Any] = json.loads((self.folder / name).read_text())
        return content


def tool(*command: str | Path, out: Path | None = None) -> None:
    """Run a tool, its output to a file."""
    with (out or Path(os.devnull)).open("w") as handle:
        subprocess.run(command, stdout=handle, stderr=subprocess.PIPE, check=True)


def write_genome(path: Path, source: Path, ends: Mapping[str, int]) -> None:
    """The beginnings of contigs of a FASTA, with .fai and .dict beside it."""
    spans = [f"{contig}:1-{end}" for contig, end in ends.items()]
    tool("samtools", "faidx", source, *spans, out=path)
    tool("sed", "-i", "s/^\\(>[^:]*\\):.*/\\1/", path)
    tool("samtools", "faidx", path)
    tool("samtools", "dict", path, out=path.with_suffix(".dict"))


def write_models(path: Path, lines: Iterable[str]) -> None:
    """GFF3 lines, bgzipped and indexed."""
    plain = path.with_suffix("")
    plain.write_text("".join(f"{line}\n" for line in lines))
    pysam.tabix_index(str(plain), preset="gff", force=True)


def write_kit(folder: Path) -> None:
    """The kit's genome, gene models and targets up to ENDS, as a run names them."""
    write_genome(folder / "genome.fa", REFERENCE / "grch38_partial.fa.gz", ENDS)
    with pysam.TabixFile(str(REFERENCE / "genes.gff3.gz")) as models:
        lines = [line for contig, end in ENDS.items() for line in models.fetch(contig, 0, end)]
    write_models(folder / "genes.gff3.gz", lines)
    for assay, name in (("exome", "hcc1395_tp53_brca1"), ("panel", "colo829_panel")):
        rows = (READS / name / "targets.bed").read_text().splitlines(keepends=True)
        kept = [row for row in rows if lies_within(*row.split("\t")[:3])]
        (folder / f"{assay}.bed").write_text("".join(kept))
    genes = read_transcripts(folder / "genes.gff3.gz")
    exons = [(genes["KRAS"][0], 2), (genes["EGFR"][0], 19)]
    places = [(t.chrom, *t.exon(number)) for t, number in exons]
    (folder / "hotspots.bed").write_text("".join(f"{c}\t{a}\t{b}\n" for c, a, b in places))


def lies_within(contig: str, _: str, end: str) -> bool:
    """Whether a row of a BED lies on what write_genome has kept."""
    return int(end) <= ENDS.get(contig, 0)


def write_block(folder: Path) -> None:
    """The mixture's own genome, and a gene of no meaning: a run cannot do without any."""
    with pysam.FastaFile(str(GIAB / "chr20_block.fa.gz")) as block:
        [contig], [length] = block.references, block.lengths
    write_genome(folder / "genome.fa", GIAB / "chr20_block.fa.gz", {contig: length})
    place = f"{contig}\tmade\t%s\t2001\t2300\t.\t+\t%s\t%s"
    parts = [
        ("gene", ".", "ID=gene:MADE;Name=MADE"),
        ("mRNA", ".", "ID=transcript:MADE.1;Parent=gene:MADE"),
        ("exon", ".", "Parent=transcript:MADE.1"),
        ("CDS", "0", "Parent=transcript:MADE.1"),
    ]
    write_models(folder / "genes.gff3.gz", [place % part for part in parts])


def paired(folder: Path, unit: Unit, name: str, stem: str) -> Unit:
    """A unit with its pair of files, copied: no file may stand in two rows of a sheet."""
    made = folder / "reads" / unit.case
    made.mkdir(parents=True, exist_ok=True)
    files = [f"{stem}_R{mate}.fastq.gz" for mate in (1, 2)]
    first, second = (str(shutil.copy(READS / name / file, made)) for file in files)
    values = {f.name: getattr(unit, f.name) for f in fields(Unit)}
    return Unit(**{**values, "fastq_1": first, "fastq_2": second})


def sheet(folder: Path) -> list[Unit]:
    """The units of all cases on GRCh38."""
    units = []
    for case in ("HCC-YES", "HCC-NO"):
        for role in ("tumor", "normal"):
            for lane in ("L003", "L004"):
                unit = Unit(case, f"{case}-{role}", role, lane, **of(role, "BRCA", "exome"))
                units.append(paired(folder, unit, "hcc1395_tp53_brca1", f"{role}_{lane}"))
    for role in ("tumor", "normal"):
        unit = Unit("COLO829", f"COLO829-{role}", role, **of(role, "SKCM", "panel"))
        units.append(paired(folder, unit, "colo829_panel", role))
    for line, tumor in (("CALU1", "LUAD"), ("HCC4006", "LUAD"), ("MOLM13", "AML")):
        reads = str(READS / "ccle_hotspots" / f"{line}.fastq.gz")
        more = of("tumor", tumor, "hotspots")
        units.append(Unit(line, f"{line}-tumor", "tumor", fastq_1=reads, **more))
    return units


def of(role: str, tumor: str, assay: str) -> dict[str, Any]:
    """What a cell line's unit says besides its reads: it is pure."""
    purity = 1.0 if role == "tumor" else None
    return {"tumor_type": tumor, "purity": purity, "assay": assay}


def write_run(
    folder: Path, units: list[Unit], consent: Mapping[str, bool | None], build: str
) -> None:
    """Sheet, clinical table and config: the shipped config with the kit's files in it."""
    write_rows(folder / "samples.tsv", Unit, units)
    facts = [Clinical(case, consent_germline=given) for case, given in consent.items()]
    write_rows(folder / "clinical.tsv", Clinical, facts)
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())
    names = sorted({str(unit.assay) for unit in units})
    config |= {
        "samples": "samples.tsv",
        "clinical": "clinical.tsv",
        "report_date": "2026-11-23",
        "aligner": "minimap2",
        "assays": {name: assay(name) for name in names},
        "quality": {name: limits(MEAN_DEPTH[name]) for name in names},
    }
    files = {"genome": "genome.fa", "gene_models": "genes.gff3.gz", "build": build}
    config["reference"] |= files
    config["knowledge"]["base"] = str(ROOT / "resources" / "knowledge")
    (folder / "config.yaml").write_text(yaml.safe_dump(config))


def assay(name: str) -> dict[str, Any]:
    """A block of config["assays"]; the block of chromosome 20 is read like a genome."""
    kind = {"exome": "exome", "block": "genome"}.get(name, "panel")
    return {
        "kind": kind,
        "targets": None if kind == "genome" else f"{name}.bed",
        "umi": False,
        "event_classes": ["SNV", "MNV", "INDEL"],
        "scatter": 1,
        "limits": name,
    }


def limits(depth: int) -> dict[str, Any]:
    """A block of config["quality"] that asks for a mean depth alone."""
    asked = {"mean_depth": {"review": depth, "fail": depth, "direction": "min"}}
    return {"tumor": asked, "normal": asked}


def run(folder: Path) -> Path:
    """The results of the workflow, run as a user does."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", ROOT / "Snakefile", "-c2"]
    command += ["--directory", folder, "--configfile", folder / "config.yaml", "--keep-going"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["timeout", "-k", "10", "1200", *command],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return folder / "results"


def tidy(folder: Path) -> None:
    """Leave the results, not the big files that they were made with."""
    for name in BIG:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
