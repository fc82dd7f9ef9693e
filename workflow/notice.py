"""What notifications have to say, as far as their recipients may know it now: for the page that
lists them, and for the mails made of them.

Read for many in one statement, and one more for each further kind among them. How they are worded
and how they reach people is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, contains_eager, defer, joinedload

from workflow import alarms, moved_dates, news, period_news
from workflow.alarms import Alarm
from workflow.calendar import Calendar
from workflow.definition import Workflow
from workflow.models import City, Event, NoticeKind, Notification, Person, QuickWin
from workflow.moved_dates import Dates
from workflow.news import News
from workflow.period_news import PeriodNews
from workflow.registry import workflows
from workflow.working_days import load_calendar

About = News | Dates | PeriodNews | Alarm


@dataclass(frozen=True, kw_only=True)
class Notice:
    """All that one notification is about."""

    id: int
    kind: NoticeKind
    at: datetime  # when it happened
    read_at: datetime | None
    about: About


@dataclass(frozen=True, kw_only=True)
class Notices:
    """What was read for some notifications. A notice is made of it one at a time, so that one that
    cannot be made stops no other."""

    rows: Mapping[int, Row[Any]]
    others: Mapping[int, About]  # what is about no Quick Win, by the ids of the notifications
    workflows: Mapping[int, Workflow]  # by the id of their definition
    city: City
    calendar: Calendar
    at: datetime  # when this was so

    def notice(self, notification_id: int) -> Notice:
        row = self.rows[notification_id]
        return Notice(
            id=row.Notification.id,
            kind=row.Notification.kind,
            at=row.Event.at,
            read_at=row.Notification.read_at,
            about=self._about(row),
        )

    def _about(self, row: Row[Any]) -> About:
        if row.QuickWin is None:
            return self.others[row.Notification.id]
        return news.news(row, self.workflows[row.QuickWin.definition_id], at=self.at)


def read(session: Session, notification_ids: Sequence[int], at: datetime) -> Notices:
    """What there is to say in these notifications at that moment. Nothing is loaded later."""
    rows = session.execute(_rows(at).where(Notification.id.in_(notification_ids))).all()
    of_the_city = [row for row in rows if row.QuickWin is None]
    return Notices(
        rows={row.Notification.id: row for row in rows},
        others=_others(session, of_the_city, at),
        workflows=workflows(session),
        city=session.get_one(City, 1),
        calendar=load_calendar(session),
        at=at,
    )


def _others(session: Session, rows: Sequence[Row[Any]], at: datetime) -> Mapping[int, About]:
    of_kind: dict[NoticeKind, dict[int, Event]] = defaultdict(dict)
    for row in rows:
        of_kind[row.Notification.kind][row.Notification.id] = row.Event
    return {
        **moved_dates.read(session, of_kind[NoticeKind.DATES], at),
        **period_news.read(session, of_kind[NoticeKind.PERIOD], at),
        **alarms.read(session, of_kind[NoticeKind.INCIDENT]),
    }


def _rows(at: datetime) -> Select[Any]:
    return (
        select(Notification, Event, QuickWin, Person, *news.columns(at))
        .join(Event, Event.id == Notification.event_id)
        .join(Person, Person.id == Notification.recipient_id)
        .outerjoin(QuickWin, QuickWin.id == Event.quick_win_id)
        .outerjoin(QuickWin.unit)
        .options(
            contains_eager(QuickWin.unit),
            joinedload(QuickWin.period),
            joinedload(Event.actor),
            # What is long, and not asked for.
            defer(QuickWin.content),
            defer(Event.text),
            defer(Event.salts),
        )
    )
