"""A decision is taken back by who took it, inside the window, while nobody has acted since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from somebody import act, somebody
from sqlalchemy import select
from world import JUDGMENT, World

from workflow.definition import SYSTEM
from workflow.errors import Refused, Unmet
from workflow.guards import GUARDS
from workflow.models import DueRow, Event, Message, Notification, QuickWin

WINDOW = timedelta(minutes=10)


@pytest.fixture(params=["approve", "reject"])
def decided(world: World, request: pytest.FixtureRequest) -> QuickWin:
    quick_win = _to_decide(world)
    world.act(quick_win, request.param, "chair")
    return quick_win


def refusal(world: World, quick_win: QuickWin, who: Any, **given: Any) -> Refused:
    with pytest.raises(Unmet) as caught:
        act(world, quick_win, "rescind", who, **given)
    return caught.value


def test_it_goes_back_to_the_decision_with_its_clock(world: World, decided: QuickWin) -> None:
    act(world, decided, "rescind", world["chair"], at=world.now + WINDOW - timedelta(seconds=1))

    assert decided.state == "decision"
    assert decided.due_at is not None
    act(world, decided, "approve", world["chair"])


def test_the_window_closes(world: World, decided: QuickWin) -> None:
    error = refusal(world, decided, world["chair"], at=world.now + WINDOW)

    assert error.sentence == GUARDS["undo_open"].rule


def test_another_chair_cannot_take_it_back(world: World, decided: QuickWin) -> None:
    refusal(world, decided, somebody(world, "chair"))


def test_who_acts_since_closes_the_window(world: World, decided: QuickWin) -> None:
    world.act(decided, "comment", "mentor", data={"text": "Baik."})

    refusal(world, decided, world["chair"])


def test_without_a_window_nothing_is_taken_back(world: World) -> None:
    refusal(world, world.bring_to("approved"), world["chair"])


# ---------------------------------------------------------------- what else a period sets


def test_a_period_sets_the_working_days_of_a_state(world: World) -> None:
    quick_win = world.propose()
    quick_win.period.parameters = {"days": {"endorsement": 1}}
    world.session.flush()

    world.act(quick_win, "submit", "submitter")

    assert quick_win.due_at == world.now.replace(hour=9) + timedelta(days=1)


def test_after_the_period_has_closed_only_what_was_returned_is_submitted(world: World) -> None:
    returned, never = world.bring_to("endorsement"), world.propose()
    late = returned.period.closes_at + timedelta(days=1)
    world.act(returned, "return", "head", at=late)
    assert returned.due_at is not None
    assert returned.due_at > late + timedelta(days=10)

    world.act(returned, "submit", "submitter", at=late)

    assert returned.state == "endorsement"
    with pytest.raises(Unmet) as caught:
        world.act(never, "submit", "submitter", at=late)
    assert caught.value.sentence == GUARDS["period_open"].rule


def test_an_extension_moves_the_end_and_the_acts_of_the_clock(world: World) -> None:
    quick_win = world.bring_to("revision")
    world.act(quick_win, "extend", "verifier2", data={"due_on": "2026-08-20"})

    assert quick_win.due_at == world.now.replace(month=8, day=20, hour=9)
    world.act(quick_win, "lapse", SYSTEM, at=quick_win.due_at)
    assert quick_win.state == "withdrawn"


# ---------------------------------------------------------------- what comes back


def test_the_visit_comes_back_with_its_clock_and_what_is_due(world: World) -> None:
    quick_win = _to_decide(world)
    visit, since, due_at = quick_win.visit, quick_win.since, quick_win.due_at
    due = _due(world, quick_win)
    later = world.now + timedelta(days=1)

    world.act(quick_win, "approve", "chair", at=later)
    world.act(quick_win, "rescind", "chair", at=later + timedelta(minutes=9))

    assert (quick_win.visit, quick_win.since, quick_win.due_at) == (visit, since, due_at)
    assert quick_win.came_from == "review"
    assert _due(world, quick_win) == due


def test_its_mails_wait_for_the_window_and_then_never_leave(world: World) -> None:
    quick_win = _to_decide(world)
    world.act(quick_win, "approve", "chair")
    owed = _owed(world, quick_win)
    assert owed
    assert {each.not_before for each in owed} == {world.now + WINDOW}

    world.act(quick_win, "rescind", "chair")

    assert all(each.cancelled_at == world.now for each in owed)
    assert _owed(world, quick_win) == []  # nobody heard of it, so nobody is told it is off


def test_what_is_on_its_way_cannot_be_taken_back(world: World) -> None:
    """The sweep of a machine whose clock is ahead."""
    quick_win = _to_decide(world)
    world.act(quick_win, "approve", "chair")
    first = _owed(world, quick_win)[0]
    first.message = Message(
        recipient_id=first.recipient_id, message_id="x", created_at=world.now, not_before=world.now
    )
    world.session.flush()

    refusal(world, quick_win, world["chair"])

    assert quick_win.state == "approved"


def _to_decide(world: World) -> QuickWin:
    """In a period with ten minutes to think again."""
    quick_win = world.propose()
    quick_win.period.parameters = {"undo_minutes": 10}
    world.session.flush()
    for action, who in (("submit", "submitter"), ("endorse", "head"), ("verify", "verifier2")):
        world.act(quick_win, action, who)
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    return quick_win


def _due(world: World, quick_win: QuickWin) -> set[tuple[Any, ...]]:
    columns = (DueRow.visit, DueRow.action, DueRow.cycle, DueRow.threshold, DueRow.due_at)
    return {
        tuple(row)
        for row in world.session.execute(
            select(*columns).where(DueRow.quick_win_id == quick_win.id, DueRow.done_at.is_(None))
        )
    }


def _owed(world: World, quick_win: QuickWin) -> list[Notification]:
    """By the latest event."""
    latest = select(Event.id).where(Event.quick_win_id == quick_win.id).order_by(Event.id.desc())
    return list(
        world.session.scalars(
            select(Notification).where(Notification.event_id == latest.limit(1).scalar_subquery())
        )
    )
