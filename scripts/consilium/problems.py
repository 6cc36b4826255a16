"""What is wrong with an input, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input."""

    where: str  # file, and row, key or contig in it
    problem: str
    fix: str
    level: str = "ERROR"  # ERROR: no run | WARNING: a run, with this in mind

    def __str__(self) -> str:
        """One line: where, problem, fix."""
        return f"{self.where}: {self.problem}; {self.fix}"


class InputError(ValueError):
    """Inputs that no run can use: every problem found, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems and make them the message."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(problems: Iterable[Problem]) -> None:
    """Raise if there is any problem.

    Raises:
        InputError: naming all of them.
    """
    if found := tuple(problems):
        raise InputError(found)


def nearest(word: str, known: Iterable[str]) -> str:
    """A question that names the known word most like this one, or all of them."""
    words = list(known)
    by_lower = {known_word.lower(): known_word for known_word in words}
    if close := get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6):
        return f"did you mean {by_lower[close[0]]!r}?"
    return f"use one of {', '.join(words)}"
