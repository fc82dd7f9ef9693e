"""The hours and the zone of the city: what is due, and periods, move with them."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from world import NOW, World

from workflow.city import set_city
from workflow.errors import Invalid
from workflow.models import City, Event, Notification, Period, PeriodAction, PeriodStep
from workflow.working_days import load_calendar


def set_city_event(world: World) -> int:
    found = select(Event.id).where(Event.action == "set_city").order_by(Event.id.desc())
    return world.session.scalars(found.limit(1)).one()


def test_what_is_due_moves_with_the_close_of_business_and_keeps_its_day(world: World) -> None:
    quick_win = world.bring_to("verification")
    due = quick_win.due_at
    assert due is not None

    done = set_city(world.session, close_of_business=time(15, 30), by=world["admin"], at=NOW)

    world.session.expire_all()
    assert quick_win.due_at == due - timedelta(minutes=30)
    assert [one.number for one in done.followed.moved] == [quick_win.number]
    owed = world.session.scalars(
        select(Notification.recipient_id).where(Notification.event_id == set_city_event(world))
    )
    assert world["verifier"].id in owed.all()


@pytest.mark.parametrize(("zone", "earlier"), [("Asia/Makassar", 1), ("Asia/Jayapura", 2)])
def test_a_city_in_another_zone_closes_earlier(world: World, zone: str, earlier: int) -> None:
    quick_win = world.bring_to("verification")
    due = quick_win.due_at
    assert due is not None

    set_city(world.session, zone=zone, by=None, at=NOW)

    world.session.expire_all()
    assert quick_win.due_at == due - timedelta(hours=earlier)


def test_pontianak_has_the_time_of_jakarta_so_nothing_moves(world: World) -> None:
    world.bring_to("verification")

    done = set_city(world.session, zone="Asia/Pontianak", by=None, at=NOW)

    assert done.city.zone == "Asia/Pontianak"
    assert list(done.followed.moved) == []


def test_a_period_closes_with_the_offices_on_the_same_day_and_a_past_one_stays(
    world: World,
) -> None:
    session = world.session
    calendar = load_calendar(session)
    past, now = session.scalars(select(Period).order_by(Period.opens_at))
    last = calendar.day_of(now.closes_at)
    now.closes_at = calendar.close_of(last)
    before, opened = past.closes_at, now.opens_at
    session.flush()

    set_city(session, zone="Asia/Jayapura", close_of_business=time(15), by=None, at=NOW)

    session.expire_all()
    assert (past.closes_at, now.opens_at) == (before, opened)
    assert now.closes_at == load_calendar(session).close_of(last)


@pytest.mark.parametrize("given", [{"close_of_business": time(15)}, {"zone": "Asia/Jayapura"}])
def test_no_period_is_closed_by_new_hours_before_anybody_was_warned(
    world: World, given: dict[str, Any]
) -> None:
    session, draft = world.session, world.propose()
    period, calendar = draft.period, load_calendar(session)
    last = calendar.day_of(NOW + timedelta(days=14))
    draft.due_at = period.closes_at = announced = calendar.close_of(last)
    session.flush()

    done = set_city(session, **given, by=None, at=announced - timedelta(minutes=30))

    session.expire_all()
    assert (period.closes_at, draft.due_at) == (announced, announced)
    assert list(done.followed.moved) == []
    close = select(PeriodStep.due_at).where(PeriodStep.action == PeriodAction.CLOSE)
    assert announced in session.scalars(close.where(PeriodStep.period_id == period.id)).all()


@pytest.mark.parametrize(
    ("given", "field"),
    [({"zone": "Europe/Berlin"}, "zone"), ({"close_of_business": time(7)}, "close_of_business")],
)
def test_a_time_that_no_city_has_is_refused(
    world: World, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_city(world.session, by=None, at=NOW, **given)  # type: ignore[arg-type]

    assert set(refused.value.fields) == {field}
    assert world.session.get_one(City, 1).close_of_business == time(16)
