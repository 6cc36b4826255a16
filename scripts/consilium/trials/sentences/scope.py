"""What a sentence does with a biomarker that it names: asks for it, bars it, or neither.

After NegEx (Chapman 2001, PMID:12123149): words that deny reach over what follows them up to a
word that ends their scope. In doubt a biomarker is left out: wrong is worse than missing.
"""

import re
from dataclasses import dataclass

from consilium.trials.sentences import cues
from consilium.trials.sentences.above import section_of
from consilium.trials.sentences.findings import Found, Run
from consilium.trials.sentences.place import Place, place_of
from consilium.trials.sentences.splitting import Sentence
from consilium.trials.sentences.therapy import is_therapy

FEW = 3  # words between two denials that may deny each other
STAINS = 2  # more are a phenotype
REACH = 12  # words over which a denial reaches


@dataclass(frozen=True, slots=True)
class Use:
    """What a sentence does with biomarkers."""

    polarity: str  # inclusion | exclusion
    denied: bool  # it speaks of their absence
    hard: bool  # every patient is meant


def read_use(run: Run, found: Found, text: str, sentence: Sentence) -> Use | None:
    """The use of one biomarker of a run; None where it is no requirement, or in doubt.

    `text` is the sentence as the offsets of the run count it.
    """
    section = section_of(sentence)
    if section is None:
        return None
    place = place_of(run, found, text, section)
    before, after = place.before, place.after
    if is_therapy(place) or _narrowed(place) or _tested(place):
        return None
    if section == "inclusion" and cues.APART_FROM.search(before):
        return Use(section, True, not is_soft(sentence))
    if _conditional(place) or cues.EXEMPTED_AFTER.search(after):
        return None
    hard = not is_soft(sentence) and not cues.EXEMPT.search(after)
    if barred := cues.BARRED_AFTER.search(after):
        return None if _some(before, after[: barred.end()]) else Use("exclusion", False, hard)
    denied = _denied(before, text[run.start : run.end], after)
    if denied and section == "inclusion" and cues.NONE_ALLOWED.match(after):
        return Use(section, denied, hard)
    if cues.NOTE.match(text) or (not place.inherent and _allowed(before, after)):
        return None
    if denied is None or (denied and _other(run, found)):
        return None
    if section == "exclusion" and _spared(denied, before, after):
        return None
    return Use(section, denied, hard)


def _some(before: str, after: str) -> bool:
    """Whether only those with the biomarker are barred who have something else too."""
    return bool(cues.ONLY_SOME.search(after) or cues.AND_WHO.search(before))


def _narrowed(place: Place) -> bool:
    """Whether only some of what is named is meant, or a list beside the first."""
    before, after = place.before, place.after
    if any(cue.search(after) for cue in (cues.IF_AFTER, cues.PERHAPS)) or cues.RARE.search(before):
        return True
    barred = bool(cues.BARRED_AFTER.search(after))
    if not barred and (_bound(place) or _some_kinds(place)):
        return True
    if cues.NON.search(before) and not _joined(place):
        return True
    return _either(place) or (place.section == "exclusion" and _elsewhere(before))


def _some_kinds(place: Place) -> bool:
    """Whether some kinds of the change are left out, or it only illustrates a disease."""
    if any(cues.NARROWED.search(text) for text in (place.after, place.behind)):
        return True
    lead = place.text[: place.run.start]
    return bool(cues.EXAMPLE_OF.search(lead)) and not cues.DRIVER.search(lead)


def _elsewhere(before: str) -> bool:
    """Whether an exclusion bars something beside the biomarker."""
    return bool(cues.PLACED.search(before) or cues.LEFT_OUT.search(before))


def _either(place: Place) -> bool:
    """Whether the biomarker may be in any state."""
    if cues.EITHER_AFTER.match(place.rest):
        return True
    start = place.found.start
    any_ = cues.ANY.search(place.text[:start]) or cues.ANY_AFTER.match(place.text[start:])
    return bool(any_) and not place.found.own


def _joined(place: Place) -> bool:
    """Whether `non-` denies the change: non-EGFR-mutated, non-MSI-H; not non-EGFR variants."""
    if place.found.start != place.run.start:
        return False
    stated = place.found.leaf in cues.STATED
    return stated or bool(re.match(r"[\w.]+-", place.text[place.found.start :]))


def _bound(place: Place) -> bool:
    """Whether something is demanded of those who have the biomarker."""
    if cues.HOLDER.search(place.before) or place.inherent:
        return False
    own = place.headed or not cues.PERSON.search(place.before)  # an item that names a disease
    between = place.text[place.found.end : place.run.end]
    return _demanded(between, own=False) or _demanded(place.after, own)


def _demanded(after: str, own: bool) -> bool:
    """Whether those with the biomarker must do something, other than have it confirmed.

    `own`: what follows a comma is one more demand of the item: `TNBC, must have had taxanes`.
    """
    after = cues.HOW_TESTED.sub(" ", cues.AND_MUST.sub(" and ", after))
    after = cues.COMMA_MUST.sub(" ", after) if own else after
    demanded = cues.DEMANDED.search(after)
    if demanded is None or cues.REQUIRED_AFTER.search(after):
        return False
    return not after[demanded.end() :].lstrip().startswith("not")


