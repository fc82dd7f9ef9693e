"""What all tables share: names of constraints, and how Python's types are stored."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Enum, Identity, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

Json = dict[str, Any]


class Base(DeclarativeBase):
    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Json: JSONB,
        list[Any]: JSONB,
    }


def identity() -> MappedColumn[int]:
    """A bigint key that only the database gives."""
    return mapped_column(BigInteger, Identity(always=True), primary_key=True)


def stored(choices: type[StrEnum]) -> Enum:
    """Store the value as text: readable in psql, and a new member needs no new type."""
    return Enum(
        choices, native_enum=False, length=40, values_callable=lambda e: [m.value for m in e]
    )
