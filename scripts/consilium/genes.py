"""Gene models: where a codon, an exon or a c. position of a transcript lies in the genome.

Positions returned are 0-based; intervals are half-open. Models come from a GFF3 as Ensembl,
NCBI RefSeq and MANE write it (genes, mRNA or transcript, exon, CDS).
"""

import gzip
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from urllib.parse import unquote

import pysam

Interval = tuple[int, int]
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")

TRANSCRIPT_TYPES = {"mRNA", "transcript"}
MANE_TAGS = {"MANE_Select", "MANE Select"}
PRIMARY_TAG = "primary"


@dataclass(frozen=True)
class Transcript:
    """A coding transcript: exons and coding intervals in genome order."""

    gene: str
    accession: str
    chrom: str
    strand: int  # 1 | -1
    exons: tuple[Interval, ...]
    coding: tuple[Interval, ...]
    tags: frozenset[str] = frozenset()

    @cached_property
    def _exons(self) -> "_Ruler":
        return _Ruler(self.exons, self.strand)

    @cached_property
    def _coding(self) -> "_Ruler":
        return _Ruler(self.coding, self.strand)

    @property
    def codons(self) -> int:
        """Number of codons, the stop included."""
        return self._coding.length // 3

    def coding_position(self, base: int) -> int:
        """Genome position of c.`base`: counted from the start codon, c.-1 is the base before it.

        Positions 5' of the transcript go on along the genome, as promoter changes are named.

        Raises:
            ValueError: c.0, or beyond the last coding base.
        """
        if base == 0 or base > self._coding.length:
            raise ValueError(f"{self.accession} has no position c.{base}")
        if base > 0:
            return self._coding.position(base - 1)
        return self._exons.position(self._exon_index(0) + base)

    def utr_position(self, base: int) -> int:
        """Genome position of c.*`base`."""
        return self._exons.position(self._exon_index(self._coding.length - 1) + base)

    def _exon_index(self, coding_index: int) -> int:
        position = self._coding.position(coding_index)
        index = self._exons.find(position)
        if index is None:
            raise ValueError(f"{self.accession} has a coding base outside its exons")
        return index

    def codon_intervals(self, first: int, last: int) -> list[Interval]:
        """Genome intervals of codons `first` to `last`, in genome order.

        Raises:
            ValueError: the transcript has no such codon.
        """
        if not 1 <= first <= last <= self.codons:
            raise ValueError(f"{self.accession} has no codons {first}-{last}")
        return self._coding.intervals(3 * first - 3, 3 * last)

    def from_start(self, genome: pysam.FastaFile) -> tuple[str, list[int]]:
        """Bases from the start codon to the transcript's end, and the genome position of each."""
        left, right = self.exons[0][0], self.exons[-1][1]
        first = self._exon_index(0)
        positions = [self._exons.position(i) for i in range(first, self._exons.length)]
        text = genome.fetch(self.chrom, left, right).upper()
        if self.strand == -1:
            text = text.translate(COMPLEMENT)
        return "".join(text[p - left] for p in positions), positions

    def codon_at(self, position: int) -> int | None:
        """The codon that holds a genome position; None outside the coding bases."""
        index = self._coding.find(position)
        return None if index is None else index // 3 + 1

    def exon_number(self, interval: Interval) -> int | None:
        """Number of the first exon, counted from the 5' end, that an interval overlaps."""
        for number, (start, end) in self.numbered_exons():
            if start < interval[1] and interval[0] < end:
                return number
        return None

    def numbered_exons(self) -> Iterator[tuple[int, Interval]]:
        """Exons from 5' to 3' with their numbers."""
        yield from enumerate(self.exons[:: self.strand], start=1)

    def exon(self, number: int) -> Interval:
        """One exon.

        Raises:
            ValueError: the transcript has no such exon.
        """
        if not 1 <= number <= len(self.exons):
            raise ValueError(f"{self.accession} has no exon {number}")
        return self.exons[:: self.strand][number - 1]

    def coding_of_exon(self, number: int) -> Interval | None:
        """The coding part of an exon; None where it is all UTR."""
        start, end = self.exon(number)
        parts = [(max(a, start), min(b, end)) for a, b in self.coding if a < end and b > start]
        return parts[0] if parts else None


