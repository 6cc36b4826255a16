"""The truth of a whole profile in one patient (rule 12), and what carries it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from consilium.knowledge.profiles import And, Leaf, Not, Or, Profile
from consilium.matching.findings import Finding
from consilium.matching.kleene import Truth, any_of, every
from consilium.matching.measured import Result

RANK = {
    "EXACT": 9,
    "PROTEIN_CHANGE": 8,
    "CODON": 7,
    "EXON_CLASS": 6,
    "FUSION": 5,
    "CNA": 5,
    "DOMAIN_CLASS": 5,
    "GENE_LOF": 4,
    "GENE_GOF": 4,
    "GENE_ONCOGENIC": 3,
    "BIOMARKER": 3,
    "EXPRESSION": 3,
    "GENE_ANY": 2,
    "WILD_TYPE": 1,
}
Ask = Callable[[Leaf], Result]


@dataclass(frozen=True, slots=True)
class Asked:
    """One leaf of a profile with its answer; `positive` is False under NOT."""

    leaf: Leaf
    positive: bool
    result: Result

    @property
    def truth(self) -> Truth:
        """What the leaf contributes: its answer, turned round under NOT."""
        return self.result.truth if self.positive else ~self.result.truth


@dataclass(frozen=True, slots=True)
class Molecular:
    """A profile's truth, its leaves, and those on which the truth rests."""

    truth: Truth
    asked: tuple[Asked, ...]
    carried_by: tuple[Asked, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings that satisfy, or may satisfy, what is asked for; each once."""
        found = [f for asked in self.carried_by if asked.positive for f in asked.result.findings]
        return tuple({id(finding): finding for finding in found}.values())

    @property
    def granularity(self) -> str | None:
        """The finest granularity among the leaves on which the match rests."""
        named = [a.result.granularity for a in self.carried_by if a.result.granularity]
        return max(named, key=_rank, default=None)

    @property
    def specificity(self) -> tuple[int, int]:
        """Finest granularity, then how many leaves had to hold."""
        return _rank(self.granularity), len(self.carried_by)

    @property
    def touched(self) -> bool:
        """Whether some finding satisfies, or may satisfy, a leaf that is asked for."""
        return any(
            asked.positive and asked.result.findings and asked.result.truth is not Truth.FALSE
            for asked in self.asked
        )

    @property
    def open(self) -> tuple[Asked, ...]:
        """Leaves that nobody answered and on which the answer hangs."""
        return tuple(asked for asked in self.carried_by if asked.truth is Truth.UNKNOWN)

    @property
    def explicit(self) -> bool:
        """Whether some row of the patient speaks about the profile."""
        return any(asked.result.explicit for asked in self.asked)

    @property
    def only_absences(self) -> bool:
        """Whether the profile asks for no alteration: wild type, NOT, or a biomarker."""
        return all(
            not asked.positive
            or asked.leaf.kind in {"wild_type", "expression"}
            or not asked.leaf.gene
            for asked in self.asked
        )


def _rank(granularity: str | None) -> int:
    return RANK.get(granularity or "", 0)


def evaluate(profile: Profile, ask: Ask) -> Molecular:
    """Kleene logic over a profile; `ask` answers a leaf."""
    return _held(profile, True, ask)


def _held(profile: Profile, positive: bool, ask: Ask) -> Molecular:
    """The truth of a part with its leaves; carried by the branches whose truth is its own."""
    match profile:
        case Leaf():
            result = ask(profile)
            alone = (Asked(profile, positive, result),)
            return Molecular(result.truth, alone, alone)
        case Not(part):
            inner = _held(part, not positive, ask)
            return Molecular(~inner.truth, inner.asked, inner.carried_by)
        case And(parts):
            held = [_held(part, positive, ask) for part in parts]
            return _joined(every(part.truth for part in held), held, held)
        case Or(parts):
            held = [_held(part, positive, ask) for part in parts]
            best = any_of(part.truth for part in held)
            return _joined(best, held, [part for part in held if part.truth is best])


def _joined(truth: Truth, held: Iterable[Molecular], carrying: Iterable[Molecular]) -> Molecular:
    return Molecular(
        truth,
        tuple(asked for part in held for asked in part.asked),
        tuple(asked for part in carrying for asked in part.carried_by),
    )
