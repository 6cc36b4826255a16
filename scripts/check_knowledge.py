"""Check the knowledge base: every row, code, gene, drug, date and citation in it.

Run it as a rule, or by hand: `python scripts/check_knowledge.py resources/knowledge`, before a
release with `--release --models genes.gff3.gz --genome genome.fa`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consilium.job import job
from consilium.knowledge.checks import check_base, stale
from consilium.knowledge.codons import Compared, Models, compare
from consilium.problems import Problem, refuse
from consilium.tumors import Tumors, read_tumors

TUMORS = Path(__file__).parents[1] / "resources" / "tumors.tsv"


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `knowledge`."""

    base: str
    max_age_amber: int  # days
    max_age_red: int
    sources: Sequence[Mapping[str, str]] = ()  # checked when they are imported


def report(problems: list[Problem], old: list[Problem], compared: Compared | None) -> str:
    """The problems, one a line, what was compared, then how many problems."""
    found = [*problems, *old]
    errors = sum(problem.level == "ERROR" for problem in found)
    lines = [f"{problem.level}: {problem}" for problem in found]
    lines.append(str(compared) if compared else "no gene models given: no codon was compared")
    return "\n".join([*lines, f"{errors} errors, {len(found) - errors} warnings"])


def look(
    base: Path, tumors: Tumors, today: date, models: Models | None
) -> tuple[list[Problem], Compared | None]:
    """Every problem of a base but its age, and what was compared with the gene models."""
    compared = compare(base, models) if models else None
    problems = check_base(base, tumors, today)
    return [*problems, *(compared.problems if compared else ())], compared


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a base is held against."""

    tumors: str | Path
    today: date
    models: Models | None = None  # None: not there


def main(inputs: Inputs, settings: Settings, checked: str) -> None:
    """From a knowledge base to the list of its problems.

    Raises:
        InputError: there are errors; staleness alone is none.
    """
    base, today = Path(settings.base), inputs.today
    problems, compared = look(base, read_tumors(inputs.tumors), today, inputs.models)
    old = stale(base, today, settings.max_age_amber, settings.max_age_red)
    Path(checked).write_text(report(problems, old, compared) + "\n")
    refuse(problem for problem in problems if problem.level == "ERROR")


def by_hand(arguments: list[str]) -> int:
    """Print the problems of a base; the exit code says whether there are errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", type=Path)
    parser.add_argument("--tumors", type=Path, default=TUMORS)
    parser.add_argument("--date", type=date.fromisoformat, default=date.today())
    parser.add_argument("--models", help="GFF3 of gene models, to compare codons with")
    parser.add_argument("--genome", help="FASTA that the models lie on")
    parser.add_argument("--release", action="store_true", help="rows older than a year are errors")
    asked = parser.parse_args(arguments)
    if bool(asked.models) != bool(asked.genome):
        parser.error("--models and --genome go together")
    models = Models(asked.models, asked.genome) if asked.models else None
    problems, compared = look(asked.base, read_tumors(asked.tumors), asked.date, models)
    old = stale(asked.base, asked.date, amber=180, red=365, release=asked.release)
    sys.stdout.write(report(problems, old, compared) + "\n")
    return int(any(problem.level == "ERROR" for problem in (*problems, *old)))


if __name__ == "__main__":
    if "snakemake" in globals():
        with job() as snakemake:
            models = list(snakemake.input.models)
            main(
                Inputs(
                    tumors=snakemake.input.tumors,
                    today=date.fromisoformat(snakemake.params.report_date),
                    models=Models(*models) if models else None,
                ),
                settings=Settings(**snakemake.params.settings),
                checked=snakemake.output.checked,
            )
    else:
        sys.exit(by_hand(sys.argv[1:]))
