"""Where the features that statements ask for lie in the genome, derived from gene models."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consilium.genes import Interval, Transcript

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
GENE_WIDE = ("loss_of_function", "gain_of_function", "oncogenic", "mutation", "wild_type")
NEEDS = {  # features that small variants of one locus cannot answer
    "ITD": "ITD",
    "amplification": "CNA",
    "homozygous_deletion": "CNA",
    "fusion": "FUSION",
    "MSI_H": "MSI",
    "MMR_deficient": "MSI",
    "HRD": "HRD",
    "TMB": "TMB",
}
RESIDUE = r"(?:[A-Z*](\d+))"
ORIGIN = re.compile(r"\s*\[(germline|somatic)\]$")


@dataclass(frozen=True, slots=True)
class Place:
    """What has to be read to answer a feature."""

    event_classes: tuple[str, ...]
    scope: str = "none"  # required | gene | none
    gene: str | None = None
    intervals: tuple[tuple[int | None, Interval], ...] = ()  # exon number and genome interval


Transcripts = dict[str, Transcript]


class Unplaced(ValueError):
    """The feature has no place in these gene models; the message says why, in words."""


def find_place(feature: str, transcripts: Transcripts, sets: dict[str, list[str]]) -> Place:
    """The place of a leaf of the profile grammar; `sets` are members by `GENE NAME`.

    Raises:
        Unplaced: the gene models do not hold it.
    """
    text = ORIGIN.sub("", feature)
    words = text.split()
    for word, event_class in NEEDS.items():
        if word in words or text.startswith(word):
            return Place((event_class,), gene=None if text.startswith(word) else words[0])
    if "::" in text:
        return Place(("FUSION",), gene=text.split("::")[1])
    if "expression" in words:
        return Place(("EXPRESSION",), gene=words[0])
    gene, rest = words[0], " ".join(words[1:])
    transcript = transcripts.get(gene)
    if transcript is None:
        raise Unplaced(f"{gene} is not in the gene models")
    try:
        return _small(gene, rest, transcript, sets)
    except ValueError as error:
        raise Unplaced(str(error)) from error


def _small(gene: str, rest: str, transcript: Transcript, sets: dict[str, list[str]]) -> Place:
    if rest in GENE_WIDE:
        parts = tuple((transcript.exon_number(part), part) for part in transcript.coding)
        return Place(SMALL, "gene", gene, parts)
    for pattern, find in PLACES.items():
        if match := re.fullmatch(pattern, rest):
            classes, intervals = find(transcript, *match.groups())
            return Place(classes, "required", gene, _numbered(transcript, intervals))
    if match := re.fullmatch(r"set (\S+)", rest):
        members = sets.get(f"{gene} {match[1]}", [])
        if not members:
            raise ValueError(f"{gene} set {match[1]} has no members in the knowledge base")
        places = [_small(gene, member, transcript, {}) for member in members]
        classes = tuple(sorted({name for place in places for name in place.event_classes}))
        intervals = sorted({part for place in places for part in place.intervals}, key=_start)
        return Place(classes, "required", gene, tuple(intervals))
    raise ValueError(f"no rule says where {gene} {rest} lies")


def _start(part: tuple[int | None, Interval]) -> Interval:
    return part[1]


def _numbered(
    transcript: Transcript, intervals: Iterable[Interval]
) -> tuple[tuple[int | None, Interval], ...]:
    return tuple((transcript.exon_number(part), part) for part in sorted(set(intervals)))


Found = tuple[tuple[str, ...], list[Interval]]


def _protein(transcript: Transcript, change: str) -> Found:
    residues = [int(n) for n in re.findall(RESIDUE, change.split("delins")[0].split("ins")[0])]
    if not residues:
        raise ValueError(f"p.{change} names no residue")
    point = re.fullmatch(r"[A-Z]\d+[A-Z*=]", change)
    return POINT if point else INDEL, transcript.codon_intervals(residues[0], residues[-1])


def _coding(transcript: Transcript, change: str) -> Found:
    first, last = coding_span(transcript, change)
    start, end = sorted((first, last))
    return POINT if ">" in change else INDEL, [(start, end + 1)]


def _codons(transcript: Transcript, numbers: str) -> Found:
    codons = [int(number) for number in numbers.split(",")]
    return POINT, [part for n in codons for part in transcript.codon_intervals(n, n)]


def _exons(transcript: Transcript, numbers: str, name: str) -> Found:
    intervals = []
    for number in map(int, numbers.split(",")):
        part = transcript.coding_of_exon(number)
        if part is None:
            raise ValueError(f"exon {number} of {transcript.accession} codes for nothing")
        pad = SPLICE_BASES if name == "skipping" else 0
        intervals.append((part[0] - pad, part[1] + pad))
    return CLASSES[name], intervals


def _residues(transcript: Transcript, first: str, last: str, name: str) -> Found:
    return CLASSES[name], transcript.codon_intervals(int(first), int(last))


_CLASS = "|".join(CLASSES)
PLACES: dict[str, Callable[..., Found]] = {
    r"p\.(\S+)": _protein,
    r"c\.(\S+)": _coding,
    r"codon ([\d,]+)": _codons,
    r"wild_type codons ([\d,]+)": _codons,
    rf"exon ([\d,]+) ({_CLASS})": _exons,
    rf"residues (\d+)-(\d+) ({_CLASS})": _residues,
}

_POSITION = r"([-*]?)(\d+)([+-]\d+)?"
SPAN = re.compile(rf"{_POSITION}(?:_{_POSITION})?(.*)")


def coding_span(transcript: Transcript, change: str) -> tuple[int, int]:
    """Genome positions (0-based) of the first and last base that a c. change names, 5' first.

    Raises:
        ValueError: no such position, or not a c. change.
    """
    match = SPAN.fullmatch(change)
    if not match:
        raise ValueError(f"c.{change} is not understood")
    prefix, base, offset, prefix2, base2, offset2, _ = match.groups()
    first = _position(transcript, prefix, base, offset)
    last = _position(transcript, prefix2, base2, offset2) if base2 else first
    return first, last


def _position(transcript: Transcript, prefix: str, base: str, offset: str | None) -> int:
    if prefix == "*":
        place = transcript.utr_position(int(base))
    else:
        place = transcript.coding_position(int(prefix + base))
    return place + transcript.strand * int(offset or 0)
