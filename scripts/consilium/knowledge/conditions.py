"""The conditions of a statement: what must hold of the patient besides the molecules."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from consilium.knowledge.profiles import parser, place, pointed, wanted

GRAMMAR = Path(__file__).with_name("condition.lark")
NUMERIC = frozenset({"line", "age", "ecog"})
ORDERED = frozenset({">=", "<=", ">", "<"})


class ConditionError(ValueError):
    """Conditions that do not parse; the message shows where."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition. `values` holds one value, or the alternatives of `in`."""

    field: str  # a field of the clinical table, or ihc, prior, note
    op: str  # a comparison, "in", "includes", "excludes", or "" for a note
    values: tuple[str, ...]
    name: str | None = None  # ihc: the antigen

    def __str__(self) -> str:
        """The canonical spelling."""
        value = "|".join(self.values)
        if self.field == "note":
            return value
        words = [self.field, self.name, self.op, value]
        return " ".join(word for word in words if word)


@v_args(inline=True)
class _Clauses(Transformer[Token, tuple[Clause, ...]]):
    def conditions(self, *clauses: Clause) -> tuple[Clause, ...]:
        return clauses

    def compare(self, field: Token, op: Token, number: Token) -> Clause:
        return Clause(str(field), str(op), (str(number),))

    def equals(self, field: Token, op: Token, word: Token) -> Clause:
        ordered = str(op) in ORDERED and str(field) != "stage"
        if ordered or str(field) in NUMERIC:
            raise _MisplacedError(word.column or 1, f"{field} is compared with a number")
        return Clause(str(field), str(op), (str(word),))

    def among(self, field: Token, *words: Token) -> Clause:
        return Clause(str(field), "in", tuple(map(str, words)))

    def ihc(self, name: Token, op: Token, value: Token) -> Clause:
        return Clause("ihc", str(op), (str(value),), str(name))

    def prior(self, how: Token, phrase: str) -> Clause:
        return Clause("prior", str(how), (phrase,))

    def phrase(self, *words: Token) -> str:
        return " ".join(words)

    def note(self, words: Token) -> Clause:
        return Clause("note", "", (str(words).strip('"'),))


class _MisplacedError(ValueError):
    def __init__(self, column: int, words: str) -> None:
        super().__init__(words)
        self.column = column


@cache
def _parser() -> Lark:
    return parser(GRAMMAR, "conditions")


@cache
def parse_conditions(text: str) -> tuple[Clause, ...]:
    """Read conditions; an empty text has none.

    Raises:
        ConditionError: they do not follow the grammar; the message points at the character.
    """
    if not text.strip():
        return ()
    try:
        return _Clauses().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise ConditionError(pointed(text, place(error, text), wanted(error, _parser()))) from error
    except VisitError as error:
        if not isinstance(error.orig_exc, _MisplacedError):
            raise
        column, words = error.orig_exc.column, str(error.orig_exc)
        raise ConditionError(pointed(text, column, words)) from error
