"""What every importer is given and gives back."""

from dataclasses import dataclass
from pathlib import Path

from consilium.knowledge.base import Knowledge
from consilium.knowledge.sources.diseases import Diseases
from consilium.tumors import Tumors

LOSSY = 0.9  # a release with a smaller share of the rows of the last one was cut off


@dataclass(frozen=True, slots=True)
class Release:
    """One entry of config key `knowledge.sources`."""

    kind: str
    file: str
    version: str
    date: str  # ISO, when its provider released it
    folder: str  # where the base goes
    name: str | None = None
    licence: str | None = None

    @property
    def path(self) -> Path:
        """The release."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class Known:
    """What an importer may lean on: our own base, the tumour tree, names of diseases."""

    base: Knowledge
    tumors: Tumors
    diseases: Diseases
    date: str  # the release's


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item of a release: a row of outcomes.tsv."""

    item: str  # the source's own identifier
    outcome: str  # imported | conditional | refused
    reason: str  # imported: empty; else why, in words that recur
    statements: tuple[str, ...] = ()  # ids of the rows it became
    number: int = 1  # of like items
