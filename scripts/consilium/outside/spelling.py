"""Names as people type them, brought to the spelling that interpretation reads.

Each function returns the text as it stands where it does not understand it: whether a name can be
used is for its reader to say (`typed.py`).
"""

import re
import unicodedata

from consilium.knowledge.coding import parse_coding
from consilium.knowledge.protein import THREE, parse_protein
from consilium.matching.findings import site

DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")  # noqa: RUF001
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff"))
ACCESSION = re.compile(r"((?:N[MPRC]|X[MP])_\d+(?:\.\d+)?|ENS[TPG]\d+(?:\.\d+)?)(?:\([^)]*\))?:")
WORD = "|".join(name.lower() for name in THREE.values())
KEYWORDS = "delins|del|dup|ins|fs|ext"
FORMER = {  # symbols that reports still use, upper case without hyphens, and the approved ones
    "HER2": "ERBB2",
    "HER1": "EGFR",
    "ERBB1": "EGFR",
    "HER3": "ERBB3",
    "CKIT": "KIT",
    "CMET": "MET",
    "MLL": "KMT2A",
    "MLL1": "KMT2A",
    "ABL": "ABL1",
    "TEL": "ETV6",
    "AML1": "RUNX1",
    "TRKA": "NTRK1",
    "TRKB": "NTRK2",
    "TRKC": "NTRK3",
    "P53": "TP53",
    "P16": "CDKN2A",
    "H3F3A": "H3-3A",
    "HIST1H3B": "H3C2",
    "HIST1H3C": "H3C3",
    "PDL1": "CD274",
}
SITE = re.compile(r"(exon|ex|codon)\.?\s*(\d+)(.*)", re.IGNORECASE)
SITE_WORDS = {
    "": "",
    "mutation": "",
    "variant": "",
    "deletion": "deletion",
    "insertion": "insertion",
    "duplication": "duplication",
    "skipping": "skipping",
    "del": "deletion",
    "ins": "insertion",
    "dup": "duplication",
    "skip": "skipping",
    "skipped": "skipping",
    "deletions": "deletion",
    "insertions": "insertion",
}
PLACE = re.compile(r"(?:chr)?([\dXYM]+)[:\s-](?:g\.)?([\d,]+)[:\s-]?([ACGTN]+)[:>-]([ACGTN]+)")


def plain(text: str) -> str:
    """A cell without what an eye does not see: odd blanks and dashes, quotes around it."""
    bare = unicodedata.normalize("NFKC", text).translate(DASHES | INVISIBLE)
    return " ".join(bare.split()).strip("\"'").strip()


def gene(text: str, known: dict[str, str]) -> str:
    """The symbol of a gene; `known` holds symbols of the knowledge base by their upper case."""
    upper = text.upper()
    for name in (upper, FORMER.get(upper.replace("-", ""), "")):
        if name in known:
            return known[name]
    return re.sub(r"(?<=\d)ORF(?=\d)", "orf", upper) if text.islower() else text


def accession(text: str) -> tuple[str | None, str]:
    """The reference in front of a name, and the name."""
    found = ACCESSION.match(text)
    return (found[1], text[found.end() :].strip()) if found else (None, text)


def protein(text: str, symbol: str) -> str:
    """A protein change in three letters, a place (`exon 19 deletion`, `codon 12`) or `ITD`."""
    bare = (
        re.sub(rf"^{re.escape(symbol)}[\s:-]*", "", text, flags=re.IGNORECASE) if symbol else text
    )
    if bare.upper() in {"ITD", "INTERNAL TANDEM DUPLICATION"}:
        return "ITD"
    if place := _site(bare):
        return place
    squeezed = re.sub(r"\s|^p\.|[()]", "", bare)
    squeezed = re.sub(r"(?<=\d)-(?=[A-Za-z])", "_", squeezed)
    for spelt in (squeezed, _cased(squeezed)):
        if re.fullmatch(r"[A-Za-z]{1,3}\d+", spelt) and parse_protein(f"{spelt}="):
            return f"codon {re.sub('[A-Za-z]', '', spelt)}"
        if change := parse_protein(spelt):
            return change.long
    return text


def _site(text: str) -> str | None:
    """`Exon 19 del`, `ex14 skipping`, `codon 12` as the matcher reads places; None for others."""
    found = SITE.fullmatch(text)
    if not found:
        return None
    words = re.sub(r"\b(in-?frame|mutations?|variants?)\b", "", found[3].lower()).strip(" -:")
    if words not in SITE_WORDS:
        return None
    name = {"codon": "codon"}.get(found[1].lower(), "exon")
    spelt = f"{name} {found[2]} {SITE_WORDS[words]}".strip()
    return spelt if site(spelt) else None


def is_place(name: str) -> bool:
    """Whether a name is a codon, an exon or a class of changes of one that the matcher knows."""
    return _site(name) == name


def _cased(text: str) -> str:
    """A change with its residues and words in the letters that HGVS gives them."""
    lower = text.lower()
    three = re.match(rf"({WORD})\d", lower) is not None
    pieces = rf"{KEYWORDS}|{WORD}|." if three else rf"{KEYWORDS}|ter|."
    found = re.findall(pieces, lower)
    words = KEYWORDS.split("|")
    return "".join(piece if piece in words else piece.capitalize() for piece in found)


def coding(text: str) -> str:
    """A coding change; bases that a deletion names are left out."""
    bare = re.sub(r"\s|[()]", "", text).replace("->", ">")
    bare = re.sub(r"^c\.", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"(?<![a-z])[acgtn]+(?![a-z])|(?<=ins)[acgtn]+$", _upper, bare)
    bare = re.sub(r"del[ACGTN]+ins", "delins", bare)
    bare = "c." + re.sub(r"(_\d+)[ACGT]{2,}>([ACGT]{2,})$", r"\1delins\2", bare)
    return bare if parse_coding(bare) else text


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def place(text: str) -> str:
    """`7:140,753,336 A>T` and the like as chr:pos:ref:alt."""
    found = PLACE.fullmatch(text)
    if not found:
        return text
    prefix = "chr" if text.lower().startswith("chr") else ""
    return f"{prefix}{found[1]}:{found[2].replace(',', '')}:{found[3]}:{found[4]}"


def fusion(text: str, known: dict[str, str]) -> str:
    """`A::B`, `A--B`, `A/B` and, of two known genes, `A-B` as `A::B`."""
    bare = re.sub(r"(?i)\bfusion\b", "", text).strip()
    parts = [part.strip() for part in re.split(r"\s*(?:::|--|/)\s*", bare)]
    if len(parts) == 1:
        splits = [(bare[:n].strip(), bare[n + 1 :].strip()) for n in _hyphens(bare)]
        sure = [pair for pair in splits if any(gene(p, known) in known.values() for p in pair)]
        parts = list(sure[0]) if len(sure) == 1 else parts
    return "::".join(gene(part, known) for part in parts) if len(parts) == 2 else text


def _hyphens(text: str) -> list[int]:
    return [n for n, letter in enumerate(text) if letter == "-"]


def amount(text: str) -> str:
    """A number with a decimal point; other text as it stands."""
    return re.sub(r"^(\d+),(\d{1,2}|\d{4,})(?=\s*%?$)", r"\1.\2", text)
