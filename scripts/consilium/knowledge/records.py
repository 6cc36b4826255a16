"""The rows of the knowledge base: one class, one table under `resources/knowledge/`."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Statement:
    """One regimen in one disease for one molecular profile, with its evidence."""

    id: str
    profile: str  # grammar: consilium.knowledge.profiles
    predicate: str  # sensitivity | resistance | reduced_sensitivity | adverse | diagnostic | ...
    direction: str  # supports | disputes
    regimen: str  # drugs joined by " + "; empty for diagnostic and prognostic rows
    operator: str  # COMBINATION | SEQUENTIAL, empty for one drug
    tumor: tuple[str, ...]  # OncoTree codes, or ANY_SOLID, or ANY
    excluded_tumors: tuple[str, ...]
    conditions: str  # grammar: consilium.knowledge.conditions
    setting: str
    level: str  # A | B | C | D
    guideline: str | None
    transfers: bool | None
    limitation: str | None
    escat: str | None
    citations: tuple[str, ...]
    summary: str
    checked: str  # ISO date, or "no"

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of the regimen, in the order written."""
        return tuple(drug.strip() for drug in self.regimen.split(" + ") if drug.strip())


@dataclass(frozen=True, slots=True)
class Approval:
    """One regulator's decision on one statement."""

    statement: str
    regulator: str
    status: str  # ACTIVE | WITHDRAWN | PENDING
    date: str | None  # ISO date of the status
    url: str | None
    cdx: str  # required | not_required | unknown
    cdx_name: str | None
    note: str | None
    checked: str  # ISO date, or "no"


class Drug(NamedTuple):
    """A drug, and what a board asks about its availability."""

    drug: str
    kind: str  # pharmacological class
    eml: bool | None  # on the WHO model list of essential medicines
    generic: str  # yes | no | unknown
    atc: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene's role in cancer, and how its changes are to be read."""

    gene: str
    role: str  # oncogene | tsg | both | other
    transcript: str | None = None  # MANE Select, RefSeq
    strand: str | None = None  # + | -
    clonal_haematopoiesis: bool | None = None
    germline_report: bool | None = None
    truncation_gof: str | None = None  # where a truncation activates, e.g. "exon 6"
    lof_last_codon: int | None = None  # a truncation beyond it is no loss of function
    fusion_side: str | None = None  # 5 | 3 | any: where the gene stands in its fusions
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Exon:
    """The codons of a coding exon; a codon split by an intron stands in both."""

    gene: str
    transcript: str
    exon: int
    first_codon: int
    last_codon: int


@dataclass(frozen=True, slots=True)
class SetMember:
    """One member of a named class of changes, in the profile grammar without the gene."""

    gene: str
    set: str
    member: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class BenignTruncation:
    """A truncation that is no loss of function."""

    gene: str
    hgvs_p: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A legacy name of a change."""

    gene: str
    alias: str
    hgvs_p: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The knowledge base itself."""

    name: str
    version: str
    date: str  # ISO date
    licence: str
