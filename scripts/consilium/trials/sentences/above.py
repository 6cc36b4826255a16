"""What the lines above a sentence do with it: the section, and lists that they open."""

import re

from consilium.trials.sentences.splitting import Sentence

_I = re.IGNORECASE
ABOVE_BARS = re.compile(
    r"\b(?:must\s+not|excluded|ineligible|not\s+(?:be\s+)?eligible|exclusions?\s*(?:criteri\w+)?\W*$|do\s+not\s+have"
    r"|no\s+known|none\s+of|absence\s+of|cannot\s+have|not\s+be\s+enrolled)\b",
    _I,
)
ABOVE_SILENT = re.compile(
    r"""\b(?:prior|previous(?:ly)?|received|treatment\s+with|therap(?:y|ies)|except\w*|unless
    |allowed|permitted|defined|if\b|note|sample|tissue
    |specimen|testing|stratif\w+|donors?|medications?|drugs?|relatives?|not\s+required
    |may\s+be|history\s+of|risk\s+of)\b""",
    _I | re.VERBOSE,
)
COURSE = re.compile(  # how far a disease has come: it opens no list of therapies
    r"\b(?:refractory|resistant|relaps\w+|intolera\w+|progress\w+|fail\w*|ineligible|exhausted"
    r"|no|not|unsuitable|candidates?|amenable|curative|benefit)\b[^:;.]{0,80}?"
    r"\b(?:therap(?:y|ies)|treatments?)\b"
    r"|\b(?:therap(?:y|ies)|treatments?)\s+do(?:es)?\s+not\s+exist\b",
    _I,
)
ABOVE_DENIES = re.compile(r"\b(?:none\s+of|no\s+known|not\s+have|absence\s+of|without)\b", _I)
ANNOUNCED = re.compile(
    r"\bunless\s+all\b|\bfollowing\s+(?:\w+\s+)?(?:criteri\w+|requirements?)\b", _I
)
SPEAKS = re.compile(  # a sentence of its own, whatever stands above
    r"\b(?:must|shall|(?:is|are)\s+required)\b|^\W*(?:cohort|arm|part|step)\s+\w{1,3}\b", _I
)
OPENS = re.compile(
    r":\W*$|\b(?:following|below|these|of|with|or|and|either|include[sd]?|including)\W*$", _I
)
EXPLAINS = re.compile(  # what stands under such a line explains it
    r"\b(?:notes?|defin\w+|if|when|allowed|permitted|except\w*|unless|not\s+required|restrict\w+|criteri\w+)\b",
    _I,
)


def section_of(sentence: Sentence) -> str | None:
    """The section, turned where a line above bars; None where a line above asks for nothing."""
    above = [bare(line) for line in sentence.above]
    silent = (COURSE.sub(" ", line) for line in above if not ANNOUNCED.search(line))
    speaks = bool(SPEAKS.search(sentence.text))
    if any(ABOVE_SILENT.search(line) for line in silent if not (speaks or _layout(line))):
        return None
    section = sentence.section or "inclusion"
    if section == "exclusion" and any(ABOVE_DENIES.search(line) for line in above):
        return None
    return "exclusion" if any(ABOVE_BARS.search(line) for line in above) else section


def _layout(line: str) -> bool:
    """Whether a line opens no list, so that what stands under it is nested by layout alone."""
    return not (OPENS.search(line) or EXPLAINS.search(line))


def bare(text: str) -> str:
    """A text without what stands in brackets."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", text)
