"""The real workflow: where a case may start, what it may hold, and what a kill leaves."""

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pysam
import pytest

from consilium.records import Callability, Therapy, Variant
from consilium.tables import read_rows
from workflow_cases import (
    ENV,
    SNAKEMAKE,
    lane,
    pair,
    place,
    prepared,
    run,
    started,
    times,
    write_sheet,
)

READS = {"trim_lane", "align_lane", "merge_lanes"}
ALIGNED = {"measure_coverage", "call_mutect2", "filter_mutect2", "measure_loci"}
ANNOTATION = {"collect_candidates", "annotate_candidates", "tabulate_variants"}
# What must not depend on when, where and on how many cores a case ran.
SAME = [
    *("variants.tsv", "hotspots.tsv", "callability.tsv", "events.tsv", "therapies.tsv"),
    *("interpretation.json", "trials.json", "quality.json", "report.json", "report.html"),
    "report.xlsx",
]
FRACTION = r" \(VAF [0-9.]+\)"
KILL_AT = ("align_lane.PAIR-T.L1", "call_mutect2.PAIR-T.0", "interpret_case")
CASES, SECONDS, MEMORY = 1000, 60, 1 << 20  # MEMORY in KiB


def therapies(folder: Path) -> list[Therapy]:
    return list(read_rows(folder / "therapies.tsv", Therapy))


def variants(folder: Path, gene: str, name: str) -> dict[str, Variant]:
    """The rows of one change, by sample."""
    rows = read_rows(folder / "variants.tsv", Variant)
    return {row.sample: row for row in rows if (row.gene, row.hgvs_p) == (gene, name)}


def advice(folder: Path) -> list[tuple[str | None, ...]]:
    """Therapy rows without their rank, and without fractions: a caller counts other reads."""
    return sorted(
        (
            row.action,
            row.tier or "",
            row.regimen,
            row.predicate,
            re.sub(FRACTION, "", found),
            row.why,
        )
        for row in therapies(folder)
        for found in [row.biomarker]
    )


# Where a case starts


@pytest.mark.parametrize(
    ("case", "run_rules", "skipped"),
    [
        ("BAM", ALIGNED | ANNOTATION, READS),
        ("CRAM", ALIGNED | ANNOTATION, READS),
        ("VCF", ANNOTATION, READS | ALIGNED),
        ("MAF", ANNOTATION, READS | ALIGNED),
        ("LAME", READS | ALIGNED | ANNOTATION, set()),
    ],
)
def test_what_lies_upstream_of_a_start_is_not_run(later, case, run_rules, skipped):
    assert later.plan[case] >= run_rules
    assert not later.plan[case] & skipped


def test_a_table_of_events_needs_no_reads(later):
    assert not later.plan["EVENTS"] & (READS | ALIGNED | {"count_alleles"})
    assert "prepared" not in later.plan, "what all cases share was there already"


@pytest.mark.parametrize("case", ["BAM", "CRAM", "VCF", "MAF", "EVENTS"])
def test_a_tumour_gets_the_same_advice_wherever_it_starts(home, later, case):
    """The change that was found decides; no row of this tumour asks for depth."""
    found = advice(home / "results/PAIR")
    assert ("ACT", "I-A", "encorafenib + cetuximab") in {row[:3] for row in found}
    assert {row[1] for row in found} >= {"I-A", "R-I", "R-II"}
    assert advice(later.results / case) == found


@pytest.mark.parametrize("case", ["BAM", "CRAM"])
def test_alignments_of_the_sheet_are_read_as_our_own(home, later, case):
    own = {f: (home / "results/PAIR" / f).read_text() for f in ("variants.tsv", "callability.tsv")}
    for name, text in own.items():
        there = (later.results / case / name).read_text()
        assert there.replace("CRAM-T", "PAIR-T") == text
    quality = json.loads((later.results / case / "quality.json").read_text())
    assert quality["verdict"] == "RELEASE"


