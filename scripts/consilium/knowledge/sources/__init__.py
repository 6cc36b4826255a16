"""Other people's knowledge as bases of our own format: one importer for each kind of source.

Each importer reads one release and writes its tables into an empty folder; `land` adds the
manifest and puts the folder in place only when everything in it can be read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consilium.knowledge.sources import annotation, civic, house
from consilium.knowledge.sources.release import Known, Outcome


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source."""

    name: str  # what reports call it where the config gives no name
    licence: str
    write: Callable[[Path, Path, Known], list[Outcome]]  # release, empty folder


KINDS: dict[str, Kind] = {
    "civic": Kind("CIViC", "CC0 1.0", civic.write),
    "clinvar": Kind("ClinVar", "public domain", annotation.write_clinvar),
    "hotspots": Kind("Cancer Hotspots", "ODbL 1.0", annotation.write_hotspots),
    "house": Kind("House rules", "internal", house.write),
}
