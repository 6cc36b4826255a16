"""Download a large file over HTTP, going on where an earlier try ended."""

import errno
import logging
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from shutil import copyfileobj
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BLOCK = 1 << 20
# Answers that another try may change (RFC 9110): request timeout, too many requests.
PASSING = {408, 429}

log = logging.getLogger(__name__)


class DownloadError(RuntimeError):
    """A file that could not be had; the message names the URL and the reason."""


def download(url: str, part: Path, tries: int, timeout: float, pause: float = 1.0) -> None:
    """Bring `part` to the full length of what `url` names.

    What an earlier call left in `part` is kept if the server says that its file is still the
    same one. `timeout` and `pause` are in seconds; the pause doubles with each try.

    Raises:
        DownloadError: the server refuses, or no try reached the end.
        OSError: the disk is full.
    """
    reason = ""
    for n in range(tries):
        try:
            return _go_on(url, part, timeout)
        except HTTPError as error:
            reason = f"{error.code} {error.reason}"
            if error.code < 500 and error.code not in PASSING:
                raise DownloadError(f"{url}: {reason}") from error
        except (OSError, HTTPException) as error:
            if getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}:
                raise
            reason = str(error) or type(error).__name__
        log.info("%s: %s (try %d of %d)", url, reason, n + 1, tries)
        if n + 1 < tries:
            time.sleep(pause * 2**n)
    raise DownloadError(f"{url}: {reason}; {tries} tries; run again to go on from there")


def _go_on(url: str, part: Path, timeout: float) -> None:
    """One try: ask for the rest, and append it; or for all, where the rest cannot be had."""
    mark = part.with_name(part.name + ".version")
    version = mark.read_text() if mark.exists() else ""
    done = part.stat().st_size if version and part.exists() else 0
    headers = {"Range": f"bytes={done}-", "If-Range": version} if done else {}
    try:
        answer = urlopen(Request(url, headers=headers), timeout=timeout)
    except HTTPError as error:
        if error.code != 416:  # the range begins where the file ends, or beyond
            raise
        if error.headers.get("Content-Range") != f"bytes */{done}":
            part.unlink()
            raise ConnectionError("the partial file is longer than the whole") from error
        answer = None
    if answer is not None:
        with answer:
            _store(answer, part, mark, done)
    mark.unlink(missing_ok=True)


def _store(answer: HTTPResponse, part: Path, mark: Path, done: int) -> None:
    goes_on = answer.status == 206
    if goes_on and not answer.headers["Content-Range"].startswith(f"bytes {done}-"):
        raise ConnectionError("the server sent another range than was asked for")
    if not goes_on:  # in this order, or a kill here would join two files
        mark.unlink(missing_ok=True)
        part.write_bytes(b"")
        mark.write_text(next(_versions(answer), ""))
    with part.open("ab") as handle:
        copyfileobj(answer, handle, BLOCK)
    length = answer.headers["Content-Length"]
    full = int(length) + done * goes_on if length else None
    if full is not None and part.stat().st_size != full:
        raise ConnectionError(f"ended after {part.stat().st_size} of {full} bytes")


def _versions(answer: HTTPResponse) -> Iterator[str]:
    """What If-Range may quote: a strong ETag, else the date of the last change."""
    tag = answer.headers["ETag"]
    if tag and not tag.startswith("W/"):
        yield tag
    if date := answer.headers["Last-Modified"]:
        yield date
