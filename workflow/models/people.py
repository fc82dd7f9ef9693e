"""The people: units in a tree, persons, and what each is assigned to, from when to when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, identity


class Unit(Base):
    """A Perangkat Daerah (OPD), or a unit below one. `name` is the one in use today."""

    __tablename__ = "units"
    __table_args__ = (Index(None, "path", postgresql_using="gin"),)

    id: Mapped[int] = identity()
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    abbreviation: Mapped[str]
    kind: Mapped[str]
    agency: Mapped[bool]  # an OPD, so that it has a row in coverage
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    path: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))  # ids from the root to itself

    parent: Mapped[Unit | None] = relationship(remote_side=[id])
    names: Mapped[list[UnitName]] = relationship(order_by="UnitName.valid_from")


class UnitName(Base):
    """What a unit was called when; history keeps the old name."""

    __tablename__ = "unit_names"

    id: Mapped[int] = identity()
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id, ondelete="RESTRICT"), index=True)
    name: Mapped[str]
    abbreviation: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Person(Base):
    """Somebody with an account. People are deactivated, never deleted."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("language IN ('id', 'en')", name="language_is_known"),
        CheckConstraint("theme IN ('light', 'dark')", name="theme_is_known"),
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_at_an_hour"),
    )

    id: Mapped[int] = identity()
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]  # argon2id
    language: Mapped[str | None]  # what the person chose; None: nobody asked for one yet
    theme: Mapped[str | None]  # what the person chose; None: pages follow the reader's system
    home_unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id, ondelete="RESTRICT"))
    demo: Mapped[bool] = mapped_column(default=False)  # may sign in over loopback only
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deactivated_at: Mapped[datetime | None]
    digest_hour: Mapped[int] = mapped_column(default=7)  # of the city's day
    digest_until: Mapped[datetime | None]  # the hour that the last daily mail was made for
    # Stands in the links that end a kind of mail; opens nothing.
    mail_key: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid(), unique=True)
    feed_key: Mapped[UUID | None] = mapped_column(unique=True)  # of the calendar feed, if asked for
    mail_refused_at: Mapped[datetime | None]  # the address takes no mail any more
    mail_refusal: Mapped[str] = mapped_column(default="")  # what its server said

    home_unit: Mapped[Unit | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="person", order_by="Assignment.id"
    )


class Assignment(Base):
    """Person x unit (or the city) x role, from a day to a day, in a capacity."""

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="from_before_to"),
        Index(None, "role", "unit_id"),
    )

    id: Mapped[int] = identity()
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id, ondelete="RESTRICT"))
    role: Mapped[str]
    capacity: Mapped[str] = mapped_column(default="")  # "Plt. Kepala Dinas Kesehatan"
    decree_number: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day, included

    person: Mapped[Person] = relationship(back_populates="assignments")
    unit: Mapped[Unit | None] = relationship()
