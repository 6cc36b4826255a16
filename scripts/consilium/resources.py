"""Look alleles up in what is publicly known: population frequency, ClinVar, cancer hotspots."""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam

from consilium.knowledge.protein import ProteinChange, parse_protein
from consilium.records import Event
from consilium.tables import open_text
from consilium.vcf import Allele, normalise, parse_allele

# https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/
STARS = {
    "practice_guideline": 4,
    "reviewed_by_expert_panel": 3,
    "criteria_provided,_multiple_submitters,_no_conflicts": 2,
    "criteria_provided,_multiple_submitters": 2,
    "criteria_provided,_conflicting_classifications": 1,
    "criteria_provided,_conflicting_interpretations": 1,
    "criteria_provided,_single_submitter": 1,
}
POINT_KINDS = {"missense", "nonsense", "start_loss"}
ALLELE = re.compile(r"[^:\s]+:\d+:[ACGT]+:[ACGT]+")


class AlleleTable:
    """An indexed VCF that is asked for one allele at a time; contigs with or without `chr`."""

    def __init__(self, path: str | Path, genome: pysam.FastaFile | None = None) -> None:
        """Open the VCF; its alleles are normalised against the genome, or trimmed without one."""
        self.records = pysam.VariantFile(str(path))
        self.contigs = set(self.records.header.contigs)
        self.genome = genome

    def find(self, allele: Allele) -> tuple[pysam.VariantRecord, int] | None:
        """The record that holds an allele, and the allele's index among its alternatives."""
        bare = allele.chrom.removeprefix("chr")
        contig = next((n for n in (allele.chrom, bare, f"chr{bare}") if n in self.contigs), None)
        if contig is None:
            return None
        for record in self.records.fetch(contig, max(0, allele.pos - 2), allele.end + 1):
            for index, alt in enumerate(record.alts or ()):
                if set(alt) <= set("ACGTN") and record.ref:
                    written = Allele(allele.chrom, record.pos, record.ref, alt)
                    if normalise(written, self.genome) == allele:
                        return record, index
        return None


def population_af(table: AlleleTable | None, allele: Allele) -> float | None:
    """INFO/AF of an allele in the germline resource, 0..1."""
    found = table.find(allele) if table else None
    if found is None:
        return None
    record, index = found
    values = record.info.get("AF")
    values = values if isinstance(values, tuple) else (values,)
    value = values[index] if index < len(values) else None
    return None if value is None else float(value)


def clinvar(table: AlleleTable | None, allele: Allele) -> tuple[str | None, int | None]:
    """ClinVar's significance and review stars (0..4) of an allele."""
    found = table.find(allele) if table else None
    if found is None:
        return None, None
    record = found[0]
    significance = _text(record.info.get("CLNSIG"))
    return significance or None, STARS.get(_text(record.info.get("CLNREVSTAT")), 0)


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


@dataclass(frozen=True, slots=True)
class Hotspot:
    """One row of a hotspot table: residues of a gene where tumours change more than chance."""

    first: int
    last: int
    kind: str  # single residue | in-frame indel | 3d | splice site
    residue: str  # V600, 745-759
    tumors: str
    changes: Mapping[str, int] | None = None  # tumours by change; None: not told

    def label(self, change: ProteinChange) -> str:
        """`V600 (single residue, 897/833 tumours)`: at the residue, and with this change.

        A 3D cluster is weaker evidence than its residues, and counts for none of them.
        """
        if self.changes is None or self.kind == "3d":
            return f"{self.residue} ({self.kind}, {self.tumors} tumours)"
        point = change.kind in POINT_KINDS
        count = self.changes.get(change.inserted if point else str(change).removeprefix("p."), 0)
        return f"{self.residue} ({self.kind}, {self.tumors}/{count} tumours)"

    def holds(self, change: ProteinChange) -> bool:
        """Whether a change lies here, and on the same residue: numbers differ by transcript."""
        named = self.residue[:1] if self.residue[:1].isalpha() else change.first
        same = change.kind not in POINT_KINDS or named == change.first
        return same and self.first <= change.end and change.start <= self.last


def read_hotspots(path: str | Path) -> dict[str, list[Hotspot]]:
    """Hotspots by gene, from a table with the columns of cancerhotspots.org.

    Columns used: `hugo_symbol`, `residue`, `amino_acid_position` (n or n-m), `type`,
    `tumor_count`, and where there, `variant_amino_acid` (`E:833|K:34`).
    """
    found: dict[str, list[Hotspot]] = defaultdict(list)
    with open_text(path) as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            first, _, last = row["amino_acid_position"].partition("-")
            if not first.isdigit():
                continue
            changes = _counts(row["variant_amino_acid"]) if "variant_amino_acid" in row else None
            spot = Hotspot(
                int(first), int(last or first), row["type"], row["residue"],
                row["tumor_count"], changes,
            )  # fmt: skip
            found[row["hugo_symbol"]].append(spot)
    return dict(found)


def _counts(cell: str) -> dict[str, int]:
    parts = (part.rpartition(":") for part in cell.split("|"))
    return {name: int(number) for name, _, number in parts if number.isdigit()}


def hotspot(
    spots: dict[str, list[Hotspot]], gene: str | None, change: ProteinChange | None
) -> str | None:
    """The hotspot that a protein change hits; single residues before 3D clusters."""
    if change is None:
        return None
    if change.kind in POINT_KINDS:
        wanted = ["single residue", "3d"]
    elif change.gained or change.kind in {"delins", "deletion", "insertion", "duplication"}:
        wanted = ["in-frame indel"]
    else:
        return None
    hits = [spot for spot in spots.get(gene or "", []) if spot.kind in wanted]
    hits = [spot for spot in hits if spot.holds(change)]
    hits.sort(key=lambda spot: wanted.index(spot.kind))
    return hits[0].label(change) if hits else None


@dataclass(frozen=True, slots=True)
class Public:
    """What is publicly known of variants; what is not configured is None or empty."""

    clinvar: AlleleTable | None = None
    hotspots: dict[str, list[Hotspot]] = field(default_factory=dict)


def completed(event: Event, public: Public) -> Event:
    """A small variant that others found, with what is publicly known of it.

    What the row says itself stands. ClinVar is asked by the allele on the configured genome, the
    hotspots by the protein change.
    """
    if event.assessed != "PRESENT" or event.kind not in {"SNV", "MNV", "INDEL"}:
        return event
    said = event.hotspot or hotspot(public.hotspots, event.gene, parse_protein(event.hgvs_p or ""))
    event = replace(event, hotspot=said)
    if event.clinvar or not ALLELE.fullmatch(event.genomic or ""):
        return event
    significance, stars = clinvar(public.clinvar, parse_allele(event.genomic or ""))
    return replace(event, clinvar=significance, clinvar_stars=stars)
