"""Tumour types: OncoTree codes, their tree, and the names that people write."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from consilium.tables import TableError, read_rows

ROOT = "TISSUE"  # OncoTree's own root; it is no tumour and stands in no path
BLOOD_TISSUES = frozenset({"Lymphoid", "Myeloid"})
# OncoTree files these haematological diseases under the organ where they grow.
BLOOD_CODES = frozenset({"MLYM", "TLYM", "HDCS"})
SPELLINGS = (("tumour", "tumor"), ("leukaemi", "leukemi"), ("oesophag", "esophag"))
FILLERS = frozenset({"a", "an", "and", "nos", "of", "or", "the", "with"})


class UnknownTumor(KeyError):
    """A code that is not in the tumour table."""

    def __str__(self) -> str:
        """The code and what is wrong with it."""
        return f"{self.args[0]!r} is not a tumour code"


@dataclass(frozen=True, slots=True)
class Tumor:
    """One tumour type of the OncoTree release that `resources/README.md` names."""

    code: str
    name: str
    parent: str | None  # None: a tissue, the top of its branch
    tissue: str
    level: int  # 1 = tissue
    ncit: tuple[str, ...] = ()
    doid: tuple[str, ...] = ()  # by shared NCIt code
    former_codes: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tumors:
    """All tumour types, as a tree that answers questions about kinship."""

    by_code: dict[str, Tumor]

    def __contains__(self, code: object) -> bool:
        """Whether the table has this code."""
        return code in self.by_code

    def get(self, code: str) -> Tumor:
        """The tumour type of a code.

        Raises:
            UnknownTumor: there is none.
        """
        if code not in self.by_code:
            raise UnknownTumor(code)
        return self.by_code[code]

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above this one, nearest first; the last is the tissue, the root is left out."""
        above: list[str] = []
        parent = self.get(code).parent
        while parent:
            above.append(parent)
            parent = self.get(parent).parent
        return tuple(above)

    def descendants(self, code: str) -> frozenset[str]:
        """Codes below this one, at any depth; not the code itself."""
        found: set[str] = set()
        waiting = [self.get(code).code]
        while waiting:
            children = self._children.get(waiting.pop(), ())
            found.update(children)
            waiting.extend(children)
        return frozenset(found)

    def tissue(self, code: str) -> str:
        """The organ or system where OncoTree files this tumour, e.g. `Lung`."""
        return self.get(code).tissue

    def is_solid(self, code: str) -> bool:
        """Whether a label for "solid tumours" can mean this tumour: not blood, lymph, histiocytes.

        A bare tissue is not a tumour, but counts as its tumours do.
        """
        return code not in BLOOD_CODES and self.tissue(code) not in BLOOD_TISSUES

    def suggest(self, text: str) -> tuple[Tumor, ...]:
        """The tumours that a code, a name or free words can mean; ask when there are several.

        A code, name, synonym or former code that fits exactly is preferred to tumours
        that only contain all the words; these come with the general ones first. A bare
        tissue ("lung") is no diagnosis and brings its branches. A synonym that says as much of
        tumours of another organ ("lymphoma", "acinar cell carcinoma") brings these too.
        """
        asked = words(text)
        alike = {code for code, known in self._words.items() if asked and asked <= known}
        if exact := self._names.get(plain(text)):
            tissues = {code for code in exact if self.by_code[code].level == 1}
            branches = {child for code in tissues for child in self._children.get(code, ())}
            named = any(plain(text) in self._titles(code) for code in exact)
            others = set() if named else self._apart(exact, alike)
            return self._general_first(exact | branches | others)
        return self._general_first(alike)

    def resolve(self, text: str) -> Tumor | None:
        """The one tumour of exactly this code or name; None calls for a question."""
        if text in self.by_code:
            return self.by_code[text]
        candidates = self.suggest(text)
        exact = self._names.get(plain(text), frozenset())
        return candidates[0] if len(candidates) == len(exact) == 1 else None

    def _titles(self, code: str) -> set[str]:
        return {plain(code), plain(self.by_code[code].name)}

    def _apart(self, exact: Iterable[str], alike: Iterable[str]) -> set[str]:
        """Those of the tumours alike that lie in none of the exact ones' organs."""
        organs = {self.tissue(code) for code in exact}
        return {code for code in alike if self.tissue(code) not in organs}

    def _general_first(self, codes: Iterable[str]) -> tuple[Tumor, ...]:
        tumors = [self.by_code[code] for code in codes]
        return tuple(sorted(tumors, key=lambda tumor: (tumor.level, tumor.code)))

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = defaultdict(list)
        for tumor in self.by_code.values():
            if tumor.parent:
                children[tumor.parent].append(tumor.code)
        return children

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        """Plain name -> codes; a present code or name hides what only others were called."""
        names: dict[str, set[str]] = defaultdict(set)
        for tumor in self.by_code.values():
            for name in (*tumor.former_codes, *tumor.synonyms):
                names[plain(name)].add(tumor.code)
        for title in ("name", "code"):
            present: dict[str, set[str]] = defaultdict(set)
            for tumor in self.by_code.values():
                present[plain(getattr(tumor, title))].add(tumor.code)
            names.update(present)
        return {name: frozenset(codes) for name, codes in names.items()}

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        return {
            code: words(" ".join((tumor.name, *tumor.synonyms)))
            for code, tumor in self.by_code.items()
        }


def plain(text: str) -> str:
    """A name without case, punctuation and British spelling."""
    name = " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
    for british, american in SPELLINGS:
        name = name.replace(british, american)
    return name


def words(text: str) -> frozenset[str]:
    """The words of a name that carry meaning."""
    return frozenset(plain(text).split()) - FILLERS


def read_tumors(path: str | Path) -> Tumors:
    """Read a table of tumour types (`resources/tumors.tsv`).

    Raises:
        TableError: a code stands twice, or a parent is missing or its own descendant.
    """
    try:
        return tree(read_rows(path, Tumor))
    except ValueError as error:
        raise TableError(f"{path}: {error}") from error


def tree(tumors: Iterable[Tumor]) -> Tumors:
    """Tumour types as a tree.

    Raises:
        ValueError: the rows do not make one.
    """
    by_code: dict[str, Tumor] = {}
    for tumor in tumors:
        if tumor.code in by_code:
            raise ValueError(f"{tumor.code} stands twice")
        by_code[tumor.code] = tumor
    for tumor in by_code.values():
        if tumor.parent and tumor.parent not in by_code:
            raise ValueError(f"{tumor.code}: parent {tumor.parent} is missing")
        _check_end(tumor, by_code)
    return Tumors(by_code)


def _check_end(tumor: Tumor, by_code: dict[str, Tumor]) -> None:
    seen = {tumor.code}
    while tumor.parent in by_code:
        tumor = by_code[tumor.parent]
        if tumor.code in seen:
            raise ValueError(f"{tumor.code} is its own ancestor")
        seen.add(tumor.code)
