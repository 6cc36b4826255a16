"""The run's quality in MultiQC: our tables, its files, and nothing that was inherited."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

import collect_metrics
from consilium.report.language import texts
from report_cases import EVIL
from workflow_cases import ENV, SNAKEMAKE, lane, make_project, pair, patient, place, write_sheet

ROOT = Path(__file__).parents[1]
RULES = (ROOT / "rules" / "multiqc.smk").read_text()
TOOLS = f"{ROOT}/.tools/bin{os.pathsep}{os.environ['PATH']}"
MULTIQC = shutil.which("multiqc", path=TOOLS)
STATISTICS = "COMMAND: samtools markdup -f {0}.duplicates.txt - {0}.bam\n" + "\n".join(
    f"{name}: {count}"
    for name, count in {
        "READ": 1000,
        "WRITTEN": 1000,
        "EXCLUDED": 0,
        "EXAMINED": 1000,
        "PAIRED": 1000,
        "SINGLE": 0,
        "DUPLICATE PAIR": 250,
        "DUPLICATE SINGLE": 0,
        "DUPLICATE PAIR OPTICAL": 0,
        "DUPLICATE SINGLE OPTICAL": 0,
        "DUPLICATE NON PRIMARY": 0,
        "DUPLICATE NON PRIMARY OPTICAL": 0,
        "DUPLICATE PRIMARY TOTAL": 250,
        "DUPLICATE TOTAL": 250,
        "ESTIMATED_LIBRARY_SIZE": 5000,
    }.items()
)


def quality(verdict="RELEASE", reasons=("every measured limit is met",), sample="A-T"):
    def check(metric, value, unit, state):
        return {"sample": sample, "metric": metric, "value": value, "unit": unit, "verdict": state}

    return {
        "verdict": verdict,
        "reasons": list(reasons),
        "checks": [
            check("mean_depth", 14.2, "x", "FAIL" if verdict == "FAIL" else "PASS"),
            check("duplicates", 0.25, "fraction", "PASS"),
            check("contamination", None, "fraction", "NOT_ASSESSED"),
        ],
        "samples": {sample: {"mean_depth": 14.2, "duplicates": 0.25, "contamination": None}},
    }


QUALITIES = {
    "A": quality(),
    "B": quality("FAIL", ["B-T: mean_depth 14.2 is beyond the limit of 50", EVIL], "B-T"),
    "C": {"verdict": "REVIEW", "reasons": ["C-T: no reads"], "checks": [], "samples": {}},
}


def test_each_case_has_its_verdict_and_each_sample_its_limits_and_metrics():
    rows = collect_metrics.verdicts(QUALITIES, texts())["data"]
    told = [(rows[case]["verdict"], rows[case]["met"], rows[case]["measured"]) for case in "ABC"]
    assert told == [("RELEASE", 2, 2), ("FAIL", 1, 2), ("REVIEW", 0, 0)]
    checks = collect_metrics.checks(QUALITIES, texts())["data"]
    assert checks["B-T"] == {
        "mean_depth": "FAIL",
        "duplicates": "PASS",
        "contamination": "NOT_ASSESSED",
    }
    metrics = collect_metrics.metrics(QUALITIES, texts())
    assert metrics["data"]["A-T"] == {"mean_depth": 14.2, "duplicates": 25.0}
    assert metrics["headers"]["mean_depth"]["suffix"] == "x"
    assert metrics["headers"]["duplicates"]["suffix"] == " %"


def test_no_text_from_outside_becomes_markup():
    reasons = collect_metrics.verdicts(QUALITIES, texts())["data"]["B"]["reasons"]
    assert "<" not in reasons and "&lt;script&gt;" in reasons


def test_every_text_is_used():
    script = Path(collect_metrics.__file__).read_text()
    for key in texts().group("multiqc"):
        name = key.removesuffix("_about")
        assert f"multiqc.{name}" in script or f'"{name}"' in script, key


def wanted(folder, **changes):
    """What a dry run of the whole workflow says of the job that runs MultiQC."""
    write_sheet(folder, [*pair("PAIR"), lane("SOLO", "SOLO-T", "tumor", "SOLO-T_L1")], **changes)
    command = [*SNAKEMAKE, *place(folder), "-n"]
    done = subprocess.run(command, env=ENV, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = re.search(r"rule multiqc_report:\n((?: +.*\n)+)", done.stdout + done.stderr)
    return found[1] if found else ""


def test_it_runs_when_asked_for_and_is_given_statistics_alone(tmp_path):
    folder = tmp_path / "run"
    make_project(folder, patient("PAIR", 1), patient("SOLO", 1))
    assert wanted(folder) == ""
    job = wanted(folder, multiqc=True)
    files = re.search(r"input: (.*)", job)[1].split(", ")
    ends = tuple(collect_metrics.ENDINGS)
    given = [name for name in files if name != "prepared/multiqc"]
    assert all(re.fullmatch(r"results/\w+/quality/[^/]+", name) for name in given)
    assert all(name.endswith(ends) for name in given) and len(given) == 3 * len(ends)
    assert "results/multiqc_report.html" in job and "results/multiqc_report_data.zip" in job


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """MultiQC as the rule calls it, on statistics of two samples; its page and its data."""
    if MULTIQC is None:
        pytest.skip("multiqc is not installed (make multiqc)")
    folder = tmp_path_factory.mktemp("multiqc")
    files = []
    for case in "AB":
        base = folder / "results" / case / "quality" / f"{case}-T"
        base.parent.mkdir(parents=True)
        files += statistics(base)
        (base.parents[1] / "quality.json").write_text(json.dumps(QUALITIES[case]))
    paths = sorted(map(str, folder.glob("results/*/quality.json")))
    collect_metrics.main(paths, map(str, files), folder / "prepared" / "multiqc")
    command = re.search(r"( +multiqc --force(?:.*\\\n)+.*)\n", RULES)[1]
    command = command.replace("{input.folder:q}", "prepared/multiqc")
    variables = os.environ | {"PATH": TOOLS, "HOME": str(folder)}
    done = subprocess.run(
        ["bash", "-euc", command],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "results"


def statistics(base):
    """Statistics as samtools, mosdepth and fastp write them; contigs X and Y among the others."""
    texts_of = {
        "duplicates.txt": STATISTICS.format(base),
        "mosdepth.summary.txt": "chrom\tlength\tbases\tmean\tmin\tmax\n"
        + "".join(
            f"{name}\t1000\t{1000 * depth}\t{depth}\t0\t200\n"
            for name, depth in (("chr1", 100), ("chr2", 90), ("chrX", 151), ("chrY", 52))
            for name in (name, f"{name}_region")
        ),
        "mosdepth.region.dist.txt": "".join(
            f"{name}\t{depth}\t{share}\n"
            for name in ("chr1", "chr2", "chrX", "chrY", "total")
            for depth, share in ((151, 0.0), (100, 0.4), (30, 0.97), (0, 1.0))
        ),
    }
    found = []
    for end, text in texts_of.items():
        found.append(base.with_name(f"{base.name}.{end}"))
        found[-1].write_text(text)
    return [*found, trimmed(base)]


def trimmed(base):
    """fastp's own report of some reads."""
    reads = base.with_name("reads.fq")
    reads.write_text("".join(f"@r{n}\n{'ACGTTGCAGT' * 8}\n+\n{'F' * 80}\n" for n in range(200)))
    report = base.with_name(f"{base.name}.L001.fastp.json")
    command = ["fastp", "-i", reads, "-o", base.with_name("out.fq"), "-j", report, "-h", os.devnull]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PATH": TOOLS})
    return report


