"""The door: refused in the contract's order; what an act records, and whom it tells."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attempts import brought, refused
from sqlalchemy import select
from world import JUDGMENT, REPORT, SCORES, World

from workflow import decrees
from workflow.definition import SYSTEM
from workflow.document import shipped
from workflow.errors import Invalid, NotFound, Stale, Unmet, WrongState
from workflow.guards import GUARDS
from workflow.machine import perform
from workflow.models import Chain, Event, Notification, Person, QuickWin, Report


def told(world: World, quick_win: QuickWin, action: str) -> dict[str, bool]:
    """Who is told of the last such act, and whether the mail says that it is their turn."""
    event_id = (
        select(Event.id)
        .where(Event.quick_win_id == quick_win.id, Event.action == action)
        .order_by(Event.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = world.session.execute(
        select(Person.email, Notification.your_turn)
        .join(Notification, Notification.recipient_id == Person.id)
        .where(Notification.event_id == event_id)
    )
    return {email.removesuffix("@test.test"): turn for email, turn in rows}


# ---------------------------------------------------------------- refusals


def test_a_quick_win_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        perform(world.session, 2**40, "submit", world["submitter"], version=1, at=world.now)


def test_the_version_is_looked_at_before_the_state_and_after_the_role(world: World) -> None:
    quick_win = world.bring_to("verification")

    assert isinstance(refused(world, quick_win, "judge", "reviewer", version=1), Stale)
    late = refused(world, quick_win, "judge", "reviewer", version=quick_win.version)
    assert isinstance(late, WrongState)
    assert late.who_can == ("reviewer",)


def test_a_stale_version_says_which_one_is_in_force(world: World) -> None:
    quick_win = world.bring_to("endorsement")

    refusal = refused(world, quick_win, "endorse", "head", version=1)

    assert isinstance(refusal, Stale)
    assert refusal.version == quick_win.version == 2


@pytest.mark.parametrize("note", ["", "  \n\t", "x" * 4001, "a\x00b", "\ud800"])
def test_a_note_that_is_missing_too_long_or_unstorable_is_refused_by_name(
    world: World, note: str
) -> None:
    refusal = refused(world, world.bring_to("endorsement"), "return", "head", note=note)

    assert isinstance(refusal, Invalid)
    assert refusal.fields.keys() == {"note"}


def test_a_note_of_4000_characters_is_kept_without_the_space_around_it(world: World) -> None:
    quick_win = world.bring_to("endorsement")

    world.act(quick_win, "return", "head", note=f" {'é' * 4000}\n")

    assert world.session.scalars(select(Event.note).order_by(Event.id.desc())).first() == "é" * 4000


@pytest.mark.parametrize(
    ("state", "action"),
    [("approved", "establish"), ("established", "revoke"), ("suspended", "revoke")],
)
@pytest.mark.parametrize("data", [None, {"decree": 1}])
def test_only_a_decree_establishes_and_revokes(
    world: World, state: str, action: str, data: Any
) -> None:
    refusal = refused(world, world.bring_to(state), action, "decree_officer", data=data)

    assert type(refusal) is Unmet
    assert refusal.sentence == GUARDS["by_decree"].rule
    assert refusal.who_can == ("decree_officer",)


# ---------------------------------------------------------------- what an act records


def test_an_event_says_who_did_what_in_which_capacity_to_what(world: World) -> None:
    quick_win = world.bring_to("decision")
    visit = quick_win.visit

    event = perform(
        world.session,
        quick_win.id,
        "approve",
        world["chair"],
        version=quick_win.version,
        note="Setuju.",
        at=world.now,
    )

    assert (event.action, event.actor_id, event.actor_name) == (
        "approve",
        world["chair"].id,
        "Chair",
    )
    assert (event.role, event.capacity, event.on_behalf_of) == ("chair", "Sebagai chair", "")
    assert (event.source, event.target, event.visit) == ("decision", "approved", visit)
    assert (event.note, event.digest, event.at) == ("Setuju.", quick_win.digest, world.now)
    assert (quick_win.state, quick_win.visit) == ("approved", visit + 1)


def test_what_follows_by_itself_is_the_systems_and_comes_after_the_actors_event(
    world: World,
) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
    event = perform(
        world.session,
        quick_win.id,
        "judge",
        world["reviewer2"],
        version=quick_win.version,
        data=JUDGMENT,
        at=world.now,
    )

    last = world.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert (event.action, event.target, event.data["scores"]) == ("judge", "review", SCORES)
    assert last is not None
    assert (last.action, last.actor_id, last.actor_name, last.role) == (
        "conclude_review",
        None,
        "",
        SYSTEM,
    )
    assert (last.seq, quick_win.state) == (event.seq + 1, "decision")


@pytest.mark.parametrize("action", ["judge", "comment", "report", "extend", "remind", "endorse"])
def test_the_version_rises_with_content_and_state_only(world: World, action: str) -> None:
    row = shipped().rows(action)[0]
    state = {"judge": "review", "comment": "review", "endorse": "endorsement"}.get(
        action, "implementation"
    )
    quick_win = world.bring_to(state)
    before = quick_win.version
    who = "verifier2" if action == "extend" else row.by[0]

    world.act(quick_win, action, who, data=brought((row,)))

    assert quick_win.version == before + (row.to is not None)


def test_an_act_reads_anew_what_was_loaded_before_it_changed_elsewhere(world: World) -> None:
    quick_win = world.bring_to("verification")
    table = QuickWin.__table__
    connection = world.session.connection()
    connection.execute(table.update().where(table.c.id == quick_win.id).values(state="review"))
    assert quick_win.state == "verification", "the row in memory is the old one"

    refusal = refused(world, quick_win, "verify", "verifier2")

    assert isinstance(refusal, WrongState)
    assert quick_win.state == "review"


def test_a_report_keeps_what_it_said_and_the_quick_win_how_far_it_is(world: World) -> None:
    quick_win = world.bring_to("implementation")

    world.act(quick_win, "report", "submitter", data=REPORT | {"percent": "62.5"})

    report = world.session.scalars(select(Report)).one()
    assert (report.percent, report.spent) == (Decimal("62.5"), 49_000_000)
    assert report.actuals[1] == {"indicator": "Gizi", "value": "81.5"}
    assert quick_win.reported_percent == report.percent


# ---------------------------------------------------------------- whom it tells


def test_a_turn_passes_over_ones_own_unit_and_the_actor_is_never_told(world: World) -> None:
    quick_win = world.propose("DKISS")
    world.act(quick_win, "submit", "submitter.dkiss")
    world.act(quick_win, "endorse", "head.dkiss")

    assert told(world, quick_win, "submit") == {"head.dkiss": True}
    assert told(world, quick_win, "endorse") == {"verifier2": True, "submitter.dkiss": False}


def test_a_turn_passes_over_who_has_judged_what_is_submitted(world: World) -> None:
    quick_win = world.bring_to("review")
    assert told(world, quick_win, "verify") == {
        "reviewer": True,
        "reviewer2": True,
        "submitter": False,
    }, "reviewer3 is of the unit"
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)

    world.act(quick_win, "remind", SYSTEM)

    assert told(world, quick_win, "remind") == {"reviewer2": True}


def test_a_decree_tells_the_submitter_whose_turn_it_is_then_and_the_head(world: World) -> None:
    quick_win = world.bring_to("approved")
    decree = decrees.issue(
        world.session,
        world["decree_officer"],
        period="2026",
        number="503/Kep.1/2026",
        on=world.now.date(),
        establishes=[quick_win.id],
        at=world.now,
    )

    event = world.session.scalars(select(Event).where(Event.action == "establish")).one()
    assert event.data == {"decree": decree.id, "number": "503/Kep.1/2026"}
    assert told(world, quick_win, "establish") == {"submitter": True, "head": False}


def test_an_escalation_tells_the_superior_of_whose_turn_it_is(world: World) -> None:
    quick_win = world.bring_to("decision")

    world.act(quick_win, "escalate", SYSTEM)

    assert told(world, quick_win, "escalate") == {"mayor": False}


def test_an_act_that_a_savepoint_takes_back_leaves_nothing_in_the_session(world: World) -> None:
    quick_win = world.bring_to("decision")
    chain = world.session.scalars(select(Chain).where(Chain.quick_win_id == quick_win.id)).one()
    before = (quick_win.state, quick_win.version, quick_win.due_at, chain.head_hash)

    with world.session.begin_nested() as savepoint:
        world.act(quick_win, "approve", "chair")
        assert quick_win.state != before[0]
        savepoint.rollback()

    assert (quick_win.state, quick_win.version, quick_win.due_at, chain.head_hash) == before
