"""A change of the calendar, the hours or a period moves every date that is open, and says so."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, select
from world import JUDGMENT, NOW, PATHS, REPORT, World, gather, use

from tasks.deadlines import enforce
from workflow import db
from workflow.calendar import national
from workflow.document import load, shipped
from workflow.models import (
    CalendarDay,
    City,
    DayKind,
    DueRow,
    Event,
    NoticeKind,
    Notification,
    QuickWin,
)
from workflow.rescheduling import change_of_time
from workflow.verifying import verify

DAY = timedelta(days=1)
OPEN = sorted(code for code, state in shipped().states.items() if not state.final)


def free(world: World, *days: str, working: bool = False) -> None:
    world.session.add_all(
        CalendarDay(
            day=date.fromisoformat(day),
            working=working,
            kind=DayKind.LOCAL,
            name="Libur daerah",
            source="SK contoh",
        )
        for day in days
    )
    world.session.flush()


def change(world: World, *, at: datetime = NOW, by: str = "admin") -> Event:
    event = change_of_time(
        world.session, "change_calendar", by=world[by], data={"why": "uji"}, at=at
    )
    world.session.expire_all()
    return event


def told(world: World, event: Event) -> set[str]:
    owed = world.session.scalars(select(Notification).where(Notification.event_id == event.id))
    return {one.recipient.email.removesuffix("@test.test") for one in owed}


def rows(world: World, quick_win: QuickWin) -> dict[tuple[str, int], DueRow]:
    found = world.session.scalars(
        select(DueRow).where(DueRow.quick_win_id == quick_win.id, DueRow.visit == quick_win.visit)
    )
    return {(row.action, row.threshold): row for row in found}


def wib(day: str, hour: int = 16) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00+07:00").astimezone(UTC)


# ---------------------------------------------------------------- what moves


def test_a_new_day_off_moves_what_is_due_and_every_act_of_the_clock(world: World) -> None:
    quick_win = world.bring_to("verification")  # on Wednesday 1 July, five working days
    assert quick_win.due_at == wib("2026-07-08")
    free(world, "2026-07-03", "2026-07-09")

    event = change(world)

    assert quick_win.due_at == wib("2026-07-09") + DAY
    due = {key: row.due_at for key, row in rows(world, quick_win).items()}
    assert due["remind", -1] == wib("2026-07-08")
    assert due["remind", 1] == wib("2026-07-13")
    assert {row.cycle for row in rows(world, quick_win).values()} == {"2026-07-10"}
    moved = {
        "quick_win": quick_win.id,
        "number": quick_win.number,
        "from": wib("2026-07-08").isoformat(),
        "to": wib("2026-07-10").isoformat(),
    }
    assert event.data == {"why": "uji", "moved": [moved]}
    assert event.actor_name == "Admin"


def test_it_stands_in_the_history_of_each_that_moved_and_tells_who_has_the_turn_once(
    world: World,
) -> None:
    first, second = world.bring_to("verification"), world.bring_to("verification")
    review, done = world.bring_to("review"), world.bring_to("completed")
    free(world, "2026-07-03")

    event = change(world, by="verifier2")

    assert told(world, event) == {"verifier", "reviewer", "reviewer2"}
    for quick_win in (first, second, review):
        last = _events(world, quick_win)[-1]
        assert (last.action, last.role, last.actor_id) == ("reschedule", "system", None)
        assert set(last.data) == {"due_before", "due_at", "cause"}
        assert _owed(world, last) == []
    assert _events(world, done)[-1].action == "complete"
    kinds = {one.kind for one in _owed(world, event)}
    assert kinds == {NoticeKind.DATES}
    assert list(verify(world.session)) == []


def test_what_does_not_move_has_no_event_and_nobody_is_told(world: World) -> None:
    quick_win = world.bring_to("verification")
    before = len(_events(world, quick_win))
    free(world, "2026-07-05")  # a Sunday

    event = change(world)

    assert event.data["moved"] == []
    assert told(world, event) == set()
    assert len(_events(world, quick_win)) == before


@pytest.mark.parametrize("state", OPEN)
def test_there_and_back_again_leaves_everything_as_it_was(world: World, state: str) -> None:
    quick_win = world.bring_to(state)
    before, due = quick_win.due_at, _times(world, quick_win)
    free(world, "2026-07-02", "2026-07-03", "2026-07-06")
    change(world)
    if state not in ("draft", "implementation"):  # which end on a day of their own
        assert quick_win.due_at != before
    for day in world.session.scalars(select(CalendarDay)):
        world.session.delete(day)
    world.session.flush()

    change(world)

    assert (quick_win.due_at, _times(world, quick_win)) == (before, due)


@pytest.mark.parametrize("seed", range(12))
def test_the_end_is_what_a_walker_from_day_to_day_comes_to(world: World, seed: int) -> None:
    """Whatever days were set, in several steps: as if they had been known from the beginning."""
    chance = random.Random(seed)
    states = [state for state in OPEN if state not in ("draft", "implementation", "suspended")]
    found = [world.bring_to(chance.choice(states)) for _ in range(3)]
    overlay: dict[date, bool] = {}
    for _ in range(3):
        for _ in range(chance.randint(1, 4)):
            day = NOW.date() + chance.randint(1, 30) * DAY
            if day not in overlay:
                overlay[day] = chance.random() < 0.3
                free(world, day.isoformat(), working=overlay[day])
        change(world)
    for quick_win in found:
        deadline = shipped().states[quick_win.state].deadline
        assert deadline is not None
        end = _walk(NOW.date(), deadline.within or 0, overlay)
        assert quick_win.due_at == wib(end.isoformat())
        for (_, threshold), row in rows(world, quick_win).items():
            assert row.due_at == wib(_walk(end, threshold, overlay).isoformat())


def test_a_monthly_report_stays_in_its_month(world: World) -> None:
    quick_win = world.bring_to("implementation")
    assert quick_win.due_at == wib("2026-08-07")
    free(world, "2026-08-03", "2026-08-04")

    change(world)

    assert quick_win.due_at == wib("2026-08-11")
    # Reported on the 20th: its clock began again in the middle of the visit.
    world.act(quick_win, "report", "submitter", data=REPORT, at=NOW + 20 * DAY)
    world.act(quick_win, "report", "submitter", data=REPORT, at=NOW + 50 * DAY)
    assert quick_win.due_at == wib("2026-09-07")
    free(world, "2026-09-01")
    change(world, at=NOW + 50 * DAY)
    assert quick_win.due_at == wib("2026-09-08")


def test_the_next_month_moves_too_while_the_missed_one_stays_missed(
    committing: Engine,
) -> None:
    with db.Session() as session:
        world = gather(session)
        quick_win = world.bring_to("implementation")
        session.commit()
        for day in range(45):
            enforce(NOW + day * DAY)
        session.refresh(quick_win)
        free(world, "2026-09-01", "2026-08-18")
        change(world, at=NOW + 45 * DAY)

        assert quick_win.due_at == wib("2026-08-07")
        ends = {
            (row.cycle, row.threshold): row.due_at
            for row in session.scalars(select(DueRow).where(DueRow.done_at.is_(None)))
            if row.visit == quick_win.visit
        }
        assert ends["2026-09-08", 1] == wib("2026-09-09")
        assert ends["2026-08-07", 8] == wib("2026-08-21")


def test_a_date_that_somebody_set_stays_that_day_and_moves_with_the_close_of_business(
    world: World,
) -> None:
    quick_win = world.bring_to("revision")
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-08-20"})
    assert (quick_win.clock_from, quick_win.clock_days) == (None, None)
    free(world, "2026-08-19", "2026-08-20")

    change(world)
    assert quick_win.due_at == wib("2026-08-20")

    world.session.get_one(City, 1).close_of_business = time(15, 0)
    world.session.flush()
    change(world)
    assert quick_win.due_at == wib("2026-08-20", 15)

    city = world.session.get_one(City, 1)
    city.zone = "Asia/Jayapura"
    world.session.flush()
    change(world)
    assert quick_win.due_at == wib("2026-08-20", 13)


def test_the_end_of_a_period_moves_the_drafts_but_not_what_was_returned_after_it(
    world: World,
) -> None:
    draft, returned = world.propose(), world.bring_to("endorsement")
    period = draft.period
    late = period.closes_at + DAY
    world.act(returned, "return", "head", at=late)
    own = returned.due_at

    period.closes_at = late + 40 * DAY
    world.session.flush()
    change(world, at=late)

    assert draft.due_at == period.closes_at
    assert returned.due_at == own


def test_days_of_a_period_hold_for_what_is_not_submitted_and_what_is_pinned_for_the_rest(
    world: World,
) -> None:
    quick_win = world.propose()
    quick_win.period.parameters = {"days": {"endorsement": 2}}
    world.session.flush()
    world.act(quick_win, "submit", "submitter")
    quick_win.period.parameters = {"days": {"endorsement": 9}}
    free(world, "2026-07-02")

    change(world)

    assert quick_win.due_at == wib("2026-07-06")


# ---------------------------------------------------------------- what is fair


def test_nobody_becomes_late_by_a_correction(world: World) -> None:
    free(world, "2026-07-02", "2026-07-03", "2026-07-06")
    quick_win = world.bring_to("endorsement")  # three working days
    assert quick_win.due_at == wib("2026-07-09")
    for day in world.session.scalars(select(CalendarDay)):
        world.session.delete(day)
    world.session.flush()

    change(world, at=wib("2026-07-07", 10))  # by which it would have been due on the 6th

    assert quick_win.due_at == wib("2026-07-08")
    due = {key: row.due_at for key, row in rows(world, quick_win).items()}
    assert due["remind", 1] == wib("2026-07-09")

    change(world, at=wib("2026-07-08", 10))
    assert quick_win.due_at == wib("2026-07-08"), "another change gives no further day"


@pytest.mark.parametrize(
    ("freed", "due"),
    [
        (["2026-07-03"], "2026-07-08"),  # by which it would have been due today
        (["2026-07-05"], "2026-07-08"),  # a Sunday
        (["2026-07-08"], "2026-07-09"),  # the day to which it was kept
        (["2026-07-02", "2026-07-03", "2026-07-06"], "2026-07-09"),  # as it was at first
    ],
)
def test_what_a_correction_kept_ahead_comes_no_nearer_by_the_next_one(
    world: World, freed: list[str], due: str
) -> None:
    free(world, "2026-07-02", "2026-07-03", "2026-07-06")
    quick_win = world.bring_to("endorsement")
    for day in world.session.scalars(select(CalendarDay)):
        world.session.delete(day)
    world.session.flush()
    change(world, at=wib("2026-07-07", 10))
    assert quick_win.due_at == wib("2026-07-08")

    free(world, *freed)
    change(world, at=wib("2026-07-07", 11))

    assert quick_win.due_at == wib(due)
    ends = {row.cycle for row in rows(world, quick_win).values() if not row.done_at}
    assert ends == {due}


def test_by_a_correction_nothing_is_due_on_the_same_day_that_was_not(world: World) -> None:
    free(world, "2026-07-02", "2026-07-03", "2026-07-06")
    near, far = world.bring_to("endorsement"), world.bring_to("verification")
    assert (near.due_at, far.due_at) == (wib("2026-07-09"), wib("2026-07-13"))
    for day in world.session.scalars(select(CalendarDay)):
        world.session.delete(day)
    world.session.flush()

    change(world, at=wib("2026-07-06", 15))  # when the first would have an hour left

    assert (near.due_at, far.due_at) == (wib("2026-07-07"), wib("2026-07-08"))


def test_a_date_on_a_free_day_is_kept_when_the_hours_change(world: World) -> None:
    quick_win = world.bring_to("revision")
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-07-04"})  # a Saturday
    world.session.get_one(City, 1).close_of_business = time(15)
    world.session.flush()

    change(world, at=wib("2026-07-03", 10))

    assert quick_win.due_at == wib("2026-07-04", 15)


def test_who_was_late_can_be_in_time_again(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    assert quick_win.due_at == wib("2026-07-06")
    free(world, "2026-07-02", "2026-07-03", "2026-07-06")

    change(world, at=wib("2026-07-07", 10))

    assert quick_win.due_at == wib("2026-07-09")


def test_an_end_that_is_over_stays_where_it_was_and_nobody_is_told(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    before = len(_events(world, quick_win))
    free(world, "2026-07-03", "2026-07-10")

    event = change(world, at=wib("2026-07-09", 10))

    assert quick_win.due_at == wib("2026-07-06"), "by the new calendar it would be the 7th"
    assert (event.data["moved"], told(world, event)) == ([], set())
    assert len(_events(world, quick_win)) == before
    due = rows(world, quick_win)
    assert due["escalate", 8].due_at == wib("2026-07-17"), "what is still to be done follows"
    assert {row.cycle for row in due.values()} == {"2026-07-06"}


def test_other_hours_move_no_end_that_is_over(world: World) -> None:
    late, ahead = world.bring_to("endorsement"), world.bring_to("verification")
    world.session.get_one(City, 1).close_of_business = time(15)
    world.session.flush()

    event = change(world, at=wib("2026-07-07", 10))

    assert (late.due_at, ahead.due_at) == (wib("2026-07-06"), wib("2026-07-08", 15))
    assert [one["quick_win"] for one in event.data["moved"]] == [ahead.id]


def test_drafts_of_a_period_that_has_closed_move_by_its_extension(world: World) -> None:
    draft = world.propose()
    period = draft.period
    late = period.closes_at + 3 * DAY

    change(world, at=late)
    assert draft.due_at == period.closes_at
    period.closes_at += 20 * DAY
    world.session.flush()
    change(world, at=late)

    assert draft.due_at == period.closes_at


def test_nobody_is_reminded_twice_of_one_deadline(committing: Engine) -> None:
    with db.Session() as session:
        world = gather(session)
        quick_win = world.bring_to("review")
        session.commit()
        reminded = rows(world, quick_win)["remind", -3].due_at
        enforce(reminded)
        free(world, "2026-07-14")
        change(world, at=reminded)
        session.commit()
        session.refresh(quick_win)
        assert quick_win.due_at == wib("2026-07-16")
        for hours in range(0, 24 * 40, 6):
            enforce(reminded + timedelta(hours=hours))
        steps = [
            (event.visit, event.action, event.data["threshold"])
            for event in _events(world, quick_win)
            if event.action in ("remind", "escalate")
        ]
        assert len(steps) == len(set(steps)) == 6
        assert steps[0] == (quick_win.visit, "remind", -3)


def test_of_reminders_whose_time_is_over_by_a_correction_one_is_left(world: World) -> None:
    free(world, *[(date(2026, 7, 2) + n * DAY).isoformat() for n in range(10)])
    quick_win = world.bring_to("review")
    for day in world.session.scalars(select(CalendarDay)):
        world.session.delete(day)
    world.session.flush()

    change(world, at=wib("2026-07-14", 17))

    due = rows(world, quick_win)
    assert ("remind", -3) not in due
    assert due["remind", -1].due_at == wib("2026-07-14")


def test_a_reminder_for_which_there_was_no_time_comes_when_there_is(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-07-03"})
    assert ("remind", -3) not in rows(world, quick_win)
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-07-20"})
    assert rows(world, quick_win)["remind", -3].due_at == wib("2026-07-15")


# ---------------------------------------------------------------- undo, older definitions


def test_a_decision_that_is_taken_back_comes_back_with_the_new_calendar(world: World) -> None:
    quick_win = world.propose()
    quick_win.period.parameters = {"undo_minutes": 60}
    world.session.flush()
    for step in PATHS["decision"]:
        step(world, quick_win)
    before = quick_win.due_at
    world.act(quick_win, "reject", "chair")
    free(world, "2026-07-02")
    change(world)

    world.act(quick_win, "rescind", "chair", at=NOW + timedelta(minutes=9))

    assert before is not None
    assert quick_win.due_at == before + DAY
    assert (quick_win.clock_from, quick_win.clock_days) == (NOW, None)
    assert {row.cycle for row in rows(world, quick_win).values()} == {"2026-07-09"}


def test_quick_wins_that_began_under_the_version_before_go_on_under_it(world: World) -> None:
    """It knows no event for a moved date, and no pause."""
    use(world.session, load(the_version_before()))
    quick_win = world.bring_to("review")
    running = world.bring_to("implementation")
    use(world.session, shipped())
    free(world, "2026-07-02")

    event = change(world)

    assert quick_win.due_at == wib("2026-07-16")
    assert [one["quick_win"] for one in event.data["moved"]] == [quick_win.id]
    assert _events(world, quick_win)[-1].action == "verify"
    assert told(world, event) == {"reviewer", "reviewer2"}
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    assert quick_win.state == "decision"
    world.act(running, "suspend", "verifier")
    world.act(running, "resume", "verifier")
    assert (running.state, running.paused_days, running.clock_days) == ("implementation", 0, None)


def the_version_before() -> str:
    """The shipped definition as it was in its first version, as far as dates are concerned."""
    text = shipped().text.replace("version = 2", "version = 1", 1).replace("pauses = true", "", 1)
    blocks = text.split("[[transitions]]")
    return "[[transitions]]".join(
        block for block in blocks if '\nname = "reschedule"\n' not in block
    )


# ---------------------------------------------------------------- races


@pytest.fixture
def meanwhile(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


def test_an_act_that_came_first_is_seen(meanwhile: World) -> None:
    world = meanwhile
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    world.act(quick_win, "endorse", "head")  # and does not commit yet
    changing = threading.Thread(target=_change_alone, args=("2026-07-02",))
    changing.start()
    changing.join(0.5)
    assert changing.is_alive()
    world.session.commit()
    changing.join(20)

    world.session.refresh(quick_win)
    assert (quick_win.state, quick_win.due_at) == ("verification", wib("2026-07-09"))
    assert {row.cycle for row in rows(world, quick_win).values() if not row.done_at} == {
        "2026-07-09"
    }


def test_an_act_that_came_second_waits_and_counts_with_the_new_calendar(meanwhile: World) -> None:
    world = meanwhile
    quick_win = world.bring_to("endorsement")
    draft, returned = world.propose(), world.bring_to("endorsement")
    world.session.commit()
    free(world, "2026-07-02")
    draft.period.closes_at += 10 * DAY
    world.session.flush()
    change(world)
    acting = [
        threading.Thread(target=_act_alone, args=(quick_win.id, "endorse")),
        threading.Thread(target=_act_alone, args=(returned.id, "return")),
    ]
    for one in acting:
        one.start()
    acting[0].join(0.5)
    assert all(one.is_alive() for one in acting)
    world.session.commit()
    for one in acting:
        one.join(20)

    for one in (quick_win, returned, draft):
        world.session.refresh(one)
    assert (quick_win.state, quick_win.due_at) == ("verification", wib("2026-07-09"))
    assert (returned.state, returned.due_at) == ("draft", draft.period.closes_at)


def test_a_draft_that_begins_meanwhile_has_the_new_end(meanwhile: World) -> None:
    world = meanwhile
    period = world.propose().period
    world.session.commit()
    period.closes_at += 10 * DAY
    world.session.flush()
    change(world)
    proposing = threading.Thread(target=_propose_alone)
    proposing.start()
    proposing.join(0.5)
    assert proposing.is_alive()
    world.session.commit()
    proposing.join(20)

    world.session.refresh(period)
    ends = set(world.session.scalars(select(QuickWin.due_at)))
    assert ends == {period.closes_at}


def test_many_acts_and_many_changes_at_once_end_as_one_after_the_other(meanwhile: World) -> None:
    world = meanwhile
    quick_wins = [world.bring_to("endorsement") for _ in range(8)]
    world.session.commit()
    days = ["2026-07-02", "2026-07-03", "2026-07-06"]
    threads = [threading.Thread(target=_change_alone, args=(day,)) for day in days]
    threads += [threading.Thread(target=_act_alone, args=(one.id, "endorse")) for one in quick_wins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    world.session.expire_all()
    for quick_win in quick_wins:
        assert (quick_win.state, quick_win.due_at) == ("verification", wib("2026-07-13"))
    assert list(verify(world.session)) == []


def _change_alone(day: str) -> None:
    with db.Session.begin() as session:
        world = gather(session)
        free(world, day)
        change(world)


def _act_alone(quick_win_id: int, action: str) -> None:
    with db.Session.begin() as session:
        world = gather(session)
        world.act(session.get_one(QuickWin, quick_win_id), action, "head")


def _propose_alone() -> None:
    with db.Session.begin() as session:
        gather(session).propose()


# ----------------------------------------------------------------


def _walk(day: date, count: int, overlay: dict[date, bool]) -> date:
    """The brute-force walker: one day after the other."""
    while count:
        day += DAY if count > 0 else -DAY
        works = day.weekday() < 5 and day not in national(day.year)
        if overlay.get(day, works):
            count -= 1 if count > 0 else -1
    return day


def _times(world: World, quick_win: QuickWin) -> set[tuple[str, str, int, datetime]]:
    return {
        (row.action, row.cycle, row.threshold, row.due_at)
        for row in rows(world, quick_win).values()
    }


def _events(world: World, quick_win: QuickWin) -> list[Event]:
    return list(
        world.session.scalars(
            select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.seq)
        )
    )


def _owed(world: World, event: Event) -> list[Notification]:
    return list(
        world.session.scalars(select(Notification).where(Notification.event_id == event.id))
    )
