"""What one person is towards one Quick Win: the row that the door reads, and what guards ask of it.

What each relation means is said in `relations`; whether it suffices for an act, in `rights`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Select,
    SQLColumnExpression,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from workflow import fields
from workflow.models import (
    Designation,
    Event,
    Judgment,
    Person,
    Post,
    QuickWin,
    Report,
    Unit,
)
from workflow.relations import (
    administers,
    bound_by_unit,
    held_towards,
    in_force,
    judge_is_barred,
    judgment_stands,
    local_day,
    own_unit,
    recused,
    visible,
    wrote,
)

# One is asked for as one, and a limit is no parameter: else PostgreSQL, which cannot know how many
# it will be, plans the statement anew each time.
_ALONE = QuickWin.id == bindparam("quick_win", type_=BigInteger)
_AMONG = QuickWin.id == any_(bindparam("quick_wins", type_=ARRAY(BigInteger)))
_ONE = literal_column("1", BigInteger)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post in which somebody holds a role: their own, or that of a person they stand in for."""

    capacity: str = ""
    on_behalf_of_id: int | None = None
    on_behalf_of: str = ""  # the name; "" for nobody


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person towards one Quick Win at one moment. What is true of somebody they stand in for is
    true of them, but for `own_unit`, which says what is open to them."""

    roles: Mapping[str, Held] = field(default_factory=dict)
    sees: bool = False
    own_unit: bool = False
    bound_by_unit: bool = False
    author: bool = False
    recused: bool = False
    administers: bool = False
    judged: frozenset[str] = frozenset()  # the roles in which they judged what is submitted now
    judgments: int = 0  # of what is submitted now, each in a place of its own
    quorum: int = 0
    quorum_lacks: bool = False  # somebody, or a role, that it may not be without
    period_open: bool = False
    submitted_in_time: bool = False
    reported_percent: Decimal | None = None  # of the last report in this visit or before
    reported_indicators: frozenset[str] = frozenset()
    by_decree: bool = False
    undo_open: bool = False
    today: date = date.min  # in the city
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)  # as it was then

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that are not filled in."""
        return fields.missing(self._parsed)

    @property
    def indicators(self) -> frozenset[str]:
        """The names of those it has."""
        return frozenset(row.name for row in self._parsed.indicators or () if row.name)

    @cached_property
    def _parsed(self) -> fields.Content:
        """Read when it is asked for, which it is of few where many are listed."""
        return fields.parse(self.content)


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
    last_event: Mapping[str, Any] | None  # actor_id, action, at (ISO)
    today: date  # in the city

    @property
    def roles(self) -> set[str]:
        return {post["role"] for post in self.posts}


def facts_columns(
    person: SQLColumnExpression[int], day: ColumnElement[date]
) -> tuple[ColumnElement[Any], ...]:
    """The columns of Facts, in its order, for a SELECT from QuickWin joined to its Unit."""
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
    judgments = select(
        func.jsonb_agg(
            func.jsonb_build_object(
                "reviewer",
                Judgment.reviewer_id,
                "place",
                Judgment.place_of_id,
                "role",
                Judgment.role,
                "barred",
                judge_is_barred(),
            )
        )
    ).where(judgment_stands())
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
        .where(Event.quick_win_id == QuickWin.id)
        .order_by(Event.id.desc())
        .limit(_ONE)
    )
    return (
        posts.scalar_subquery(),
        visible(person, day),
        own_unit(person, day),
        bound_by_unit(person, day),
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
    """What `person_id` (None: the system) is towards that Quick Win; one statement."""
    row = session.execute(
        _facts_statement(many=False), {"quick_win": quick_win_id, "person": person_id, "at": at}
    ).one()
    return _facts(row)


def facts_of(
    session: Session, quick_win_ids: Sequence[int], person_id: int | None, at: datetime
) -> dict[int, Facts]:
    """What `person_id` is towards each of many; one statement."""
    rows = session.execute(
        _facts_statement(many=True), {"quick_wins": quick_win_ids, "person": person_id, "at": at}
    )
    return {row[-1]: _facts(row) for row in rows}


def _facts(row: Row[*tuple[Any, ...]]) -> Facts:
    posts, judgments, designated = row[0] or (), row[7] or (), row[8] or ()
    return Facts(
        posts=posts,
        sees=row[1],
        own_unit=row[2],
        bound_by_unit=row[3],
        author=row[4],
        recused=row[5],
        administers=row[6],
        judgments=judgments,
        designated=designated,
        report=row[9],
        last_event=row[10],
        today=row[11],
    )


@lru_cache(maxsize=2)
def _facts_statement(*, many: bool) -> Select[*tuple[Any, ...]]:
    """Built once: building it takes longer than PostgreSQL takes to answer."""
    at = bindparam("at", type_=DateTime(timezone=True))
    columns = facts_columns(bindparam("person", type_=BigInteger), local_day(at))
    return (
        select(*columns, QuickWin.id)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(_AMONG if many else _ALONE)
    )
