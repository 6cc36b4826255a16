"""Import others' releases and house rules as knowledge bases beside the bundled one.

Each entry of config `knowledge.sources` becomes a folder of its own, or stays what it was.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilium.job import job
from consilium.knowledge import read_knowledge
from consilium.knowledge.sources.diseases import DiseaseRow, Diseases
from consilium.knowledge.sources.landing import OUTCOMES, count, land
from consilium.knowledge.sources.release import Known, Outcome, Release
from consilium.problems import InputError, Problem, refuse
from consilium.tables import TableError, read_rows
from consilium.tumors import read_tumors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Config key `knowledge`."""

    base: str
    sources: Sequence[Mapping[str, Any]]
    max_age_amber: int  # days
    max_age_red: int


def report(release: Release, outcomes: Sequence[Outcome]) -> str:
    """What became of a release: how many items, to which end, for which reason."""
    ends = dict.fromkeys(OUTCOMES, 0)
    for outcome in outcomes:
        ends[outcome.outcome] += outcome.number
    total = ", ".join(f"{number:,} {end}" for end, number in ends.items())
    lines = [f"{release.file} -> {release.folder}: {sum(ends.values()):,} items, {total}"]
    lines += [
        f"{number:8,} {end}{f': {reason}' if reason else ''}"
        for end, reason, number in count(outcomes)
    ]
    return "\n".join(lines)


def main(settings: Settings, tumors: str | Path, diseases: str | Path) -> None:
    """Import every source; each is tried before anything is complained of.

    Raises:
        InputError: what is wrong with the releases that could not be imported.
    """
    tree = read_tumors(tumors)
    names = Diseases(tuple(read_rows(diseases, DiseaseRow)), tree)
    base = read_knowledge(settings.base)
    problems: list[Problem] = []
    for entry in settings.sources:
        release = Release(**entry)
        try:
            told = report(release, land(release, Known(base, tree, names, release.date)))
            log.info("%s", told)
            sys.stdout.write(told + "\n")
        except InputError as error:
            problems.extend(error.problems)
        except TableError as error:
            problems.append(Problem(release.file, str(error), "mend the release"))
    if not settings.sources:
        fix = "name a release, as config/README.md shows"
        problems.append(Problem("config, key knowledge.sources", "names no release", fix))
    refuse(problems)


if __name__ == "__main__":
    with job() as snakemake:
        main(
            settings=Settings(**snakemake.params.settings),
            tumors=snakemake.params.tumors,
            diseases=snakemake.params.diseases,
        )
