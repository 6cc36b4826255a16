"""Compare what was measured with the assay's limits and give the verdict."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import pysam

from consilium.job import job
from consilium.records import Callability, QualityCheck
from consilium.tables import read_rows

UNITS = {"mean_depth": "x", "insert_size": "bp", "contamination": "fraction"}
FRAGMENTS = 50_000  # enough for a median within a base or two
# An allele is carried from a share of reads that contamination does not reach, and lacked below
# one that errors do not reach; both need this depth, and a swap needs this many alleles to be told.
CARRIED, LACKED, IDENTITY_DEPTH, LEAST_ALLELES = 0.25, 0.05, 20, 5
ORDER = {"PASS": 0, "NOT_ASSESSED": 1, "REVIEW": 2, "FAIL": 3}


def mean_depth(regions: Path) -> float | None:
    """Mean depth over the regions of a mosdepth .regions.bed.gz, weighted by length."""
    with gzip.open(regions, "rt") as handle:
        rows = [line.rstrip("\n").split("\t") for line in handle]
    bases = sum(int(row[2]) - int(row[1]) for row in rows)
    total = sum((int(row[2]) - int(row[1])) * float(row[-1]) for row in rows)
    return total / bases if bases else None


def covered(thresholds: Path) -> dict[str, float]:
    """Fraction of target bases at each depth of a mosdepth .thresholds.bed.gz, by metric."""
    with gzip.open(thresholds, "rt") as handle:
        header = next(handle).rstrip("\n").split("\t")
        rows = [line.rstrip("\n").split("\t") for line in handle]
    bases = sum(int(row[2]) - int(row[1]) for row in rows)
    if not bases:
        return {}
    return {
        f"targets_at_{name.lower()}": sum(int(row[column]) for row in rows) / bases
        for column, name in enumerate(header)
        if column >= 4
    }


def reads_mapped(idxstats: Path) -> float | None:
    """Fraction of reads that were placed, from samtools idxstats."""
    rows = [line.split("\t") for line in idxstats.read_text().splitlines()]
    mapped = sum(int(row[2]) for row in rows)
    unmapped = sum(int(row[3]) for row in rows)
    return mapped / (mapped + unmapped) if mapped + unmapped else None


def duplicates(stats: Path) -> float | None:
    """Fraction of examined reads that were marked, from samtools markdup -f."""
    counts = dict(line.split(": ", 1) for line in stats.read_text().splitlines() if ": " in line)
    examined = int(counts["EXAMINED"])
    return int(counts["DUPLICATE TOTAL"]) / examined if examined else None


def contamination(table: Path) -> float | None:
    """The fraction that GATK CalculateContamination estimated."""
    lines = table.read_text().splitlines()
    return float(lines[1].split("\t")[1]) if len(lines) > 1 else None


def alternative(pileups: Path) -> dict[tuple[str, str], float]:
    """Fraction of the alternative allele of common variants, where depth allows to tell.

    From the table of GATK GetPileupSummaries; the key is contig and 1-based position.
    """
    rows = (line.split("\t") for line in pileups.read_text().splitlines() if line[0] != "#")
    next(rows)  # the header
    counts = {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows}
    deep = {place: pair for place, pair in counts.items() if sum(pair) >= IDENTITY_DEPTH}
    return {place: alt / (ref + alt) for place, (ref, alt) in deep.items()}


def normal_mismatch(tumor: Path, normal: Path) -> float | None:
    """Fraction of the tumour's common alleles that its normal lacks; None with too few of them.

    A tumour may lose an inherited allele and gains next to none, so the alleles of one person's
    tumour are in the normal too; of another person's, most are not.
    """
    carried, own = alternative(tumor), alternative(normal)
    shared = [own[place] for place, share in carried.items() if share >= CARRIED and place in own]
    if len(shared) < LEAST_ALLELES:
        return None
    return sum(share < LACKED for share in shared) / len(shared)


def insert_size(reads: str, genome: str) -> float | None:
    """The median length of the first fragments of an alignment file, in bases; None without pairs.

    Duplicates are left out, as are pairs that are not properly paired.
    """
    lengths: list[int] = []
    with pysam.AlignmentFile(reads, reference_filename=genome) as records:
        for record in records:
            if record.is_proper_pair and record.template_length > 0 and not record.is_duplicate:
                lengths.append(record.template_length)
            if len(lengths) == FRAGMENTS:
                break
    return median(lengths) if lengths else None


def loci_assessable(rows: Iterable[Callability], sample: str) -> float | None:
    """Fraction of the actionable features inside the assay that could be judged."""
    states = [
        row.state
        for row in rows
        if row.sample == sample and row.scope == "required" and row.state != "NOT_ASSESSED"
    ]
    judged = sum(state in {"PRESENT", "ABSENT"} for state in states)
    return judged / len(states) if states else None


def measure(
    folder: Path, sample: str, files: Sequence[str], normal: str | None
) -> dict[str, float | None]:
    """Every metric of a sample whose file is there; `normal` is what it is to match, if any."""
    base = folder / "quality"
    values: dict[str, float | None] = {"insert_size": insert_size(*files) if files else None}
    readers = {
        "mean_depth": (mean_depth, "regions.bed.gz"),
        "reads_mapped": (reads_mapped, "idxstats.tsv"),
        "duplicates": (duplicates, "duplicates.txt"),
        "contamination": (contamination, "contamination.table"),
    }
    for metric, (read, suffix) in readers.items():
        path = base / f"{sample}.{suffix}"
        values[metric] = read(path) if path.exists() else None
    pileups = [base / f"{name}.pileups.table" for name in (sample, normal) if name]
    if normal and all(path.exists() for path in pileups):
        values["normal_mismatch"] = normal_mismatch(*pileups)
    thresholds = base / f"{sample}.thresholds.bed.gz"
    return values | (covered(thresholds) if thresholds.exists() else {})


def check(sample: str, metric: str, value: float | None, limit: Mapping[str, Any]) -> QualityCheck:
    """One metric against its limits."""
    review, fail, direction = limit["review"], limit["fail"], limit["direction"]
    sign = 1 if direction == "min" else -1
    if value is None:
        verdict, reason = "NOT_ASSESSED", f"{sample}: {metric} was not measured"
    elif fail is not None and sign * value < sign * fail:
        verdict = "FAIL"
        reason = f"{sample}: {metric} {value:.3g} is beyond the limit of {fail:g}"
    elif review is not None and sign * value < sign * review:
        verdict = "REVIEW"
        reason = f"{sample}: {metric} {value:.3g} is beyond the review limit of {review:g}"
    else:
        verdict, reason = "PASS", ""
    unit = UNITS.get(metric, "fraction")
    return QualityCheck(sample, metric, value, unit, review, fail, direction, verdict, reason)


def judge(checks: list[QualityCheck], unread: list[str]) -> tuple[str, list[str]]:
    """The verdict and its reasons: the worst check decides; a case without reads is for review."""
    worst = max((ORDER[c.verdict] for c in checks), default=0)
    reasons = [c.reason for c in checks if ORDER[c.verdict] >= ORDER["REVIEW"]]
    reasons += [
        f"{sample}: starts after its reads, so their quality is unknown" for sample in unread
    ]
    if worst == ORDER["FAIL"]:
        return "FAIL", reasons
    return ("REVIEW", reasons) if reasons else ("RELEASE", ["every measured limit is met"])


def main(
    folder: Path,
    callability: str,
    samples: Mapping[str, Sequence[str]],
    limits: Mapping[str, Mapping[str, Mapping[str, Any]]],
    quality: Path,
) -> None:
    """From the quality files of a case to its verdict.

    `samples` gives of each sample its role, where it starts, and where that is before variants
    its alignments and their genome.
    """
    rows = list(read_rows(callability, Callability))
    checks, values, unread = [], {}, []
    for sample, (role, start, *files) in samples.items():
        if start in {"variants", "events"}:
            unread.append(sample)
            continue
        own = next((name for name, (kind, *_) in samples.items() if kind == "normal"), None)
        values[sample] = measure(folder, sample, files, own if role == "tumor" else None)
        values[sample]["loci_assessable"] = loci_assessable(rows, sample)
        for metric, limit in limits[role].items():
            checks.append(check(sample, metric, values[sample].get(metric), limit))
    verdict, reasons = judge(checks, unread)
    content = {
        "verdict": verdict,
        "reasons": reasons,
        "checks": [asdict(c) for c in checks],
        "samples": values,
    }
    quality.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    with job() as snakemake:
        main(
            folder=Path(snakemake.output.quality).parent,
            callability=snakemake.input.callability,
            samples=snakemake.params.samples,
            limits=snakemake.params.limits,
            quality=Path(snakemake.output.quality),
        )
