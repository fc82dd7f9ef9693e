"""What the demo city consists of before anything happens: units, people, periods.

The files of this folder say who and what; days count from the day of loading. What people then do
is not known here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.units import Told, put_units, rename
from workflow import periods
from workflow.city import set_city
from workflow.dimensions import shipped_dimensions
from workflow.models import Assignment, Person, Unit
from workflow.period_faults import NewPeriod

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
CLOSE_OF_BUSINESS = time(16)


def make_city(session: Session, at: datetime) -> ZoneInfo:
    """The city's own row, which `found` made; returns its time zone."""
    city = set_city(
        session,
        name="Kota Cilegon",
        province="Banten",
        zone="Asia/Jakarta",
        close_of_business=CLOSE_OF_BUSINESS,
        by=None,
        at=at,
    ).city
    city.letterhead, city.demo = LETTERHEAD, True
    session.flush()
    return ZoneInfo(city.zone)


def make_units(session: Session, at: datetime, today: date) -> dict[str, Unit]:
    """The OPDs, and the kelurahan below their kecamatan, by code."""
    agencies = _rows("agencies.csv")
    told = [*map(_agency, agencies), *map(_kelurahan, _rows("kelurahan.csv"))]
    put_units(session, told, at=at)
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    for row in agencies:
        if row["later_name"]:
            abbreviation = row["later_abbreviation"] or row["abbreviation"]
            since = date(today.year + 2, 1, 1)
            rename(units[row["code"]], row["later_name"], abbreviation, since=since)
    session.flush()
    return units


def make_people(session: Session, units: Mapping[str, Unit], today: date) -> dict[str, Person]:
    """Everybody with an account, by the part of the address before the @."""
    hashed = PasswordHasher().hash(PASSWORD)  # once: it is slow on purpose, and no secret
    people = {row["account"]: _person(row, units, today, hashed) for row in _rows("people.csv")}
    session.add_all(people.values())
    session.flush()
    return people


def make_periods(session: Session, at: datetime, today: date) -> None:
    """The open period bears the year of the day of loading, the past one the year before."""
    for name, (first, last) in PERIOD_DAYS.items():
        code = period_code(name, today)
        period = NewPeriod(
            code=code,
            name=f"Program Percepatan (Quick Win) {code}",
            year=int(code),
            opens=today + timedelta(days=first),
            closes=today + timedelta(days=last),
            dimensions=shipped_dimensions(),
        )
        periods.add(session, period, None, at=at)


def period_code(name: str, today: date) -> str:
    """The code of what the files call `name`."""
    return str(today.year + int(name) - int(OPEN))


def _agency(row: Mapping[str, str]) -> Told:
    texts = {name: row[name] for name in ("code", "name", "abbreviation", "kind")}
    return Told(**texts, agency=True)


def _kelurahan(row: Mapping[str, str]) -> Told:
    return Told(
        code=row["code"],
        name=f"Kelurahan {row['kelurahan']}",
        abbreviation=f"Kel. {row['kelurahan']}",
        kind="kelurahan",
        agency=False,
        parent=f"KEC-{row['kecamatan'].upper()}",
    )


def _person(
    row: Mapping[str, str], units: Mapping[str, Unit], today: date, password_hash: str
) -> Person:
    person = Person(
        email=f"{row['account']}@{DOMAIN}",
        name=row["name"],
        password_hash=password_hash,
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


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
