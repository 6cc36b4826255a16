"""The stages that a diagnosis names, as the condition grammar writes them."""

import re
from collections.abc import Iterator

ROMANS = ("0", "I", "II", "III", "IV")
LETTERS = "ABC"
_STAGE = r"(?:0|iv|i{1,3}|[1-4])[abc]?[1-3]?"
_JOINT = r"\s*(?:,|/|-|\u2013|\bto\b|\bthrough\b|\bor\b|\band\b)\s*(?:stages?\s+)?"
_LIST = re.compile(rf"\bstages?\s+(?P<list>{_STAGE}(?:{_JOINT}(?:or\s+)?{_STAGE})*)\b")
_OPENS = re.compile(
    r"^(?:patients?|participants?|subjects?)?\s*(?:must have|has|have|with|a|an|newly|new"
    r"|diagnos\w+|of|with|histolog\w+|cytolog\w+|patholog\w+|biopsy|confirmed|documented|proven|and|or|/|-|ajcc|figo|\s)*"
    r"(?:resectable\s+|operable\s+)?$"
)
# Beside a stage these are another way in, or narrow who is meant.
_OTHER = re.compile(
    r"\b(?:recurren\w+|relaps\w+|metasta\w+|advanced|unresectable|if|unless|except\w*|not|no|without"
    r"|prior|previous\w*|cohort|arm|part|phase|excluding|other|higher|above|greater|later|lower|below|beyond|eligible|amenable|who|must)\b"
)

_MORE = re.compile(r"\s*(?:/|,|-|\bor\b|\band\b)\s*(?:stages?\b|[a-c0-4]\b|[iv]+[a-c]?\b)")


def spell_stages(text: str) -> tuple[str, ...]:
    """Stages of a sentence, in lower case, that names a diagnosis of one stage or range."""
    bare = " ".join(re.sub(r"\((?![^)]*stage)[^()]*\)", " ", text).split())
    found = list(_LIST.finditer(bare))
    if len(found) != 1 or not _OPENS.match(bare[: found[0].start()]):
        return ()
    if _OTHER.search(bare) or _MORE.match(bare[found[0].end() :]):
        return ()
    return tuple(dict.fromkeys(_stages(found[0]["list"])))


def _stages(text: str) -> Iterator[str]:
    parts = re.split(rf"({_JOINT}(?:or\s+)?)", text)
    stages, joints = [_spelled(part) for part in parts[::2]], parts[1::2]
    yield stages[0]
    for before, joint, stage in zip(stages, joints, stages[1:], strict=False):
        if re.search(r"-|\u2013|to|through", joint):
            yield from _between(before, stage)
        yield stage


def _spelled(part: str) -> str:
    match = re.match(r"(0|iv|i{1,3}|[1-4])([abc]?)", part.strip())
    if match is None:
        return ""
    roman = ROMANS[int(match[1])] if match[1].isdigit() else match[1].upper()
    return roman + match[2].upper()


def _between(first: str, last: str) -> Iterator[str]:
    """Stages strictly between two: of IB and IIIA these are IC, II."""
    low, high = first.rstrip(LETTERS), last.rstrip(LETTERS)
    if letter := first[len(low) :]:
        yield from (low + later for later in LETTERS if later > letter)
    yield from ROMANS[ROMANS.index(low) + 1 : ROMANS.index(high)]
    if (letter := last[len(high) :]) and low != high:
        yield from (high + earlier for earlier in LETTERS if earlier < letter)
