"""The local store of trials: JSON lines, gzipped, one trial a line in the order of numbers.

The first line says what the store is. The same trials give the same bytes.
"""

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from consilium.problems import InputError, Problem
from consilium.trials.records import Arm, Criterion, Site, Study

FORMAT = "consilium trials 1"
LEVEL = 6  # of gzip: more costs more time than it saves of the disk


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the trials of a store come from."""

    source: str  # a path or an address
    retrieved: str | None  # ISO date
    trials: int


@dataclass(frozen=True, slots=True)
class Store:
    """A store's trials and their origins."""

    origins: tuple[Origin, ...]
    studies: tuple[Study, ...]


def newest(studies: Iterable[Study]) -> dict[str, Study]:
    """One trial a number: the copy that was looked at last, then that verified last."""
    kept: dict[str, Study] = {}
    for study in studies:
        other = kept.get(study.id)
        if other is None or _age(study) >= _age(other):
            kept[study.id] = study
    return kept


def _age(study: Study) -> tuple[str, str, int]:
    """The later, the newer; among equals, what says more."""
    return study.checked, study.verified or "", len(study.criteria)


def write_store(path: Path, origins: Iterable[Origin], studies: Iterable[Study]) -> int:
    """Put a store in the place of any other, in one go; returns how many trials it holds."""
    kept = newest(studies)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    head = {"format": FORMAT, "origins": [asdict(origin) for origin in origins]}
    with (
        new.open("wb") as file,
        gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as out,
    ):
        out.write(_line(head))
        for number in sorted(kept):
            out.write(_line(_filled(asdict(kept[number]))))
    new.replace(path)
    return len(kept)


def _line(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def _filled(value: Any) -> Any:  # noqa: ANN401
    """Without what is empty: most fields of most records are, and `False` is not."""
    if isinstance(value, dict):
        return {k: _filled(v) for k, v in value.items() if v not in (None, "", (), [])}
    return [_filled(part) for part in value] if isinstance(value, list | tuple) else value


def read_store(path: Path) -> Store:
    """A whole store.

    Raises:
        InputError: it is not there, is cut short, or is no store of this version.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines, "{}"))
            if head.get("format") != FORMAT:
                raise ValueError("no store of trials of this version")
            studies = tuple(map(_study, map(json.loads, lines)))
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        fix = "make it again: snakemake import_trials, or snakemake fetch_trials"
        raise InputError([Problem(str(path), f"cannot be read ({error})", fix)]) from error
    return Store(tuple(Origin(**_whole(Origin, o)) for o in head["origins"]), studies)


def _study(row: dict[str, Any]) -> Study:
    row["arms"] = tuple(_arm(arm) for arm in row.get("arms", ()))
    row["sites"] = tuple(Site(**_whole(Site, site)) for site in row.get("sites", ()))
    row["criteria"] = tuple(Criterion(**criterion) for criterion in row.get("criteria", ()))
    return Study(**_whole(Study, row))


def _arm(row: dict[str, Any]) -> Arm:
    return Arm(**_whole(Arm, row | {"interventions": row.get("interventions", ())}))


def _whole(kind: type, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with every field: what a line leaves out is empty; lists are tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in (_empty(kind) | dict(row)).items()
    }


def _empty(kind: type) -> dict[str, Any]:
    if kind not in _EMPTY:
        _EMPTY[kind] = {f.name: _nothing(str(f.type)) for f in fields(kind)}
    return _EMPTY[kind]


def _nothing(hint: str) -> Any:  # noqa: ANN401
    return None if "None" in hint else () if hint.startswith("tuple") else ""


_EMPTY: dict[type, dict[str, Any]] = {}
