"""What something was decided by stays: states, roles, people and units that were used are not taken
away, and history says what they were called then."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from world import World

from workflow.document import load, shipped
from workflow.models import (
    Assignment,
    DefinedState,
    Definition,
    Event,
    Judgment,
    Period,
    Person,
    QuickWin,
    Unit,
)
from workflow.registry import store, workflow_of


def _of(world: World, quick_win: QuickWin) -> dict[type, object]:
    """What it hangs on, a row of each kind."""
    judge = world["reviewer"].id
    return {
        Person: Person.id == judge,
        Unit: Unit.id == quick_win.unit_id,
        Period: Period.id == quick_win.period_id,
        Definition: Definition.id == quick_win.definition_id,
        DefinedState: DefinedState.code == quick_win.state,
        QuickWin: QuickWin.id == quick_win.id,
        Event: Event.quick_win_id == quick_win.id,
    }


@pytest.mark.parametrize("kind", [Person, Unit, Period, Definition, DefinedState, QuickWin])
def test_nothing_that_was_used_can_be_deleted(world: World, kind: type) -> None:
    quick_win = world.bring_to("decision")
    where = _of(world, quick_win)[kind]

    with pytest.raises(IntegrityError), world.session.begin_nested():
        world.session.execute(delete(kind).where(where))  # type: ignore[arg-type]

    assert world.session.scalars(select(Judgment)).all()


def test_a_state_in_use_keeps_its_code(world: World) -> None:
    quick_win = world.bring_to("decision")
    renamed = update(DefinedState).where(DefinedState.code == quick_win.state).values(code="gone")

    with pytest.raises(IntegrityError), world.session.begin_nested():
        world.session.execute(renamed)


def test_a_definition_that_changes_leaves_what_is_under_way_alone(world: World) -> None:
    """Another name for the role and for the state, active from now on."""
    quick_win = world.bring_to("decision")
    text = shipped().text.replace("Ketua Tim", "Pimpinan").replace("Pleno,", "Rapat,")
    text = text.replace(f"version = {shipped().version}", f"version = {shipped().version + 1}", 1)
    store(world.session, load(text), activate=True)
    world.session.flush()
    world.session.refresh(quick_win)

    pinned = workflow_of(quick_win)
    assert pinned.sha256 == shipped().sha256
    assert "Pleno" in pinned.states[quick_win.state].label.id
    world.act(quick_win, "approve", "chair")
    later = world.propose(title="Yang kemudian")
    assert "Rapat" in workflow_of(later).states["decision"].label.id


def test_history_says_what_people_were_called_when_they_acted(world: World) -> None:
    quick_win = world.bring_to("decision")
    world["verifier"].name = "Nama Baru"
    for each in world.session.scalars(
        select(Assignment).where(Assignment.person_id == world["verifier"].id)
    ):
        each.capacity = "Jabatan Baru"
    world.session.flush()

    assert _names(world.session, quick_win, "verify") == [("Verifier", "Sebagai verifier")]


def _names(session: Session, quick_win: QuickWin, action: str) -> list[tuple[str, str]]:
    found = session.execute(
        select(Event.actor_name, Event.capacity).where(
            Event.quick_win_id == quick_win.id, Event.action == action
        )
    )
    return [(name, capacity) for name, capacity in found]
