"""How people and programs get in: sessions of browsers, tokens, failed logins, kept answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.declarative import Base, Json, identity
from workflow.models.people import Person


class Login(Base):
    """A browser that is signed in, or has shown the password and owes the code of the second
    factor. Only the digest of its secret is kept."""

    __tablename__ = "logins"

    id: Mapped[int] = identity()
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str]
    browser: Mapped[str]
    awaits_code: Mapped[bool] = mapped_column(default=False, server_default="false")
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Token(Base):
    """A bearer token of the API. Only its digest is kept."""

    __tablename__ = "tokens"

    id: Mapped[int] = identity()
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class FailedLogin(Base):
    """A wrong password or code, counted per account and per address by every replica alike."""

    __tablename__ = "failed_logins"
    __table_args__ = (Index(None, "email", "at"), Index(None, "address", "at"), Index(None, "at"))

    id: Mapped[int] = identity()
    email: Mapped[str]
    address: Mapped[str]
    of_code: Mapped[bool] = mapped_column(default=False, server_default="false")
    at: Mapped[datetime]


class Answer(Base):
    """What an act with an Idempotency-Key was answered, for 24 hours."""

    __tablename__ = "answers"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), primary_key=True
    )
    action: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]  # of the address and the body
    body: Mapped[Json]
    at: Mapped[datetime] = mapped_column(index=True)
