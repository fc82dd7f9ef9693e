"""Periods open, remind whoever has submitted nothing, and close; each step once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from world import NOW, World, gather

from tasks.periods import announce
from workflow import announcing, content, db, notice, period_steps
from workflow.calendar import DAY, Calendar
from workflow.models import (
    CalendarDay,
    Chain,
    DayKind,
    Delegation,
    Event,
    NoticeKind,
    Notification,
    Period,
    PeriodAction,
    PeriodStep,
    Person,
    Unit,
)
from workflow.period_news import PeriodNews
from workflow.period_steps import steps_of
from workflow.working_days import load_calendar

FAR = timedelta(days=400)


@pytest.fixture
def world(committing: Engine) -> World:
    with db.Session() as session:
        yield gather(session)


# ---------------------------------------------------------------- when


@given(
    opens=st.dates(date(2025, 1, 1), date(2027, 6, 1)),
    length=st.integers(1, 200),
    remind_days=st.lists(st.integers(1, 20), unique=True, max_size=4),
    free=st.sets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=30),
)
def test_the_steps_are_those_that_somebody_finds_who_walks_from_day_to_day(
    opens: date, length: int, remind_days: list[int], free: set[date]
) -> None:
    zone, close = ZoneInfo("Asia/Jakarta"), time(16)
    calendar = Calendar(zone=zone, close=close, overlay=dict.fromkeys(free, False))
    period = Period(
        opens_at=datetime.combine(opens, time(8), zone),
        closes_at=datetime.combine(opens + length * DAY, close, zone),
        remind_days=remind_days,
    )
    walked = {}
    day, worked = opens + length * DAY, 0
    while day > opens - 60 * DAY:
        day -= DAY
        if calendar.is_working_day(day):
            worked += 1
            walked[-worked] = datetime.combine(day, close, zone)

    steps = steps_of(period, calendar)

    found = {step.threshold: step.due_at for step in steps if step.action is PeriodAction.REMIND}
    expected = {-days: walked[-days] for days in remind_days if walked[-days] > period.opens_at}
    assert found == expected
    assert [step.due_at for step in steps] == sorted(step.due_at for step in steps)
    assert (steps[0].action, steps[0].due_at) == (PeriodAction.OPEN, period.opens_at)
    assert (steps[-1].action, steps[-1].due_at) == (PeriodAction.CLOSE, period.closes_at)


# ---------------------------------------------------------------- who is told


def test_whoever_has_submitted_nothing_is_reminded_and_nobody_else(world: World) -> None:
    world.bring_to("verification")  # of DINKES
    world.propose("DKISS")  # a draft is not submitted
    world.propose("KEL")
    world.session.commit()
    remind(world)
    below = {"submitter.kec", "head.kec", "submitter.kel"}
    assert told("remind_period") == {"submitter.dkiss", "head.dkiss", *below}
    assert reminded_of() == ["DKISS", "KEC"]


def test_what_was_withdrawn_counts_as_nothing_and_a_unit_below_speaks_for_its_opd(
    world: World,
) -> None:
    world.bring_to("withdrawn")
    of_kelurahan = world.propose("KEL")
    world.act(of_kelurahan, "submit", "submitter.kel")
    world.session.commit()
    remind(world)
    assert reminded_of() == ["DINKES", "DKISS"]
    assert told("remind_period") == {"submitter", "head", "submitter.dkiss", "head.dkiss"}


def test_what_is_submitted_in_between_is_reminded_of_no_more(world: World) -> None:
    first, second, _ = reminders(world)
    announce(first)
    submit(world)
    announce(second)
    assert [len(event.data["units"]) for event in events("remind_period")] == [3, 2]


def test_when_all_have_submitted_nothing_is_said(world: World) -> None:
    for unit, who in (
        ("DINKES", "submitter"),
        ("DKISS", "submitter.dkiss"),
        ("KEC", "submitter.kec"),
    ):
        world.act(world.propose(unit), "submit", who)
    world.session.commit()
    remind(world)
    assert events("remind_period") == []


def test_a_delegate_is_told_and_whoever_left_is_not(world: World) -> None:
    world["submitter.dkiss"].deactivated_at = NOW
    world.session.add(
        Delegation(
            delegator_id=world["head.dkiss"].id,
            delegate_id=world["mentor"].id,
            valid_from=NOW.date(),
            valid_to=(NOW + FAR).date(),
            reason="Cuti.",
            created_by_id=world["head.dkiss"].id,
            created_at=NOW,
        )
    )
    submit(world)
    remind(world)
    own = {"head.dkiss", "mentor"}
    assert told("remind_period") == own | {"submitter.kec", "head.kec", "submitter.kel"}
    assert said_to("mentor", "remind_period").lacking == ("Unit DKISS",)
    assert said_to("head.kec", "remind_period").lacking == ("Unit KEC",)


def test_at_the_close_a_draft_stays_a_draft_and_its_writers_are_told(world: World) -> None:
    draft = world.propose()
    returned = world.bring_to("endorsement")
    world.act(returned, "return", "head")
    world.session.commit()
    end = period(world).closes_at
    announce(end - timedelta(seconds=1))
    assert events("close_period") == []
    announce(end)

    assert told("close_period") == {"submitter"}
    event = events("close_period")[0]
    assert event.data["quick_wins"] == [draft.id]
    said = said_to("submitter", "close_period")
    assert [each.quick_win_id for each in said.drafts] == [draft.id]
    with db.Session() as session:
        content.save(
            session, draft.id, world["submitter"], {"title": "Baru"}, version=None, at=end + DAY
        )
    assert draft.state == "draft"


def test_everybody_who_proposes_hears_once_that_a_period_opens(world: World) -> None:
    opens = NOW + 200 * DAY
    world.session.add(another("2027", opens))
    world.session.commit()
    announce(NOW)
    announce(opens - timedelta(minutes=1))
    assert events("open_period") == []
    announce(opens)
    announce(opens + timedelta(minutes=1))
    people = {name for name in world.people if name.startswith(("submitter", "head"))}
    assert told("open_period") == people
    assert [event.data["period"] for event in events("open_period")] == ["2027"]


# ---------------------------------------------------------------- once, whatever happens


def test_any_number_of_sweeps_at_once_does_each_step_once(world: World) -> None:
    for moment in (*reminders(world), period(world).closes_at):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(announce, [moment] * 4))
    assert Counter(event.action for event in events()) == {"remind_period": 3, "close_period": 1}
    with db.Session() as session:
        twice = (
            select(Notification.recipient_id)
            .group_by(Notification.event_id, Notification.recipient_id)
            .having(func.count() > 1)
        )
        assert session.scalars(twice).all() == []


def test_after_a_standstill_only_the_newest_reminder_is_sent(world: World) -> None:
    announce(reminders(world)[-1])
    assert [event.data["threshold"] for event in events("remind_period")] == [-1]
    announce(reminders(world)[-1] + timedelta(minutes=1))
    assert len(events("remind_period")) == 1


def test_after_the_close_nobody_is_reminded_any_more(world: World) -> None:
    announce(period(world).closes_at + DAY)
    assert [event.action for event in events()] == ["close_period"]


def test_a_step_that_fails_is_tried_again_and_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    first = reminders(world)[0]
    with monkeypatch.context() as broken:
        broken.setattr(announcing, "tell_people", fail)
        announce(first)
    assert events() == []
    announce(first)
    assert len(events("remind_period")) == 1


def test_a_sweep_with_nothing_to_do_writes_nothing(world: World) -> None:
    before = written()
    for day in range(30):
        announce(NOW + day * DAY)
    assert written() == before


def test_a_period_that_was_made_without_steps_gets_them(world: World) -> None:
    with db.Session.begin() as session:
        for row in session.scalars(select(PeriodStep)):
            session.delete(row)
    announce(NOW)
    announce(reminders(world)[0])
    assert [event.action for event in events()] == ["remind_period"]


# ---------------------------------------------------------------- what moves


def test_a_day_off_before_the_close_brings_the_reminders_forward(world: World) -> None:
    first, _, last = reminders(world)
    announce(first)
    free_day(last.date())
    moved_to = reminders(world)[-1]
    assert moved_to < last
    announce(moved_to)
    announce(last)
    assert [event.data["threshold"] for event in events("remind_period")] == [-5, -1]


def remind(world: World) -> None:
    announce(reminders(world)[0])


def submit(world: World) -> None:
    """DINKES does."""
    world.bring_to("endorsement")
    world.session.commit()


def reminders(world: World) -> Sequence[datetime]:
    with db.Session() as session:
        return [
            step.due_at
            for step in steps_of(period(world), load_calendar(session))
            if step.action is PeriodAction.REMIND
        ]


def period(world: World) -> Period:
    world.session.expire_all()
    return world.session.scalars(select(Period).where(Period.code == "2026")).one()


def another(code: str, opens: datetime) -> Period:
    return Period(
        code=code,
        name=f"Periode {code}",
        year=int(code),
        opens_at=opens,
        closes_at=opens + 100 * DAY,
        parameters={},
        dimensions=[],
    )


def free_day(day: date) -> None:
    with db.Session.begin() as session:
        session.add(
            CalendarDay(day=day, working=False, kind=DayKind.LOCAL, name="Libur", source="SE")
        )
        session.flush()
        period_steps.moved(session, load_calendar(session), at=NOW)


def events(action: str = "") -> Sequence[Event]:
    with db.Session() as session:
        found = select(Event).where(Event.quick_win_id.is_(None), Event.action.like("%_period"))
        return [e for e in session.scalars(found.order_by(Event.id)) if action in ("", e.action)]


def told(action: str) -> set[str]:
    with db.Session() as session:
        rows = session.execute(
            select(Person.email, Notification.kind)
            .join(Notification, Notification.recipient_id == Person.id)
            .join(Event, Event.id == Notification.event_id)
            .where(Event.action == action)
        ).all()
    assert {kind for _, kind in rows} <= {NoticeKind.PERIOD}
    return {email.partition("@")[0] for email, _ in rows}


def said_to(name: str, action: str) -> PeriodNews:
    """What that person is told of the last event of the action."""
    with db.Session() as session:
        event = events(action)[-1]
        which = (Notification.event_id == event.id, Person.email == f"{name}@test.test")
        found = select(Notification.id).join(Notification.recipient).where(*which)
        one = session.scalars(found).one()
        about = notice.read(session, [one], event.at).notice(one).about
    assert isinstance(about, PeriodNews)
    return about


def reminded_of() -> list[str]:
    with db.Session() as session:
        ids = events("remind_period")[-1].data["units"]
        return sorted(session.scalars(select(Unit.code).where(Unit.id.in_(ids))))


def written() -> tuple[int, ...]:
    with db.Session() as session:
        return tuple(
            session.scalars(select(func.count()).select_from(table)).one()
            for table in (Event, Notification, PeriodStep, Chain)
        )
