"""Where the features that statements ask for lie in the genome, derived from gene models."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consilium.genes import Interval, Transcript
from consilium.knowledge.coding import parse_coding
from consilium.knowledge.profiles import Leaf
from consilium.knowledge.protein import parse_protein

SPLICE_BASES = 2  # intron bases on each side of an exon whose skipping is asked for
POINT = ("SNV",)
INDEL = ("INDEL",)
SMALL = ("SNV", "INDEL")
CLASSES = {  # event classes that an assay must see before a class of change can be called absent
    "mutation": SMALL,
    "missense": POINT,
    "inframe_insertion": INDEL,
    "inframe_deletion": INDEL,
    "inframe_indel": INDEL,
    "truncating": SMALL,
    "skipping": SMALL,
}
ELSEWHERE = {  # features that small variants of one place do not answer
    "ITD": "ITD",
    "amplification": "CNA",
    "homozygous_deletion": "CNA",
    "fusion": "FUSION",
}


@dataclass(frozen=True, slots=True)
class Place:
    """What has to be read to answer a feature."""

    event_classes: tuple[str, ...]
    scope: str = "class"  # required | gene | class (an event class, no place)
    intervals: tuple[tuple[int | None, Interval], ...] = ()  # exon number, genome interval


def find_place(leaf: Leaf, transcript: Transcript | None) -> Place:
    """The place of a feature on its gene's transcript.

    Raises:
        ValueError: the gene models do not hold it; the message says why, in words.
    """
    if leaf.kind in ELSEWHERE:
        return Place((ELSEWHERE[leaf.kind],))
    if transcript is None:
        raise ValueError(f"{leaf.gene} is not in the gene models")
    if leaf.whole_gene:
        return Place(SMALL, "gene", _numbered(transcript, transcript.coding))
    classes, intervals = PLACES[leaf.kind](transcript, leaf)
    return Place(classes, "required", _numbered(transcript, intervals))


def _numbered(
    transcript: Transcript, intervals: Iterable[Interval]
) -> tuple[tuple[int | None, Interval], ...]:
    return tuple((transcript.exon_number(part), part) for part in sorted(set(intervals)))


Found = tuple[tuple[str, ...], list[Interval]]


def _protein(transcript: Transcript, leaf: Leaf) -> Found:
    change = parse_protein(leaf.change or "")
    if change is None:
        raise ValueError(f"{leaf.change} is not understood")
    point = change.kind in {"missense", "nonsense", "synonymous", "start_loss"}
    return POINT if point else INDEL, transcript.codon_intervals(change.start, change.end)


def _coding(transcript: Transcript, leaf: Leaf) -> Found:
    change = leaf.change or ""
    start, end = sorted(coding_span(transcript, change))
    return POINT if ">" in change else INDEL, [(start, end + 1)]


def _codons(transcript: Transcript, leaf: Leaf) -> Found:
    return POINT, [part for n in leaf.codons for part in transcript.codon_intervals(n, n)]


def _exons(transcript: Transcript, leaf: Leaf) -> Found:
    intervals = []
    for number in leaf.exons:
        part = transcript.coding_of_exon(number)
        if part is None:
            raise ValueError(f"exon {number} of {transcript.accession} codes for nothing")
        pad = SPLICE_BASES if leaf.classes == "skipping" else 0
        intervals.append((part[0] - pad, part[1] + pad))
    return CLASSES[leaf.classes or "mutation"], intervals


def _residues(transcript: Transcript, leaf: Leaf) -> Found:
    return CLASSES[leaf.classes or "mutation"], transcript.codon_intervals(*leaf.codons)


PLACES: dict[str, Callable[[Transcript, Leaf], Found]] = {
    "protein": _protein,
    "coding": _coding,
    "codon": _codons,
    "wild_type": _codons,
    "exon": _exons,
    "residues": _residues,
}


def coding_span(transcript: Transcript, change: str) -> tuple[int, int]:
    """Genome positions (0-based) of the first and last base that a c. change names, 5' first.

    Raises:
        ValueError: no such position, or not a c. change.
    """
    parsed = parse_coding(change)
    if parsed is None or parsed.start is None or parsed.end is None:
        raise ValueError(f"{change} names no place that the gene models tell")
    step = transcript.strand
    first = transcript.coding_position(parsed.start) + step * parsed.start_offset
    return first, transcript.coding_position(parsed.end) + step * parsed.end_offset
