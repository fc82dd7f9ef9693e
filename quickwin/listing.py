"""The list of all Quick Wins as a file for a spreadsheet, as an admin sees it.

No cell becomes a formula, whatever somebody called a Quick Win. Who may ask is not known here:
whoever runs commands reads the whole database anyway.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it has no types

from workflow.language import Label
from workflow.models import City, QuickWin

HEADINGS = (
    Label(id="Nomor", en="Number"),
    Label(id="Judul", en="Title"),
    Label(id="Perangkat daerah", en="Unit"),
    Label(id="Keadaan", en="State"),
    Label(id="Periode", en="Period"),
    Label(id="Sejak", en="Since"),
    Label(id="Tenggat", en="Due"),
)
Row = tuple[str, ...]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(session: Session, language: str) -> list[Row]:
    """The headings, then one row for each Quick Win in the order of its creation."""
    zone = ZoneInfo(session.scalars(select(City.zone)).one())
    joined = (QuickWin.unit, QuickWin.period, QuickWin.defined_state)
    found = session.scalars(
        select(QuickWin).options(*map(joinedload, joined)).order_by(QuickWin.id)
    )
    return [
        tuple(heading.in_(language) for heading in HEADINGS),
        *(_row(quick_win, language, zone) for quick_win in found),
    ]


def write_csv(table: list[Row], file: BinaryIO) -> None:
    """UTF-8 with the mark that spreadsheets need; a text that begins like a formula gets a '."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in table)
    file.write(text.getvalue().encode("utf-8-sig"))


def write_xlsx(table: list[Row], file: BinaryIO) -> None:
    """Every cell is a text, never a formula, a link or a number."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    made = io.BytesIO()  # a zip wants to go back in its file, and a pipe cannot
    with Workbook(made, options) as book:
        sheet = book.add_worksheet("Quick Wins")
        bold = book.add_format({"bold": True})
        for index, row in enumerate(table):
            sheet.write_row(index, 0, row, bold if index == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table) - 1, len(HEADINGS) - 1)
        sheet.autofit()
    file.write(made.getvalue())


def _row(quick_win: QuickWin, language: str, zone: ZoneInfo) -> Row:
    state = quick_win.defined_state
    return (
        quick_win.number,
        quick_win.title or "",
        quick_win.unit.name,
        state.label_id if language == "id" else state.label_en,
        quick_win.period.code,
        _local(quick_win.since, zone),
        _local(quick_win.due_at, zone) if quick_win.due_at else "",
    )


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
