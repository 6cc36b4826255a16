"""Check rows and config against the schemas in config/, and say what to do about what is wrong.

The schemas (JSON Schema, draft 2020-12) are the one definition of what may be written. An
annotation `x-fix` beside a rule is the advice that its breach prints, `x-problem` beside `anyOf`
what is wrong when nothing of it is fulfilled.
"""

import csv
import gzip
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from consilium.problems import Problem, nearest, refuse
from consilium.tables import open_text

SCHEMAS = Path(__file__).parents[2] / "config"
TYPES = {
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a block of keys",
    "null": "null",
}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """The filled cells of one row, typed, and the line it stands on."""

    number: int  # 1-based line of the file
    cells: dict[str, Any]


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema config/{name}.schema.yaml."""
    text = (SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of config/{name}.schema.yaml."""
    return Draft202012Validator(schema(name))


def broken_rules(name: str, instance: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (path of the key, problem, fix) for every rule of a schema that is broken."""
    for error in sorted(
        validator(name).iter_errors(instance), key=lambda e: list(map(str, e.path))
    ):
        path = tuple(str(part) for part in error.absolute_path)
        for key, problem, fix in _explain(error):
            yield (*path, key) if key else path, problem, fix


def _explain(error: ValidationError) -> Iterator[tuple[str, str, str]]:
    """Yield (key under the error's own path, problem, fix)."""
    rules = _rules(error)
    value: Any = error.instance
    known = rules.get("properties", {})
    if error.validator == "additionalProperties":
        patterns = rules.get("patternProperties", {})
        for key in value:
            if key not in known and not any(re.search(p, str(key)) for p in patterns):
                yield (
                    str(key),
                    "is not known",
                    nearest(str(key), known) if known else _advice(error),
                )
    elif error.validator == "required":
        # jsonschema reports each missing key by itself, in the words of its message.
        key = error.message.split("'")[1]
        told = known.get(key, {}).get("description", "")
        yield key, "is missing", f"add it: {told}" if told else "add it"
    else:
        yield "", _problem(error), _advice(error)


def _rules(error: ValidationError) -> dict[str, Any]:
    """The part of the schema that is broken."""
    return error.schema if isinstance(error.schema, dict) else {}


def _problem(error: ValidationError) -> str:
    value = error.instance
    shown = repr(value) if isinstance(value, str) else str(value)
    wanted: Any = error.validator_value
    if error.validator == "type":
        return f"{shown} is not {_types(wanted)}"
    if error.validator in BOUNDS:
        return f"{shown} is outside {_range(_rules(error))}"
    if error.validator == "enum":
        return f"{shown} is not known"
    if error.validator == "pattern":
        return f"{shown} cannot be used"
    if error.validator == "anyOf":
        return str(_rules(error).get("x-problem", error.message))
    return error.message


def _advice(error: ValidationError) -> str:
    rules = _rules(error)
    wanted: Any = error.validator_value
    if "x-fix" in rules:
        return str(rules["x-fix"])
    if error.validator == "enum":
        return nearest(str(error.instance), [str(word) for word in wanted])
    if error.validator == "type":
        return f"give {_types(wanted)}"
    if error.validator in BOUNDS:
        return f"give a value in {_range(rules)}"
    return str(rules.get("description", "see config/README.md"))


def _types(wanted: str | list[str]) -> str:
    words = [wanted] if isinstance(wanted, str) else wanted
    return " or ".join(TYPES[word] for word in words)


def _range(rules: dict[str, Any]) -> str:
    low = rules.get("minimum", rules.get("exclusiveMinimum"))
    high = rules.get("maximum", rules.get("exclusiveMaximum"))
    if high is None:
        return f"{low} and above" if "minimum" in rules else f"above {low}"
    return f"{low} to {high}"


def typed(name: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """The filled cells of a row, as the types of a schema; unknown columns are text."""
    known = schema(name)["properties"]
    return {
        column: _typed(cell, known.get(column, {}).get("type", "string"))
        for column, cell in cells.items()
        if cell
    }


def as_written(column: str, cell: str) -> str:
    """A cell as it stands."""
    return cell


def read_checked(
    path: str | Path,
    name: str,
    usual: Callable[[str, str], str] = as_written,
    *,
    may_be_empty: bool = False,
) -> tuple[list[NumberedRow], list[Problem]]:
    """Rows of a TSV that a person wrote, and every problem of its cells.

    Lines that start with `#` and blank lines are passed over; an empty cell is left out.
    `usual` turns (column, cell) into the spelling that the schema knows.

    Raises:
        InputError: the file cannot be read as a table with these columns.
    """
    header, lines = _lines(path, 1 if may_be_empty else 2)
    refuse(_header_problems(f"{path}, header", header, name))
    rows, problems = [], []
    for number, cells in lines:
        where = f"{path}, row {number}"
        if len(cells) > len(header):
            problem = f"{len(cells)} cells under {len(header)} columns"
            problems.append(Problem(where, problem, "remove the tabs that are too many"))
            continue
        written = (
            (column, usual(column, cell.strip()))
            for column, cell in zip(header, cells, strict=False)
        )
        named = typed(name, dict(written))
        for key, problem, fix in broken_rules(name, named):
            problems.append(Problem(where, " ".join((*key, problem)), fix))
        rows.append(NumberedRow(number, named))
    return rows, problems


def _lines(path: str | Path, least: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        with open_text(path) as handle:
            kept = [(n, t) for n, t in enumerate(handle, start=1) if t.strip() and t[0] != "#"]
    except (OSError, EOFError, UnicodeDecodeError, gzip.BadGzipFile) as error:
        problem = getattr(error, "strerror", None) or str(error)
        fix = "give a tab-separated UTF-8 text file that can be read"
        refuse([Problem(str(path), f"cannot be read ({problem})", fix)])
        raise
    if len(kept) < least:
        fix = f"write a header line{' and at least one row' if least > 1 else ''}"
        refuse([Problem(str(path), "has no rows", fix)])
    parsed = list(csv.reader((text for _, text in kept), delimiter="\t"))
    numbers = [number for number, _ in kept]
    header = [name.strip() for name in parsed[0]]
    return header, list(zip(numbers[1:], parsed[1:], strict=False))


def _header_problems(where: str, header: list[str], name: str) -> Iterator[Problem]:
    known, needed = schema(name)["properties"], schema(name)["required"]
    if len(header) == 1 and re.search(r"[,;]", header[0]):
        yield Problem(where, "has one column", "separate the columns by tabs, not commas")
        return
    for column in dict.fromkeys(header):
        if column not in known:
            yield Problem(where, f"unknown column {column!r}", nearest(column, known))
        elif header.count(column) > 1:
            yield Problem(where, f"column {column!r} stands twice", "remove one of them")
    for column in needed:
        if column not in header:
            told = known[column]["description"]
            yield Problem(where, f"column {column!r} is missing", f"add it: {told}")


def _typed(cell: str, wanted: str) -> str | int | float:
    """A cell as the schema's type; as text where it is not of that type."""
    if wanted not in {"number", "integer"}:
        return cell
    try:
        value = int(cell) if wanted == "integer" else float(cell)
    except ValueError:
        return cell
    return value if math.isfinite(value) else cell
