"""The demo city, *data contoh*: Kota Cilegon with invented people and 27 Quick Wins in every state.

Everything that ever happened to them goes through the door at its time in the past, in one
transaction: a killed load leaves nothing. Refuses to know the files (story.py, city.py) and how an
act is replayed (replay.py).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from quickwin.demo.city import make_city, make_people, make_periods, make_units
from quickwin.demo.replay import Replay
from quickwin.demo.story import Story, read
from quickwin.refusal import CommandRefused
from workflow import db
from workflow.founding import found
from workflow.ledger import append_to_city
from workflow.models import City, Period, Person, Unit


def load(
    progress: Callable[[str], None], *, base_url: str = "", now: datetime | None = None
) -> bool:
    """Fill the database that `db.Session` is bound to; False where the demo is there already.

    Its acts are counted back from `now`. Raises CommandRefused, with nothing written, where people
    could reach the demo accounts from elsewhere (`base_url` is not of this machine), or where the
    database holds a city of its own.
    """
    _check_address(base_url)
    now = now or datetime.now(UTC)
    with db.Session.begin() as session:
        if _is_there(session):
            return False
        found(session)
        session.scalars(select(City).with_for_update()).one()  # of two loads at once, one waits
        if _is_there(session):
            return False
        _fill(session, now, progress)
    return True


def _fill(session: Session, now: datetime, progress: Callable[[str], None]) -> None:
    zone = make_city(session, now)
    today = now.astimezone(zone).date()
    units = make_units(session, now, today)
    people = make_people(session, units, today)
    make_periods(session, now, today)
    progress(f"Kota Cilegon (data contoh): {len(units)} units, {len(people)} people, 2 periods")
    story = read(today, zone)
    Replay(session, people, progress).until(now, story)
    _record(session, now, story, people)


def _record(session: Session, now: datetime, story: Story, people: dict[str, Person]) -> None:
    data = {"people": len(people), "quick_wins": len(story.states), "acts": len(story.acts)}
    append_to_city(session, "load_demo", at=now, data=data)


def _is_there(session: Session) -> bool:
    """Whether the demo is; one query. Raises CommandRefused if something else is."""
    demo = select(City.demo).scalar_subquery()
    real = or_(
        exists().where(City.province != ""),
        exists().where(Person.demo.is_(False)),
        exists().where(Unit.id.is_not(None)),
        exists().where(Period.id.is_not(None)),
    )
    is_demo, is_used = session.execute(select(demo, real)).one()
    if is_used and not is_demo:
        raise CommandRefused(
            "This database holds a city of its own, and demo data are only loaded into an empty "
            "one."
        )
    return bool(is_demo)


def _check_address(base_url: str) -> None:
    if base_url and not _is_loopback(urlsplit(base_url).hostname or ""):
        raise CommandRefused(
            f"People reach this product at {base_url}, and demo accounts exist only where it is "
            "reached on its own machine (127.0.0.1, localhost)."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
