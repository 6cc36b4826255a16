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
_JOINED = re.compile(r"[A-Za-z0-9]{2,8}(?:[A-Z]\d{2,4}[A-Z]?|wt|WT|mut|m|r)$")


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
    def first(self) -> frozenset[str]:
        """How words begin, in lower case: a sentence without any of them names no biomarker."""
        names = [word.word for word in self.words]
        stems = {found[1].lower() for name in names if (found := SYMBOL.match(name))}
        joined = {piece(name.replace("-", "")) for name in names}
        return frozenset({*map(piece, names), *joined, *stems})

    @cached_property
    def alternatives(self) -> str:
        """An alternation of all words, the longest first."""
        ordered = sorted((word.word for word in self.words), key=lambda w: (-len(w), w))
        return "|".join(_spelling(word) for word in ordered)

    def names_some(self, text: str) -> bool:
        """Whether a text may name any word: quick, and wrong only by saying yes."""
        pieces = _PIECES.findall(text)
        return any(p.lower() in self.first or _JOINED.match(p) for p in pieces)

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


def piece(word: str) -> str:
    """How a word begins, up to the first sign that is no letter or digit, in lower case."""
    found = re.match(r"[^\W_]+", word)
    return found[0].lower() if found else word.lower()


def _spelling(word: str) -> str:
    parts = [re.escape(part) for part in re.split(r"[\s-]+", word)]
    parts = [SYMBOL.sub(r"\1-?\2", part) for part in parts]  # BCL-2 is BCL2
    text = r"[\s-]?".join(parts)
    if word.endswith("-"):  # Ph-
        text = text.removesuffix(r"[\s-]?") + "-"
    numbered = len(word) >= NUMBERED and any(letter.isdigit() for letter in word)
    loose = numbered or (len(word) > EXACT and any(letter.islower() for letter in word))
    return f"(?i:{text})" if loose else text


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
