"""The list of all Quick Wins as a file for a spreadsheet, as an admin sees it.

What stands in its columns, and how a spreadsheet is written, is known in `workflow`. Who may ask is
not known here: whoever runs commands reads the whole database anyway.
"""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import columns, queries, spreadsheet
from workflow.models import City, QuickWin

BATCH = 500


def write(
    session: Session, form: str, file: BinaryIO, *, language: str, base_url: str, at: datetime
) -> None:
    """All of them in the order of their creation, as `form`: csv or xlsx."""
    reader = columns.Reader(
        language=language,
        zone=ZoneInfo(session.scalars(select(City.zone)).one()),
        now=at,
        address=lambda each: f"{base_url.rstrip('/')}/quick-wins/{each}" if base_url else "",
    )
    found = session.scalars(
        queries.loaded().order_by(QuickWin.id).execution_options(yield_per=BATCH)
    )
    spreadsheet.write(form, columns.headings(reader), columns.rows(found, reader), file)
