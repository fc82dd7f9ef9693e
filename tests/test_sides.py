"""The fair clock: each side answers for its own days, and together they are all there were."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from attempts import statements
from page import words_of
from sqlalchemy import select
from visitor import Visitor
from world import JUDGMENT, NOW, PATHS, World

from workflow.definition import Workflow
from workflow.document import shipped
from workflow.models import Event, QuickWin
from workflow.sides import Side, Used, shares, side_of, used
from workflow.working_days import load_calendar

Browser = Callable[[str], Visitor]
DAY = timedelta(days=1)


def of(world: World, quick_win: QuickWin, at: datetime) -> Used:
    events = world.session.scalars(
        select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.seq)
    )
    return used(quick_win, events, load_calendar(world.session), at)


def test_whose_a_state_is_follows_from_whose_turn_it_is() -> None:
    workflow: Workflow = shipped()
    sides = {state: side_of(workflow, state) for state in workflow.states}

    assert {state for state, side in sides.items() if side is Side.AGENCY} == {
        "draft",
        "endorsement",
        "revision",
        "established",
        "implementation",
    }
    assert {state for state, side in sides.items() if side is None} == {
        "suspended",
        *(code for code, state in workflow.states.items() if state.final),
    }


def test_each_side_has_the_working_days_in_which_it_was_waited_for(world: World) -> None:
    quick_win = world.propose()  # on Wednesday 1 July
    world.act(quick_win, "submit", "submitter", at=NOW + 2 * DAY)
    world.act(quick_win, "endorse", "head", at=NOW + 5 * DAY)  # a Monday
    world.act(quick_win, "request_revision", "verifier", at=NOW + 8 * DAY)
    world.act(quick_win, "resubmit", "submitter", at=NOW + 13 * DAY)  # the Tuesday after

    assert of(world, quick_win, NOW + 15 * DAY) == Used(agency=6, city=5, here=2, turn=Side.CITY)


def test_what_stands_still_counts_for_nobody(world: World) -> None:
    quick_win = world.bring_to("implementation")
    world.act(quick_win, "suspend", "verifier", at=NOW + DAY)
    world.act(quick_win, "resume", "verifier", at=NOW + 30 * DAY)

    assert of(world, quick_win, NOW + 33 * DAY) == Used(agency=2, city=0, here=2, turn=Side.AGENCY)


def test_a_step_that_was_stopped_twice_has_the_days_of_all_its_parts(world: World) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "request_revision", "verifier", at=NOW + DAY)
    world.act(quick_win, "resubmit", "submitter", at=NOW + 5 * DAY)
    assert of(world, quick_win, NOW + 6 * DAY).here == 1, "it came from no pause"
    running = world.bring_to("implementation")
    for action, day in (("suspend", 1), ("resume", 5), ("suspend", 6), ("resume", 12)):
        world.act(running, action, "verifier", at=NOW + day * DAY)

    assert of(world, running, NOW + 12 * DAY).here == 2
    assert of(world, running, NOW + 13 * DAY).here == 3


def test_what_has_ended_grows_no_more(world: World) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "withdraw", "head", at=NOW + DAY)

    one, other = of(world, quick_win, NOW + 2 * DAY), of(world, quick_win, NOW + 90 * DAY)
    assert one == Used(agency=0, city=1, here=1, turn=None)
    assert (other.agency, other.city, other.turn) == (0, 1, None)


def test_the_sides_and_what_is_nobodys_are_all_days_there_were(world: World) -> None:
    """A random way, each step at a random time."""
    chance, calendar = random.Random(5), load_calendar(world.session)
    for state in PATHS:
        world.now = NOW
        quick_win = world.propose()
        for step in PATHS[state]:
            world.now += timedelta(hours=chance.randint(0, 200))
            step(world, quick_win)
        end = world.now + timedelta(hours=chance.randint(0, 200))
        found = of(world, quick_win, end)
        nobodys = 0 if found.turn else found.here
        days = calendar.working_days_between(NOW, end)
        paused = quick_win.state != "suspended" and quick_win.paused_days
        assert not paused
        assert found.agency + found.city + nobodys == days, state


def test_the_report_is_the_sum_and_the_median_of_all(world: World) -> None:
    chance, calendar = random.Random(6), load_calendar(world.session)
    found: dict[str, list[QuickWin]] = {"Unit DINKES": [], "Unit DKISS": []}
    for number in range(24):
        world.now = NOW
        unit = chance.choice(["DINKES", "DKISS"])
        quick_win = world.propose(unit)
        names = ("submitter", "head") if unit == "DINKES" else ("submitter.dkiss", "head.dkiss")
        acts = [("submit", names[0]), ("endorse", names[1]), ("verify", "verifier2")]
        for action, who in acts[: number % 4]:
            world.now += timedelta(hours=chance.randint(1, 150))
            world.act(quick_win, action, who)
        if number % 4 == 3:
            world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
        found[f"Unit {unit}"].append(quick_win)
    at = NOW + 60 * DAY
    period = quick_win.period

    with statements(world.session) as run:
        rows = shares(world.session, world["inspector"], period, calendar, at=at)

    assert len(run) <= 2, "the definitions, and all of it"
    everything = [each for group in found.values() for each in group]
    expected = {**found, "": everything}
    assert [row.name for row in rows] == list(expected)
    for row in rows:
        each = [of(world, one, at) for one in expected[row.name]]
        assert row.count == len(each)
        assert (row.agency, row.city) == (sum(u.agency for u in each), sum(u.city for u in each))
        assert row.median_agency == median(u.agency for u in each)
        assert row.median_city == median(u.city for u in each)


def test_the_report_counts_what_the_reader_may_know_of(world: World) -> None:
    draft, seen = world.propose(), world.bring_to("verification")
    calendar = load_calendar(world.session)

    def count(who: str) -> list[int]:
        rows = shares(world.session, world[who], draft.period, calendar, at=NOW)
        return [row.count for row in rows]

    assert count("inspector") == [2, 2]
    assert count("mayor") == [1, 1]
    assert count("submitter.dkiss") == []
    assert seen.state == "verification"


# ---------------------------------------------------------------- how it is shown


def test_the_page_of_a_quick_win_says_it_in_words(visitor: Browser, world: World) -> None:
    world["chair"].language = "en"
    quick_win = world.propose()
    world.act(quick_win, "submit", "submitter", at=NOW + 2 * DAY)
    world.act(quick_win, "endorse", "head", at=NOW + 5 * DAY)
    world.act(quick_win, "withdraw", "head", at=NOW + 8 * DAY)
    world.session.commit()

    words = words_of(visitor("chair").get(f"/quick-wins/{quick_win.id}"))

    assert "Working days used The agency 3 working days The city 3 working days" in words
    assert "It has come to its end: no day is counted any more." in words


def test_the_overview_sums_it_up_and_names_each_agency(visitor: Browser, world: World) -> None:
    world["chair"].language = "en"
    for days in (1, 2):
        quick_win = world.propose()
        world.act(quick_win, "submit", "submitter", at=NOW + days * DAY)
        world.act(quick_win, "endorse", "head", at=NOW + days * DAY)
        world.act(quick_win, "withdraw", "head", at=NOW + days * DAY)
    world.session.commit()

    page = visitor("chair").get("/overview/sides")
    words = words_of(page)

    assert "The agency 1.5 working days The city 0 working days" in words
    assert "Unit DINKES 2 1.5 3 0 0 All together 2 1.5 3 0 0" in words
    for cell in (
        "The agency, median",
        "The agency, in all",
        "The city, median",
        "The city, in all",
    ):
        assert page.text.count(f'data-label="{cell}"') == 2, "on a phone each names itself"
