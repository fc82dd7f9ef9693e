"""The clock for tests itself: it stops wherever something can happen, and is never late."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from simulated import Simulation, beaten
from sqlalchemy import func, select
from whole_database import written
from world import JUDGMENT, World

import tasks
from workflow import db
from workflow.models import DueRow, Event, Heartbeat, Message, Notification, QuickWin


def of_the_clock(quick_win: int) -> list[tuple[str, date]]:
    """What the system did with it, and on which day."""
    with db.Session() as session:
        mine = Event.quick_win_id == quick_win, Event.role == "system"
        events = session.scalars(select(Event).where(*mine).order_by(Event.seq))
        return [(event.action, event.at.date()) for event in events]


def test_every_task_of_beat_runs_and_takes_the_time_it_is() -> None:
    asked = {entry["task"] for entry in tasks.app.conf.beat_schedule.values()}
    assert {task.name for task, _ in beaten()} == asked  # type: ignore[attr-defined]


def test_weeks_pass_in_seconds_and_everything_is_done_at_its_time(simulation: Simulation) -> None:
    with simulation.acting() as world:
        quick_win = world.bring_to("endorsement").id
    simulation.on_working_day(6, lambda world: world.act(world.find(quick_win), "endorse", "head"))

    simulation.run(days=30)

    with db.Session() as session:
        done = session.scalars(select(DueRow).where(DueRow.done_at.is_not(None))).all()
        assert done
        assert all(row.done_at == row.due_at for row in done)
        assert session.scalar(select(func.count()).select_from(DueRow)) > len(done)
    # Asked on Wednesday 1 July, due on Monday; endorsed on Thursday 9 July, due on Thursday.
    assert of_the_clock(quick_win) == [
        ("remind", date(2026, 7, 7)),
        ("remind", date(2026, 7, 15)),
        ("remind", date(2026, 7, 17)),
        ("escalate", date(2026, 7, 21)),
        ("escalate", date(2026, 7, 28)),
    ]
    told = Counter(mail["To"].addresses[0].username for mail in simulation.postbox.mails)
    assert told["head"] == 2
    assert told["chair"] == 2


def test_people_act_on_their_working_day_before_the_clock_looks(simulation: Simulation) -> None:
    with simulation.acting() as world:
        quick_win = world.bring_to("review").id
    close = simulation.calendar.close

    def judge(world: World) -> None:
        assert world.now.astimezone(simulation.calendar.zone).time() == close
        for who in ("reviewer", "reviewer2"):
            world.act(world.find(quick_win), "judge", who, data=JUDGMENT)

    simulation.on_working_day(7, judge, at=close)  # the moment of the first reminder
    simulation.run(days=12)

    assert [action for action, _ in of_the_clock(quick_win)] == ["conclude_review"]


def test_a_mail_that_is_not_taken_is_tried_when_its_time_has_come(simulation: Simulation) -> None:
    simulation.postbox.answers["head@test.test"] = "451 Later"
    with simulation.acting() as world:
        world.bring_to("endorsement")

    simulation.run(days=1)

    with db.Session() as session:
        message = session.scalars(select(Message)).one()
    assert message.attempts == 6
    assert message.failed_at is not None
    assert message.failed_at - message.created_at == timedelta(minutes=1 + 5 + 30 + 120 + 480)


def test_what_can_be_taken_back_is_mailed_when_the_window_closes(simulation: Simulation) -> None:
    with simulation.acting() as world:
        quick_win = world.bring_to("decision")
        assert quick_win.parameters
        quick_win.parameters = {**quick_win.parameters, "undo_minutes": 20}
    simulation.run(days=0)

    simulation.on_working_day(
        1, lambda world: world.act(world.find(quick_win.id), "approve", "chair"), at=time(9)
    )
    simulation.run(days=2)

    with db.Session() as session:
        approved = select(Event.id).where(Event.action == "approve").scalar_subquery()
        owed = select(Notification).where(Notification.event_id == approved)
        sent = {one.message.sent_at for one in session.scalars(owed) if one.message}
        at = session.scalars(select(Event.at).where(Event.action == "approve")).one()
    assert sent == {at + timedelta(minutes=20)}


def test_a_month_with_nothing_to_do_writes_no_row(simulation: Simulation) -> None:
    with simulation.acting() as world:
        for state in ("completed", "rejected", "withdrawn"):
            world.bring_to(state)
        waiting = world.propose().id  # until the period closes, which is later
    simulation.run(days=2)
    before, looked = written(), simulation.moments

    simulation.run(days=31, every=timedelta(hours=6))

    assert written() == before
    assert simulation.moments - looked >= 31 * 4
    with db.Session() as session:
        assert session.get_one(QuickWin, waiting).state == "draft"
        assert session.get_one(Heartbeat, "beat").at == simulation.now


def test_an_act_whose_time_is_over_is_not_scripted(simulation: Simulation) -> None:
    with pytest.raises(AssertionError, match="is over"):
        simulation.at(simulation.now - timedelta(seconds=1), lambda world: None)
