"""What admins must mend, since nobody else can: noticed at a moment, and closed by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.declarative import Base, identity, stored
from workflow.models.quick_win import QuickWin


class IncidentKind(StrEnum):
    UNSTAFFED = "unstaffed"  # a step that nobody can take


class Incident(Base):
    """A step of one Quick Win, or of whatever the units propose, and the role that is missing."""

    __tablename__ = "incidents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["definition_id", "state"],
            ["defined_states.definition_id", "defined_states.code"],
            ondelete="RESTRICT",
        ),
        Index(
            "uq_incidents_open",
            "kind",
            "definition_id",
            "quick_win_id",
            "state",
            "role",
            unique=True,
            postgresql_where="closed_at IS NULL",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = identity()
    kind: Mapped[IncidentKind] = mapped_column(stored(IncidentKind))
    definition_id: Mapped[int]
    quick_win_id: Mapped[int | None] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    state: Mapped[str]
    role: Mapped[str]
    units: Mapped[list[Any]]  # ids, in order
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
