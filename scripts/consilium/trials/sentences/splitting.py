"""Eligibility text into sentences that know their section and what stands above them.

The splitting is deterministic, and labels in `tests/trials` count by it: a line is an item; an
item is split where a full stop, question mark or semicolon ends a clause and the next begins
with a capital letter or a digit in brackets; sentences are numbered from 1 over the whole
text, headings included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

HEADING = 120  # characters; what is longer is no heading
_MARKER = re.compile(
    r"""(?P<indent>\s*)
    (?P<marker>(?:[-*•●○▪◦·‣\u2013\u2014+#>=]+|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+\.?)
    (?=\s|$))*\s*""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|vs|etc|cf|approx|no|nos|incl|resp|dr|st|fig|ca|al|max|min|[A-Z]))\.$",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.?!;])\s+(?=[A-Z(\[\"“])")
_IN = re.compile(r"\bincl?\b|\binclusions?\b|\beligib(?:le|ility)\b", re.IGNORECASE)
_OUT = re.compile(
    r"\bexcl?\b|\bexclusions?\b|\bineligib|\bnot eligible\b|\bnon-?inclusion\b", re.IGNORECASE
)
_TITLE = re.compile(
    r"""^\W*(?:[\w&/,():-]+\s+){0,12}?
    (?:criteria\ for\ (?:in|ex)clusion
    |(?:non-?)?(?:inclusion|exclusion)s?(?:\s+criteri(?:a|on))?
    |(?:in|ex)cl?\.?\s+criteri(?:a|on)
    |(?:eligibility|ineligibility)\s+criteri(?:a|on))
    (?:\s*(?:[(\[][^)\]]*[)\]]
    |(?:for|in|applying|applicable|specific|related|of|to|all|only|include|from|are|is|below)
    \b[^:.;]*))?
    \W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENING = re.compile(
    r"^\W*(?:(?:key|main|major|general|selected|additional)\s+)?"
    r"(?P<title>(?:inclusion|exclusion)(?:\s+criteri(?:a|on))?)\s*:\s*(?=\S)",
    re.IGNORECASE,
)
_MENTION = re.compile(  # a sentence that only speaks of criteria
    r"\b(?:meet(?:s|ing)?|met|fit|satisfy|prior to|before|at|for study|incomplete|unmet|continue"
    r"|eligible for|there (?:is|are) no)\b[\w\s,]*\b(?:in|ex)?(?:clusion|eligibility)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"^(?:\S+\s+){0,4}criteri(?:a|on)\W*$", re.IGNORECASE)

_COHORT = re.compile(
    r"\W*(?:(?:for|in)\s+)?(?P<name>(?:(?:dose|phase)\s+)?(?:expansion|escalation)?\s*"
    r"(?:cohort|arm|part|group|module|sub-?study|stratum)\s+(?:\d+[a-z]?|[A-Z]\d?|[ivx]+)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `number` counts from 1 over the text."""

    number: int
    text: str
    section: str | None  # inclusion | exclusion; None: before any heading, or under both
    title: str  # the heading that opened the section
    above: tuple[str, ...]  # the items that this one is nested in, outermost first
    heading: bool = False
    item: int = 0  # number of the line, so that sentences of one item are known as such
    depth: int = 0  # of the item: 0 is outermost

    @property
    def alone(self) -> "Sentence":
        """The sentence without its place in the text: all that its meaning hangs on."""
        return replace(self, number=0, item=0, depth=0)

    @property
    def cohort(self) -> str | None:
        """The nearest line that names a cohort or arm: `Arm B: ...` gives `Arm B`."""
        for line in (self.text, *reversed(self.above), self.title):
            if match := _COHORT.match(line):
                return " ".join(match["name"].split())
        return None


@dataclass(frozen=True, slots=True)
class _Item:
    indent: int
    marked: bool
    text: str


def split_text(text: str) -> tuple[Sentence, ...]:
    """The sentences of an eligibility text."""
    return tuple(
        replace(sentence, number=number) for number, sentence in enumerate(_sentences(text), 1)
    )


def _sentences(text: str) -> Iterator[Sentence]:
    section, title = None, ""
    enclosing: list[_Item] = []
    for number, item in enumerate(_items(text), 1):
        found = _heading(item)
        if found is not None:
            section, title, rest = found
            enclosing = []
            yield Sentence(0, title, section, title, (), True, number)
            if not rest:
                continue
            item = replace(item, text=rest)
        while enclosing and not _inside(item, enclosing[-1]):
            enclosing.pop()
        above = tuple(outer.text for outer in enclosing)
        for part in _parts(item.text):
            yield Sentence(0, part, section, title, above, False, number, len(above))
        enclosing.append(item)


def _items(text: str) -> Iterator[_Item]:
    for line in text.replace("\t", "    ").splitlines():
        plain = re.sub(r"\\(?=[^\w\s])", "", line)  # the registry escapes Markdown
        match = _MARKER.match(plain)
        start = match.end() if match else 0
        rest = " ".join(plain[start:].split())
        if rest:
            indent = len(match["indent"]) if match else 0
            yield _Item(indent, bool(match and match["marker"]), rest)


def _inside(item: _Item, outer: _Item) -> bool:
    """Whether an item is nested in another: indented more, or listed under a line with a colon."""
    if item.indent > outer.indent:
        return True
    return item.indent == outer.indent and item.marked and not outer.marked and _opens(outer.text)


def _opens(text: str) -> bool:
    return text.rstrip("* ").endswith(":")


def _heading(item: _Item) -> tuple[str | None, str, str] | None:
    """(section, heading, what follows it on the line) where a line opens a section."""
    text = item.text
    title = len(text) <= HEADING and bool(_TITLE.match(text))
    if not title:
        opening = _OPENING.match(text)
        rest = text[opening.end() :] if opening else ""
        return (_section(opening["title"]), opening["title"], rest) if opening else None
    if not _opens(text) and (_MENTION.search(text) or (item.marked and not _SHORT.match(text))):
        return None
    return _section(text), text, ""


def _section(title: str) -> str | None:
    out, inside = bool(_OUT.search(title)), bool(_IN.search(_OUT.sub("", title)))
    if out == inside:
        return None
    return "exclusion" if out else "inclusion"


def _parts(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        part = text[start : end.start()]
        inside_brackets = part.count("(") > part.count(")")
        if _ABBREVIATION.search(part) or inside_brackets:
            continue
        yield part
        start = end.end()
    yield text[start:]
