"""What to expect of a Quick Win: when its present stay usually ends, and when it should be
established. Measured where there are enough cases, else what the table allows.

How to say it is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.calendar import Calendar
from workflow.definition import Coverage, State
from workflow.models import QuickWin
from workflow.pace import Usual, is_answer, usual
from workflow.registry import parameters_of, workflow_of
from workflow.rights import fits


@dataclass(frozen=True, kw_only=True)
class Stay:
    """What to expect of the present stay. Without cases, `day` is that of the deadline."""

    usual: Usual | None
    day: date
    over: bool  # the day has passed


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What to expect of one Quick Win. `goal` is the state that the agency waits for, `day` when it
    should be reached; both None where it is reached already, or cannot be any more."""

    here: Stay | None
    goal: State | None = None
    day: date | None = None
    measured: int = 0  # of the stays up to the goal, how many are known from cases
    stays: int = 0


def outlook(session: Session, quick_win: QuickWin, calendar: Calendar, now: datetime) -> Outlook:
    """What to expect of it now; at most one statement."""
    return outlooks(session, [quick_win], calendar, now)[quick_win.id]


def outlooks(
    session: Session, quick_wins: Iterable[QuickWin], calendar: Calendar, now: datetime
) -> dict[int, Outlook]:
    """The same for several, by id; at most one statement for each definition among them."""
    kinds: dict[int, list[QuickWin]] = defaultdict(list)
    for each in quick_wins:
        kinds[each.definition_id].append(each)
    found: dict[int, Outlook] = {}
    for definition_id, alike in kinds.items():
        workflow = workflow_of(alike[0])
        ahead = {each.id: way(each) for each in alike}
        codes = {state.code for states in ahead.values() for state in states}
        known = usual(session, definition_id, workflow, codes, calendar) if codes else {}
        found |= {each.id: _outlook(each, ahead[each.id], known, calendar, now) for each in alike}
    return found


def way(quick_win: QuickWin) -> list[State]:
    """The states from the present one to the first in which it counts as established, with the
    fewest steps, each of them an answer. Only the present one, where that lies behind it; none,
    where it has come to its end."""
    workflow = workflow_of(quick_win)
    here = workflow.states[quick_win.state]
    paths, seen = [] if here.final else [[here]], {here.code}
    for path in paths:  # which grows meanwhile
        if _reached(path[-1]):
            return path
        for row in workflow.rows_from(path[-1].code):
            possible = len(path) > 1 or fits(quick_win, row)
            if row.to and possible and row.to not in seen and is_answer(row, path[-1]):
                seen.add(row.to)
                paths.append([*path, workflow.states[row.to]])
    return paths[0] if paths else []


def _reached(state: State) -> bool:
    order = tuple(Coverage)
    return order.index(state.coverage) >= order.index(Coverage.ESTABLISHED)


def _outlook(
    quick_win: QuickWin,
    ahead: list[State],
    known: Mapping[str, Usual],
    calendar: Calendar,
    now: datetime,
) -> Outlook:
    if not ahead:
        return Outlook(here=None)
    today = now.astimezone(calendar.zone).date()
    here = _stay(quick_win, ahead[0], known, calendar, today)
    lengths = [_length(quick_win, state, known) for state in ahead[1:-1]]
    if len(ahead) == 1 or None in lengths:
        return Outlook(here=here)
    # What is still being written can be sent today: from then on others have it.
    written, counted = ahead[0].editable, ahead[1:-1] if ahead[0].editable else ahead[:-1]
    start = today if here is None or written else max(today, here.day)
    return Outlook(
        here=here,
        goal=ahead[-1],
        day=calendar.shift(start, sum(filter(None, lengths))),
        measured=sum(state.code in known for state in counted),
        stays=len(counted),
    )


def _stay(
    quick_win: QuickWin,
    state: State,
    known: Mapping[str, Usual],
    calendar: Calendar,
    today: date,
) -> Stay | None:
    """None where nothing is known: no cases, and no deadline that ends the stay."""
    found = known.get(state.code)
    if found:
        day = calendar.after(quick_win.since, found.days).astimezone(calendar.zone).date()
        return Stay(usual=found, day=day, over=day < today)
    if quick_win.due_at is None or state.deadline is None or state.deadline.every:
        return None
    day = quick_win.due_at.astimezone(calendar.zone).date()
    return Stay(usual=None, day=day, over=day < today)


def _length(quick_win: QuickWin, state: State, known: Mapping[str, Usual]) -> int | None:
    """The working days that a stay usually takes, or else may take."""
    if state.code in known:
        return known[state.code].days
    within = state.deadline.within if state.deadline else None
    return parameters_of(quick_win).days.get(state.code, within)