@pytest.mark.parametrize("case", ["VCF", "MAF"])
def test_counts_of_given_variants_are_the_file_s_own(home, later, case):
    here = variants(home / "results/PAIR", "BRAF", "p.Val600Glu")["PAIR-T"]
    there = variants(later.results / case, "BRAF", "p.Val600Glu")[f"{case}-T"]
    assert there.tumor_depth and here.vaf and there.vaf
    assert (there.status, there.origin, there.callers) == ("BELIEVED", "SOMATIC", ("given",))
    assert there.vaf == pytest.approx(here.vaf, abs=0.03)
    assert there.normal_depth and (there.normal_alt or 0) <= 2


@pytest.mark.parametrize("case", ["VCF", "MAF", "WILD"])
def test_nothing_is_absent_where_no_depth_was_seen(later, case):
    rows = list(read_rows(later.results / case / "callability.tsv", Callability))
    assert len(rows) > 100
    assert {row.state for row in rows} - {"PRESENT"} == {"NOT_ASSESSED"}
    assert "ABSENT" not in (later.results / case / "events.tsv").read_text()
    report = json.loads((later.results / case / "report.json").read_text())
    assert report["verdict"]["verdict"] == "REVIEW"


def test_without_depth_wild_type_is_not_claimed(home, later):
    """SOLO's RAS and BRAF are covered and wild type; its VCF alone cannot show that."""
    here = {row.regimen: row for row in therapies(home / "results/SOLO")}
    assert {(here[name].action, here[name].tier) for name in ("cetuximab", "panitumumab")} == {
        ("ACT", "I-A")
    }
    assert "KRAS wild type" in here["cetuximab"].biomarker
    there = {row.regimen: row for row in therapies(later.results / "WILD")}
    assert set(there) == set(here)
    assert {(row.action, row.tier) for row in there.values()} == {("NOT_ASSESSABLE", None)}
    assert not any("wild type" in row.biomarker for row in there.values())


# What a case may hold


@pytest.fixture(scope="module")
def crowd(home, tmp_path_factory):
    """TWO: a tumour of two lanes that share fragments, a single-end one, and their normal."""
    folder = prepared(home, tmp_path_factory.mktemp("workflow") / "crowd")
    for mate in (1, 2):
        records = fastq(folder / f"reads/PAIR-T_L1_R{mate}.fastq.gz")
        third = len(records) // 3
        deal(folder / f"reads/A_L1_R{mate}.fastq.gz", "L1", records[: 2 * third])
        deal(folder / f"reads/A_L2_R{mate}.fastq.gz", "L2", records[third:])
    deal(folder / "reads/B_L1_R1.fastq.gz", "B", fastq(folder / "reads/PAIR-T_L1_R1.fastq.gz"))
    rows = [
        lane("TWO", "TWO-A", "tumor", "A_L1"),
        lane("TWO", "TWO-A", "tumor", "A_L2"),
        lane("TWO", "TWO-B", "tumor", "B_L1", paired=False),
        lane("TWO", "TWO-N", "normal", "PAIR-N_L1"),
    ]
    write_sheet(
        folder,
        rows,
        alignment__format="cram",
        callers=["mutect2", "freebayes"],
        reference__common_variants="resources/common.vcf.gz",
    )
    done = run(folder, "-c2")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def fastq(path: Path) -> list[list[str]]:
    """The records of a FASTQ: number of the fragment, bases, plus, qualities."""
    with gzip.open(path, "rt") as handle:
        lines = handle.read().splitlines()
    return [[lines[i].rsplit(":", 1)[1], *lines[i + 1 : i + 4]] for i in range(0, len(lines), 4)]


def deal(path: Path, flow: str, records: list[list[str]]) -> None:
    """Write records under names of one lane: the lane, and the number of the fragment."""
    text = "".join(f"@{flow}:{number}\n" + "\n".join(rest) + "\n" for number, *rest in records)
    path.write_bytes(gzip.compress(text.encode(), compresslevel=1))


