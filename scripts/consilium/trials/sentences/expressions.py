"""What a word and its classes say, as leaves of the profile grammar."""

import re
from collections.abc import Iterator, Sequence

from consilium.knowledge import leaves, parse_profile
from consilium.knowledge.profiles import Leaf
from consilium.trials.sentences.grouping import CHANGES, STATES
from consilium.trials.sentences.lexicon import FUSED, Word
from consilium.trials.sentences.tokens import Token

STAIN = re.compile(r"express|IHC\s*3|\bhigh", re.IGNORECASE)
SIGNED = re.compile(r"positive$|\+$", re.IGNORECASE)  # words that say the sign themselves
STAINED = frozenset({"RB1", "PTEN", "TP53", "STK11", "SMARCA4"})  # `positive` has the protein
DENIED = frozenset({"NEGATIVE", "WILD"})
EXON_CLASS = {"del": "inframe_deletion", "ins": "inframe_insertion", "dup": "inframe_insertion"}
EXONS = re.compile(r"(\d{1,2})\s?[-\u2013]\s?(\d{1,2})")  # from, to
BARE = frozenset({"MSI", "microsatellite instability"})  # without `high` it is a test


def leaf_of(word: Word, classes: Sequence[Token], kinds: set[str]) -> str | None:
    """The profile of a word and what is said of it; what is denied reads as denied."""
    if word.antigen == "TMB":
        return _burden(classes, kinds)
    if word.word in BARE and not kinds & {"POSITIVE", "NEGATIVE"}:
        return None
    if word.expression == "HRD" and "CHANGED" in kinds:
        return None  # `HRD-associated mutation` leaves the genes open
    if word.expression:
        either = "NEGATIVE" in kinds and SIGNED.search(word.word)  # `Ph positive or negative`
        return None if either else _alone(word.expression, kinds)
    changes = kinds - STATES
    if word.antigen and kinds & STATES and not changes - {"LOSS"}:
        return _expression(word.antigen, classes, kinds)
    if not word.genes or not kinds - {"RANGE", "LESS", "EXPRESSED", "LOW"}:
        return None
    if kinds <= STATES and any(STAIN.search(t.text) for t in classes):
        one = word.genes[0] if len(word.genes) == 1 else None
        return _expression(one, classes, kinds) if one else None
    if kinds <= {"POSITIVE", "NEGATIVE"} and STAINED & {*word.genes}:
        return None  # `Rb-positive` has no mutation
    if "WILD" in kinds and not kinds & CHANGES:
        return " AND ".join(f"{gene} wild_type" for gene in word.genes)
    over = word.antigen and any(STAIN.search(token.text) for token in classes)
    named = [f"{word.antigen} expression positive"] if over else []
    named += [text for gene in word.genes for text in _changes(gene, classes, kinds)]
    whole = " OR ".join(dict.fromkeys(named))
    return f"NOT ({whole})" if kinds & DENIED else whole


def _burden(classes: Sequence[Token], kinds: set[str]) -> str | None:
    if "RANGE" in kinds:
        return f"TMB >= {_number(classes, 'RANGE')}"
    return "TMB >= 10" if "POSITIVE" in kinds else None


def _alone(expression: str, kinds: set[str]) -> str | None:
    """What a word says that needs no class beside it; `H3 K27M wild type` denies a change."""
    if "WILD" in kinds and " p." not in expression:
        return None
    return _flipped(expression) if kinds & DENIED else expression


def _flipped(expression: str) -> str:
    if expression.startswith("NOT "):
        return expression.removeprefix("NOT ")
    return f"NOT ({expression})"


