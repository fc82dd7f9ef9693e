"""An act costs a constant number of SQL statements, whatever the number of people it tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from attempts import brought, statements
from sqlalchemy import func, select
from world import JUDGMENT, LONG_AGO, PATHS, World

from workflow import calendar_changes, content
from workflow.calendar_changes import NewDay
from workflow.definition import SYSTEM
from workflow.document import shipped
from workflow.machine import perform
from workflow.models import Assignment, DayKind, Notification, Person, QuickWin

PLAIN = 3  # the lock, what the actor is towards it, and everything that is written
MOST = 8
STAFFING = 8  # a recusal also asks whether enough people are left
WORKFLOW = shipped()
PERSONAL = {"verifier": "verifier2"}  # who can, of several


def _cost(world: World, quick_win: QuickWin, act: Callable[[], object]) -> int:
    """Statements of an act by a request that has loaded nothing yet."""
    world.session.expunge_all()
    with statements(world.session) as run:
        act()
        world.session.flush()
    return len(run)


ACTS = [
    (row, "verification" if row.name == "extend" else row.source[0])  # a verifier sees no draft
    for row in WORKFLOW.transitions
    if not row.automatic and row.collects != "decree" and "undo_open" not in row.guards
]


@pytest.mark.parametrize(("row", "state"), ACTS, ids=[f"{r.trigger}-{s}" for r, s in ACTS])
def test_every_act_takes_few_statements(world: World, row, state) -> None:
    if row.when is not None and row.when.returned_from == "verification":
        quick_win = world.bring_to("verification")
        world.act(quick_win, "request_revision", "verifier2")
    else:
        quick_win = world.bring_to(state)
    if row.when is not None and row.when.material:
        content.save(
            world.session,
            quick_win.id,
            world["submitter"],
            {"problem": "Lain."},
            version=None,
            at=world.now,
        )
    if "finally_reported" in row.guards:
        world.act(quick_win, "report", "submitter", data=brought(WORKFLOW.rows("report")))
    actor = world.holder(PERSONAL.get(row.by[0], row.by[0]))

    cost = _cost(
        world,
        quick_win,
        lambda: perform(
            world.session,
            quick_win.id,
            row.name,
            actor,
            version=quick_win.version,
            note="Catatan.",
            data=brought((row,)),
            at=world.now,
        ),
    )

    assert world.session.get_one(QuickWin, quick_win.id).state == (row.to or state)
    if row.collects is None and not WORKFLOW.states[state].editable:
        followers = [each for each in WORKFLOW.rows_from(row.to or state) if each.automatic]
        assert cost == PLAIN + bool(followers)  # which are looked at
    assert cost <= MOST + (STAFFING if row.collects == "recusal" else 0)


def test_a_follower_is_an_act_of_its_own(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)

    cost = _cost(
        world, quick_win, lambda: world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
    )

    assert world.session.get_one(QuickWin, quick_win.id).state == "decision"
    assert cost <= 2 * MOST


def test_300_recipients_cost_no_more_than_three(world: World) -> None:
    few, many = world.bring_to("verification"), world.bring_to("verification")
    cost = _cost(world, few, lambda: world.act(few, "verify", "verifier2"))
    people = [
        Person(
            email=f"reviewer{number}@crowd.test",
            name=f"Penelaah {number}",
            assignments=[Assignment(role="reviewer", valid_from=LONG_AGO)],
        )
        for number in range(300)
    ]
    world.session.add_all(people)
    world.session.flush()
    before = world.session.scalar(select(func.count()).select_from(Notification))

    crowded = _cost(world, many, lambda: world.act(many, "verify", "verifier2"))

    after = world.session.scalar(select(func.count()).select_from(Notification))
    assert after - before == 303
    assert crowded == cost <= MOST


def test_a_change_of_time_costs_the_same_for_many_as_for_few(world: World) -> None:
    def cost(day: str) -> int:
        new = NewDay(
            day=date.fromisoformat(day),
            working=False,
            kind=DayKind.LOCAL,
            name="Libur daerah",
            source="SK contoh",
        )
        world.session.expire_all()
        with statements(world.session) as run:
            changed = calendar_changes.add(world.session, new, world["admin"], at=world.now)
            world.session.flush()
        assert len(changed.followed.moved) == len(quick_wins)
        return len(run)

    quick_wins = [world.bring_to("review") for _ in range(2)]
    few = cost("2026-07-02")
    quick_wins += [world.bring_to("review") for _ in range(8)]

    assert cost("2026-07-03") == few


def test_saving_takes_few_statements(world: World) -> None:
    quick_win = world.propose()

    cost = _cost(
        world,
        quick_win,
        lambda: content.save(
            world.session,
            quick_win.id,
            world["submitter"],
            dict.fromkeys(("problem", "summary", "benefit", "risks"), "Lain."),
            version=1,
            at=world.now,
        ),
    )

    assert cost <= MOST


def test_every_row_of_the_table_is_measured_or_needs_more_than_one_act() -> None:
    left_out = {row.trigger for row in WORKFLOW.transitions} - {row.trigger for row, _ in ACTS}

    assert left_out == {"conclude_review", "establish", "revoke", "rescind"}
    assert SYSTEM in {row.by[0] for row, _ in ACTS}
    assert PATHS.keys() >= {state for _, state in ACTS}
