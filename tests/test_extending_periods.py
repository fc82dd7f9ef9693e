"""An extension has a reason, moves what is due by the end, and brings new reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from installation import Installation
from sqlalchemy import Engine, func, select
from world import LONG_AGO, NOW, World, gather

from tasks.periods import announce
from workflow import db, periods
from workflow.calendar import DAY
from workflow.definition import Parameters
from workflow.errors import Forbidden, Invalid
from workflow.models import (
    Assignment,
    DueRow,
    Event,
    NoticeKind,
    Notification,
    Period,
    PeriodAction,
    PeriodStep,
    Person,
)
from workflow.registry import parameters_of

LATER = date(2026, 9, 30)


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def test_who_extends_a_period_is_not_told_of_it(world: World) -> None:
    unit = world["submitter"].assignments[0].unit
    world["admin"].assignments.append(
        Assignment(role="submitter", unit=unit, capacity="Pengusul", valid_from=LONG_AGO)
    )
    extend(world)
    assert "admin" not in told(world, "extend_period")


def test_drafts_are_due_at_the_new_end_and_their_writers_hear_of_it_once(world: World) -> None:
    draft = world.propose()
    before = draft.due_at
    extend(world)
    world.session.expire_all()
    assert before is not None
    assert draft.due_at == period(world).closes_at > before
    assert {row.cycle for row in world.session.scalars(select(DueRow))} == {LATER.isoformat()}
    kinds = told(world, "extend_period")
    assert kinds.pop("submitter") is NoticeKind.DATES
    assert kinds.keys() == {name for name in PROPOSERS if name != "submitter"}
    assert set(kinds.values()) == {NoticeKind.PERIOD}


def test_the_ledger_has_the_reason_and_what_moved(world: World) -> None:
    draft = world.propose()
    extend(world)
    event = events(world, "extend_period")[0]
    assert event.actor_name == world["admin"].name
    assert event.data["reason"] == "Banjir."
    assert [one["quick_win"] for one in event.data["moved"]] == [draft.id]


def test_there_are_new_reminders_before_the_new_end_and_none_again_before_the_old(
    world: World,
) -> None:
    first, second = steps(world, PeriodAction.REMIND)[:2]
    announce(first.due_at)
    announce(second.due_at)
    extend(world, at=second.due_at + timedelta(hours=1))
    announce(period(world).closes_at - timedelta(seconds=1))
    found = events(world, "remind_period")
    assert [event.data["threshold"] for event in found] == [-5, -2, -1]
    assert found[-1].data["closes_at"].startswith(LATER.isoformat())
    assert events(world, "close_period") == []
    announce(period(world).closes_at)
    assert len(events(world, "close_period")) == 1


def test_a_period_that_has_closed_opens_again_and_is_not_announced_as_new(world: World) -> None:
    end = period(world).closes_at
    announce(end)
    extend(world, at=end + 3 * DAY)
    announce(end + 4 * DAY)
    world.now = end + 4 * DAY
    draft = world.propose()
    world.act(draft, "submit", "submitter")
    world.session.commit()
    assert events(world, "open_period") == []
    announce(period(world).closes_at)
    assert len(events(world, "close_period")) == 2


@pytest.mark.parametrize(
    ("closes", "reason", "field"),
    [
        (date(2026, 6, 30), "Banjir.", "closes"),  # over
        (date(2026, 8, 30), "Banjir.", "closes"),  # as it is
        (date(2027, 3, 1), "Banjir.", "closes"),  # another one is open then
        (date(2099, 1, 1), "Banjir.", "closes"),
        (LATER, "   ", "reason"),
        (LATER, "x" * 1001, "reason"),
    ],
)
def test_what_does_not_fit_is_refused(world: World, closes: date, reason: str, field: str) -> None:
    world.session.add(
        Period(
            code="2027",
            name="Periode 2027",
            year=2027,
            opens_at=datetime.combine(date(2027, 2, 1), NOW.timetz()),
            closes_at=datetime.combine(date(2027, 6, 1), NOW.timetz()),
            parameters={},
            dimensions=[],
        )
    )
    world.session.flush()
    with pytest.raises(Invalid) as refused:
        extend(world, closes=closes, reason=reason)
    assert refused.value.fields.keys() == {field}


def test_only_an_admin_sets_periods(world: World) -> None:
    for name in ("submitter", "verifier", "chair", "mayor", "inspector"):
        with pytest.raises(Forbidden):
            extend(world, by=name)
        with pytest.raises(Forbidden):
            set_numbers(world, by=name)


def test_what_was_submitted_keeps_its_numbers_and_what_comes_goes_by_the_new_ones(
    world: World,
) -> None:
    before, draft = world.bring_to("review"), world.propose()
    set_numbers(world, quorum=3, days={"endorsement": 9})
    world.act(draft, "submit", "submitter")
    world.session.expire_all()
    assert (parameters_of(before).quorum, parameters_of(draft).quorum) == (2, 3)
    assert draft.due_at is not None
    assert draft.due_at - NOW > 10 * DAY
    assert events(world, "set_period")[0].data["parameters"]["quorum"] == 3


def test_other_reminder_days_replace_what_is_still_to_come(world: World) -> None:
    announce(steps(world, PeriodAction.REMIND)[0].due_at)
    set_numbers(world, remind_days=[5, 3])
    still = [step.threshold for step in steps(world, PeriodAction.REMIND) if not step.done_at]
    assert still == [-3]


def test_the_same_numbers_again_are_no_event(world: World) -> None:
    set_numbers(world, quorum=3)
    set_numbers(world, quorum=3)
    assert len(events(world, "set_period")) == 1


def test_operators_extend_a_period_from_the_command_line(place: Installation) -> None:
    place.done("city", "set", "--name", "Kota Baru", "--province", "Banten")
    place.done(*place.period("2096", "2096-02-01", "2096-11-30"))
    words = ("period", "extend", "2096", "--closes", "2096-12-12", "--reason", "Banjir.")
    assert place.done(*words) == "Period 2096 closes 2096-12-12 16:00, Asia/Jakarta time.\n"
    assert place.last_event().data["reason"] == "Banjir."
    assert place.refused(*words).startswith("It closes on 12/12/2096 as it is.")
    assert place.refused(*words[:2], "1999", *words[3:]).startswith("This does not exist")


# ---------------------------------------------------------------- what the tests say and ask

PROPOSERS = (
    *("submitter", "head", "submitter.dkiss", "head.dkiss"),
    *("submitter.kec", "head.kec", "submitter.kel"),
)


def extend(
    world: World,
    *,
    closes: date = LATER,
    reason: str = "Banjir.",
    by: str = "admin",
    at: datetime = NOW,
) -> None:
    periods.extend(world.session, period(world), closes=closes, reason=reason, by=world[by], at=at)
    world.session.commit()


def set_numbers(
    world: World,
    *,
    by: str = "admin",
    quorum: int = 2,
    days: dict[str, int] | None = None,
    remind_days: Sequence[int] = (5, 2, 1),
) -> None:
    _workflow, now = periods.parameters_now(world.session, period(world))
    wanted = Parameters(quorum=quorum, reviewers=now.reviewers, days=days or {})
    periods.set_parameters(
        world.session, period(world), wanted, remind_days=remind_days, by=world[by], at=NOW
    )
    world.session.commit()


def period(world: World) -> Period:
    return world.session.scalars(
        select(Period).where(Period.code == "2026").execution_options(populate_existing=True)
    ).one()


def steps(world: World, action: PeriodAction) -> Sequence[PeriodStep]:
    world.session.rollback()
    found = select(PeriodStep).where(PeriodStep.action == action).order_by(PeriodStep.due_at)
    return world.session.scalars(found.execution_options(populate_existing=True)).all()


def events(world: World, action: str) -> Sequence[Event]:
    found = select(Event).where(Event.action == action).order_by(Event.id)
    return world.session.scalars(found).all()


def told(world: World, action: str) -> dict[str, NoticeKind]:
    rows = world.session.execute(
        select(Person.email, Notification.kind, func.count())
        .join(Notification, Notification.recipient_id == Person.id)
        .join(Event, Event.id == Notification.event_id)
        .where(Event.action == action)
        .group_by(Person.email, Notification.kind)
    ).all()
    assert all(count == 1 for *_, count in rows)
    assert len(rows) == len({email for email, *_ in rows})
    return {email.partition("@")[0]: kind for email, kind, _ in rows}