def _conditional(place: Place) -> bool:
    if cues.FOR.search(place.before) and cues.THOSE.match(place.after):
        return True  # `rituximab for CD20+ patients`
    return any(_holds(place.before, cue) for cue in cues.CONDITION.finditer(place.before))


def _holds(before: str, found: re.Match[str]) -> bool:
    """Whether a condition is one, and still reaches what follows."""
    cue, rest = found[0].lower(), before[found.end() :]
    lead = before[: found.start()]
    if any(cue.startswith(word) and ends.search(lead) for word, ends in cues.UNBOUND):
        return False
    if cues.IF.match(cue):
        return True
    headed = cue.startswith("for") and cues.HEADED.match(rest)
    return not headed and not cues.MAIN.search(rest)


def _tested(place: Place) -> bool:
    """Whether the sentence speaks of a test, or of what its result means."""
    before, after, leaf = place.before, place.after, place.found.leaf
    if cues.STATUS_AFTER.match(after) and cues.KNOWN.search(before):
        return True
    if cues.BLOOD.match(place.rest) or _phenotype(place):
        return True
    if cues.AS_NOUN.search(place.said) and cues.TOLD_BY.match(place.rest):
        return True
    stated = place.found.absent or "expression" in leaf or leaf in cues.STATED
    stated |= " p." in leaf and bool(cues.HAVING.search(before))
    stated |= bool(cues.SIGN.search(place.said))
    held = bool(cues.HOLDER.search(before))
    if cues.DEFINED_AFTER.match(place.rest) and not held:
        return True
    if cues.STATUS_AFTER.match(after) and not stated:
        return True
    if cues.TISSUE_FOR.search(before) or cues.METHOD_FOR.search(before):
        return True
    test = cues.TEST_BEFORE.search(before)
    lead = before + place.text[place.run.start : place.found.start]
    if test is None or cues.RESULT.search(lead):
        return False
    return not cues.TESTED.search(test["rest"])


def _phenotype(place: Place) -> bool:
    """Whether a stain is one of many by which a lymphoma or leukaemia is told."""
    if place.found.leaf.startswith("CCND1 expression") and cues.MANTLE.search(place.text):
        return True
    kinds = {kind.upper() for kind in re.findall(r"\bCD\d+\w?", place.text)}
    telling = bool(cues.DIAGNOSTIC.search(place.text))
    return "expression" in place.found.leaf and telling and len(kinds) > STAINS


def _allowed(before: str, after: str) -> bool:
    """Whether those who have the biomarker may enter, or must do something else."""
    after = cues.EXEMPT.split(after)[0]
    if cues.REQUIRED_AFTER.search(after) or cues.ONLY.match(before):
        return False
    if cues.PERMITTED_AFTER.search(after):
        return True
    asked = cues.HOW_TESTED.sub(" ", after)
    asked = asked if cues.PERSON.search(before) else cues.COMMA_MUST.sub(" ", asked)
    return bool(cues.SUBJECT.search(before) and cues.MODAL_AFTER.search(asked))


def _denied(before: str, said: str, after: str) -> bool | None:
    """Whether a word denies the biomarker; None where its reach is in doubt."""
    if cues.NOT_AFTER.match(after) or cues.NON.search(before):
        return True
    before = cues.ASIDE.sub(" ", before)
    denials = list(cues.DENY.finditer(before))
    if not denials:
        return False
    rest = before[denials[-1].end() :]
    if denials[-1][0].lower() == "excluding" and before.count("(") > before.count(")"):
        return None  # in brackets: what it is taken from is in doubt
    if denials[-1][0].lower().startswith("negative") and cues.AND_POSITIVE.search(said):
        return None
    if len(denials) > 1 and len(before[denials[-2].end() : denials[-1].start()].split()) < FEW:
        return None
    if cues.NOT_HARBOURING.match(rest):
        return True
    if cues.RELEASE.search(rest):
        return False if cues.TURN.search(rest) else None
    return True if len(rest.split()) <= REACH else None


def _other(run: Run, found: Found) -> bool:
    """Whether one speaks of a stain where the first speaks of a gene, or the reverse."""
    return ("expression" in found.leaf) != ("expression" in run.found[0].leaf)


def _spared(denied: bool, before: str, after: str) -> bool:
    """Whether an exclusion bars only some who have the biomarker, or denies twice: maybe a slip."""
    if cues.ACQUIRED.search(f"{before} | {after}"):
        return True
    if cues.QUALIFIED.search(cues.EXEMPT.split(after)[0]):
        return True
    return denied and bool(re.search(r"\b(?:no|not|cannot|never)\b", before, re.IGNORECASE))


def is_soft(sentence: Sentence) -> bool:
    """Whether only some patients are meant: a cohort, or one of several alternatives."""
    around = (sentence.title, *sentence.above)
    if any(cues.COHORT.search(line) or cues.ALTERNATIVE.search(line) for line in around):
        return True
    return bool(cues.COHORT.search(sentence.text) or cues.EXEMPT.search(sentence.text))
