"""Clinical facts of each case; what is not written down is UNKNOWN and decides nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from consilium.problems import Problem, nearest, refuse
from consilium.records import Clinical
from consilium.samples import SampleSheet
from consilium.schemas import NumberedRow, read_checked

IHC_VALUE = re.compile(
    r"pos|neg|equivocal|low|ultralow|high|intact|lost|proficient|deficient|0|1\+|2\+|3\+|\d+(\.\d+)?"
)
# Spellings that other tables use. None: the word tells how it was sequenced, not what.
SPECIMENS: dict[str, str | None] = {
    "ffpe": "FFPE",
    "fresh": "fresh",
    "blood": "blood",
    "plasma": "plasma",
    "cfdna": "plasma",
    "ctdna": "plasma",
    "cytology": "cytology",
    "tumour-only": None,
    "tumor-only": None,
    "wes": None,
    "wgs": None,
}


def parse_ihc(text: str | None) -> dict[str, str]:
    """Results by marker, e.g. `HR=pos;HER2=2+;PD-L1=50`; numbers are percent or score.

    Raises:
        ValueError: a part is no KEY=VALUE, its value is not known, or a marker stands twice.
    """
    results: dict[str, str] = {}
    for part in filter(None, (word.strip() for word in (text or "").split(";"))):
        marker, equals, value = (word.strip() for word in part.partition("="))
        if not equals or not marker:
            raise ValueError(f"ihc {part!r} is no KEY=VALUE")
        if not IHC_VALUE.fullmatch(value):
            raise ValueError(f"ihc {marker} has the value {value!r}, which is not known")
        if marker in results:
            raise ValueError(f"ihc {marker} stands twice")
        results[marker] = value
    return results


def read_clinical(path: str | Path | None, sheet: SampleSheet) -> dict[str, Clinical]:
    """The facts of every case of the sheet; all UNKNOWN where there is no table or no row.

    Raises:
        InputError: naming every problem, with row and fix.
    """
    facts = {case: Clinical(case) for case in sheet.cases}
    if path is None:
        return facts
    rows, problems = read_checked(path, "clinical", usual, may_be_empty=True)
    seen: dict[str, str] = {}
    for row in rows:
        where, case = f"{path}, row {row.number}", str(row.cells.get("case", ""))
        problems += _row_problems(where, row.cells, sheet)
        if case in seen:
            problem = f"case {case!r} is there already ({seen[case]})"
            problems.append(Problem(where, problem, "keep one row"))
        seen.setdefault(case, where)
    refuse(problems)
    return facts | {case.case: case for case in map(clinical_of, rows)}


def usual(column: str, cell: str) -> str:
    """A cell in the spelling that the schema knows; empty where it says nothing."""
    if column == "specimen":
        return SPECIMENS.get(cell.lower(), cell) or ""
    if column == "grade":
        return cell.removeprefix("G")
    return cell


def _row_problems(where: str, cells: dict[str, Any], sheet: SampleSheet) -> Iterator[Problem]:
    """What the schema cannot see."""
    case = cells.get("case")
    if case is None:
        return
    if case not in sheet.by_case:
        problem = f"case {case!r} is not in the sample sheet"
        yield Problem(where, problem, nearest(str(case), sheet.cases[:20]))
        return
    try:
        parse_ihc(cells.get("ihc"))
    except ValueError as error:
        fix = (
            "write KEY=VALUE;KEY=VALUE with pos, neg, equivocal, low, ultralow, high, "
            "intact, lost, proficient, deficient, 0, 1+, 2+, 3+ or a number, such as "
            "ER=pos;HER2=2+;PD-L1=50"
        )
        yield Problem(where, str(error), fix)
    if ("latitude" in cells) != ("longitude" in cells):
        problem = "latitude and longitude stand one without the other"
        yield Problem(where, problem, "give both, or neither")
    known = {sheet.purity(sample) for sample in sheet.tumors(case)}
    for column, values in (("tumor_type", {sheet.tumor_type(case)}), ("purity", known)):
        if column in cells and cells[column] not in values:
            problem = f"{column} {cells[column]!r} is not that of the sample sheet"
            yield Problem(where, problem, "write it in the sample sheet; here it may stay empty")


def clinical_of(row: NumberedRow) -> Clinical:
    """The clinical facts of a row; what the sample sheet says too is left out."""
    cells = dict(row.cells)
    for repeated in ("tumor_type", "purity"):
        cells.pop(repeated, None)
    for consent in ("consent_germline", "consent_pgx"):
        if consent in cells:
            cells[consent] = cells[consent] == "yes"
    prior = re.split(r"[;|]", cells.pop("prior_therapies", ""))
    given = tuple(name.strip() for name in prior if name.strip())
    return replace(Clinical(**cells), prior_therapies=given)