def reads_of(folder: Path, sample: str) -> Iterator[pysam.AlignedSegment]:
    path = str(folder / f"results/TWO/reads/{sample}.cram")
    genome = str(folder / "resources/genome.fa")
    with pysam.AlignmentFile(path, reference_filename=genome) as reads:
        yield from reads


def test_cram_is_made_sealed_and_read_by_every_step(crowd):
    folder = crowd / "results/TWO"
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {entry["path"] for entry in manifest["files"]}
    for sample in ("TWO-A", "TWO-B", "TWO-N"):
        assert {f"reads/{sample}.cram", f"reads/{sample}.cram.crai"} <= files
        assert (folder / f"reads/{sample}.cram").read_bytes()[:6] == b"CRAM\x03\x00"
    assert not [*folder.rglob("*.bam")]
    quality = json.loads((folder / "quality.json").read_text())
    for name in ("contamination", "mean_depth", "loci_assessable", "reads_mapped", "duplicates"):
        assert quality["samples"]["TWO-A"][name] is not None


def test_two_tumours_of_a_case_share_a_normal_and_a_report(crowd):
    rows = variants(crowd / "results/TWO", "BRAF", "p.Val600Glu")
    assert set(rows) == {"TWO-A", "TWO-B"}
    assert {(row.status, row.origin) for row in rows.values()} == {("BELIEVED", "SOMATIC")}
    assert len({row.normal_depth for row in rows.values()}) == 1
    report = json.loads((crowd / "results/TWO/report.json").read_text())
    assert {row["sample"] for row in report["variants"]["rows"]} == set(rows)
    assert len([*(crowd / "results").rglob("report.html")]) == 1


def test_duplicates_are_marked_over_lanes(crowd):
    """A fragment that both lanes read is counted once."""
    marked: dict[str, dict[str, bool]] = {}
    for read in reads_of(crowd, "TWO-A"):
        if read.is_read1 and read.is_proper_pair and not read.is_secondary | read.is_supplementary:
            flow, number = str(read.query_name).split(":")
            marked.setdefault(number, {})[flow] = read.is_duplicate
    shared = [copies for copies in marked.values() if len(copies) == 2]
    assert len(shared) > 1000
    assert [copies for copies in shared if not any(copies.values())] == []
    alone = [copies for copies in marked.values() if len(copies) == 1]
    assert sum(any(copies.values()) for copies in alone) < 0.2 * len(alone)


def test_read_groups_tell_lane_sample_and_library(crowd):
    with pysam.AlignmentFile(str(crowd / "results/TWO/reads/TWO-A.cram")) as reads:
        groups = {group["ID"]: group for group in reads.header.to_dict()["RG"]}
    assert set(groups) == {"TWO-A.L1", "TWO-A.L2"}
    assert {(g["SM"], g["LB"], g["PL"]) for g in groups.values()} == {
        ("TWO-A", "TWO-A", "ILLUMINA")
    }
    assert {
        (str(r.query_name).split(":")[0], r.get_tag("RG")) for r in reads_of(crowd, "TWO-A")
    } == {
        ("L1", "TWO-A.L1"),
        ("L2", "TWO-A.L2"),
    }


def test_a_single_end_lane_stays_single_end(crowd):
    reads = list(reads_of(crowd, "TWO-B"))
    assert len(reads) > 1000 and not any(read.is_paired for read in reads)


def test_every_caller_s_support_is_told(crowd):
    row = variants(crowd / "results/TWO", "BRAF", "p.Val600Glu")["TWO-A"]
    assert row.callers == ("freebayes", "mutect2")
    assert set(row.filters) == {"freebayes:PASS", "mutect2:PASS"}
    names = {p.name for p in (crowd / "results/TWO/calls").glob("TWO-*.vcf.gz")}
    assert names == {f"TWO-{x}.{c}.vcf.gz" for x in "AB" for c in ("mutect2", "freebayes")}
    wild = list(read_rows(crowd / "results/TWO/variants.tsv", Variant))
    assert {claim.split(":")[0] for row in wild for claim in row.filters} == {
        "freebayes",
        "mutect2",
    }


