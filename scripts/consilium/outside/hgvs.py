"""The names that a person gave a small variant, in HGVS, or a refusal that says what to write."""

import re
from dataclasses import dataclass

from consilium.knowledge.aliases import plain_alias
from consilium.knowledge.coding import parse_coding
from consilium.knowledge.protein import parse_protein
from consilium.outside import spelling
from consilium.outside.context import Context
from consilium.outside.raw import Line

NO_CHANGE = frozenset({"p.?", "p.(?)", "p.=", "p.(=)"})
WILD = re.compile(r"wt|wild[\s-]?type|negative|not detected|none", re.IGNORECASE)
CODING = re.compile(r"[\s,(]*\bc\.[^\s()]+\)?")
NAME_FIX = (
    "write one change a row as p.Val600Glu or V600E, or codon 12, exon 19, "
    "exon 19 deletion, exon 14 skipping, ITD"
)


@dataclass(frozen=True, slots=True)
class Names:
    """Protein change or place, coding change, and the transcript that they were given on."""

    protein: str | None
    coding: str | None
    transcript: str | None


def spelt_names(line: Line, context: Context, gene: str) -> Names:
    """The names in `hgvs_p` and `hgvs_c` of a row, references in front of them taken off.

    Raises:
        InputError: a name is not understood.
    """
    protein, coding = line.text("hgvs_p"), line.text("hgvs_c")
    inner = CODING.search(protein or "")
    if protein and inner:
        coding = coding or inner[0].strip(" ,()")
        protein = protein.replace(inner[0], "").strip() or None
    of_protein, protein = spelling.accession(protein or "")
    of_coding, coding = spelling.accession(coding or "")
    references = [name for name in (of_protein, of_coding) if name and name[:2] != "NP"]
    return Names(
        protein=_protein(protein, gene, line, context) if protein else None,
        coding=_coding(coding, line) if coding else None,
        transcript=next(iter(references), None),
    )


def _protein(text: str, gene: str, line: Line, context: Context) -> str:
    aliases = context.aliases.get(gene, {})
    if text in NO_CHANGE or plain_alias(text) in aliases:
        return text
    if WILD.fullmatch(text):
        fix = "write the codon or exon that was read, such as codon 12, and assessed ABSENT"
        line.refuse(f"hgvs_p {text!r} names no place", fix)
    if re.search(r"(?:^|[^a-z])[A-Z]\d+X$", text):
        fix = "write p.Arg213Ter for a stop, or codon 213 for any change there"
        line.refuse(f"the X of hgvs_p {text!r} is a stop to some and any residue to others", fix)
    name = spelling.protein(text, gene)
    if name != "ITD" and not spelling.is_place(name) and not parse_protein(name):
        line.refuse(f"hgvs_p {text!r} is not understood", NAME_FIX)
    return name


def _coding(text: str, line: Line) -> str:
    name = spelling.coding(text)
    if parse_coding(name) is None:
        line.refuse(f"hgvs_c {text!r} is not understood", "write it as c.1799T>A or c.2235_2249del")
    return name
