"""`quickwin person assign` and `unassign`: acting officials, second offices, and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from command_line import CommandLine
from sqlalchemy import select
from sqlalchemy.orm import Session
from test_commands import quickwin, session
from world import World, gather

from workflow.machine import available
from workflow.models import Assignment, Event

__all__ = ["quickwin", "session"]

TODAY = (datetime.now(UTC) + timedelta(hours=7)).date()
POST = ("--role", "head", "--unit", "DKISS")
ACTING = ("--capacity", "Plt. Kepala DKISS", "--decree", "800/12/2026")


def held(session: Session, email: str, role: str) -> list[Assignment]:
    return list(
        session.scalars(
            select(Assignment)
            .join(Assignment.person)
            .where(Assignment.role == role, Assignment.person.has(email=email))
            .order_by(Assignment.id)
        )
    )


def test_an_acting_official_holds_a_second_post_with_its_decree_and_dates(
    quickwin: CommandLine, session: Session
) -> None:
    until = (TODAY + timedelta(days=30)).isoformat()

    done = quickwin("person", "assign", "Head@test.test", *POST, *ACTING, "--until", until)

    assert done.exit_code == 0, done.output
    first, second = held(session, "head@test.test", "head")
    assert first.unit_id != second.unit_id
    assert (second.capacity, second.decree_number) == ("Plt. Kepala DKISS", "800/12/2026")
    assert second.valid_to == TODAY + timedelta(days=30)
    event = session.scalars(select(Event).where(Event.action == "assign_post")).one()
    assert event.data["decree"] == "800/12/2026"


def test_they_act_in_the_capacity_of_that_post(quickwin: CommandLine, session: Session) -> None:
    world: World = gather(session)
    quick_win = world.propose("DKISS")
    world.act(quick_win, "submit", "submitter.dkiss")
    session.commit()
    assert not available(session, quick_win, world["head"]).actions

    quickwin("person", "assign", "head@test.test", *POST, *ACTING)
    session.expire_all()

    world.act(quick_win, "endorse", "head", at=datetime.now(UTC))
    event = session.scalars(select(Event).where(Event.action == "endorse")).one()
    assert event.capacity == "Plt. Kepala DKISS"


def test_a_post_ends_at_once_or_on_a_day(quickwin: CommandLine, session: Session) -> None:
    chair = ("chair@test.test", "--role", "chair")

    assert quickwin("person", "unassign", *chair).exit_code == 0

    (post,) = held(session, "chair@test.test", "chair")
    assert post.valid_to is not None
    assert post.valid_to < TODAY
    assert "does not hold it" in quickwin.refused("person", "unassign", *chair)
    assert session.scalars(select(Event).where(Event.action == "end_post")).one().data["role"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody@test.test", *POST), "Nobody has the address"),
        (("head@test.test", "--role", "emperor"), "There is no role"),
        (("head@test.test", "--role", "head"), "is held for a unit"),
        (("head@test.test", "--role", "chair", "--unit", "DKISS"), "held for the city"),
        (("head@test.test", "--role", "head", "--unit", "XX"), "There is no unit"),
        (("head@test.test", "--role", "head", "--unit", "DINKES"), "holds it already"),
        (("head@test.test", *POST, "--until", "2020-01-01"), "lies before the first"),
    ],
)
def test_a_post_that_does_not_fit_is_refused_with_a_sentence(
    quickwin: CommandLine, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in quickwin.refused("person", "assign", *words)


def test_a_post_cannot_end_before_it_began(quickwin: CommandLine) -> None:
    quickwin("person", "assign", "head@test.test", *POST)

    said = quickwin.refused("person", "unassign", "head@test.test", *POST)

    assert "cannot lie before that" in said