def test_multiqc_shows_our_tables_and_those_of_the_tools(finished):
    with ZipFile(finished / "multiqc_report_data.zip") as parts:
        names = [Path(name).name for name in parts.namelist()]
        data = json.loads(parts.read(next(n for n in parts.namelist() if "data.json" in n)))
    assert {f"multiqc_consilium_{name}_table.txt" for name in collect_metrics.SECTIONS} <= {
        name.replace("consilium_consilium", "consilium") for name in names
    }
    general = json.dumps(data["report_general_stats_data"])
    for sample in ("A-T", "B-T", "A-T.L001", "B-T.L001"):
        assert f'"{sample}"' in general
    assert "duplicate_fraction" in general and "consilium_verdicts" in json.dumps(data)


def test_multiqc_page_asks_for_nothing_and_runs_no_text(finished, visit):
    page = visit(finished / "multiqc_report.html")
    page.wait_for_selector("#consilium_verdicts_table_table tbody tr")
    told = page.locator("#consilium_verdicts_table_table").inner_text()
    assert "FAIL" in told and "<script>alert(1)</script>" in told
    shown = page.locator("body").inner_text()
    assert "Quality of the run" in shown and "Research use; decision support" in shown


def test_multiqc_says_nothing_of_sex_chromosomes(finished):
    with ZipFile(finished / "multiqc_report_data.zip") as parts:
        told = "".join(
            parts.read(name).decode(errors="replace")
            for name in parts.namelist()
            if name.endswith((".txt", ".json")) and "llms" not in name
        )
    assert "chr1" in told and "chrX" not in told and "chrY" not in told


def test_settings_are_options_that_this_multiqc_knows(finished):
    config = finished.parent / "prepared" / "multiqc" / "config.json"
    assert yaml.safe_load(config.read_text())["run_modules"]
    done = subprocess.run(
        [MULTIQC, "--check-config", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
