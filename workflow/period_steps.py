"""What the clock does because of a period, and when: it opens, reminds and closes.

What these steps tell whom is said in `announcing`; who sets a period, in `periods`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.calendar import Calendar
from workflow.models import Period, PeriodAction, PeriodStep
from workflow.working_days import load_calendar


@dataclass(frozen=True, kw_only=True)
class Step:
    """As a PeriodStep has it. It is done once, whatever becomes of its time."""

    action: PeriodAction
    cycle: str
    threshold: int
    due_at: datetime

    @property
    def key(self) -> tuple[PeriodAction, str, int]:
        return self.action, self.cycle, self.threshold


def steps_of(period: Period, calendar: Calendar) -> list[Step]:
    """All steps of a period, in order. A reminder that would come before it opens is none."""
    close = period.closes_at
    cycle = calendar.day_of(close).isoformat()
    reminders = [
        Step(
            action=PeriodAction.REMIND,
            cycle=cycle,
            threshold=-days,
            due_at=calendar.after(close, -days),
        )
        for days in sorted(period.remind_days, reverse=True)
    ]
    return [
        Step(
            action=PeriodAction.OPEN,
            cycle=calendar.day_of(period.opens_at).isoformat(),
            threshold=0,
            due_at=period.opens_at,
        ),
        *(step for step in reminders if step.due_at > period.opens_at),
        Step(action=PeriodAction.CLOSE, cycle=cycle, threshold=0, due_at=close),
    ]


def moved(session: Session, calendar: Calendar, *, at: datetime) -> bool:
    """Let the steps that are still to come follow the calendar and the ends of the periods; whether
    any was written. The caller commits.

    What is done stays done, so nobody is reminded twice of the same end.
    """
    periods = session.scalars(
        select(Period)
        .where(Period.closes_at > at)
        .order_by(Period.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    written = [_follow(session, period, calendar, at) for period in periods]
    return any(written)


def missing(session: Session, *, at: datetime) -> bool:
    """Whether a period that has not closed lacks a step that is still to come. Only reads."""
    calendar = load_calendar(session)
    periods = session.scalars(select(Period).where(Period.closes_at > at)).all()
    known = {
        (row.period_id, row.action, row.cycle, row.threshold)
        for row in session.scalars(
            select(PeriodStep).where(PeriodStep.period_id.in_(each.id for each in periods))
        )
    }
    return any(
        (period.id, *step.key) not in known
        for period in periods
        for step in steps_of(period, calendar)
        if _is_to_come(step, calendar, at)
    )


def due(session: Session, until: datetime) -> Sequence[int]:
    """The ids of the steps whose time has come, the oldest first."""
    rows = select(PeriodStep.id).where(PeriodStep.done_at.is_(None), PeriodStep.due_at <= until)
    return session.scalars(rows.order_by(PeriodStep.due_at, PeriodStep.id)).all()


def locked(session: Session, step_id: int, until: datetime) -> PeriodStep | None:
    """A step that is still due, under the lock of its period, under which alone steps change; None
    where it is not, or where somebody else holds that."""
    mine = (
        select(Period.id)
        .join(PeriodStep, PeriodStep.period_id == Period.id)
        .where(PeriodStep.id == step_id)
        .with_for_update(of=Period, skip_locked=True, key_share=True)
    )
    if session.scalar(mine) is None:
        return None
    # Look again, in a statement of its own: the join saw the step as it was before the lock.
    still = (PeriodStep.done_at.is_(None), PeriodStep.due_at <= until)
    return session.scalar(
        select(PeriodStep)
        .where(PeriodStep.id == step_id, *still)
        .execution_options(populate_existing=True)
    )


def _follow(session: Session, period: Period, calendar: Calendar, at: datetime) -> bool:
    """Whether anything had to be written."""
    wanted = {step.key: step for step in steps_of(period, calendar)}
    rows = session.scalars(
        select(PeriodStep)
        .where(PeriodStep.period_id == period.id)
        .execution_options(populate_existing=True)
    ).all()
    known = {(row.action, row.cycle, row.threshold): row for row in rows}
    open_rows = {key: row for key, row in known.items() if row.done_at is None}
    gone = [row for key, row in open_rows.items() if key not in wanted]
    late = [
        (row, wanted[key].due_at)
        for key, row in open_rows.items()
        if key in wanted and row.due_at != wanted[key].due_at
    ]
    new = [
        step for key, step in wanted.items() if key not in known and _is_to_come(step, calendar, at)
    ]
    for row in gone:
        session.delete(row)
    for row, due_at in late:
        row.due_at = due_at
    if new:
        session.execute(
            insert(PeriodStep).on_conflict_do_nothing(),
            [
                {
                    "period_id": period.id,
                    "action": step.action,
                    "cycle": step.cycle,
                    "threshold": step.threshold,
                    "due_at": step.due_at,
                }
                for step in new
            ],
        )
    session.flush()
    return bool(gone or late or new)


def _is_to_come(step: Step, calendar: Calendar, at: datetime) -> bool:
    """Whether it still says something new: an opening does so all day."""
    if step.action is PeriodAction.OPEN:
        return calendar.day_of(step.due_at) >= calendar.day_of(at)
    return step.due_at > at
