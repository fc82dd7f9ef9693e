"""While somebody has stopped it no time passes: what was left is left, what was late is late."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from test_rescheduling import change, free, rows, the_version_before, wib
from world import NOW, PATHS, REPORT, World, gather, use

from tasks.deadlines import enforce
from workflow import db
from workflow.calendar import Calendar, national
from workflow.definition import Coverage
from workflow.document import load, shipped
from workflow.light import Light, light
from workflow.models import Event, QuickWin
from workflow.working_days import load_calendar

DAY = timedelta(days=1)
MONTHLY = 'every = "month", by = 5'


def pause(world: World, quick_win: QuickWin, first: datetime, last: datetime) -> None:
    world.act(quick_win, "suspend", "verifier", at=first)
    world.act(quick_win, "resume", "verifier", at=last)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in national(day.year)


def left(first: datetime, end: datetime) -> int:
    """Brute force: the working days after the day of `first` up to that of `end`."""
    zone = timedelta(hours=7)
    one, other = (first + zone).date(), (end + zone).date()
    days = [one + n * DAY for n in range(1, (other - one).days + 1)]
    back = [other + n * DAY for n in range(1, (one - other).days + 1)]
    return sum(map(works, days)) - sum(map(works, back))


def in_thirty_days() -> str:
    """The shipped definition, if a report were due once, and not every month."""
    head, found, rest = shipped().text.replace("version = 2", "version = 3", 1).partition(MONTHLY)
    assert found
    return f"{head}within = 30{rest}"


def some_pauses(
    world: World, quick_win: QuickWin, chance: random.Random
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """When it was due, and the beginning and end of each pause that there was then."""
    for _ in range(chance.randint(1, 3)):
        before = quick_win.due_at
        assert before is not None
        first = max(quick_win.since, before - 9 * DAY) + chance.randint(0, 400) * DAY / 24
        last = first + chance.randint(0, 3000) * DAY / 24
        pause(world, quick_win, first, last)
        yield before, first, last


def fifth_working_days() -> Iterator[datetime]:
    """Brute force: one day after the other, those of which each is the fifth of its month."""
    day, worked = date(2026, 7, 1), 0
    while True:
        worked = (0 if day.day == 1 else worked) + works(day)
        if worked == 5 and works(day):
            yield wib(day.isoformat())
        day += DAY


# ---------------------------------------------------------------- the clock stands still


def test_a_pause_shifts_what_is_due_by_what_was_left(world: World) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("implementation")
    assert quick_win.due_at == wib("2026-08-12")
    stopped = wib("2026-08-06", 10)

    world.act(quick_win, "suspend", "verifier", at=stopped)
    assert quick_win.due_before == wib("2026-08-12")
    assert quick_win.due_at == load_calendar(world.session).after(stopped, 60)  # the verifier's own

    world.act(quick_win, "resume", "verifier", at=wib("2026-08-31", 9))
    assert quick_win.due_at == wib("2026-09-04"), "four working days were left"
    assert (quick_win.due_before, quick_win.clock_days) == (None, 4)
    assert quick_win.paused_days == 25


@pytest.mark.parametrize(
    ("stopped", "resumed", "due"),
    [
        ("2026-07-02", "2026-07-03", "2026-08-07"),  # it is not asked for July
        ("2026-08-03", "2026-08-06", "2026-08-07"),
        ("2026-08-03", "2026-08-31", "2026-09-07"),
        ("2026-08-07", "2026-09-04", "2026-09-07"),  # it was still to come when it was stopped
        ("2026-08-03", "2026-12-30", "2027-01-11"),
    ],
)
def test_a_monthly_report_is_due_on_the_working_day_of_a_month_again(
    world: World, stopped: str, resumed: str, due: str
) -> None:
    quick_win = world.bring_to("implementation")

    pause(world, quick_win, wib(stopped, 9), wib(resumed, 10))

    assert (quick_win.due_at, quick_win.clock_days) == (wib(due), None)
    ends = {row.cycle for row in rows(world, quick_win).values()}
    assert ends == {due}
    assert all(row.due_at > wib(resumed, 10) for row in rows(world, quick_win).values())


def test_a_day_that_somebody_set_for_a_report_is_still_that_day_after_a_pause(
    world: World,
) -> None:
    quick_win = world.bring_to("implementation")
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-08-20"})

    pause(world, quick_win, wib("2026-08-03", 9), wib("2026-08-05", 9))
    assert (quick_win.due_at, quick_win.clock_from) == (wib("2026-08-20"), None)

    pause(world, quick_win, wib("2026-08-06", 9), wib("2026-08-24", 9))
    assert quick_win.due_at == wib("2026-09-07")


def test_pauses_add_up(world: World) -> None:
    quick_win = world.bring_to("implementation")
    pause(world, quick_win, wib("2026-07-06", 9), wib("2026-07-08", 9))
    pause(world, quick_win, wib("2026-07-10", 9), wib("2026-07-20", 17))

    assert quick_win.paused_days == 12


@pytest.mark.parametrize("seed", range(40))
def test_what_was_left_is_left_whenever_it_is_stopped_and_resumed(world: World, seed: int) -> None:
    use(world.session, load(in_thirty_days()))
    chance = random.Random(seed)
    quick_win = world.bring_to("implementation")
    for before, first, last in some_pauses(world, quick_win, chance):
        assert quick_win.due_at is not None
        was_late, days = before <= first, left(first, before)
        now = left(last, quick_win.due_at)
        if was_late:
            assert quick_win.due_at <= last
            assert now == min(days, -1) or not works((last + timedelta(hours=7)).date())
        else:
            assert quick_win.due_at > last
            assert now == days or (days == 0 and now == 1)
        assert works((quick_win.due_at + timedelta(hours=7)).date())


@pytest.mark.parametrize("seed", range(40))
def test_a_report_that_was_not_late_is_due_at_the_first_deadline_that_a_walker_meets(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    quick_win = world.bring_to("implementation")
    for before, first, last in some_pauses(world, quick_win, chance):
        assert quick_win.due_at is not None
        if before <= first:
            assert quick_win.due_at <= last, "what was late is late"
            break
        assert quick_win.due_at == next(
            end for end in fifth_working_days() if end > last and end >= before
        )


def test_what_was_reminded_is_not_reminded_again_and_what_is_late_stays_as_late(
    committing: Engine,
) -> None:
    with db.Session() as session:
        world = gather(session)
        quick_win = world.bring_to("implementation")
        session.commit()
        _let_pass(wib("2026-07-30"), wib("2026-08-11"))  # −3 and 1 are done, two days late
        session.refresh(quick_win)
        pause(world, quick_win, wib("2026-08-12", 10), wib("2026-09-14", 10))
        session.commit()
        assert quick_win.clock_days == -3
        assert quick_win.due_at == wib("2026-09-09")
        _let_pass(wib("2026-09-14"), wib("2026-10-30"))
        steps = [
            (event.data["cycle"], event.data["threshold"])
            for event in session.scalars(
                select(Event)
                .where(Event.quick_win_id == quick_win.id, Event.role == "system")
                .order_by(Event.seq)
            )
            if "cycle" in event.data
        ]
        assert steps[:2] == [("2026-08-07", -3), ("2026-08-07", 1)]
        late = [threshold for cycle, threshold in steps if cycle == "2026-09-09"]
        assert late == [3, 8, 13], "the escalation was still to come, the reminders were not"
        assert ("2026-10-07", -3) in steps, "the month after it is asked for all the same"


def test_a_pause_of_its_own_deadline_reminds_the_verifier(world: World) -> None:
    quick_win = world.bring_to("suspended")

    assert rows(world, quick_win)["remind", -5].action == "remind"
    assert rows(world, quick_win)["escalate", 3].due_at > quick_win.due_at  # type: ignore[operator]


def test_an_extension_while_it_stands_still_moves_the_verifiers_deadline_only(
    world: World,
) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("suspended")
    days = quick_win.clock_days
    assert days is not None

    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-12-01"}, at=NOW + DAY)
    assert (quick_win.due_at, quick_win.clock_days) == (wib("2026-12-01"), days)
    free(world, "2026-07-03")
    change(world, at=NOW + DAY)

    assert quick_win.due_at == wib("2026-12-01")
    later = wib("2026-07-20", 9)
    world.act(quick_win, "resume", "verifier", at=later)
    assert quick_win.due_at == load_calendar(world.session).after(later, days)


def test_a_change_of_the_calendar_leaves_the_days_that_were_left(world: World) -> None:
    use(world.session, load(in_thirty_days()))
    quick_win = world.bring_to("implementation")
    pause(world, quick_win, wib("2026-08-06", 10), wib("2026-08-31", 9))
    free(world, "2026-09-02")

    change(world, at=wib("2026-08-31", 10))

    assert quick_win.due_at == wib("2026-09-07")
    assert quick_win.clock_days == 4


def test_what_ends_in_the_pause_keeps_no_clock(world: World) -> None:
    quick_win = world.bring_to("suspended")

    world.act(quick_win, "discontinue", "chair", at=NOW + 3 * DAY)

    assert (quick_win.due_at, quick_win.due_before, quick_win.paused_days) == (None, None, 3)


def test_a_pause_that_is_taken_back_is_as_if_it_had_not_been(world: World) -> None:
    text = (
        shipped()
        .text.replace("version = 2", "version = 3", 1)
        .replace('name = "suspend"\n', 'name = "suspend"\nundo = true\n')
        .replace(
            '[[transitions]]\nname = "recuse"',
            '[[transitions]]\nname = "unsuspend"\nlabel = { id = "Urungkan", en = "Undo" }\n'
            'done = { id = "mengurungkan", en = "took it back" }\nfrom = ["suspended"]\n'
            'to = "implementation"\nby = ["verifier"]\nguards = ["undo_open"]\nundo = true\n\n'
            '[[transitions]]\nname = "recuse"',
        )
    )
    use(world.session, load(text))
    quick_win = world.propose()
    quick_win.period.parameters = {"undo_minutes": 60}
    world.session.flush()
    for step in PATHS["implementation"]:
        step(world, quick_win)
    names = ("due_at", "clock_from", "clock_days", "due_before", "paused_days", "since", "visit")
    before = {name: getattr(quick_win, name) for name in names}
    due = {key: row.due_at for key, row in rows(world, quick_win).items()}

    world.act(quick_win, "suspend", "verifier", at=NOW + 3 * DAY)
    world.act(quick_win, "unsuspend", "verifier", at=NOW + 3 * DAY + timedelta(minutes=3))

    assert {name: getattr(quick_win, name) for name in names} == before
    assert {key: row.due_at for key, row in rows(world, quick_win).items()} == due


def test_a_definition_without_pauses_goes_on_as_before(world: World) -> None:
    use(world.session, load(the_version_before()))
    quick_win = world.bring_to("implementation")

    pause(world, quick_win, wib("2026-08-03", 10), wib("2026-08-31", 9))

    assert quick_win.due_at == wib("2026-09-07")
    assert (quick_win.due_before, quick_win.paused_days) == (None, 0)


# ---------------------------------------------------------------- milestones


@pytest.fixture
def jakarta(world: World) -> Calendar:
    return load_calendar(world.session)


def test_milestones_count_from_their_date_plus_the_days_it_stood_still(
    world: World, jakarta: Calendar
) -> None:
    quick_win = world.bring_to(
        "implementation", milestones=[{"name": "Peluncuran", "date": "2026-08-01"}]
    )
    world.act(quick_win, "report", "submitter", data={**REPORT, "percent": 0})

    def shines(at: datetime) -> Light | None:
        coverage = quick_win.defined_state.coverage
        return light(quick_win, coverage, jakarta.zone, now=at)

    assert shines(wib("2026-08-01", 9)) is Light.GREEN
    assert shines(wib("2026-08-02", 9)) is Light.RED
    world.act(quick_win, "suspend", "verifier", at=wib("2026-07-20", 9))
    assert shines(wib("2026-08-02", 9)) is Light.GREEN
    assert shines(wib("2026-09-20", 9)) is Light.GREEN, (
        "and no report is late while it stands still"
    )
    world.act(quick_win, "resume", "verifier", at=wib("2026-07-30", 9))
    world.act(quick_win, "report", "submitter", data={**REPORT, "percent": 0}, at=wib("2026-08-03"))
    assert shines(wib("2026-08-11", 9)) is Light.GREEN
    assert shines(wib("2026-08-12", 9)) is Light.RED


def test_nothing_shines_where_nothing_is_implemented(world: World, jakarta: Calendar) -> None:
    for state, one in shipped().states.items():
        shown = light(world.bring_to(state), one.coverage, jakarta.zone, now=NOW)
        assert (shown is not None) is (one.coverage is Coverage.IMPLEMENTATION)


def _let_pass(first: datetime, last: datetime) -> None:
    while first <= last:
        enforce(first)
        first += timedelta(hours=12)
