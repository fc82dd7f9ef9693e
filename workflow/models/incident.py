"""What admins must mend, since nobody else can: noticed at a moment, and closed by itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.declarative import Base, identity, stored
from workflow.models.quick_win import QuickWin


class IncidentKind(StrEnum):
    UNSTAFFED = "unstaffed"  # a step that nobody can take
    BEAT_LATE = "beat_late"  # nobody asks the workers to look
    MAIL_STUCK = "mail_stuck"  # mail is owed for long


class Incident(Base):
    """Of a step: of one Quick Win, or of whatever the units propose, and the role that is missing.
    Of the clock: that it stands, or that mail does; nothing else is said of these."""

    __tablename__ = "incidents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["definition_id", "state"],
            ["defined_states.definition_id", "defined_states.code"],
            ondelete="RESTRICT",
        ),
        CheckConstraint(
            "CASE kind WHEN 'unstaffed' THEN num_nulls(definition_id, state, role) = 0 "
            "ELSE num_nonnulls(definition_id, quick_win_id, state, role) = 0 END",
            name="about_a_step",
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
    definition_id: Mapped[int | None]
    quick_win_id: Mapped[int | None] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    state: Mapped[str | None]
    role: Mapped[str | None]
    units: Mapped[list[Any]]  # ids, in order
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
