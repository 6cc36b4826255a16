"""Rows of another project's table, whole or refused."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from consilium.problems import Problem, refuse
from consilium.tables import open_text


def read_release(path: Path, needed: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a TSV, gzipped or not, with their line numbers; quotes are plain characters.

    Raises:
        InputError: a column is missing, a row is cut off, there is none, or the file ends early.
    """
    try:
        with open_text(path) as handle:
            text = handle.readlines()
        lines = list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    except (EOFError, OSError, UnicodeDecodeError, csv.Error) as error:
        refuse([Problem(str(path), f"cannot be read to its end: {error}", "fetch it again")])
    if text and not text[-1].endswith("\n"):
        refuse([Problem(str(path), "the last line is cut off", "fetch the file again")])
    header = lines[0] if lines else []
    fix = "the format has changed: update Consilium, or use an older release"
    refuse(
        Problem(str(path), f"column {name!r} is missing", fix)
        for name in needed
        if name not in header
    )
    if len(lines) < 2:
        refuse([Problem(str(path), "holds no row", "fetch it again")])
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            problem = f"{len(cells)} cells under {len(header)} columns: the row is cut off"
            refuse([Problem(f"{path}, line {number}", problem, "fetch the file again")])
        yield number, dict(zip(header, (_unquoted(cell) for cell in cells), strict=True))


def _unquoted(cell: str) -> str:
    """A cell that a writer put into quotes, without them."""
    text = cell.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text
