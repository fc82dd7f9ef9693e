"""The second factor of a login: the secret that an app shares with us, and recovery codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.declarative import Base, identity
from workflow.models.people import Person


class SecondFactor(Base):
    """One app of one person. It counts from the moment its first code was shown."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    sealed_secret: Mapped[str]  # encrypted: a copy of the database alone makes no codes
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)  # of the last code that counted


class RecoveryCode(Base):
    """A code on paper, for whoever lost the app. Only its digest is kept; it counts once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = identity()
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="RESTRICT"), index=True)
    code_sha256: Mapped[str]
    used_at: Mapped[datetime | None]
