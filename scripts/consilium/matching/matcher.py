"""Hold the knowledge base against patients: one matcher serves any number of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from consilium.knowledge.base import Entry, Knowledge
from consilium.knowledge.profiles import Leaf
from consilium.matching.disease import Disease, relate
from consilium.matching.features import evaluate_leaf
from consilium.matching.measured import Result
from consilium.matching.patient import Patient
from consilium.matching.preconditions import Classes, drug_classes, judge
from consilium.matching.profile_match import evaluate
from consilium.matching.regulators import Status, lost_drugs, status_on
from consilium.matching.settings import Settings
from consilium.matching.tiers import (
    NEGATIVE,
    Match,
    Tier,
    label_stands,
    negative_tier,
    sensitivity_tier,
)
from consilium.tumors import Tumors


@dataclass(frozen=True)
class Matcher:
    """A knowledge base with the tumour tree, for one day and the user's regions."""

    base: Knowledge
    tumors: Tumors
    settings: Settings
    report_date: str  # ISO
    regions: tuple[str, ...]
    _diseases: dict[str | None, dict[str, Disease]] = field(default_factory=dict)

    def match(self, patient: Patient, tumor: str | None) -> list[Match]:
        """Every statement that could concern this patient, held against the findings."""
        diseases = self.diseases(tumor)
        answers: dict[Leaf, Result] = {}

        def ask(leaf: Leaf) -> Result:
            if leaf not in answers:
                answers[leaf] = evaluate_leaf(leaf, patient, self.base, self.settings)
            return answers[leaf]

        matches = []
        for entry in self.candidates(patient, diseases):
            molecular = evaluate(entry.profile, ask)
            disease = diseases[entry.statement.id]
            status = self.status[entry.statement.id]
            conditions = judge(entry.clauses, patient, self.classes)
            match = Match(entry, molecular, disease, conditions, status, Tier(None, "", ""))
            matches.append(self._tiered(match, tumor))
        return matches

    def candidates(self, patient: Patient, diseases: dict[str, Disease]) -> Iterable[Entry]:
        """Statements about this tumour, and those about a gene with a finding."""
        chosen = {id(entry): entry for gene in patient.by_gene for entry in self.by_gene[gene]}
        for entry in self.base.entries:
            if diseases[entry.statement.id].kind in {"ON", "TUMOUR_AGNOSTIC", "UNKNOWN"}:
                chosen[id(entry)] = entry
        if patient.measured:
            chosen |= {id(entry): entry for entry in self.by_gene[""]}
        return sorted(chosen.values(), key=lambda entry: self._order[id(entry)])

    def diseases(self, tumor: str | None) -> dict[str, Disease]:
        """The relation of every statement to a tumour; computed once for each tumour."""
        if tumor not in self._diseases:
            self._diseases[tumor] = {
                entry.statement.id: relate(entry.statement, tumor, self.tumors)
                for entry in self.base.entries
            }
        return self._diseases[tumor]

    @cached_property
    def classes(self) -> Classes:
        """The classes of every drug, for conditions on prior therapy."""
        return drug_classes(self.base.drugs)

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(entry): place for place, entry in enumerate(self.base.entries)}

    @cached_property
    def by_gene(self) -> dict[str, list[Entry]]:
        """Statements by each gene they name; those that name none under ""."""
        index: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.base.entries:
            for gene in entry.genes or {""}:
                index[gene].append(entry)
        return index

    @cached_property
    def status(self) -> dict[str, Status]:
        """What regulators say of each statement on the day."""
        return {
            entry.statement.id: status_on(entry, self.report_date, self.regions)
            for entry in self.base.entries
        }

    @cached_property
    def lost(self) -> dict[str, str]:
        """Drugs that no regulator approves any more, and the sentence that says so."""
        return {
            drug: (
                f"{drug}: withdrawn ({gone.regulator}, {gone.date}), no approval in force is "
                f"known: {gone.note or 'no reason given'}"
            )
            for drug, gone in lost_drugs(self.base.entries, self.report_date).items()
        }

    def barred(self, entry: Entry, tumor: str | None) -> str | None:
        """The active label of the same regimen that excludes this tumour, in words."""
        for other in self.base.by_regimen[frozenset(entry.statement.drugs)]:
            name = other.statement.id
            if self.diseases(tumor)[name].excluded and self.status[name].active:
                return f"an active label of the regimen excludes this tumour ({name})"
        return None

    def _tiered(self, match: Match, tumor: str | None) -> Match:
        row = match.entry.statement
        if match.stance in NEGATIVE:
            return replace(match, tier=negative_tier(match, self.report_date))
        if match.stance != "sensitivity":
            return replace(match, tier=Tier(None, "26", match.disease.sentence, "information"))
        tier = sensitivity_tier(match, self.barred(match.entry, tumor), self.report_date)
        gone = [self.lost[drug] for drug in row.drugs if drug in self.lost]
        open_or_tiered = tier.tier or tier.miss == "not_assessed"
        if gone and open_or_tiered and not label_stands(match.status):
            tier = Tier(None, "25", gone[0], "withdrawn")
        return replace(match, tier=tier)
