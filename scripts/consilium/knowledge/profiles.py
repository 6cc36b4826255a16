"""The molecular profile of a statement: what must, and must not, be found.

`parse_profile` reads the grammar of docs/design.md into a tree of `Leaf`, `Not`, `And`
and `Or`; `str` of any of them is its canonical spelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError
from lark.lexer import Pattern

from consilium.knowledge.coding import parse_coding
from consilium.knowledge.protein import parse_protein

GRAMMAR = Path(__file__).with_name("profile.lark")
WHOLE_GENE = frozenset({"loss_of_function", "gain_of_function", "oncogenic", "mutation"})
PHASES = frozenset({"in_cis", "in_trans"})  # changes of several codons on one allele, on two
COPY_NUMBER = frozenset({"amplification", "homozygous_deletion"})
TERMINALS = {  # what an error calls a terminal of the grammars
    "NAME": "a gene",
    "PROTEIN": "a protein change (p.)",
    "CODING": "a coding change (c.)",
    "INT": "a number",
    "NUMBER": "a number",
    "WORD": "a word",
    "VALUE": "a value",
    "STRING": 'words in "quotes"',
    "OP": "a comparison",
    "BIOMARKER": "MSI_H|MMR_deficient|HRD",
}
BIOMARKERS = frozenset({"MSI_H", "MMR_deficient", "HRD", "TMB"})


class ProfileError(ValueError):
    """A profile that does not parse; the message shows where."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One feature that a patient has or has not."""

    kind: str  # protein | coding | codon | exon | residues | set | ... | a word of WHOLE
    gene: str | None = None
    partner: str | None = None  # fusion: the 5' gene, `gene` being the 3'
    change: str | None = None  # HGVS p. (one-letter) or c.
    codons: tuple[int, ...] = ()  # residues: first and last
    exons: tuple[int, ...] = ()
    classes: str | None = None  # a word of CLASS
    name: str | None = None  # set: its name; expression: the state
    op: str | None = None
    number: float | None = None
    origin: str | None = None  # germline | somatic

    def __str__(self) -> str:
        """The canonical spelling in the profile grammar."""
        text = " ".join([*([self.gene] if self.gene else []), *self._words()])
        if self.kind == "fusion" and self.partner:
            text = f"{self.partner}::{self.gene}"
        return f"{text} [{self.origin}]" if self.origin else text

    def _words(self) -> list[str]:
        spellings: dict[str, list[str | None]] = {
            "protein": [self.change],
            "coding": [self.change],
            "codon": ["codon", _comma(self.codons)],
            "exon": ["exon", _comma(self.exons), self.classes],
            "residues": ["residues", "-".join(map(str, self.codons)), self.classes],
            "set": ["set", self.name],
            "wild_type": ["wild_type", *(["codons", _comma(self.codons)] if self.codons else [])],
            "expression": ["expression", *([self.name] if self.name else [self.op, self._number])],
            "TMB": ["TMB", ">=", self._number],
            "in_cis": ["in_cis codons", _comma(self.codons)],
            "in_trans": ["in_trans codons", _comma(self.codons)],
        }
        return [word for word in spellings.get(self.kind, [self.kind]) if word]

    @property
    def _number(self) -> str:
        return f"{self.number:g}" if self.number is not None else ""

    @property
    def whole_gene(self) -> bool:
        """Whether the feature is spread over the whole gene."""
        return self.kind in WHOLE_GENE or (self.kind == "wild_type" and not self.codons)


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there."""

    part: "Profile"

    def __str__(self) -> str:
        """The canonical spelling."""
        return f"NOT {_bracketed(self.part)}"


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: tuple["Profile", ...]

    def __str__(self) -> str:
        """The canonical spelling."""
        return " AND ".join(f"({p})" if isinstance(p, Or) else str(p) for p in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    parts: tuple["Profile", ...]

    def __str__(self) -> str:
        """The canonical spelling."""
        return " OR ".join(str(p) for p in self.parts)


Profile = Leaf | Not | And | Or


def _bracketed(part: Profile) -> str:
    return f"({part})" if isinstance(part, And | Or) else str(part)


def _comma(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


@v_args(inline=True)
class _Tree(Transformer[Token, Profile]):
    """From the parse tree to a profile."""

    def either(self, *parts: Profile) -> Profile:
        return Or(parts) if len(parts) > 1 else parts[0]

    def both(self, *parts: Profile) -> Profile:
        return And(parts) if len(parts) > 1 else parts[0]

    def negation(self, part: Profile) -> Profile:
        return Not(part)

    def leaf(self, feature: Leaf, origin: str | None = None) -> Leaf:
        if not origin:
            return feature
        fields = {name: getattr(feature, name) for name in Leaf.__slots__}
        return Leaf(**{**fields, "origin": origin})

    def origin(self, word: Token) -> str:
        return str(word).strip("[]")

    def numbers(self, *values: Token) -> tuple[int, ...]:
        return tuple(int(value) for value in values)

    def protein(self, gene: Token, change: Token) -> Leaf:
        parsed = parse_protein(change)
        if parsed is None:
            raise _misread(change, "is no protein change in HGVS")
        name = str(change) if "?" in str(parsed) else str(parsed)
        return Leaf("protein", str(gene), change=name, codons=tuple(parsed.codons))

    def coding(self, gene: Token, change: Token) -> Leaf:
        if parse_coding(change) is None:
            raise _misread(change, "is no coding change in HGVS")
        return Leaf("coding", str(gene), change=str(change))

    def codon(self, gene: Token, codons: tuple[int, ...]) -> Leaf:
        return Leaf("codon", str(gene), codons=codons)

    def exon(self, gene: Token, exons: tuple[int, ...], classes: Token) -> Leaf:
        return Leaf("exon", str(gene), exons=exons, classes=str(classes))

    def residues(self, gene: Token, first: Token, last: Token, classes: Token) -> Leaf:
        if int(first) > int(last):
            raise _misread(last, "is before the first residue")
        return Leaf("residues", str(gene), codons=(int(first), int(last)), classes=str(classes))

    def member(self, gene: Token, name: Token) -> Leaf:
        return Leaf("set", str(gene), name=str(name))

    def whole(self, gene: Token, kind: Token) -> Leaf:
        return Leaf(str(kind), str(gene))

    def fusion_pair(self, five: Token, three: Token) -> Leaf:
        return Leaf("fusion", str(three), partner=str(five))

    def wild_type(self, gene: Token, codons: tuple[int, ...] = ()) -> Leaf:
        return Leaf("wild_type", str(gene), codons=codons)

    def phased(self, gene: Token, phase: Token, codons: tuple[int, ...]) -> Leaf:
        return Leaf(str(phase), str(gene), codons=codons)

    def expression_state(self, gene: Token, state: Token) -> Leaf:
        return Leaf("expression", str(gene), name=str(state))

    def expression_number(self, gene: Token, op: Token, number: Token) -> Leaf:
        return Leaf("expression", str(gene), op=str(op), number=float(number))

    def biomarker(self, kind: Token) -> Leaf:
        return Leaf(str(kind))

    def tmb(self, number: Token) -> Leaf:
        return Leaf("TMB", op=">=", number=float(number))


class _MisreadError(ValueError):
    """A word that the grammar lets pass but that means nothing; knows its place."""

    def __init__(self, column: int, words: str) -> None:
        super().__init__(words)
        self.column = column


def _misread(token: Token, problem: str) -> _MisreadError:
    return _MisreadError(token.column or 1, f"{str(token)!r} {problem}")


def parser(grammar: Path, start: str) -> Lark:
    """A parser of one of the small languages of the knowledge base."""
    return Lark(grammar.read_text(), start=start, parser="lalr", propagate_positions=True)


@cache
def _parser() -> Lark:
    return parser(GRAMMAR, "profile")


@cache
def parse_profile(text: str) -> Profile:
    """Read a profile.

    Raises:
        ProfileError: it does not follow the grammar; the message points at the character.
    """
    try:
        return _Tree().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise ProfileError(pointed(text, place(error, text), wanted(error, _parser()))) from error
    except VisitError as error:
        if not isinstance(error.orig_exc, _MisreadError):
            raise
        column, words = error.orig_exc.column, str(error.orig_exc)
        raise ProfileError(pointed(text, column, words)) from error


def pointed(text: str, column: int, words: str) -> str:
    """A message with a caret under the character it speaks of (`column` is 1-based)."""
    return f"character {column}: {words}\n    {text}\n    {' ' * (column - 1)}^"


def wanted(error: UnexpectedInput, grammar: Lark) -> str:
    """What the grammar would have taken instead."""
    expected: Any = getattr(error, "accepts", None) or getattr(error, "expected", None)
    expected = expected or getattr(error, "allowed", None) or ()
    patterns = {term.name: term.pattern for term in grammar.terminals}
    names = {"$END": "the end", **TERMINALS}
    words = {names.get(name) or _words_of(patterns[name]) for name in map(str, expected)}
    return "expected " + " or ".join(sorted(words)) if words else "cannot be read"


def place(error: UnexpectedInput, text: str) -> int:
    """The column (1-based) of the character that cannot be read."""
    at_end = getattr(getattr(error, "token", None), "type", "") == "$END"
    return len(text) + 1 if at_end else error.column


def _words_of(pattern: Pattern) -> str:
    text = str(pattern.value)
    return f'"{text}"' if pattern.type == "str" else text.removeprefix("(?:").removesuffix(")")


def leaves(profile: Profile, positive: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf, and whether it is asked for (True) or asked to be absent (False)."""
    match profile:
        case Leaf():
            yield profile, positive
        case Not(part):
            yield from leaves(part, not positive)
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part, positive)
