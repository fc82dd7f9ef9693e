"""What is due is done, by the clock, once: reminders, escalation, lapse, the monthly report."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from processes import wait_until
from simulated import Simulation
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session
from sweeping import Sweep
from world import JUDGMENT, NOW, REPORT, World, gather, use

from tasks import deadlines
from tasks.deadlines import enforce
from workflow import db, delegations
from workflow.delegations import Wish
from workflow.document import load, shipped
from workflow.errors import WrongState
from workflow.escalation import level_of, superiors
from workflow.models import (
    Authorship,
    DefinedState,
    Definition,
    DueRow,
    Event,
    Heartbeat,
    Notification,
    QuickWin,
)

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def in_state(world: World, state: str) -> QuickWin:
    quick_win = world.bring_to(state)
    world.session.commit()
    return quick_win


def by_the_clock(quick_win: QuickWin) -> list[str]:
    """What the system did with it, oldest first."""
    with db.Session() as session:
        return list(
            session.scalars(
                select(Event.action)
                .where(Event.quick_win_id == quick_win.id, Event.role == "system")
                .order_by(Event.seq)
            )
        )


def due(quick_win: QuickWin, action: str, threshold: int) -> datetime:
    with db.Session() as session:
        return session.scalars(
            select(DueRow.due_at)
            .where(
                DueRow.quick_win_id == quick_win.id,
                DueRow.action == action,
                DueRow.threshold == threshold,
            )
            .order_by(DueRow.due_at)
        ).first() or pytest.fail("nothing of that kind is due")


def told(quick_win: QuickWin, action: str) -> set[str]:
    """Who is owed a mail about the last act of that name."""
    with db.Session() as session:
        last = select(func.max(Event.id)).where(
            Event.quick_win_id == quick_win.id, Event.action == action
        )
        owed = session.scalars(
            select(Notification).where(Notification.event_id == last.scalar_subquery())
        )
        return {one.recipient.email.removesuffix("@test.test") for one in owed}


def test_who_is_late_is_reminded_and_then_the_superior_is_told(world: World) -> None:
    quick_win = in_state(world, "verification")
    reminder, escalation = due(quick_win, "remind", 1), due(quick_win, "escalate", 3)
    enforce(due(quick_win, "remind", -1))
    assert by_the_clock(quick_win) == ["remind"]
    enforce(reminder)
    assert by_the_clock(quick_win) == ["remind", "remind"]
    assert told(quick_win, "remind") == {"verifier", "verifier2"}
    enforce(escalation)
    assert by_the_clock(quick_win) == ["remind", "remind", "escalate"]
    assert told(quick_win, "escalate") == {"chair"}


def test_an_escalation_is_repeated_and_has_an_end(world: World, simulation: Simulation) -> None:
    quick_win = in_state(world, "endorsement")
    simulation.run(days=60)
    assert Counter(by_the_clock(quick_win)) == {"remind": 1, "escalate": 3}


def test_each_escalation_goes_one_level_further_up_to_the_top(world: World) -> None:
    quick_win = in_state(world, "endorsement")
    heard = []
    for threshold in (3, 8, 13):
        enforce(due(quick_win, "escalate", threshold))
        heard.append(told(quick_win, "escalate"))
    assert heard == [{"chair"}, {"chair", "mayor"}, {"chair", "mayor"}]
    with db.Session() as session:
        events = session.scalars(
            select(Event).where(Event.quick_win_id == quick_win.id, Event.role == "system")
        ).all()
    workflow = shipped()
    assert [event.data["threshold"] for event in events] == [1, 3, 8, 13]
    assert {event.data["cycle"] for event in events} == {"2026-07-06"}
    levels = [level_of(workflow, each.source, each.action, each.data) for each in events]
    assert levels == [0, 1, 2, 3]


def test_the_next_visit_and_the_next_month_begin_at_the_first_level_again(world: World) -> None:
    quick_win = in_state(world, "implementation")
    escalated = []
    for day in range(75):
        enforce(NOW + day * DAY)
    with db.Session() as session:
        for event in session.scalars(
            select(Event)
            .where(Event.quick_win_id == quick_win.id, Event.action == "escalate")
            .order_by(Event.seq)
        ):
            level = level_of(shipped(), event.source, event.action, event.data)
            escalated.append((event.data["cycle"], level))
    assert escalated[:4] == [
        ("2026-08-07", 1),
        ("2026-08-07", 2),
        ("2026-08-07", 3),
        ("2026-09-07", 1),
    ]


def test_a_draft_is_told_up_to_the_mayor_from_role_to_role() -> None:
    assert superiors(shipped(), "draft", 1) == ["head"]
    assert superiors(shipped(), "draft", 2) == ["head", "chair"]
    assert superiors(shipped(), "draft", 9) == ["head", "chair", "mayor"]
    assert superiors(shipped(), "decision", 2) == ["mayor"]


def test_reminders_come_before_on_and_after_the_day_and_stop_with_the_answer(world: World) -> None:
    text = shipped().text.replace("version = 2", "version = 3", 1)
    use(
        world.session,
        load(
            text.replace(
                'remind = [-3, -1], late = [{ after = 1, do = "remind" }',
                'remind = [-2, 0], late = [{ after = 1, do = "remind", again = 1, times = 2 }',
            )
        ),
    )
    quick_win = in_state(world, "review")  # due on 15 July at 16.00
    end = quick_win.due_at
    assert end is not None
    assert due(quick_win, "remind", 0) == end - timedelta(hours=8)
    heard = []
    for threshold, judge in ((-2, "reviewer"), (0, ""), (1, ""), (2, "")):
        enforce(due(quick_win, "remind", threshold))
        heard.append(told(quick_win, "remind"))
        if judge:
            world.act(quick_win, "judge", judge, data=JUDGMENT, at=NOW + DAY)
            world.session.commit()
    assert heard == [{"reviewer", "reviewer2"}, *[{"reviewer2"}] * 3]
    for day in range(20):
        enforce(end + day * DAY)
    assert by_the_clock(quick_win).count("remind") == 4, "two before and on the day, two after"


def test_a_delegates_judgment_is_the_answer_of_whom_it_was_given_for(world: World) -> None:
    quick_win = in_state(world, "review")
    wish = Wish(
        delegator=world["reviewer2"].id,
        delegate=world["mentor"].id,
        valid_from=NOW.date(),
        valid_to=NOW.date() + 30 * DAY,
        reason="Cuti",
    )
    delegations.begin(world.session, wish, world["reviewer2"], at=NOW)
    world.act(quick_win, "judge", "mentor", data=JUDGMENT)
    world.session.commit()

    enforce(due(quick_win, "remind", -3))

    assert told(quick_win, "remind") == {"reviewer"}


def test_an_extension_begins_the_reminders_again(world: World) -> None:
    quick_win = in_state(world, "review")
    enforce(due(quick_win, "remind", -1))
    assert by_the_clock(quick_win) == ["remind", "remind"]
    world.act(quick_win, "extend", "verifier", data={"due_on": "2026-07-24"}, at=NOW + 14 * DAY)
    world.session.commit()
    with db.Session() as session:
        open_rows = session.scalars(
            select(DueRow).where(DueRow.done_at.is_(None), DueRow.quick_win_id == quick_win.id)
        ).all()
        assert {(row.cycle, row.threshold) for row in open_rows} == {
            ("2026-07-24", days) for days in (-3, -1, 1, 3, 8, 13)
        }
    for day in range(40):
        enforce(NOW + (14 + day) * DAY)
    assert Counter(by_the_clock(quick_win)) == {"remind": 5, "escalate": 3}


def test_nothing_happens_before_its_time(world: World) -> None:
    quick_win = in_state(world, "endorsement")
    first = due(quick_win, "remind", 1)
    enforce(first - SECOND)
    assert by_the_clock(quick_win) == []
    enforce(first)
    enforce(first)
    assert by_the_clock(quick_win) == ["remind"]


def test_a_revision_that_nobody_makes_lapses_and_a_late_click_is_told_why(world: World) -> None:
    quick_win = in_state(world, "revision")
    enforce(due(quick_win, "lapse", 0))
    world.session.refresh(quick_win)
    assert quick_win.state == "withdrawn"
    assert by_the_clock(quick_win)[-1] == "lapse"
    assert told(quick_win, "lapse") == {"submitter", "head"}
    with pytest.raises(WrongState, match="Withdrawn"):
        world.act(quick_win, "resubmit", "submitter")


def test_an_act_that_ends_the_visit_drops_what_was_due_in_it(world: World) -> None:
    quick_win = in_state(world, "verification")
    world.act(quick_win, "verify", "verifier")
    world.session.commit()
    enforce(NOW + 8 * DAY)
    assert by_the_clock(quick_win) == []


def test_each_month_without_a_report_is_noticed(world: World, simulation: Simulation) -> None:
    quick_win = in_state(world, "implementation")
    simulation.run(days=75)
    with db.Session() as session:
        reminded = session.scalars(
            select(Event.at).where(Event.quick_win_id == quick_win.id, Event.action == "remind")
        ).all()
    assert {at.month for at in reminded} >= {8, 9}
    world.act(quick_win, "report", "submitter", data=REPORT, at=NOW + 75 * DAY)
    world.session.commit()
    assert quick_win.due_at is not None
    assert quick_win.due_at > NOW + 75 * DAY
    before = by_the_clock(quick_win)
    enforce(NOW + 76 * DAY)
    assert by_the_clock(quick_win) == before


def test_four_sweeps_at_once_do_each_of_a_thousand_acts_once_and_none_early(world: World) -> None:
    late = many_due(world, quick_wins=50, rows=20, at=NOW)
    early = many_due(world, quick_wins=5, rows=20, at=NOW + SECOND)
    sweeps = [threading.Thread(target=enforce, args=(NOW,)) for _ in range(4)]
    for sweep in sweeps:
        sweep.start()
    for sweep in sweeps:
        sweep.join()
    enforce(NOW)  # what one sweep left to another that had its Quick Win
    assert acts_of_the_clock() == dict.fromkeys(late, 20)
    enforce(NOW + SECOND)
    assert acts_of_the_clock() == dict.fromkeys(late + early, 20)


def test_five_hundred_due_at_once_are_all_reminded_once_also_after_a_crash(world: World) -> None:
    late = many_due(world, quick_wins=100, rows=5, at=NOW)
    worker = Sweep("enforce", NOW)
    assert wait_until(lambda: acts_of_the_clock().total() >= 20, 30)
    worker.kill()
    assert 20 <= acts_of_the_clock().total() < 500
    enforce(NOW)
    assert acts_of_the_clock() == dict.fromkeys(late, 5)


def test_what_no_longer_applies_is_marked_and_stops_nothing(world: World) -> None:
    quick_win, other = in_state(world, "endorsement"), in_state(world, "endorsement")
    world.session.execute(
        update(DueRow)
        .where(DueRow.quick_win_id == quick_win.id, DueRow.action == "remind")
        .values(action="lapse")
    )
    world.session.commit()
    until = due(other, "remind", 1)
    enforce(until)
    assert by_the_clock(quick_win) == []
    assert by_the_clock(other) == ["remind"]
    with db.Session() as session:
        row = session.scalars(select(DueRow).where(DueRow.action == "lapse")).one()
        assert row.done_at == until


def test_one_that_cannot_be_handled_stops_no_other_and_no_sweep(world: World) -> None:
    quick_win, other = in_state(world, "endorsement"), in_state(world, "endorsement")
    break_definition(world, quick_win)
    until = due(other, "remind", 1)
    enforce(until)
    enforce(until)
    assert by_the_clock(other) == ["remind"]
    assert due(quick_win, "remind", 1) <= until
    with db.Session() as session:
        open_rows = select(DueRow).where(DueRow.quick_win_id == quick_win.id)
        assert all(row.done_at is None for row in session.scalars(open_rows))


def test_a_worker_looks_again_under_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it chose to look at was done, put off or dropped by others before it got the lock."""
    done, put_off, dropped = (in_state(world, "endorsement") for _ in range(3))
    until = due(done, "remind", 1)
    stale = world.session.scalars(select(DueRow.id).where(DueRow.action == "remind")).all()
    enforce(until)
    world.session.execute(
        update(DueRow)
        .where(DueRow.quick_win_id == put_off.id, DueRow.action == "remind")
        .values(done_at=None, due_at=until + DAY)
    )
    world.act(dropped, "endorse", "head")
    world.session.commit()

    def chosen_before(_session: Session, _until: datetime) -> Sequence[int]:
        return stale

    monkeypatch.setattr(deadlines, "_due", chosen_before)
    enforce(until)
    assert by_the_clock(done) == by_the_clock(put_off) == by_the_clock(dropped) == ["remind"]


