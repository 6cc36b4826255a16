"""What a sentence does with a biomarker that it names: asks for it, bars it, or neither.

After NegEx (Chapman 2001, PMID:12123149): words that deny reach over what follows them up to a
word that ends their scope. In doubt a biomarker is left out: wrong is worse than missing.
"""

import re
from dataclasses import dataclass

from consilium.trials.sentences import cues
from consilium.trials.sentences.above import bare, section_of
from consilium.trials.sentences.findings import Found, Run
from consilium.trials.sentences.splitting import Sentence

FEW = 3  # words between two denials that may deny each other
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
    before, after = _clause(text, run.start, found.end, run.end)
    before = cues.DISEASE.sub("", cues.HARD_TO_TREAT.sub(" ", cues.COHORT_HEAD.sub("", before)))
    section = section_of(sentence)
    if section is None or _is_therapy(run, found, text, before):
        return None
    if _narrowed(run, found, text, (before, after), section) or _conditional(before):
        return None
    if _tested(run, found, (before, after), text) or cues.EXEMPTED_AFTER.search(after):
        return None
    hard = not is_soft(sentence) and not cues.EXEMPT.search(after)
    if barred := cues.BARRED_AFTER.search(after):
        return None if _some(before, after[: barred.end()]) else Use("exclusion", False, hard)
    denied = _denied(before, text[run.start : run.end], after)
    if denied and section == "inclusion" and cues.NONE_ALLOWED.match(after):
        return Use(section, denied, hard)
    if cues.NOTE.match(text) or _allowed(before, cues.EXEMPT.split(after)[0]):
        return None
    if denied is None or (denied and _other(run, found)):
        return None
    if section == "exclusion" and _spared(denied, before, after):
        return None
    return Use(section, denied, hard)


def _some(before: str, after: str) -> bool:
    """Whether only those with the biomarker are barred who have something else too."""
    return bool(cues.ONLY_SOME.search(after) or cues.AND_WHO.search(before))


def _clause(text: str, start: int, end: int, last: int) -> tuple[str, str]:
    """What stands before and after in the same clause."""
    before = cues.CLAUSE.split(bare(text[:start]))[-1]
    return before, cues.CLAUSE.split(bare(text[last:]))[0]


def _is_therapy(run: Run, found: Found, text: str, before: str) -> bool:
    if cues.ANTI.search(text[: found.start]) or cues.ANTI.search(text[: run.start]):
        return True
    last = found.end == run.end or not found.own
    if last and cues.THERAPY_AFTER.match(text[run.end :]):
        return True
    if cues.THERAPY_AFTER.match(bare(text[found.end :])):
        return True
    if not found.own and cues.SHARED_THERAPY.match(text[found.end :]):
        return True
    said = (*cues.THERAPY_BEFORE.finditer(before), *cues.DRUG.finditer(before))
    return any(not _freed(before, cue.end()) for cue in said)


def _freed(before: str, end: int) -> bool:
    """Whether a disease stands between a word of therapy and the biomarker."""
    rest = before[end:]
    if "," in rest or cues.FREED.search(rest):
        return True
    return bool(cues.EXAMPLE.search(rest) and cues.DRIVER.search(before))


def _narrowed(run: Run, found: Found, text: str, around: tuple[str, str], section: str) -> bool:
    """Whether only some of what is named is meant, or a list beside the first."""
    before, after = around
    if any(cue.search(after) for cue in (cues.IF_AFTER, cues.PERHAPS)) or cues.RARE.search(before):
        return True
    held = bool(cues.HOLDER.search(before))
    barred = bool(cues.BARRED_AFTER.search(after))
    free = held or barred
    if not free and (_demanded(text[found.end : run.end]) or _demanded(after)):
        return True
    narrowed = cues.NARROWED.search(after) or cues.NARROWED.search(text[run.end :])
    if narrowed and not barred:
        return True
    if cues.NON.search(before) and not (found.start == run.start and _joined(found, text)):
        return True
    if not found.own and (
        cues.ANY.search(text[: found.start]) or cues.ANY_AFTER.match(text[found.start :])
    ):
        return True
    if cues.EITHER_AFTER.match(text[found.end :]):
        return True
    if section == "exclusion" and cues.PLACED.search(before):
        return True
    return section == "exclusion" and bool(cues.LEFT_OUT.search(before))


def _joined(found: Found, text: str) -> bool:
    """Whether `non-` denies the change: non-EGFR-mutated, non-MSI-H; not non-EGFR variants."""
    return found.leaf in cues.STATED or bool(re.match(r"[\w.]+-", text[found.start :]))


def _demanded(after: str) -> bool:
    """Whether those with the biomarker must do something, other than have it confirmed."""
    after = cues.HOW_TESTED.sub(" ", cues.AND_MUST.sub(" and ", after))
    demanded = cues.DEMANDED.search(after)
    if demanded is None or cues.REQUIRED_AFTER.search(after):
        return False
    return not after[demanded.end() :].lstrip().startswith("not")


def _conditional(before: str) -> bool:
    return any(_holds(before, cue) for cue in cues.CONDITION.finditer(before))


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


def _tested(run: Run, found: Found, around: tuple[str, str], text: str) -> bool:
    before, after = around
    if cues.STATUS_AFTER.match(after) and cues.KNOWN.search(before):
        return True
    stated = found.absent or "expression" in found.leaf or found.leaf in cues.STATED
    stated |= " p." in found.leaf and bool(cues.HAVING.search(before))
    if cues.DEFINED_AFTER.match(text[found.end :]) or (
        cues.STATUS_AFTER.match(after) and not stated
    ):
        return True
    if cues.TISSUE_FOR.search(before):
        return True
    test = cues.TEST_BEFORE.search(before)
    if test is None or cues.RESULT.search(before + text[run.start : found.start]):
        return False
    return not cues.TESTED.search(test["rest"])


def _allowed(before: str, after: str) -> bool:
    """Whether those who have the biomarker may enter, or must do something else."""
    if cues.REQUIRED_AFTER.search(after):
        return False
    if cues.PERMITTED_AFTER.search(after):
        return True
    asked = cues.HOW_TESTED.sub(" ", after)
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
