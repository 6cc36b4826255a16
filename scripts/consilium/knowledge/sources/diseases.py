"""From a disease of the Disease Ontology to the tumours that a statement may name."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from consilium.tumors import Tumors, plain


@dataclass(frozen=True, slots=True)
class DiseaseRow:
    """A row of `resources/diseases.tsv`: our own reading, which stands before any other."""

    doid: str | None  # with its prefix; None: the disease is known by name alone
    disease: str
    tumor: tuple[str, ...]  # OncoTree codes, ANY or ANY_SOLID; empty: refused
    conditions: str = ""  # what the codes leave out, in the condition grammar
    refused: str = ""  # why no code stands for it


@dataclass(frozen=True, slots=True)
class Reading:
    """The tumours of a disease; none, and why."""

    tumor: tuple[str, ...]
    conditions: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Diseases:
    """Our own table first, then terms that share an NCIt code with a tumour, then equal names.

    A term is never replaced by its parent: evidence from a subtype is none for the whole.
    """

    rows: tuple[DiseaseRow, ...]
    tumors: Tumors

    def read(self, doid: str | None, disease: str) -> Reading:
        """The tumours of a disease. `doid` with or without prefix, None where there is none."""
        key = f"DOID:{doid.removeprefix('DOID:')}" if doid else None
        row = self._own.get(key) if key else self._own.get(plain(disease))
        if row:
            return Reading(row.tumor, row.conditions, row.refused)
        if key and key in self._shared:
            return Reading(self._shared[key])
        if disease and (found := self.tumors.resolve(disease)):
            return Reading((found.code,))
        return Reading((), refused="no tumour type of OncoTree stands for the disease")

    @cached_property
    def _own(self) -> dict[str | None, DiseaseRow]:
        return {row.doid or plain(row.disease): row for row in self.rows}

    @cached_property
    def _shared(self) -> dict[str, tuple[str, ...]]:
        codes: dict[str, list[str]] = defaultdict(list)
        for tumor in self.tumors.by_code.values():
            for doid in tumor.doid:
                codes[doid].append(tumor.code)
        return {doid: tuple(sorted(found)) for doid, found in codes.items()}
