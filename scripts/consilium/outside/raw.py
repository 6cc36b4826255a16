"""Tables that other tools wrote: cells by column, and what is wrong with them."""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consilium.problems import Problem, refuse
from consilium.tables import open_text

MISSING = frozenset({"", ".", "-", "NA", "na", "NaN", "nan", "None"})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its cells, and where it stands."""

    where: str  # file, row
    cells: Mapping[str, str]

    def text(self, *columns: str) -> str | None:
        """The first filled cell of these columns."""
        found = (self.cells.get(column, "").strip() for column in columns)
        return next((cell for cell in found if cell not in MISSING), None)

    def number(self, *columns: str) -> float | None:
        """The same as a finite number.

        Raises:
            InputError: the cell is none.
        """
        cell = self.text(*columns)
        if cell is None:
            return None
        try:
            value = float(cell.removesuffix("%"))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.refuse(
                f"{columns[0]} {cell!r} is not a number", "give a number, or leave it empty"
            )
        return value

    def whole(self, *columns: str) -> int | None:
        """The same as a whole number, 0 or more.

        Raises:
            InputError: the cell is none.
        """
        value = self.number(*columns)
        if value is not None and (value < 0 or value != int(value)):
            self.refuse(f"{columns[0]} {value:g} is no count", "give a whole number, 0 or more")
        return None if value is None else int(value)

    def needed(self, *columns: str) -> str:
        """The first filled cell of these columns.

        Raises:
            InputError: none is filled.
        """
        cell = self.text(*columns)
        if cell is None:
            self.refuse(f"{columns[0]} is empty", "fill it, or remove the row")
        return str(cell)

    def spelt(self, usual: Callable[[str, str], str]) -> "Line":
        """The line with its filled cells in the spelling of `usual`, the others empty."""
        return Line(
            self.where,
            {
                column: "" if cell.strip() in MISSING else usual(column, cell.strip())
                for column, cell in self.cells.items()
            },
        )

    def refuse(self, problem: str, fix: str) -> None:
        """Stop at this row.

        Raises:
            InputError: always.
        """
        refuse([Problem(self.where, problem, fix)])


def read_lines(path: str | Path) -> tuple[tuple[str, ...], list[Line]]:
    """Header and rows of a tab-separated table.

    Lines that start with `#` are passed over; a `#` before the first column's name, as Arriba and
    STAR-Fusion write it, is taken off.

    Raises:
        InputError: the file cannot be read, has no header, or a row is longer than the header.
    """
    kept = numbered(path)
    rows = list(csv.reader((text for _, text in kept), delimiter="\t", quoting=csv.QUOTE_NONE))
    header = tuple(name.strip().removeprefix("#") for name in rows[0])
    lines, problems = [], []
    for (number, _), cells in zip(kept[1:], rows[1:], strict=True):
        where = f"{path}, row {number}"
        if len(cells) > len(header):
            problem = f"{len(cells)} cells under {len(header)} columns"
            problems.append(Problem(where, problem, "remove the tabs that are too many"))
        lines.append(Line(where, dict(zip(header, cells, strict=False))))
    refuse(problems)
    return header, lines


def numbered(path: str | Path) -> list[tuple[int, str]]:
    """Header and rows as they are written, each with the number of its line.

    Raises:
        InputError: the file cannot be read, or has no header.
    """
    try:
        with open_text(path) as handle:
            kept = list(_kept(handle))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        fix = "give a tab-separated text file in UTF-8"
        refuse([Problem(str(path), f"cannot be read ({error})", fix)])
        raise
    if not kept:
        refuse([Problem(str(path), "has no header", "write the column names in the first line")])
    return kept


def _kept(handle: Iterator[str]) -> Iterator[tuple[int, str]]:
    """Numbered lines without comments and blank ones; a header may start with `#`."""
    begun = False
    for number, text in enumerate(handle, start=1):
        header = not begun and "\t" in text and not text.startswith(("##", "# "))
        if text.strip() and (header or text[0] != "#"):
            begun = True
            yield number, text.rstrip("\r\n")
