"""Criteria from eligibility text."""

from collections.abc import Iterator

from consilium.trials.records import Criterion
from consilium.trials.sentences.findings import Run, facts, find_runs
from consilium.trials.sentences.lexicon import Lexicon
from consilium.trials.sentences.scope import Use, read_use
from consilium.trials.sentences.splitting import Sentence, split_text
from consilium.trials.sentences.tokens import tokenize


def read_criteria(text: str, lexicon: Lexicon) -> tuple[Criterion, ...]:
    """What an eligibility text asks for, with the sentence that says so.

    Nothing is read from a sentence that is in doubt, so what is missing here may still be
    asked. `hard` is False where only a cohort or one of several alternatives is meant.
    """
    found = (
        criterion for sentence in split_text(text) for criterion in read_sentence(sentence, lexicon)
    )
    return tuple(dict.fromkeys(found))


def read_sentence(sentence: Sentence, lexicon: Lexicon) -> Iterator[Criterion]:
    """The criteria of one sentence."""
    if sentence.heading:
        return
    if lexicon.names_some(sentence.text):
        yield from _molecular(sentence, lexicon)


def _molecular(sentence: Sentence, lexicon: Lexicon) -> Iterator[Criterion]:
    text = lexicon.joined.sub(r"\1 ", sentence.text)
    for run in find_runs(tokenize(text, lexicon.tokens), lexicon):
        torn = _torn(run)
        uses: dict[tuple[Use, bool], list[str]] = {}
        for found in run.found:
            if found.leaf not in torn and (use := read_use(run, found, text, sentence)):
                uses.setdefault((use, found.absent), []).append(found.leaf)
        for (use, _), leaves in uses.items():
            yield from _criteria(use, leaves, run, sentence)


def _torn(run: Run) -> set[str]:
    """Leaves whose biomarker may be present or absent: HR positive or negative."""
    senses: dict[str, set[bool]] = {}
    for found in run.found:
        for name, absent in facts(found.leaf):
            senses.setdefault(name, set()).add(absent)
    return {
        found.leaf
        for found in run.found
        if run.either and any(len(senses[name]) > 1 for name, _ in facts(found.leaf))
    }


def _criteria(use: Use, leaves: list[str], run: Run, sentence: Sentence) -> Iterator[Criterion]:
    """One criterion for alternatives, else one for each."""
    leaves = list(dict.fromkeys(leaves))
    joined = " OR ".join(leaves)
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
