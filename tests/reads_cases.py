"""Reads at a variant, made in code and sliced as the pipeline slices them."""

import json
from pathlib import Path
from typing import Any

from consilium.counting import Limits
from consilium.report.reads import FLANK
from slice_reads import Source, main
from test_counting import GENOME, Reads

__all__ = ["ALT", "FLANK", "evidence"]
POS = 40  # 1-based
REF = GENOME[POS - 1]
ALT = "A" if REF != "A" else "C"


def evidence(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    """The evidence of a report's believed variants, moved to neighbouring bases of a small genome.

    The tumour has twenty fragments, every fourth with the first variant; the normal ten without.
    """
    (folder / "g.fa").write_text(f">c1\n{GENOME}\n")
    rows = [row for row in document["variants"]["rows"] if row["status"] == "BELIEVED"]
    for number, row in enumerate(rows):
        ref = GENOME[POS + number - 1]
        row |= {"chrom": "c1", "pos": POS + number, "ref": ref, "alt": "A" if ref != "A" else "C"}
    sources = []
    for sample, role, count in (("T", "tumor", 20), ("N", "normal", 10)):
        (folder / sample).mkdir(exist_ok=True)
        reads = Reads(folder / sample)
        for number in range(count):
            base = ALT if role == "tumor" and number % 4 == 0 else REF
            bases = GENOME[20 : POS - 1] + base + GENOME[POS:60]
            reads.pair(f"r{number}", (20, bases), (60, GENOME[60:78]))
        reads.open().close()
        sources.append(Source(sample, role, str(reads.path)))
    report = folder / "report.json"
    report.write_text(json.dumps(document))
    main(str(report), str(folder / "g.fa"), sources, Limits(13, 1), str(folder / "evidence.json"))
    found: dict[str, Any] = json.loads((folder / "evidence.json").read_text())
    return found
