"""Periods: when Quick Wins can be proposed, and the dimensions they are then proposed in.

A period opens in the morning of its first day and closes at the close of business of its last one.
What is proposed in it is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quickwin.refusal import CommandRefused
from quickwin.sheet import Row, read_sheet, refuse_faults
from quickwin.texts import faults_of_code, named
from workflow.ledger import append_to_city
from workflow.models import City, Period

OPENING = time(8)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2098, 12, 31)  # deadlines need days after the last
DIMENSIONS = Path(__file__).with_name("dimensions.csv")
COLUMNS = ("dimension", "subdimension", "label_id", "label_en")


@dataclass(frozen=True, kw_only=True)
class NewPeriod:
    """`year` is that of the numbers, `dimensions` what `read_dimensions` returns."""

    code: str
    name: str
    year: int
    opens: date  # the first day
    closes: date  # the last day
    dimensions: list[dict[str, Any]]


def add_period(session: Session, new: NewPeriod, *, at: datetime) -> Period:
    """The caller commits. Raises CommandRefused for a code that is taken or none, days in the wrong
    order, and days of another period."""
    city = session.scalars(select(City).with_for_update()).one()  # of two at once, one waits
    zone = ZoneInfo(city.zone)
    period = Period(
        code=new.code,
        name=named("name", new.name),
        year=new.year,
        opens_at=datetime.combine(new.opens, OPENING, zone),
        closes_at=datetime.combine(new.closes, city.close_of_business, zone),
        parameters={},
        dimensions=new.dimensions,
    )
    _check(session, period, zone)
    session.add(period)
    session.flush()
    data = {
        "code": period.code,
        "name": period.name,
        "year": period.year,
        "opens_at": period.opens_at.isoformat(),
        "closes_at": period.closes_at.isoformat(),
        "dimensions": new.dimensions,
    }
    append_to_city(session, "add_period", at=at, data=data)
    return period


def read_dimensions(text: str) -> list[dict[str, Any]]:
    """As Period.dimensions has them, from a CSV with the columns of COLUMNS in which each row
    without a subdimension begins a dimension. Raises CommandRefused with the faults of all rows."""
    rows = read_sheet(text, COLUMNS, optional=["subdimension"])
    found: dict[str, dict[str, Any]] = {}
    taken: set[object] = set()
    for row in rows:
        _read_dimension(row, found, taken)
    refuse_faults(rows)
    if not found:
        raise CommandRefused("A period needs a dimension at least, and this list has none.")
    return list(found.values())


def shipped_dimensions() -> list[dict[str, Any]]:
    """The six dimensions of a smart city."""
    return read_dimensions(DIMENSIONS.read_text(encoding="utf-8"))


def _check(session: Session, new: Period, zone: ZoneInfo) -> None:
    if wrong := faults_of_code(new.code):
        raise CommandRefused(f"{wrong[0]}.")
    if session.scalar(select(Period.id).where(func.lower(Period.code) == new.code.lower())):
        raise CommandRefused(f"There is a period “{new.code}” already.")
    if new.opens_at.date() < FIRST_DAY or new.closes_at.date() > LAST_DAY:
        raise CommandRefused(f"A period lies between {FIRST_DAY} and {LAST_DAY}.")
    if new.opens_at >= new.closes_at:
        raise CommandRefused(
            f"A period closes after it opens, and this one would open at {new.opens_at:%F %H:%M} "
            f"and close at {new.closes_at:%F %H:%M}."
        )
    at_once = (Period.opens_at < new.closes_at) & (Period.closes_at > new.opens_at)
    if other := session.scalars(select(Period).where(at_once).order_by(Period.opens_at)).first():
        opens, closes = other.opens_at.astimezone(zone), other.closes_at.astimezone(zone)
        raise CommandRefused(
            f"Only one period is open at a time, and {other.code} is open from {opens:%F %H:%M} "
            f"to {closes:%F %H:%M}."
        )


def _read_dimension(row: Row, found: dict[str, dict[str, Any]], taken: set[object]) -> None:
    code, inner = row["dimension"], row["subdimension"]
    entry = {"code": inner or code, "label": {"id": row["label_id"], "en": row["label_en"]}}
    for each in filter(None, (code, inner)):
        row.faults.extend(faults_of_code(each))
    if code:
        row.only_once(f"{code} {inner}".strip(), (code, inner), taken)
    if not inner:
        found.setdefault(code, {**entry, "subdimensions": []})
    elif code in found:
        found[code]["subdimensions"].append(entry)
    elif code:
        row.faults.append(f"{code} needs a row without a subdimension before this one")
