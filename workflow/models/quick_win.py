"""The Quick Win, who wrote it, what was submitted, and the evidence uploaded to it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, Json, identity
from workflow.models.definition import DefinedState, Definition
from workflow.models.people import Person, Unit
from workflow.models.period import Period

_TITLE = "content ->> 'title'"
_NAMES = (
    "setweight(to_tsvector('indonesian', coalesce(content ->> 'title', '')), 'A') || "
    "setweight(to_tsvector('indonesian', coalesce(content ->> 'title_expansion', '')), 'B')"
)
# The stems of content: A of its names, B of its summary, C of what it is for, D of the rest.
SEARCH = " || ".join(
    f"setweight(to_tsvector('indonesian', coalesce(content ->> '{field}', '')), '{weight}')"
    for field, weight in (
        ("title", "A"),
        ("title_expansion", "A"),
        ("summary", "B"),
        ("problem", "C"),
        ("objective", "C"),
        ("benefit", "C"),
        ("uniqueness", "D"),
    )
)


class QuickWin(Base):
    """The thing that moves. Its state is what the machine came to, and nothing else sets it."""

    __tablename__ = "quick_wins"
    __table_args__ = (
        ForeignKeyConstraint(
            ["definition_id", "state"],
            ["defined_states.definition_id", "defined_states.code"],
            ondelete="RESTRICT",
        ),
        CheckConstraint("visit >= 1 AND version >= 1", name="counts_from_one"),
        Index(None, "search", postgresql_using="gin"),
        Index(None, "definition_id", "state"),
        Index(None, "period_id", "unit_id"),
        Index(
            "ix_quick_wins_title_trigrams",
            "title",
            postgresql_using="gin",
            postgresql_ops={"title": "gin_trgm_ops"},
        ),
        Index(
            "ix_quick_wins_number_trigrams",
            "number",
            postgresql_using="gin",
            postgresql_ops={"number": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = identity()
    number: Mapped[str] = mapped_column(unique=True)  # QW-YYYY-NNNN
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id, ondelete="RESTRICT"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey(Period.id, ondelete="RESTRICT"))
    definition_id: Mapped[int] = mapped_column(ForeignKey(Definition.id, ondelete="RESTRICT"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    created_at: Mapped[datetime]

    state: Mapped[str]
    visit: Mapped[int] = mapped_column(default=1)  # the how-manieth stay in a state this is
    since: Mapped[datetime]  # when this visit began
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    came_from: Mapped[str | None]  # the state before this visit
    clock_from: Mapped[datetime | None]  # when the deadline began to run; None: a person set it
    clock_days: Mapped[int | None]  # working days left when it was stopped; None: all of them
    due_before: Mapped[datetime | None]  # when it was due, while its clock is stopped
    paused_days: Mapped[int] = mapped_column(default=0)  # local days that its clock was stopped
    visit_before: Mapped[Json | None]  # columns of the visit before: what an undo brings back
    version: Mapped[int] = mapped_column(default=1)  # rises with content and state only

    content: Mapped[Json]
    digest: Mapped[str]
    material_digest: Mapped[str]
    parameters: Mapped[Json | None]  # pinned at the first submission
    revision: Mapped[int] = mapped_column(default=0)  # how many were submitted
    submitted_at: Mapped[datetime | None]  # first
    submitted_material_digest: Mapped[str | None]  # last
    reported_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))  # last
    circulated_at: Mapped[datetime | None]  # since when the city's roles see it

    title: Mapped[str | None] = mapped_column(Computed(_TITLE, persisted=True))
    dimension: Mapped[str | None] = mapped_column(
        Computed("content ->> 'dimension'", persisted=True)
    )
    # The words of both names alone: small, so that a list of many is ranked by them.
    names: Mapped[str] = mapped_column(TSVECTOR, Computed(_NAMES, persisted=True), deferred=True)
    search: Mapped[str] = mapped_column(TSVECTOR, Computed(SEARCH, persisted=True), deferred=True)

    unit: Mapped[Unit] = relationship()
    period: Mapped[Period] = relationship()
    definition: Mapped[Definition] = relationship(viewonly=True)
    created_by: Mapped[Person] = relationship()
    defined_state: Mapped[DefinedState] = relationship(viewonly=True)


class Authorship(Base):
    """Who wrote which field: four eyes excludes everybody who wrote a part."""

    __tablename__ = "authorships"

    quick_win_id: Mapped[int] = mapped_column(
        ForeignKey(QuickWin.id, ondelete="RESTRICT"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), primary_key=True
    )
    field: Mapped[str] = mapped_column(primary_key=True)
    # How many were submitted before: a row of an earlier one stays as it was.
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    at: Mapped[datetime]  # last

    person: Mapped[Person] = relationship()


class Revision(Base):
    """Content as it was submitted: canonical JSON, its digests, and who had written it."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("quick_win_id", "number"),)

    id: Mapped[int] = identity()
    quick_win_id: Mapped[int] = mapped_column(ForeignKey(QuickWin.id, ondelete="RESTRICT"))
    number: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="RESTRICT"), unique=True)
    text: Mapped[str]  # canonical JSON
    digest: Mapped[str]
    material_digest: Mapped[str]
    authors: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    at: Mapped[datetime]


class File(Base):
    """The bytes of an evidence file, kept once under their SHA-256."""

    __tablename__ = "files"
    __table_args__ = (CheckConstraint("size <= 10485760", name="at_most_10_mb"),)

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Upload(Base):
    """A file as somebody uploaded it to a Quick Win, under a name."""

    __tablename__ = "uploads"

    quick_win_id: Mapped[int] = mapped_column(
        ForeignKey(QuickWin.id, ondelete="RESTRICT"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(
        ForeignKey(File.sha256, ondelete="RESTRICT"), primary_key=True
    )
    name: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"))
    at: Mapped[datetime]

    file: Mapped[File] = relationship()
