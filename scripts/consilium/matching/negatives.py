"""What a row that found nothing says: which features it excludes, which it leaves open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from consilium.knowledge.base import Knowledge, members
from consilium.knowledge.profiles import WHOLE_GENE, Leaf
from consilium.matching.findings import read_finding
from consilium.matching.kleene import Truth
from consilium.matching.patient import Looked, Patient
from consilium.matching.small import Answer, matches_place
from consilium.records import Event

SMALL_KINDS = WHOLE_GENE | {"protein", "coding", "codon", "exon", "residues", "set", "ITD"}


@dataclass(frozen=True, slots=True)
class Negative:
    """The answer of the rows that found nothing, and the rows that gave it."""

    truth: Truth  # FALSE: excluded; UNKNOWN: open
    rows: tuple[Looked, ...]
    missing: tuple[int, ...] = ()  # codons that nobody looked at


def excluded(leaf: Leaf, patient: Patient, base: Knowledge) -> Negative:
    """Whether a feature that no finding satisfies was looked for and is not there.

    A row that could not look outweighs one that found nothing at the same place.
    """
    bare = replace(leaf, origin=None)
    if leaf.kind == "set":
        parts = [excluded(part, patient, base) for part in members(bare, base)]
        return _all(parts)
    rows = patient.looked_by_gene.get(leaf.gene or "", ())
    if blind := tuple(row for row in rows if not row.absent and _touches(row, bare, base)):
        return Negative(Truth.UNKNOWN, blind)
    clear = [row for row in rows if row.absent]
    for row in clear:
        if _covers(row.leaf, bare, base):
            return Negative(Truth.FALSE, (row,))
    return _by_codons(bare, clear, base)


def _all(parts: list[Negative]) -> Negative:
    rows = tuple(row for part in parts for row in part.rows)
    closed = bool(parts) and all(part.truth is Truth.FALSE for part in parts)
    return Negative(Truth.FALSE if closed else Truth.UNKNOWN, rows)


def codons_of(leaf: Leaf, base: Knowledge) -> frozenset[int]:
    """The codons that must be read to answer a feature; empty where codons do not."""
    if leaf.kind in {"protein", "codon", "wild_type"}:
        return frozenset(leaf.codons)
    if leaf.kind == "residues":
        return frozenset(range(leaf.codons[0], leaf.codons[1] + 1))
    if leaf.kind == "exon" and leaf.classes != "skipping":
        return frozenset(_exon_codons(leaf, base))
    return frozenset()


def _exon_codons(leaf: Leaf, base: Knowledge) -> Iterator[int]:
    models = {model.exon: model for model in base.exons.get(leaf.gene or "", ())}
    if all(exon in models for exon in leaf.exons):
        for exon in leaf.exons:
            yield from range(models[exon].first_codon, models[exon].last_codon + 1)


def _any_change(leaf: Leaf) -> bool:
    """Whether a row about this feature speaks of every change at its codons."""
    whole_site = leaf.kind in {"exon", "residues"} and leaf.classes == "mutation"
    return leaf.kind in {"codon", "wild_type"} or whole_site


def _touches(row: Looked, leaf: Leaf, base: Knowledge) -> bool:
    """Whether a row that could not look leaves this feature open."""
    if str(row.leaf) == str(leaf):
        return True
    if row.leaf.kind == "fusion" and leaf.kind == "fusion":
        return row.leaf.partner in {None, leaf.partner} or leaf.partner is None
    if row.leaf.kind == "mutation" and leaf.kind in SMALL_KINDS | {"wild_type"}:
        return True
    if not _any_change(row.leaf) and row.leaf.kind != "protein":
        return False
    return bool(codons_of(row.leaf, base) & codons_of(leaf, base))


def _covers(row: Leaf, leaf: Leaf, base: Knowledge) -> bool:
    """Whether the absence of `row` alone implies the absence of `leaf`."""
    if str(row) == str(leaf) and leaf.kind != "wild_type":
        return True
    if row.kind == "mutation":
        return leaf.kind in SMALL_KINDS and leaf.classes != "skipping"
    if row.kind == "fusion" and leaf.kind == "fusion":
        return row.partner is None
    if row.kind == leaf.kind == "exon" and row.classes == "mutation":
        return set(leaf.exons) <= set(row.exons) and leaf.classes != "skipping"
    if row.kind == "oncogenic":
        return leaf.kind in {"loss_of_function", "gain_of_function"}
    if leaf.kind in {"protein", "coding"} and row.kind in {"protein", "exon", "residues", "ITD"}:
        return matches_place(row, read_finding(_as_event(leaf), base), base) is Answer.YES
    return False


def _as_event(leaf: Leaf) -> Event:
    coding = leaf.change if leaf.kind == "coding" else None
    return Event("SNV", leaf.gene, hgvs_p=None if coding else leaf.change, hgvs_c=coding)


def _by_codons(leaf: Leaf, clear: list[Looked], base: Knowledge) -> Negative:
    """Many rows together may have read every codon that the feature needs."""
    needed = codons_of(leaf, base)
    read = {
        codon: row
        for row in clear
        if _any_change(row.leaf)
        for codon in codons_of(row.leaf, base) & needed
    }
    missing = tuple(sorted(needed - set(read)))
    rows = tuple({id(row): row for _, row in sorted(read.items())}.values())
    closed = bool(needed) and not missing
    return Negative(Truth.FALSE if closed else Truth.UNKNOWN, rows, missing)
