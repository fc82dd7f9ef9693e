"""What reviewers judged and what submitters reported."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, Json, identity, stored
from workflow.models.people import Person
from workflow.models.quick_win import QuickWin


class Verdict(StrEnum):
    """What a reviewer recommends."""

    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"


class Judgment(Base):
    """One reviewer's judgment of one material content, whatever the visit."""

    __tablename__ = "judgments"
    __table_args__ = (
        Index(
            "uq_judgments_standing",
            "quick_win_id",
            "reviewer_id",
            "material_digest",
            unique=True,
            postgresql_where="rescinded_at IS NULL",
        ),
    )

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"), unique=True)
    visit: Mapped[int]
    digest: Mapped[str]
    material_digest: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(stored(Verdict))
    scores: Mapped[Json]  # aspect -> 0..4
    note: Mapped[str]
    at: Mapped[datetime]
    rescinded_at: Mapped[datetime | None]

    reviewer: Mapped[Person] = relationship()


class Report(Base):
    """A progress report of the implementation."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_in_range"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
        Index(None, "quick_win_id", "at"),
    )

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"), unique=True)
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    summary: Mapped[str]
    spent: Mapped[int]  # whole rupiah, in all
    actuals: Mapped[list[Any]]  # [{indicator, value}], decimals as text
    at: Mapped[datetime]
