"""A thing and its log with SQLAlchemy's ORM, for the libraries that store nothing themselves, and
the rest of what the door does, as their user would write it."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sqlalchemy import DateTime, Engine, ForeignKey, create_engine, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

WITH_THE_REST = bool(os.environ.get("BENCH_REST"))


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012 - as SQLAlchemy reads it


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    unit: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="implementation")
    visit: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime | None]
    head: Mapped[str] = mapped_column(default="")
    kept: Mapped[str] = mapped_column(default="")


class Log(Base):
    __tablename__ = "log"

    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(ForeignKey(Thing.id))
    at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    by: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    note: Mapped[str]
    hash: Mapped[str] = mapped_column(default="")


class Post(Base):
    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]
    unit: Mapped[int | None]


class Owed(Base):
    __tablename__ = "owed"

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey(Log.id))
    person: Mapped[str]


class Due(Base):
    __tablename__ = "due"

    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column(ForeignKey(Thing.id), index=True)
    visit: Mapped[int]
    action: Mapped[str]
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


# --- what its user writes for the rest
STEPS = (("remind", -5), ("remind", 1), ("escalate", 3), ("escalate", 8), ("escalate", 13))


def rest(session: Session, thing: Thing, entry: Log) -> None:
    """Rights, hash chain, owed mails and due rows; the days are those of the calendar."""
    mine = select(Post).where(Post.person == entry.by, Post.role == "verifier")
    if session.scalars(mine).first() is None:
        raise PermissionError(entry.by)
    told = {"thing": thing.id, "by": entry.by, "from": entry.source, "to": entry.target}
    text = json.dumps({**told, "note": entry.note, "visit": thing.visit}, sort_keys=True)
    entry.hash = hashlib.sha256(f"{thing.head}\n{text}".encode()).hexdigest()
    thing.head, thing.visit = entry.hash, thing.visit + 1
    thing.due_at = datetime.now(UTC) + timedelta(days=60)
    session.flush()
    roles = Post.role.in_(("submitter", "head"))
    people = session.scalars(select(Post.person).where(roles, Post.unit == thing.unit)).all()
    session.add_all(Owed(log_id=entry.id, person=person) for person in people)
    session.execute(delete(Due).where(Due.thing_id == thing.id, Due.done_at.is_(None)))
    session.add_all(
        Due(
            thing_id=thing.id,
            visit=thing.visit,
            action=action,
            at=thing.due_at + timedelta(days=days),
        )
        for action, days in STEPS
    )


# --- to here


def after(session: Session, thing: Thing, entry: Log) -> None:
    """What every peer does once its transition has happened."""
    session.add(entry)
    if WITH_THE_REST:
        rest(session, thing, entry)


@lru_cache(maxsize=1)
def engine(url: str) -> Engine:
    return create_engine(url)


def make(url: str, clients: int, kept: str = "") -> None:
    """As many people as the demo city has, two of whom are told."""
    Base.metadata.create_all(engine(url))
    posts = [Post(person="verifier", role="verifier")]
    for unit in range(1, 44):
        posts += [Post(person=f"{role}{unit}", role=role, unit=unit) for role in ROLES]
    with Session(engine(url)) as session, session.begin():
        session.add_all(Thing(title=f"Thing {number}", kept=kept) for number in range(clients))
        session.add_all(posts)
    engine(url).dispose()


ROLES = ("submitter", "head")
