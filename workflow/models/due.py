"""Time: acts that are due, days the admins changed, and when the clock was last seen alive."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, identity, stored
from workflow.models.period import Period
from workflow.models.quick_win import QuickWin


class DueRow(Base):
    """An act the system performs at a time, for one visit of one state."""

    __tablename__ = "due_rows"
    __table_args__ = (
        UniqueConstraint("quick_win_id", "visit", "action", "cycle", "threshold"),
        Index("ix_due_rows_open", "due_at", postgresql_where="done_at IS NULL"),
    )

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    visit: Mapped[int]
    action: Mapped[str]
    cycle: Mapped[str]  # which deadline of the visit: the day it ends
    threshold: Mapped[int]  # working days after it, negative before
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    quick_win: Mapped[QuickWin] = relationship()


class PeriodAction(StrEnum):
    OPEN = "open"
    REMIND = "remind"  # those who have not submitted
    CLOSE = "close"


class PeriodStep(Base):
    """What the system does at a time because of a period."""

    __tablename__ = "period_steps"
    __table_args__ = (
        UniqueConstraint("period_id", "action", "cycle", "threshold"),
        Index("ix_period_steps_open", "due_at", postgresql_where="done_at IS NULL"),
    )

    id: Mapped[int] = identity()
    period_id: Mapped[int] = mapped_column(ForeignKey(Period.id, ondelete="RESTRICT"))
    action: Mapped[PeriodAction] = mapped_column(stored(PeriodAction))
    # The day it opens, or which end of the period: the day it closes. An extension begins another.
    cycle: Mapped[str]
    threshold: Mapped[int]  # working days after the close, negative before
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship()


class DayKind(StrEnum):
    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    LOCAL = "local"


class CalendarDay(Base):
    """A day the admins set: free of work or worked, whatever the national calendar says."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    kind: Mapped[DayKind] = mapped_column(stored(DayKind))
    name: Mapped[str]
    source: Mapped[str]  # the decree it comes from


class Heartbeat(Base):
    """When a part of the clock was last alive: one row each, updated in place."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