class _Ruler:
    """Counts bases along intervals in the direction of transcription."""

    def __init__(self, intervals: tuple[Interval, ...], strand: int) -> None:
        self.parts = intervals[::strand]
        self.strand = strand
        self.starts = [0, *accumulate(end - start for start, end in self.parts)]

    @property
    def length(self) -> int:
        return self.starts[-1]

    def position(self, index: int) -> int:
        """Genome position of the base at `index`; outside, the first or last part goes on."""
        part = min(max(bisect_right(self.starts, index) - 1, 0), len(self.parts) - 1)
        start, end = self.parts[part]
        offset = index - self.starts[part]
        return start + offset if self.strand == 1 else end - 1 - offset

    def find(self, position: int) -> int | None:
        """Inverse of `position` for a base inside; None outside."""
        for first, (start, end) in zip(self.starts, self.parts, strict=False):
            if start <= position < end:
                return first + (position - start if self.strand == 1 else end - 1 - position)
        return None

    def intervals(self, first: int, last: int) -> list[Interval]:
        """Genome intervals of the bases `first` to `last`, half-open."""
        found = []
        for begin, (start, end) in zip(self.starts, self.parts, strict=False):
            a, b = max(first, begin) - begin, min(last, begin + end - start) - begin
            if a < b:
                found.append((start + a, start + b) if self.strand == 1 else (end - b, end - a))
        return sorted(found)


def read_transcripts(path: str | Path) -> dict[str, list[Transcript]]:
    """Every coding transcript of a GFF3, by gene symbol, in file order.

    Raises:
        ValueError: the file holds no coding transcript.
    """
    genes: dict[str, str] = {}
    heads: dict[str, tuple[str, str, str, int, frozenset[str]]] = {}
    parts: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    for chrom, kind, start, end, strand, text in _gff_lines(path):
        if kind in {"exon", "CDS"}:
            interval = (start, end)
            for parent in _attributes(text)["Parent"].split(","):
                parts[parent, kind].append(interval)
        elif kind in TRANSCRIPT_TYPES:
            attributes = _attributes(text)
            accession = attributes.get("transcript_id") or _bare(attributes["ID"])
            tags = frozenset(attributes.get("tag", "").split(","))
            heads[attributes["ID"]] = (attributes.get("Parent", ""), accession, chrom, strand, tags)
        elif "gene" in kind:
            attributes = _attributes(text)
            genes[attributes["ID"]] = _symbol(attributes)
    found: dict[str, list[Transcript]] = defaultdict(list)
    for name, (parent, accession, chrom, strand, tags) in heads.items():
        coding = tuple(sorted(parts[name, "CDS"]))
        if coding and parent in genes:
            exons = tuple(sorted(parts[name, "exon"])) or coding
            gene = genes[parent]
            found[gene].append(Transcript(gene, accession, chrom, strand, exons, coding, tags))
    if not found:
        raise ValueError(f"{path}: no coding transcript found; GFF3 with mRNA and CDS is needed")
    return dict(found)


def _gff_lines(path: str | Path) -> Iterator[tuple[str, str, int, int, int, str]]:
    opener = gzip.open if Path(path).suffix in {".gz", ".bgz"} else open
    with opener(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 9:
                strand = -1 if cells[6] == "-" else 1
                yield cells[0], cells[2], int(cells[3]) - 1, int(cells[4]), strand, cells[8]


def _attributes(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.strip().split(";") if "=" in part)
    return {key.strip(): unquote(value.strip()) for key, value in pairs}


def _bare(name: str) -> str:
    """ID without its type prefix: transcript:NM_1.2 and rna-NM_1.2 are NM_1.2."""
    return name.removeprefix("transcript:").removeprefix("rna-")


def _symbol(attributes: dict[str, str]) -> str:
    keys = ("gene_name", "gene", "Name")
    return next((attributes[key] for key in keys if key in attributes), _bare(attributes["ID"]))


def same_accession(one: str, other: str) -> bool:
    """Whether two accessions name the same transcript, versions aside."""
    return one.split(".")[0] == other.split(".")[0]


def choose_transcript(
    transcripts: list[Transcript], preferred: Iterable[str], expected: str | None
) -> Transcript:
    """The transcript that a gene is reported on.

    In this order: the configured list, the knowledge base's transcript, MANE Select, the tag
    `primary`, the longest coding sequence.
    """
    wanted = [*preferred, *([expected] if expected else [])]
    for accession in wanted:
        for transcript in transcripts:
            if same_accession(transcript.accession, accession):
                return transcript
    for tags in (MANE_TAGS, {PRIMARY_TAG}):
        for transcript in transcripts:
            if transcript.tags & tags:
                return transcript
    return max(transcripts, key=lambda t: (t.codons, t.accession))


def choose_transcripts(
    models: dict[str, list[Transcript]], preferred: Iterable[str], expected: dict[str, str]
) -> dict[str, Transcript]:
    """One transcript a gene; `expected` is the knowledge base's accession by gene."""
    names = list(preferred)
    return {
        gene: choose_transcript(transcripts, names, expected.get(gene))
        for gene, transcripts in models.items()
    }