def test_a_quick_win_that_somebody_only_names_is_handled_all_the_same(world: World) -> None:
    quick_win = in_state(world, "revision")
    with db.Session() as naming:
        row = {"quick_win_id": quick_win.id, "person_id": world["submitter"].id, "at": NOW}
        naming.add(Authorship(field="risks", **row))
        naming.flush()

        enforce(at=due(quick_win, "lapse", 0) + SECOND)

    assert by_the_clock(quick_win)[-1] == "lapse"


def test_a_quick_win_that_somebody_holds_is_left_to_the_next_sweep(world: World) -> None:
    quick_win, other = in_state(world, "endorsement"), in_state(world, "endorsement")
    until = due(other, "remind", 1)
    world.act(quick_win, "comment", "head", data={"text": "Sebentar."})
    enforce(until)
    assert by_the_clock(quick_win) == []
    assert by_the_clock(other) == ["remind"]
    world.session.commit()
    enforce(until)
    assert by_the_clock(quick_win) == ["remind"]


def test_an_idle_day_leaves_no_rows(world: World) -> None:
    in_state(world, "endorsement")

    def rows() -> tuple[int, ...]:
        with db.Session() as session:
            return tuple(
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (Event, Notification, DueRow, Heartbeat)
            )

    enforce(NOW)
    before = rows()
    for minutes in range(0, 24 * 60, 15):
        enforce(NOW + timedelta(minutes=minutes))
    assert rows() == before
    with db.Session() as session:
        assert session.get_one(Heartbeat, "beat").at == NOW + timedelta(minutes=24 * 60 - 15)


