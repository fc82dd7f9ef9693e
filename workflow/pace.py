"""How long stays in a state really take: the median of those that have ended with an answer.

Only medians leave this module; whose Quick Wins they come from is not told, so they are open to
everybody. What they mean for one Quick Win is said in `outlook`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from statistics import median
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Select,
    String,
    bindparam,
    cast,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from workflow.calendar import DAY, Calendar
from workflow.definition import State, Transition, Workflow
from workflow.models import Event, QuickWin

RECENT = 200  # stays that are looked at for each state: what was usual long ago does not matter
ENOUGH = 5  # fewer say nothing


@dataclass(frozen=True, kw_only=True)
class Usual:
    """The median of the stays in a state that were answered, and how many there were."""

    days: int  # working days
    cases: int


def usual(
    session: Session,
    definition_id: int,
    workflow: Workflow,
    states: Collection[str],
    calendar: Calendar,
) -> dict[str, Usual]:
    """What was usual in those of the states of which enough is known; one statement. A stay counts
    if it ended with an answer: by those alone whose turn it was, or because of what they had done.
    A withdrawal answers nothing, and neither does a lapse."""
    rows = [(state, row) for state in states for row in workflow.rows_from(state)]
    given = {
        "states": sorted(states),
        "answers": [
            (state, row.name) for state, row in rows if is_answer(row, workflow.states[state])
        ],
        "definition": definition_id,
        "zone": calendar.zone.key,
    }
    stays: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for state, first, last in session.execute(_statement(), given):
        stays[state].append((first, last))
    return {
        state: Usual(days=_median(calendar, found), cases=len(found))
        for state, found in stays.items()
        if len(found) >= ENOUGH
    }


def is_answer(row: Transition, state: State) -> bool:
    """Whether the row ends a stay in that state by those whose turn it is, or follows from what
    they did."""
    return row.to is not None and (row.automatic or set(row.by) <= set(state.turn))


def _median(calendar: Calendar, stays: list[tuple[date, date]]) -> int:
    """Of their working days, rounded up."""
    start = min(first for first, _ in stays)
    days = (max(last for _, last in stays) - start).days + 1
    # How many working days there were up to each day, counted once for all stays.
    upto = list(accumulate(calendar.is_working_day(start + n * DAY) for n in range(days)))
    return math.ceil(median(upto[(b - start).days] - upto[(a - start).days] for a, b in stays))


@lru_cache(maxsize=1)
def _statement() -> Select[Any]:
    """(state, first day, last day) of the latest stays. The latest moves out of each state are
    taken before they are sorted out, so that it reads no more of them however many there are."""
    codes = func.unnest(bindparam("states", type_=ARRAY(String)))
    wanted = codes.table_valued("state").render_derived(name="wanted")
    before = aliased(Event)
    recent = (
        select(Event.id, Event.quick_win_id, Event.source, Event.action, Event.at)
        .where(Event.source == wanted.c.state, Event.source != Event.target)
        .order_by(Event.id.desc())
        .limit(RECENT)
        .lateral("recent")
    )
    entered = (
        select(before.at)
        .where(
            before.quick_win_id == recent.c.quick_win_id,
            before.id < recent.c.id,
            before.source != before.target,
        )
        .order_by(before.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    zone = bindparam("zone", type_=String)
    return (
        select(
            recent.c.source,
            cast(func.timezone(zone, func.coalesce(entered, QuickWin.created_at)), Date),
            cast(func.timezone(zone, recent.c.at), Date),
        )
        .select_from(wanted)
        .join(recent, true())
        .join(QuickWin, QuickWin.id == recent.c.quick_win_id)
        .where(
            QuickWin.definition_id == bindparam("definition", type_=BigInteger),
            tuple_(recent.c.source, recent.c.action).in_(bindparam("answers", expanding=True)),
        )
    )
