"""The inputs of the demo: facts about genes, invented cases, settings of the simulation."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class GeneFacts:
    """What the demo takes from a real gene; see resources/demo/genes.yaml for the fields."""

    name: str
    transcript: str
    protein: int  # residues
    chromosome: int
    strand: str
    exons: int
    first_coding_exon: int
    coding: tuple[int, ...]  # bases, stop codon included
    targets: tuple[int, ...]  # exon numbers
    codons: dict[int, tuple[str, ...]]  # by the number of the first of each run
    introns: dict[int, dict[str, str]]  # by number: donor, acceptor
    promoter_start: int | None  # c. position of the first base of `promoter`
    promoter: str
    five_prime_utr: int | None  # bases

    @property
    def coding_exons(self) -> tuple[int, ...]:
        """Numbers of the exons with coding bases."""
        return tuple(range(self.first_coding_exon, self.first_coding_exon + len(self.coding)))


@dataclass(frozen=True, slots=True)
class PlantedVariant:
    """A change that a case's reads carry, in words of the gene's transcript."""

    gene: str
    c: str
    origin: str  # somatic | germline
    p: str | None = None
    vaf: float | None = None  # somatic: share of the tumour sample's fragments
    zygosity: str = "het"  # germline: het | hom


@dataclass(frozen=True, slots=True)
class Sequencing:
    """How a sample was read: unique fragments over the targets, and its lanes."""

    depth: float
    lanes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One invented patient."""

    name: str
    tumor_type: str
    sex: str
    purity: float
    tumor: Sequencing
    normal: Sequencing | None
    variants: tuple[PlantedVariant, ...]
    clinical: dict[str, Any] = field(default_factory=dict)
    loh: dict[str, float] = field(default_factory=dict)  # gene: share of the kept haplotype
    dropout: float = 0.0  # share of the targets without fragments


@dataclass(frozen=True, slots=True)
class Facts:
    """All inputs of the demo."""

    genes: tuple[GeneFacts, ...]
    cases: tuple[CaseFacts, ...]
    simulation: dict[str, Any]


def read_facts(folder: str | Path) -> Facts:
    """Read `genes.yaml`, `cases.yaml` and `simulation.yaml`.

    Raises:
        ValueError: a gene's coding length is not its protein's.
    """
    tables = {
        name: yaml.safe_load((Path(folder) / f"{name}.yaml").read_text())
        for name in ("genes", "cases", "simulation")
    }
    return Facts(
        genes=tuple(_gene(name, row) for name, row in tables["genes"].items()),
        cases=tuple(_case(name, row) for name, row in tables["cases"].items()),
        simulation=tables["simulation"],
    )


def _gene(name: str, row: dict[str, Any]) -> GeneFacts:
    coding, first = tuple(row["coding"]), row["first_coding_exon"]
    if sum(coding) != 3 * (row["protein"] + 1):
        raise ValueError(f"{name}: {sum(coding)} coding bases for {row['protein']} residues")
    targets = row["targets"]
    promoter = row.get("promoter", {})
    return GeneFacts(
        name=name,
        transcript=row["transcript"],
        protein=row["protein"],
        chromosome=row["chromosome"],
        strand=row["strand"],
        exons=row["exons"],
        first_coding_exon=first,
        coding=coding,
        targets=tuple(range(first, first + len(coding))) if targets == "all" else tuple(targets),
        codons={n: tuple(run.split()) for n, run in row.get("codons", {}).items()},
        introns=row.get("introns", {}),
        promoter_start=promoter.get("start"),
        promoter=promoter.get("sequence", ""),
        five_prime_utr=row.get("five_prime_utr"),
    )


def _case(name: str, row: dict[str, Any]) -> CaseFacts:
    return CaseFacts(
        name=name,
        tumor_type=row["tumor_type"],
        sex=row["sex"],
        purity=row["purity"],
        tumor=_sequencing(row["tumor"]),
        normal=_sequencing(row["normal"]) if "normal" in row else None,
        variants=tuple(PlantedVariant(**variant) for variant in row["variants"]),
        clinical=row.get("clinical", {}),
        loh={entry["gene"]: entry["kept"] for entry in row.get("loh", [])},
        dropout=row.get("dropout", 0.0),
    )


def _sequencing(row: dict[str, Any]) -> Sequencing:
    return Sequencing(depth=row["depth"], lanes=tuple(row["lanes"]))
