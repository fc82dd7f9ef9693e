"""People whom a test makes up, and what they do at the door."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from world import JUDGMENT, LONG_AGO, World

from workflow import content
from workflow.machine import perform
from workflow.models import Assignment, Person, QuickWin, Unit


def somebody(world: World, role: str, **given: Any) -> Person:
    """A new person with one assignment, beginning long ago."""
    person = Person(email=f"new.{role}@test.test", name="Baru", **given)
    person.assignments.append(Assignment(role=role, valid_from=LONG_AGO))
    world.session.add(person)
    world.session.flush()
    return person


def unit(world: World, code: str) -> Unit:
    return world.session.scalars(select(Unit).where(Unit.code == code)).one()


def act(world: World, quick_win: QuickWin, action: str, person: Any, **given: Any) -> None:
    data: Any = {"judge": JUDGMENT, "extend": {"due_on": "2026-12-01"}}.get(action)
    perform(
        world.session,
        quick_win.id,
        action,
        person,
        version=None,
        note="Catatan.",
        data=data,
        at=given.get("at", world.now),
    )


def write(world: World, quick_win: QuickWin, changes: dict[str, Any]) -> None:
    """The submitter changes the content."""
    content.save(
        world.session, quick_win.id, world["submitter"], changes, version=None, at=world.now
    )
