"""What the demo city consists of before anything happens: units, people, periods.

The files of this folder say who and what; days count from the day of loading. What people then do
is not known here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from workflow.models import Assignment, City, Period, Person, Unit, UnitName

FOLDER = Path(__file__).parent
PASSWORD = "quickwin"  # noqa: S105 - published, of accounts that work on loopback only
DOMAIN = "demo.test"
LETTERHEAD = {
    "government": "PEMERINTAH KOTA CILEGON",
    "office": "WALI KOTA CILEGON",
    "province": "PROVINSI BANTEN",
    "place": "Cilegon",
    "address": "Jalan Contoh Nomor 1, Cilegon (data contoh)",
}
OPEN, PAST = "2026", "2025"  # as the files call the two periods
# First and last day of each, counted from the day of loading.
PERIOD_DAYS = {PAST: (-700, -400), OPEN: (-150, 60)}
OPENS, CLOSES = time(8), time(16)


def make_city(session: Session) -> ZoneInfo:
    """The city's own row, which `found` made; returns its time zone."""
    city = session.get_one(City, 1)
    city.name, city.province, city.zone = "Kota Cilegon", "Banten", "Asia/Jakarta"
    city.close_of_business, city.letterhead, city.demo = CLOSES, LETTERHEAD, True
    session.flush()
    return ZoneInfo(city.zone)


def make_units(session: Session, today: date) -> dict[str, Unit]:
    """The OPDs, and the kelurahan below their kecamatan, by code."""
    units = {row["code"]: _agency(row, today) for row in _rows("agencies.csv")}
    below = {
        row["code"]: _kelurahan(row, units[f"KEC-{row['kecamatan'].upper()}"])
        for row in _rows("kelurahan.csv")
    }
    for level in (units, below):
        session.add_all(level.values())
        session.flush()
        for unit in level.values():
            unit.path = [*(unit.parent.path if unit.parent else ()), unit.id]
    session.flush()
    return units | below


def make_people(session: Session, units: Mapping[str, Unit], today: date) -> dict[str, Person]:
    """Everybody with an account, by the part of the address before the @."""
    hashed = PasswordHasher().hash(PASSWORD)  # once: it is slow on purpose, and no secret
    people = {row["account"]: _person(row, units, today, hashed) for row in _rows("people.csv")}
    session.add_all(people.values())
    session.flush()
    return people


def make_periods(session: Session, today: date, zone: ZoneInfo) -> None:
    """The open period bears the year of the day of loading, the past one the year before."""
    dimensions = list(_dimensions())
    for name, (first, last) in PERIOD_DAYS.items():
        code = period_code(name, today)
        period = Period(
            code=code,
            name=f"Program Percepatan (Quick Win) {code}",
            year=int(code),
            opens_at=datetime.combine(today + timedelta(days=first), OPENS, zone),
            closes_at=datetime.combine(today + timedelta(days=last), CLOSES, zone),
            parameters={},
            dimensions=dimensions,
        )
        session.add(period)
    session.flush()


def period_code(name: str, today: date) -> str:
    """The code of what the files call `name`."""
    return str(today.year + int(name) - int(OPEN))


def _agency(row: Mapping[str, str], today: date) -> Unit:
    unit = Unit(
        code=row["code"],
        name=row["name"],
        abbreviation=row["abbreviation"],
        kind=row["kind"],
        agency=True,
        path=[],
    )
    renamed = date(today.year + 2, 1, 1) if row["later_name"] else None
    last = renamed - timedelta(days=1) if renamed else None
    unit.names.append(UnitName(name=unit.name, abbreviation=unit.abbreviation, valid_to=last))
    if renamed:
        abbreviation = row["later_abbreviation"] or row["abbreviation"]
        later = UnitName(name=row["later_name"], abbreviation=abbreviation, valid_from=renamed)
        unit.names.append(later)
    return unit


def _kelurahan(row: Mapping[str, str], kecamatan: Unit) -> Unit:
    unit = Unit(
        code=row["code"],
        name=f"Kelurahan {row['kelurahan']}",
        abbreviation=f"Kel. {row['kelurahan']}",
        kind="kelurahan",
        agency=False,
        parent=kecamatan,
        path=[],
    )
    unit.names.append(UnitName(name=unit.name, abbreviation=unit.abbreviation))
    return unit


def _person(
    row: Mapping[str, str], units: Mapping[str, Unit], today: date, password_hash: str
) -> Person:
    person = Person(
        email=f"{row['account']}@{DOMAIN}",
        name=row["name"],
        password_hash=password_hash,
        language=row["language"],
        home_unit=units[row["home_unit"]] if row["home_unit"] else None,
        demo=True,
    )
    person.assignments.append(
        Assignment(
            role=row["role"],
            unit=units[row["unit"]] if row["unit"] else None,
            capacity=row["capacity"],
            decree_number=row["decree_no"],
            valid_from=today - timedelta(days=int(row["valid_from_days"])),
        )
    )
    return person


def _dimensions() -> Iterator[dict[str, Any]]:
    """As Period.dimensions has them: each row without a subdimension heads those that follow."""
    for code, rows in groupby(_rows("dimensions.csv"), key=lambda row: row["dimension"]):
        head, *inner = rows
        yield {
            "code": code,
            "label": _label(head),
            "subdimensions": [{"code": row["subdimension"], "label": _label(row)} for row in inner],
        }


def _label(row: Mapping[str, str]) -> dict[str, str]:
    return {"id": row["label_id"], "en": row["label_en"]}


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
