"""Rights are read at the moment of the decision: for whom, from when, until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from somebody import act, somebody
from world import LONG_AGO, World

from workflow.definition import SYSTEM
from workflow.errors import Forbidden, NotFound
from workflow.machine import available
from workflow.models import Assignment, Person
from workflow.queries import inbox

# ---------------------------------------------------------------- for whom one acts


def test_a_submitter_and_a_head_act_for_their_unit_and_those_below_only(world: World) -> None:
    above = world.propose("KEC")
    offers = available(world.session, above, world["submitter.kel"], at=world.now)
    assert not offers.actions.keys() - {"comment"}
    with pytest.raises(Forbidden):
        act(world, above, "submit", world["submitter.kel"])

    below = world.propose("KEL")
    act(world, below, "submit", world["submitter.kec"])
    act(world, below, "endorse", world["head.kec"])
    assert below.state == "verification"


# ---------------------------------------------------------------- rights end (trap 18)


def test_rights_last_to_the_end_of_the_last_day_in_the_city(world: World) -> None:
    chair = somebody(world, "chair")
    chair.assignments[0].valid_to = world.now.date()
    world.session.flush()
    midnight = world.now.replace(hour=17)  # 00.00 WIB

    quick_win = world.bring_to("decision")
    with pytest.raises(NotFound):
        act(world, quick_win, "approve", chair, at=midnight)
    act(world, quick_win, "approve", chair, at=midnight - timedelta(microseconds=1))


def test_rights_begin_on_the_first_day(world: World) -> None:
    chair = somebody(world, "chair")
    chair.assignments[0].valid_from = (world.now + timedelta(days=1)).date()
    world.session.flush()
    quick_win = world.bring_to("decision")

    with pytest.raises(NotFound):
        act(world, quick_win, "approve", chair)
    act(world, quick_win, "approve", chair, at=world.now + timedelta(days=1))


@pytest.mark.parametrize("how", ["reassigned", "deactivated"])
def test_whose_rights_were_taken_can_do_nothing_at_once(world: World, how: str) -> None:
    quick_win = world.bring_to("decision")
    chair = world["chair"]
    connection = world.session.connection()  # by another hand, behind this session's back
    if how == "reassigned":
        table = Assignment.__table__
        connection.execute(
            table.update()
            .where(table.c.person_id == chair.id)
            .values(valid_to=(world.now - timedelta(days=1)).date())
        )
    else:
        people = Person.__table__
        connection.execute(
            people.update().where(people.c.id == chair.id).values(deactivated_at=world.now)
        )

    with pytest.raises(NotFound):
        act(world, quick_win, "approve", chair)
    assert world.session.scalars(inbox(chair, at=world.now)).all() == []


# ---------------------------------------------------------------- the system


@pytest.mark.parametrize("nobody", [None, "", "admin", "chair", 1, object()])
def test_nobody_is_not_the_system(world: World, nobody: Any) -> None:
    quick_win = world.bring_to("revision")

    with pytest.raises(NotFound):
        act(world, quick_win, "lapse", nobody)
    assert quick_win.state == "revision"


@pytest.mark.parametrize("action", ["remind", "lapse"])
def test_no_assignment_makes_a_person_the_system(world: World, action: str) -> None:
    quick_win = world.bring_to("revision")
    world["chair"].assignments.append(Assignment(role=SYSTEM, valid_from=LONG_AGO))
    world.session.flush()

    with pytest.raises(Forbidden):
        act(world, quick_win, action, world["chair"])
