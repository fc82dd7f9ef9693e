"""Standing in: the delegate acts in the other's post, under the name of both, and for a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from somebody import act, somebody, write
from sqlalchemy import select
from world import World

from workflow import delegations
from workflow.delegations import Wish
from workflow.errors import Forbidden, Invalid, NotFound, Refused, Unmet
from workflow.guards import GUARDS
from workflow.machine import available
from workflow.models import Assignment, Delegation, Event, Judgment, Notification, Person, QuickWin
from workflow.queries import get, inbox
from workflow.verifying import verify


def delegate(
    world: World, delegator: str, delegate: Person, *, days: int = 10, by: str = "", **wish: Any
) -> Delegation:
    today = world.now.date()
    asked: dict[str, Any] = {
        "delegator": world[delegator].id,
        "delegate": delegate.id,
        "valid_from": today,
        "valid_to": today + timedelta(days=days),
        "reason": "Cuti tahunan",
        **wish,
    }
    return delegations.begin(world.session, Wish(**asked), world[by or delegator], at=world.now)


def waits(world: World, person: Person, *, at: Any = None) -> set[int]:
    return set(world.session.scalars(inbox(person, at=at or world.now)))


def last(world: World, quick_win: QuickWin) -> Event:
    return world.session.scalars(
        select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.id.desc()).limit(1)
    ).one()


def test_a_delegate_acts_on_behalf_of_the_other_and_the_ledger_says_so(world: World) -> None:
    quick_win = world.bring_to("decision")
    stand_in = somebody(world, "mentor")
    delegate(world, "chair", stand_in)

    assert quick_win.id in waits(world, stand_in)
    act(world, quick_win, "approve", stand_in)

    event = last(world, quick_win)
    assert (event.action, event.actor_id, event.on_behalf_of) == (
        "approve",
        stand_in.id,
        world["chair"].name,
    )
    assert event.capacity == "Sebagai chair"
    assert list(verify(world.session)) == []


def test_the_delegate_is_told_what_the_other_is_told(world: World) -> None:
    stand_in = somebody(world, "mentor")
    delegate(world, "chair", stand_in)

    quick_win = world.bring_to("decision")

    told = world.session.scalars(
        select(Notification.recipient_id).where(
            Notification.event_id == last(world, quick_win).id, Notification.your_turn
        )
    ).all()
    assert {stand_in.id, world["chair"].id} <= set(told)


@pytest.mark.parametrize("days", [-1, 11])
def test_it_begins_and_ends_by_itself(world: World, days: int) -> None:
    quick_win = world.bring_to("decision")
    stand_in = somebody(world, "mentor")
    delegate(world, "chair", stand_in, valid_from=world.now.date())
    moment = world.now + timedelta(days=days)

    assert quick_win.id not in waits(world, stand_in, at=moment)
    with pytest.raises(Forbidden):
        act(world, quick_win, "approve", stand_in, at=moment)


def test_it_is_ended_before_its_time_by_one_of_the_two_or_an_admin(world: World) -> None:
    quick_win = world.bring_to("decision")
    stand_in = somebody(world, "mentor")
    for ends in ("chair", "stand_in", "admin"):
        given = delegate(world, "chair", stand_in)
        by = stand_in if ends == "stand_in" else world[ends]
        delegations.end(world.session, given.id, by, at=world.now)

        with pytest.raises(Forbidden):
            act(world, quick_win, "approve", stand_in)
    with pytest.raises(NotFound):
        delegations.end(world.session, given.id, world["mentor"], at=world.now)


def test_what_was_delegated_is_never_delegated_further(world: World) -> None:
    quick_win = world.bring_to("decision")
    first, second = somebody(world, "mentor"), world["inspector"]
    delegate(world, "chair", first)
    wish = Wish(
        delegator=first.id,
        delegate=second.id,
        valid_from=world.now.date(),
        valid_to=world.now.date(),
        reason="Dinas luar",
    )
    delegations.begin(world.session, wish, first, at=world.now)

    with pytest.raises(Forbidden):
        act(world, quick_win, "approve", second)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2000}, "reason"),
        ({"valid_from": date(2026, 6, 30)}, "valid_from"),
        ({"valid_to": date(2026, 6, 30)}, "valid_to"),
        ({"valid_to": date(2028, 6, 30)}, "valid_to"),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused_by_name(
    world: World, wish: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        delegate(world, "chair", world["mentor"], **wish)

    assert field in caught.value.fields


def test_nobody_stands_in_for_themselves_and_no_admin_for_anybody(world: World) -> None:
    for whom in ("chair", "admin"):
        with pytest.raises(Invalid) as caught:
            delegate(world, "chair", world[whom])
        assert set(caught.value.fields) == {"delegate"}
    delegate(world, "chair", world["mentor"], by="admin")
    with pytest.raises(Forbidden):
        delegate(world, "chair", world["mentor"], by="verifier")


# ---------------------------------------------------------------- four eyes


def refused_for_four_eyes(world: World, quick_win: QuickWin, action: str, person: Person) -> bool:
    with pytest.raises(Refused) as caught:
        act(world, quick_win, action, person)
    return isinstance(caught.value, Unmet) and caught.value.sentence == GUARDS["four_eyes"].rule


@pytest.mark.parametrize("excluded", ["author", "unit", "recused"])
def test_the_delegate_of_somebody_excluded_is_excluded_too(world: World, excluded: str) -> None:
    """Whatever post of their own they hold."""
    quick_win = world.bring_to("review")
    reviewer = somebody(world, "reviewer")
    delegator = {"author": "submitter", "unit": "reviewer3", "recused": "reviewer"}[excluded]
    if excluded == "recused":
        act(world, quick_win, "recuse", world["reviewer"])
    delegate(world, delegator, reviewer)

    assert quick_win.id not in waits(world, reviewer)
    assert refused_for_four_eyes(world, quick_win, "judge", reviewer)


def test_a_delegate_who_is_excluded_does_not_judge_for_somebody_who_is_not(world: World) -> None:
    quick_win = world.bring_to("review")
    delegate(world, "reviewer", world["reviewer3"])  # who is of the unit

    assert refused_for_four_eyes(world, quick_win, "judge", world["reviewer3"])


def test_the_unit_of_a_delegated_post_is_seen(world: World) -> None:
    """A draft of the unit, which nobody outside knows of."""
    quick_win, stand_in = world.propose(), somebody(world, "mentor")
    with pytest.raises(NotFound):
        get(world.session, quick_win.id, stand_in, at=world.now)
    delegate(world, "submitter", stand_in)

    assert get(world.session, quick_win.id, stand_in, at=world.now) is quick_win


# ---------------------------------------------------------------- one place each


def test_nobody_fills_two_places_of_a_quorum(world: World) -> None:
    quick_win = world.bring_to("review")
    delegate(world, "reviewer", world["reviewer2"])
    act(world, quick_win, "judge", world["reviewer2"])

    for person in ("reviewer2", "reviewer"):
        refused = available(world.session, quick_win, world[person], at=world.now).refused
        assert ("judge" in refused) is (person == "reviewer2")
    assert quick_win.state == "review"


def test_a_place_that_was_filled_for_somebody_is_filled(world: World) -> None:
    quick_win, stand_in = world.bring_to("review"), somebody(world, "mentor")
    delegate(world, "reviewer", stand_in)
    act(world, quick_win, "judge", stand_in)

    judgment = world.session.scalars(select(Judgment)).one()
    assert (judgment.reviewer_id, judgment.place_of_id) == (stand_in.id, world["reviewer"].id)
    for person in (stand_in, world["reviewer"]):
        assert quick_win.id not in waits(world, person)
        with pytest.raises(Unmet) as caught:
            act(world, quick_win, "judge", person)
        assert caught.value.sentence == GUARDS["not_yet_judged"].rule


def test_a_delegate_of_two_fills_one_place_only(world: World) -> None:
    quick_win, stand_in = world.bring_to("review"), somebody(world, "mentor")
    delegate(world, "reviewer", stand_in)
    delegate(world, "reviewer2", stand_in)
    act(world, quick_win, "judge", stand_in)

    with pytest.raises(Unmet):
        act(world, quick_win, "judge", stand_in)
    act(world, quick_win, "judge", world["reviewer2"])

    assert quick_win.state == "decision"


def test_a_delegate_judges_for_the_one_whose_place_is_free(world: World) -> None:
    quick_win, stand_in = world.bring_to("review"), somebody(world, "mentor")
    act(world, quick_win, "judge", world["reviewer"])
    delegate(world, "reviewer", stand_in)
    delegate(world, "reviewer2", stand_in)

    act(world, quick_win, "judge", stand_in)

    assert last(world, quick_win).action == "conclude_review"
    places = set(world.session.scalars(select(Judgment.place_of_id)))
    assert places == {world["reviewer"].id, world["reviewer2"].id}


# ---------------------------------------------------------------- recusal


def test_who_recused_themselves_takes_no_part_and_what_they_judged_does_not_count(
    world: World,
) -> None:
    quick_win = world.bring_to("review")
    act(world, quick_win, "judge", world["reviewer"])
    act(world, quick_win, "recuse", world["reviewer"])
    act(world, quick_win, "judge", world["reviewer2"])

    assert quick_win.state == "review"
    assert refused_for_four_eyes(world, quick_win, "judge", world["reviewer"])
    act(world, quick_win, "judge", somebody(world, "reviewer"))
    assert quick_win.state == "decision"


def test_a_recusal_needs_a_reason(world: World) -> None:
    quick_win = world.bring_to("decision")

    with pytest.raises(Invalid) as caught:
        world.act(quick_win, "recuse", "chair", note=" ")

    assert set(caught.value.fields) == {"note"}


def test_an_admin_decides_nothing_whatever_else_they_are(world: World) -> None:
    quick_win = world.bring_to("decision")
    both = somebody(world, "admin")
    both.assignments.append(Assignment(role="chair", valid_from=world.now.date()))
    world.session.flush()

    assert refused_for_four_eyes(world, quick_win, "approve", both)


def test_an_author_of_later_changes_nothing_of_what_they_judged_counts(world: World) -> None:
    """A delegate wrote in the place of the submitter."""
    quick_win = world.bring_to("revision")
    write(world, quick_win, {"budget": 51_000_000})
    delegate(world, "submitter", world["reviewer"])

    assert available(world.session, quick_win, world["reviewer"], at=world.now).standing.author
