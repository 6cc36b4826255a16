"""What tests of imported knowledge share: the real releases, if there, and items made in code."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from consilium.knowledge.base import Knowledge, read_knowledge
from consilium.knowledge.joining import join_knowledge
from consilium.knowledge.sources.civic import ALLOWED, FREE
from consilium.knowledge.sources.diseases import DiseaseRow, Diseases
from consilium.knowledge.sources.landing import land
from consilium.knowledge.sources.release import Known, Outcome, Release
from consilium.tables import read_rows
from consilium.tumors import read_tumors

ROOT = Path(__file__).parents[1]
KIT = ROOT.parent / "shared" / "data" / "knowledge"
CIVIC = KIT / "civic" / "nightly-ClinicalEvidenceSummaries-2026-05.tsv.gz"
HOTSPOTS = KIT / "hotspots" / "hotspots_v2_and_3d.txt.gz"
COLUMNS = (*ALLOWED, *FREE)
PLAIN = {
    "molecular_profile": "BRAF V600E",
    "disease": "Melanoma",
    "doid": "1909",
    "therapies": "Vemurafenib",
    "evidence_type": "Predictive",
    "evidence_direction": "Supports",
    "evidence_level": "B",
    "significance": "Sensitivity/Response",
    "evidence_statement": "Some responded.",
    "citation_id": "1",
    "source_type": "PubMed",
    "rating": "3",
    "evidence_status": "accepted",
    "evidence_id": "1",
    "variant_origin": "Somatic",
    "evidence_civic_url": "https://civicdb.org/links/evidence_items/1",
    "is_flagged": "false",
}


@cache
def bundled() -> Known:
    """Our own base, tumours and diseases."""
    tumors = read_tumors(ROOT / "resources" / "tumors.tsv")
    rows = tuple(read_rows(ROOT / "resources" / "diseases.tsv", DiseaseRow))
    base = read_knowledge(ROOT / "resources" / "knowledge")
    return Known(base, tumors, Diseases(rows, tumors), "2026-10-01")


def item(**changes: str) -> dict[str, str]:
    """An evidence item with the columns of CIViC's table."""
    return {**dict.fromkeys(COLUMNS, ""), **PLAIN, **changes}


def release(path: Path, items: list[dict[str, str]], columns=COLUMNS, **changes) -> Release:
    """A file with these items, as an entry of the config."""
    lines = ["\t".join(columns), *("\t".join(row[c] for c in columns) for row in items)]
    path.write_text("\n".join(lines) + "\n")
    made = Release("civic", str(path), "2026-10", "2026-10-01", str(path.parent / "base"))
    return replace(made, **changes)


def import_civic(folder: Path) -> list[Outcome]:
    """The real release of CIViC as a base in a folder."""
    return land(Release("civic", str(CIVIC), "2026-05", "2026-05-26", str(folder)), bundled())


def with_civic(folder: Path) -> Knowledge:
    """The bundled base and the real release of CIViC."""
    import_civic(folder)
    return join_knowledge([bundled().base, read_knowledge(folder)])
