"""Draw sequencing reads of a mixture of two haplotypes that carry planted alleles.

A library is a set of molecules (fragments of the genome), some of them read more than once. Each
molecule comes from haplotype A or B and carries an allele of its haplotype when its one random
number lies below the allele's share there: alleles of one molecule are thus nested, as clones are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consilium.demo.genome import Genome
from consilium.demo.models import Allele

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
CHUNK = 40_000  # pairs in memory at a time
BASES = np.frombuffer(b"ACGTN", dtype=np.uint8)
COMPLEMENT_OF = np.array([3, 2, 1, 0, 4], dtype=np.uint8)
UNKNOWN = 4


@dataclass(frozen=True, slots=True)
class Carried:
    """An allele and the share of molecules of each haplotype that carry it."""

    allele: Allele
    on_a: float
    on_b: float


@dataclass(frozen=True, slots=True)
class Library:
    """What one sample's reads are drawn from. Regions are (contig, start, end, number)."""

    name: str
    seed: int
    carried: tuple[Carried, ...]
    targets: tuple[tuple[str, int, int], ...]
    kept: tuple[tuple[str, int, int, float], ...] = ()  # share of haplotype A, elsewhere 0.5
    dropout: float = 0.0
    duplicates: float = 0.0  # share of the pairs
    depth: float | None = None  # unique fragments over the targets; else `pairs`
    pairs: int | None = None


@dataclass(frozen=True, slots=True)
class Molecules:
    """Fragments on the concatenated contigs; all arrays are of one length."""

    start: Numbers
    length: Numbers
    on_a: NDArray[np.bool_]
    level: NDArray[np.float64]
    left_first: NDArray[np.bool_]  # read 1 is the left end

    def take(self, which: Numbers) -> "Molecules":
        """Some of the molecules."""
        return Molecules(
            self.start[which],
            self.length[which],
            self.on_a[which],
            self.level[which],
            self.left_first[which],
        )


