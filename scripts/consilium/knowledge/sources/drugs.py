"""Names of drugs as sources write them, in our own spelling."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

COMMA = re.compile(r",\s*(?![^(]*\))(?!\d)")  # not within brackets, not within 2,4-pyrimidine
REGIMEN = re.compile(r"(-\d+)? Regimen$", re.IGNORECASE)
NO_DRUG = frozenset({"", "not applicable"})
# Salts, suffixes of biosimilars and classes that a source calls otherwise than we do.
SAME = {
    "anthracycline antineoplastic antibiotic": "anthracycline",
    "antiestrogen therapy": "endocrine therapy",
    "cdk4/6 inhibition": "CDK4/6 inhibitor",
    "endocrine drug therapy": "endocrine therapy",
    "hormone therapy": "endocrine therapy",
    "imatinib mesylate": "imatinib",
    "nab-paclitaxel": "nab-paclitaxel",
    "peginterferon alfa-2a": "peginterferon alfa",
    "peginterferon alfa-2b": "peginterferon alfa",
    "platinum compound": "platinum",
    "regorafenib anhydrous": "regorafenib",
    "taxane compound": "taxane",
    "taxol": "paclitaxel",
    "zenocutuzumab-zbco": "zenocutuzumab",
}


@dataclass(frozen=True)
class Spelling:
    """The drugs that our own base knows."""

    known: tuple[str, ...]

    def drugs(self, cell: str) -> list[str]:
        """The drugs of a cell that joins them by commas."""
        return [drug.strip() for drug in COMMA.split(cell) if drug.strip().lower() not in NO_DRUG]

    def regimen(self, written: str) -> list[str]:
        """One name of a source as drugs of ours; `A/B Regimen` is a combination."""
        name = REGIMEN.sub("", written.strip())
        parts = name.split("/") if name != written.strip() and "/" in name else [name]
        return [self._one(part.strip()) for part in parts]

    def _one(self, name: str) -> str:
        plain = SAME.get(name.lower(), name)
        # A capital at the start of a plain word is the source's style; codes keep theirs.
        proper = plain.lower() if re.fullmatch(r"[A-Z][a-z]+( [A-Z][a-z]+)*", plain) else plain
        return self._ours.get(plain.lower(), proper)

    @cached_property
    def _ours(self) -> dict[str, str]:
        return {drug.lower(): drug for drug in self.known}


def joined(drugs: Iterable[str]) -> str:
    """A regimen as a statement writes it; each drug once, in the order written."""
    return " + ".join(dict.fromkeys(drugs))
