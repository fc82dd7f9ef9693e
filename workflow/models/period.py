"""The city and its periods."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.declarative import Base, Json, identity

REMIND_DAYS = (5, 2, 1)


class City(Base):
    """The one city of this installation: its only row."""

    __tablename__ = "city"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=1)
    name: Mapped[str]
    province: Mapped[str]
    zone: Mapped[str]  # IANA name; WIB, WITA or WIT
    close_of_business: Mapped[time]
    letterhead: Mapped[Json]
    demo: Mapped[bool]  # data contoh: the pages say so


class Period(Base):
    """A Bimtek or a year in which Quick Wins are proposed. It gives them their numbers."""

    __tablename__ = "periods"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),)

    id: Mapped[int] = identity()
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    year: Mapped[int]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    last_number: Mapped[int] = mapped_column(default=0)
    remind_days: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), default=lambda: list(REMIND_DAYS)
    )  # working days before the close: who has not submitted is reminded
    parameters: Mapped[Json]  # quorum, reviewers, undo_minutes, days, weights: what is set here
    dimensions: Mapped[list[Any]]  # [{code, label: {id, en}, subdimensions: [{code, label}]}]
