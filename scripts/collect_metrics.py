"""Lay out the cases' verdicts and metrics as tables that MultiQC shows.

MultiQC's custom content: each file is one section (multiqc.info, "Custom content"). It escapes
nothing, so what comes from outside is escaped here.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from consilium import NOTICE
from consilium.job import job
from consilium.report.language import Texts, texts

Json = dict[str, Any]
# How MultiQC colours a cell that says one of our words.
COLOURS = {
    "pass": ["RELEASE", "PASS"],
    "warn": ["REVIEW"],
    "fail": ["FAIL"],
}
# Names of samples are those of files, without these ends.
ENDINGS = (".fastp.json", ".duplicates.txt", ".mosdepth.summary.txt", ".mosdepth.region.dist.txt")
# The pattern of MultiQC 1.35 asks for "^COMMAND:" as it stands, which samtools does not write.
PATTERNS = {"samtools/markdup_txt": {"contents": ["COMMAND: samtools markdup"], "num_lines": 2}}
SECTIONS = ("verdicts", "checks", "metrics")


def settings(language: Texts) -> Json:
    """MultiQC's config. Depth of X and Y is left out: it would tell inherited karyotypes."""
    return {
        "title": language("multiqc.title"),
        "intro_text": NOTICE,
        "use_filename_as_sample_name": ["fastp"],
        "fn_clean_exts": [{"type": "remove", "pattern": ending} for ending in ENDINGS],
        "fn_clean_trim": [],
        "sp": PATTERNS,
        "run_modules": ["custom_content", "fastp", "samtools", "mosdepth"],
        "mosdepth_config": {"exclude_contigs": ["*[XYxy]"]},
        "custom_content": {"order": [f"consilium_{name}" for name in SECTIONS]},
        "show_analysis_paths": False,
        "show_analysis_time": False,
    }


def verdicts(qualities: Mapping[str, Json], language: Texts) -> Json:
    """A row for each case: verdict, how many limits were met, reasons."""
    rows = {}
    for case, quality in qualities.items():
        states = [check["verdict"] for check in quality["checks"]]
        rows[case] = {
            "verdict": quality["verdict"],
            "met": states.count("PASS"),
            "measured": len(states) - states.count("NOT_ASSESSED"),
            "reasons": escape("; ".join(quality["reasons"])),
        }
    headers = {
        "verdict": _coloured(language("multiqc.verdict")),
        "met": {"title": language("multiqc.met"), "format": "{:,d}", "scale": False},
        "measured": {"title": language("multiqc.measured"), "format": "{:,d}", "scale": False},
        "reasons": {"title": language("multiqc.reasons"), "scale": False},
    }
    return _section("verdicts", "case", headers, rows, language)


def checks(qualities: Mapping[str, Json], language: Texts) -> Json:
    """A row for each sample: what became of each limit of its assay."""
    rows: dict[str, Json] = {}
    for check in _checks(qualities):
        rows.setdefault(check["sample"], {})[check["metric"]] = check["verdict"]
    headers = {name: _coloured(name.replace("_", " ")) for name in _names(rows)}
    return _section("checks", "sample", headers, rows, language)


def metrics(qualities: Mapping[str, Json], language: Texts) -> Json:
    """A row for each sample: every metric that was measured, fractions as per cent."""
    depths = {check["metric"] for check in _checks(qualities) if check["unit"] != "fraction"}
    depths.add("mean_depth")
    rows: dict[str, Json] = {}
    for quality in qualities.values():
        for sample, values in quality["samples"].items():
            known = {name: value for name, value in values.items() if value is not None}
            rows[sample] = {
                name: value if name in depths else 100 * value for name, value in known.items()
            }
    headers = {
        name: {
            "title": name.replace("_", " "),
            "suffix": "x" if name in depths else " %",
            "format": "{:,.1f}",
            "scale": False,
        }
        for name in _names(rows)
    }
    return _section("metrics", "sample", headers, rows, language)


def _checks(qualities: Mapping[str, Json]) -> Iterable[Json]:
    return (check for quality in qualities.values() for check in quality["checks"])


def _names(rows: Mapping[str, Json]) -> list[str]:
    """Columns of all rows, in the order of their first row."""
    return [*dict.fromkeys(name for row in rows.values() for name in row)]


def _coloured(title: str) -> Json:
    rules = {colour: [{"s_eq": word} for word in words] for colour, words in COLOURS.items()}
    return {"title": title, "scale": False, "cond_formatting_rules": rules}


def _section(name: str, row: str, headers: Json, rows: Mapping[str, Json], language: Texts) -> Json:
    heading = language(f"multiqc.{name}")
    key = f"consilium_{name}"
    table = {"id": f"{key}_table", "title": f"Consilium: {heading}", "no_violin": True}
    return {
        "id": key,
        "section_name": heading,
        "description": language(f"multiqc.{name}_about"),
        "plot_type": "table",
        "pconfig": table | {"col1_header": language(f"multiqc.{row}")},
        "headers": headers,
        "data": dict(rows),
    }


def main(quality: Iterable[str], files: Iterable[str], folder: Path) -> None:
    """From the quality of each case to a folder with MultiQC's config, tables and list of files."""
    language = texts()
    qualities = {Path(path).parent.name: json.loads(Path(path).read_text()) for path in quality}
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for layout in (verdicts, checks, metrics):
        section = layout(qualities, language)
        if section["data"]:
            made.append(folder / f"{section['id']}_mqc.json")
            made[-1].write_text(json.dumps(section, indent=1) + "\n")
    (folder / "config.json").write_text(json.dumps(settings(language), indent=1) + "\n")
    (folder / "files.txt").write_text("".join(f"{path}\n" for path in [*made, *files]))


if __name__ == "__main__":
    with job() as snakemake:
        main(
            quality=snakemake.input.quality,
            files=snakemake.params.files,
            folder=Path(snakemake.output.folder),
        )
