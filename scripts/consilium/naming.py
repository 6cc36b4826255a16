"""Names of changes in HGVS, where the annotator's spelling falls short of the nomenclature.

SnpEff names c. and p. by the 3' rule; here its spelling is tidied (no deleted bases, `=` for a
silent change, `Ter` for a stop), and a frameshift gets its new stop, which SnpEff leaves out.
"""

import re

import pysam

from consilium.enumeration import CODONS, reverse_complement
from consilium.genes import Transcript
from consilium.knowledge.protein import ProteinChange, parse_protein
from consilium.vcf import Allele

REPEAT = 1000  # bases looked at when an indel is moved to the right


def tidy_coding(name: str) -> str:
    """A c. name without the bases that `del` and `dup` need not repeat."""
    return re.sub(r"(del|dup)[ACGTN]+", r"\1", name)


def tidy_protein(name: str) -> tuple[str, ProteinChange | None]:
    """A p. name in three-letter HGVS, and the change as read; None where it is not understood."""
    change = parse_protein(name)
    return (change.long if change else name), change


def frameshift(
    transcript: Transcript, allele: Allele, genome: pysam.FastaFile
) -> ProteinChange | None:
    """The protein change of a frameshift, from the changed transcript's own codons.

    None where the allele does not lie in the coding part of one exon or no new stop is read.
    """
    bases, positions = transcript.from_start(genome)
    start, end = allele.pos - 1, allele.end
    inside = [i for i, position in enumerate(positions) if start <= position < end]
    if not inside or inside[-1] - inside[0] + 1 != len(allele.ref):
        return None
    alt = allele.alt if transcript.strand == 1 else reverse_complement(allele.alt)
    changed = bases[: inside[0]] + alt + bases[inside[-1] + 1 :]
    old, new = _protein(bases), _protein(changed)
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
    if first is None or not new.endswith("*"):
        return None
    residue, codon = old[first], first + 1
    if new[first] == "*":
        return ProteinChange("nonsense", codon, codon, residue, residue, "*")
    return ProteinChange(
        "frameshift", codon, codon, residue, residue, new[first], stop=len(new) - first
    )


def duplication(
    change: ProteinChange, transcript: Transcript, genome: pysam.FastaFile
) -> ProteinChange:
    """An insertion that repeats the residues before it as the duplication that it is (HGVS)."""
    if change.kind != "insertion" or "?" in change.inserted:
        return change
    bases, _ = transcript.from_start(genome)
    residues, size = _protein(bases), len(change.inserted)
    first = change.start - size
    if first < 0 or residues[first : change.start] != change.inserted:
        return change
    start, end = residues[first], residues[change.start - 1]
    return ProteinChange("duplication", first + 1, change.start, start, end)


def _protein(bases: str) -> str:
    """Residues up to and with the first stop."""
    residues = []
    for i in range(0, len(bases) - 2, 3):
        residues.append(CODONS.get(bases[i : i + 3], "X"))
        if residues[-1] == "*":
            break
    return "".join(residues)


def genomic(allele: Allele, genome: pysam.FastaFile) -> str:
    """HGVS g. on the contig's name, by the 3' rule."""
    chrom, start, ref, alt = allele.chrom, allele.pos, allele.ref, allele.alt
    if allele.kind == "SNV":
        return f"{chrom}:g.{start}{ref}>{alt}"
    if not allele.plain_indel:
        return f"{chrom}:g.{_range(start, allele.end)}delins{alt}"
    moved = ref[1:] or alt[1:]
    after = genome.fetch(chrom, allele.end, allele.end + REPEAT).upper()
    text = moved + after
    steps = 0
    while steps + len(moved) < len(text) and text[steps] == text[steps + len(moved)]:
        steps += 1
    if len(ref) > 1:
        return f"{chrom}:g.{_range(start + 1 + steps, allele.end + steps)}del"
    shifted = text[steps : steps + len(moved)]
    at = start + steps
    before = genome.fetch(chrom, max(0, at - len(moved)), at).upper()
    if before == shifted:
        return f"{chrom}:g.{_range(at - len(moved) + 1, at)}dup"
    return f"{chrom}:g.{at}_{at + 1}ins{shifted}"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}_{last}"
