"""What a mail has to say, as far as its recipient may know it now.

Read for a batch of messages in one statement, and one more where some are about an incident. How it
is worded is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from tasks import alarm
from tasks.alarm import Alarm
from workflow.calendar import Calendar
from workflow.definition import Workflow
from workflow.history import entry
from workflow.language import Label
from workflow.models import City, Event, Message, Notification, Person, Post, QuickWin, Unit
from workflow.registry import workflows
from workflow.relations import held_towards, in_force, local_day, own_unit, visible
from workflow.standing import Standing
from workflow.turns import has_turn
from workflow.working_days import load_calendar


@dataclass(frozen=True, kw_only=True)
class Notice:
    """All that one mail is made of."""

    message_id: str
    recipient_name: str
    recipient_email: str
    city: str
    demo: bool
    calendar: Calendar
    at: datetime  # when this was so

    quick_win_id: int
    number: str
    title: str
    unit: str
    visible: bool  # the recipient may open it

    actor: str  # by name; "" is the system, or somebody whose name is not open
    capacity: Label | str  # in which it was done
    done: Label
    note: str

    state: Label
    waits_for: tuple[Label, ...]
    due_at: datetime | None
    expected: tuple[Label, ...]  # what the recipient can do; empty: it is not their turn


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What was read for some messages. A notice is made of it one at a time, so that one that
    cannot be made stops no other."""

    rows: Mapping[int, Row[Any]]
    alarms: Mapping[int, Alarm]
    workflows: Mapping[int, Workflow]  # by the id of their definition
    city: City
    calendar: Calendar
    at: datetime

    def notice(self, message_row_id: int) -> Notice | Alarm:
        if message_row_id in self.alarms:
            return self.alarms[message_row_id]
        return self._of_quick_win(message_row_id)

    def _of_quick_win(self, message_row_id: int) -> Notice:
        row = self.rows[message_row_id]
        event, quick_win, recipient = row.Event, row.QuickWin, row.Person
        workflow = self.workflows[quick_win.definition_id]
        state = workflow.states[quick_win.state]
        standing = Standing(sees=row.sees, own_unit=row.own)
        open_to_them = entry(event, workflow, quick_win, recipient, standing)
        roles = [role for role in state.turn if role in row.roles]
        answers = [r for role in roles for r in workflow.turn_rows(state.code, role)]
        return Notice(
            message_id=row.message_id,
            recipient_name=recipient.name,
            recipient_email=recipient.email,
            city=self.city.name,
            demo=self.city.demo,
            calendar=self.calendar,
            at=self.at,
            quick_win_id=quick_win.id,
            number=quick_win.number,
            title=quick_win.title or "",
            unit=quick_win.unit.name,
            visible=row.sees,
            actor=event.actor_name if open_to_them.actor else "",
            capacity=open_to_them.capacity or workflow.role_label(event.role),
            done=_done(workflow, event),
            note=open_to_them.note if row.sees else "",
            state=state.label,
            waits_for=tuple(workflow.role_label(role) for role in state.turn),
            due_at=quick_win.due_at,
            expected=tuple(dict.fromkeys(r.label for r in answers)) if row.turn else (),
        )


def read(session: Session, message_row_ids: Sequence[int], at: datetime) -> Batch:
    """What there is to say in these messages at that moment. Nothing is loaded later."""
    rows = session.execute(_rows(at).where(Message.id.in_(message_row_ids))).all()
    city, calendar = session.get_one(City, 1), load_calendar(session)
    others = set(message_row_ids) - {row.id for row in rows}
    return Batch(
        rows={row.id: row for row in rows},
        alarms=alarm.read(session, sorted(others), city, calendar, at),
        workflows=workflows(session),
        city=city,
        calendar=calendar,
        at=at,
    )


def _done(workflow: Workflow, event: Event) -> Label:
    """What was done: the label of the row by which it was."""
    return next(
        row.done
        for row in workflow.rows(event.action, event.source)
        if event.target == (row.to or event.source)
    )


def _rows(at: datetime) -> Select[Any]:
    day, post = local_day(at), aliased(Post)
    roles = (
        select(func.coalesce(func.array_agg(post.role), []))
        .where(
            post.person_id == Person.id,
            in_force(post, day),
            held_towards(post, Unit.path),
        )
        .correlate(Person, Unit)
        .scalar_subquery()
    )
    return (
        select(
            Message.id,
            Message.message_id,
            Event,
            QuickWin,
            Person,
            visible(Person.id, day).label("sees"),
            own_unit(Person.id, day).label("own"),
            # Told that it is their turn by the event, and it still is.
            (Notification.your_turn & has_turn(Person.id, day)).label("turn"),
            roles.label("roles"),
        )
        .join(Notification, Notification.message_row_id == Message.id)
        .join(Event, Event.id == Notification.event_id)
        .join(QuickWin, QuickWin.id == Event.quick_win_id)
        .join(QuickWin.unit)
        .join(Person, Person.id == Message.recipient_id)
        .options(
            contains_eager(QuickWin.unit),
            joinedload(Event.actor),
        )
    )
