"""Due times and due rows as the calendar and the period have them now, without telling anybody.

The caller holds the locks. An end that is counted anew is still the same: what was done for it
stays done, so that nobody is reminded of it twice. An end that somebody set, as for a period, is
another one: everything around it comes again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import clocks
from workflow.calendar import Calendar
from workflow.clocks import Due
from workflow.deadlines import end_now
from workflow.definition import Deadline
from workflow.models import DueRow, QuickWin
from workflow.registry import workflow_of


def follow(
    session: Session, quick_wins: Sequence[QuickWin], calendar: Calendar, *, at: datetime
) -> list[tuple[QuickWin, datetime, datetime]]:
    """Move what is due of them; which are due at another time now, with the one before and this
    one. Flushed. An end that is over stays, unless it lies ahead again."""
    rows = _rows(session, quick_wins)
    found = []
    for quick_win in quick_wins:
        before, end = quick_win.due_at, end_now(quick_win, calendar)
        deadline = workflow_of(quick_win).states[quick_win.state].deadline
        if before is None or end is None or deadline is None:
            continue
        is_over = max(before, end) <= at
        end = before if is_over else clocks.kept_ahead(end, calendar, due_at=before, at=at)
        # What was done for the end before is not done for one that somebody set.
        is_set = deadline.until == "period" and end == quick_win.period.closes_at
        of_it = [row for row in rows[quick_win.id] if not (is_set and row.done_at)]
        for one in _moved(of_it, quick_win, deadline, end, calendar, at=at):
            session.delete(one)
        if end != before:
            quick_win.due_at = end
            session.add_all(_new(rows[quick_win.id], quick_win, deadline, end, calendar, at=at))
            found.append((quick_win, before, end))
    session.flush()
    return found


def _rows(session: Session, quick_wins: Sequence[QuickWin]) -> dict[int, list[DueRow]]:
    """The due rows of the present visits, also those that are done."""
    found: dict[int, list[DueRow]] = defaultdict(list)
    rows = session.scalars(
        select(DueRow)
        .join(QuickWin, QuickWin.id == DueRow.quick_win_id)
        .where(
            DueRow.visit == QuickWin.visit,
            DueRow.quick_win_id.in_([quick_win.id for quick_win in quick_wins]),
        )
        .order_by(DueRow.id)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        found[row.quick_win_id].append(row)
    return found


def _moved(
    rows: Sequence[DueRow],
    quick_win: QuickWin,
    deadline: Deadline,
    end: datetime,
    calendar: Calendar,
    *,
    at: datetime,
) -> list[DueRow]:
    """Move the rows; those that say nothing any more are returned: of several reminders whose time
    is over by now, the last one says it all."""
    present, cycle = _cycle(rows, quick_win, deadline, calendar), clocks.cycle_of(end, calendar)
    over: list[DueRow] = []
    for row in rows:
        own_end = end
        if row.cycle == present:
            row.cycle = cycle  # also of what is done, by which it is known
        elif deadline.every and (row.done_at is None or row.cycle > present):  # a later month
            day = date.fromisoformat(row.cycle)
            own_end = clocks.end_in_month(deadline, calendar, day)
            row.cycle = clocks.cycle_of(own_end, calendar)
        else:
            continue
        if row.done_at is None:
            row.due_at = clocks.moment(row.action, row.threshold, end=own_end, calendar=calendar)
            over += [row] if row.due_at <= at and clocks.heralds(_due(row)) else []
    return sorted(over, key=lambda row: row.threshold)[:-1]


def _new(
    rows: Sequence[DueRow],
    quick_win: QuickWin,
    deadline: Deadline,
    end: datetime,
    calendar: Calendar,
    *,
    at: datetime,
) -> Iterator[DueRow]:
    """Steps for which it was too late, and is not any more."""
    known = {(row.action, row.cycle, row.threshold) for row in rows}
    for due in clocks.around(end, deadline, calendar):
        if due.at > at and (due.action, due.cycle, due.threshold) not in known:
            yield DueRow(
                quick_win_id=quick_win.id,
                visit=quick_win.visit,
                action=due.action,
                cycle=due.cycle,
                threshold=due.threshold,
                due_at=due.at,
            )


def _cycle(
    rows: Sequence[DueRow], quick_win: QuickWin, deadline: Deadline, calendar: Calendar
) -> str:
    """Which deadline of the visit runs now. Only monthly ones run beside each other."""
    still = [row.cycle for row in rows if row.done_at is None]
    if deadline.every is None and still:
        return still[0]
    assert quick_win.due_at is not None
    return clocks.cycle_of(quick_win.due_at, calendar)


def _due(row: DueRow) -> Due:
    return Due(action=row.action, cycle=row.cycle, threshold=row.threshold, at=row.due_at)
