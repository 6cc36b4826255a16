"""Changes of one codon: joined where reads tell that they are in cis, else INDETERMINATE.

Two substitutions of one codon on one allele make one residue (V600E + V600M = V600K). The
bases of the codon that no event names are found by arithmetic: they must turn into the
residues that each change alone is said to make.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from Bio.Data.CodonTable import unambiguous_dna_by_id

from consilium.knowledge.base import Knowledge
from consilium.knowledge.protein import ProteinChange, substitution
from consilium.matching.findings import TRUNCATING, Finding, read_finding

Bases = dict[int, tuple[str, str]]  # place in the codon -> reference and altered base
CODONS = tuple("".join(bases) for bases in product("ACGT", repeat=3))
NEAR = 100  # coding bases between frameshifts that may be one event
CODE: dict[str, str] = unambiguous_dna_by_id[1].forward_table
COMPLEMENT = str.maketrans("ACGT", "TGCA")


def join_phased(findings: Iterable[Finding], base: Knowledge) -> list[Finding]:
    """Findings with substitutions of one codon joined, or marked as unsure.

    Other changes of one codon whose phase is not known are marked as well.
    """
    findings = list(findings)
    by_codon: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.small and finding.change and len(finding.codons) == 1:
            by_codon[finding.gene, min(finding.codons)].append(finding)
    instead: dict[int, list[Finding]] = {}
    for group in by_codon.values():
        resolved = _resolve(group, base) if len(group) > 1 else group
        instead.update({id(finding): [] for finding in group})
        instead[id(group[0])] = resolved
    kept = [new for finding in findings for new in instead.get(id(finding), [finding])]
    return list(_frames(kept))


def phase(finding: Finding) -> str | None:
    """The phase set of a finding, from its own column or from value and unit."""
    if finding.event.phase_set:
        return finding.event.phase_set
    return finding.event.value if finding.event.unit == "PHASE" else None


def _resolve(group: list[Finding], base: Knowledge) -> list[Finding]:
    if len({finding.event.sample for finding in group}) > 1:
        return group
    if len({str(finding.change) for finding in group}) == 1:
        return group
    phases = {phase(finding) for finding in group}
    if len(phases) > 1 and None not in phases:
        return group
    joined = _joined(group, base) if None not in phases else None
    if joined:
        return [joined]
    names = " and ".join(finding.label for finding in group)
    why = "it is not known whether they are on the same allele"
    if None not in phases:
        why = "they are on the same allele, but the reference codon is not known"
    return [replace(finding, unsure=f"{names} change one codon; {why}") for finding in group]


def _joined(group: list[Finding], base: Knowledge) -> Finding | None:
    """The one finding that phased substitutions of a codon make together."""
    gene = base.genes.get(group[0].gene)
    strand = gene.strand if gene else None
    residues = {result for placed in _placements(group, strand) for result in _joint(group, placed)}
    if len(residues) != 1:
        return None
    first = group[0].change
    assert first is not None
    change = substitution(first.start, first.first, residues.pop())
    names = " + ".join(finding.label for finding in group)
    event = replace(
        group[0].event,
        kind="MNV",
        hgvs_p=change.long,
        hgvs_c=None,
        consequence=None,
        genomic="|".join(filter(None, (finding.event.genomic for finding in group))),
        detail=f"joined from {names}, phase set {phase(group[0])}",
    )
    return replace(read_finding(event, base), parts=(change,))


def _placements(group: list[Finding], strand: str | None) -> Iterator[list[Bases]]:
    """Ways in which the changed bases can lie in the codon, one dict for each finding."""
    coded = [finding.coding for finding in group]
    if all(coding and coding.kind == ">" and coding.start for coding in coded):
        yield [{((c.start or 1) - 1) % 3: (c.ref, c.alt)} for c in coded if c]
        return
    alleles = [_allele(finding.event.genomic) for finding in group]
    if strand is None or None in alleles:
        return
    step = 1 if strand == "+" else -1
    known = [allele for allele in alleles if allele]
    start = min(position * step for position, _, _ in known)
    for offset in range(3):
        placed = [
            {position * step - start + offset: (_on(ref, step), _on(alt, step))}
            for position, ref, alt in known
        ]
        if all(place < 3 for bases in placed for place in bases):
            yield placed


def _allele(genomic: str | None) -> tuple[int, str, str] | None:
    parts = (genomic or "").split(":")
    if len(parts) != 4 or not parts[1].isdigit() or len(parts[2]) != 1 or len(parts[3]) != 1:
        return None
    return int(parts[1]), parts[2], parts[3]


def _on(base: str, step: int) -> str:
    return base if step == 1 else base.translate(COMPLEMENT)


def _joint(group: list[Finding], placed: list[Bases]) -> set[str]:
    """Residues that all changes make together, over all codons that fit each alone."""
    found = set()
    for codon in CODONS:
        fits = all(
            _fits(codon, bases, finding.change)
            for finding, bases in zip(group, placed, strict=True)
        )
        if fits:
            together = {place: pair for bases in placed for place, pair in bases.items()}
            found.add(_residue(_altered(codon, together)))
    return found


def _fits(codon: str, bases: Bases, change: ProteinChange | None) -> bool:
    if change is None or _residue(codon) != change.first:
        return False
    if any(codon[place] != ref for place, (ref, _) in bases.items()):
        return False
    made = _residue(_altered(codon, bases))
    return made == (change.first if change.kind == "synonymous" else change.inserted)


def _residue(codon: str) -> str:
    return str(CODE.get(codon, "*"))


def _altered(codon: str, bases: Bases) -> str:
    return "".join(bases[place][1] if place in bases else codon[place] for place in range(3))


def _frames(findings: list[Finding]) -> Iterator[Finding]:
    """Mark truncations that another change may undo: a reversion, or one indel in two rows.

    Two frameshifts keep the frame together, or a change in frame takes the place of the other.
    They are in one phase set, or so near each other that one event is likely.
    """
    by_gene: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.small and finding.coding:
            by_gene[finding.gene].append(finding)
    for finding in findings:
        others = by_gene[finding.gene] if finding.small and finding.coding else []
        restored = [other for other in others if _restores(finding, other)]
        if restored:
            why = f"{finding.label} and {restored[0].label} together may restore the reading frame"
            finding = replace(finding, unsure=why)
        yield finding


def _gained(finding: Finding) -> int:
    return (finding.coding.gained or 0) if finding.coding else 0


def _restores(one: Finding, other: Finding) -> bool:
    if one is other or not (_replaces(other, one) or _keeps_frame(one, other)):
        return False
    phases = (phase(one), phase(other))
    return phases[0] == phases[1] if all(phases) else True


def _keeps_frame(one: Finding, other: Finding) -> bool:
    if not one.coding or not other.coding or not _gained(one) % 3:
        return False
    near = abs((one.coding.start or 0) - (other.coding.start or 0)) <= NEAR
    both_phased = phase(one) and phase(other)
    return not (_gained(one) + _gained(other)) % 3 and bool(near or both_phased)


def _replaces(other: Finding, one: Finding) -> bool:
    """Whether a deletion in frame takes away the place of a truncation."""
    if not one.coding or not other.coding or not one.classes & TRUNCATING:
        return False
    span, place = other.coding, one.coding.start
    if place is None or span.start is None or span.end is None or one.coding.start_offset:
        return False
    in_frame = _gained(other) < 0 and not _gained(other) % 3
    return in_frame and span.start <= place <= span.end
