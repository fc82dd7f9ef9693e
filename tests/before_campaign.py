"""What stands before a campaign begins: a token for everybody, and what is left to the clock.

Quick Wins are begun in the past, through the door, with what was due since: the clock finds all of
it at once. One thing is done behind the door: the due rows of others are moved into the time of
the campaign, since deadlines end at the close of business and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from aftermath import BEGUN
from crowd import Crowd, Somebody
from running import Running
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from story import content

from quickwin.accounts import give_token
from workflow import content as contents
from workflow import db
from workflow.machine import perform
from workflow.models import DueRow, Person, QuickWin
from workflow.working_days import load_calendar

ALONE, LONG_LATE, LAPSED = 100, 60, 15


@dataclass(frozen=True, kw_only=True)
class Prepared:
    crowd: Crowd
    people: Sequence[Somebody]


def prepare(product: Running, seed: str, duration: float) -> Prepared:
    """The people, ready to begin, and what they share."""
    now = datetime.now(UTC)
    with db.Session.begin() as session:
        above = session.scalar(select(func.max(QuickWin.id))) or 0
        everybody = session.scalars(select(Person).order_by(Person.id)).all()
        tokens = {each.id: give_token(session, each.email, at=now) for each in everybody}
        alone = _begin_late(session, everybody, now, Random(seed))
    with db.Session.begin() as session:
        _move_into(session, alone[:ALONE], now, duration)
        crowd = Crowd(
            address=f"http://127.0.0.1:{product.port}/api/v1",
            seed=seed,
            hands_off=frozenset(alone),
            above=above,
        )
        people = []
        for person in session.scalars(select(Person).order_by(Person.id)):
            (post,) = person.assignments
            name, unit = person.email.partition("@")[0], post.unit.code if post.unit else ""
            people.append(Somebody(crowd, name, post.role, unit, tokens[person.id]))
    return Prepared(crowd=crowd, people=people)


def _begin_late(
    session: Session, everybody: Sequence[Person], now: datetime, chance: Random
) -> list[int]:
    """Quick Wins that people leave to the clock: some from now on, some that are long late, some
    that should have lapsed."""
    by_name = {each.email.partition("@")[0]: each for each in everybody}
    units = sorted(name for name in by_name if f"head.{name}" in by_name)
    calendar = load_calendar(session)
    made = []
    for number in range(ALONE + LONG_LATE + LAPSED):
        unit = chance.choice(units)
        days = 0 if number < ALONE else 8 if number < ALONE + LONG_LATE else 12
        at = calendar.after(now, -days) - timedelta(hours=2) if days else now
        wanted = content() | {"title": f"Ditinggal {number}"}
        quick_win = contents.create(session, by_name[unit], unit.upper(), wanted, at=at)
        acts = [("submit", unit), ("endorse", f"head.{unit}"), ("request_revision", "verifier2")]
        many = 1 if not days else 2 if days == 8 else 3
        for action, who in acts[:many]:
            if unit == "setda" and who == "verifier2":
                who = "verifier"  # noqa: PLW2901 - four eyes
            perform(session, quick_win.id, action, by_name[who], version=None, note=BEGUN, at=at)
        made.append(quick_win.id)
    return made


def _move_into(session: Session, alone: Sequence[int], now: datetime, duration: float) -> None:
    """Let what is due of them come due one after the other until shortly before the end."""
    for position, number in enumerate(alone):
        mine = select(DueRow).where(DueRow.quick_win_id == number, DueRow.done_at.is_(None))
        rows = session.scalars(mine.order_by(DueRow.due_at)).all()
        for step, row in enumerate(rows):
            share = (step + position / len(alone)) / len(rows)
            row.due_at = now + timedelta(seconds=5 + share * max(duration - 15, 1))
