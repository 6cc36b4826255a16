"""Hold trials against a patient: arm by arm, criterion by criterion, in three values.

What is not known neither admits nor bars a patient; it makes an arm UNDETERMINED.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from consilium.knowledge import Clause, Statement, parse_conditions, parse_profile
from consilium.knowledge.profiles import Leaf
from consilium.matching.disease import relate
from consilium.matching.features import evaluate_leaf
from consilium.matching.kleene import Truth
from consilium.matching.matcher import Matcher
from consilium.matching.measured import Result
from consilium.matching.patient import Patient
from consilium.matching.preconditions import judge
from consilium.matching.profile_match import Asked, Molecular, evaluate
from consilium.trials.records import WHOLE, Arm, Criterion, Study
from consilium.trials.verdicts import Answer, ArmMatch, Check, TrialMatch

OPEN = frozenset({"RECRUITING", "NOT_YET_RECRUITING"})
NOT_STATED = "NOT_STATED"  # no status at all, unlike UNKNOWN, which is the registry's own word
STATUS_DAYS = 90  # a status older than this is to be checked
# Kinds of study that treat nobody, or outside of a trial.
OTHER_STUDIES = frozenset({"OBSERVATIONAL", "EXPANDED_ACCESS"})
SUSPENDED = "(suspended)"  # how the import of CTML ends the description of a closed arm
UNNAMED = Arm(WHOLE)
TUMOR_TRUTH = {
    "ON": Truth.TRUE,
    "TUMOUR_AGNOSTIC": Truth.TRUE,
    "SUBTYPE_EVIDENCE": Truth.UNKNOWN,  # the patient's may be the narrower type that is asked for
    "RELATED": Truth.FALSE,
    "OFF": Truth.FALSE,
    "UNKNOWN": Truth.UNKNOWN,
}
WORDS = {Truth.TRUE: "true", Truth.FALSE: "not true", Truth.UNKNOWN: "not known"}


@dataclass(frozen=True)
class Case:
    """Who is asked about, and with what; each expression is answered once."""

    patient: Patient
    tumor: str | None  # OncoTree code
    matcher: Matcher
    ask: Callable[[Leaf], Result]
    status_days: int = STATUS_DAYS
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def answer(self, criterion: Criterion) -> Answer:
        """The truth of a criterion's expression."""
        key = (criterion.kind, criterion.expression)
        if key not in self.answers:
            self.answers[key] = ANSWERS[criterion.kind](criterion.expression, self)
        return self.answers[key]


def match_trials(
    trials: Iterable[Study],
    patient: Patient,
    tumor: str | None,
    matcher: Matcher,
    status_days: int = STATUS_DAYS,
) -> list[TrialMatch]:
    """Every trial against the patient, in the order given.

    Raises:
        ProfileError, ConditionError: a criterion does not follow the grammar of its kind.
    """

    @cache
    def ask(leaf: Leaf) -> Result:
        return evaluate_leaf(leaf, patient, matcher.base, matcher.settings)

    case = Case(patient, tumor, matcher, ask, status_days)
    return [_match(trial, case) for trial in trials]


def _match(trial: Study, case: Case) -> TrialMatch:
    status = trial.status or NOT_STATED
    excluded = None if status in OPEN else status
    if excluded is None and trial.study_type in OTHER_STUDIES:
        excluded = trial.study_type
    stale = _stale(trial.checked, case.matcher.report_date, case.status_days)
    arms = trial.arms or (UNNAMED,)
    shared = () if excluded else _until_barred((c for c in trial.criteria if c.arm is None), case)
    barred = bool(shared) and shared[-1].decides and shared[-1].verdict == "FAIL"
    if excluded or barred:  # most trials: nothing else of them needs to be looked at
        found = tuple(ArmMatch(arm, shared[-1:], excluded) for arm in arms)
    else:
        found = tuple(_arm(arm, trial, shared, case) for arm in arms)
    return TrialMatch(trial, found, excluded, stale or status == NOT_STATED)


def _stale(checked: str | None, report_date: str, days: int) -> bool:
    """Whether a status of this ISO date may no longer hold; one from after the report is odd."""
    if not checked:
        return True
    age = (date.fromisoformat(report_date) - date.fromisoformat(checked)).days
    return not 0 <= age <= days


def _until_barred(criteria: Iterable[Criterion], case: Case) -> tuple[Check, ...]:
    """Each criterion with its verdict, up to one that bars."""
    checks = []
    for criterion in criteria:
        checks.append(check(criterion, case))
        if checks[-1].verdict == "FAIL" and checks[-1].decides:
            break
    return tuple(checks)


def _arm(arm: Arm, trial: Study, shared: tuple[Check, ...], case: Case) -> ArmMatch:
    own = tuple(check(c, case) for c in trial.criteria if c.arm == arm.label)
    closed = "SUSPENDED" if arm.description.endswith(SUSPENDED) else None
    return ArmMatch(arm, own + shared, closed)


