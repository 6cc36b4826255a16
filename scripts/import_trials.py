"""Import files of trials, raw or normalised, into the local store."""

import logging
from collections.abc import Iterator
from pathlib import Path

from consilium.job import job
from consilium.problems import InputError, Problem, refuse
from consilium.trials.importing import find_files, read_file
from consilium.trials.records import Study
from consilium.trials.settings import Settings
from consilium.trials.store import Origin, write_store
from consilium.trials.structured import Reader, as_study, build_reader

log = logging.getLogger(__name__)


def read_source(path: str, retrieved: str | None, reader: Reader) -> Iterator[Study]:
    """The trials of a file or folder, as they are matched.

    Raises:
        InputError: naming every file and record that cannot be read.
    """
    problems: list[Problem] = []
    for file in find_files([path]):
        try:
            for trial in read_file(file, retrieved):
                yield as_study(trial, reader)
        except InputError as error:
            problems.extend(error.problems)
    refuse(problems)


def main(settings: Settings, words: dict[str, str]) -> None:
    """From the files that config lists to the store, which is replaced in one go.

    Raises:
        InputError: nothing is configured, or something cannot be read.
    """
    for key, value in (("store", settings.store), ("files", settings.files)):
        if not value:
            refuse([Problem(f"config, key trials.{key}", "says nothing", "see config/README.md")])
    reader = build_reader(**words)
    studies: list[Study] = []
    origins = []
    for entry in settings.files:
        found = list(read_source(str(entry["path"]), entry["retrieved"], reader))
        origins.append(Origin(Path(str(entry["path"])).name, entry["retrieved"], len(found)))
        studies += found
    store = Path(str(settings.store))
    log.info("%s: %d trials", store, write_store(store, origins, studies))


if __name__ == "__main__":
    with job() as snakemake:
        main(settings=Settings(**snakemake.params.settings), words=dict(snakemake.params.words))
