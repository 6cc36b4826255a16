"""One spelling of changes and translocations, before the tokens of a sentence are looked at."""

import re

from consilium.knowledge.protein import ONE
from consilium.trials.sentences.lexicon import Lexicon

THREE = re.compile(r"\b(?:p\.)?([A-Z][a-z]{2})(\d{2,4})([A-Z][a-z]{2})\b")
SPACED = re.compile(r"\bp\.\s+(?=[A-Z][a-z]{0,2}\d)")
BAND = re.compile(r"\b(t|inv)\s?\(\s?(\d+|X)(?:\s?[;,:]\s?(\d+))?\s?\)")
OWNERS = tuple(  # changes that name their gene; what shows that the text names it too
    (re.compile(rf"(?<![\w.])(?:p\.)?(?:{changes})\b"), gene, re.compile(known, re.IGNORECASE))
    for changes, gene, known in (
        ("T790M|L858R|C797S", "EGFR", "EGFR|HER-?1|epidermal growth"),
        ("V600[EK]?", "BRAF", "B-?RAF"),
        ("C481S", "BTK", "BTK|Bruton"),
        ("V617F", "JAK2", "JAK|Janus"),
        ("T315I", "ABL1", r"\bABL1?\s+(?:\w+\s+){0,2}T315I|\bABL1\b"),
    )
)
OF_ABL = re.compile(
    r"\bBCR\s?[-/:\u2013]{1,2}\s?ABL1?\s+(?=(?:kinase\s+)?T315I)|(?<=T315I)\s+BCR[-/:]{1,2}ABL1?",
    re.I,
)
CLUSTER = re.compile(r"cluster\s+of\s+differentiation\s*(?:\(CD\)\s*)?[\s-]?(\d+)", re.IGNORECASE)
SPLIT_HER2 = re.compile(  # a name and its short form as one name
    r"human\s+epidermal\s+growth\s+factor(?:\s+receptor)?\s*"
    r"(?:\(HER\)[\s-]*2|2?\s*\(HER-?2(?:/neu)?\))",
    re.IGNORECASE,
)
PLURAL = re.compile(r"(?<=[a-z])(?:\(s\)|\[s\])")


def spelled(text: str, lexicon: Lexicon) -> str:
    """A text with one spelling of changes: `KRASp. Gly12Cys` becomes `KRAS p.G12C`."""
    text = CLUSTER.sub(r"CD\1", SPLIT_HER2.sub("HER2", text))
    text = THREE.sub(_short, SPACED.sub("p.", PLURAL.sub("s", BAND.sub(_band, text))))
    return lexicon.joined.sub(r"\1\2 ", text)


def owned(text: str) -> str:
    """A text whose changes have the gene that only they can mean: `T790M` is of EGFR."""
    text = OF_ABL.sub("", text)
    for change, gene, known in OWNERS:
        if change.search(text) and not known.search(text):
            text = change.sub(rf"{gene} \g<0>", text)
    return text


def _band(found: re.Match[str]) -> str:
    return f"{found[1]}({found[2]};{found[3]})" if found[3] else f"{found[1]}({found[2]})"


def _short(change: re.Match[str]) -> str:
    """A change in one-letter code, or as it was where a word only looks like one."""
    first, last = ONE.get(change[1]), ONE.get(change[3])
    return f"{first}{change[2]}{last}" if first and last else change[0]
