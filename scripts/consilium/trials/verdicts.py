"""What comes of holding a trial against a patient: by criterion, by arm, and as a whole."""

from dataclasses import dataclass
from functools import cached_property

from consilium.matching.kleene import Truth
from consilium.trials.records import Arm, Criterion, Study

VERDICTS = ("PASS", "WARN", "UNDETERMINED", "FAIL")  # from the surest


@dataclass(frozen=True, slots=True)
class Answer:
    """The truth of an expression in the patient, why, and what would have to be known."""

    truth: Truth
    sentence: str
    open: tuple[str, ...] = ()  # questions on which an unknown truth hangs
    findings: tuple[str, ...] = ()  # labels of the findings that make it true


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion with its verdict, one of VERDICTS, and what was found."""

    criterion: Criterion
    verdict: str
    answer: Answer

    @property
    def reason(self) -> str:
        """The verdict in a sentence."""
        said = self.criterion
        words = f"{said.polarity} {said.sentence!r}: {self.answer.sentence}"
        told = "; this was read from free text by rules, so read the sentence itself"
        return f"{words}{told}" if said.origin == "text" else words

    @property
    def open(self) -> tuple[str, ...]:
        """Questions on which the verdict hangs."""
        return self.answer.open

    @property
    def decides(self) -> bool:
        """Whether the criterion can bar or admit anybody."""
        return self.criterion.hard and self.criterion.origin != "text"

    @property
    def against(self) -> bool:
        """Whether it speaks against the trial without barring: a sentence, a list of tumours."""
        said = self.criterion
        weighs = said.hard if said.origin == "text" else said.kind == "tumor"
        return self.verdict == "WARN" and weighs

    @property
    def matched(self) -> bool:
        """Whether it asks for something of the molecules, and that holds."""
        said = self.criterion
        asks = said.kind == "molecular" and said.polarity == "inclusion"
        return asks and self.answer.truth is Truth.TRUE


@dataclass(frozen=True)
class ArmMatch:
    """An arm with all that it asks; `excluded` is why nobody can enter, whatever they have.

    Where something bars the whole trial, only that is among the checks.
    """

    arm: Arm
    checks: tuple[Check, ...]
    excluded: str | None = None

    @cached_property
    def verdict(self) -> str:
        """FAIL if something bars, UNDETERMINED if something that decides is not known.

        WARN says that only soft or text criteria are in doubt. PASS needs an inclusion that
        holds, and that stands in a field or in a curator's words: to be free of what excludes
        is no reason to enter.
        """
        deciding = [check.verdict for check in self.checks if check.decides]
        if self.excluded or "FAIL" in deciding:
            return "FAIL"
        settled = any(
            check.verdict == "PASS" and check.criterion.polarity == "inclusion"
            for check in self.checks
        )
        if "UNDETERMINED" in deciding or not settled:
            return "UNDETERMINED"
        return "PASS" if all(check.verdict == "PASS" for check in self.checks) else "WARN"

    @cached_property
    def unknown(self) -> tuple[Check, ...]:
        """Criteria that decide and that nobody can answer yet."""
        return tuple(c for c in self.checks if c.decides and c.verdict == "UNDETERMINED")

    @cached_property
    def matched(self) -> tuple[Check, ...]:
        """What the arm asks of the molecules and the patient has."""
        return tuple(check for check in self.checks if check.matched)

    @cached_property
    def against(self) -> tuple[Check, ...]:
        """What speaks against it without barring."""
        return tuple(check for check in self.checks if check.against)


@dataclass(frozen=True)
class TrialMatch:
    """A trial with its arms; `excluded` is why the trial takes nobody."""

    trial: Study
    arms: tuple[ArmMatch, ...]
    excluded: str | None
    check_status: bool  # the status is old, undated or missing: ask before anybody relies on it

    @cached_property
    def verdict(self) -> str:
        """That of its best arm."""
        return min((arm.verdict for arm in self.arms), key=VERDICTS.index)
