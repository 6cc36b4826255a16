"""Which statements can say anything about a patient, found without looking at all the others.

A statement about genes of which no row of the patient speaks has the answer "not assessed",
whatever it asks for; only the list of what was not assessed has a use for it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from consilium.knowledge.base import Entry
from consilium.knowledge.profiles import leaves
from consilium.matching.disease import ON_LABEL, Disease, relate
from consilium.matching.patient import Patient
from consilium.tumors import Tumors

NEAR = ON_LABEL | {"UNKNOWN"}  # relations by which a statement concerns a patient without findings


@dataclass(frozen=True)
class Index:
    """Places of statements in a knowledge base, by gene, tumour and regimen."""

    entries: tuple[Entry, ...]
    tumors: Tumors
    labels: frozenset[int] = frozenset()  # statements with a label in force or a guideline
    gone: frozenset[int] = frozenset()  # statements with a label or a drug that was withdrawn
    _beside: dict[tuple[frozenset[str], str | None], frozenset[int]] = field(default_factory=dict)
    _diseases: dict[tuple[int, str | None], Disease] = field(default_factory=dict)

    def told(self, patient: Patient, tumor: str | None) -> list[int]:
        """Statements on which some row of the patient bears, in the order of the base.

        With them come those of their regimens that bear on them, found or not: see `beside`.
        """
        chosen = {place for gene in patient.by_gene for place in self.by_gene.get(gene, ())}
        asked = {p for gene in patient.looked_by_gene for p in self.by_gene.get(gene, ())}
        asked.update(self.whole)
        if patient.measured:
            chosen.update(self.by_gene.get("", ()))
        chosen |= {place for place in asked - chosen if self.near(place, tumor)}
        regimens = {self.entries[place].regimen for place in chosen}
        return sorted(chosen.union(*(self.beside(regimen, tumor) for regimen in regimens)))

    def beside(self, regimen: frozenset[str], tumor: str | None) -> frozenset[int]:
        """Statements about this tumour that bear on others of their regimen, fulfilled or not.

        All whose label was withdrawn; of those whose label stands the first, which is named.
        """
        key = regimen, tumor
        if key not in self._beside:
            near = [place for place in self.by_regimen[regimen] if self.near(place, tumor)]
            labels = [place for place in near if place in self.labels][:1]
            self._beside[key] = frozenset(labels) | self.gone.intersection(near)
        return self._beside[key]

    def untold(self, told: Iterable[int], tumor: str | None) -> list[int]:
        """Statements about this very tumour on which no row bears: what a test could still tell."""
        here = self._on(tumor) if tumor in self.tumors else set()
        return sorted(p for p in here - set(told) if self.disease(p, tumor).kind == "ON")

    def near(self, place: int, tumor: str | None) -> bool:
        """Whether a statement is about this tumour, about any, or the tumour is not known."""
        return self.disease(place, tumor).kind in NEAR

    def disease(self, place: int, tumor: str | None) -> Disease:
        """The relation of a statement to a tumour; computed once."""
        key = place, tumor
        if key not in self._diseases:
            self._diseases[key] = relate(self.entries[place].statement, tumor, self.tumors)
        return self._diseases[key]

    def _on(self, tumor: str | None) -> set[int]:
        line = (tumor, *self.tumors.ancestors(tumor)) if tumor else ()
        return {place for code in line for place in self.by_tumor.get(code or "", ())}

    @cached_property
    def by_gene(self) -> dict[str, list[int]]:
        """Statements by each gene they name; those that name none under ""."""
        return _grouped((gene, n) for n, e in enumerate(self.entries) for gene in e.genes or {""})

    @cached_property
    def by_tumor(self) -> dict[str, list[int]]:
        """Statements by each tumour type they name."""
        return _grouped((code, n) for n, e in enumerate(self.entries) for code in e.statement.tumor)

    @cached_property
    def by_regimen(self) -> dict[frozenset[str], list[int]]:
        """Statements by their drugs, in no order."""
        index: dict[frozenset[str], list[int]] = defaultdict(list)
        for place, entry in enumerate(self.entries):
            index[entry.regimen].append(place)
        return index

    @cached_property
    def whole(self) -> frozenset[int]:
        """Statements that ask for something that is measured without a gene, or stained."""
        return frozenset(
            place
            for place, entry in enumerate(self.entries)
            if any(not leaf.gene or leaf.kind == "expression" for leaf, _ in leaves(entry.profile))
        )


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for key, place in pairs:
        index[key].append(place)
    return dict(index)
