"""A day that the city moves makes two, and these belong together until one is set anew."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from test_calendar_days import FRIDAY, INDEPENDENCE, THURSDAY, add, last_of_city, new
from world import NOW, World

from workflow import calendar_changes
from workflow.calendar_days import Effect
from workflow.models import CalendarDay

TUESDAY, WEDNESDAY = date(2026, 8, 18), date(2026, 8, 19)


def move(world: World, day: date, to: date) -> calendar_changes.Changed:
    return calendar_changes.move(world.session, day, to, "SKB 2/2026", world["admin"], at=NOW)


def remove(world: World, day: date, *, both: bool = False) -> calendar_changes.Changed:
    return calendar_changes.remove(world.session, day, world["admin"], at=NOW, both=both)


def test_of_a_day_that_was_moved_one_half_is_taken_back_and_the_other_told(world: World) -> None:
    move(world, INDEPENDENCE, TUESDAY)

    nested = world.session.begin_nested()
    worked = remove(world, INDEPENDENCE).left
    nested.rollback()
    free = remove(world, TUESDAY).left

    assert worked is not None
    assert free is not None
    assert (worked.day, worked.working) == (TUESDAY, False)
    assert (free.day, free.working) == (INDEPENDENCE, True)
    assert remove(world, INDEPENDENCE).left is None


@pytest.mark.parametrize("half", [INDEPENDENCE, TUESDAY, WEDNESDAY])
def test_both_halves_are_taken_back_together_and_everything_is_due_as_before(
    world: World, half: date
) -> None:
    quick_win = world.bring_to("verification")
    before = quick_win.due_at
    move(world, date(2026, 3, 19), FRIDAY)  # another one, that moves what is due
    move(world, INDEPENDENCE, TUESDAY)
    if half == WEDNESDAY:
        move(world, TUESDAY, WEDNESDAY)

    done = remove(world, half, both=True)
    remove(world, FRIDAY, both=True)

    world.session.expire_all()
    other = WEDNESDAY if half == WEDNESDAY else TUESDAY
    assert [change.day for change in done.changes] == [INDEPENDENCE, other]
    assert done.left is None
    assert world.session.scalars(select(CalendarDay)).all() == []
    assert quick_win.due_at == before


def test_a_day_that_was_set_anew_since_is_no_half_any_more(world: World) -> None:
    move(world, INDEPENDENCE, TUESDAY)
    remove(world, INDEPENDENCE)
    add(world, new(INDEPENDENCE, working=True, name="Lain"))

    assert remove(world, TUESDAY).left is None


def test_a_day_that_the_city_added_has_no_other_half_when_it_is_moved(world: World) -> None:
    add(world, new())
    move(world, FRIDAY, THURSDAY)

    assert remove(world, THURSDAY).left is None


def test_what_both_halves_were_stands_in_one_event(world: World) -> None:
    move(world, INDEPENDENCE, TUESDAY)
    remove(world, INDEPENDENCE, both=True)

    event = last_of_city(world)
    assert event.action == "remove_day"
    assert [one["day"] for one in event.data["days"]] == ["2026-08-17", "2026-08-18"]


def test_a_day_that_is_moved_to_a_weekend_is_moved_in_vain(world: World) -> None:
    to_saturday = move(world, INDEPENDENCE, date(2026, 8, 22))
    to_tuesday = move(world, date(2026, 8, 25), date(2026, 8, 26))

    assert [change.effect for change in to_saturday.changes] == [Effect.WORKED, Effect.SAID]
    assert to_saturday.in_vain
    assert not to_tuesday.in_vain
