"""What to expect: medians of stays that ended with an answer, and dates made of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attempts import statements
from world import JUDGMENT, World

from workflow.definition import Coverage
from workflow.document import shipped
from workflow.models import QuickWin
from workflow.outlook import outlook, way
from workflow.pace import ENOUGH, Usual, usual
from workflow.working_days import load_calendar

DAY = timedelta(days=1)
WEDNESDAY = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


def known(world: World) -> dict[str, Usual]:
    one = world.propose()
    calendar = load_calendar(world.session)
    return usual(world.session, one.definition_id, shipped(), shipped().states, calendar)


def endorsed_after(world: World, *days: int) -> list[QuickWin]:
    """Quick Wins that stood before the head for so many calendar days."""
    found = []
    for each in days:
        quick_win = world.bring_to("endorsement")
        world.act(quick_win, "endorse", "head", at=WEDNESDAY + each * DAY)
        found.append(quick_win)
    return found


def test_the_median_counts_working_days_of_the_city(world: World) -> None:
    endorsed_after(world, 0, 1, 2, 5, 6)  # Wednesday, Thursday, Friday, Monday, Tuesday

    assert known(world)["endorsement"] == Usual(days=2, cases=5)


def test_a_median_between_two_days_is_rounded_up(world: World) -> None:
    endorsed_after(world, 0, 0, 0, 1, 1, 1)

    assert known(world)["endorsement"].days == 1


def test_fewer_cases_than_enough_say_nothing(world: World) -> None:
    endorsed_after(world, *[1] * (ENOUGH - 1))

    assert known(world) == {}


def test_what_was_withdrawn_was_not_answered(world: World) -> None:
    endorsed_after(world, *[1] * ENOUGH)
    for _ in range(ENOUGH):
        quick_win = world.bring_to("endorsement")
        world.act(quick_win, "withdraw", "submitter", at=WEDNESDAY + 20 * DAY)

    assert known(world)["endorsement"] == Usual(days=1, cases=ENOUGH)


def test_what_follows_by_itself_from_the_acts_of_those_whose_turn_it_is_is_an_answer(
    world: World,
) -> None:
    for _ in range(ENOUGH):
        quick_win = world.bring_to("review")
        for who in ("reviewer", "reviewer2"):
            world.act(quick_win, "judge", who, data=JUDGMENT, at=WEDNESDAY + 2 * DAY)

    assert known(world)["review"] == Usual(days=2, cases=ENOUGH)


def test_a_second_visit_of_a_state_is_a_stay_of_its_own(world: World) -> None:
    for _ in range(ENOUGH):
        quick_win = world.bring_to("endorsement")
        world.act(quick_win, "return", "head", at=WEDNESDAY + 1 * DAY)
        world.act(quick_win, "submit", "submitter", at=WEDNESDAY + 2 * DAY)
        world.act(quick_win, "endorse", "head", at=WEDNESDAY + 5 * DAY)

    # The first stays took one working day each, the second ones, from Friday to Monday, too.
    assert known(world)["endorsement"] == Usual(days=1, cases=2 * ENOUGH)


@pytest.mark.parametrize("state", shipped().states)
def test_the_way_leads_by_answers_to_where_it_counts_as_established(
    world: World, state: str
) -> None:
    quick_win = world.bring_to(state)
    here = shipped().states[state]

    found = way(quick_win)

    if here.final:
        assert found == []
    elif here.coverage in (Coverage.ESTABLISHED, Coverage.IMPLEMENTATION):
        assert found == [here]
    else:
        assert found[0] == here
        assert found[-1].coverage is Coverage.ESTABLISHED


def test_what_came_back_from_the_verifier_goes_on_there(world: World) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "request_revision", "verifier2")

    assert [state.code for state in way(quick_win)][:3] == ["revision", "verification", "review"]


def test_without_cases_the_deadlines_of_the_table_are_what_can_be_said(world: World) -> None:
    quick_win = world.bring_to("verification")

    found = outlook(world.session, quick_win, load_calendar(world.session), WEDNESDAY)

    assert found.here is not None
    assert found.here.usual is None
    assert quick_win.due_at is not None
    assert found.here.day == quick_win.due_at.date()
    assert (found.measured, found.stays) == (0, 4)
    # Verification 5, review 10, decision 5, approved 10 working days from Wednesday, 1 July.
    assert found.day == load_calendar(world.session).shift(WEDNESDAY.date(), 30)


def test_with_cases_the_dates_are_those_that_are_usual(world: World) -> None:
    endorsed_after(world, *[1] * ENOUGH)
    quick_win = world.bring_to("endorsement")
    calendar = load_calendar(world.session)

    found = outlook(world.session, quick_win, calendar, WEDNESDAY)

    assert found.here is not None
    assert (found.here.usual, found.here.over) == (Usual(days=1, cases=ENOUGH), False)
    assert found.here.day == (WEDNESDAY + DAY).date()
    assert (found.measured, found.stays) == (1, 5)
    assert found.day == calendar.shift(WEDNESDAY.date(), 31)


def test_what_takes_longer_than_usual_is_counted_on_from_today(world: World) -> None:
    endorsed_after(world, *[1] * ENOUGH)
    quick_win = world.bring_to("endorsement")
    calendar, late = load_calendar(world.session), WEDNESDAY + 7 * DAY

    found = outlook(world.session, quick_win, calendar, late)

    assert found.here is not None
    assert found.here.over
    assert found.day == calendar.shift(late.date(), 30)


def test_a_draft_is_counted_on_as_if_it_were_sent_today(world: World) -> None:
    quick_win = world.propose()
    calendar = load_calendar(world.session)

    found = outlook(world.session, quick_win, calendar, WEDNESDAY + DAY)

    assert found.stays == 5
    assert found.day == calendar.shift((WEDNESDAY + DAY).date(), 33)


def test_it_takes_one_statement_and_none_at_the_end(world: World) -> None:
    calendar = load_calendar(world.session)
    for state, most in (("verification", 1), ("completed", 0)):
        quick_win = world.bring_to(state)
        world.session.flush()
        with statements(world.session) as run:
            outlook(world.session, quick_win, calendar, WEDNESDAY)
        assert len(run) == most
