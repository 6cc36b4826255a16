"""Check the knowledge base: every row, code, gene, drug, date and citation in it.

Run it as a rule, or by hand: `python scripts/check_knowledge.py resources/knowledge`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consilium.job import job
from consilium.knowledge.checks import check_base, stale
from consilium.problems import Problem, refuse
from consilium.tumors import read_tumors

TUMORS = Path(__file__).parents[1] / "resources" / "tumors.tsv"


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `knowledge`."""

    base: str
    max_age_amber: int  # days
    max_age_red: int
    sources: Sequence[Mapping[str, str]] = ()  # checked when they are imported


def report(problems: list[Problem], old: list[Problem]) -> str:
    """The problems, one a line, then how many."""
    errors = sum(problem.level == "ERROR" for problem in problems)
    lines = [f"{problem.level}: {problem}" for problem in (*problems, *old)]
    return "\n".join([*lines, f"{errors} errors, {len(problems) - errors + len(old)} warnings"])


def main(base: str, tumors: str | Path, today: date, settings: Settings, checked: str) -> None:
    """From a knowledge base to the list of its problems.

    Raises:
        InputError: there are errors; staleness alone is none.
    """
    problems = check_base(Path(base), read_tumors(tumors), today)
    old = stale(Path(base), today, settings.max_age_amber, settings.max_age_red)
    Path(checked).write_text(report(problems, old) + "\n")
    refuse(problem for problem in problems if problem.level == "ERROR")


def by_hand(arguments: list[str]) -> int:
    """Print the problems of a base; the exit code says whether there are errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--tumors", type=Path, default=TUMORS)
    parser.add_argument("--date", type=date.fromisoformat, default=date.today())
    parser.add_argument("--release", action="store_true", help="stale rows are errors")
    asked = parser.parse_args(arguments)
    problems = check_base(asked.base, read_tumors(asked.tumors), asked.date)
    old = stale(asked.base, asked.date, amber=180, red=365)
    sys.stdout.write(report(problems, old) + "\n")
    failed = any(problem.level == "ERROR" for problem in problems)
    return int(failed or (asked.release and bool(old)))


if __name__ == "__main__":
    if "snakemake" in globals():
        with job() as snakemake:
            main(
                base=snakemake.params.settings["base"],
                tumors=snakemake.input.tumors,
                today=date.fromisoformat(snakemake.params.report_date),
                settings=Settings(**snakemake.params.settings),
                checked=snakemake.output.checked,
            )
    else:
        sys.exit(by_hand(sys.argv[1:]))
