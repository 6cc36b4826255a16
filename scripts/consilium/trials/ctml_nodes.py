"""Read one node of a CTML match tree into our own grammars, or say that it cannot be read.

CTML (Clinical Trial Markup Language of MatchMiner, also written by CTIMS): a tree of `and` and
`or` over `genomic` and `clinical` nodes whose fields all hold; a value that begins with `!` is
denied.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from consilium.knowledge import parse_profile
from consilium.knowledge.profiles import ProfileError

ANYTHING = "anything"  # the expression of a node that every patient meets
GENES = {"MRE11A": "MRE11"}  # former symbols
CATEGORIES = {
    "mutation": "mutation",
    "copy number variation": "copy number",
    "cnv": "copy number",
    "structural variation": "fusion",
    "sv": "fusion",
    "any variation": "any",
    "signature": "signature",
}
COPY_CALLS = {
    "high amplification": "amplification",
    "high level amplification": "amplification",
    "high amplication": "amplification",  # so spelt in a published trial
    "homozygous deletion": "homozygous_deletion",
}
FUNCTIONS = {"activating": "gain_of_function", "inactivating": "loss_of_function"}
EXON_CLASSES = {
    "missense_mutation": "missense",
    "in_frame_del": "inframe_deletion",
    "in_frame_ins": "inframe_insertion",
}
RECEPTORS = {"er_status": "ER", "pr_status": "PR", "her2_status": "HER2"}
STATES = {"positive": "positive", "true": "positive", "negative": "negative", "false": "negative"}
STABILITY = {"msi-h": "MSI_H", "mmr-d": "MMR_deficient", "mmr-deficient": "MMR_deficient"}
BIOMARKERS = frozenset({*RECEPTORS, "tmb", "tmb_numerical", "ms_status", "mmr_status"})


@dataclass(frozen=True, slots=True)
class Part:
    """What could be read of a molecular subtree.

    With gaps, the expression is enough to meet the subtree but not needed for it.
    """

    expression: str | None  # None: nothing could be read
    gaps: tuple[str, ...] = ()  # what could not, in words


def told(kind: str, fields: dict[str, Any]) -> str:
    """A node in words, for the reader and the report of gaps."""
    return f"{kind}: " + ", ".join(f"{key} {_text(value)}" for key, value in fields.items())


def _text(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)


def either(parts: Iterable[Part]) -> Part:
    """One of the parts."""
    known = list(parts)
    if any(part.expression == ANYTHING for part in known):
        return Part(ANYTHING)
    gaps = tuple(gap for part in known for gap in part.gaps)
    return Part(_joined("OR", known), gaps)


def both(parts: Iterable[Part]) -> Part:
    """All of the parts."""
    known = list(parts)
    gaps = tuple(gap for part in known for gap in part.gaps)
    if any(part.expression is None for part in known):
        return Part(None, gaps)
    if all(part.expression == ANYTHING for part in known):
        return Part(ANYTHING, gaps)
    return Part(_joined("AND", known), gaps)


def _joined(word: str, parts: Iterable[Part]) -> str | None:
    read = [p.expression for p in parts if p.expression and p.expression != ANYTHING]
    unique = list(dict.fromkeys(read))
    if len(unique) < 2:
        return unique[0] if unique else None
    return f" {word} ".join(
        f"({text})" if " AND " in text or " OR " in text else text for text in unique
    )


def read_genomic(fields: dict[str, Any], genes: Collection[str]) -> Part:
    """A genomic node as a molecular profile."""
    if str(fields.get("match_all", "")).lower() == "true":
        return Part(ANYTHING)
    gap = Part(None, (told("genomic", fields),))
    left = {key: str(value).strip() for key, value in fields.items() if key != "display_name"}
    category = left.pop("variant_category", "")
    kind = CATEGORIES.get(category.lstrip("!").strip().lower())
    if kind == "signature":
        return read_biomarkers(left) or gap
    symbol = left.pop("hugo_symbol", "")
    gene = GENES.get(symbol.lstrip("!"), symbol.lstrip("!"))
    denied = [value.startswith("!") for value in (category, symbol, *left.values())]
    if kind is None or gene not in genes or sum(denied) > 1:
        return gap
    plain = {key: value.lstrip("!").strip() for key, value in left.items()}
    expression = READERS[kind](gene, plain)
    if expression is None or not _parses(expression):
        return gap
    return Part(f"NOT ({expression})" if any(denied) else expression)


def _parses(expression: str) -> bool:
    try:
        parse_profile(expression)
    except ProfileError:
        return False
    return True


def _mutation(gene: str, fields: dict[str, str]) -> str | None:
    if fields == {"wildtype": "true"} or fields == {"wildtype": "True"}:
        return f"{gene} wild_type"
    # The classification only repeats what a named change says.
    named = {key: v for key, v in fields.items() if key != "variant_classification"}
    if named.keys() == {"protein_change"}:
        return f"{gene} {named['protein_change']}"
    if named.keys() == {"wildcard_protein_change"}:
        change = named["wildcard_protein_change"]
        codon = re.fullmatch(r"p\.[A-Z](\d+)", change)
        return f"{gene} codon {codon[1]}" if codon else f"{gene} {change}"
    if fields.keys() == {"molecular_function"}:
        function = FUNCTIONS.get(fields["molecular_function"].lower())
        return f"{gene} {function}" if function else None
    if named.keys() == {"exon"}:
        written = fields.get("variant_classification")
        classes = EXON_CLASSES.get(written.lower()) if written else "mutation"
        return f"{gene} exon {named['exon']} {classes}" if classes else None
    return None if fields else f"{gene} mutation"


def _copies(gene: str, fields: dict[str, str]) -> str | None:
    call = COPY_CALLS.get(fields.get("cnv_call", "").lower())
    return f"{gene} {call}" if call and fields.keys() == {"cnv_call"} else None


def _fusion(gene: str, fields: dict[str, str]) -> str | None:
    # "Activating" says nothing more of a fusion that is asked for by name.
    named = {key: value for key, value in fields.items() if key != "molecular_function"}
    if not named:
        return f"{gene} fusion"
    if named.keys() != {"fusion_partner_hugo_symbol"}:
        return None
    partner = named["fusion_partner_hugo_symbol"]  # CTML does not say which end is which
    return f"{gene}::{partner} OR {partner}::{gene}"


def _any(gene: str, fields: dict[str, str]) -> str | None:
    kinds = ("mutation", "amplification", "homozygous_deletion", "fusion")
    return None if fields else " OR ".join(f"{gene} {kind}" for kind in kinds)


READERS: dict[str, Callable[[str, dict[str, str]], str | None]] = {
    "mutation": _mutation,
    "copy number": _copies,
    "fusion": _fusion,
    "any": _any,
}


def read_biomarkers(fields: dict[str, Any]) -> Part | None:
    """Biomarker fields as a molecular profile; None where one of them cannot be read."""
    leaves = [_biomarker(key, str(value).strip()) for key, value in fields.items()]
    if not leaves or any(leaf is None for leaf in leaves):
        return None
    return Part(_joined("AND", (Part(leaf) for leaf in leaves)))


def _biomarker(key: str, value: str) -> str | None:
    denied, plain = value.startswith("!"), value.lstrip("!").strip().lower()
    leaf = None
    if key in RECEPTORS and plain in STATES:
        leaf = f"{RECEPTORS[key]} expression {STATES[plain]}"
    elif key in {"ms_status", "mmr_status"}:
        leaf = STABILITY.get(plain)
    elif key in {"tmb", "tmb_numerical"} and (number := re.fullmatch(r"(?:>=)?\s*(\d+)", plain)):
        leaf = f"TMB >= {number[1]}"
    return f"NOT {leaf}" if leaf and denied else leaf
