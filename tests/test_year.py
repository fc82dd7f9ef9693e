"""A year of one city: 37 OPDs, 85 people, one period, and everything the clock told whom and when.

The year is compared with a snapshot that somebody has read, and with a walker that shares nothing
with the product. `QUICKWIN_WRITE_SNAPSHOTS=1 pytest tests/test_year.py` writes the snapshot anew;
read what changed before it is committed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from simulated import simulating
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from year_people import CLOSES, FIRST, LAST, People, settle_year
from year_walker import Act, Happened, expected

from quickwin.servers import Postgres
from workflow import db
from workflow.models import (
    DueRow,
    Event,
    Message,
    NoticeKind,
    Notification,
    Person,
    QuickWin,
)
from workflow.verifying import verify

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
SNAPSHOT = Path(__file__).with_name("snapshots") / "year.txt"
WIB = ZoneInfo("Asia/Jakarta")
OF_THE_CLOCK = ("remind", "escalate", "lapse")
OF_THE_CITY = (NoticeKind.PERIOD, NoticeKind.DATES, NoticeKind.INCIDENT)


@pytest.fixture(scope="module")
def year(postgres: Postgres, founded: str) -> Iterator[Session]:
    """A look into the database of the city, on the evening of the last day."""
    postgres.create_database("year", template=founded)
    engine = create_engine(postgres.url(database="year"))
    db.Session.configure(bind=engine)
    with simulating(_at(FIRST, time(8))) as simulation:
        simulation.rarely = timedelta(days=1)
        settle_year(simulation)
        People(simulation).live()
        simulation.run(until=_at(LAST, time(20)))
        with db.Session() as session:
            assert len(simulation.postbox.mails) == session.scalar(
                select(func.count(Message.sent_at))
            )
            yield session
    db.Session.configure(bind=None)
    engine.dispose()
    postgres.drop_database("year")


def test_who_was_told_of_what_and_when_is_what_somebody_has_read(year: Session) -> None:
    lines = "".join(f"{line}\n" for line in _lines(year))
    if os.environ.get("QUICKWIN_WRITE_SNAPSHOTS"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(lines, encoding="utf-8")
    assert lines.splitlines() == SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_the_clock_did_all_that_a_walker_expects_and_nothing_else(year: Session) -> None:
    closes = _at(CLOSES, time(16))
    compared = 0
    for quick_win in year.scalars(select(QuickWin).order_by(QuickWin.id)):
        events = _events(year, quick_win)
        happened = [
            Happened(
                at=event.at,
                action=event.action,
                source=event.source or "",
                target=event.target or "",
                due_on=date.fromisoformat(due) if (due := event.data.get("due_on")) else None,
            )
            for event in events
            if event.action not in OF_THE_CLOCK
        ]
        wanted = expected(
            quick_win.created_at, happened, period_closes=closes, until=_at(LAST, time(20))
        )
        assert _done(year, quick_win) == wanted, quick_win.number
        compared += len(wanted)
    assert compared > 200


def test_nobody_was_reminded_twice_of_one_visit_and_threshold(year: Session) -> None:
    rows = year.scalars(select(DueRow).where(DueRow.done_at.is_not(None))).all()
    keys = Counter(
        (row.quick_win_id, row.visit, row.cycle, row.action, row.threshold) for row in rows
    )
    assert max(keys.values()) == 1
    events = year.scalars(select(Event).where(Event.action.in_(OF_THE_CLOCK))).all()
    assert len(events) == len(rows)
    assert all(row.done_at == row.due_at for row in rows)


def test_the_year_had_everything_in_it(year: Session) -> None:
    states = Counter(year.scalars(select(QuickWin.state)))
    actions = Counter(year.scalars(select(Event.action)))
    assert states.total() == 35
    assert {"draft", "withdrawn", "completed", "implementation"} <= states.keys()
    for action in ("lapse", "extend", "suspend", "resume", "return", "delegate", "escalate"):
        assert actions[action] >= 1, action
    assert list(verify(year)) == []
    still = select(func.count()).select_from(Message).where(Message.sent_at.is_(None))
    assert year.scalar(still) == 0


def _events(session: Session, quick_win: QuickWin) -> list[Event]:
    mine = select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.seq)
    return list(session.scalars(mine))


def _done(session: Session, quick_win: QuickWin) -> list[Act]:
    """What the clock did, by its events."""
    return sorted(
        Act(event.visit, event.at, event.action, event.data["threshold"])
        for event in _events(session, quick_win)
        if event.action in OF_THE_CLOCK
    )


def _lines(session: Session) -> Iterator[str]:
    """Day by day, a line for each act of the clock and each notice of the period."""
    told: dict[Event, list[Person]] = {}
    for event, person in session.execute(
        select(Event, Person)
        .outerjoin(Notification, Notification.event_id == Event.id)
        .outerjoin(Person, Person.id == Notification.recipient_id)
        .where(Event.action.in_(OF_THE_CLOCK) | Notification.kind.in_(OF_THE_CITY))
        .order_by(Event.at, Event.quick_win_id, Event.seq, Person.id)
    ):
        told.setdefault(event, []).extend([person] if person else [])
    numbers = {each.id: each for each in session.scalars(select(QuickWin))}
    for day, events in groupby(told, key=lambda event: event.at.astimezone(WIB)):
        yield f"{day:%Y-%m-%d %a %H.%M}"
        for event in events:
            people = _named(told[event])
            if event.quick_win_id is None:
                days = event.data.get("threshold", "")
                yield f"  {event.action:<45}{days!s:>3}            {people}"
                continue
            quick_win = numbers[event.quick_win_id]
            days = event.data["threshold"]
            where = f"{quick_win.number} {quick_win.unit.code:<15}{event.source}"
            yield f"  {where:<45}{days:>+3}  {event.action:<10}{people}"


def _named(people: list[Person]) -> str:
    """Who holds a role for the city, by account; then the others, by role and unit."""
    posts = [(post, person) for person in people for post in person.assignments]
    city = sorted(person.email.partition("@")[0] for post, person in posts if post.unit is None)
    held = sorted((post.role, post.unit.code) for post, _ in posts if post.unit is not None)
    by_role = groupby(held, key=lambda each: each[0])
    units = [" ".join([role, *(unit for _, unit in of)]) for role, of in by_role]
    return "; ".join(filter(None, (" ".join(city), *units)))


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, WIB).astimezone(UTC)
