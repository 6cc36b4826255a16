"""One spelling of changes and translocations, before the tokens of a sentence are looked at."""

import re

from consilium.knowledge.protein import ONE
from consilium.trials.sentences.lexicon import Lexicon

THREE = re.compile(r"\b(?:p\.)?([A-Z][a-z]{2})(\d{2,4})([A-Z][a-z]{2})\b")
SPACED = re.compile(r"\bp\.\s+(?=[A-Z][a-z]{0,2}\d)")
BAND = re.compile(r"\b(t|inv)\s?\(\s?(\d+|X)(?:\s?[;,:]\s?(\d+))?\s?\)")
OWNERS = tuple(  # changes that name their gene, where the text does not name it right before
    (
        re.compile(rf"(?<![\w.])(?:p\.)?(?:{changes})\b"),
        gene,
        re.compile(rf"(?i:{named})\W{{1,3}}$"),
    )
    for changes, gene, named in (
        ("T790M|L858R|C797S", "EGFR", "EGFR|HER-?1|growth factor receptor"),
        ("V600[EK]?", "BRAF", "B-?RAF"),
        ("C481S", "BTK", "BTK"),
        ("V617F", "JAK2", "JAK-?2"),
        ("T315I", "ABL1", "ABL1?"),
    )
)
OF_ABL = re.compile(
    r"\bBCR\s?[-/:\u2013]{1,2}\s?ABL1?\s+(?=(?:kinase\s+)?T315I)|(?<=T315I)\s+BCR[-/:]{1,2}ABL1?",
    re.I,
)
NAMES = tuple(  # names that texts write in many ways
    (re.compile(written, re.IGNORECASE), meant)
    for written, meant in (
        (r"cluster\s+of\s+differentiation\s*(?:\(CD\)\s*)?[\s-]?(\d+)", r"CD\1"),
        (r"\bCD\s(\d{1,3})\b", r"CD\1"),
        (
            r"human\s+epidermal\s+growth\s+factor(?:\s+receptor)?\s*"
            r"(?:\(HER\)[\s-]*2|2?\s*\(HER-?2(?:/neu)?\))",
            "HER2",
        ),
        (
            r"\b(?:Philadelphia|Ph)(?:\s*\(Ph\d?\))?[\s-]chromosome(?:\s*\(Ph\d?\))?",
            "Philadelphia chromosome",
        ),
        (r"\bPh\d?\s?\(\s*([+-])\s*\)", r"Ph\1"),
        (r"\btranslocation\s+\(?(\d+|X)\s?;\s?(\d+)\)?", r"t(\1;\2)"),
        (r"\((\d+|X)\s?;\s?(\d+)\)\s+translocation\b", r"t(\1;\2)"),
        (  # a level in blood
            r"\b(?:o?estrogen|progesterone)\b(?![\s-]*(?:positiv|negativ|\())"
            r"(?!(?:[\s/,()-]+[\w-]+){0,6}?[\s/,()-]+(?:receptors?|status)\b)",
            "oestradiol",
        ),
        (r"\bRAR[\s-]?(?:\u03b1|alpha|a)\b", "RARA"),
        (r"\bEGFR[\s-]TKI[\s-](?=sensiti[sz]ing)", "EGFR "),
        (r"\bestrogen receptor[\s-](?:\u03b1|alpha)|\bER[\s-]?(?:\u03b1|alpha)(?!\w)", "ER"),
    )
)
PLURAL = re.compile(r"(?<=[a-z])(?:\(s\)|\[s\])")


def spelled(text: str, lexicon: Lexicon) -> str:
    """A text with one spelling of changes: `KRASp. Gly12Cys` becomes `KRAS p.G12C`."""
    for written, meant in NAMES:
        text = written.sub(meant, text)
    text = THREE.sub(_short, SPACED.sub("p.", PLURAL.sub("s", BAND.sub(_band, text))))
    return lexicon.joined.sub(r"\1\2 ", text)


def owned(text: str) -> str:
    """A text whose changes have the gene that only they can mean: `T790M` is of EGFR."""
    text = OF_ABL.sub("", text)
    for change, gene, named in OWNERS:
        for found in reversed(list(change.finditer(text))):
            before = text[: found.start()]
            if not named.search(before):
                text = f"{before}{gene} {text[found.start() :]}"
    return text


def _band(found: re.Match[str]) -> str:
    return f"{found[1]}({found[2]};{found[3]})" if found[3] else f"{found[1]}({found[2]})"


def _short(change: re.Match[str]) -> str:
    """A change in one-letter code, or as it was where a word only looks like one."""
    first, last = ONE.get(change[1]), ONE.get(change[3])
    return f"{first}{change[2]}{last}" if first and last else change[0]
