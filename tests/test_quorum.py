"""When enough have judged, as a period says it; and who is asked to judge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from somebody import act, somebody
from sqlalchemy import select
from world import World

from workflow.designating import eligible, shared_out
from workflow.errors import Invalid
from workflow.machine import available, perform
from workflow.models import Designation, Notification, Person, QuickWin
from workflow.queries import inbox


def in_review(world: World, **parameters: object) -> QuickWin:
    """In a period with these parameters, which are pinned when it is submitted."""
    quick_win = world.propose()
    quick_win.period.parameters = parameters
    world.session.flush()
    for action, who in (("submit", "submitter"), ("endorse", "head"), ("verify", "verifier2")):
        world.act(quick_win, action, who)
    return quick_win


def ask(world: World, quick_win: QuickWin, *people: Person) -> None:
    perform(
        world.session,
        quick_win.id,
        "assign",
        world["verifier2"],
        version=None,
        data={"reviewers": [person.id for person in people]},
        at=world.now,
    )


def waits(world: World, person: Person) -> set[int]:
    return set(world.session.scalars(inbox(person, at=world.now)))


def test_a_period_sets_how_many_are_enough(world: World) -> None:
    quick_win = in_review(world, quorum=1)

    act(world, quick_win, "judge", world["reviewer"])

    assert quick_win.state == "decision"


def test_all_who_were_asked_must_have_judged(world: World) -> None:
    quick_win = in_review(world, quorum=1, quorum_of="all")
    ask(world, quick_win, world["reviewer"], world["reviewer2"])

    act(world, quick_win, "judge", somebody(world, "reviewer"))
    act(world, quick_win, "judge", world["reviewer"])
    assert quick_win.state == "review"
    act(world, quick_win, "judge", world["reviewer2"])

    assert quick_win.state == "decision"


def test_nobody_waits_for_somebody_who_recused_themselves(world: World) -> None:
    quick_win = in_review(world, quorum=1, quorum_of="all")
    ask(world, quick_win, world["reviewer"], world["reviewer2"])
    act(world, quick_win, "judge", world["reviewer"])

    act(world, quick_win, "recuse", world["reviewer2"])

    assert quick_win.state == "decision"


def test_one_of_each_judging_role_must_be_among_them(world: World) -> None:
    quick_win = in_review(world, quorum=1, quorum_of="each_role")
    standing = available(world.session, quick_win, world["reviewer"], at=world.now).standing
    assert standing.quorum_lacks

    act(world, quick_win, "judge", world["reviewer"])

    assert quick_win.state == "decision"


# ---------------------------------------------------------------- who is asked


def test_it_comes_to_those_who_are_asked_and_others_still_may(world: World) -> None:
    quick_win = in_review(world)
    assert quick_win.id in waits(world, world["reviewer2"])

    ask(world, quick_win, world["reviewer"])

    assert quick_win.id in waits(world, world["reviewer"])
    assert quick_win.id not in waits(world, world["reviewer2"])
    act(world, quick_win, "judge", world["reviewer2"])


def test_only_those_who_are_asked_are_told(world: World) -> None:
    quick_win = in_review(world)

    ask(world, quick_win, world["reviewer"])

    latest = select(Notification.event_id).order_by(Notification.event_id.desc()).limit(1)
    told = world.session.scalars(
        select(Notification.recipient_id).where(
            Notification.event_id == latest.scalar_subquery(), Notification.your_turn
        )
    )
    assert set(told) == {world["reviewer"].id}


def test_where_nobody_who_was_asked_is_left_everybody_is(world: World) -> None:
    quick_win = in_review(world)
    ask(world, quick_win, world["reviewer"])

    world["reviewer"].deactivated_at = world.now
    world.session.flush()

    assert quick_win.id in waits(world, world["reviewer2"])


def test_who_was_asked_can_be_changed(world: World) -> None:
    quick_win = in_review(world)
    ask(world, quick_win, world["reviewer"])

    ask(world, quick_win, world["reviewer2"])

    rows = world.session.scalars(select(Designation))
    assert {each.person_id: each.ended_at for each in rows} == {
        world["reviewer"].id: world.now,
        world["reviewer2"].id: None,
    }


def test_nobody_is_asked_who_could_not_judge(world: World) -> None:
    quick_win = in_review(world)

    with pytest.raises(Invalid) as caught:
        ask(world, quick_win, world["reviewer"], world["reviewer3"], world["mentor"])

    assert set(caught.value.fields) == {"reviewers.1", "reviewers.2"}


def test_the_work_is_shared_out_by_load(world: World) -> None:
    busy = [in_review(world, reviewers=1) for _ in range(2)]
    for each in busy:
        ask(world, each, world["reviewer"])
    quick_win = in_review(world, reviewers=1)

    loads = {e.person.id: e.load for e in eligible(world.session, quick_win, at=world.now)}
    assert loads[world["reviewer"].id] == 2
    act(world, busy[0], "judge", world["reviewer"])

    able = eligible(world.session, quick_win, at=world.now + timedelta(minutes=1))
    assert {e.person.id: e.load for e in able} == {
        world["reviewer"].id: 1,
        world["reviewer2"].id: 0,
    }
    assert shared_out(quick_win, able) == [world["reviewer2"].id]
