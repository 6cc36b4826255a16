"""The page on paper: headless Chromium prints it by its own print style sheet."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OLDEST = 131  # the first Chromium that prints page headers of a style sheet (css-page-3)
PATIENCE = 300  # seconds for one page; a panel case takes two
OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-extensions",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing; this makes sure
    "--no-pdf-header-footer",
)


class NoBrowser(Exception):
    """No Chromium on PATH, or it did not print."""


def browser() -> str | None:
    """Path of the Chromium that would print, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pdf(document: Mapping[str, Any], page: str) -> bytes:
    """The page as PDF, dated by the report so that the same page gives the same bytes.

    Raises:
        NoBrowser: Chromium is not on PATH, or wrote nothing.
    """
    program = browser()
    if program is None:
        words = "report.pdf needs Chromium on PATH (Debian package chromium)"
        raise NoBrowser(f"{words}: install it, or take pdf out of config key exports")
    with TemporaryDirectory() as folder:
        source, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page)
        command = [program, *OPTIONS, f"--user-data-dir={folder}/profile"]
        command += [f"--print-to-pdf={printed}", source.as_uri()]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []  # it refuses root otherwise
        done = subprocess.run(
            command,
            env=os.environ | {"HOME": folder, "TZ": "UTC"},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        lines = done.stderr.decode(errors="replace").splitlines()
        said = "\n".join(line for line in lines if "dbus" not in line)  # it misses a desktop
        logging.info(said)
        if done.returncode or not printed.exists():
            raise NoBrowser(f"{program} ended with {done.returncode}: {said.strip()[-300:]}")
        return dated(printed.read_bytes(), document["generated"])


def dated(content: bytes, day: str) -> bytes:
    """The same PDF, made on that ISO day: dates keep their length, or offsets would be wrong."""
    stamp = f"D:{day.replace('-', '')}000000+00'00'".encode()
    return re.sub(rb"(?<=Date \()D:\d{14}\+00'00'(?=\))", stamp, content)
