"""The engine knows no Quick Win: a street permit runs on it, beside the life cycle it came with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from test_door import told
from world import LONG_AGO, REPORT, World, proposal, use

from workflow import content, queries
from workflow.checks import check
from workflow.definition import SYSTEM
from workflow.document import load
from workflow.errors import Forbidden, Invalid, NotFound, Unmet, WrongState
from workflow.listing import Filters, listing
from workflow.machine import available
from workflow.models import Assignment, DueRow, Event, Person, QuickWin, Unit

PERMIT = load((Path(__file__).parent / "street_permit.toml").read_text("utf-8"))
ASSESSED = {"verdict": "approve", "scores": {"safety": 4, "noise": 1}}
PEOPLE = (
    ("applicant", "applicant", "DKISS"),
    ("neighbour", "applicant", "DINKES"),
    ("officer", "officer", ""),
    ("officer2", "officer", ""),
    ("warden", "warden", ""),
)


@pytest.fixture
def town(world: World) -> World:
    """The same city on the day on which it activates the other definition."""
    assert check(PERMIT) == []
    use(world.session, PERMIT)
    units = {unit.code: unit for unit in world.session.scalars(select(Unit))}
    for name, role, code in PEOPLE:
        person = Person(email=f"{name}@permit.test", name=name.title())
        person.assignments.append(
            Assignment(role=role, unit=units.get(code), valid_from=LONG_AGO, capacity=name)
        )
        world.session.add(person)
        world.people[name] = person
    world["officer2"].home_unit = units["DKISS"]
    world.session.flush()
    return world


def ask(town: World) -> QuickWin:
    return content.create(town.session, town["applicant"], "DKISS", proposal(), at=town.now)


def due(town: World, permit: QuickWin) -> list[tuple[str, datetime]]:
    rows = town.session.scalars(
        select(DueRow)
        .where(DueRow.quick_win_id == permit.id, DueRow.done_at.is_(None))
        .order_by(DueRow.due_at)
    )
    return [(row.action, row.due_at) for row in rows]


def at(month: int, day: int) -> datetime:
    """Close of business, 16.00 WIB."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


def waits_for(town: World, permit: QuickWin) -> set[str]:
    return {
        name
        for name, person in town.people.items()
        if permit.id in town.session.scalars(queries.inbox(person, at=town.now)).all()
    }


def sees(town: World, permit: QuickWin) -> set[str]:
    return {
        name
        for name, person in town.people.items()
        if permit in listing(town.session, person, Filters(), at=town.now).rows(town.session, 9)
    }


def test_a_permit_goes_its_own_way_from_asking_to_the_end(town: World) -> None:
    permit = ask(town)
    assert (permit.state, waits_for(town, permit)) == ("asked", {"applicant"})
    assert sees(town, permit) == {"applicant", "warden"}
    assert due(town, permit) == [("expire", at(7, 7))]

    town.act(permit, "ask", "applicant")
    assert waits_for(town, permit) == {"officer"}, "officer2 is of the unit"
    assert sees(town, permit) == {"applicant", "warden", "officer", "officer2"}
    assert told(town, permit, "ask") == {"officer@permit.test": True, "warden@permit.test": False}
    assert due(town, permit) == [("call", at(7, 6))]

    town.act(permit, "assess", "officer", data=ASSESSED)
    assert (permit.state, permit.visit, waits_for(town, permit)) == ("closed_off", 3, {"applicant"})
    assert told(town, permit, "grant") == {
        "applicant@permit.test": True,
        "warden@permit.test": False,
    }
    assert due(town, permit) == [("remind", at(8, 4)), ("remind", at(8, 7))]
    assert permit.due_at == at(8, 5)

    town.act(permit, "tell", "applicant", data=REPORT, at=at(8, 3))
    assert permit.due_at == at(9, 3)
    assert due(town, permit) == [("remind", at(9, 2)), ("remind", at(9, 7))]

    town.act(permit, "reopen", "warden", at=at(8, 4))
    assert (permit.state, permit.due_at, due(town, permit)) == ("over", None, [])
    assert waits_for(town, permit) == set()
    assert [
        (event.action, event.source, event.target)
        for event in town.session.scalars(
            select(Event).where(Event.quick_win_id == permit.id).order_by(Event.seq)
        )
    ] == [
        ("ask", "asked", "looked_at"),
        ("assess", "looked_at", "looked_at"),
        ("grant", "looked_at", "closed_off"),
        ("tell", "closed_off", "closed_off"),
        ("reopen", "closed_off", "over"),
    ]


def test_a_month_without_a_report_begins_the_next_and_the_missed_one_stays(town: World) -> None:
    permit = ask(town)
    town.act(permit, "ask", "applicant")
    town.act(permit, "assess", "officer", data=ASSESSED)

    town.act(permit, "remind", SYSTEM, at=at(8, 7))

    assert permit.due_at == at(8, 5)
    assert ("remind", at(9, 2)) in due(town, permit)


def test_what_nobody_sends_expires(town: World) -> None:
    permit = ask(town)

    town.act(permit, "expire", SYSTEM, at=at(7, 7))

    assert permit.state == "over"
    assert told(town, permit, "expire") == {"applicant@permit.test": False}


REFUSED: list[tuple[str, str, Any, type[Exception]]] = [
    ("assess", "officer2", ASSESSED, Unmet),
    ("assess", "officer", {"verdict": "approve", "scores": {"safety": 4, "risk": 1}}, Invalid),
    ("assess", "warden", ASSESSED, Forbidden),
    ("assess", "neighbour", ASSESSED, NotFound),
    ("ask", "applicant", None, WrongState),
    ("judge", "officer", ASSESSED, NotFound),  # of the shipped definition
    ("assess", "reviewer", ASSESSED, NotFound),
    ("assess", "admin", ASSESSED, NotFound),
]


@pytest.mark.parametrize(("action", "who", "data", "error"), REFUSED)
def test_its_own_rules_refuse(
    town: World, action: str, who: str, data: Any, error: type[Exception]
) -> None:
    permit = ask(town)
    town.act(permit, "ask", "applicant")

    with pytest.raises(error):
        town.act(permit, action, who, data=data)


def test_the_roles_of_one_definition_mean_nothing_in_the_other(town: World) -> None:
    with pytest.raises(Forbidden) as caught:
        content.create(town.session, town["submitter"], "DINKES", {}, at=town.now)

    assert caught.value.who_can == ("applicant",)


def test_what_was_started_before_goes_on_under_the_definition_it_was_started_under(
    world: World, request: pytest.FixtureRequest
) -> None:
    quick_win = world.bring_to("review")
    town = request.getfixturevalue("town")
    permit = ask(town)

    for reviewer in ("reviewer", "reviewer2"):
        town.act(
            quick_win,
            "judge",
            reviewer,
            data={"verdict": "approve", "scores": dict.fromkeys(quick_win_rubric(quick_win), 2)},
        )
    town.act(permit, "ask", "applicant")

    assert (quick_win.state, permit.state) == ("decision", "looked_at")
    assert sees(town, quick_win).isdisjoint({"applicant", "neighbour", "officer", "warden"})
    assert set(available(town.session, permit, town["officer"], at=town.now).actions) == {"assess"}


def quick_win_rubric(quick_win: QuickWin) -> list[str]:
    return list(load(quick_win.definition.text).rubric)
