"""Runs of tokens that name biomarkers, as leaves of the profile grammar.

A run is broken by any word that the rules do not know. A name without a class of change or a
state beside it is no biomarker: `EGFR mutation` is one, `EGFR` and `EGFR inhibitor` are none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from consilium.knowledge import parse_profile
from consilium.knowledge.profiles import ProfileError
from consilium.trials.sentences.expressions import DENIED, leaf_of
from consilium.trials.sentences.grouping import CLASSES, STATES, Named, group
from consilium.trials.sentences.lexicon import FUSED, Lexicon
from consilium.trials.sentences.tokens import Token

EITHER = ({"POSITIVE", "NEGATIVE"}, {"CHANGED", "WILD"})  # one or the other, or in doubt
# A list of "mutations" means fusions too where these are how a gene drives.
DRIVERS = frozenset(f"{gene} mutation" for gene in FUSED)
LISTED = 4  # genes: fewer are no list
STRANGE = 5  # unknown words to a gene that a list may hold, such as the names of syndromes
SHOWING = frozenset({"with", "documented", "confirmed", "has", "have"})
SHOWN = frozenset(
    {"DENIAL", "evidence", "presence", "documentation", "proof"}
    | {"demonstrated", "demonstrating", "detectable"}
)
LEVELS = frozenset({"level", "levels", "score", "any", "known"})
BREAKS = frozenset({"OTHER", "DENIAL"})


@dataclass(frozen=True, slots=True)
class Found:
    """One word of the lexicon with what is said of it."""

    leaf: str  # in the profile grammar
    absent: bool  # wild type or negative
    own: bool  # its class stands beside it, rather than at the end of a list
    start: int
    end: int  # of the last token that speaks of it


@dataclass(frozen=True, slots=True)
class Run:
    """Biomarkers that one run of tokens names."""

    found: tuple[Found, ...]
    either: bool  # they are alternatives
    start: int
    end: int


def find_runs(tokens: Iterable[Token], lexicon: Lexicon) -> Iterator[Run]:
    """Yield every run that names a biomarker."""
    before = ""
    for known, run_tokens in groupby(tokens, key=lambda token: token.kind not in BREAKS):
        of_run = list(run_tokens)
        stained = known and (before in SHOWN or _shown(of_run))
        read = _stained(of_run) if stained else of_run
        read = _denied(read) if before == "DENIAL" else read
        if known and (run := _run(read, lexicon)):
            yield run
        last = of_run[-1]
        before = last.kind if last.kind == "DENIAL" else last.text.lower()


def _shown(tokens: Sequence[Token]) -> bool:
    """Whether a stain is said to be there: `with documented CD19 expression`."""
    kinds = [token.kind for token in tokens]
    if "EXPRESSED" not in kinds or "STATUS" in kinds or set(kinds) & (STATES - {"EXPRESSED"}):
        return False
    first = next(n for n, kind in enumerate(kinds) if kind in {"EXPRESSED", "WORD"})
    if not tokens[first].start and kinds[first : first + 3] == ["EXPRESSED", "FILL", "WORD"]:
        return True  # `Expression of CD20` opens the sentence
    levels = any(token.text.lower() in LEVELS for token in tokens)
    return not levels and any(t.text.lower() in SHOWING for t in tokens[:first])


def _stained(tokens: Sequence[Token]) -> list[Token]:
    """A stain that is shown, or denied: `negative for PD-L1 expression`."""
    return [replace(t, kind="POSITIVE") if t.kind == "EXPRESSED" else t for t in tokens]


def _denied(tokens: list[Token]) -> list[Token]:
    """`negative for HER2` denies what needs no class."""
    if any(token.kind in CLASSES for token in tokens):
        return tokens
    end = tokens[-1].end
    return [*tokens, Token("POSITIVE", "", end, end)]


def find_list(tokens: Sequence[Token], lexicon: Lexicon, opened: bool) -> Run | None:
    """A list of genes under one word of change, whatever stands between them.

    `opened`: a line above says that they are mutated.
    """
    changed = [token for token in tokens if token.kind == "CHANGED"]
    start = 0 if opened else changed[0].start if changed else None
    words = [t for t in tokens if t.kind == "WORD" and start is not None and t.start >= start]
    genes = [(token, gene) for token in words for gene in lexicon.find(token.text).genes]
    if len({gene for _, gene in genes}) < (1 if opened else LISTED):
        return None
    between = [t for t in tokens if words[0].start < t.start < words[-1].start]
    if sum(t.kind == "OTHER" for t in between) > STRANGE * len(words):
        return None
    found = tuple(Found(f"{g} mutation", False, False, t.start, t.end) for t, g in genes)
    return Run(found, True, start or 0, words[-1].end)


def _opened(tokens: Sequence[Token]) -> Sequence[Token]:
    """A run without the end of a bracket that was opened before it."""
    kinds = [token.kind for token in tokens]
    first = kinds.index("WORD") if "WORD" in kinds else len(kinds)
    lead = kinds[:first]
    if "CLOSE" not in lead or "OPEN" in lead:
        return tokens
    return tokens[lead.index("CLOSE") + 1 :]


def _run(tokens: Sequence[Token], lexicon: Lexicon) -> Run | None:
    tokens = _opened(tokens)
    named = group(tokens, lexicon)
    found = tuple(leaf for name in named if (leaf := _found(name)))
    if not found:
        return None
    start = min(leaf.start for leaf in found)
    end = max(leaf.end for leaf in found)
    first = next(t.start for t in tokens if t.kind in CLASSES or t.kind == "WORD")
    joints = {t.text for t in tokens if t.kind == "OR" and start < t.start < end}
    either = bool(joints - {"/"}) or (bool(joints) and not any(leaf.absent for leaf in found))
    both = any(t.kind == "CHANGED" and t.text.lower().startswith("co") for t in tokens)
    either |= not both and any(
        not f.own and not f.absent and "expression" not in f.leaf for f in found
    )  # a list under one class
    return Run(found, either, min(start, first), end)


def _found(name: Named) -> Found | None:
    kinds = {token.kind for token in name.classes}
    if "APART" in kinds or any(kinds >= both for both in EITHER):
        return None
    leaf = leaf_of(name.word, name.classes, kinds)
    if not name.own and leaf in DRIVERS:
        leaf = f"{leaf} OR {leaf.removesuffix(' mutation')} fusion"
    if name.partner:
        leaf = f"{name.partner}::{name.word.genes[0]}"
    if leaf is None or not _parses(leaf):
        return None
    ends = [token.end for token in name.classes if token.start > name.token.start]
    return Found(
        leaf, _absent(leaf, kinds), name.own, name.token.start, max(*ends, name.token.end, 0)
    )


def _absent(leaf: str, kinds: set[str]) -> bool:
    if kinds & DENIED:
        return True
    told = ("wild_type", "expression negative", "expression <")
    return leaf.startswith("NOT ") or any(words in leaf for words in told)


def _parses(leaf: str) -> bool:
    try:
        parse_profile(leaf)
    except ProfileError:
        return False
    return True