class Simulator:
    """Draws pairs of reads from libraries over one genome."""

    def __init__(self, genome: Genome, settings: dict[str, Any]) -> None:
        """Take a genome and the `reads` block of the simulation's settings."""
        self.settings = settings
        text = "".join(genome.contigs.values())
        self.codes = _codes(text)
        ends = np.cumsum([len(bases) for bases in genome.contigs.values()])
        self.offsets = dict(zip(genome.contigs, [0, *ends[:-1].tolist()], strict=True))
        self.ends = ends
        self.longest = int(settings["fragment"]["max"])

    def pairs(self, library: Library) -> Iterator[tuple[Numbers, Molecules, np.random.Generator]]:
        """Chunks of a library: the pairs' numbers, their molecules, and a source of chance."""
        rng = np.random.default_rng([self.settings["seed"], library.seed])
        molecules = self._molecules(library, rng)
        unique = len(molecules.start)
        share = library.duplicates
        copies = rng.integers(0, unique, size=round(unique * share / (1 - share)))
        order = rng.permutation(np.concatenate([np.arange(unique), copies]))
        for first in range(0, len(order), CHUNK):
            which = order[first : first + CHUNK]
            yield np.arange(first, first + len(which)), molecules.take(which), rng

    def _molecules(self, library: Library, rng: np.random.Generator) -> Molecules:
        spans = self._spans(library, rng)
        count = library.pairs
        if count is not None:
            count = round(count * (1 - library.duplicates))
        else:
            trial, length = self._place(20_000, spans, rng)
            count = self._count_for_depth(library, trial, length)
        start, length = self._place(count, spans, rng)
        share_of_a = np.full(count, 0.5)
        for chrom, left, right, share in library.kept:
            at = self.offsets[chrom]
            share_of_a[(start >= at + left) & (start < at + right)] = share
        on_a = rng.random(count) < share_of_a
        return Molecules(start, length, on_a, rng.random(count), rng.random(count) < 0.5)

    def _spans(self, library: Library, rng: np.random.Generator) -> NDArray[np.float64]:
        """Rows of start, end and yield: where the middles of captured fragments lie."""
        margin, rows = self.settings["capture_margin"], []
        for chrom, start, end in library.targets:
            at = self.offsets[chrom]
            rows.append((at + start - margin, at + end + margin))
        spans = np.array(rows, dtype=np.float64)
        gain = np.exp(rng.normal(0, self.settings["capture_spread"], len(spans)))
        gain[rng.random(len(spans)) < library.dropout] = 0
        weight = (spans[:, 1] - spans[:, 0]) * gain
        return np.column_stack([spans, weight / weight.sum()])

    def _place(
        self, count: int, spans: NDArray[np.float64], rng: np.random.Generator
    ) -> tuple[Numbers, Numbers]:
        shape = self.settings["fragment"]
        length = rng.normal(shape["mean"], shape["sd"], count).round().astype(np.int64)
        length = np.clip(length, shape["min"], shape["max"])
        span = rng.choice(len(spans), size=count, p=spans[:, 2])
        low, high = spans[span, 0], spans[span, 1]
        middle = (low + rng.random(count) * (high - low)).astype(np.int64)
        stray = rng.random(count) < self.settings["off_target"]
        middle[stray] = rng.integers(0, len(self.codes), size=int(stray.sum()))
        contig = np.searchsorted(self.ends, middle, side="right")
        first = np.concatenate([[0], self.ends[:-1]])[contig]
        return np.clip(middle - length // 2, first, self.ends[contig] - length), length

    def _count_for_depth(self, library: Library, start: Numbers, length: Numbers) -> int:
        wanted = np.zeros(len(self.codes) + 1, dtype=np.int64)
        for chrom, left, right in library.targets:
            wanted[self.offsets[chrom] + left + 1 : self.offsets[chrom] + right + 1] = 1
        before = np.cumsum(wanted)
        per_fragment = (before[start + length] - before[start]).mean()
        if library.depth is None:
            raise ValueError(f"{library.name}: neither depth nor pairs are given")
        return round(library.depth * int(before[-1]) / float(per_fragment))

    def bases(self, library: Library, molecules: Molecules) -> tuple[Bytes, Numbers]:
        """The molecules' sequences, a row each, and their lengths after indels."""
        start, length = molecules.start.copy(), molecules.length.copy()
        carriers: dict[int, list[tuple[int, Allele]]] = {}
        snvs: list[tuple[Numbers, int, Bytes]] = []
        for carried in library.carried:
            allele = carried.allele
            at = self.offsets[allele.chrom] + allele.pos - 1
            share = np.where(molecules.on_a, carried.on_a, carried.on_b)
            reach = at + len(allele.ref)
            rows = np.flatnonzero(
                (molecules.level < share) & (start < reach) & (start + length > at)
            )
            if len(allele.ref) == len(allele.alt):
                snvs.append((rows, at, _codes(allele.alt)))
                continue
            inside = rows[start[rows] > at]  # would begin within the change: begin after it
            start[inside] = np.minimum(reach, len(self.codes) - length[inside])
            for row in rows[start[rows] <= at]:
                carriers.setdefault(int(row), []).append((at, allele))
        places = start[:, None] + np.arange(self.longest)
        matrix = self.codes[np.minimum(places, len(self.codes) - 1)]
        for rows, at, alt in snvs:
            for i, base in enumerate(alt):
                column = at + i - start[rows]
                inner = (column >= 0) & (column < length[rows])
                matrix[rows[inner], column[inner]] = base
        for row, changes in carriers.items():
            matrix[row] = self._with_indels(matrix[row], int(start[row]), changes)
        return matrix, length

    def _with_indels(self, row: Bytes, start: int, changes: list[tuple[int, Allele]]) -> Bytes:
        """Rewrite a row from its last indel to its first; the length stays."""
        tail_from = start + self.longest
        longer = np.concatenate([row, self.codes[tail_from : tail_from + 64]])
        for at, allele in sorted(changes, key=lambda change: -change[0]):
            column = at - start
            after = longer[column + len(allele.ref) :]
            longer = np.concatenate([longer[:column], _codes(allele.alt), after])
        missing = self.longest - len(longer)
        if missing > 0:
            longer = np.concatenate([longer, np.full(missing, UNKNOWN, dtype=np.uint8)])
        return longer[: self.longest]

    def ends_of(
        self, matrix: Bytes, length: Numbers, left_first: NDArray[np.bool_]
    ) -> tuple[Bytes, Bytes]:
        """Error-free reads 1 and 2: both ends of each row, adapter where it is shorter."""
        cycles = np.arange(self.settings["length"])
        beyond = cycles >= length[:, None]
        left = matrix[:, : self.settings["length"]].copy()
        column = np.maximum(length[:, None] - 1 - cycles, 0)
        right = COMPLEMENT_OF[np.take_along_axis(matrix, column, axis=1)]
        first = np.where(left_first[:, None], left, right)
        second = np.where(left_first[:, None], right, left)
        for reads, adapter in zip((first, second), self.settings["adapters"], strict=True):
            padded = np.resize(_codes(adapter), self.settings["length"])
            shown = padded[np.maximum(cycles - length[:, None], 0)]
            reads[beyond] = shown[beyond]
        return first, second

    def read_out(self, reads: Bytes, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
        """Give reads qualities, and the errors that the qualities announce."""
        scores = np.array(self.settings["qualities"], dtype=np.uint8)
        profile = np.linspace(
            self.settings["first_cycle"], self.settings["last_cycle"], reads.shape[1]
        )
        limits = (np.cumsum(profile, axis=1) * 65536).astype(np.int64)
        chance = rng.integers(0, 65536, size=reads.shape, dtype=np.uint16)
        levels = np.zeros(reads.shape, dtype=np.uint8)
        for column in range(len(scores) - 1):
            levels += chance >= limits[:, column]
        wrong_below = (10 ** (scores.astype(float) / -10) * 65536).astype(np.uint16)[levels]
        wrong = rng.integers(0, 65536, size=reads.shape, dtype=np.uint16) < wrong_below
        wrong &= reads < UNKNOWN
        shift = rng.integers(1, 4, size=int(wrong.sum()), dtype=np.uint8)
        seen = reads.copy()
        seen[wrong] = (seen[wrong] + shift) % 4
        seen[levels == 0] = UNKNOWN
        return seen, scores[levels]


def _codes(bases: str) -> Bytes:
    return np.searchsorted(BASES[:4], np.frombuffer(bases.encode(), np.uint8)).astype(np.uint8)
