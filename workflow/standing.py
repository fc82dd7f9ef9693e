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
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from workflow import fields
from workflow.models import (
    Assignment,
    Event,
    Judgment,
    QuickWin,
    Report,
    Unit,
)
from workflow.relations import (
    has_judged,
    held_towards,
    in_force,
    judgment_counts,
    local_day,
    own_unit,
    visible,
    wrote,
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person towards one Quick Win at one moment."""

    roles: Mapping[str, str] = field(default_factory=dict)  # role -> capacity
    sees: bool = False
    own_unit: bool = False
    author: bool = False
    judged: bool = False  # what is submitted now
    judgments: int = 0  # of what is submitted now, by different reviewers
    quorum: int = 0
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

    roles: Mapping[str, str]
    sees: bool
    own_unit: bool
    author: bool
    judged: bool
    judgments: int
    report: Mapping[str, Any] | None  # percent (text), actuals
    last_event: Mapping[str, Any] | None  # actor_id, action, at (ISO)
    today: date  # in the city


def facts_columns(
    person: SQLColumnExpression[int], day: ColumnElement[date]
) -> tuple[ColumnElement[Any], ...]:
    """The columns of Facts, in its order, for a SELECT from QuickWin joined to its Unit."""
    assignment = aliased(Assignment)
    roles = (
        select(func.jsonb_object_agg(assignment.role, assignment.capacity))
        .where(
            assignment.person_id == person,
            in_force(assignment, day),
            held_towards(assignment, Unit.path),
        )
        .correlate(Unit)
    )
    # Who wrote a part after judging, judged their own: four eyes hold for what counts, too.
    judgments = select(func.count(Judgment.reviewer_id.distinct())).where(
        judgment_counts(), ~wrote(Judgment.reviewer_id)
    )
    report = (
        select(
            func.jsonb_build_object(
                "percent", cast(Report.percent, String), "actuals", Report.actuals
            )
        )
        .where(Report.quick_win_id == QuickWin.id)
        .order_by(Report.id.desc())
        .limit(1)
    )
    last = (
        select(
            func.jsonb_build_object(
                "actor_id", Event.actor_id, "action", Event.action, "at", Event.at
            )
        )
        .where(Event.quick_win_id == QuickWin.id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    return (
        roles.scalar_subquery(),
        visible(person, day),
        own_unit(person, day),
        wrote(person),
        has_judged(person),
        judgments.correlate(QuickWin).scalar_subquery(),
        report.correlate(QuickWin).scalar_subquery(),
        last.correlate(QuickWin).scalar_subquery(),
        day,
    )


def facts(session: Session, quick_win_id: int, person_id: int | None, at: datetime) -> Facts:
    """What `person_id` (None: the system) is towards that Quick Win; one statement."""
    row = session.execute(
        _facts_statement(), {"quick_wins": [quick_win_id], "person": person_id, "at": at}
    ).one()
    return _facts(row)


def facts_of(
    session: Session, quick_win_ids: Sequence[int], person_id: int | None, at: datetime
) -> dict[int, Facts]:
    """What `person_id` is towards each of many; one statement."""
    rows = session.execute(
        _facts_statement(), {"quick_wins": quick_win_ids, "person": person_id, "at": at}
    )
    return {row[-1]: _facts(row) for row in rows}


def _facts(row: Row[*tuple[Any, ...]]) -> Facts:
    roles, sees, own_unit, author, judged, judgments, report, last_event, today, _id = row
    return Facts(
        roles=roles or {},
        sees=sees,
        own_unit=own_unit,
        author=author,
        judged=judged,
        judgments=judgments,
        report=report,
        last_event=last_event,
        today=today,
    )


@lru_cache(maxsize=1)
def _facts_statement() -> Select[*tuple[Any, ...]]:
    """Built once: building it takes longer than PostgreSQL takes to answer."""
    at = bindparam("at", type_=DateTime(timezone=True))
    columns = facts_columns(bindparam("person", type_=BigInteger), local_day(at))
    return (
        select(*columns, QuickWin.id)
        .select_from(QuickWin)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(QuickWin.id == any_(bindparam("quick_wins", type_=ARRAY(BigInteger))))
    )
