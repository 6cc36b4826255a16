"""Which files a finished case consists of, and how to tell that each is sound.

`seal_case` checks them and the tests count them; what is not named here is not delivered.
"""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pysam

from consilium.checks.alignments import ends_problem
from consilium.checks.gzipped import has_eof_block, tail, tail_problem
from consilium.samples import SampleSheet

TABLES = ("variants.tsv", "hotspots.tsv", "callability.tsv", "events.tsv", "therapies.tsv")
DOCUMENTS = ("interpretation.json", "trials.json", "quality.json", "report.json")


def expected_files(
    sheet: SampleSheet, case: str, callers: list[str], alignment_format: str, exports: list[str]
) -> Iterator[str]:
    """Paths, relative to results/{case}/, of what a finished case must hold (manifest aside)."""
    yield "report.html"
    yield from (f"report.{export}" for export in exports)
    yield from DOCUMENTS
    yield from TABLES
    index = {"bam": "csi", "cram": "crai"}[alignment_format]
    tumors = sheet.tumors(case)
    if any(sheet.start(sample) in {"reads", "alignments"} for sample in tumors):
        yield "evidence.json"
    for sample in filter(None, (*tumors, sheet.normal(case))):
        start = sheet.start(sample)
        if start == "reads":
            yield f"reads/{sample}.{alignment_format}"
            yield f"reads/{sample}.{alignment_format}.{index}"
            yield f"quality/{sample}.duplicates.txt"
            yield from (f"quality/{sample}.{lane}.fastp.json" for lane in sheet.lanes(sample))
        if start in {"reads", "alignments"}:
            yield f"quality/{sample}.mosdepth.summary.txt"
            if sample in tumors:
                yield from (f"calls/{sample}.{caller}.vcf.gz" for caller in callers)
                yield from (f"calls/{sample}.{caller}.vcf.gz.tbi" for caller in callers)


def _alignments(path: Path) -> str:
    if problem := ends_problem(str(path)):
        return problem
    with pysam.AlignmentFile(str(path), check_sq=False) as reads:
        return "" if reads.has_index() else "has no index"


def _calls(path: Path) -> str:
    if problem := _blocks(path):
        return problem
    with pysam.VariantFile(str(path)) as records:
        if not len(records.header.samples):
            return "names no sample"
        next(iter(records), None)
    return "" if Path(f"{path}.tbi").exists() else "has no index"


def _blocks(path: Path) -> str:
    return "" if has_eof_block(path) else "ends early (no end-of-file block)"


def _text(path: Path) -> str:
    return "" if tail(path, 1) == b"\n" else "ends early (in the middle of a line)"


def _table(path: Path) -> str:
    with path.open(newline="") as handle:
        rows = csv.reader(handle, delimiter="\t")
        width = len(next(rows, []))
        uneven = [n for n, row in enumerate(rows, start=2) if len(row) != width]
    return f"row {uneven[0]} does not have {width} cells" if uneven else _text(path)


def _document(path: Path) -> str:
    json.loads(path.read_text())
    return ""


def _page(path: Path) -> str:
    return "" if path.read_text().rstrip().endswith("</html>") else "ends early"


def _workbook(path: Path) -> str:
    try:
        with ZipFile(path) as parts:
            broken = parts.testzip()
    except BadZipFile as error:
        return f"cannot be read: {error}"
    return f"holds a damaged part, {broken}" if broken else ""


def _printed(path: Path) -> str:
    if not path.read_bytes().startswith(b"%PDF-"):
        return "cannot be read: it is no PDF"
    return "" if tail(path, 16).rstrip().endswith(b"%%EOF") else "ends early"


CHECKS: dict[str, Callable[[Path], str]] = {
    ".bam": _alignments,
    ".csi": _blocks,
    ".cram": _alignments,
    ".crai": tail_problem,
    ".vcf.gz": _calls,
    ".tbi": _blocks,
    ".tsv": _table,
    ".txt": _text,
    ".json": _document,
    ".html": _page,
    ".xlsx": _workbook,
    ".pdf": _printed,
}


def problem(path: Path) -> str:
    """What is wrong with a delivered file, in words; empty when it is sound."""
    if not path.exists():
        return "is missing"
    if not path.stat().st_size:
        return "is empty"
    check = next((c for suffix, c in CHECKS.items() if path.name.endswith(suffix)), None)
    try:
        return check(path) if check else ""
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
