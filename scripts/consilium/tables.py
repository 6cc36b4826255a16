"""Read and write tables of dataclass rows as TSV, types and all.

The fields of the dataclass are the header. An empty cell is None where the field
allows it. Fields with a default may be missing from a file that a person wrote.
"""

import csv
import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast, get_type_hints

Row = TypeVar("Row")


class TableError(ValueError):
    """A table that cannot be read: the message names file, row, column and problem."""


def _words(separator: str) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(w.strip() for w in text.split(separator) if w.strip())


def _flag(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"


def _optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: parse(text) if text else None


PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: _flag,
    str | None: _optional(str),
    int | None: _optional(int),
    float | None: _optional(float),
    bool | None: _optional(_flag),
    tuple[str, ...]: _words("|"),
}


def open_text(path: str | Path) -> TextIO:
    """A TSV for reading, gzipped or not, without a byte-order mark."""
    if Path(path).suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return Path(path).open(encoding="utf-8-sig", newline="")


def read_rows(path: str | Path, row_type: type[Row]) -> Iterator[Row]:
    """Yield the rows of a TSV whose header names fields of `row_type`.

    Lines that start with `#` and blank lines are passed over.

    Raises:
        TableError: a column is unknown or missing, or a cell is not of its type.
    """
    parsers = {name: PARSERS[hint] for name, hint in get_type_hints(row_type).items()}
    needed = {
        field.name
        for field in fields(row_type)  # type: ignore[arg-type]
        if field.default is MISSING
    }
    with open_text(path) as handle:
        lines = enumerate(handle, start=1)
        kept = [(n, text) for n, text in lines if text.strip() and text[0] != "#"]
    reader = csv.reader((text for _, text in kept), delimiter="\t")
    numbers = [n for n, _ in kept]
    header = next(reader, [])
    if problem := _header_problem(header, set(parsers), needed):
        raise TableError(f"{path}: {problem}")
    for number, cells in zip(numbers[1:], reader, strict=True):
        yield _row(f"{path}, row {number}", header, cells, parsers, row_type)


def _header_problem(header: list[str], known: set[str], needed: set[str]) -> str:
    if unknown := [name for name in header if name not in known]:
        return f"unknown column {unknown[0]!r}; known are {', '.join(sorted(known))}"
    if missing := sorted(needed - set(header)):
        return f"column {missing[0]!r} is missing"
    if len(set(header)) < len(header):
        return "a column stands twice"
    return ""


def _row(
    where: str,
    header: list[str],
    cells: list[str],
    parsers: dict[str, Callable[[str], Any]],
    row_type: type[Row],
) -> Row:
    if len(cells) > len(header):
        raise TableError(f"{where}: {len(cells)} cells under {len(header)} columns")
    cells = cells + [""] * (len(header) - len(cells))
    values = {}
    for name, cell in zip(header, cells, strict=True):
        try:
            values[name] = parsers[name](cell.strip())
        except ValueError as error:
            raise TableError(f"{where}, column {name}: {error}") from error
    return row_type(**values)


def write_rows(path: str | Path, row_type: type[Row], rows: Iterable[Row]) -> None:
    """Write rows under a header that is there even when no row is."""
    names = [field.name for field in fields(row_type)]  # type: ignore[arg-type]
    with Path(path).open("w", newline="") as handle:
        writer = csv.writer(handle, delimiter="\t", lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow([cell(getattr(row, name)) for name in names])


def cell(value: object) -> str:
    """One value as the text of a cell; None is empty, a tuple is joined by `|`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "|".join(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
