"""Look at everything a run needs before any job, and say what to mend."""

import argparse
import logging
import os
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from consilium.checks import CHECKS
from consilium.checks.run import Run
from consilium.clinical import read_clinical
from consilium.configuration import check_config
from consilium.job import job
from consilium.problems import InputError, Problem
from consilium.samples import read_sheet

ROOT = Path(__file__).parents[1]
COLUMNS = ("LEVEL", "WHERE", "PROBLEM", "FIX")
WIDTHS = (7, 38, 44, 52)
UNFORESEEN = "see logs/doctor.log; an input is unlike anything foreseen here"


@dataclass(frozen=True, slots=True)
class Examined:
    """One check: how many things it looked at, and what is wrong with them."""

    check: str
    looked_at: int
    problems: tuple[Problem, ...]


def examine(run: Run) -> list[Examined]:
    """Every check on a run whose config and sheet could be read."""
    found = []
    for name, check in CHECKS.items():
        try:
            subjects = list(check(run))
        except Exception as error:  # one check that breaks must not hide the others
            logging.exception(name)
            subjects = [(name, [Problem(name, f"could not be examined ({error})", UNFORESEEN)])]
        problems = (problem for _, wrong in subjects for problem in wrong)
        found.append(Examined(name, len(subjects), tuple(dict.fromkeys(problems))))
    return found


def diagnose(
    config: Mapping[str, Any], root: Path, files: Iterable[str], conda: bool = False
) -> list[Examined]:
    """Config, sheet and clinical table first; everything else once these can be read."""
    try:
        check_config(config, root, [*files])
        sheet = read_sheet(config["samples"], config)
        read_clinical(config["clinical"], sheet)
    except InputError as error:
        return [Examined("config, sheet and clinical table", 1, error.problems)]
    first = Examined("config, sheet and clinical table", 3, ())
    return [first, *examine(Run(config, sheet, root, conda))]


def table(examined: Iterable[Examined]) -> str:
    """Problems first, errors before warnings, then what was found in order."""
    rows = [COLUMNS]
    results = list(examined)
    problems = [problem for result in results for problem in result.problems]
    for level in ("ERROR", "WARNING"):
        rows += [(p.level, p.where, p.problem, p.fix) for p in problems if p.level == level]
    for result in results:
        if not result.problems:
            rows.append(("OK", result.check, f"{result.looked_at} looked at", ""))
    lines = [line for row in rows for line in _wrapped(row)]
    errors = sum(problem.level == "ERROR" for problem in problems)
    verdict = f"{errors} errors, {len(problems) - errors} warnings"
    return "\n".join([*lines, verdict])


def _wrapped(row: tuple[str, ...]) -> list[str]:
    """A row as lines whose cells are wrapped to the columns' widths."""
    cells = [
        textwrap.wrap(text, width, break_on_hyphens=False) or [""]
        for text, width in zip(row, WIDTHS, strict=True)
    ]
    height = max(map(len, cells))
    padded = [cell + [""] * (height - len(cell)) for cell in cells]
    return [
        "  ".join(part.ljust(width) for part, width in zip(line, WIDTHS, strict=True)).rstrip()
        for line in zip(*padded, strict=True)
    ]


def main(config: Mapping[str, Any], root: Path, files: Iterable[str], conda: bool) -> bool:
    """Print the table on the terminal and into the log; True when nothing bars a run."""
    examined = diagnose(config, root, files, conda)
    text = table(examined)
    logging.info(text)
    assert sys.__stderr__ is not None
    sys.__stderr__.write(f"{text}\n")
    sys.__stderr__.flush()
    return not any(problem.level == "ERROR" for found in examined for problem in found.problems)


def without_snakemake(words: Sequence[str] | None = None) -> bool:
    """The same from a command line of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--configfile", type=Path, default=Path("config/config.yaml"))
    parser.add_argument("--directory", type=Path, default=Path(), help="where the run will work")
    parser.add_argument("--conda", action="store_true", help="tools come from conda")
    asked = parser.parse_args(words)
    config = yaml.safe_load(asked.configfile.read_text())
    os.chdir(asked.directory)
    return main(config, ROOT, [str(asked.configfile)], asked.conda)


if __name__ == "__main__":
    if "snakemake" not in globals():
        sys.exit(0 if without_snakemake() else 1)
    with job() as snakemake:
        params = snakemake.params
        healthy = main(snakemake.config, Path(params.root), params.files, params.conda)
    sys.exit(0 if healthy else 1)
