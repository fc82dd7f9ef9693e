"""What is read of one person towards Quick Wins: one row for each, whatever is asked of it.

What each relation means is said in `relations`; what follows from the row, in `rights`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    SQLColumnExpression,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from workflow.calendar import Calendar
from workflow.definition import SYSTEM
from workflow.models import (
    Designation,
    Event,
    Judgment,
    Period,
    Person,
    Post,
    QuickWin,
    Report,
    Unit,
)
from workflow.prepared import Prepared
from workflow.relations import (
    administers,
    held_towards,
    in_force,
    judge_is_barred,
    judgment_stands,
    local_day,
    own_unit,
    recused,
    stands_in_for_own_unit,
    visible,
    wrote,
)
from workflow.working_days import CALENDAR, calendar_of

# One is asked for as one, and a limit is no parameter: else PostgreSQL, which cannot know how many
# it will be, plans the statement anew each time.
_ALONE = QuickWin.id == bindparam("quick_win", type_=BigInteger)
_AMONG = QuickWin.id == any_(bindparam("quick_wins", type_=ARRAY(BigInteger)))
_ONE = literal_column("1", BigInteger)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The row as the database has it; `rights` makes a Standing of it."""

    posts: Sequence[Mapping[str, Any]]  # {role, capacity, id, name}: of whom, own ones first
    sees: bool
    own_unit: bool
    bound_by_unit: bool
    author: bool
    recused: bool
    administers: bool
    judgments: Sequence[Mapping[str, Any]]  # {reviewer, place, role, barred}: of what is submitted
    designated: Sequence[int]
    report: Mapping[str, Any] | None  # percent (text), actuals
    last_event: Mapping[str, Any] | None  # actor_id, action, at (ISO): what could be taken back
    today: date  # in the city
    # Read of one Quick Win, not of many.
    period_closes: datetime | None
    calendar: Calendar | None

    @property
    def roles(self) -> set[str]:
        return {post["role"] for post in self.posts}


def judgment_facts() -> ColumnElement[Any]:
    """A judgment as `Facts.judgments` has it, in a SELECT that knows its Quick Win."""
    return func.jsonb_build_object(
        "reviewer",
        Judgment.reviewer_id,
        "place",
        Judgment.place_of_id,
        "role",
        Judgment.role,
        "barred",
        judge_is_barred(),
    )


def closes_window() -> ColumnElement[bool]:
    """Whether an event ends the time to take back what was done before it: all do, but what the
    clock does without moving anything."""
    return or_(Event.role != SYSTEM, Event.source != Event.target)


def _columns(
    person: SQLColumnExpression[int], day: ColumnElement[date]
) -> tuple[ColumnElement[Any], ...]:
    """What `_facts` reads, in its order, for a SELECT from QuickWin joined to its Unit."""
    post = aliased(Post)
    posts = (
        select(
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object(
                        "role",
                        post.role,
                        "capacity",
                        post.capacity,
                        "id",
                        post.on_behalf_of_id,
                        "name",
                        post.on_behalf_of,
                    ),
                    post.delegation_id,
                    post.assignment_id,
                )
            )
        )
        .where(post.person_id == person, in_force(post, day), held_towards(post, Unit.path))
        .correlate(Unit)
    )
    judgments = select(func.jsonb_agg(judgment_facts())).where(judgment_stands())
    designated = (
        select(func.array_agg(Designation.person_id))
        .join(Designation.person)
        .where(
            Designation.quick_win_id == QuickWin.id,
            Designation.ended_at.is_(None),
            Person.deactivated_at.is_(None),
        )
    )
    report = (
        select(
            func.jsonb_build_object(
                "percent", cast(Report.percent, String), "actuals", Report.actuals
            )
        )
        .where(Report.quick_win_id == QuickWin.id)
        .order_by(Report.id.desc())
        .limit(_ONE)
    )
    last = (
        select(
            func.jsonb_build_object(
                "actor_id", Event.actor_id, "action", Event.action, "at", Event.at
            )
        )
        .where(Event.quick_win_id == QuickWin.id, closes_window())
        .order_by(Event.id.desc())
        .limit(_ONE)
    )
    return (
        posts.scalar_subquery(),
        visible(person, day),
        own_unit(person, day),
        stands_in_for_own_unit(person, day),
        wrote(person, day),
        recused(person, day),
        administers(person, day),
        judgments.correlate(QuickWin).scalar_subquery(),
        designated.correlate(QuickWin).scalar_subquery(),
        report.correlate(QuickWin).scalar_subquery(),
        last.correlate(QuickWin).scalar_subquery(),
        day,
    )


def facts(session: Session, quick_win_id: int, person_id: int | None, at: datetime) -> Facts:
    """What `person_id` (None: the system) is towards that Quick Win; one statement. What was added
    to the session and not flushed is not seen."""
    row = _OF_ONE.one(session, {"quick_win": quick_win_id, "person": person_id, "at": at})
    closes, *calendar = row[-len(_TIME) :]
    return _facts(row, closes, calendar_of(*calendar))


def facts_of(
    session: Session, quick_win_ids: Sequence[int], person_id: int | None, at: datetime
) -> dict[int, Facts]:
    """What `person_id` is towards each of many; one statement."""
    rows = session.execute(_OF_MANY, {"quick_wins": quick_win_ids, "person": person_id, "at": at})
    return {row[-1]: _facts(tuple(row), None, None) for row in rows}


def _facts(
    row: tuple[Any, ...], period_closes: datetime | None, calendar: Calendar | None
) -> Facts:
    posts, judgments, designated = row[0] or (), row[7] or (), row[8] or ()
    return Facts(
        posts=posts,
        sees=row[1],
        own_unit=row[2],
        bound_by_unit=row[2] or row[3],
        author=row[4],
        recused=row[5],
        administers=row[6],
        judgments=judgments,
        designated=designated,
        report=row[9],
        last_event=row[10],
        today=row[11],
        period_closes=period_closes,
        calendar=calendar,
    )


def _statement(which: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Built once: building one takes longer than PostgreSQL takes to answer."""
    person = bindparam("person", type_=BigInteger)
    # Both are looked up once, and what asks for posts below, all of this one person, finds these.
    today = select(local_day(bindparam("at", type_=DateTime(timezone=True))).label("day"))
    day = select(today.cte("today").c.day).scalar_subquery()
    theirs = select(Post).where(Post.person_id == person, in_force(Post, day))
    return (
        select(*_columns(person, day), QuickWin.id, *more)
        .add_cte(theirs.cte(Post.__table__.name))
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(which)
    )


# Read here and not by the statement that locks, which sees them as they were before it had to wait.
_TIME = (
    select(Period.closes_at).where(Period.id == QuickWin.period_id).scalar_subquery(),
    *CALENDAR,
)
_OF_ONE = Prepared(_statement(_ALONE, *_TIME))
_OF_MANY = _statement(_AMONG)
