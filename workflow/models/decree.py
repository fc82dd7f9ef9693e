"""The Keputusan Wali Kota: one decree for a batch of Quick Wins."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, identity, stored
from workflow.models.people import Person
from workflow.models.period import Period
from workflow.models.quick_win import QuickWin


class DecreeStatus(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    REPLACED = "replaced"
    REVOKED = "revoked"


class Effect(StrEnum):
    """What a decree does to a Quick Win."""

    ESTABLISHES = "establishes"
    REVOKES = "revokes"


class Decree(Base):
    __tablename__ = "decrees"
    __table_args__ = (
        CheckConstraint(
            "status = 'draft' OR (number IS NOT NULL AND date IS NOT NULL AND text IS NOT NULL)",
            name="issued_with_number_and_date",
        ),
        Index(
            "uq_decrees_number_of_the_year",
            "number",
            "year",
            unique=True,
            postgresql_where="status <> 'draft'",
        ),
    )

    id: Mapped[int] = identity()
    period_id: Mapped[int] = mapped_column(ForeignKey(Period.id, ondelete="RESTRICT"), index=True)
    number: Mapped[str | None]
    date: Mapped[date | None]
    year: Mapped[int | None]  # of the date
    status: Mapped[DecreeStatus] = mapped_column(stored(DecreeStatus))
    code: Mapped[str] = mapped_column(unique=True)  # public, 12 characters of base32
    text: Mapped[str | None]  # canonical data, fixed when issued
    digest: Mapped[str | None]
    pdf_sha256: Mapped[str | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("decrees.id", ondelete="RESTRICT"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]

    period: Mapped[Period] = relationship()
    lines: Mapped[list[DecreeLine]] = relationship(
        order_by="DecreeLine.position", cascade="all, delete-orphan"
    )


class DecreeLine(Base):
    """A Quick Win in the annexed table."""

    __tablename__ = "decree_lines"

    decree_id: Mapped[int] = mapped_column(
        ForeignKey(Decree.id, ondelete="RESTRICT"), primary_key=True
    )
    quick_win_id: Mapped[int] = mapped_column(
        ForeignKey(QuickWin.id, ondelete="RESTRICT"), primary_key=True, index=True
    )
    effect: Mapped[Effect] = mapped_column(stored(Effect))
    position: Mapped[int]

    quick_win: Mapped[QuickWin] = relationship()
