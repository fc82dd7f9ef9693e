"""`quickwin city`, `unit` and `period`: what a city says of itself before anybody can propose.

How any of it is done is not known here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TextIO

import click

from quickwin.surroundings import database, moved, now, read
from workflow.zones import ZONES

ZONE = click.Choice(list(ZONES))
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
@click.option("--zone", type=ZONE, default=None, help="Its time zone; Asia/Jakarta at first.")
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

    Periods that have not closed and deadlines that run move with its time.
    """
    from workflow.city import set_city as put

    close = close_of_business.time() if close_of_business else None
    with database() as session:
        done = put(
            session,
            name=name,
            province=province,
            zone=zone or "",
            close_of_business=close,
            by=None,
            at=now(),
        )
        city = done.city
        said = f"{city.name}, {city.province}: {city.zone}, closes {city.close_of_business:%H:%M}."
    click.echo(said + moved(len(done.followed.moved)))


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
    from workflow import periods
    from workflow.dimensions import read_dimensions, shipped_dimensions
    from workflow.period_faults import NewPeriod
    from workflow.working_days import load_calendar

    with database() as session:
        new = NewPeriod(
            code=code,
            name=name,
            year=year,
            opens=opens.date(),
            closes=closes.date(),
            dimensions=read_dimensions(read(dimensions)) if dimensions else shipped_dimensions(),
        )
        added = periods.add(session, new, None, at=now())
        zone = load_calendar(session).zone
        first, last = added.opens_at.astimezone(zone), added.closes_at.astimezone(zone)
        said = f"Period {code} opens {first:%F %H:%M}, closes {last:%F %H:%M}, {zone} time."
    click.echo(said)


@period.command("extend")
@click.argument("code")
@click.option("--closes", type=DAY, metavar="DATE", required=True, help="The new last day.")
@click.option("--reason", required=True, help="Everybody who proposes reads it.")
def extend_period(code: str, closes: datetime, reason: str) -> None:
    """Let a period close later, at the close of business of DATE, like 2026-12-24.

    Drafts are due by then, new reminders come before it, and everybody who proposes or endorses is
    told. One that has closed opens again, unless another has opened since.
    """
    from workflow import periods
    from workflow.period_outline import named
    from workflow.working_days import load_calendar

    with database() as session:
        found = named(session, code)
        periods.extend(session, found, closes=closes.date(), reason=reason, by=None, at=now())
        last = found.closes_at.astimezone(zone := load_calendar(session).zone)
        said = f"Period {code} closes {last:%F %H:%M}, {zone} time."
    click.echo(said)
