"""Coding changes in HGVS (`c.`), as far as interpretation needs them."""

import re
from dataclasses import dataclass
from functools import cache

PLACE = r"(?P<{0}>[-*]?\d+)(?P<{0}_offset>[+-]\d+)?"
PATTERN = re.compile(
    PLACE.format("start")
    + "(?:_"
    + PLACE.format("end")
    + r")?(?P<ref>[ACGTN]*)(?P<kind>>|delins|del|dup|ins|inv|=)(?P<alt>[ACGTN]*|\d+)"
)


@dataclass(frozen=True, slots=True)
class CodingChange:
    """A change of the transcript; `start` and `end` count coding bases, 1-based.

    Bases before the start codon are negative; bases behind the stop codon are None.
    Offsets count into the intron, 0 in the exon.
    """

    kind: str  # > | del | dup | ins | delins | inv | =
    start: int | None
    start_offset: int
    end: int | None
    end_offset: int
    ref: str
    alt: str

    @property
    def coding(self) -> bool:
        """Whether it lies in the coding bases alone."""
        inside = self.start is not None and self.end is not None and self.start > 0
        return inside and not self.start_offset and not self.end_offset

    @property
    def gained(self) -> int | None:
        """Bases gained (negative: lost), None where the name does not say."""
        if self.start is None or self.end is None or self.start_offset or self.end_offset:
            return None
        span = self.end - self.start + 1
        alt = int(self.alt) if self.alt.isdigit() else len(self.alt)
        sizes = {">": 0, "=": 0, "inv": 0, "del": -span, "dup": span, "ins": alt}
        return alt - span if self.kind == "delins" else sizes[self.kind]


@cache
def parse_coding(text: str) -> CodingChange | None:
    """A change from its HGVS name; None where it is none."""
    bare = text.split(":")[-1].strip().removeprefix("c.").replace("(", "").replace(")", "")
    found = PATTERN.fullmatch(bare)
    if not found:
        return None
    part = found.groupdict()
    has_end = part["end"] is not None
    start, offset = _base(part["start"]), int(part["start_offset"] or 0)
    end = _base(part["end"]) if has_end else start
    end_offset = int(part["end_offset"] or 0) if has_end else offset
    kind = part["kind"]
    ref = part["ref"] if kind == ">" else ""
    alt = part["alt"] if kind in {">", "ins", "delins"} else ""
    return CodingChange(kind, start, offset, end, end_offset, ref, alt)


def _base(text: str) -> int | None:
    return None if text.startswith("*") else int(text)
