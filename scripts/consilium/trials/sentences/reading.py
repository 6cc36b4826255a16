"""Criteria from eligibility text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from consilium.trials.records import Criterion
from consilium.trials.sentences import cues
from consilium.trials.sentences.clinical import read_facts
from consilium.trials.sentences.expressions import facts
from consilium.trials.sentences.findings import Run, find_list, find_runs
from consilium.trials.sentences.lexicon import Lexicon
from consilium.trials.sentences.scope import Use, is_soft, read_use
from consilium.trials.sentences.spelling import owned, spelled
from consilium.trials.sentences.splitting import Sentence
from consilium.trials.sentences.tokens import tokenize

COMPOUND = " AND "  # in the leaf of a kind of disease
KEPT = 65_536  # sentences: many trials write the same ones


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence and what it asks for; without criteria it is unread, and a person must read it.

    Criteria have `origin` "text", which never lets a patient pass. `hard` is False where only
    a cohort or one of several alternatives is meant; their `arm` is None, since a text's name of
    a cohort need not be a registered label.
    """

    sentence: Sentence
    criteria: tuple[Criterion, ...]
    cohort: str | None  # the heading of the only cohort or arm meant, as the text writes it


def read_criteria(sentences: Iterable[Sentence], lexicon: Lexicon) -> list[Reading]:
    """What every sentence asks for, in order, headings left out.

    Nothing is read from a sentence that is in doubt, so what is missing here may still be
    asked. Expressions are in the profile, condition or tumour grammar of `Criterion.kind`.
    """
    return [
        Reading(sentence, read_sentence(sentence, lexicon), sentence.cohort)
        for sentence in sentences
        if not sentence.heading
    ]


def read_sentence(sentence: Sentence, lexicon: Lexicon) -> tuple[Criterion, ...]:
    """The criteria of one sentence."""
    if sentence.heading:
        return ()
    return _read(sentence.alone, lexicon)


@lru_cache(KEPT)
def _read(sentence: Sentence, lexicon: Lexicon) -> tuple[Criterion, ...]:
    text = owned(sentence.text)
    named = lexicon.names_some(text)
    molecular = _agreed(list(_molecular(text, sentence, lexicon))) if named else []
    return tuple(dict.fromkeys((*molecular, *_clinical(sentence, lexicon))))


def _agreed(criteria: list[Criterion]) -> list[Criterion]:
    """Criteria without those that another of the same sentence contradicts."""
    senses: dict[str, set[bool]] = {}
    for criterion in criteria:
        for name, absent in _plain(_wanted(criterion)):
            senses.setdefault(name, set()).add(absent)
    return [c for c in criteria if all(len(senses[name]) == 1 for name, _ in _plain(_wanted(c)))]


def _plain(wanted: set[tuple[str, bool]]) -> set[tuple[str, bool]]:
    """Those that alternatives of one criterion do not turn: `HER2 positive or triple negative`."""
    return {(name, absent) for name, absent in wanted if (name, not absent) not in wanted}


def _wanted(criterion: Criterion) -> set[tuple[str, bool]]:
    """Biomarkers, and whether those who enter lack them."""
    barred = criterion.polarity == "exclusion"
    return {(name, absent != barred) for name, absent in facts(criterion.expression)}


def _clinical(sentence: Sentence, lexicon: Lexicon) -> Iterator[Criterion]:
    hard = not is_soft(sentence)
    for fact in read_facts(sentence, lexicon):
        yield Criterion(
            kind=fact.kind,
            expression=fact.expression,
            polarity=fact.polarity,
            origin="text",
            sentence=sentence.text,
            hard=hard,
        )


def _molecular(text: str, sentence: Sentence, lexicon: Lexicon) -> Iterator[Criterion]:
    text = spelled(text, lexicon)
    for run in _runs(text, sentence, lexicon):
        kinds = run.either and any(COMPOUND in found.leaf for found in run.found)
        torn = _torn(run, kinds)
        uses: dict[tuple[Use, bool], list[str]] = {}
        for found in run.found:
            if found.leaf not in torn and (use := read_use(run, found, text, sentence)):
                absent = found.absent and not kinds
                uses.setdefault((use, absent), []).append(found.leaf)
        if len(uses) > 1 and not run.either and any(u.polarity == "exclusion" for u, _ in uses):
            continue  # bars who has one and lacks another, or either: in doubt
        for (use, _), leaves in uses.items():
            meant = replace(use, hard=use.hard and not (run.either and len(uses) > 1))
            yield from _criteria(meant, leaves, run, sentence)


def _runs(text: str, sentence: Sentence, lexicon: Lexicon) -> list[Run]:
    tokens = list(tokenize(text, lexicon.tokens))
    runs = list(find_runs(tokens, lexicon))
    opened = bool(sentence.above) and bool(cues.OPENS_GENES.search(sentence.above[-1]))
    listed = find_list(tokens, lexicon, opened)
    return [*runs, *_beyond(listed, runs)] if listed else runs


def _beyond(listed: Run, runs: list[Run]) -> Iterator[Run]:
    """A list without the biomarkers that runs have already named."""
    known = {name for run in runs for found in run.found for name, _ in facts(found.leaf)}
    if any(run.start > listed.end for run in runs):
        return  # what stands behind may narrow the list
    rest = tuple(
        found
        for found in listed.found
        if not known & {name for name, _ in facts(found.leaf)}
        and not any(run.start <= found.start < run.end for run in runs)
    )
    if rest:
        yield replace(listed, found=rest)


def _torn(run: Run, kinds: bool) -> set[str]:
    """Leaves whose biomarker may be present or absent: HR positive or negative.

    `kinds`: of kinds of a disease, such as `HER2 positive or triple negative`, each holds alone.
    """
    alone = [found.leaf for found in run.found if not (kinds and COMPOUND in found.leaf)]
    senses: dict[str, set[bool]] = {}
    for leaf in alone:
        for name, absent in facts(leaf):
            senses.setdefault(name, set()).add(absent)
    return {leaf for leaf in alone if any(len(senses[name]) > 1 for name, _ in facts(leaf))}


def _criteria(use: Use, leaves: list[str], run: Run, sentence: Sentence) -> Iterator[Criterion]:
    """One criterion for alternatives, else one for each."""
    leaves = list(dict.fromkeys(leaves))
    joined = " OR ".join(f"({x})" if COMPOUND in x and len(leaves) > 1 else x for x in leaves)
    if use.denied:
        expressions = [f"NOT ({joined})"]
    elif run.either or use.polarity == "exclusion":
        expressions = [joined]
    else:
        expressions = leaves
    for expression in expressions:
        yield Criterion(
            kind="molecular",
            expression=expression,
            polarity=use.polarity,
            origin="text",
            sentence=sentence.text,
            hard=use.hard,
        )
