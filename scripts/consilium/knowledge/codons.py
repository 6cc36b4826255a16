"""Do the codons that a knowledge base names carry the residues that the gene models have?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pysam

from consilium.enumeration import Enumerator
from consilium.genes import Transcript, read_transcripts, same_accession
from consilium.knowledge.aliases import plain_alias
from consilium.knowledge.profiles import Leaf, leaves, parse_profile
from consilium.knowledge.raw import Tables, read_tables
from consilium.knowledge.records import Alias, BenignTruncation
from consilium.loci import PLACES, find_place
from consilium.problems import Problem
from consilium.tables import TableError, read_rows

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Models:
    """Files of gene models (GFF3) and of the genome they lie on."""

    gff: str
    genome: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison found, and how much of the base it could see."""

    problems: tuple[Problem, ...]
    features: int  # compared
    unseen: tuple[str, ...]  # genes of which the models have not the transcript

    def __str__(self) -> str:
        """One line."""
        missing = f"; no model of the base's transcript for {', '.join(self.unseen)}"
        words = f"{self.features:,} features compared with the gene models"
        return words + (missing if self.unseen else "")


def compare(folder: Path, models: Models) -> Compared:
    """Hold every named change, codon and exon of a base against the gene models.

    Genes whose models lack the transcript that genes.tsv names are not compared.
    """
    tables = read_tables(folder, [])
    aliases = _aliases(folder)
    named = list(_features(folder, tables))
    with pysam.FastaFile(models.genome) as genome:
        spelled = {
            transcript.gene: Enumerator(transcript, genome)
            for transcript in _transcripts(tables, models)
        }
        problems = [
            Problem(where, f"{leaf}: {wrong}", "mend the change, or the transcript in genes.tsv")
            for where, leaf in named
            if leaf.gene in spelled
            and (wrong := _wrong(leaf, spelled[leaf.gene], aliases.get(leaf.gene, {})))
        ]
    genes = {leaf.gene or "" for _, leaf in named}
    seen = sum(leaf.gene in spelled for _, leaf in named)
    return Compared(tuple(problems), seen, tuple(sorted(genes - spelled.keys())))


def _transcripts(tables: Tables, models: Models) -> Iterator[Transcript]:
    """The model of each gene's own transcript, of the same version where there is one."""
    for gene, found in read_transcripts(models.gff).items():
        wanted = tables.genes[gene].transcript if gene in tables.genes else None
        same = [model for model in found if wanted and same_accession(model.accession, wanted)]
        yield from sorted(same, key=lambda model: model.accession != wanted)[:1]


def _features(folder: Path, tables: Tables) -> Iterator[tuple[str, Leaf]]:
    """Every feature that has a place in a transcript, and the row that names it."""
    for where, row in tables.statements:
        if row.id in tables.profiles:
            for leaf, _ in leaves(tables.profiles[row.id]):
                if leaf.kind in PLACES and leaf.gene:
                    yield f"{where} {row.id}, profile", leaf
    said = [(f"variant_sets.tsv {m.gene} {m.set}", m.gene, m.member) for m in tables.members]
    said += [
        (f"{name} {row.gene}", row.gene, row.hgvs_p)
        for name, rows in (
            ("benign_truncations.tsv", _rows(folder / "benign_truncations.tsv", BenignTruncation)),
            ("aliases.tsv", _rows(folder / "aliases.tsv", Alias)),
        )
        for row in rows
    ]
    for where, gene, text in said:
        yield from ((where, leaf) for leaf in _parsed(f"{gene} {text}") if leaf.kind in PLACES)


def _parsed(text: str) -> list[Leaf]:
    try:
        return [leaf for leaf, _ in leaves(parse_profile(text))]
    except ValueError:  # told by the other checks
        return []


def _rows(path: Path, row_type: type[Row]) -> list[Row]:
    try:
        return list(read_rows(path, row_type)) if path.exists() else []
    except TableError:  # told by the other checks
        return []


def _aliases(folder: Path) -> dict[str | None, dict[str, str]]:
    found: dict[str | None, dict[str, str]] = {}
    for row in _rows(folder / "aliases.tsv", Alias):
        found.setdefault(row.gene, {})[plain_alias(row.alias)] = row.hgvs_p
    return found


def _wrong(leaf: Leaf, enumerator: Enumerator, aliases: dict[str, str]) -> str | None:
    """Why a transcript cannot hold a feature; None where it does."""
    try:
        leaf = enumerator.renumber(leaf, aliases)
        if leaf.kind == "coding":
            enumerator.alleles(leaf)
        find_place(leaf, enumerator.transcript)
    except ValueError as error:
        return str(error)
    return None
