"""What a notification about a Quick Win has to say, as far as its recipient may know it now.

Who is told of what is not known here, nor how it is worded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from workflow.answers import NONE, answers, posts_of
from workflow.definition import REMIND, SUPERIOR, State, Transition, Workflow
from workflow.history import Entry, entry
from workflow.language import Label
from workflow.models import Event, Notification, Person, QuickWin, Revision
from workflow.notices import roles_named
from workflow.relations import local_day, own_unit, visible
from workflow.standing import Standing
from workflow.term import closed_before
from workflow.turns import has_turn


@dataclass(frozen=True, kw_only=True)
class Otherwise:
    """What the clock does where nobody acts, so many working days after it was due: it leads to
    another state, or those people hear of it."""

    after: int
    leads_to: Label | None
    tells: tuple[Label, ...]


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The period of a draft that was not submitted in time: it waits until that is extended."""

    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class News:
    """An act, and how things stand now."""

    quick_win_id: int
    number: str
    title: str | None  # to whom may not see it, what was submitted then; None: nothing was
    unit: str
    visible: bool  # the recipient may open it

    actor: str  # by name; "" is the system, or somebody whose name is not open
    capacity: Label | str  # in which it was done
    on_behalf_of: str  # for whom; "" is nobody, or somebody whose name is not open
    done: Label
    note: str
    notes: int  # pinned to fields
    step: int  # the how-manieth reminder or escalation of its deadline it is; 0: it is none
    steps: int  # of so many
    monthly: bool = False  # these come again each month

    state: Label
    final: bool  # nothing follows on it
    waits_for: tuple[Label, ...]
    due_at: datetime | None
    expected: tuple[Label, ...]  # what the recipient can do; empty: it is not their turn
    instead_of: tuple[str, ...]  # whom the recipient stands in for with it
    otherwise: Otherwise | None
    closed: Closed | None = None  # None: no closed period stands before it


def columns(at: datetime) -> Sequence[ColumnElement[Any]]:
    """What `news` takes beside an Event, QuickWin and Person, of a statement that has these, a Unit
    and a Notification."""
    day = local_day(at)
    sees = visible(Person.id, day)
    return (
        sees.label("sees"),
        case((sees, func.coalesce(QuickWin.title, "")), else_=_title_then()).label("title"),
        own_unit(Person.id, day).label("own"),
        # Told that it is their turn by the event, and it still is.
        (Notification.your_turn & has_turn(Person.id, day)).label("turn"),
        posts_of(Person.id.expression, day).label("posts"),
    )


def news(row: Row[Any], workflow: Workflow, *, at: datetime) -> News:
    """As it is at that moment. Nothing is loaded by it."""
    event, quick_win, recipient = row.Event, row.QuickWin, row.Person
    state = workflow.states[quick_win.state]
    standing = Standing(sees=row.sees, own_unit=row.own)
    open_to_them = entry(event, workflow, quick_win, recipient, standing)
    answered = answers(workflow, quick_win.state, row.posts) if row.turn else NONE
    step, steps, monthly = _step(workflow, open_to_them)
    period = closed_before(workflow, quick_win, at=at)
    return News(
        quick_win_id=quick_win.id,
        number=quick_win.number,
        title=row.title,
        unit=quick_win.unit.name,
        visible=row.sees,
        actor=event.actor_name if open_to_them.actor else "",
        capacity=open_to_them.capacity or workflow.role_label(event.role),
        on_behalf_of=open_to_them.on_behalf_of,
        done=_row(workflow, event).done,
        note=open_to_them.note if row.sees else "",
        notes=len(open_to_them.data.get("notes", ())) if row.sees else 0,
        step=step,
        steps=steps,
        monthly=monthly,
        state=state.label,
        final=state.final,
        waits_for=tuple(workflow.role_label(role) for role in state.turn),
        due_at=quick_win.due_at,
        expected=answered.expected,
        instead_of=answered.instead_of,
        otherwise=_otherwise(workflow, state) if quick_win.due_at else None,
        closed=Closed(name=period.name, at=period.closes_at) if period else None,
    )


def _title_then() -> ColumnElement[str | None]:
    """The title as it was submitted last when the event happened."""
    return (
        select(cast(Revision.text, JSONB)["title"].astext)
        .where(Revision.quick_win_id == Event.quick_win_id, Revision.event_id <= Event.id)
        .order_by(Revision.number.desc())
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )


def _row(workflow: Workflow, event: Event) -> Transition:
    """The row by which it was done."""
    return next(
        row
        for row in workflow.rows(event.action, event.source)
        if event.target == (row.to or event.source)
    )


def _step(workflow: Workflow, told: Entry) -> tuple[int, int, bool]:
    """The how-manieth step of its name in its deadline the act is, of how many, and whether of each
    month; or (0, 0, False)."""
    deadline = workflow.states[told.event.source or workflow.initial].deadline
    if deadline is None:
        return 0, 0, False
    days = [after for action, after in deadline.steps() if action == told.event.action]
    threshold = told.data.get("threshold")
    if threshold not in days:
        return 0, 0, False
    return days.index(threshold) + 1, len(days), deadline.every is not None


def _otherwise(workflow: Workflow, state: State) -> Otherwise | None:
    """The first thing the clock does beside reminding."""
    for action, after in state.deadline.steps() if state.deadline else ():
        row = next(iter(workflow.rows(action, state.code)), None)
        if row is None or action == REMIND or after < 0:
            continue
        told = roles_named(workflow, state.code, [SUPERIOR]) if SUPERIOR in row.notify else []
        return Otherwise(
            after=after,
            leads_to=workflow.states[row.to].label if row.to else None,
            tells=tuple(workflow.role_label(role) for role in dict.fromkeys(told)),
        )
    return None
