"""Tables for spreadsheet programs: XLSX and CSV, in which no text of anybody becomes a formula.

What stands in the cells is not known here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO, TypeAlias

FORMS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

Cell: TypeAlias = str | int | Decimal | datetime | None
Row: TypeAlias = Sequence[Cell]

_EXACT = 10**15  # a greater number would be rounded
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(form: str, headings: Row, rows: Iterable[Row], file: BinaryIO) -> None:
    """As `form`, one of FORMS."""
    {"csv": write_csv, "xlsx": write_xlsx}[form](headings, rows, file)


def write_csv(headings: Row, rows: Iterable[Row], file: BinaryIO) -> None:
    """UTF-8 with the mark that spreadsheets need, between semicolons as Indonesian ones expect.
    A text that begins like a formula gets a '. Times are 2026-07-01 10:00: read everywhere."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    file.write(text.getvalue().encode("utf-8-sig"))


def write_xlsx(headings: Row, rows: Iterable[Row], file: BinaryIO) -> None:
    """Times and numbers are real ones; a text is a text, never a formula, a link or a number."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    made = io.BytesIO()  # a zip wants to go back in its file, and a pipe cannot
    with Workbook(made, options) as book:
        page = book.add_worksheet("Quick Wins")
        formats = {
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
            int: book.add_format({"num_format": "#,##0"}),
        }
        page.write_row(0, 0, headings, book.add_format({"bold": True}))
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str) or (isinstance(cell, int) and cell > _EXACT):
                    page.write_string(last, column, str(cell))
                elif cell is not None:
                    page.write(last, column, cell, formats.get(type(cell)))
        page.freeze_panes(1, 2)
        page.autofilter(0, 0, last, len(headings) - 1)
        page.autofit(max_width=400)
    file.write(made.getvalue())


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA) else text
