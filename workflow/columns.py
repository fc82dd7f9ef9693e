"""What a list of Quick Wins says in a spreadsheet: one row for each, in columns an office needs.

Nothing that is hidden from some readers stands in it: no judgment, no note. Who sees which rows was
decided by whoever lists them; how the cells are written is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from workflow.language import N_, Label, say
from workflow.light import NAMES, light
from workflow.models import QuickWin
from workflow.registry import workflow_of
from workflow.spreadsheet import Cell, Row

HEADINGS = (
    N_("Number"),
    N_("Title"),
    N_("What the name stands for"),
    N_("Unit"),
    N_("Dimension"),
    N_("Period"),
    N_("State"),
    N_("Since"),
    N_("Deadline"),
    N_("Waits for"),
    N_("First submitted"),
    N_("Budget (rupiah)"),
    N_("Person in charge"),
    N_("Contact"),
    N_("Progress, percent"),
    N_("Traffic light"),
    N_("Address"),
)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom it is written: times are those of the city, `address` is that of a Quick Win's page
    ("" where there is none)."""

    language: str
    zone: ZoneInfo
    now: datetime
    address: Callable[[int], str]


def headings(reader: Reader) -> Row:
    return tuple(say(heading, reader.language) for heading in HEADINGS)


def rows(quick_wins: Iterable[QuickWin], reader: Reader) -> Iterator[Row]:
    """A row for each of those that `queries.loaded` fetched."""
    return (_row(each, reader) for each in quick_wins)


def _row(quick_win: QuickWin, reader: Reader) -> Row:
    workflow, content = workflow_of(quick_win), quick_win.content
    state, pic = workflow.states[quick_win.state], content.get("pic") or {}
    roles = (workflow.role_label(role).in_(reader.language) for role in state.turn)
    return (
        quick_win.number,
        quick_win.title or "",
        content.get("title_expansion") or "",
        quick_win.unit.name,
        _dimension(quick_win, reader.language),
        quick_win.period.code,
        state.label.in_(reader.language),
        _local(quick_win.since, reader),
        _local(quick_win.due_at, reader),
        " / ".join(roles),
        _local(quick_win.submitted_at, reader),
        content.get("budget"),
        pic.get("name") or "",
        pic.get("contact") or "",
        quick_win.reported_percent,
        _light(quick_win, reader),
        reader.address(quick_win.id),
    )


def _local(at: datetime | None, reader: Reader) -> Cell:
    """Spreadsheets know no time zones: the time that a clock in the city showed."""
    return at.astimezone(reader.zone).replace(tzinfo=None) if at else None


def _dimension(quick_win: QuickWin, language: str) -> str:
    """Its name in the period, or the code where the period knows none."""
    code = quick_win.dimension or ""
    names = {each["code"]: each["label"] for each in quick_win.period.dimensions}
    return Label(**names[code]).in_(language) if code in names else code


def _light(quick_win: QuickWin, reader: Reader) -> str:
    coverage = quick_win.defined_state.coverage
    shown = light(quick_win, coverage, reader.zone, now=reader.now)
    return say(NAMES[shown], reader.language) if shown else ""
