"""A date that moved stands in the history of its Quick Win, with what it followed from and the
mails that say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from page import text_of
from sqlalchemy import select
from test_rescheduling import change, free
from test_timeline import entries, seen
from visitor import Visitor
from world import NOW, World

from workflow import calendar_changes, periods
from workflow.calendar_changes import NewDay
from workflow.calendar_import import import_days
from workflow.city import set_city
from workflow.models import DayKind, Event, QuickWin

Browser = Callable[[str], Visitor]
FRIDAY, THURSDAY = date(2026, 7, 3), date(2026, 7, 2)


def set_free(world: World, day: date = FRIDAY) -> None:
    new = NewDay(day=day, working=False, kind=DayKind.LOCAL, name="HUT Kota", source="SK 1")
    calendar_changes.add(world.session, new, world["admin"], at=NOW)


def take_back(world: World) -> None:
    set_free(world)
    calendar_changes.remove(world.session, FRIDAY, world["admin"], at=NOW)


def move(world: World) -> None:
    set_free(world, date(2026, 7, 14))
    calendar_changes.move(world.session, date(2026, 7, 14), FRIDAY, "SK 2", world["admin"], at=NOW)


def take_back_both(world: World) -> None:
    days = (date(2026, 8, 17), FRIDAY)
    calendar_changes.move(world.session, *days, "SK 2", world["admin"], at=NOW)
    calendar_changes.remove(world.session, FRIDAY, world["admin"], at=NOW, both=True)


def import_one(world: World) -> None:
    import_days(world.session, CSV.rpartition("2026-07-03")[0], world["admin"], at=NOW)


def import_two(world: World) -> None:
    import_days(world.session, CSV, world["admin"], at=NOW)


def close_early(world: World) -> None:
    set_city(world.session, close_of_business=time(15), by=world["admin"], at=NOW)


def extend(world: World) -> None:
    period = world.propose().period
    closes = period.closes_at.date() + timedelta(days=10)
    periods.extend(
        world.session, period, closes=closes, reason="Banjir.", by=world["admin"], at=NOW
    )


def something(world: World) -> None:
    free(world, FRIDAY.isoformat())
    change(world)


CSV = """day,working,name,source
2026-07-02,no,Libur,SK
2026-07-03,no,Libur juga,SK
"""


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (set_free, "deadline: Friday, 3 July 2026 is a day off now (HUT Kota)"),
        (
            take_back,
            "deadline: Friday, 3 July 2026 becomes a working day again (HUT Kota is taken back)",
        ),
        (move, "deadline: HUT Kota moves from Tuesday, 14 July 2026 to Friday, 3 July 2026"),
        (take_back_both, "deadline: several days of the city's calendar have changed"),
        (import_one, "deadline: Thursday, 2 July 2026 is a day off now (Libur)"),
        (import_two, "deadline: several days of the city's calendar have changed"),
        (close_early, "deadline: the office hours or the time zone of the city have changed"),
        (something, "deadline, since the calendar, the working hours or the period changed"),
    ],
)
def test_it_says_by_what(
    visitor: Browser, world: World, what: Callable[[World], None], said: str
) -> None:
    world["head"].language = "en"
    quick_win = world.bring_to("endorsement")
    what(world)
    world.session.commit()

    shown = entries(text_of(visitor("head").get(f"/quick-wins/{quick_win.id}?show=system")))

    assert shown[0].startswith(f"The system moved the {said}")


def test_a_draft_says_of_which_period(visitor: Browser, world: World) -> None:
    world["submitter"].language = "en"
    draft = world.propose()
    extend(world)
    world.session.commit()

    shown = text_of(visitor("submitter").get(f"/quick-wins/{draft.id}?show=system"))

    (told,) = entries(shown)
    assert re.match(r"The system moved the deadline: “.+” closes on \w+, \d+ \w+ 2026 now ", told)


def test_the_mails_about_it_stand_there_for_those_whose_turn_it_was(
    visitor: Browser, world: World
) -> None:
    for name in ("admin", "chair", "head"):
        world[name].language = "en"
    quick_win, other = world.bring_to("endorsement"), world.bring_to("verification")
    world.now = NOW + timedelta(minutes=5)
    set_free(world)
    world.act(quick_win, "endorse", "head", at=NOW + timedelta(minutes=9))
    world.session.commit()

    def mails(who: str, shown: QuickWin) -> str:
        page = visitor(who).get(f"/quick-wins/{shown.id}?show=system")
        return entries(text_of(page))[0].partition("2026 Mail")[2] or entries(text_of(page))[0]

    assert "Head: 1 on its way" in mails("admin", quick_win)
    assert "Verifier, Verifier2: 2 on their way" in mails("admin", other)
    assert "you: 1 on its way" in mails("head", quick_win)
    assert "Verifier: 2 on their way" in mails("chair", other)


def test_each_change_has_its_own_mails(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    take_back(world)

    found = seen(world, quick_win, "admin").mails
    moves = world.session.scalars(
        select(Event.id)
        .where(Event.quick_win_id == quick_win.id, Event.action == "reschedule")
        .order_by(Event.id)
    )

    told = {one.event_id: one.names for one in found}
    assert [told[move] for move in moves] == [["Head"], ["Head"]]
