"""Who stands in for whom, and the posts that people hold by it: their own and those delegated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Date, ForeignKey, MetaData, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, identity
from workflow.models.people import Assignment, Person, Unit


class Delegation(Base):
    """Somebody stands in for somebody, from a day to a day. It ends by itself."""

    __tablename__ = "delegations"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="from_before_to"),
        CheckConstraint("delegator_id <> delegate_id", name="between_two"),
    )

    id: Mapped[int] = identity()
    delegator_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), index=True
    )
    delegate_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # the last day, included
    reason: Mapped[str]
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # before its last day, by somebody

    delegator: Mapped[Person] = relationship(foreign_keys=[delegator_id])
    delegate: Mapped[Person] = relationship(foreign_keys=[delegate_id])


class Post(Base):
    """An assignment as somebody holds it: their own, or that of a person they stand in for.

    A view, so that every question about rights has one place to ask. Accounts that are closed hold
    none and give none away; what was delegated is never delegated further.
    """

    __table__ = Table(
        "posts",
        MetaData(),  # no table: the migrations make the view
        Column("assignment_id", BigInteger, ForeignKey(Assignment.id), primary_key=True),
        Column("person_id", BigInteger, ForeignKey(Person.id), primary_key=True),
        Column("delegation_id", BigInteger, primary_key=True),  # 0: their own
        Column("on_behalf_of_id", BigInteger),
        Column("on_behalf_of", Text, nullable=False),  # the name; "" for nobody
        Column("unit_id", BigInteger, ForeignKey(Unit.id)),
        Column("role", Text, nullable=False),
        Column("capacity", Text, nullable=False),
        Column("valid_from", Date, nullable=False),
        Column("valid_to", Date),
    )

    assignment_id: Mapped[int]
    person_id: Mapped[int]
    delegation_id: Mapped[int]
    on_behalf_of_id: Mapped[int | None]
    on_behalf_of: Mapped[str]
    unit_id: Mapped[int | None]
    role: Mapped[str]
    capacity: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    unit: Mapped[Unit | None] = relationship(viewonly=True)
