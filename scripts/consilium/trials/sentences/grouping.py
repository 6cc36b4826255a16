"""Which class of change belongs to which word in a run of tokens.

A class stands behind its word (`EGFR mutation`), before it (`mutated EGFR`), before a list
(`mutations in EGFR, ALK`) or behind one (`EGFR or ALK mutations`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from consilium.trials.sentences.lexicon import Lexicon, Word
from consilium.trials.sentences.tokens import Token

STATES = frozenset({"POSITIVE", "NEGATIVE", "LOW", "RANGE", "LESS", "EXPRESSED"})
SIGNS = frozenset({"POSITIVE", "NEGATIVE", "LOW"})
CHANGES = frozenset({"CHANGE", "EXON", "ITD"})
CLASSES = STATES | CHANGES | {"APART", "WILD", "FUSION", "AMPLIFICATION", "LOSS", "CHANGED"}
LEADING = frozenset({"WILD", "CHANGED", "AMPLIFICATION"})
SOUGHT = frozenset({"EXON", "CHANGE", "CHANGED"})
SEPARATORS = frozenset({"COMMA", "COLON", "AND", "OR", "OPEN"})
EXAMPLES = frozenset({"including", "e.g.", "e.g", "i.e.", "i.e"})
OF = frozenset({"in", "of", "involving", "affecting", "within", "to", "for", "as", *EXAMPLES})
LINKS = frozenset({"such", "limited", "not", "but", "(", "gene", "genes"})


@dataclass(frozen=True, slots=True)
class Named:
    """A word of the lexicon with the classes that are said of it."""

    word: Word
    token: Token
    classes: tuple[Token, ...] = ()
    own: bool = True  # the class is its own, not that of a list
    led: bool = False  # its class stands right before it, so no list shares it
    alternative: bool = False  # joined to the word before by `or` alone
    partner: str | None = None  # the gene before it in a fusion


@dataclass
class _Reading:
    """What has been read of a run so far."""

    named: list[Named] = field(default_factory=list)
    openings: list[tuple[Token, ...]] = field(default_factory=list)  # classes that open lists
    lead: tuple[Token, ...] = ()  # classes right before the first word
    held: list[Token] = field(default_factory=list)  # classes since the last word
    apart: set[str] = field(default_factory=set)  # separators since the last word
    next: tuple[Token, ...] = ()  # the class right before the next word


def group(tokens: Sequence[Token], lexicon: Lexicon) -> list[Named]:
    """The words of a run, each with its classes."""
    run = _Reading()
    tokens = _unfolded(_told(tokens), lexicon)
    for number, token in enumerate(tokens):
        if token.kind == "WORD":
            _take(run, token, lexicon.find(token.text), tokens[max(number - 1, 0) : number])
        elif run.held and _opens_list(tokens, number) and (run.apart or not run.named):
            run.openings.append(tuple(run.held))
            run.held = []
        elif token.kind in SEPARATORS and (run.named or run.held):
            told = token.kind == "OPEN" and any(t.kind in SIGNS for t in run.held)
            run.apart.update({token.kind, "TOLD"} if told else {token.kind})
        elif token.kind in SIGNS and "TOLD" in run.apart:
            continue  # `negative (IHC 0, 1+)`: how it was told, not what
        elif run.named and _leads(tokens, number):
            _give(run)
            run.held, run.next = [], (token,)
        elif token.kind in CLASSES and _belongs(token, run):
            run.held.append(token)
    _give(run)
    return _paired(_inherit(run))


def _told(tokens: Sequence[Token]) -> list[Token]:
    """`HER2 status: negative` without its colon."""
    kinds = ["", *(token.kind for token in tokens)]
    return [t for n, t in enumerate(tokens) if kinds[n : n + 2] != ["STATUS", "COLON"]]


def _unfolded(tokens: Sequence[Token], lexicon: Lexicon) -> Sequence[Token]:
    """`RAS wild type (KRAS exon 2, NRAS)` as `KRAS, NRAS wild type`; exons say where one looked."""
    kinds = [token.kind for token in tokens]
    for start in range(len(tokens) - 2):
        if kinds[start : start + 3] != ["WORD", "WILD", "OPEN"]:
            continue
        close = kinds.index("CLOSE", start) if "CLOSE" in kinds[start:] else len(tokens)
        inner = [token for token in tokens[start + 3 : close] if token.kind not in SOUGHT]
        genes = {g for t in inner if t.kind == "WORD" for g in lexicon.find(t.text).genes}
        if any(t.kind in CLASSES for t in inner):
            continue
        whole = {*lexicon.find(tokens[start].text).genes}
        named = inner if genes and genes <= whole else [tokens[start]]
        return [*tokens[:start], *named, tokens[start + 1], *tokens[close + 1 :]]
    return tokens


def _take(run: _Reading, token: Token, word: Word, before: Sequence[Token]) -> None:
    if not run.named and run.held and not run.apart:
        run.lead = tuple(run.held)
    _give(run)
    named = Named(word, token, run.next, led=bool(run.next), alternative=run.apart == {"OR"})
    run.named.append(replace(named, partner=_partner(run.named, before)))
    run.held, run.next, run.apart = [], (), set()


def _leads(tokens: Sequence[Token], number: int) -> bool:
    """Whether a class speaks of the next word: `KRAS mutation and wild-type BRAF`."""
    if not number or tokens[number - 1].kind not in {"AND", "COMMA"}:
        return False
    kinds = [token.kind for token in tokens[number : number + 3]]
    if kinds[0] in SIGNS and kinds[1:] == ["FILL", "WORD"]:
        return tokens[number + 1].text.lower() == "for"
    return kinds[0] in LEADING | SIGNS and kinds[1:2] == ["WORD"]


def _belongs(token: Token, run: _Reading) -> bool:
    """Behind a comma only further changes belong to the word before, or the class of a list."""
    if not run.named or token.kind in CHANGES or not run.apart & {"COMMA", "COLON", "AND"}:
        return True
    last = run.named[-1]
    bare = not last.classes and not last.word.expression and not run.held
    return bare and token.kind == "CHANGED" and "OR" in run.apart


def _partner(named: Sequence[Named], before: Sequence[Token]) -> str | None:
    """The gene that a hyphen or `::` joins to the next."""
    joined = bool(before) and before[0].text in {"-", "::", "\u2013"}
    if not joined or not named or named[-1].classes or len(named[-1].word.genes) != 1:
        return None
    return named[-1].word.genes[0] if named[-1].token.end == before[0].start else None


def _opens_list(tokens: Sequence[Token], number: int) -> bool:
    """Whether `mutations in` or `mutations (` begins a list of words without a class."""
    token, before = tokens[number], list(tokens[:number])
    if token.kind not in {"OPEN", "COLON"} and token.text.lower() not in OF:
        return False
    while before and (before[-1].kind in {"COMMA", "CLOSE"} or before[-1].text.lower() in LINKS):
        before.pop()
    after = (t for t in tokens[number + 1 :] if t.kind == "WORD" or t.kind in CLASSES)
    following = next(after, None)
    if not before or following is None or following.kind != "WORD":
        return False
    return before[-1].kind in CLASSES


def _give(run: _Reading) -> None:
    """Hand the classes that were held to the last word."""
    if run.named and run.held:
        last = run.named[-1]
        run.named[-1] = replace(last, classes=(*last.classes, *run.held))


def _inherit(run: _Reading) -> list[Named]:
    """Words of a list take the class that stands before it, or that of the next word."""
    whole: list[Named] = []
    after: tuple[Token, ...] = ()
    for number, name in reversed(list(enumerate(run.named))):
        opened = [o for o in run.openings if o[-1].end <= name.token.start]
        before = opened[-1] if opened else ()
        if run.lead and not number and {t.kind for t in name.classes} == {"EXPRESSED"}:
            name = replace(name, classes=(*run.lead, *name.classes))  # `high X expression`
        if name.classes or name.word.expression:
            after = () if name.led else name.classes
        elif run.lead and not number:
            name = replace(name, classes=run.lead)
        else:
            shared = tuple(t for t in after if t.kind not in CHANGES)
            lead = run.lead if number == 1 and (name.alternative or _all_wild(run.lead)) else ()
            name = replace(name, classes=before or shared or lead, own=False)
        whole.append(name)
    return whole[::-1]


def _all_wild(lead: Sequence[Token]) -> bool:
    """Whether `wild-type KRAS and BRAF` speaks of both."""
    return {token.kind for token in lead} == {"WILD"}


def _paired(named: list[Named]) -> list[Named]:
    """`A-B fusion` is one thing; `A-B` of anything else is two."""
    pairs = {n for n, name in enumerate(named) if name.partner and _fused(name)}
    return [
        name if n in pairs else replace(name, partner=None)
        for n, name in enumerate(named)
        if n + 1 not in pairs
    ]


def _fused(name: Named) -> bool:
    kinds = {token.kind for token in name.classes}
    return len(name.word.genes) == 1 and {"FUSION"} <= kinds <= {"FUSION", "POSITIVE", "CHANGED"}
