"""`quickwin city`, `unit` and `period`: what a city says of itself before anybody can propose.

How any of it is done is not known here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TextIO

import click

from quickwin.surroundings import database, now, read

ZONES = click.Choice(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
DAY = click.DateTime(["%Y-%m-%d"])
CLOCK = click.DateTime(["%H:%M", "%H.%M"])
YEAR = click.IntRange(2000, 2098)
FILE = click.File(encoding="utf-8")


@click.group()
def city() -> None:
    """The city of this installation."""


@city.command("set")
@click.option("--name", required=True, help='As pages and mails say it, such as "Kota Cilegon".')
@click.option("--province", required=True, help='Such as "Banten".')
@click.option("--zone", type=ZONES, default=None, help="Its time zone; Asia/Jakarta at first.")
@click.option(
    "--close-of-business",
    type=CLOCK,
    metavar="HH:MM",
    help="When deadlines of a day end; 16:00 at first.",
)
def set_city(
    name: str, province: str, zone: str | None, close_of_business: datetime | None
) -> None:
    """Say what the city is called, and what time it is there.

    Periods and deadlines that are there already keep their times.
    """
    from quickwin.city import set_city as put

    close = close_of_business.time() if close_of_business else None
    with database() as session:
        found = put(
            session,
            name=name,
            province=province,
            zone=zone or "",
            close_of_business=close,
            at=now(),
        )
        said = (
            f"{found.name}, {found.province}: {found.zone}, closes {found.close_of_business:%H:%M}."
        )
    click.echo(said)


@click.group()
def unit() -> None:
    """The city's units: agencies (OPD), and what is below them."""


@unit.command("import")
@click.argument("file", type=FILE)
def import_units(file: TextIO) -> None:
    """Add units from a CSV with the columns code, name, abbreviation, kind, agency, parent.

    agency is yes or no; parent is the code of the unit above, empty at the top, where all agencies
    stand. Of a code that is known, the name and what else is told are changed from today on, and
    history keeps the old name. A unit is never deleted, nor moved to another parent. FILE is - for
    the standard input.
    """
    from quickwin.units import import_units as put

    with database() as session:
        done = put(session, read(file), at=now())
    click.echo(f"{done.told} units, {done.added} of them new, {done.changed} changed.")


@click.group()
def period() -> None:
    """Periods in which Quick Wins are proposed."""


@period.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--year", type=YEAR, required=True, help="That of the numbers QW-YYYY-NNNN.")
@click.option("--opens", type=DAY, metavar="DATE", required=True, help="First day, from 08:00.")
@click.option(
    "--closes", type=DAY, metavar="DATE", required=True, help="Last day, to the close of business."
)
@click.option(
    "--dimensions",
    type=FILE,
    help="A CSV with the columns dimension, subdimension, label_id, label_en; each row without a "
    "subdimension begins a dimension. Else the six of a smart city.",
)
def add_period(
    code: str,
    name: str,
    year: int,
    opens: datetime,
    closes: datetime,
    dimensions: TextIO | None,
) -> None:
    """Let Quick Wins be proposed from one DATE to another, both like 2026-12-24."""
    from quickwin.periods import NewPeriod, read_dimensions, shipped_dimensions
    from quickwin.periods import add_period as put

    new = NewPeriod(
        code=code,
        name=name,
        year=year,
        opens=opens.date(),
        closes=closes.date(),
        dimensions=read_dimensions(read(dimensions)) if dimensions else shipped_dimensions(),
    )
    with database() as session:
        added = put(session, new, at=now())
        said = (
            f"Period {code} opens {added.opens_at:%F %H:%M}, closes {added.closes_at:%F %H:%M}, "
            f"{added.closes_at.tzinfo} time."
        )
    click.echo(said)
