"""Protein changes in HGVS, and when two spellings mean the same change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu",
    "G": "Gly", "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe",
    "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "U": "Sec",
    "*": "Ter",
}  # fmt: skip
ONE = {three: one for one, three in THREE.items()} | {one: one for one in THREE} | {"X": "*"}
AA = "(?:" + "|".join(ONE).replace("*", r"\*") + ")"
PATTERNS = {
    "substitution": rf"(?P<first>{AA})(?P<start>\d+)(?P<alt>{AA}|=|\?)",
    "frameshift": (
        rf"(?P<first>{AA})(?P<start>\d+)(?P<alt>{AA})?fs(?:(?:Ter|\*|X)(?P<stop>\d+)?\??)?"
    ),
    "deletion": rf"(?P<first>{AA})(?P<start>\d+)(?:_(?P<last>{AA})(?P<end>\d+))?del(?:{AA}|\d)*",
    "duplication": rf"(?P<first>{AA})(?P<start>\d+)(?:_(?P<last>{AA})(?P<end>\d+))?dup(?:{AA}|\d)*",
    "delins": (
        rf"(?P<first>{AA})(?P<start>\d+)(?:_(?P<last>{AA})(?P<end>\d+))?"
        rf"(?:delins|>)(?P<alt>(?:{AA})+|\d+|\(\d+\))"
    ),
    "insertion": (
        rf"(?P<first>{AA})(?P<start>\d+)_(?P<last>{AA})(?P<end>\d+)ins(?P<alt>(?:{AA})+|\d+|\(\d+\))"
    ),
    "extension": rf"(?P<first>{AA})(?P<start>\d+)(?P<alt>{AA})?ext.*",
}
UNKNOWN_RESIDUE = "?"
ADDING = frozenset({"insertion", "duplication"})  # kinds that add residues and take none


@dataclass(frozen=True, slots=True)
class ProteinChange:
    """A change of the protein, residues in one letter; `?` is a residue that is not named."""

    kind: str  # missense | nonsense | synonymous | start_loss | frameshift | deletion | ...
    start: int
    end: int
    first: str
    last: str
    inserted: str = ""
    stop: int | None = None  # frameshift: codons to the new stop

    @property
    def span(self) -> int:
        """How many residues are named by the range."""
        return self.end - self.start + 1

    @property
    def codons(self) -> range:
        """The codons that the change touches; an insertion touches both neighbours."""
        return range(self.start, self.end + 1)

    @property
    def gained(self) -> int:
        """Residues gained (negative: lost) by an in-frame change."""
        size = len(self.inserted)
        sizes = {"deletion": -self.span, "duplication": self.span, "insertion": size}
        return size - self.span if self.kind == "delins" else sizes.get(self.kind, 0)

    @property
    def substitutions(self) -> tuple["ProteinChange", ...]:
        """The single substitutions that a change of equal length is made of."""
        if self.kind != "delins" or self.gained or "*" in self.inserted:
            return (self,) if self.kind in {"missense", "nonsense"} else ()
        refs = self.first + UNKNOWN_RESIDUE * (self.span - 2) + self.last
        return tuple(
            substitution(codon, ref, alt)
            for codon, ref, alt in zip(self.codons, refs, self.inserted, strict=True)
            if ref != alt
        )

    def __str__(self) -> str:
        """One-letter HGVS."""
        return spell(self, {letter: letter for letter in (*THREE, UNKNOWN_RESIDUE)})

    @property
    def long(self) -> str:
        """Three-letter HGVS."""
        return spell(self, THREE)


def substitution(codon: int, ref: str, alt: str) -> ProteinChange:
    """The change of one residue into another, or into a stop."""
    kind = "nonsense" if alt == "*" else "synonymous" if alt == ref else "missense"
    if codon == 1 and ref == "M" and kind != "synonymous":
        kind = "start_loss"
    return ProteinChange(kind, codon, codon, ref, ref, alt)


@cache
def parse_protein(text: str) -> ProteinChange | None:
    """A change from its HGVS name in one or three letters; None where it is none.

    Accepts a reference before `:`, parentheses, `Ter`, `*` and `X` for a stop, and the
    older `>` for `delins`.
    """
    bare = text.split(":")[-1].strip().removeprefix("p.").replace("(", "").replace(")", "")
    for kind, pattern in PATTERNS.items():
        if found := re.fullmatch(pattern, bare):
            return _change(kind, found.groupdict())
    return None


def _change(kind: str, parts: dict[str, str | None]) -> ProteinChange | None:
    start = int(parts["start"] or 0)
    first = ONE[parts["first"] or ""]
    end = int(parts.get("end") or start)
    last = ONE[parts.get("last") or first]
    inserted = _letters(parts.get("alt") or "")
    if end < start or (kind == "insertion" and end != start + 1):
        return None
    if kind == "substitution":
        if inserted == "?" and (start, first) != (1, "M"):
            return None
        return substitution(start, first, first if inserted == "=" else inserted)
    stop = int(parts.get("stop") or 0) or None
    change = ProteinChange(kind, start, end, first, last, inserted, stop)
    return _plainest(change) if kind == "delins" else change


def _letters(text: str) -> str:
    if text.isdigit():
        return UNKNOWN_RESIDUE * int(text)
    return "".join(ONE.get(aa, aa) for aa in re.findall(rf"{AA}|[=?]", text))


def _plainest(change: ProteinChange) -> ProteinChange:
    """A delins as what it really is, as far as its own residues tell."""
    if change.start != change.end:
        return change
    if len(change.inserted) == 1:
        return substitution(change.start, change.first, change.inserted)
    ref, kept = change.first, change.inserted
    if kept[0] == ref:
        return ProteinChange(
            "insertion", change.start, change.start + 1, ref, UNKNOWN_RESIDUE, kept[1:]
        )
    if kept[-1] == ref:
        return ProteinChange(
            "insertion", change.start - 1, change.start, UNKNOWN_RESIDUE, ref, kept[:-1]
        )
    return change


def spell(change: ProteinChange, letters: Mapping[str, str]) -> str:
    """HGVS with residues spelled by `letters`."""
    first, last = letters.get(change.first, "Xaa"), letters.get(change.last, "Xaa")
    inserted = "".join(letters.get(residue, "Xaa") for residue in change.inserted)
    place = f"{first}{change.start}"
    if change.end != change.start:
        place += f"_{last}{change.end}"
    if change.kind == "synonymous":
        return f"p.{place}="
    if change.kind == "frameshift":
        stop = f"{letters['*']}{change.stop}" if change.stop else ""
        return f"p.{place}{inserted}fs{stop}"
    if change.kind == "extension":
        return f"p.{place}{inserted}ext"
    words = {"deletion": "del", "duplication": "dup", "insertion": "ins"}
    word = words.get(change.kind, "delins" if change.kind == "delins" else "")
    return f"p.{place}{word}{inserted}"


def same_change(one: ProteinChange, other: ProteinChange, known: Mapping[int, str]) -> bool:
    """Whether two names mean the same protein change.

    Args:
        one: a change.
        other: another change of the same protein.
        known: residues of the protein that are known, by codon. Without the inner
            residues a duplication of three and more is not taken for an insertion.
    """
    if one.kind in ADDING and other.kind in ADDING:
        if _bare(one) == _bare(other):
            return UNKNOWN_RESIDUE not in one.inserted
        known = _named(one, other, known)
        added = _added(one, known)
        return added == _added(other, known) and UNKNOWN_RESIDUE not in added[1]
    if one.kind == other.kind == "frameshift":
        stops = {one.stop, other.stop} - {None}
        alts = {one.inserted, other.inserted} - {""}
        return one.start == other.start and len(stops) < 2 and len(alts) < 2
    return _bare(one) == _bare(other)


def may_be_same(one: ProteinChange, other: ProteinChange, known: Mapping[int, str]) -> bool:
    """Whether a duplication may be what another row calls an insertion, for all that is known.

    The residues between the first and the last of a duplication are not in its name.
    """
    if one.kind not in ADDING or other.kind not in ADDING:
        return False
    known = _named(one, other, known)
    (after, added), (place, other_added) = _added(one, known), _added(other, known)
    unknown = UNKNOWN_RESIDUE in added + other_added
    near = abs(after - place) <= len(added)
    return unknown and near and len(added) == len(other_added)


def _named(one: ProteinChange, other: ProteinChange, known: Mapping[int, str]) -> Mapping[int, str]:
    """Residues that are known, and those that the two names tell."""
    return {**_told(one), **_told(other), **known}


def _told(change: ProteinChange) -> dict[int, str]:
    ends = ((change.start, change.first), (change.end, change.last))
    return {place: residue for place, residue in ends if residue != UNKNOWN_RESIDUE}


def _bare(change: ProteinChange) -> ProteinChange:
    return replace(change, first="", last="") if change.kind != "synonymous" else change


def _added(change: ProteinChange, known: Mapping[int, str]) -> tuple[int, str]:
    """Codon after which residues are added, and which, shifted to the end of the protein."""
    residues = {**known, **_told(change)}
    after, added = change.end, change.inserted
    if change.kind == "insertion":
        after = change.start
    else:
        added = "".join(residues.get(codon, "?") for codon in change.codons)
    while added and added[0] != "?" and residues.get(after + 1) == added[0]:
        added, after = added[1:] + added[0], after + 1
    return after, added
