"""Three-valued logic: what is not known is neither true nor false."""

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """The value of a claim; ordered FALSE < UNKNOWN < TRUE."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __invert__(self) -> "Truth":
        """NOT: unknown stays unknown."""
        return Truth(2 - self.value)


def every(values: Iterable[Truth]) -> Truth:
    """AND: the least of the values; TRUE when there are none."""
    return min(values, key=_rank, default=Truth.TRUE)


def any_of(values: Iterable[Truth]) -> Truth:
    """OR: the greatest of the values; FALSE when there are none."""
    return max(values, key=_rank, default=Truth.FALSE)


def _rank(value: Truth) -> int:
    return int(value.value)
