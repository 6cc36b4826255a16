"""Conditions as registries write them, as tumour codes; what is not plainly one is a question."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from consilium.tables import read_rows
from consilium.tumors import Tumors, plain

# What a registry adds to the name of a tumour, and what does not change which tumour it is. What
# would change it, such as `non`, `small cell`, `in situ` or `benign`, is never left out.
_ADDED = re.compile(
    r"""\b(?:
    (?:(?:clinical|pathologic|anatomic|prognostic|postneoadjuvant\ therapy|extensive|limited)\ )*
        stages?(?:\ (?:0|iv|i{1,3})[abc]?[1-3]?(?:\ (?:or|and)\ (?:iv|i{1,3})[abc]?[1-3]?)?)?
        (?:\ ajcc\ v\ ?\d+)?
    |(?:clinical|pathologic|anatomic|prognostic)\ stage
    |ajcc\ v\ ?\d+
    |metastatic|advanced|locally|recurrent|refractory|relapsed|unresectable|inoperable|resectable
    |oligometastatic|progressive|persistent|newly\ diagnosed|previously\ (?:un)?treated
    |treatment\ (?:naive|refractory)|adult|childhood|pediatric|malignant|de\ novo|nos|disease
    |(?:castration|castrate|platinum|hormone|endocrine|chemotherapy)
        \ (?:resistant|sensitive|refractory)
    |(?:her2|erbb2|er|pr|hr|estrogen\ receptor|progesterone\ receptor|hormone\ receptor|egfr|kras
        |braf|alk|ros1|ret|met|psma|pd\ l1|brca|hpv|gpc3|cldn18\ 2)
        \ (?:positive|negative|low|mutant|mutated|mutation|overexpressing|amplified)
    |(?:her2|er|pr|hr)(?=\ breast)|msi\ h|dmmr
    |(?:her2|er|pr|hr)\ (?:and|or)(?=\ (?:her2|er|pr|hr)\b)
    |(?:low|intermediate|high|very\ high)\ risk|localized|transformed
    )\b""",
    re.VERBOSE,
)
_NEOPLASM = re.compile(r"\b(?:neoplasms?|tumors?|malignanc(?:y|ies)|cancers?|carcinomas?)\b")
_KINDS = ("cancer", "carcinoma")
_BRACKETED = re.compile(r"^(?P<outside>[^()]+)\((?P<inside>[^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Condition:
    """One row of `conditions.tsv`: a registry's words and what they mean."""

    condition: str  # without stage, setting and punctuation
    codes: tuple[str, ...]  # tumour codes, ANY_SOLID or ANY


@dataclass(frozen=True)
class Conditions:
    """The tumours that a registry's conditions name."""

    tumors: Tumors
    named: Mapping[str, tuple[str, ...]]  # words in plain spelling -> codes
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def codes(self, text: str) -> tuple[str, ...]:
        """The tumours that a condition names; none where that is a question.

        Tried in order: the words as they stand, without what only adds to a name, with
        `cancer` or `carcinoma` for `neoplasm`. A name must be met exactly.
        """
        if text not in self._known:
            found = (self._exact(name) for name in _spellings(text))
            self._known[text] = next((codes for codes in found if codes), ())
        return self._known[text]

    def _exact(self, name: str) -> tuple[str, ...]:
        """Our own table first: registries mean a whole organ where a pathologist would not."""
        if name in self.named:
            return self.named[name]
        found = self.tumors.resolve(name)
        return (found.code,) if found and found.level > 1 else ()


def read_conditions(path: str | Path, tumors: Tumors) -> Conditions:
    """Read `conditions.tsv`.

    Raises:
        TableError: it cannot be read.
    """
    return Conditions(
        tumors, {plain(row.condition): row.codes for row in read_rows(path, Condition)}
    )


def _spellings(text: str) -> Iterator[str]:
    for part in _parts(text):
        name = plain(part)
        bare = " ".join(_ADDED.sub(" ", name).split())
        for spelled in dict.fromkeys(filter(None, (name, bare))):
            yield spelled
            yield from (_NEOPLASM.sub(kind, spelled) for kind in _KINDS)


def _parts(text: str) -> Iterator[str]:
    """The whole; what stands outside and inside of brackets; and inverted headings turned."""
    yield text
    if found := _BRACKETED.match(text):
        yield found["outside"]
        yield found["inside"]
    head, comma, tail = text.partition(", ")
    if comma and "," not in tail:
        yield f"{tail} {head}"
        yield head if tail.lower() in {"adult", "childhood", "stage iv"} else text
    short, dash, long = text.partition(" - ")
    if dash and short.isupper():
        yield long
