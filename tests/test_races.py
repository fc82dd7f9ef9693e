"""People at the same moment, on connections of their own: one of them was first, and only one."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from world import JUDGMENT, LONG_AGO, NOW, World, gather

from workflow import content, db, decrees
from workflow.errors import Conflict, Invalid, Refused
from workflow.locking import lock
from workflow.machine import available, perform
from workflow.models import (
    Assignment,
    CalendarDay,
    DayKind,
    Decree,
    Event,
    Judgment,
    Notification,
    QuickWin,
)
from workflow.registry import workflow_of
from workflow.verifying import verify
from workflow.working_days import load_calendar

CROWD = 50


def prepare(make: Callable[[World], QuickWin]) -> int:
    with db.Session.begin() as session:
        return make(gather(session)).id


def together(calls: list[Callable[[World], Any]]) -> list[str]:
    """Let each loose on a session of its own at the same moment; how each of them ended."""
    barrier, endings = threading.Barrier(len(calls)), list[str]()

    def run(call: Callable[[World], Any]) -> None:
        ending = "done"
        with db.Session() as session:
            world = gather(session)
            session.commit()
            barrier.wait(60)
            try:
                call(world)
                session.commit()
            except Refused as refusal:
                ending = type(refusal).__name__
        endings.append(ending)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(endings) == len(calls), "somebody waits for ever, or failed"
    return endings


def act(number: int, action: str, who: str, **given: Any) -> Callable[[World], Any]:
    return lambda world: perform(
        world.session,
        number,
        action,
        world[who],
        version=given.get("version"),
        note="Catatan.",
        data=given.get("data"),
        at=world.now,
    )


def test_of_fifty_who_approve_and_reject_at_once_one_decides(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("decision"))
    with db.Session() as session:
        version = session.get_one(QuickWin, number).version

    endings = together(
        [
            act(number, action, "chair", version=version)
            for _ in range(CROWD // 2)
            for action in ("approve", "reject")
        ]
    )

    assert Counter(endings) == {"done": 1, "Stale": CROWD - 1}
    with db.Session() as session:
        decided = session.scalars(
            select(Event).where(Event.action.in_(["approve", "reject"]))
        ).all()
        assert len(decided) == 1
        assert session.get_one(QuickWin, number).state == decided[0].target
        recipients = session.scalars(
            select(Notification.recipient_id).where(Notification.event_id == decided[0].id)
        ).all()
        assert (
            len(recipients) == len(set(recipients)) == (3 if decided[0].action == "approve" else 2)
        )
        assert list(verify(session)) == []


def test_who_saw_no_version_learns_that_the_state_is_another(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("decision"))

    endings = together([act(number, "approve", "chair"), act(number, "reject", "chair")])

    assert sorted(endings) == ["WrongState", "done"]


def test_two_reviewers_at_once_conclude_the_review_once(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("review"))

    endings = together(
        [act(number, "judge", who, data=JUDGMENT) for who in ("reviewer", "reviewer2")]
    )

    assert endings == ["done", "done"]
    with db.Session() as session:
        actions = Counter(session.scalars(select(Event.action)))
        assert (actions["judge"], actions["conclude_review"]) == (2, 1)
        assert session.get_one(QuickWin, number).state == "decision"


def test_one_reviewer_twice_at_once_judges_once(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("review"))

    endings = together([act(number, "judge", "reviewer", data=JUDGMENT) for _ in range(4)])

    assert Counter(endings) == {"done": 1, "Unmet": 3}
    with db.Session() as session:
        assert session.scalar(select(func.count()).select_from(Judgment)) == 1


def _save(number: int, version: int) -> Callable[[World], Any]:
    return lambda world: content.save(
        world.session,
        number,
        world["submitter"],
        {"problem": "Lain."},
        version=version,
        at=world.now,
    )


def test_saving_and_submitting_at_once_freeze_what_was_seen(committing: Engine) -> None:
    number = prepare(lambda world: world.propose())

    endings = together([_save(number, 1), act(number, "submit", "submitter", version=1)])

    assert sorted(endings) == ["Stale", "done"]


@pytest.mark.parametrize("first", ["save", "submit"])
def test_who_waited_for_the_lock_decides_on_what_is_there_then(
    committing: Engine, first: str
) -> None:
    """The same, without chance: the second waits at the lock until the first has committed."""
    number = prepare(lambda world: world.propose())
    calls = {"save": _save(number, 1), "submit": act(number, "submit", "submitter", version=1)}
    second = calls["submit" if first == "save" else "save"]
    endings: list[str] = []

    def wait() -> None:
        with db.Session() as session:
            world = gather(session)
            session.get_one(QuickWin, number)  # loaded before the other one commits
            try:
                second(world)
            except Conflict as refusal:
                endings.append(type(refusal).__name__)

    thread = threading.Thread(target=wait)
    with db.Session() as session:
        calls[first](gather(session))
        thread.start()
        _until_somebody_waits_for_a_lock()
        session.commit()
    thread.join(60)

    assert endings == ["Stale"]


def test_who_was_reassigned_a_moment_ago_is_refused(committing: Engine) -> None:
    """Rights are those of the moment of the decision, whatever was loaded before."""
    number = prepare(lambda world: world.bring_to("decision"))
    with db.Session() as session:
        world = gather(session)
        assert available(session, session.get_one(QuickWin, number), world["chair"]).actions
        with db.Session() as other:
            other.execute(
                update(Assignment)
                .where(Assignment.person_id == world["chair"].id)
                .values(valid_to=LONG_AGO)
            )
            other.commit()

        with pytest.raises(Refused):
            act(number, "approve", "chair", version=None)(world)


def _until_somebody_waits_for_a_lock() -> None:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with db.Session() as session:
        for _ in range(100_000):
            if session.connection().exec_driver_sql(query).scalar_one():
                return
    raise AssertionError("nobody waits")


def _decree(number: int, named: str) -> Callable[[World], Any]:
    return lambda world: decrees.issue(
        world.session,
        world["decree_officer"],
        period="2026",
        number=named,
        on=world.now.date(),
        establishes=[number],
        at=world.now,
    )


def test_of_two_decrees_with_the_same_number_at_once_one_is_issued(committing: Engine) -> None:
    numbers = [prepare(lambda world: world.bring_to("approved")) for _ in range(2)]

    endings = together([_decree(number, "503/Kep.1/2026") for number in numbers])

    assert sorted(endings) == [Invalid.__name__, "done"]
    with db.Session() as session:
        assert session.scalar(select(func.count()).select_from(Decree)) == 1
        states = Counter(session.scalars(select(QuickWin.state)))
        assert states == {"approved": 1, "established": 1}
        assert list(verify(session)) == []


def test_of_two_decrees_for_the_same_quick_win_at_once_one_is_issued(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("approved"))

    endings = together([_decree(number, "1"), _decree(number, "2")])

    assert sorted(endings) == ["WrongState", "done"]


def test_of_two_decrees_in_the_place_of_the_same_one_at_once_one_is_issued(
    committing: Engine,
) -> None:
    numbers = [prepare(lambda world: world.bring_to("approved")) for _ in range(4)]
    with db.Session.begin() as session:
        replaced = _decree(numbers[0], "1")(gather(session)).id

    def replace(number: int, named: str) -> Callable[[World], Any]:
        drawn = decrees.Drawn(number=named, on=NOW.date(), establishes=[number], replaces=replaced)
        officer = "decree_officer"
        return lambda w: decrees.draw_up(w.session, w[officer], "2026", drawn, at=w.now)

    endings = together([replace(number, f"9{number}") for number in numbers[1:]])

    assert Counter(endings) == {"done": 1, "Invalid": 2}


def test_new_quick_wins_at_once_get_numbers_of_their_own(committing: Engine) -> None:
    endings = together([lambda world: world.propose() for _ in range(8)])

    assert endings == ["done"] * 8
    with db.Session() as session:
        numbers = session.scalars(select(QuickWin.number)).all()
        assert sorted(numbers) == [f"QW-2026-{n:04d}" for n in range(1, 9)]


def test_who_had_to_wait_counts_by_the_calendar_of_now(committing: Engine) -> None:
    number = prepare(lambda world: world.bring_to("verification"))
    with db.Session() as session:
        before = load_calendar(session)
    waits = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    free = CalendarDay(
        day=NOW.date() + timedelta(days=1),
        working=False,
        kind=DayKind.LOCAL,
        name="Cuti",
        source="SK",
    )

    with db.Session() as first, db.Session() as admin:
        lock(first, number)
        waiting = threading.Thread(target=together, args=([act(number, "verify", "verifier2")],))
        waiting.start()
        end = time.monotonic() + 60
        while not admin.scalar(waits) and time.monotonic() < end:
            admin.rollback()
            time.sleep(0.01)
        admin.add(free)
        admin.commit()
        first.rollback()
        waiting.join(60)

    with db.Session() as session:
        quick_win = session.get_one(QuickWin, number)
        deadline = workflow_of(quick_win).states[quick_win.state].deadline
        assert deadline
        assert quick_win.due_at == load_calendar(session).after(NOW, deadline.within)
        assert quick_win.due_at > before.after(NOW, deadline.within)
