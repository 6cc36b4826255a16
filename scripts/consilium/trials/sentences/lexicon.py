"""The words by which eligibility texts call genes, antigens and biomarkers.

In: genes and drugs of the knowledge base, whose names are words of their own, tumour types, and
`words.tsv` and `therapies.tsv` of `resources/trials`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from consilium.tables import read_rows
from consilium.trials.sentences.tokens import pattern
from consilium.tumors import Tumors

EXACT = 6  # letters: what is longer may be written in any case, if it has a small letter
NUMBERED = 4  # signs: so may a name with a digit, such as Arid1a
FUSED = frozenset({"ALK", "ROS1", "RET", "NTRK1", "NTRK2", "NTRK3", "NRG1"})  # as drivers
SYMBOL = re.compile(r"^([A-Z]{2,})(\d[A-Z\d]*)$")
_PIECES = re.compile(r"[^\W_]+")
_BAND = re.compile(r"\b(?:t|inv)\s?\(")  # of a translocation
_JOINED = re.compile(  # a gene and its change as one word: KRASG12C, NPM1m
    r"[A-Za-z0-9]{2,8}(?:[A-Z]\d{2,4}[A-Z]?|wt|WT|mut|MUT|onc|(?<=[A-Z0-9])[mr])$"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One row of words.tsv."""

    word: str
    genes: tuple[str, ...] = ()  # whose changes the word may speak of
    antigen: str | None = None  # as the profile grammar's `expression` leaf names it
    expression: str | None = None  # a profile that the word alone asks for


@dataclass(frozen=True, slots=True)
class Therapy:
    """One row of therapies.tsv: words for a drug or class of the knowledge base."""

    words: str
    name: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Every word, and the patterns that find them."""

    words: tuple[Word, ...]
    therapies: Mapping[str, str] = field(default_factory=dict)  # plain words -> drug or class
    tumors: Tumors | None = None

    @cached_property
    def by_word(self) -> dict[str, Word]:
        """Each word by its plain spelling."""
        return {plain(word.word): word for word in self.words}

    @cached_property
    def heads(self) -> tuple[frozenset[str], frozenset[str]]:
        """Pieces of which a text holds one if it holds a word: as written, and in lower case."""
        exact: set[str] = set()
        loose: set[str] = set()
        for name in (word.word for word in self.words):
            pieces = [piece for piece in _PIECES.findall(name) if not piece.isdigit()]
            stem = SYMBOL.match(name)
            heads = {max(pieces, key=len), name.replace("-", ""), *([stem[1]] if stem else ())}
            (loose if _is_loose(name) else exact).update(heads)
        return frozenset(exact), frozenset(head.lower() for head in loose)

    @cached_property
    def alternatives(self) -> str:
        """An alternation of all words, the longest first."""
        ordered = sorted((word.word for word in self.words), key=lambda w: (-len(w), w))
        return "|".join(_spelling(word) for word in ordered)

    def names_some(self, text: str) -> bool:
        """Whether a text may name any word: quick, and wrong only by saying yes."""
        exact, loose = self.heads
        if _BAND.search(text):
            return True
        pieces = _PIECES.findall(text)
        return any(p in exact or p.lower() in loose or _JOINED.match(p) for p in pieces)

    @cached_property
    def joined(self) -> re.Pattern[str]:
        """A gene that is written as one word with its change: KRASG12C."""
        genes = sorted({gene for word in self.words for gene in word.genes}, key=len)
        names = "|".join((*reversed(genes), "BRCA", "RAS", "IDH", "HER2"))
        change = r"(?=(?:p\.)?[A-Z]\d{2,4}[A-Z]?\b|(?:wt|mut|MUT|onc)\b)"
        short = r"(?!\s+(?:\w+\s+)?(?i:arm|cohort|part)\b)"
        long = "|".join(name for name in names.split("|") if len(name) >= NUMBERED)
        return re.compile(
            rf"\b(?:((?i:{names}))\^?{change}|({long})(?=(?:[mr]|WT|mt|MUT)\b{short}))"
        )

    @cached_property
    def tokens(self) -> re.Pattern[str]:
        """What finds the tokens of a sentence."""
        return pattern(self.alternatives)

    def find(self, text: str) -> Word:
        """The word of a text that `pattern` has matched."""
        return self.by_word[plain(text)]

    def therapy(self, text: str) -> str | None:
        """The drug or class of exactly these words."""
        return self.therapies.get(plain(text))

    def tumor(self, text: str) -> str | None:
        """The tumour type's code of exactly this name."""
        found = self.tumors.resolve(text) if self.tumors and text else None
        return found.code if found else None


def plain(word: str) -> str:
    """A spelling without hyphens and spaces, in lower case."""
    return re.sub(r"[\s-]+", "", word).lower()


def _spelling(word: str) -> str:
    parts = [re.escape(part) for part in re.split(r"[\s-]+", word)]
    parts = [SYMBOL.sub(r"\1-?\2", part) for part in parts]  # BCL-2 is BCL2
    text = r"[\s-]?".join(parts)
    if word.endswith("-"):  # Ph-
        text = text.removesuffix(r"[\s-]?") + "-"
    return f"(?i:{text})" if _is_loose(word) else text


def _is_loose(word: str) -> bool:
    """Whether a word may be written in any case."""
    numbered = len(word) >= NUMBERED and any(letter.isdigit() for letter in word)
    return numbered or (len(word) > EXACT and any(letter.islower() for letter in word))


def read_lexicon(
    folder: Path,
    genes: Collection[str],
    drugs: Collection[str] = (),
    tumors: Tumors | None = None,
) -> Lexicon:
    """The lexicon of these genes, drugs and tumour types and of the tables of `resources/trials`.

    Without drugs no earlier therapy is read beyond classes, without tumours no histology.

    Raises:
        TableError: words.tsv or therapies.tsv cannot be read.
    """
    written = list(read_rows(folder / "words.tsv", Word))
    classes = read_rows(folder / "therapies.tsv", Therapy)
    therapies = {plain(drug): drug for drug in drugs} | {plain(t.words): t.name for t in classes}
    return Lexicon(tuple(_words(genes, written)), therapies, tumors)


def _words(genes: Collection[str], written: Iterable[Word]) -> Iterable[Word]:
    own = {plain(word.word) for word in written}
    yield from written
    for gene in sorted(genes):
        if plain(gene) not in own:
            yield Word(gene, (gene,))
