"""Further forms of a report: what every form owes, and that each says what report.json says."""

import json
import math
import re
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

import export_case
import report_cases as cases
from build_report import as_text, build
from consilium.expected import CHECKS, problem
from consilium.export import EXPORTS
from consilium.export.layout import rows, tables
from consilium.export.pdf import browser, dated
from consilium.export.xlsx import MOST
from consilium.report import SECTIONS, render
from consilium.schemas import schema

ROOT = Path(__file__).parents[1]
ALL = ["typical", "empty", "failed", "hostile"]
NEEDS = {"pdf": browser}  # forms that need a program which may be absent
FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C x'!A0",
]
LETTERS = "腫瘍 рак όγκος ورم é"
HELIX = "\N{DNA DOUBLE HELIX}"  # two UTF-16 units


def report(data):
    return json.loads(as_text(build(data)))


def page_of(document):
    return render(document, list(SECTIONS))


def made(name, document):
    if name in NEEDS and not NEEDS[name]():
        pytest.skip(f"nothing on PATH makes {name}")
    return EXPORTS[name](document, page_of(document))


def book(document):
    return load_workbook(BytesIO(made("xlsx", document)))


# --- what every form owes


def test_config_offers_the_forms_that_there_are():
    assert schema("config")["properties"]["exports"]["items"]["enum"] == list(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_form_is_explained_and_its_file_is_looked_at(name):
    assert f"`results/{{case}}/report.{name}`" in (ROOT / "docs" / "outputs.md").read_text()
    assert any(f"report.{name}".endswith(end) for end in CHECKS)
    assert f"report.{name}" not in {"report.json", "report.html"}
    assert re.fullmatch(r"[a-z0-9]+(\.[a-z0-9]+)*", name)


@pytest.mark.parametrize("case", ALL)
@pytest.mark.parametrize("name", EXPORTS)
def test_form_of_any_case_is_sound_and_the_same_again(name, case, tmp_path):
    document = report(getattr(cases, case)())
    content = made(name, document)
    (tmp_path / f"report.{name}").write_bytes(content)
    assert problem(tmp_path / f"report.{name}") == ""
    time.sleep(1.1 - time.time() % 1)  # files know seconds
    assert made(name, document) == content


@pytest.mark.parametrize("name", EXPORTS)
def test_damaged_file_is_refused(name, tmp_path):
    content = made(name, report(cases.typical()))
    path = tmp_path / f"report.{name}"
    for broken in (b"", content[: len(content) // 2], b"no" + content[len(content) // 3 :]):
        path.write_bytes(broken)
        assert problem(path)


@pytest.mark.parametrize("name", EXPORTS)
def test_main_writes_the_form(name, tmp_path):
    document = report(cases.typical())
    content = made(name, document)
    (tmp_path / "report.json").write_text(json.dumps(document))
    (tmp_path / "report.html").write_text(page_of(document))
    paths = [str(tmp_path / f"report.{end}") for end in ("json", "html", name)]
    export_case.main(paths[0], paths[1], name, paths[2])
    assert problem(Path(paths[2])) == "" and Path(paths[2]).stat().st_size == len(content)


# --- XLSX: read back and compared with report.json, cell by cell


class Comparison:
    """Follows report.json, not the schema that laid the workbook out, and counts what it saw."""

    def __init__(self, document, workbook):
        self.sheets = {sheet.title: [*sheet.values] for sheet in workbook}
        self.next = dict.fromkeys(self.sheets, 1)
        self.compared = 0
        cells = dict(self.sheets["report"][1:])
        self.object(document, "", cells, "")

    def object(self, record, prefix, cells, place):
        """Compare what an object holds with its cells; lists of records are rows elsewhere."""
        for key, value in record.items():
            name, where = f"{prefix}{key}", f"{place}{key}"
            if isinstance(value, dict):
                self.object(value, f"{name}.", cells, f"{where}.")
            elif name in cells:
                self.cell(value, cells[name])
            elif value is None and any(column.startswith(f"{name}.") for column in cells):
                self.compared += 1  # an object that is missing: its cells are blank
            else:
                self.records(value, where)

    def records(self, values, place):
        title = place if place in self.sheets else place.removesuffix(".rows")
        head, *body = self.sheets[title]
        for record in values:
            row = body[self.next[title] - 1]
            self.next[title] += 1
            self.object(record, "", dict(zip(head, row, strict=True)), f"{place}.")

    def cell(self, value, found):
        self.compared += leaves(value)
        if isinstance(value, list):
            self.same("\n".join(map(self.line, value)), found)
        else:
            self.same(value, found)

    @staticmethod
    def line(entry):
        if isinstance(entry, dict):
            return " | ".join("" if value is None else str(value) for value in entry.values())
        return entry

    @staticmethod
    def same(value, found):
        if isinstance(found, datetime):
            assert found.date() == date.fromisoformat(value)
        elif isinstance(value, float):
            assert type(found) in {int, float} and math.isclose(value, found, rel_tol=1e-15)
        else:
            value = None if value == "" else value
            assert value == found and type(value) is type(found)


def leaves(value):
    if isinstance(value, dict | list):
        return sum(map(leaves, value.values() if isinstance(value, dict) else value))
    return 1


GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.json"))
BENIGN = [pytest.param(report(getattr(cases, name)()), id=name) for name in ALL[:3]]
BENIGN += [pytest.param(json.loads(path.read_text()), id=path.stem) for path in GOLDEN]


@pytest.mark.parametrize("document", BENIGN)
def test_workbook_says_all_that_the_report_says_and_no_more(document):
    workbook = book(document)
    seen = Comparison(document, workbook)
    assert seen.compared == leaves(document)
    for title, body in seen.sheets.items():
        if title != "report":
            assert seen.next[title] == len(body), title


def test_cells_have_types():
    workbook = book(report(cases.typical()))
    variants = workbook["variants"]
    cells = dict(zip([c.value for c in variants[1]], variants[2], strict=True))
    assert cells["vaf"].data_type == "n" and cells["vaf"].value == 0.311
    assert cells["pos"].data_type == "n" and cells["pos"].value == 55191822
    assert cells["gene"].data_type == "s" and cells["loh"].value is None
    overview = {row[0].value: row[1] for row in workbook["report"].iter_rows()}
    assert overview["generated"].is_date and overview["generated"].value == datetime(2026, 11, 20)
    assert overview["variants.withheld"].data_type == "b"
    assert overview["case.clinical.stage"].data_type == "s"
    therapies = workbook["therapies"]
    checked = {row[0].value: row for row in therapies.iter_cols()}["checked"][1]
    assert checked.is_date and checked.number_format == "yyyy-mm-dd"


def test_sheets_can_be_read_by_people():
    workbook = book(report(cases.typical()))
    assert workbook.sheetnames[0] == "report" and workbook["report"]["A2"].value
    assert all(len(name) <= 31 for name in workbook.sheetnames)
    for sheet in workbook:
        assert sheet.freeze_panes == "B2" and sheet["A1"].font.bold, sheet.title
        assert (
            sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        )
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(8 <= width <= 61 for width in widths), sheet.title
        assert (
            "LUAD-01" in sheet.oddHeader.left.text and "Research use" in sheet.oddFooter.left.text
        )
        assert sheet.print_title_rows == "$1:$1"


def test_every_table_has_a_sheet_even_when_it_is_empty():
    names = {table.name for table in tables()}
    assert {sheet.title for sheet in book(report(cases.empty()))} == names
    assert len({name.lower() for name in names}) == len(names)
    wanted = {"therapies", "therapies.trace", "why_not", "variants", "biomarkers", "quality.checks"}
    assert wanted | {"negatives.hotspots", "limitations", "provenance.knowledge"} <= names


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(text):
    data = cases.typical()
    variants = tuple(replace(v, gene=text, clinvar=text) for v in data.variants)
    spoiled = replace(data, variants=variants)
    workbook = book(report(cases.interpreted(spoiled, warnings=[text])))
    cells = [cell for row in workbook["variants"].iter_rows(min_row=2) for cell in row]
    cells += [row[1] for row in workbook["report"].iter_rows() if row[0].value == "case.warnings"]
    found = [cell for cell in cells if cell.value == text]
    assert len(found) == 2 * len(data.variants) + 1
    for cell in found:
        assert cell.data_type == "s" and cell.quotePrefix


def test_workbook_holds_no_formula_and_no_link_whatever_the_texts():
    with ZipFile(BytesIO(made("xlsx", report(cases.hostile())))) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode()
            assert not re.search("<f[ >]|<hyperlink|externalLink|vbaProject", text), name
            assert "<script" not in text and "<img" not in text, name


@pytest.mark.parametrize("units", [MOST - 1, MOST, MOST + 1, 200_000])
def test_long_text_is_whole_or_says_that_it_was_cut(units):
    text = LETTERS + "x" * (units - len(LETTERS) - 2) + HELIX
    document = report(cases.interpreted(cases.typical(), warnings=[text]))
    cell = dict([*book(document)["report"].values][1:])["case.warnings"]
    assert len(cell) <= MOST and cell.startswith(LETTERS)
    if units <= MOST:
        assert cell == text
    else:
        assert cell.endswith(f"report.json has all {len(text)} characters)")


def test_controls_and_reversals_are_made_visible():
    cells = dict([*book(report(cases.hostile()))["report"].values][1:])
    shown = cases.EVIL.replace("\u202e", "\ufffd").replace("\x07", "\ufffd")
    assert cells["case.id"] == shown and cells["case.clinical.specimen"] == shown


def test_rows_of_inner_records_carry_the_key_of_the_outer():
    document = report(cases.typical())
    table = next(table for table in tables() if table.name == "therapies.trace")
    found = [row[0] for row in rows(document, table)]
    assert found == [t["id"] for t in document["therapies"] for _ in t["trace"]]


# --- PDF


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The words of each printed page."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (Debian package poppler-utils) is not installed")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    path.write_bytes(made("pdf", report(cases.typical())))
    command = ["pdftotext", "-layout", str(path), "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return told.split("\f")[:-1]


def test_every_printed_page_has_case_notice_and_its_number(printed):
    assert len(printed) >= 2
    for number, page in enumerate(printed, start=1):
        lines = [line for line in page.splitlines() if line.strip()]
        assert lines[0].startswith("LUAD-01") and lines[0].endswith("2026-11-20")
        assert lines[-1].startswith("Research use; decision support, confirm before use.")
        assert f"Page {number} of {len(printed)}" in page


def test_first_printed_page_holds_the_answer(printed):
    for word in ("osimertinib", "dacomitinib", "pembrolizumab", "ALK, ROS1, RET fusions"):
        assert word in printed[0]


def test_dates_of_a_pdf_are_the_reports_and_keep_their_length():
    stamp = b"/CreationDate (D:20261127024824+00'00')"
    assert dated(stamp, "2026-11-20") == b"/CreationDate (D:20261120000000+00'00')"