def many_due(world: World, *, quick_wins: int, rows: int, at: datetime) -> list[int]:
    """Quick Wins, each with that many reminders due at that moment and nothing else."""
    made = [world.bring_to("endorsement").id for _ in range(quick_wins)]
    world.session.execute(delete(DueRow).where(DueRow.quick_win_id.in_(made)))
    world.session.add_all(
        DueRow(
            quick_win_id=one, visit=2, action="remind", cycle="test", threshold=number, due_at=at
        )
        for number in range(rows)
        for one in made
    )
    world.session.commit()
    return made


def acts_of_the_clock() -> Counter[int]:
    """How often the system acted on each Quick Win."""
    with db.Session() as session:
        return Counter(
            session.scalars(
                select(Event.quick_win_id).where(
                    Event.role == "system", Event.quick_win_id.is_not(None)
                )
            )
        )


def break_definition(world: World, quick_win: QuickWin) -> None:
    """Pin it to a definition that nobody can read."""
    broken = Definition(name="broken", version=1, sha256="0" * 64, text="not TOML", active=False)
    world.session.add(broken)
    world.session.flush()
    world.session.add(
        DefinedState(
            definition_id=broken.id,
            code=quick_win.state,
            position=0,
            label_id="",
            label_en="",
            final=False,
            coverage=quick_win.defined_state.coverage,
        )
    )
    world.session.flush()
    world.session.execute(
        update(QuickWin).where(QuickWin.id == quick_win.id).values(definition_id=broken.id)
    )
    world.session.commit()
