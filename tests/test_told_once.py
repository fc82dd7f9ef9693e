"""What was done for an end stays done for it, wherever its clock goes: nobody hears of it twice. An
end that somebody set is another one, and everything comes again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from test_pausing import in_thirty_days
from test_rescheduling import change, free, rows, wib
from world import JUDGMENT, World, gather, use

from tasks.deadlines import enforce
from tasks.periods import announce
from workflow import db, periods
from workflow.document import load
from workflow.errors import Unmet
from workflow.models import CalendarDay, Event, Notification, PeriodStep, QuickWin
from workflow.verifying import verify

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


@pytest.fixture
def decision(world: World) -> QuickWin:
    """Due on 8 July, in a period with an hour to think again; reminded of on the 7th."""
    quick_win = world.propose()
    quick_win.period.parameters = {"undo_minutes": 60}
    world.session.flush()
    for action, who in (("submit", "submitter"), ("endorse", "head"), ("verify", "verifier2")):
        world.act(quick_win, action, who)
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    let_pass(world, wib("2026-07-07"))
    assert quick_win.due_at == wib("2026-07-08")
    assert done(world, quick_win) == [("remind", "2026-07-08", -1)]
    return quick_win


def let_pass(world: World, *moments: datetime) -> None:
    world.session.commit()
    for moment in moments:
        enforce(moment)
    world.session.expire_all()


def let_days_pass(world: World, first: datetime, days: int) -> None:
    let_pass(world, *(first + n * timedelta(hours=6) for n in range(4 * days)))


def done(world: World, quick_win: QuickWin) -> list[tuple[str, str, int]]:
    """What the clock did, oldest first."""
    events = world.session.scalars(
        select(Event)
        .where(Event.quick_win_id == quick_win.id, Event.role == "system")
        .order_by(Event.seq)
    )
    return [
        (event.action, event.data["cycle"], event.data["threshold"])
        for event in events
        if "cycle" in event.data
    ]


def thresholds(world: World, quick_win: QuickWin) -> list[int]:
    return [threshold for _, _, threshold in done(world, quick_win)]


def still_due(world: World, quick_win: QuickWin) -> dict[tuple[str, int], datetime]:
    found = rows(world, quick_win).items()
    return {key: row.due_at for key, row in found if row.done_at is None}


def work(world: World, *days: str) -> None:
    free(world, *days, working=True)


# ---------------------------------------------------------------- an act that is taken back


@pytest.mark.parametrize("off", [["2026-07-08"], ["2026-07-08", "2026-07-09"]])
def test_a_calendar_that_changes_before_an_act_is_taken_back(
    world: World, decision: QuickWin, off: list[str]
) -> None:
    at = wib("2026-07-07", 17)
    world.act(decision, "approve", "chair", at=at)
    free(world, *off)
    change(world, at=at + MINUTE)
    world.act(decision, "rescind", "chair", at=at + 2 * MINUTE)
    end = decision.due_at
    assert end == wib("2026-07-08") + len(off) * DAY
    free(world, "2026-07-10", "2026-07-13")  # and once more
    change(world, at=at + 3 * MINUTE)

    let_days_pass(world, at, 40)

    assert thresholds(world, decision) == [-1, 1, 3, 8, 13]
    assert list(verify(world.session)) == []


def test_nobody_is_late_by_a_correction_while_an_act_can_be_taken_back(
    world: World, decision: QuickWin
) -> None:
    free(world, "2026-07-08")
    change(world, at=wib("2026-07-07", 17))
    assert decision.due_at == wib("2026-07-09")
    at = wib("2026-07-08", 17)
    world.act(decision, "approve", "chair", at=at)
    world.session.delete(world.session.get_one(CalendarDay, date(2026, 7, 8)))
    world.session.flush()
    change(world, at=at + MINUTE)

    world.act(decision, "rescind", "chair", at=at + 2 * MINUTE)

    assert decision.due_at == wib("2026-07-09")


def test_a_deadline_that_was_extended_before_an_act_is_taken_back(
    world: World, decision: QuickWin
) -> None:
    let_pass(world, wib("2026-07-09"))
    at = wib("2026-07-09", 17)
    world.act(decision, "extend", "verifier", data={"due_on": "2026-07-10"}, at=at)
    before = still_due(world, decision)
    assert ("remind", -1) not in before, "it is too late for it"

    world.act(decision, "approve", "chair", at=at + MINUTE)
    world.act(decision, "rescind", "chair", at=at + 2 * MINUTE)

    assert still_due(world, decision) == before
    let_days_pass(world, at, 40)
    assert thresholds(world, decision) == [-1, 1, 1, 3, 8, 13]


def test_what_came_due_unseen_before_an_act_is_taken_back_is_done_then(
    world: World, decision: QuickWin
) -> None:
    at = wib("2026-07-09", 17)  # the clock stands still since the 7th
    before = still_due(world, decision)
    world.act(decision, "approve", "chair", at=at)
    world.act(decision, "rescind", "chair", at=at + MINUTE)

    assert still_due(world, decision) == before
    let_pass(world, at + 2 * MINUTE)
    assert thresholds(world, decision) == [-1, 1]


# ---------------------------------------------------------------- a pause


def test_a_calendar_that_changes_during_a_pause(world: World) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("implementation")
    let_pass(world, wib("2026-08-07"))
    assert thresholds(world, quick_win) == [-3]
    world.act(quick_win, "suspend", "verifier", at=wib("2026-08-07", 17))
    work(world, "2026-08-08", "2026-08-09")
    change(world, at=wib("2026-08-10", 9))
    world.act(quick_win, "resume", "verifier", at=wib("2026-08-10", 10))
    assert quick_win.due_at == wib("2026-08-13")
    free(world, "2026-08-11", "2026-08-12")
    change(world, at=wib("2026-08-10", 11))

    let_days_pass(world, wib("2026-08-10", 12), 50)

    assert thresholds(world, quick_win) == [-3, 1, 3, 8, 13]


def test_one_pause_after_the_other(world: World) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("implementation")
    let_pass(world, wib("2026-08-07"), wib("2026-08-13"))
    assert thresholds(world, quick_win) == [-3, 1]
    for day in ("2026-08-14", "2026-08-21", "2026-08-28"):
        world.act(quick_win, "suspend", "verifier", at=wib(day, 9))
        world.act(quick_win, "resume", "verifier", at=wib(day, 10) + 5 * DAY)
        let_pass(world, wib(day, 11) + 5 * DAY)

    let_days_pass(world, wib("2026-09-02"), 50)

    assert thresholds(world, quick_win) == [-3, 1, 3, 8, 13]


def test_a_reminder_that_was_still_to_come_comes_after_a_pause(world: World) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("implementation")
    world.act(quick_win, "suspend", "verifier", at=wib("2026-08-06", 10))
    work(world, "2026-08-01", "2026-08-02")
    change(world, at=wib("2026-08-10", 9))
    world.act(quick_win, "resume", "verifier", at=wib("2026-08-17", 10))

    let_days_pass(world, wib("2026-08-17", 11), 50)

    assert thresholds(world, quick_win) == [-3, 1, 3, 8, 13]


def test_a_monthly_report_is_not_asked_for_again_after_a_pause_in_its_month(
    world: World,
) -> None:
    quick_win = world.bring_to("implementation")
    let_pass(world, wib("2026-08-04"))
    assert thresholds(world, quick_win) == [-3]
    world.act(quick_win, "suspend", "verifier", at=wib("2026-08-05", 9))
    free(world, "2026-08-06", "2026-08-07")
    change(world, at=wib("2026-08-05", 9))
    world.act(quick_win, "resume", "verifier", at=wib("2026-08-05", 10))
    assert quick_win.due_at == wib("2026-08-11")
    free(world, "2026-08-10")
    change(world, at=wib("2026-08-05", 10))

    let_days_pass(world, wib("2026-08-05", 11), 22)

    assert [step for step in done(world, quick_win) if step[1] < "2026-09"] == [
        ("remind", "2026-08-07", -3),
        ("remind", "2026-08-12", 1),
        ("escalate", "2026-08-12", 3),
        ("escalate", "2026-08-12", 8),
    ]


# ---------------------------------------------------------------- another end


def test_after_the_extension_of_a_period_that_had_closed_a_late_draft_is_reminded_again(
    world: World,
) -> None:
    draft = world.propose()
    end = draft.period.closes_at
    world.session.commit()
    let_days_pass(world, end, 8)
    assert thresholds(world, draft) == [1, 3]
    at = end + 8 * DAY
    periods.extend(
        world.session,
        draft.period,
        closes=date(2026, 9, 30),
        reason="Banjir.",
        by=world["admin"],
        at=at,
    )
    let_days_pass(world, at, 60)
    assert [step for step in done(world, draft) if step[1] == "2026-09-30"] == [
        ("remind", "2026-09-30", 1),
        ("escalate", "2026-09-30", 3),
        ("escalate", "2026-09-30", 8),
        ("escalate", "2026-09-30", 13),
    ]


def test_after_the_extension_of_a_period_that_had_closed_its_own_steps_come_again(
    world: World,
) -> None:
    period = world.propose().period
    end = period.closes_at
    world.session.commit()
    moments = world.session.scalars(select(PeriodStep.due_at).where(PeriodStep.due_at <= end)).all()
    for moment in sorted(moments):
        announce(moment)
    closes = date(2026, 9, 30)
    periods.extend(
        world.session, period, closes=closes, reason="Banjir.", by=world["admin"], at=end + DAY
    )
    world.session.commit()
    for hours in range(0, 24 * 60, 6):
        announce(end + DAY + timedelta(hours=hours))

    steps = Counter(
        (event.action, event.data["closes_at"][:10], event.data.get("threshold"))
        for event in world.session.scalars(
            select(Event).where(Event.action.in_(("remind_period", "close_period")))
        )
    )
    before = end.date().isoformat()
    expected = [("close_period", None), *(("remind_period", -days) for days in (5, 2, 1))]
    assert steps == {
        (action, day, threshold): 1
        for day in (before, closes.isoformat())
        for action, threshold in expected
    }


def test_after_an_extension_the_reminders_that_went_out_come_again(
    world: World, decision: QuickWin
) -> None:
    at = wib("2026-07-07", 17)
    world.act(decision, "extend", "verifier", data={"due_on": "2026-07-20"}, at=at)
    let_days_pass(world, at, 60)
    assert thresholds(world, decision) == [-1, -1, 1, 3, 8, 13]


# ---------------------------------------------------------------- the clock in the window


def test_an_act_of_the_clock_that_moves_nothing_leaves_the_window_open(
    world: World, decision: QuickWin
) -> None:
    at = wib("2026-07-07", 17)
    world.act(decision, "approve", "chair", at=at)
    free(world, "2026-07-14")
    change(world, at=at + MINUTE)
    last = world.session.scalars(select(Event).order_by(Event.id.desc())).all()
    assert "reschedule" in [event.action for event in last[:2]]

    with pytest.raises(Unmet):
        world.act(decision, "rescind", "chair", at=at + 60 * MINUTE)
    world.act(decision, "rescind", "chair", at=at + 59 * MINUTE)

    assert decision.state == "decision"


def test_of_a_reminder_in_the_window_nobody_hears_until_it_is_over_nor_if_the_act_is_taken_back(
    world: World, decision: QuickWin
) -> None:
    at = wib("2026-07-07", 17)
    world.act(decision, "approve", "chair", at=at)
    row = rows(world, decision)["remind", -3]
    row.due_at = at + MINUTE
    let_pass(world, at + MINUTE)
    assert thresholds(world, decision)[-1] == -3
    owed = _owed(world, "remind")
    assert owed
    assert {one.not_before for one in owed} == {at + 60 * MINUTE}

    world.act(decision, "rescind", "chair", at=at + 2 * MINUTE)

    assert decision.state == "decision"
    world.session.expire_all()
    assert {one.cancelled_at for one in _owed(world, "remind")} == {at + 2 * MINUTE}
    assert {one.cancelled_at for one in _owed(world, "approve")} == {at + 2 * MINUTE}


def _owed(world: World, action: str) -> list[Notification]:
    """By the latest act of that name."""
    latest = select(Event.id).where(Event.action == action).order_by(Event.id.desc()).limit(1)
    return list(
        world.session.scalars(
            select(Notification).where(Notification.event_id == latest.scalar_subquery())
        )
    )