def test_tumour_only_and_paired_cases_stand_in_one_sheet(home):
    rows = variants(home / "results/SOLO", "TP53", "p.Arg175His")["SOLO-T"]
    assert rows.status == "BELIEVED" and rows.normal_depth is None and rows.origin != "GERMLINE"
    assert variants(home / "results/PAIR", "TP53", "p.Arg175His")["PAIR-T"].normal_depth


# Kill and resume


@pytest.fixture(scope="module")
def killed(home, tmp_path_factory):
    """PAIR again on one core, killed at three points; and what each run left alone."""
    folder = prepared(home, tmp_path_factory.mktemp("workflow") / "killed")
    write_sheet(folder, pair("PAIR"))
    redone: dict[str, list[str]] = {}
    for point in KILL_AT:
        before = times(folder / "benchmarks") if (folder / "benchmarks").exists() else {}
        kill_at(folder, point)
        redone[point] = changed(before, times(folder / "benchmarks"))
    before = times(folder / "benchmarks")
    done = run(folder, "-c1")
    assert done.returncode == 0, done.stderr[-3000:]
    redone["end"] = changed(before, times(folder / "benchmarks"))
    return folder, redone


def kill_at(folder: Path, point: str) -> None:
    """Start a run and kill it, children and all, as soon as a job has begun to write its log."""
    log = folder / "logs" / "PAIR" / f"{point}.log"
    process = started(folder, "-c1")
    try:
        deadline = time.monotonic() + 300
        while not log.exists():
            assert process.poll() is None, (folder / "said.txt").read_text()[-3000:]
            assert time.monotonic() < deadline, f"{point} was not reached"
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(
        [*SNAKEMAKE, *place(folder), "--unlock"], env=ENV, check=True, capture_output=True
    )


def changed(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Finished jobs whose benchmark was written anew: they were run twice."""
    return [name for name, moment in before.items() if after.get(name) != moment]


def test_a_killed_run_redoes_nothing_that_was_finished(killed):
    folder, redone = killed
    assert redone == {point: [] for point in (*KILL_AT, "end")}
    assert len(times(folder / "benchmarks/PAIR")) > 20


def test_a_killed_run_leaves_the_bytes_of_an_undisturbed_one(home, killed):
    """So do one core and two."""
    folder, _ = killed
    for name in SAME:
        there = (folder / "results/PAIR" / name).read_bytes()
        assert there == (home / "results/PAIR" / name).read_bytes(), name


def test_a_finished_run_has_nothing_left_to_do(home):
    before = times(home / "results")
    done = run(home, "-c2")
    assert done.returncode == 0 and "Nothing to be done" in done.stdout + done.stderr
    assert times(home / "results") == before


# Scale


def test_a_thousand_cases_are_planned_within_a_minute(home, tmp_path):
    """The process has one thread: its CPU seconds are its wall seconds on a machine of its own."""
    for name in ("resources", "config"):
        shutil.copytree(home / name, tmp_path / name)
    (tmp_path / "reads").mkdir()
    stand_in = tmp_path / "reads" / "nothing"
    stand_in.touch()
    rows = []
    for number in range(CASES):
        case = f"C{number:04d}"
        for sample, role in ((f"{case}-T", "tumor"), (f"{case}-N", "normal")):
            for mate in (1, 2):
                os.link(stand_in, tmp_path / f"reads/{sample}_L1_R{mate}.fastq.gz")
            rows.append(lane(case, sample, role, f"{sample}_L1"))
    write_sheet(tmp_path, rows, reference__common_variants="resources/common.vcf.gz")
    command = [*SNAKEMAKE, *place(tmp_path), "-n", "-q"]
    process = subprocess.Popen(
        command, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert used.ru_maxrss <= MEMORY
    seconds, load = used.ru_utime + used.ru_stime, os.getloadavg()[0]
    if seconds > SECONDS and load > (os.cpu_count() or 1):
        pytest.skip(f"{seconds:.0f} s at a load of {load:.1f}: the machine is too busy to tell")
    assert seconds <= SECONDS
