"""What happened: events in chains, and the signatures under them. Events and signatures are written
once; triggers refuse everything else."""

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

    What has a salt in `salts` (actor, note and others) stands in the text as SHA-256 of the salt
    and the value, so that it can be left out of a copy that still verifies.
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


class Checkpoint(Base):
    """A signature under the heads that all chains had at one moment. What is signed is the text of
    `workflow.stamps.Stamp`, made of these columns."""

    __tablename__ = "checkpoints"

    id: Mapped[int] = identity()
    at: Mapped[datetime]
    chains: Mapped[int]  # how many there were
    events: Mapped[int]  # in all of them
    heads: Mapped[str]  # one digest over all heads: the root of their tree
    # The digest of the checkpoint before, "" for the first. Unique: they never fork.
    previous: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]
    signature: Mapped[str]

    moved: Mapped[list[SignedHead]] = relationship(order_by="SignedHead.chain_id")


class SignedHead(Base):
    """The head of a chain under a checkpoint, if it moved since the checkpoint before. Chains
    without such a row still stood where an earlier checkpoint found them.

    Signed by itself too, so that of many heads the forged one is found."""

    __tablename__ = "signed_heads"

    chain_id: Mapped[int] = mapped_column(
        ForeignKey(Chain.id, ondelete="RESTRICT"), primary_key=True
    )
    checkpoint_id: Mapped[int] = mapped_column(
        ForeignKey(Checkpoint.id, ondelete="RESTRICT"), primary_key=True, index=True
    )
    number: Mapped[str]  # of the chain's Quick Win; "" is the city's
    seq: Mapped[int]
    hash: Mapped[str]
    signature: Mapped[str]
