"""What several tests share: finished runs of the real workflow, made once, and a browser."""

import shutil
from pathlib import Path

import pysam
import pytest

from builders import write_rows
from consilium.export.pdf import browser as installed_browser
from consilium.records import Variant
from consilium.tables import read_rows
from workflow_cases import (
    COLON,
    TP53,
    V600E,
    Run,
    lane,
    make_project,
    pair,
    patient,
    planned,
    prepared,
    run,
    write_sheet,
)

MAF = [
    "Hugo_Symbol",
    "Chromosome",
    "Start_Position",
    "End_Position",
    "Reference_Allele",
    "Tumor_Seq_Allele2",
    "Tumor_Sample_Barcode",
    "t_depth",
    "t_alt_count",
    "n_depth",
    "n_alt_count",
    "FILTER",
]


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """PAIR: tumour and normal, BRAF p.V600E; SOLO: tumour-only, single-end, no such change."""
    folder = tmp_path_factory.mktemp("workflow") / "home"
    make_project(folder, patient("PAIR", 100, (V600E, *TP53)), patient("SOLO"))
    single = lane("SOLO", "SOLO-T", "tumor", "SOLO-T_L1", paired=False)
    write_sheet(folder, [*pair("PAIR"), single])
    done = run(folder, "-c2")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="session")
def later(home, tmp_path_factory):
    """The tumours of `home` entering later, beside LAME, whose second reads end early."""
    folder = prepared(home, tmp_path_factory.mktemp("workflow") / "later")
    given, results = folder / "given", home / "results"
    given.mkdir()
    for sample in ("PAIR-T", "PAIR-N"):
        for name in (f"{sample}.bam", f"{sample}.bam.csi"):
            shutil.copy2(results / "PAIR" / "reads" / name, given)
        write_cram(given / f"{sample}.bam", home / "resources" / "genome.fa")
    for case in ("PAIR", "SOLO"):
        shutil.copy2(
            results / case / "calls" / f"{case}-T.mutect2.vcf.gz", given / f"{case}.vcf.gz"
        )
        pysam.tabix_index(str(given / f"{case}.vcf.gz"), preset="vcf", force=True)
    shutil.copy2(results / "PAIR" / "events.tsv", given)
    write_maf(results / "PAIR" / "variants.tsv", given / "PAIR.maf")
    for mate in (1, 2):
        whole = (folder / f"reads/PAIR-T_L1_R{mate}.fastq.gz").read_bytes()
        cut = len(whole) * 2 // 3 if mate == 2 else None
        (folder / f"reads/LAME_L1_R{mate}.fastq.gz").write_bytes(whole[:cut])
    rows = [
        start("BAM", "PAIR-T", bam="given/PAIR-T.bam", assay="panel"),
        start("BAM", "PAIR-N", bam="given/PAIR-N.bam", assay="panel", role="normal"),
        start("CRAM", "CRAM-T", cram="given/PAIR-T.cram", assay="panel"),
        start("CRAM", "CRAM-N", cram="given/PAIR-N.cram", assay="panel", role="normal"),
        start("VCF", "VCF-T", vcf="given/PAIR.vcf.gz"),
        start("MAF", "MAF-T", maf="given/PAIR.maf"),
        start("EVENTS", "EVENTS-T", events="given/events.tsv"),
        start("WILD", "WILD-T", vcf="given/SOLO.vcf.gz"),
        lane("LAME", "LAME-T", "tumor", "LAME_L1"),
    ]
    write_sheet(folder, rows)
    plan = planned(folder)
    return Run(folder, plan, run(folder, "-c2"))


def start(case: str, sample: str, role: str = "tumor", **cells: str) -> dict[str, object]:
    """A row of the sheet for a sample that starts after its reads."""
    facts = {name: COLON[name] for name in ("tumor_type", "sex")}
    purity = {"purity": 0.6} if role == "tumor" else {}
    return {"case": case, "sample": sample, "role": role} | facts | purity | cells


def write_cram(bam: Path, genome: Path) -> None:
    """The same reads as CRAM under another sample name, CRAM-T or CRAM-N."""
    with pysam.AlignmentFile(str(bam)) as reads:
        header = reads.header.to_dict()
        for group in header["RG"]:
            group["SM"] = f"CRAM-{bam.stem[-1]}"
        cram = str(bam.with_suffix(".cram"))
        form = [b"version=3.0"]
        with pysam.AlignmentFile(
            cram, "wc", header=header, reference_filename=str(genome), format_options=form
        ) as out:
            for read in reads:
                out.write(read)
    pysam.index(cram)


def write_maf(variants: Path, maf: Path) -> None:
    """Believed variants as another laboratory's pipeline would pass them on."""
    rows = []
    for row in read_rows(variants, Variant):
        if row.status != "BELIEVED":
            continue
        pos, ref, alt = row.pos, row.ref, row.alt
        if len(ref) > len(alt) == 1:  # MAF leaves out the anchor base
            pos, ref, alt = pos + 1, ref[1:], "-"
        cells = (row.gene, row.chrom, pos, pos + len(ref) - 1, ref, alt, "other name")
        counts = (row.tumor_depth, row.tumor_alt, row.normal_depth, row.normal_alt)
        rows.append(dict(zip(MAF, (*cells, *counts, "PASS"), strict=True)))
    write_rows(maf, rows)


DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, the one that prints report.pdf."""
    chromium = installed_browser()
    if chromium is None:
        pytest.skip("Chromium (Debian package chromium) is not installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser):
    """Open a file; whatever it asks the network for, refuses or asks the reader fails the test."""
    contexts, complaints = [], []

    def start(path: Path, **options):
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: r.url.startswith("file:") or complaints.append(r.url))
        page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda d: (complaints.append(d.message), d.dismiss()))
        page.goto(path.as_uri())
        return page

    yield start
    for context in contexts:
        context.close()
    assert complaints == []
