"""Read a knowledge base: its tables as parsed, indexed facts.

In: a folder like `resources/knowledge/` (docs/design.md names its files and columns).
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import yaml

from consilium.knowledge.aliases import plain_alias
from consilium.knowledge.conditions import Clause, parse_conditions
from consilium.knowledge.profiles import PHASES, Leaf, Profile, leaves, parse_profile
from consilium.knowledge.protein import ProteinChange, parse_protein
from consilium.knowledge.records import (
    Alias,
    Approval,
    BenignTruncation,
    Drug,
    Exon,
    Gene,
    Manifest,
    SetMember,
    Statement,
)
from consilium.tables import TableError, open_text, read_rows

Row = TypeVar("Row")
TABLES: dict[str, type] = {
    "genes.tsv": Gene,
    "exons.tsv": Exon,
    "variant_sets.tsv": SetMember,
    "benign_truncations.tsv": BenignTruncation,
    "aliases.tsv": Alias,
}


@dataclass(frozen=True)
class Entry:
    """A statement, parsed, with what regulators decided on it."""

    statement: Statement
    profile: Profile
    clauses: tuple[Clause, ...]
    approvals: tuple[Approval, ...]
    base: str  # name of the knowledge base

    @cached_property
    def genes(self) -> frozenset[str]:
        """Every gene that the profile names."""
        named = {gene for leaf, _ in leaves(self.profile) for gene in (leaf.gene, leaf.partner)}
        return frozenset(gene for gene in named if gene)

    @cached_property
    def regimen(self) -> frozenset[str]:
        """The drugs, in no order."""
        return frozenset(self.statement.drugs)


@dataclass(frozen=True, slots=True)
class Source:
    """One knowledge base as a file that was read."""

    manifest: Manifest
    sha256: str
    statements: int


@dataclass(frozen=True)
class Knowledge:
    """One or several knowledge bases, ready to be asked."""

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    drugs: dict[str, Drug]
    genes: dict[str, Gene]
    exons: dict[str, tuple[Exon, ...]]
    sets: dict[tuple[str, str], tuple[Profile, ...]]
    benign_truncations: dict[str, tuple[ProteinChange, ...]]
    aliases: dict[str, dict[str, str]]  # gene -> plain alias -> HGVS p.

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """Entries by the id of their statement."""
        return {entry.statement.id: entry for entry in self.entries}

    @cached_property
    def own(self) -> tuple[Entry, ...]:
        """Statements of the first base: what others bring beside it changes no finding."""
        first = self.sources[0].manifest.name if self.sources else ""
        return tuple(entry for entry in self.entries if entry.base == first)

    @cached_property
    def by_regimen(self) -> dict[frozenset[str], list[Entry]]:
        """Entries by their drugs, in no order."""
        index: dict[frozenset[str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            index[entry.regimen].append(entry)
        return dict(index)

    @cached_property
    def residues(self) -> dict[str, dict[int, str]]:
        """Residues of each protein, as far as the changes named in the first base tell them."""
        known: dict[str, dict[int, str]] = defaultdict(dict)
        for leaf in (*_leaves(self.own), *_members(self.sets)):
            change = parse_protein(leaf.change or "") if leaf.kind == "protein" else None
            if change and leaf.gene:
                for codon, residue in ((change.start, change.first), (change.end, change.last)):
                    if residue != "?":  # the first base to name a residue stands
                        known[leaf.gene].setdefault(codon, residue)
        return dict(known)

    @cached_property
    def targets(self) -> dict[str, tuple[tuple[Leaf, str], ...]]:
        """By gene: changes that a level-A sensitivity of the first base names, and its id."""
        named: dict[str, list[tuple[Leaf, str]]] = defaultdict(list)
        for entry in self.own:
            row = entry.statement
            if (row.level, row.predicate, row.direction) == ("A", "sensitivity", "supports"):
                for leaf, positive in leaves(entry.profile):
                    if positive and leaf.gene and leaf.kind in {"protein", "coding"}:
                        named[leaf.gene].append((leaf, row.id))
        return {gene: tuple(found) for gene, found in named.items()}

    @property
    def leaves(self) -> Iterator[Leaf]:
        """Every leaf of every profile and of every named set, with repeats."""
        yield from _leaves(self.entries)
        yield from _members(self.sets)


def _leaves(entries: Iterable[Entry]) -> Iterator[Leaf]:
    return (leaf for entry in entries for leaf, _ in leaves(entry.profile))


def _members(sets: dict[tuple[str, str], tuple[Profile, ...]]) -> Iterator[Leaf]:
    return (leaf for found in sets.values() for member in found for leaf, _ in leaves(member))


def read_knowledge(folder: str | Path) -> Knowledge:
    """Read one knowledge base.

    Raises:
        TableError: a table, profile or condition cannot be read; the message says where.
    """
    folder = Path(folder)
    manifest = read_manifest(folder / "manifest.yaml")
    statements = list(_folder_rows(folder / "statements", Statement))
    approvals: dict[str, list[Approval]] = defaultdict(list)
    for _, approval in _folder_rows(folder / "approvals", Approval):
        approvals[approval.statement].append(approval)
    exons = _by_gene(_rows(folder, "exons.tsv", Exon))
    return Knowledge(
        sources=(Source(manifest, folder_hash(folder), len(statements)),),
        entries=tuple(
            _entry(where, row, tuple(approvals[row.id]), manifest.name) for where, row in statements
        ),
        drugs=read_drugs(folder / "drugs.tsv"),
        genes={row.gene: row for row in _rows(folder, "genes.tsv", Gene)},
        exons={gene: tuple(sorted(rows, key=attrgetter("exon"))) for gene, rows in exons.items()},
        sets=_sets(folder),
        benign_truncations=_benign(folder),
        aliases=_aliases(folder),
    )


def actionable_features(base: Knowledge) -> list[Leaf]:
    """Every distinct feature that some profile asks about, or asks to be absent.

    Members of named sets stand for the sets. Leaves without a gene (MSI, TMB) and protein
    expression are left out, as is phase: no place in the genome answers them. Sorted by spelling.
    """
    found: dict[str, Leaf] = {}
    for leaf in (leaf for entry in base.entries for leaf, _ in leaves(entry.profile)):
        for part in members(leaf, base):
            if part.gene and part.kind not in PHASES | {"expression"}:
                found[str(part)] = part
    return [found[name] for name in sorted(found)]


def members(leaf: Leaf, base: Knowledge) -> Iterator[Leaf]:
    """A leaf, or the leaves of the set that it names."""
    if leaf.kind != "set":
        yield leaf
        return
    for member in base.sets.get((leaf.gene or "", leaf.name or ""), ()):
        yield from (part for part, _ in leaves(member))


def read_manifest(path: Path) -> Manifest:
    """The base's name, version, date and licence.

    Raises:
        TableError: one of them is missing.
    """
    if not path.exists():
        raise TableError(f"{path}: the manifest is missing")
    facts = yaml.safe_load(path.read_text()) or {}
    if not isinstance(facts, dict):
        raise TableError(f"{path}: no name: value lines")
    try:
        return Manifest(**{key: str(facts[key]) for key in ("name", "version", "date", "licence")})
    except KeyError as error:
        raise TableError(f"{path}: {error.args[0]} is missing") from error


def read_drugs(path: Path) -> dict[str, Drug]:
    """Drugs by name; `class` is no name that a Python field can have, hence this reader."""
    if not path.exists():
        return {}
    flags = {"yes": True, "no": False, "": None, "unknown": None}
    with open_text(path) as handle:
        rows = csv.DictReader((line for line in handle if line[0] != "#"), delimiter="\t")
        try:
            drugs = [
                Drug(
                    drug=row["drug"],
                    kind=row["class"],
                    eml=flags[row["eml"] or ""],
                    generic=row["generic"] or "unknown",
                    atc=row.get("atc") or None,
                    source=row.get("source") or None,
                )
                for row in rows
            ]
        except KeyError as error:
            raise TableError(f"{path}: no column or value {error}") from error
    return {drug.drug: drug for drug in drugs}


def folder_hash(folder: Path) -> str:
    """One sha256 over the names and contents of all files of the base."""
    total = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".tsv", ".yaml"}:
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _rows(folder: Path, name: str, row_type: type[Row]) -> list[Row]:
    path = folder / name
    return list(read_rows(path, row_type)) if path.exists() else []


def _folder_rows(folder: Path, row_type: type[Row]) -> Iterator[tuple[str, Row]]:
    for path in sorted(folder.glob("*.tsv")):
        for row in read_rows(path, row_type):
            yield path.name, row


def _by_gene(rows: Iterable[Exon]) -> dict[str, list[Exon]]:
    grouped: dict[str, list[Exon]] = defaultdict(list)
    for row in rows:
        grouped[row.gene].append(row)
    return grouped


def _entry(where: str, row: Statement, approvals: tuple[Approval, ...], base: str) -> Entry:
    try:
        profile = parse_profile(row.profile)
        clauses = parse_conditions(row.conditions)
    except ValueError as error:
        raise TableError(f"{where}, {row.id}: {error}") from error
    return Entry(row, profile, clauses, approvals, base)


def _sets(folder: Path) -> dict[tuple[str, str], tuple[Profile, ...]]:
    grouped: dict[tuple[str, str], list[Profile]] = defaultdict(list)
    for row in _rows(folder, "variant_sets.tsv", SetMember):
        try:
            grouped[row.gene, row.set].append(parse_profile(f"{row.gene} {row.member}"))
        except ValueError as error:
            raise TableError(f"variant_sets.tsv, {row.gene} {row.set}: {error}") from error
    return {key: tuple(found) for key, found in grouped.items()}


def _benign(folder: Path) -> dict[str, tuple[ProteinChange, ...]]:
    grouped: dict[str, list[ProteinChange]] = defaultdict(list)
    for row in _rows(folder, "benign_truncations.tsv", BenignTruncation):
        change = parse_protein(row.hgvs_p)
        if change is None:
            raise TableError(f"benign_truncations.tsv, {row.gene}: {row.hgvs_p!r} is no HGVS")
        grouped[row.gene].append(change)
    return {gene: tuple(changes) for gene, changes in grouped.items()}


def _aliases(folder: Path) -> dict[str, dict[str, str]]:
    grouped: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(folder, "aliases.tsv", Alias):
        grouped[row.gene][plain_alias(row.alias)] = row.hgvs_p
    return dict(grouped)
