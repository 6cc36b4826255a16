"""What became of each case of a run."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from consilium.records import CaseSummary, Therapy
from consilium.report import METRICS, Figure, Glance, render_index
from consilium.tables import read_rows, write_rows


def top_finding(therapies: Iterable[Therapy]) -> str:
    """The first regimen to act on, or else to avoid, in words."""
    rows = [row for row in therapies if row.tier and row.action in {"ACT", "AVOID"}]
    first = next((row for row in rows if row.action == "ACT"), rows[0] if rows else None)
    if first is None:
        return "no regimen to act on or to avoid"
    return f"{first.tier} {first.action.lower()}: {first.regimen} ({first.biomarker})"


def glance(folder: Path) -> Glance:
    """A case's measured quantities as the run's page shows them; empty where there are none."""
    path = folder / "quality.json"
    if not path.exists():
        return {}
    quality = json.loads(path.read_text())
    judged = {(row["sample"], row["metric"]): row for row in quality["checks"]}
    tumors = {row["sample"] for row in quality["checks"] if row["metric"] == "loci_assessable"}
    return {
        metric: [
            Figure(value, unit, judged.get((sample, metric), {}).get("verdict"))
            for sample, values in sorted(quality["samples"].items())
            if sample in tumors and (value := values.get(metric)) is not None
        ]
        for metric, unit in METRICS.items()
    }


def finished_case(folder: Path) -> CaseSummary:
    """The summary of a case that was sealed."""
    manifest = json.loads((folder / "manifest.json").read_text())
    finding = top_finding(read_rows(folder / "therapies.tsv", Therapy))
    if manifest["verdict"] == "FAIL":
        finding = "none may be used: quality failed"
    reasons = "; ".join(manifest["reasons"])
    report = f"{folder.name}/report.html"
    return CaseSummary(folder.name, manifest["verdict"], reasons, finding, report)


def failures(snakemake_log: str) -> dict[str, list[str]]:
    """Rule and last words of each failed job, by case, from the text of Snakemake's own log."""
    found: dict[str, list[str]] = {}
    block = r"^Error in rule (\w+):\n(?:.*\n)*?\s+log: (\S+)"
    for rule, log in re.findall(block, snakemake_log, re.M):
        parts = Path(log).parts
        case = parts[1] if len(parts) > 2 else ""
        path = Path(log)
        text = path.read_text(errors="replace") if path.exists() else ""
        words = f"{rule}: {last_words(text)} (see {log})"
        if words not in found.setdefault(case, []):
            found[case].append(words)
    return found


def last_words(log: str) -> str:
    """What a program said at last; Java puts stack traces and a frame of stars after it."""
    said = [line for line in log.splitlines() if line.strip(" \t*") and not line[0].isspace()]
    said = [line for line in said if not line.startswith("Set the system property GATK_")]
    return " ".join(said[-1].split()) if said else "no message"


def broken_run(cases: Iterable[str], results: Path, snakemake_logs: Iterable[Path]) -> None:
    """Write summary and index of a run that stopped with some cases unfinished."""
    failed = failures("".join(path.read_text(errors="replace") for path in snakemake_logs))
    rows = []
    for case in cases:
        if (results / case / "manifest.json").exists() and case not in failed:
            rows.append(finished_case(results / case))
            continue
        why = failed.get(case) or failed.get("prepared") or ["not finished: run again to resume"]
        rows.append(CaseSummary(case, "STOPPED", "; ".join(why), "", None))
    write_summary(rows, results)


def write_summary(rows: list[CaseSummary], results: Path) -> None:
    """Write results/summary.tsv and results/index.html."""
    results.mkdir(exist_ok=True)
    write_rows(results / "summary.tsv", CaseSummary, rows)
    measured = {row.case: glance(results / row.case) for row in rows if row.report}
    (results / "index.html").write_text(render_index(rows, measured))
