"""Public annotation as a source: ClinVar and cancer hotspots, checked, with version and checksum.

They hold no statements. The file lands beside a manifest, and config `reference.clinvar` and
`reference.hotspots` point to it; the report names them among its sources.
"""

from collections.abc import Iterator
from pathlib import Path

import pysam

from consilium.configuration import ANNOTATION
from consilium.knowledge.sources.raw import read_release
from consilium.knowledge.sources.release import Known, Outcome
from consilium.problems import Problem, refuse
from consilium.resources import STARS

UNRATED = {
    "no_assertion_criteria_provided",
    "no_assertion_provided",
    "no_classification_provided",
    "no_classification_for_the_single_variant",
    "no_classifications_from_unflagged_records",
    "no_interpretation_for_the_single_variant",
}
HOTSPOT_TYPES = frozenset({"single residue", "in-frame indel", "3d", "splice site"})
HOTSPOT_COLUMNS = ("hugo_symbol", "residue", "amino_acid_position", "type", "tumor_count")


def write_clinvar(path: Path, folder: Path, known: Known) -> list[Outcome]:
    """Check ClinVar's VCF to its end, compress and index it as `clinvar.vcf.gz`.

    Raises:
        InputError: a field is missing, the file ends early, or a review status is unknown.
    """
    out = folder / ANNOTATION["clinvar"]
    counts: dict[str, int] = {}
    try:
        with pysam.VariantFile(str(path)) as vcf:
            _fields(path, vcf)
            with pysam.VariantFile(str(out), "wz", header=vcf.header) as new:
                for record in vcf:
                    end = _review(path, record)
                    counts[end] = counts.get(end, 0) + 1
                    new.write(record)
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and hasattr(error, "problems"):
            raise
        refuse([Problem(str(path), f"cannot be read to its end: {error}", "fetch it again")])
    if not counts:
        refuse([Problem(str(path), "holds no variant", "fetch it again")])
    pysam.tabix_index(str(out), preset="vcf", force=True)
    return [Outcome(end, "imported", "", number=n) for end, n in sorted(counts.items())]


def _fields(path: Path, vcf: pysam.VariantFile) -> None:
    missing = [name for name in ("CLNSIG", "CLNREVSTAT") if name not in vcf.header.info]
    fix = "use clinvar.vcf.gz of NCBI"
    refuse(Problem(str(path), f"INFO/{name} is missing", fix) for name in missing)


def _review(path: Path, record: pysam.VariantRecord) -> str:
    value = record.info.get("CLNREVSTAT")
    text = ",".join(value) if isinstance(value, tuple) else str(value or "")
    if text and text not in STARS and text not in UNRATED:
        place = f"{path}, {record.chrom}:{record.pos}"
        refuse([Problem(place, f"review status {text!r} is unknown", "update Consilium")])
    return f"review stars {STARS.get(text, 0)}"


def write_hotspots(path: Path, folder: Path, known: Known) -> list[Outcome]:
    """Check the hotspot table and keep it as `hotspots.tsv`.

    Raises:
        InputError: a column is missing, a row is cut off, or a type is unknown.
    """
    rows = list(read_release(path, HOTSPOT_COLUMNS))
    refuse(_hotspot_problems(path, rows))
    names = list(rows[0][1])
    lines = ["\t".join(names), *("\t".join(row.values()) for _, row in rows)]
    (folder / ANNOTATION["hotspots"]).write_text("\n".join(lines) + "\n")
    return [Outcome(f"{row['hugo_symbol']} {row['residue']}", "imported", "") for _, row in rows]


def _hotspot_problems(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterator[Problem]:
    for number, row in rows:
        if row["type"] not in HOTSPOT_TYPES:
            fix = f"known are {', '.join(sorted(HOTSPOT_TYPES))}"
            yield Problem(f"{path}, row {number}", f"type {row['type']!r} is unknown", fix)