def _expression(antigen: str, classes: Sequence[Token], kinds: set[str]) -> str | None:
    if "NEGATIVE" in kinds:
        return f"{antigen} expression negative"
    less = [t for t in classes if t.kind == "LESS" and _is_share(antigen, t.text)]
    if less and "POSITIVE" not in kinds:
        return f"{antigen} expression < {_number(classes, 'LESS')}"
    if "LOW" in kinds and antigen == "PD-L1":
        return None  # no limit is agreed on
    if "LOW" in kinds:
        ultra = any(t.kind == "LOW" and "ultra" in t.text.lower() for t in classes)
        low = f"{antigen} expression low"
        return f"{low} OR {antigen} expression ultralow" if ultra else low
    percent = [t for t in classes if t.kind == "RANGE" and _is_share(antigen, t.text)]
    if percent and antigen == "PD-L1":
        return f"{antigen} expression >= {_number(classes, 'RANGE')}"
    if "LOSS" in kinds:
        return f"{antigen} expression lost"
    spoken = any(re.match(r"(?i)express(?:ing|es|ed)?$", t.text) for t in classes)
    return f"{antigen} expression positive" if "POSITIVE" in kinds or percent or spoken else None


def _is_share(antigen: str, text: str) -> bool:
    """Whether a limit is one of stained cells: `HR > 100` is a pulse."""
    return antigen == "PD-L1" or "%" in text


def _number(classes: Sequence[Token], kind: str) -> str:
    text = next(token.text for token in classes if token.kind == kind)
    *_, last = re.finditer(r"\d+(?:\.\d+)?", text)
    return last[0]


def _changes(gene: str, classes: Sequence[Token], kinds: set[str]) -> Iterator[str]:
    """What is said of a gene: single changes, or else the class of change."""
    if not kinds & CHANGES:
        yield from _class(gene, classes, kinds)
    for token in classes:
        if token.kind == "CHANGE":
            yield from _protein(gene, token.text)
        elif token.kind == "EXON":
            yield from _exons(gene, token.text)
        elif token.kind == "ITD":
            yield f"{gene} ITD"


def _class(gene: str, classes: Sequence[Token], kinds: set[str]) -> Iterator[str]:
    usual = f"{gene} fusion" if gene in FUSED else f"{gene} mutation"
    if "AMPLIFICATION" in kinds:
        yield f"{gene} amplification"
    if "FUSION" in kinds:
        yield f"{gene} fusion"
    if "LOSS" in kinds:
        gone = any(re.match(r"(?i)delet", token.text) for token in classes)
        yield f"{gene} homozygous_deletion" if gone else f"{gene} loss_of_function"
        return
    point = any(re.match(r"(?i)mut", token.text) for token in classes)
    named = kinds & {"AMPLIFICATION", "FUSION"}
    if "CHANGED" in kinds and point:
        yield f"{gene} mutation"
    elif (kinds & {"CHANGED", "POSITIVE"} and not named) or kinds <= {"NEGATIVE", "EXPRESSED"}:
        yield usual


def _protein(gene: str, text: str) -> Iterator[str]:
    bare = text.removeprefix("p.")
    first, *others = bare.split("/")
    match = re.fullmatch(r"([A-Z])(\d+)([A-Z*]?)", first)
    if not match:
        yield f"{gene} p.{first}"
    elif match[3] in {"", "X"}:
        yield f"{gene} codon {match[2]}"
    else:
        for end in (match[3], *others):
            yield f"{gene} p.{match[1]}{match[2]}{end}"


def _exons(gene: str, text: str) -> Iterator[str]:
    numbers = EXONS.sub(lambda m: ",".join(map(str, range(int(m[1]), int(m[2]) + 1))), text)
    exons = ",".join(dict.fromkeys(re.findall(r"\d{1,2}", numbers)))
    lower = text.lower()
    if re.search(r"skip|splic", lower):
        yield f"{gene} exon {exons} skipping"
        return
    change = re.search(r"del|ins|dup", lower)
    yield f"{gene} exon {exons} {EXON_CLASS[change[0]] if change else 'mutation'}"


def _is_lack(leaf: Leaf) -> bool:
    """Whether a leaf says that something is not there: wild type, a negative stain, `< 1`."""
    lower = leaf.kind == "expression" and (leaf.op or "").startswith("<")
    return lower or leaf.kind == "wild_type" or leaf.name in {"negative", "lost"}


def facts(expression: str) -> set[tuple[str, bool]]:
    """(gene or antigen or biomarker, whether it is to be absent) of each leaf of a profile."""
    return {
        (leaf.gene or leaf.kind, not positive or _is_lack(leaf))
        for leaf, positive in leaves(parse_profile(expression))
    }
