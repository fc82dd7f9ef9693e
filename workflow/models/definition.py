"""Definitions as stored: the document, and what lists need of it as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.definition import Coverage
from workflow.models.declarative import Base, identity, stored


class Definition(Base):
    """A checked workflow document. Every Quick Win keeps the one it was started under."""

    __tablename__ = "definitions"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index("uq_definitions_active", "active", unique=True, postgresql_where="active"),
    )

    id: Mapped[int] = identity()
    name: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(deferred=True)  # long, and parsed once in a process
    active: Mapped[bool]  # new Quick Wins start under it
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())

    states: Mapped[list[DefinedState]] = relationship(order_by="DefinedState.position")


class DefinedState(Base):
    """A state of a stored definition, for lists in SQL and as the foreign key of each state."""

    __tablename__ = "defined_states"

    definition_id: Mapped[int] = mapped_column(
        ForeignKey(Definition.id, ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    label_id: Mapped[str]
    label_en: Mapped[str]
    final: Mapped[bool]
    coverage: Mapped[Coverage] = mapped_column(stored(Coverage))


class DefinedRole(Base):
    """A role of a stored definition, and what its holders see."""

    __tablename__ = "defined_roles"

    definition_id: Mapped[int] = mapped_column(
        ForeignKey(Definition.id, ondelete="RESTRICT"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[str]
    label_en: Mapped[str]
    scope: Mapped[str]
    sees: Mapped[str]


class DefinedTurn(Base):
    """Whose turn it is in a state, and which personal guards stand before it."""

    __tablename__ = "defined_turns"
    __table_args__ = (
        ForeignKeyConstraint(
            ["definition_id", "state"],
            ["defined_states.definition_id", "defined_states.code"],
            ondelete="RESTRICT",
        ),
    )

    definition_id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    four_eyes: Mapped[bool]
    once: Mapped[bool]  # who has judged what is current is done
