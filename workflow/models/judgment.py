"""Who is to judge and who must not, what reviewers judged, and what submitters reported."""

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


class Designation(Base):
    """A reviewer who is asked to judge a Quick Win. Who else may, still may."""

    __tablename__ = "designations"
    __table_args__ = (
        Index(
            "uq_designations_open",
            "quick_win_id",
            "person_id",
            unique=True,
            postgresql_where="ended_at IS NULL",
        ),
    )

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Recusal(Base):
    """Somebody who said that they must not decide on a Quick Win. It is never taken back."""

    __tablename__ = "recusals"

    quick_win_id: Mapped[int] = mapped_column(
        ForeignKey(QuickWin.id, ondelete="RESTRICT"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"), unique=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Judgment(Base):
    """One reviewer's judgment of one material content, whatever the visit.

    It fills a place of the quorum: the reviewer's, or that of the person it was given for.
    """

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
        Index(
            "uq_judgments_place",
            "quick_win_id",
            "place_of_id",
            "material_digest",
            unique=True,
            postgresql_where="rescinded_at IS NULL",
        ),
    )

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    place_of_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    role: Mapped[str]  # in which it was given
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"), unique=True)
    visit: Mapped[int]
    digest: Mapped[str]
    material_digest: Mapped[str]
    verdict: Mapped[Verdict] = mapped_column(stored(Verdict))
    scores: Mapped[Json]  # aspect -> 0..4
    note: Mapped[str]
    at: Mapped[datetime]
    rescinded_at: Mapped[datetime | None]

    reviewer: Mapped[Person] = relationship(foreign_keys=[reviewer_id])
    place_of: Mapped[Person] = relationship(foreign_keys=[place_of_id])


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
