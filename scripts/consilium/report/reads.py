"""The reads at reported variants: what a page embeds of the alignments, and a drawing in letters.

Which fragments count is decided where all fragments are counted (consilium/counting.py): what is
embedded are those that the numbers of the report stand on, all of them or a fair part.
"""

from base64 import b64encode
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

import pysam

from consilium.counting import UNWANTED, Fragments, fragment_name, shown
from consilium.sites import Read
from consilium.vcf import Allele

MOST_FRAGMENTS = 200  # of one sample at one variant
LEAST_CARRIERS = 10  # so many of the fragments with the variant are kept where there are as many
DRAWN = 12  # fragments of a drawing; half of them carriers, where there are enough
FLANK = 24  # bases of a drawing on either side of the variant
TAG, GROUPS = "XV", ("ALT", "other")
REACH = 300  # bases of reference on either side: what mates of short reads lie on


@dataclass(frozen=True, slots=True)
class Track:
    """The reads of one sample at one variant."""

    sample: str
    role: str  # tumor | normal
    fragments: int  # embedded
    total: int  # counted
    carriers: int  # with the variant, of those embedded
    bam: str  # base64
    drawing: tuple[str, ...]  # a fragment a line; see `draw`
    drawn_carriers: int  # the first lines of the drawing


@dataclass(frozen=True, slots=True)
class View:
    """One variant with the reads of tumour and normal."""

    sample: str  # the tumour
    allele: str  # chrom:pos:ref:alt
    chrom: str
    start: int  # 0-based, of `sequence`
    sequence: str  # reference
    drawing_start: int  # 0-based, of each line of a drawing
    reference: str  # of the drawing
    tracks: tuple[Track, ...]


def wanted(document: Mapping[str, Any], sample: str) -> list[Allele]:
    """Believed variants of one tumour that the report shows, in its order.

    What is inherited gets no view without consent, even where interpretation lists it.
    """
    rows = document["variants"]["rows"]
    inherited = {"GERMLINE", "LIKELY_GERMLINE"} if document["variants"]["withheld"] else set()
    return [
        Allele(row["chrom"], row["pos"], row["ref"], row["alt"])
        for row in rows
        if row["status"] == "BELIEVED"
        and row["sample"] == sample
        and row["origin"] not in inherited
    ]


def choose(fragments: Fragments, allele: Allele) -> tuple[list[str], list[str]]:
    """Names of fragments to embed, carriers and others, their share kept as nearly as may be.

    Chosen by the hash of the name, so that the same reads give the same page.
    """
    unique = {name: seen for name, seen in fragments.items() if not seen.duplicate}
    ordered = sorted(unique, key=lambda name: sha256(name.encode()).digest())
    carriers = [name for name in ordered if unique[name].shows == shown(allele)]
    others = [name for name in ordered if unique[name].shows != shown(allele)]
    if len(ordered) <= MOST_FRAGMENTS:
        return carriers, others
    share = ceil(MOST_FRAGMENTS * len(carriers) / len(ordered))
    kept = min(len(carriers), max(share, LEAST_CARRIERS))
    return carriers[:kept], others[: MOST_FRAGMENTS - kept]


def records(
    reads: pysam.AlignmentFile, allele: Allele, names: Iterable[str]
) -> dict[str, list[pysam.AlignedSegment]]:
    """The reads of fragments near a variant, mates included."""
    wanted = set(names)
    found: dict[str, list[pysam.AlignedSegment]] = {}
    near = reads.fetch(allele.chrom, max(0, allele.pos - 1 - REACH), allele.end + REACH)
    for record in near:
        name = fragment_name(record)
        if name in wanted and not record.flag & UNWANTED and not record.is_duplicate:
            found.setdefault(name, []).append(record)
    return found


def as_bam(
    found: Mapping[str, list[pysam.AlignedSegment]],
    carriers: Container[str],
    length: int,
    path: Path,
) -> bytes:
    """The bytes of a BAM file of these reads: no instrument's names, no other contigs.

    Args:
        found: reads by fragment, all on one contig.
        carriers: fragments with the variant; their reads come first when grouped by `TAG`.
        length: of that contig, bases.
        path: where the file may be written.
    """
    chrom = next((rows[0].reference_name for rows in found.values()), "none")
    header = pysam.AlignmentHeader.from_dict(
        {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": chrom, "LN": length}]}
    )
    numbered = [
        _plain(record, str(number), GROUPS[name not in carriers], header)
        for number, (name, rows) in enumerate(sorted(found.items()), start=1)
        for record in rows
    ]
    numbered.sort(key=lambda record: (record.reference_start, record.query_name, record.flag))
    with pysam.AlignmentFile(str(path), "wb", header=header) as out:
        for record in numbered:
            out.write(record)
    return path.read_bytes()


def _plain(
    record: pysam.AlignedSegment, name: str, group: str, header: pysam.AlignmentHeader
) -> pysam.AlignedSegment:
    plain = pysam.AlignedSegment(header)
    plain.query_name, plain.flag, plain.reference_id = name, record.flag, 0
    plain.reference_start = record.reference_start
    plain.mapping_quality, plain.cigartuples = record.mapping_quality, record.cigartuples
    same = record.is_paired and record.next_reference_id == record.reference_id
    plain.next_reference_id = 0 if same else -1
    plain.next_reference_start = record.next_reference_start if same else -1
    plain.template_length = record.template_length
    plain.query_sequence = record.query_sequence
    plain.query_qualities = record.query_qualities
    plain.set_tag(TAG, group)
    return plain


def draw(rows: Sequence[pysam.AlignedSegment], start: int, reference: str) -> str:
    """One fragment in letters, over `reference`, which begins at 0-based `start`.

    `.` is the reference base on a forward read, `,` on a reverse one, a letter another base, `-`
    a deleted base, `+` the base before an insertion, a space what was not read.
    """
    line = [" "] * len(reference)
    for record in rows:
        read = Read(record)
        for low, high, query in read.blocks:
            for at in range(max(low, start), min(high, start + len(reference))):
                base = read.sequence[query + at - low]
                same = base == reference[at - start]
                plain = "," if record.is_reverse else "."
                line[at - start] = plain if same else base.lower() if record.is_reverse else base
        for anchor, deleted, inserted in read.indels:
            for at in range(anchor + 1, anchor + 1 + deleted):
                if 0 <= at - start < len(line):
                    line[at - start] = "-"
            if inserted and 0 <= anchor - start < len(line):
                line[anchor - start] = "+"
    return "".join(line).rstrip()


def drawn(carriers: Sequence[str], others: Sequence[str]) -> tuple[list[str], int]:
    """Which fragments are drawn, carriers first, and how many of those there are."""
    half = DRAWN // 2
    first = min(len(carriers), max(half, DRAWN - len(others)))
    return [*carriers[:first], *others[: DRAWN - first]], first


def encoded(data: bytes) -> str:
    """Bytes as a page can hold them."""
    return b64encode(data).decode()
