"""report.json as a workbook: one sheet a table, typed cells, nothing that is ever calculated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from consilium.export.layout import rows, tables
from consilium.report.page import INVISIBLE

MOST = 32_767  # UTF-16 units that a cell can hold (Excel's specification)
CUT = " ... (cut: report.json has all {} characters)"
NARROW, WIDE = 8, 60  # widths of columns in characters
ARROW = "  v"  # room for the filter's button
# Cells that a spreadsheet would calculate when it were typed in, or read from CSV.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of a workbook's cells."""

    head: Format
    cell: Format
    date: Format
    quoted: Format  # text that stays text even when somebody edits or saves it


def xlsx(document: Mapping[str, Any], page: str) -> bytes:
    """The workbook of a report: first the sheet `report`, then one for every list of records."""
    buffer = BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    book.set_properties(
        {
            "title": f"{visible(document['case']['id'])[:200]}: molecular tumour board report",
            "comments": document["notice"],
            "created": datetime.fromisoformat(document["generated"]),
        }
    )
    styles = Styles(
        head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF2"}),
        cell=book.add_format({"text_wrap": True, "valign": "top"}),
        date=book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        quoted=book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
    )
    for table in tables():
        sheet = book.add_worksheet(table.name)
        _fill(sheet, table.headings, [*rows(document, table)], styles)
        _for_print(sheet, document)
    book.close()
    return buffer.getvalue()


def visible(text: str) -> str:
    """Text without characters that hide or that a workbook cannot hold, of a length that it can."""
    shown = INVISIBLE.sub("\ufffd", text)
    units = shown.encode("utf-16-le")
    if len(units) <= 2 * MOST:
        return shown
    return units[: 2 * (MOST - 60)].decode("utf-16-le", "ignore") + CUT.format(len(shown))


def _fill(sheet: Worksheet, headings: list[str], cells: list[list[object]], styles: Styles) -> None:
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(cells), len(headings) - 1)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, styles.head)
        told = [heading + ARROW, *(row[column] for row in cells)]
        sheet.set_column(column, column, _width(told))
    for number, row in enumerate(cells, start=1):
        for column, value in enumerate(row):
            _write(sheet, (number, column), value, styles)


def _write(sheet: Worksheet, at: tuple[int, int], value: object, styles: Styles) -> None:
    """One cell of the value's own type; what is missing stays blank."""
    if value is None or value == "":
        sheet.write_blank(*at, None, styles.cell)
    elif isinstance(value, bool):
        sheet.write_boolean(*at, value, styles.cell)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value, styles.cell)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, styles.date)
    else:
        text = visible(str(value))
        sheet.write_string(*at, text, styles.quoted if text.startswith(FORMULA) else styles.cell)


def _width(values: Iterable[object]) -> int:
    lines = (len(line) for value in values for line in str(value or "").split("\n"))
    return min(max(NARROW, *lines), WIDE)


def _for_print(sheet: Worksheet, document: Mapping[str, Any]) -> None:
    """Landscape pages as wide as the table, with case, notice and page numbers in the margins."""
    case, notice = (
        visible(text)[:100].replace("&", "&&")
        for text in (document["case"]["id"], document["notice"])
    )
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{case}&R&A")
    sheet.set_footer(f"&L{notice}&R&P / &N")
