"""What templates need of a Quick Win in a list: its state, what is expected, how long there is.

Everything is derived from the table and the row; no state and no action is named here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask import g, url_for
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from web.frame import say
from workflow.calendar import Calendar
from workflow.definition import Coverage, State, Transition, Workflow
from workflow.language import Label
from workflow.light import Light
from workflow.models import QuickWin
from workflow.registry import workflow_of

Kind: TypeAlias = Literal["neutral", "primary", "success", "warning", "danger"]
LIGHT_KINDS: Mapping[Light, Kind] = {
    Light.GREEN: "success",
    Light.YELLOW: "warning",
    Light.RED: "danger",
}
SOON = 2  # working days: from here on the time left is marked


@dataclass(frozen=True, kw_only=True)
class Left:
    """How long there is, in words; `days` is below zero when it is late."""

    text: str
    kind: Kind
    days: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of an inbox or list."""

    id: int
    href: str
    number: str
    title: str
    expansion: str  # what the title stands for
    unit: str
    period: str
    state: str
    state_kind: Kind
    since: datetime
    expected: str
    due_at: datetime | None
    left: Left | None


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column that a list can be ordered by."""

    label: str
    href: str
    sort: str  # as aria-sort says it; "" where another column is ordered


def row_of(quick_win: QuickWin, calendar: Calendar, now: datetime) -> Row:
    workflow = workflow_of(quick_win)
    state = workflow.states[quick_win.state]
    due_at = quick_win.due_at
    return Row(
        id=quick_win.id,
        href=url_for("quick_wins.show", quick_win_id=quick_win.id),
        number=quick_win.number,
        title=title_of(quick_win),
        expansion=quick_win.content.get("title_expansion") or "",
        unit=quick_win.unit.name,
        period=quick_win.period.code,
        state=say(state.label),
        state_kind=state_kind(state),
        since=quick_win.since,
        expected=any_of(expected(workflow, state)),
        due_at=due_at,
        left=time_left(calendar, now, due_at) if due_at else None,
    )


def title_of(quick_win: QuickWin) -> str:
    return quick_win.title or str(_("Not named yet"))


def state_kind(state: State) -> Kind:
    """The tone of a state: where it ended well or badly, and where something must be put right."""
    if state.final:
        return "danger" if state.coverage is Coverage.NOTHING else "success"
    if state.coverage is Coverage.DRAFT:
        return "neutral"
    return "primary" if state.stage else "warning"


def stops(state: State) -> bool:
    """Whether it is an end at which the Quick Win counts for nothing."""
    return state.final and state.coverage is Coverage.NOTHING


def expected(workflow: Workflow, state: State) -> list[Label]:
    """What those whose turn it is are asked for: the actions that are theirs alone."""
    rows = [row for role in state.turn for row in workflow.turn_rows(state.code, role)]
    theirs = [row for row in rows if set(row.by) <= set(state.turn)] or rows
    return list({row.name: row.label for row in theirs}.values())


def answers_turn(row: Transition, state: State) -> bool:
    """Whether it is one of the actions that the turn asks for."""
    return row.answers and set(row.by) <= set(state.turn)


def turn_of(workflow: Workflow, state: State) -> str:
    """The roles whose turn it is, by name."""
    return any_of(workflow.role_label(role) for role in state.turn)


def any_of(labels: Iterable[Label]) -> str:
    """Several names of which one will do."""
    return format_list([say(label) for label in labels], style="or", locale=get_locale())


def time_left(calendar: Calendar, now: datetime, due_at: datetime) -> Left:
    days = calendar.working_days_between(now, due_at)
    if due_at < now:
        text = ngettext("%(num)s working day late", "%(num)s working days late", -days)
        return Left(text=text if days else _("The time ran out today"), kind="danger", days=-1)
    if days == 0:
        return Left(text=_("Due today"), kind="warning", days=0)
    text = ngettext("%(num)s working day left", "%(num)s working days left", days)
    return Left(text=text, kind="warning" if days <= SOON else "neutral", days=days)


def local_day_of(at: datetime) -> date:
    return at.astimezone(ZoneInfo(g.city.zone)).date()


def brief_day(at: datetime | date) -> str:
    """12 Okt 2026: a day where there is little room."""
    day = local_day_of(at) if isinstance(at, datetime) else at
    return str(format_date(day, "d MMM y", rebase=False))
