"""Hold the knowledge base against patients: one matcher serves any number of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from consilium.knowledge.base import Entry, Knowledge
from consilium.knowledge.profiles import Leaf
from consilium.matching.features import evaluate_leaf
from consilium.matching.index import Index
from consilium.matching.measured import Result
from consilium.matching.patient import Patient
from consilium.matching.preconditions import Classes, drug_classes, judge
from consilium.matching.profile_match import Ask, evaluate
from consilium.matching.regulators import Status, lost_drugs, status_on
from consilium.matching.settings import Settings
from consilium.matching.tiers import (
    NEGATIVE,
    Match,
    Tier,
    decided,
    label_stands,
    negative_tier,
    sensitivity_tier,
)
from consilium.tumors import Tumors


@dataclass(frozen=True)
class Held:
    """A knowledge base held against one patient."""

    matches: list[Match]  # statements on which some row of the patient bears
    rest: Callable[[], list[Match]]  # those about this tumour that still await a test


@dataclass(frozen=True)
class Matcher:
    """A knowledge base with the tumour tree, for one day and the user's regions."""

    base: Knowledge
    tumors: Tumors
    settings: Settings
    report_date: str  # ISO
    regions: tuple[str, ...]
    _statuses: dict[int, Status] = field(default_factory=dict)
    _barred: dict[tuple[frozenset[str], str | None], str | None] = field(default_factory=dict)

    def match(self, patient: Patient, tumor: str | None) -> Held:
        """The statements that could concern this patient, held against the findings."""
        answers: dict[Leaf, Result] = {}

        def ask(leaf: Leaf) -> Result:
            if leaf not in answers:
                answers[leaf] = evaluate_leaf(leaf, patient, self.base, self.settings)
            return answers[leaf]

        def held(places: Iterable[int]) -> list[Match]:
            return [self._match(place, tumor, patient, ask) for place in places]

        told = self.index.told(patient, tumor)
        return Held(held(told), lambda: held(self.index.untold(told, tumor)))

    def _match(self, place: int, tumor: str | None, patient: Patient, ask: Ask) -> Match:
        entry = self.base.entries[place]
        facts = (
            entry,
            evaluate(entry.profile, ask),
            self.index.disease(place, tumor),
            judge(entry.clauses, patient, self.classes),
            self.status(place),
        )
        return Match(*facts, self._tier(Match(*facts, Tier(None, "", "")), tumor))

    @cached_property
    def index(self) -> Index:
        """Where in the base a patient's statements stand."""
        labels, gone = set(), set()
        for place, entry in enumerate(self.base.entries):
            if decided(entry, self.status(place)):
                labels.add(place)
            if self.status(place).withdrawn or not self.lost.keys().isdisjoint(entry.regimen):
                gone.add(place)
        return Index(self.base.entries, self.tumors, frozenset(labels), frozenset(gone))

    @cached_property
    def classes(self) -> Classes:
        """The classes of every drug, for conditions on prior therapy."""
        return drug_classes(self.base.drugs)

    def status(self, place: int) -> Status:
        """What regulators say of a statement on the day; computed once."""
        if place not in self._statuses:
            entry = self.base.entries[place]
            self._statuses[place] = status_on(entry, self.report_date, self.regions)
        return self._statuses[place]

    @cached_property
    def lost(self) -> dict[str, str]:
        """Drugs that no regulator approves any more, and the sentence that says so."""
        decided = [entry for entry in self.base.entries if entry.approvals]
        return {
            drug: (
                f"{drug}: withdrawn ({gone.regulator}, {gone.date}), no approval in force is "
                f"known: {gone.note or 'no reason given'}"
            )
            for drug, gone in lost_drugs(decided, self.report_date).items()
        }

    def barred(self, entry: Entry, tumor: str | None) -> str | None:
        """The active label of the same regimen that excludes this tumour, in words."""
        key = entry.regimen, tumor
        if key not in self._barred:
            self._barred[key] = next(
                (
                    "an active label of the regimen excludes this tumour "
                    f"({self.base.entries[place].statement.id})"
                    for place in self.index.by_regimen[entry.regimen]
                    if self.index.disease(place, tumor).excluded and self.status(place).active
                ),
                None,
            )
        return self._barred[key]

    def _tier(self, match: Match, tumor: str | None) -> Tier:
        if match.stance in NEGATIVE:
            return negative_tier(match, self.report_date)
        if match.stance != "sensitivity":
            return Tier(None, "26", match.disease.sentence, "information")
        tier = sensitivity_tier(match, self.barred(match.entry, tumor), self.report_date)
        gone = [self.lost[drug] for drug in match.entry.statement.drugs if drug in self.lost]
        open_or_tiered = tier.tier or tier.miss == "not_assessed"
        if gone and open_or_tiered and not label_stands(match.status):
            return Tier(None, "25", gone[0], "withdrawn")
        return tier
