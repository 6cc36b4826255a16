"""Fetch trials from ClinicalTrials.gov into the local store."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from consilium.job import job
from consilium.problems import Problem, refuse
from consilium.trials.importing import read_file
from consilium.trials.pages import Pages, fetch_pages
from consilium.trials.records import Study
from consilium.trials.settings import Fetch, Settings
from consilium.trials.store import Origin, write_store
from consilium.trials.structured import Reader, as_study, build_reader

log = logging.getLogger(__name__)


def studies_of(pages: Pages, reader: Reader) -> Iterator[Study]:
    """Every trial of the pages, as it is matched."""
    for path in pages.files:
        for trial in read_file(path, pages.retrieved):
            yield as_study(trial, reader)


def main(settings: Settings, words: dict[str, str], today: str) -> None:
    """Ask the registry, keep its pages until all are there, then put the store in place.

    Raises:
        FetchError: the registry could not be asked, or a page is not one.
        InputError: no store is configured, or a record cannot be read.
    """
    if settings.store is None:
        refuse([Problem("config, key trials.store", "is null", "name a file for the store")])
    store, fetch = Path(str(settings.store)), Fetch(**settings.fetch)
    reader = build_reader(**words)
    pages = fetch_pages(fetch, store.with_name(f"{store.name}.pages"), today)
    found = list(studies_of(pages, reader))
    origin = Origin(fetch.url, pages.retrieved, len(found))
    log.info("%s: %d trials", store, write_store(store, [origin], found))
    pages.clear()


if __name__ == "__main__":
    with job() as snakemake:
        main(
            settings=Settings(**snakemake.params.settings),
            words=dict(snakemake.params.words),
            today=date.today().isoformat(),
        )
