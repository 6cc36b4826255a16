"""What one read shows at one allele."""

from collections.abc import Sequence

import pysam

from consilium.vcf import Allele

REACH = 400  # reference bases looked at beyond an indel: longer than a short read
MATCH, INSERTION, DELETION, SKIP, SOFT_CLIP = 0, 1, 2, 3, 4
ALIGNED = (MATCH, 7, 8)
CLIP_MISMATCHES = 0.05  # of the bases compared, in a clipped read that shows the allele
CLIP_ADVANTAGE = 4  # mismatches to the reference beyond those to the allele


class Read:
    """An aligned read, its bases addressable by reference position."""

    __slots__ = ("blocks", "clips", "end", "indels", "quality", "sequence", "start")

    def __init__(self, read: pysam.AlignedSegment) -> None:
        """Take an alignment apart; it has a sequence and base qualities."""
        self.sequence = read.query_sequence or ""
        self.quality: Sequence[int] = read.query_qualities or ()
        self.start = read.reference_start
        self.end = read.reference_end or read.reference_start
        self.blocks: list[tuple[int, int, int]] = []  # reference start, end, query start
        self.indels: list[tuple[int, int, str]] = []  # anchor position, deleted, inserted
        self.clips = (0, 0)
        self._walk(read.cigartuples or [])

    def _walk(self, cigar: list[tuple[int, int]]) -> None:
        if len(cigar) == 1 and cigar[0][0] == MATCH:
            self.blocks.append((self.start, self.end, 0))
            return
        at, query, left, right = self.start, 0, 0, 0
        for operation, length in cigar:
            if operation in ALIGNED:
                self.blocks.append((at, at + length, query))
                at, query = at + length, query + length
            elif operation == DELETION:
                self.indels.append((at - 1, length, ""))
                at += length
            elif operation == INSERTION:
                self.indels.append((at - 1, 0, self.sequence[query : query + length]))
                query += length
            elif operation == SKIP:
                at += length
            elif operation == SOFT_CLIP:
                left, right = (length, 0) if query == 0 else (left, length)
                query += length
        self.clips = (left, right)

    def index(self, position: int) -> int | None:
        """Query index of the base aligned to a reference position."""
        for start, end, query in self.blocks:
            if start <= position < end:
                return query + position - start
        return None


class Site:
    """One thing to look for in every read: a position, or an allele of more than one base."""

    def __init__(self, allele: Allele, genome: pysam.FastaFile, min_base_quality: int) -> None:
        """Prepare to look for an allele of a genome."""
        self.allele = allele
        self.minimum = min_base_quality
        self.start = allele.pos - 1
        self.end = allele.end
        if allele.kind == "INDEL":
            after = min(allele.end + REACH, genome.get_reference_length(allele.chrom))
            before = max(0, self.start - REACH)
            self.before = genome.fetch(allele.chrom, before, self.start).upper()
            self.after = genome.fetch(allele.chrom, self.end, after).upper()
            self.shift = _shift(allele, self.after) if allele.plain_indel else 0

    def look(self, read: Read) -> tuple[str, int] | None:
        """What a read shows and its base quality; None where it does not reach."""
        if self.allele.kind == "SNV":
            return self._base(read)
        if self.allele.kind == "MNV":
            return self._bases(read)
        return self._indel(read) if self.allele.plain_indel else self._replacement(read)

    def _base(self, read: Read) -> tuple[str, int] | None:
        index = read.index(self.start)
        if index is None or read.quality[index] < self.minimum:
            return None
        return read.sequence[index], read.quality[index]

    def _bases(self, read: Read) -> tuple[str, int] | None:
        found = (read.index(position) for position in range(self.start, self.end))
        indices = [index for index in found if index is not None]
        if len(indices) < self.end - self.start:
            return None
        quality = min(read.quality[i] for i in indices)
        shown = "".join(read.sequence[i] for i in indices)
        if quality < self.minimum:
            return None
        return "ALT" if shown == self.allele.alt else "REF", quality

    def _indel(self, read: Read) -> tuple[str, int] | None:
        clipped = any(read.clips) and self._continues(read)
        index = read.index(self.start)
        if index is None:
            return ("ALT", self.minimum) if clipped else None
        if read.quality[index] < self.minimum:
            return None
        found = clipped or any(self._same(*indel) for indel in read.indels)
        return "ALT" if found else "REF", read.quality[index]

    def _same(self, anchor: int, deleted: int, inserted: str) -> bool:
        """Whether an indel of a read's alignment is this allele, wherever in the repeat it lies."""
        offset = anchor - self.start
        if not 0 <= offset <= self.shift:
            return False
        new = self.allele.alt[1:]
        if not new:
            return deleted == len(self.allele.ref) - 1 and not inserted
        turn = offset % len(new)
        return inserted == new[turn:] + new[:turn]

    def _replacement(self, read: Read) -> tuple[str, int] | None:
        left, right = self.start - 1, self.end
        while left >= read.start and read.index(left) is None:
            left -= 1
        while right < read.end and read.index(right) is None:
            right += 1
        first, last = read.index(left), read.index(right)
        if first is None or last is None:
            reaches = any(read.clips) and self._continues(read)
            return ("ALT", self.minimum) if reaches else None
        if min(read.quality[first : last + 1]) < self.minimum:
            return None
        gap = self.start - left - 1
        wanted = (
            (self.before[-gap:] if gap else "") + self.allele.alt + self.after[: right - self.end]
        )
        shown = read.sequence[first + 1 : last]
        return "ALT" if shown == wanted else "REF", int(read.quality[first])

    def _continues(self, read: Read) -> bool:
        """Whether a clipped read goes on, beyond its clip, as the allele predicts."""
        left, right = read.clips
        ref, alt = self.allele.ref, self.allele.alt
        span = self.end - self.start + self.shift
        if right and self.start <= read.end <= self.end + self.shift + span:
            index = read.index(self.start - 1)
            if index is not None:
                text = read.sequence[index + 1 :]
                return _fits(text, alt + self.after, ref + self.after)
        if left and self.start - span <= read.start <= self.end + self.shift + span:
            edge = max(self.end + self.shift, read.start)
            index = read.index(edge)
            if index is not None:
                text = read.sequence[:index][::-1]
                tail = self.after[: edge - self.end]
                made, old = self.before + alt + tail, self.before + ref + tail
                return _fits(text, made[::-1], old[::-1])
        return False


def _fits(text: str, allele: str, reference: str) -> bool:
    """Whether bases read like the allele, and clearly not like the reference."""
    size = min(len(text), len(allele), len(reference))
    pairs = zip(text[:size], allele, reference, strict=False)
    wrong, other = 0, 0
    for shown, new, old in pairs:
        wrong += shown != new
        other += shown != old
    return wrong <= CLIP_MISMATCHES * size and other - wrong >= CLIP_ADVANTAGE


def _shift(allele: Allele, after: str) -> int:
    """How far an indel can move to the right and stay the same change."""
    moved = allele.ref[1:] or allele.alt[1:]
    follows = moved + after if len(allele.ref) > 1 else after
    text = follows if len(allele.ref) > 1 else moved + after
    size, steps = len(moved), 0
    while steps + size < len(text) and text[steps] == text[steps + size]:
        steps += 1
    return steps
