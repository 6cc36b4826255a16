"""Pages of ClinicalTrials.gov API v2, fetched one after the other and kept until all are there.

A folder beside the store holds the pages of an unfinished fetch and the question they answer.
"""

import gzip
import json
import logging
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

import urllib3
from urllib3.util import Retry

from consilium.trials.settings import Fetch

# Answers that another try may change (RFC 9110): timeout, too many requests, server errors.
PASSING = (408, 429, 500, 502, 503, 504)
LONGEST_WAIT = 600  # seconds that a server may ask to be waited for
MISSING = 0.01  # share of the announced trials that may be gone by the end: the registry changes

log = logging.getLogger(__name__)


class FetchError(RuntimeError):
    """Trials that could not be had; the message names the address and the reason."""


class Pages:
    """The pages of one question, on disk; those of another question are thrown away."""

    def __init__(self, folder: Path, query: Mapping[str, str], today: str) -> None:
        """Keep what an earlier, unfinished fetch of the same question left behind."""
        self.folder = folder
        self._mark = folder / "query.json"
        self._query = dict(query)
        if self._marked() != self._query:
            self.begin(today)

    def _marked(self) -> dict[str, str] | None:
        try:
            asked = json.loads(self._mark.read_text())
        except (OSError, ValueError):
            return None
        return {name: value for name, value in asked.items() if name != "retrieved"}

    def begin(self, today: str) -> None:
        """Forget all pages."""
        self.clear()
        self.folder.mkdir(parents=True)
        self._mark.write_text(json.dumps(self._query | {"retrieved": today}, indent=1) + "\n")

    def clear(self) -> None:
        """Remove the folder."""
        rmtree(self.folder, ignore_errors=True)

    @property
    def retrieved(self) -> str:
        """ISO date at which the first page was asked for."""
        return str(json.loads(self._mark.read_text())["retrieved"])

    @property
    def files(self) -> list[Path]:
        """Every page so far, in order."""
        return sorted(self.folder.glob("page-*.json.gz"))

    def contents(self) -> Iterator[dict[str, Any]]:
        """The pages, one at a time."""
        for path in self.files:
            page: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
            yield page

    def keep(self, page: Mapping[str, Any]) -> None:
        """Write the next page, in one go."""
        path = self.folder / f"page-{len(self.files) + 1:05}.json.gz"
        new = path.with_name("new")
        new.write_bytes(gzip.compress(json.dumps(page, ensure_ascii=False).encode(), 6, mtime=0))
        new.replace(path)


def fetch_pages(settings: Fetch, folder: Path, today: str) -> Pages:
    """All pages of what is asked, beginning where an earlier call was ended.

    Raises:
        FetchError: the registry refuses, says what cannot be, or does not answer.
    """
    pages = Pages(folder, {"url": settings.url, **settings.query()}, today)
    client = urllib3.PoolManager(retries=_patience(settings.tries), timeout=settings.timeout)
    try:
        _go_on(client, settings, pages)
    except _StaleToken:
        log.info("the registry no longer knows where we were: from the beginning")
        pages.begin(today)
        _go_on(client, settings, pages)
    _check(pages)
    return pages


class _StaleToken(FetchError):
    """A page token of an earlier day, which the registry no longer takes."""


def _patience(tries: int) -> Retry:
    return Retry(
        total=tries - 1,
        status_forcelist=PASSING,
        allowed_methods=["GET"],
        backoff_factor=0.5,
        respect_retry_after_header=True,
        retry_after_max=LONGEST_WAIT,
    )


def _go_on(client: urllib3.PoolManager, settings: Fetch, pages: Pages) -> None:
    tokens = [page.get("nextPageToken") for page in pages.contents()]
    if tokens:
        log.info("going on after %d pages", len(tokens))
    while not tokens or tokens[-1]:
        token = tokens[-1] if tokens else None
        page = _ask(client, settings, token)
        token = page.get("nextPageToken")
        if token and token in tokens:
            raise FetchError(f"{settings.url}: page token {token!r} comes again; try again later")
        pages.keep(page)
        tokens.append(token)
        log.info("page %d: %d trials", len(tokens), len(page["studies"]))
        if token:
            time.sleep(settings.pause)


def _ask(client: urllib3.PoolManager, settings: Fetch, token: str | None) -> dict[str, Any]:
    fields = settings.query() | ({"pageToken": token} if token else {})
    try:
        answer = client.request("GET", settings.url, fields=fields)
    except urllib3.exceptions.HTTPError as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(
            f"{settings.url}: {reason}; {settings.tries} tries; run again to go on from there"
        ) from error
    told = answer.data.decode(errors="replace")
    if answer.status == 400 and token:
        raise _StaleToken(f"{settings.url}: {told[:200]}")
    if answer.status != 200:
        raise FetchError(f"{settings.url}: {answer.status} {answer.reason}: {told[:200]}")
    try:
        page: dict[str, Any] = json.loads(told)
        list(page["studies"])
    except (ValueError, KeyError, TypeError) as error:
        raise FetchError(f"{settings.url}: no page of API v2 ({error})") from error
    return page


def _check(pages: Pages) -> None:
    """Refuse much less than the registry announced, and nothing at all."""
    announced, got = 0, 0
    for page in pages.contents():
        announced = max(announced, int(page.get("totalCount") or 0))
        got += len(page["studies"])
    if not got:
        pages.clear()
        raise FetchError("no trial answers trials.fetch: widen conditions, genes or countries")
    if got < announced * (1 - MISSING):
        pages.clear()
        raise FetchError(f"{got} trials came, {announced} were announced; fetch them again")
