"""Days of the calendar: what a year holds, and what an admin makes of one."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, select
from world import NOW, World, gather

from workflow import calendar_changes, calendar_days, db
from workflow.calendar_changes import NewDay
from workflow.calendar_days import Day, Effect
from workflow.city import set_city
from workflow.errors import Forbidden, Invalid, NotFound
from workflow.models import CalendarDay, DayKind, Event
from workflow.working_days import load_calendar

THURSDAY, FRIDAY = date(2026, 7, 2), date(2026, 7, 3)
INDEPENDENCE = date(2026, 8, 17)
SATURDAY = date(2026, 7, 4)


def new(day: date = FRIDAY, **changes: object) -> NewDay:
    given = {
        "working": False,
        "kind": DayKind.LOCAL,
        "name": "Hari Jadi Kota",
        "source": "Kepwal 12/2026",
    }
    return NewDay(day=day, **{**given, **changes})  # type: ignore[arg-type]


def add(world: World, day: NewDay, by: str = "admin") -> calendar_changes.Changed:
    return calendar_changes.add(world.session, day, world[by], at=NOW)


def said(world: World, day: date) -> Day | None:
    return calendar_days.known(world.session, [day]).get(day)


def last_of_city(world: World) -> Event:
    of_city = select(Event).where(Event.quick_win_id.is_(None)).order_by(Event.id.desc())
    found = world.session.scalars(of_city).first()
    assert found
    return found


# ---------------------------------------------------------------- a year


def test_2026_is_listed_with_its_17_holidays_and_8_days_of_joint_leave(world: World) -> None:
    year = calendar_days.of_year(world.session, 2026)

    kinds = [day.kind for day in year.days]
    assert kinds.count(DayKind.NATIONAL) == 17
    assert kinds.count(DayKind.JOINT_LEAVE) == 8
    assert len(kinds) == 17 + 8
    assert not any(day.own or day.working for day in year.days)
    assert not year.unconfirmed


def test_what_the_city_set_is_listed_too_and_says_where_it_comes_from(world: World) -> None:
    add(world, new())

    listed = {day.day: day for day in calendar_days.of_year(world.session, 2026).days}

    assert len(listed) == 17 + 8 + 1
    assert (listed[FRIDAY].own, listed[FRIDAY].source) == (True, "Kepwal 12/2026")
    assert list(listed) == sorted(listed)


def test_a_year_is_unconfirmed_until_the_city_itself_sets_joint_leave(world: World) -> None:
    years = range(2026, 2030)
    assert calendar_days.unconfirmed_among(world.session, years) == [2028, 2029]

    add(world, new(date(2028, 4, 13)))
    assert calendar_days.of_year(world.session, 2028).unconfirmed
    add(world, new(date(2028, 4, 17), kind=DayKind.JOINT_LEAVE))

    assert not calendar_days.of_year(world.session, 2028).unconfirmed
    assert calendar_days.unconfirmed_among(world.session, years) == [2029]


# ---------------------------------------------------------------- adding


def test_a_day_that_is_added_is_free_and_moves_what_is_due(world: World) -> None:
    quick_win = world.bring_to("verification")
    before = quick_win.due_at

    done = add(world, new())

    world.session.expire_all()
    assert not load_calendar(world.session).is_working_day(FRIDAY)
    assert [(one.number, one.before, one.after) for one in done.followed.moved] == [
        (quick_win.number, before, quick_win.due_at)
    ]
    assert before is not None
    assert quick_win.due_at == before + timedelta(days=1)
    assert [change.effect for change in done.changes] == [Effect.FREE]
    event = last_of_city(world)
    assert (event.action, event.actor_name) == ("add_day", "Admin")
    assert event.data["name"] == "Hari Jadi Kota"


def test_a_saturday_is_worked_in_exchange(world: World) -> None:
    done = add(world, new(SATURDAY, working=True))

    assert load_calendar(world.session).is_working_day(SATURDAY)
    assert [change.effect for change in done.changes] == [Effect.WORKED]


@pytest.mark.parametrize(
    ("day", "field", "reason"),
    [
        (new(INDEPENDENCE), "day", "free already: “Hari Kemerdekaan"),
        (new(SATURDAY), "day", "a weekend"),
        (new(FRIDAY, working=True), "day", "a working day as it is"),
        (new(date(2099, 1, 1)), "day", "to 31/12/2098"),
        (new(name=" "), "name", "The name is empty."),
        (new(source="x" * 201), "source", "The source is longer than 200 characters."),
        (new(name="a\x00b"), "name", "cannot be stored"),
    ],
)
def test_a_day_that_would_say_nothing_new_is_refused(
    world: World, day: NewDay, field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(world, day)

    assert reason in str(refused.value.fields[field])
    assert world.session.scalars(select(CalendarDay)).all() == []


# ---------------------------------------------------------------- moving


def test_a_national_holiday_is_moved_under_its_name(world: World) -> None:
    to = date(2026, 8, 18)
    done = calendar_changes.move(
        world.session, INDEPENDENCE, to, "SKB 2/2026", world["admin"], at=NOW
    )

    calendar = load_calendar(world.session)
    assert (calendar.is_working_day(INDEPENDENCE), calendar.is_working_day(to)) == (True, False)
    old, moved = said(world, INDEPENDENCE), said(world, to)
    assert old is not None
    assert moved is not None
    assert (old.name, old.kind) == (moved.name, moved.kind)
    assert moved.kind is DayKind.NATIONAL
    assert [change.effect for change in done.changes] == [Effect.WORKED, Effect.FREE]
    assert last_of_city(world).data["from"] == "2026-08-17"


def test_a_day_that_the_city_added_leaves_nothing_behind_when_it_is_moved(world: World) -> None:
    add(world, new())

    calendar_changes.move(world.session, FRIDAY, THURSDAY, "SE", world["admin"], at=NOW)

    assert said(world, FRIDAY) is None
    assert load_calendar(world.session).is_working_day(FRIDAY)
    there = said(world, THURSDAY)
    assert there is not None
    assert (there.name, there.kind) == ("Hari Jadi Kota", DayKind.LOCAL)


@pytest.mark.parametrize(
    ("day", "to", "field", "reason"),
    [
        (INDEPENDENCE, INDEPENDENCE, "to", "the same day"),
        (INDEPENDENCE, date(2026, 8, 25), "to", "free already: “Maulid"),
        (INDEPENDENCE, date(2099, 8, 25), "to", "to 31/12/2098"),
        (date(2026, 3, 21), date(2026, 3, 25), "day", "on a weekend"),
    ],
)
def test_what_cannot_be_moved_is_said(
    world: World, day: date, to: date, field: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        calendar_changes.move(world.session, day, to, "SE", world["admin"], at=NOW)

    assert reason in str(refused.value.fields[field])


def test_an_ordinary_day_is_not_moved_nor_taken_back(world: World) -> None:
    with pytest.raises(NotFound):
        calendar_changes.move(world.session, FRIDAY, THURSDAY, "SE", world["admin"], at=NOW)
    with pytest.raises(NotFound):
        calendar_changes.remove(world.session, FRIDAY, world["admin"], at=NOW)
    with pytest.raises(NotFound):
        calendar_changes.remove(world.session, INDEPENDENCE, world["admin"], at=NOW)


# ---------------------------------------------------------------- taking back


def test_what_the_city_set_is_taken_back_and_everything_is_due_as_before(world: World) -> None:
    quick_win = world.bring_to("verification")
    before = quick_win.due_at
    add(world, new())

    done = calendar_changes.remove(world.session, FRIDAY, world["admin"], at=NOW)

    world.session.expire_all()
    assert quick_win.due_at == before
    assert said(world, FRIDAY) is None
    assert [(change.before and change.before.name, change.after) for change in done.changes] == [
        ("Hari Jadi Kota", None)
    ]
    assert last_of_city(world).action == "remove_day"


@pytest.mark.parametrize("who", ["chair", "verifier", "inspector", "submitter"])
def test_nobody_but_an_admin_changes_the_calendar(world: World, who: str) -> None:
    with pytest.raises(Forbidden):
        add(world, new(), who)
    with pytest.raises(Forbidden):
        calendar_changes.move(world.session, INDEPENDENCE, FRIDAY, "SE", world[who], at=NOW)
    with pytest.raises(Forbidden):
        calendar_changes.remove(world.session, FRIDAY, world[who], at=NOW)
    with pytest.raises(Forbidden):
        set_city(world.session, zone="Asia/Makassar", by=world[who], at=NOW)


def test_of_two_admins_who_set_the_same_day_at_once_the_second_is_told(committing: Engine) -> None:
    with db.Session() as session:
        gather(session)
        session.commit()
    both, endings = threading.Barrier(2), list[str]()

    def set_it(name: str) -> None:
        with db.Session() as session:
            world = gather(session)
            both.wait(30)
            try:
                calendar_changes.add(session, new(name=name), world["admin"], at=NOW)
                session.commit()
                endings.append("done")
            except Invalid as refused:
                endings.append(str(refused.fields["day"]))

    admins = [threading.Thread(target=set_it, args=[name]) for name in ("Satu", "Dua")]
    for each in admins:
        each.start()
    for each in admins:
        each.join(60)

    with db.Session() as session:
        day = session.scalars(select(CalendarDay)).one()
        assert sorted(endings) == sorted(
            ["done", f"The city has set this day already: “{day.name}”. Move or remove that first."]
        )
