"""What the daily mail of somebody has to say: all that waits for them, and what they were told.

How it is worded and when it comes is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, func, literal
from sqlalchemy.orm import Session

from workflow import queries
from workflow.answers import Answers, answers, posts_of
from workflow.calendar import Calendar
from workflow.definition import Workflow
from workflow.models import Person, QuickWin, Unit
from workflow.moved_dates import Dates
from workflow.news import News
from workflow.notice import Notice
from workflow.relations import local_day
from workflow.urgency import Urgency, urgency

MOST = 20  # of what waits: a mail is read on a phone


@dataclass(frozen=True, kw_only=True)
class Waiting:
    quick_win_id: int
    number: str
    title: str
    unit: str
    answers: Answers
    due_at: datetime | None
    urgency: Urgency


@dataclass(frozen=True, kw_only=True)
class Waits:
    """The most urgent first; `more` are not listed."""

    listed: tuple[Waiting, ...] = ()
    more: int = 0
    late: int = 0  # of all of them

    @property
    def count(self) -> int:
        return len(self.listed) + self.more


@dataclass(frozen=True, kw_only=True)
class Digest:
    waits: Waits
    told: tuple[Notice, ...]  # the oldest first


def waits_for(
    session: Session,
    person: Person,
    workflows: Mapping[int, Workflow],
    calendar: Calendar,
    *,
    at: datetime,
) -> Waits:
    """What waits for that person at that moment, in one statement."""
    rows = session.execute(
        queries.inbox(person, at=at)
        .with_only_columns(
            QuickWin.id,
            QuickWin.number,
            QuickWin.title,
            QuickWin.definition_id,
            QuickWin.state,
            QuickWin.due_at,
            Unit.name.label("unit"),
            posts_of(literal(person.id, BigInteger), local_day(at)).label("posts"),
            func.count().over().label("all"),
            func.count().filter(QuickWin.due_at < at).over().label("late"),
        )
        .limit(MOST)
    ).all()
    listed = tuple(
        Waiting(
            quick_win_id=row.id,
            number=row.number,
            title=row.title or "",
            unit=row.unit,
            answers=answers(workflows[row.definition_id], row.state, row.posts),
            due_at=row.due_at,
            urgency=urgency(row.due_at, at, calendar),
        )
        for row in rows
    )
    if not rows:
        return Waits()
    return Waits(listed=listed, more=rows[0].all - len(listed), late=rows[0].late)


def by_matter(told: Sequence[Notice]) -> list[list[Notice]]:
    """Those about one Quick Win together, and all that tell of moved dates; every other alone."""
    groups: dict[tuple[str, int], list[Notice]] = {}
    for notice in told:
        match notice.about:
            case News() as news:
                key = ("quick_win", news.quick_win_id)
            case Dates():
                key = ("dates", 0)
            case _:
                key = ("notice", notice.id)
        groups.setdefault(key, []).append(notice)
    return list(groups.values())
