"""What happened: events in chains. Written once; triggers refuse everything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, Json, identity
from workflow.models.people import Person
from workflow.models.quick_win import QuickWin


class Chain(Base):
    """The events of one Quick Win, or of the city (chain 1). Its head is locked for each event."""

    __tablename__ = "chains"
    __table_args__ = (CheckConstraint("(id = 1) = (quick_win_id IS NULL)", name="city_is_1"),)

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int | None] = mapped_column(
        ForeignKey(QuickWin.id, ondelete="RESTRICT"), unique=True
    )
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(default="")


class Event(Base):
    """One act. `text` is canonical and hashed; the columns beside it say the same, readably.

    Actor, on-behalf-of, note and data stand in the text as SHA-256 of a salt and the value, so that
    they can be left out of a copy that still verifies.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("chain_id", "seq"),
        Index(None, "quick_win_id", "id"),
        # The latest moves out of a state, for `pace`.
        Index("ix_events_moves", "source", "id", postgresql_where="source <> target"),
    )

    id: Mapped[int] = identity()
    chain_id: Mapped[int] = mapped_column(ForeignKey(Chain.id, ondelete="RESTRICT"))
    seq: Mapped[int]
    at: Mapped[datetime]
    action: Mapped[str]
    quick_win_id: Mapped[int | None] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    actor_name: Mapped[str]  # as it was then; "" is the system
    role: Mapped[str]  # in which the actor acted
    capacity: Mapped[str]
    on_behalf_of: Mapped[str]
    source: Mapped[str | None]  # the state before
    target: Mapped[str | None]  # and after
    visit: Mapped[int | None]  # in which it happened
    note: Mapped[str]
    data: Mapped[Json]
    digest: Mapped[str | None]  # of the content at that moment
    salts: Mapped[Json]
    text: Mapped[str]
    hash: Mapped[str]

    actor: Mapped[Person | None] = relationship()
