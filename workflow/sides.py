"""The fair clock: how many working days the agency had a Quick Win, and how many the city.

A stay counts for those whose turn it was, and by the days that passed, so that the sides add up to
all of them; what stands still or has ended counts for nobody. How it is shown is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import Grouping

from workflow.calendar import DAY, Calendar
from workflow.definition import Workflow
from workflow.models import Event, Period, Person, QuickWin, Unit
from workflow.registry import workflow_of, workflows
from workflow.relations import seen_by

BEFORE = 366  # days before a period opens that are looked at: nothing of it begins earlier


class Side(StrEnum):
    AGENCY = "agency"
    CITY = "city"


@dataclass(frozen=True, kw_only=True)
class Used:
    """Working days by side, of all stays. `here` are those of the present one, of the side `turn`,
    with those before a pause from which it came back; None: it counts for nobody."""

    agency: int
    city: int
    here: int
    turn: Side | None


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Working days by side of the Quick Wins of an agency; None: of all of them."""

    agency_id: int | None
    name: str
    count: int
    agency: int
    city: int
    median_agency: float
    median_city: float


@lru_cache(maxsize=1024)
def side_of(workflow: Workflow, state: str) -> Side | None:
    """Whose a stay in that state is. Where both have the turn it is the city that can go on."""
    here = workflow.states[state]
    if here.final or here.pauses or not here.turn:
        return None
    scopes = {workflow.roles[role].scope for role in here.turn}
    return Side.AGENCY if scopes == {"unit"} else Side.CITY


def used(quick_win: QuickWin, events: Iterable[Event], calendar: Calendar, now: datetime) -> Used:
    """Of one Quick Win, by its events, the oldest first."""
    workflow, days = workflow_of(quick_win), {Side.AGENCY: 0, Side.CITY: 0}
    here, before, stay = 0, 0, ""  # `stay`: the last state that did not pause; `before`, its days
    paused = False
    for state, first, last in _stays(quick_win, events, now):
        here = calendar.working_days_between(first, last)
        if (side := side_of(workflow, state)) is not None:
            days[side] += here
        goes_on, paused = paused and state == stay, workflow.states[state].pauses
        if not paused:
            here += before if goes_on else 0
            before, stay = here, state
    return Used(
        agency=days[Side.AGENCY],
        city=days[Side.CITY],
        here=here,
        turn=side_of(workflow, quick_win.state),
    )


def shares(
    session: Session, person: Person, period: Period, calendar: Calendar, *, at: datetime
) -> list[Shares]:
    """Of all Quick Wins of the period that the person may know of: each agency by name, and all of
    them together at the end; nothing where there are none. One statement."""
    mine = (
        seen_by(person, at)
        .where(QuickWin.period_id == period.id)
        .with_only_columns(
            QuickWin.id,
            QuickWin.definition_id,
            QuickWin.state,
            QuickWin.created_at,
            Unit.path[1].label("agency_id"),
        )
    )
    given = {
        **_whose(workflows(session)),
        **_days(calendar, calendar.day_of(period.opens_at) - BEFORE * DAY, calendar.day_of(at)),
        "zone": calendar.zone.key,
        "at": at,
    }
    return [Shares(**row._mapping) for row in session.execute(_statement(mine), given)]


def _stays(
    quick_win: QuickWin, events: Iterable[Event], now: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    entered = quick_win.created_at
    for event in events:
        if event.source is not None and event.source != event.target:
            yield event.source, entered, event.at
            entered = event.at
    yield quick_win.state, entered, max(entered, now)


def _whose(known: Mapping[int, Workflow]) -> dict[str, list[Any]]:
    """Whose each state of each definition is, where it is somebody's."""
    found = [
        (definition_id, state, side)
        for definition_id, workflow in known.items()
        for state in workflow.states
        if (side := side_of(workflow, state)) is not None
    ]
    return {
        "definitions": [definition_id for definition_id, _, _ in found],
        "states": [state for _, state, _ in found],
        "sides": [side.value for _, _, side in found],
    }


def _days(calendar: Calendar, first: date, last: date) -> dict[str, Any]:
    """How many working days there were up to each day: a stay is the difference of two."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return {"first": first, "upto": list(accumulate(int(calendar.is_working_day(d)) for d in days))}


def _statement(mine: Select[Any]) -> Select[Any]:
    of_it = mine.cte("mine")
    now = bindparam("at", type_=DateTime(timezone=True))
    left = (
        select(Event.quick_win_id, Event.source.label("state"), Event.at, Event.id)
        .join(of_it, of_it.c.id == Event.quick_win_id)
        .where(Event.source != Event.target)
    )
    still = select(of_it.c.id, of_it.c.state, now, literal_column("9223372036854775807"))
    ends = union_all(left, still).subquery("ends")
    entered = func.lag(ends.c.at).over(partition_by=ends.c.quick_win_id, order_by=ends.c.id)
    stays = select(ends.c.quick_win_id, ends.c.state, ends.c.at, entered.label("entered")).subquery(
        "stays"
    )
    whose = (
        func.unnest(
            bindparam("definitions", type_=ARRAY(BigInteger)),
            bindparam("states", type_=ARRAY(String)),
            bindparam("sides", type_=ARRAY(String)),
        )
        .table_valued("definition_id", "state", "side")
        .render_derived("whose")
    )
    length = _upto(stays.c.at) - _upto(func.coalesce(stays.c.entered, of_it.c.created_at))
    each = (
        select(
            of_it.c.id,
            of_it.c.agency_id,
            *(
                func.coalesce(func.sum(length).filter(whose.c.side == side.value), 0).label(
                    side.value
                )
                for side in Side
            ),
        )
        .select_from(of_it)
        .join(stays, stays.c.quick_win_id == of_it.c.id)
        .outerjoin(
            whose,
            and_(whose.c.definition_id == of_it.c.definition_id, whose.c.state == stays.c.state),
        )
        .group_by(of_it.c.id, of_it.c.agency_id)
        .subquery("each")
    )
    return _summed(each)


def _summed(each: Any) -> Select[Any]:
    def middle(column: Any) -> Any:
        return func.percentile_cont(0.5).within_group(column)

    sums = (
        select(
            each.c.agency_id,
            func.count().label("count"),
            cast(func.sum(each.c.agency), BigInteger).label("agency"),
            cast(func.sum(each.c.city), BigInteger).label("city"),
            middle(each.c.agency).label("median_agency"),
            middle(each.c.city).label("median_city"),
        )
        .group_by(func.grouping_sets(each.c.agency_id, _NOTHING))
        .having(func.count() > 0)
        .subquery("sums")
    )
    name = func.coalesce(Unit.name, "").label("name")
    return (
        select(*sums.c, name)
        .outerjoin(Unit, Unit.id == sums.c.agency_id)
        .order_by(sums.c.agency_id.is_(None), name)
    )


def _upto(moment: Any) -> Any:
    """How many working days there were up to its local day, or to the first that is looked at."""
    day = cast(func.timezone(bindparam("zone", type_=String), moment), Date)
    passed = func.greatest(day - bindparam("first", type_=Date), 0)
    return Grouping(bindparam("upto", type_=ARRAY(BigInteger)))[passed + 1]


_NOTHING = literal_column("()", BigInteger)
