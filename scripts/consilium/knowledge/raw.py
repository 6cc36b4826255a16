"""A knowledge base as written: every row with its place, and what cannot be read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consilium.knowledge.base import TABLES, read_drugs, read_manifest
from consilium.knowledge.conditions import parse_conditions
from consilium.knowledge.profiles import Profile, parse_profile
from consilium.knowledge.records import Approval, Drug, Exon, Gene, SetMember, Statement
from consilium.problems import Problem
from consilium.tables import TableError, read_rows


@dataclass(frozen=True)
class Tables:
    """A knowledge base as written, each row with the place where it stands."""

    statements: tuple[tuple[str, Statement], ...]
    approvals: tuple[tuple[str, Approval], ...]
    drugs: dict[str, Drug]
    genes: dict[str, Gene]
    exons: tuple[Exon, ...]
    members: tuple[SetMember, ...]
    profiles: dict[str, Profile]  # statement id -> profile that parses


def read_tables(folder: Path, problems: list[Problem]) -> Tables:
    """The rows of a base; what cannot be read is added to `problems` and left out."""
    other = {name: _read(folder / name, row, problems) for name, row in TABLES.items()}
    statements = _read_folder(folder / "statements", Statement, problems)
    approvals = _read_folder(folder / "approvals", Approval, problems)
    drugs: dict[str, Drug] = {}
    try:
        read_manifest(folder / "manifest.yaml")
        drugs = read_drugs(folder / "drugs.tsv")
    except TableError as error:
        problems.append(Problem(str(folder), str(error), "mend the file"))
    profiles = _profiles(statements, problems)
    return Tables(
        statements=tuple(statements),
        approvals=tuple(approvals),
        drugs=drugs,
        genes={row.gene: row for row in other["genes.tsv"]},
        exons=tuple(other["exons.tsv"]),
        members=tuple(other["variant_sets.tsv"]),
        profiles=profiles,
    )


def _read(path: Path, row_type: type, problems: list[Problem]) -> list[Any]:
    if not path.exists():
        problems.append(Problem(path.name, "the file is missing", "write it", "WARNING"))
        return []
    try:
        return list(read_rows(path, row_type))
    except (TableError, ValueError) as error:
        problems.append(Problem(path.name, str(error), "mend the row"))
        return []


def _read_folder(folder: Path, row_type: type, problems: list[Problem]) -> list[tuple[str, Any]]:
    return [
        (f"{folder.name}/{path.name}", row)
        for path in sorted(folder.glob("*.tsv"))
        for row in _read(path, row_type, problems)
    ]


def _profiles(
    statements: list[tuple[str, Statement]], problems: list[Problem]
) -> dict[str, Profile]:
    parsed = {}
    for where, row in statements:
        try:
            parsed[row.id] = parse_profile(row.profile)
        except ValueError as error:
            problems.append(Problem(f"{where} {row.id}, profile", str(error), "mend it"))
        try:
            parse_conditions(row.conditions)
        except ValueError as error:
            problems.append(Problem(f"{where} {row.id}, conditions", str(error), "mend it"))
    return parsed
