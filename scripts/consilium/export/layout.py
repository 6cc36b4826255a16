"""report.json as tables, laid out by its JSON schema so that a new key finds its place by itself.

Every list of records is a table. Lists of records inside a record are tables of their own, keyed by
the first column of the outer one, unless their records are so short that each is a line of a cell.
All that is in no list of records is the table `report`, one value a row.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from consilium import report

SCHEMA = Path(report.__file__).with_name("report.schema.json")
OVERVIEW = ("report",)  # path of the table that holds what is in no list of records
LINE = 4  # most values of a record that is shown as one line of a cell
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its values are in a record."""

    path: tuple[str, ...]
    date: bool = False  # ISO dates, beside words such as `no`
    fields: tuple[str, ...] = ()  # of records that are shown a line each

    @property
    def name(self) -> str:
        """The heading: the keys as they are in report.json."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Table:
    """A list of records: the keys that lead to it, through every outer list."""

    path: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]  # of each outer list: path of its record's first value
    columns: tuple[Column, ...]
    outer: tuple[tuple[str, ...], ...] = ()  # path of each outer list

    @property
    def name(self) -> str:
        """The path in report.json; `rows` goes without saying."""
        path = self.path[:-1] if self.path[-1] == "rows" and not self.keys else self.path
        return ".".join(path)

    @property
    def headings(self) -> list[str]:
        """Names of the outer records' keys, then those of the columns."""
        if self.path == OVERVIEW:
            return ["key", "value"]
        outer = [".".join((*place, *key)) for place, key in zip(self.outer, self.keys, strict=True)]
        return [*outer, *(column.name for column in self.columns)]


@cache
def schema() -> dict[str, Any]:
    """The schema of report.json."""
    parsed: dict[str, Any] = json.loads(SCHEMA.read_text())
    return parsed


def tables() -> Iterator[Table]:
    """Every table, in the order of the schema; the first holds what is in no list of records."""
    yield Table(OVERVIEW, (), tuple(_columns(schema(), (), inside=False)))
    yield from _tables(schema(), Table((), (), ()))


def rows(document: Mapping[str, Any], table: Table) -> Iterator[list[object]]:
    """The cells of a table: scalars, dates, and texts of one line per entry of a list."""
    if table.path == OVERVIEW:
        yield from ([column.name, _cell(document, column)] for column in table.columns)
        return
    for keys, record in _records(document, table, 0):
        yield [*keys, *(_cell(record, column) for column in table.columns)]


def _resolved(node: Node) -> Node:
    """A node of the schema with its reference followed; what stands beside it wins."""
    if "anyOf" in node:  # an object, or null where there is none
        return _resolved(next(choice for choice in node["anyOf"] if choice != {"type": "null"}))
    if "$ref" not in node:
        return node
    target: Node = schema()["$defs"][node["$ref"].rpartition("/")[2]]
    return {**_resolved(target), **{k: v for k, v in node.items() if k != "$ref"}}


def _children(node: Node) -> Iterator[tuple[str, Node, Node]]:
    """Keys of an object, each with its node and, for a list of records, that of a record."""
    for name, child in node.get("properties", {}).items():
        found = _resolved(child)
        item = _resolved(found.get("items", {}))
        yield name, found, item if "properties" in item else {}


def _short(item: Node) -> bool:
    return len(item["properties"]) <= LINE


def _columns(node: Node, path: tuple[str, ...], inside: bool) -> Iterator[Column]:
    for name, child, item in _children(node):
        here = (*path, name)
        if "properties" in child:
            yield from _columns(child, here, inside)
        elif not item:
            yield Column(here, date=child.get("format") == "date")
        elif inside and _short(item):
            yield Column(here, fields=tuple(item["properties"]))


def _tables(node: Node, above: Table) -> Iterator[Table]:
    """Tables below a node; `above` tells how far the way has come."""
    for name, child, item in _children(node):
        path = (*above.path, name)
        if "properties" in child:
            yield from _tables(child, Table(path, above.keys, (), above.outer))
        elif item and not (above.outer and _short(item)):
            columns = tuple(_columns(item, (), inside=True))
            yield Table(path, above.keys, columns, above.outer)
            keys = (*above.keys, columns[0].path)
            yield from _tables(item, Table(path, keys, (), (*above.outer, path)))


def _records(
    value: Mapping[str, Any], table: Table, depth: int
) -> Iterator[tuple[list[object], Mapping[str, Any]]]:
    """Records of a table with the keys of the outer records around each."""
    start = len(table.outer[depth - 1]) if depth else 0
    end = len(table.outer[depth]) if depth < len(table.outer) else len(table.path)
    for record in _value(value, table.path[start:end]) or ():
        if end == len(table.path):
            yield [], record
            continue
        key = _value(record, table.keys[depth])
        for keys, inner in _records(record, table, depth + 1):
            yield [key, *keys], inner


def _value(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:  # noqa: ANN401
    """What is at the end of a path; None where it ends early."""
    found: Any = record
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _cell(record: Mapping[str, Any], column: Column) -> object:
    value = _value(record, column.path)
    if column.fields:
        return "\n".join(
            " | ".join(_text(entry.get(field)) for field in column.fields) for entry in value or ()
        )
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    if column.date and isinstance(value, str):
        return _dated(value)
    return _text(value) if isinstance(value, Mapping) else value


def _dated(text: str) -> date | str:
    """A date where the text is one; words such as `no` stay."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
