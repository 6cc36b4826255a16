"""Trials over a real HTTP server that pages, limits its rate, breaks off and loses its place."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from consilium.trials.pages import FetchError
from consilium.trials.store import read_store
from fetch_trials import main
from local_server import serving
from trial_cases import WORDS, pages, settings, study

KIT = Path(__file__).parents[2] / "shared" / "data" / "knowledge" / "trials"
DAY = "2026-11-01"


@dataclass
class Registry:
    """What the server has, does wrong, and was asked."""

    pages: list[dict[str, Any]]
    address: str = ""
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    cuts: int = 0  # answers that end early
    stale: set[str] = field(default_factory=set)  # tokens that are not known any more
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    hold: threading.Event | None = None  # the last page waits for it
    reached: threading.Event = field(default_factory=threading.Event)

    @property
    def tokens(self) -> list[str | None]:
        return [query.get("pageToken", [None])[0] for query in self.asked]

    def page(self, token: str | None) -> dict[str, Any] | None:
        if token is None:
            return self.pages[0]
        known = [page.get("nextPageToken") for page in self.pages]
        found = token in known and token not in self.stale
        return self.pages[known.index(token) + 1] if found else None


class Handler(BaseHTTPRequestHandler):
    registry: Registry

    def log_message(self, *args):
        pass

    def do_GET(self):
        registry = self.registry
        query = parse_qs(urlsplit(self.path).query)
        registry.asked.append(query)
        if registry.refusals:
            status, headers = registry.refusals.pop(0)
            return self.answer(status, b"no", headers)
        page = registry.page(query.get("pageToken", [None])[0])
        if page is None:
            return self.answer(400, b"Invalid page token")
        if registry.hold and page is registry.pages[-1]:
            registry.reached.set()
            registry.hold.wait(60)
        self.answer(200, json.dumps(page, ensure_ascii=False).encode())

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with suppress(ConnectionError):
            self.end_headers()
        if self.registry.cuts and status == 200:
            self.registry.cuts -= 1
            body = body[: len(body) // 2]
            self.close_connection = True
        with suppress(ConnectionError):  # the asker may be gone
            self.wfile.write(body)


@pytest.fixture
def registry():
    site = Registry(pages(5))
    with serving(Handler, registry=site) as address:
        site.address = f"{address}/api/v2/studies"
        yield site


def fetch(registry, store, **changes):
    main(settings(store, url=registry.address, **changes), WORDS, DAY)
    return read_store(store)


def test_every_page_is_asked_for_and_the_question_is_the_configured_one(registry, tmp_path):
    found = fetch(registry, tmp_path / "t.jsonl.gz")
    assert [trial.id for trial in found.studies] == [f"NCT9900000{n}" for n in range(5)]
    assert registry.tokens == [None, "NF0g5JGBlPMoxQY1", "NF0g5JGBlPMoxQY2"]
    asked = {name: values[0] for name, values in registry.asked[0].items()}
    assert asked == {
        "query.cond": '"lung cancer" OR melanoma',
        "query.term": "EGFR",
        "query.locn": "Germany OR France",
        "filter.overallStatus": "RECRUITING|NOT_YET_RECRUITING",
        "fields": "ProtocolSection",
        "pageSize": "2",
        "countTotal": "true",
        "format": "json",
    }
    (origin,) = found.origins
    assert (origin.retrieved, origin.trials, found.studies[0].checked) == (DAY, 5, DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["t.jsonl.gz"]


def test_what_is_not_configured_is_not_asked(registry, tmp_path):
    fetch(registry, tmp_path / "t.jsonl.gz", conditions=[], genes=[], countries=[], fields=None)
    assert not {"query.cond", "query.term", "query.locn", "fields"} & set(registry.asked[0])


@pytest.mark.parametrize(
    "refusals",
    [[(500, {})], [(429, {"Retry-After": "1"})], [(503, {}), (502, {})]],
    ids=["server error", "rate limit", "two errors"],
)
def test_what_passes_is_tried_again(registry, tmp_path, refusals):
    registry.refusals = list(refusals)
    assert len(fetch(registry, tmp_path / "t.jsonl.gz").studies) == 5
    assert len(registry.asked) == 3 + len(refusals)


def test_retry_after_is_waited_for(registry, tmp_path, timed_wait):
    registry.refusals = [(429, {"Retry-After": "1"})]
    assert timed_wait(lambda: fetch(registry, tmp_path / "t.jsonl.gz")) >= 1


@pytest.fixture
def timed_wait():
    def wait(action):
        start = time.monotonic()
        action()
        return time.monotonic() - start

    return wait


def test_a_cut_connection_is_tried_again(registry, tmp_path):
    registry.cuts = 2
    assert len(fetch(registry, tmp_path / "t.jsonl.gz").studies) == 5
    assert Counter(registry.tokens)[None] == 3


def test_a_fetch_that_failed_goes_on_from_its_last_page(registry, tmp_path):
    store = tmp_path / "t.jsonl.gz"
    store.write_bytes(b"the old store")
    last = registry.pages[-1]
    registry.pages[-1] = {"error": "none"}
    with pytest.raises(FetchError, match="no page of API v2"):
        fetch(registry, store)
    assert store.read_bytes() == b"the old store"
    registry.pages[-1] = last
    registry.asked.clear()
    assert len(fetch(registry, store).studies) == 5
    assert registry.tokens == ["NF0g5JGBlPMoxQY2"]


def test_another_question_does_not_go_on_with_the_pages_of_the_first(registry, tmp_path):
    registry.stale = {"NF0g5JGBlPMoxQY2"}
    with pytest.raises(FetchError):
        fetch(registry, tmp_path / "t.jsonl.gz")
    registry.stale, registry.asked = set(), []
    fetch(registry, tmp_path / "t.jsonl.gz", genes=["KRAS"])
    assert registry.tokens[0] is None and len(registry.asked) == 3


def test_a_token_of_yesterday_begins_again(registry, tmp_path):
    store = tmp_path / "t.jsonl.gz"
    registry.pages[-1] = {"error": "none"}
    with pytest.raises(FetchError):
        fetch(registry, store)
    whole = pages(4)
    for page, token in zip(whole, ("NEW1", "NEW2"), strict=True):
        page |= {"nextPageToken": token} if "nextPageToken" in page else {}
    registry.pages, registry.asked = whole, []
    assert len(fetch(registry, store).studies) == 4
    assert registry.tokens == ["NF0g5JGBlPMoxQY2", None, "NEW1"]


def test_a_killed_fetch_goes_on_from_its_last_page(registry, tmp_path):
    store = tmp_path / "t.jsonl.gz"
    code = (
        "import sys; from fetch_trials import main; from trial_cases import WORDS, settings; "
        f"from pathlib import Path; main(settings(Path({str(store)!r}), url={registry.address!r}), "
        f"WORDS, {DAY!r})"
    )
    registry.hold = threading.Event()
    paths = os.pathsep.join(path for path in sys.path if path)
    run = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": paths})
    assert registry.reached.wait(60)
    run.kill()
    run.wait()
    registry.hold.set()
    assert not store.exists()
    registry.asked, registry.hold = [], None
    assert len(fetch(registry, store).studies) == 5
    assert registry.tokens == ["NF0g5JGBlPMoxQY2"]


def test_a_token_that_comes_again_ends_the_fetch(registry, tmp_path):
    registry.pages[1]["nextPageToken"] = registry.pages[0]["nextPageToken"]
    with pytest.raises(FetchError, match="comes again"):
        fetch(registry, tmp_path / "t.jsonl.gz")
    assert not (tmp_path / "t.jsonl.gz").exists()


def test_an_empty_page_between_others_is_one(registry, tmp_path):
    registry.pages.insert(1, {"studies": [], "nextPageToken": "EMPTY"})
    assert len(fetch(registry, tmp_path / "t.jsonl.gz").studies) == 5


def test_no_answer_at_all_leaves_the_store_alone(registry, tmp_path):
    store = tmp_path / "t.jsonl.gz"
    store.write_bytes(b"the old store")
    registry.pages = [{"studies": [], "totalCount": 0}]
    with pytest.raises(FetchError, match="no trial answers"):
        fetch(registry, store)
    assert store.read_bytes() == b"the old store"


def test_much_less_than_announced_is_refused(registry, tmp_path):
    registry.pages[0]["totalCount"] = 50
    with pytest.raises(FetchError, match="5 trials came, 50 were announced"):
        fetch(registry, tmp_path / "t.jsonl.gz")


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_is_told_with_its_address(registry, tmp_path, status):
    registry.refusals = [(status, {})]
    with pytest.raises(FetchError, match=f"studies: {status}"):
        fetch(registry, tmp_path / "t.jsonl.gz")


def test_a_server_that_stays_broken_is_given_up(registry, tmp_path):
    registry.refusals = [(500, {})] * 9
    with pytest.raises(FetchError, match="3 tries; run again"):
        fetch(registry, tmp_path / "t.jsonl.gz")
    assert len(registry.asked) == 3


@pytest.mark.skipif(not KIT.exists(), reason="the test data kit is not beside the project")
def test_a_recorded_page_is_replayed(registry, tmp_path):
    page = json.loads((KIT / "ctgov_v2_studies_page.json").read_text())
    registry.pages = [page, {"studies": [study(1)]}]
    found = fetch(registry, tmp_path / "t.jsonl.gz")
    assert len(found.studies) == 11 and registry.tokens == [None, page["nextPageToken"]]
    kinds = {criterion.kind for trial in found.studies for criterion in trial.criteria}
    assert kinds == {"molecular", "tumor", "clinical"}
