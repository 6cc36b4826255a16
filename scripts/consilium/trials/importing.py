"""Read trials from files of any registry that `registries.SOURCES` knows.

A path is a file or a folder; files end in .json or .json.gz, others of a folder are passed over.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from consilium.problems import InputError, Problem, refuse
from consilium.trials.records import Trial
from consilium.trials.registries import SOURCES

SUFFIXES = (".json", ".json.gz")


def find_files(paths: Iterable[str | Path]) -> Iterator[Path]:
    """Every file of trials, in the order given; a folder's by name, at any depth.

    Raises:
        InputError: a path is not there, or a folder holds no such file.
    """
    for path in map(Path, paths):
        found = [path]
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.name.endswith(SUFFIXES))
        if not found or not path.exists():
            problem = "holds no .json or .json.gz file" if path.is_dir() else "cannot be found"
            refuse([Problem(f"{path}", problem, "correct trials.files in the config")])
        yield from found


def read_file(path: Path, retrieved: str | None) -> Iterator[Trial]:
    """The trials of a file, with the ISO date at which it was copied from the registry.

    Raises:
        InputError: naming the file and, where it is one record, that record.
    """
    document = _load(path)
    # By the outermost shape: a list holds flat records, an object is an answer of API v2.
    studies, read_study = SOURCES["flat" if isinstance(document, list) else "ctgov"]
    try:
        records = list(studies(document))
    except (ValueError, TypeError) as error:
        fix = "give answers of ClinicalTrials.gov API v2, or a list of normalised trials"
        raise InputError([Problem(str(path), str(error), fix)]) from error
    problems = []
    for number, record in enumerate(records, start=1):
        try:
            trial = read_study(record, retrieved)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            where = f"{path}, record {number} ({_name(record)})"
            told = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            problems.append(Problem(where, told, "correct the record or leave it out"))
        else:
            yield trial
    refuse(problems)


def _load(path: Path) -> Any:  # noqa: ANN401
    try:
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError, ValueError) as error:
        problem = f"cannot be read as JSON ({error})"
        raise InputError([Problem(str(path), problem, "copy the file again")]) from error


def _name(record: Any) -> str:  # noqa: ANN401
    """A record's number, as far as it has one."""
    if not isinstance(record, dict):
        return "not an object"
    part = record.get("protocolSection")
    head = part.get("identificationModule") if isinstance(part, dict) else None
    number = head.get("nctId") if isinstance(head, dict) else record.get("nct_id")
    return str(number or "without a number")