def check(criterion: Criterion, case: Case) -> Check:
    """The verdict on one criterion: an exclusion that is true fails."""
    answer = case.answer(criterion)
    holds = answer.truth if criterion.polarity == "inclusion" else ~answer.truth
    if criterion.origin == "text":
        verdict = "WARN" if holds is Truth.FALSE else "UNDETERMINED"
    elif holds is Truth.UNKNOWN:
        verdict = "UNDETERMINED"
    elif holds is Truth.TRUE:
        verdict = "PASS"
    else:
        verdict = "FAIL" if criterion.hard else "WARN"
    return Check(criterion, verdict, answer)


def _molecular(expression: str, case: Case) -> Answer:
    molecular = evaluate(parse_profile(expression), case.ask)
    why = "; ".join(dict.fromkeys(_why(asked, case.patient) for asked in molecular.carried_by))
    true = molecular.truth is Truth.TRUE
    return Answer(
        molecular.truth,
        f"{expression} is {WORDS[molecular.truth]}: {why}",
        _leaves(molecular, case.patient),
        tuple(dict.fromkeys(f.name for f in molecular.findings)) if true else (),
    )


def _leaves(molecular: Molecular, patient: Patient) -> tuple[str, ...]:
    if molecular.truth is not Truth.UNKNOWN:
        return ()
    return tuple(dict.fromkeys(_beyond(asked.leaf, patient) for asked in molecular.open))


def _why(asked: Asked, patient: Patient) -> str:
    clear = _clear(asked.leaf, patient)
    if asked.result.truth is not Truth.UNKNOWN or not clear:
        return asked.result.sentence
    return f"{asked.leaf}: none at {clear}, elsewhere not known"


def _beyond(leaf: Leaf, patient: Patient) -> str:
    """What is asked, without what was looked for: `KRAS mutation beyond codons 12, 13`."""
    clear = _clear(leaf, patient)
    return f"{leaf} beyond {clear}" if clear else str(leaf)


def _clear(leaf: Leaf, patient: Patient) -> str:
    """The codons of a gene that were read and show no change, where any change is asked for."""
    if leaf.kind != "mutation":
        return ""
    looked = patient.looked_by_gene.get(leaf.gene or "", ())
    codons = {
        c for row in looked if row.absent and row.leaf.kind == "codon" for c in row.leaf.codons
    }
    listed = ", ".join(map(str, sorted(codons)))
    return f"codon{'s' if len(codons) > 1 else ''} {listed}" if codons else ""


def _tumor(expression: str, case: Case) -> Answer:
    asked = replace(NO_STATEMENT, tumor=tuple(expression.split("|")))
    relation = relate(asked, case.tumor, case.matcher.tumors)
    truth = TUMOR_TRUTH[relation.kind]
    own = case.tumor or "of unknown type"
    if relation.kind == "SUBTYPE_EVIDENCE":
        why = f"the tumour is {own}, and {relation.path[0]} is a kind of it"
    elif len(relation.path) > 1 and truth is Truth.TRUE:
        why = f"the tumour is {' > '.join(relation.path)}"
    else:
        why = f"the tumour is {own}"
    sentence = f"{expression} is {WORDS[truth]}: {why}"
    return Answer(truth, sentence, ("tumour type",) if truth is Truth.UNKNOWN else ())


def _clinical(expression: str, case: Case) -> Answer:
    clauses = parse_conditions(expression)
    found = judge(clauses, case.patient, case.matcher.classes)
    unknown = [clause for clause in clauses if str(clause) in found.unknown]
    questions = tuple(dict.fromkeys(_question(clause) for clause in unknown))
    open_ = questions if found.truth is Truth.UNKNOWN else ()
    words = " and ".join(map(str, clauses))
    return Answer(found.truth, f"{words} is {WORDS[found.truth]}", open_)


def _question(clause: Clause) -> str:
    """What to ask, whatever limit the clause sets."""
    if clause.field == "note":
        return str(clause)
    if clause.field == "prior":
        return f"prior {clause.values[0]}"
    return f"{clause.field} {clause.name}" if clause.name else clause.field


ANSWERS: dict[str, Callable[[str, Case], Answer]] = {
    "molecular": _molecular,
    "tumor": _tumor,
    "clinical": _clinical,
}
# A criterion names tumours as a statement does, and nothing else of one.
NO_STATEMENT = Statement(
    id="criterion",
    profile="",
    predicate="",
    direction="",
    regimen="",
    operator="",
    tumor=(),
    excluded_tumors=(),
    conditions="",
    setting="",
    level="",
    guideline=None,
    transfers=None,
    limitation=None,
    escat=None,
    citations=(),
    summary="",
    checked="no",
)
