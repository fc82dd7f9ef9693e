"""Whatever people and the clock do, in whatever order, these things stay true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attempts import BROUGHT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from world import World

from workflow import content, decrees
from workflow.definition import SYSTEM
from workflow.document import shipped
from workflow.errors import Refused
from workflow.machine import available, perform
from workflow.models import Chain, DueRow, Event, Notification, QuickWin
from workflow.verifying import verify

WORKFLOW = shipped()
EVERYBODY = [*WORKFLOW.roles, "verifier2", "reviewer2", "reviewer3", "submitter.dkiss", SYSTEM]

_random = st.tuples(st.sampled_from(WORKFLOW.actions), st.sampled_from(EVERYBODY))
_possible = st.tuples(st.just("?"), st.integers(0, 10**6))  # one of what is open to somebody
_writes = st.tuples(st.just("write"), st.sampled_from(["problem", "risks"]))
_moves = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 20), _possible | _possible | _possible | _random | _writes),
    min_size=5,
    max_size=25,
)


@given(_moves)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_path(world: World, moves: list[tuple[int, tuple[str, Any]]]) -> None:
    with world.session.begin_nested() as savepoint:
        quick_win, now = world.propose(), world.now
        for minutes, move in moves:
            now += timedelta(minutes=minutes)
            _try(world, quick_win, move, now)
            _holds(world.session, quick_win)
        _nobody_was_told_of_their_own_act(world.session, quick_win)
        chain = world.session.scalars(select(Chain).where(Chain.quick_win_id == quick_win.id)).one()
        assert list(verify(world.session, chains=[chain.id])) == []
        savepoint.rollback()


def _try(world: World, quick_win: QuickWin, move: tuple[str, Any], at: Any) -> None:
    action, who = move
    version = quick_win.version
    with world.session.begin_nested() as attempt:
        try:
            if action == "write":
                content.save(
                    world.session,
                    quick_win.id,
                    world["submitter"],
                    {who: f"Isi {at}."},
                    version=version,
                    at=at,
                )
            else:
                if action == "?":
                    action, who = _one_that_is_open(world, quick_win, who, at)
                _act(world, quick_win, action, who, at)
        except Refused:
            attempt.rollback()
    world.session.refresh(quick_win)
    assert quick_win.version - version in (0, 1, 2)


def _one_that_is_open(world: World, quick_win: QuickWin, number: int, at: Any) -> tuple[str, str]:
    """Without withdrawing at once: most paths would end there."""
    found = [
        (action, who)
        for who in EVERYBODY
        for action in available(world.session, quick_win, world.holder(who), at=at).actions
        if action not in ("withdraw", "comment", "extend", "escalate") or number % 7 == 0
    ]
    if WORKFLOW.rows("establish", quick_win.state):
        found.append(("establish", "decree_officer"))
    return found[number % len(found)] if found else ("comment", "submitter")


def _act(world: World, quick_win: QuickWin, action: str, who: str, at: Any) -> None:
    rows = WORKFLOW.rows(action)
    if rows[0].collects == "decree":
        effect = {"establish": "establishes", "revoke": "revokes"}[action]
        decrees.issue(
            world.session,
            world["decree_officer"],
            period=quick_win.period.code,
            number=f"{at}",
            on=world.now.date(),
            **{effect: [quick_win.id]},
            at=at,
        )
        return
    data = BROUGHT[rows[0].collects]
    if rows[0].collects == "extension":
        data = {"due_on": (at + timedelta(days=9)).date().isoformat()}
    perform(
        world.session,
        quick_win.id,
        action,
        world.holder(who),
        version=quick_win.version,
        note="Catatan.",
        data=data,
        at=at,
    )


def _holds(session: Session, quick_win: QuickWin) -> None:
    """History is a chain that ends in the present; the clock runs for the present visit alone."""
    events = session.scalars(
        select(Event).where(Event.quick_win_id == quick_win.id).order_by(Event.seq)
    ).all()
    states = [WORKFLOW.initial, *(event.target for event in events)]
    moves = [event for event in events if WORKFLOW.rows(event.action, event.source)[0].to]

    assert [event.source for event in events] == states[:-1]
    assert quick_win.state == states[-1]
    assert quick_win.visit == 1 + len(moves)
    assert [event.visit for event in moves] == list(range(1, len(moves) + 1))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    if moves:
        assert quick_win.came_from == moves[-1].source
        assert quick_win.since == moves[-1].at

    pending = session.scalars(
        select(DueRow).where(DueRow.quick_win_id == quick_win.id, DueRow.done_at.is_(None))
    ).all()
    final = WORKFLOW.states[quick_win.state].final
    assert (quick_win.due_at is None) == final
    assert not (final and pending)
    assert {row.visit for row in pending} <= {quick_win.visit}
    assert all(WORKFLOW.rows(row.action, quick_win.state) for row in pending)


def _nobody_was_told_of_their_own_act(session: Session, quick_win: QuickWin) -> None:
    told = session.execute(
        select(Event.actor_id, Notification.recipient_id)
        .join(Notification, Notification.event_id == Event.id)
        .where(Event.quick_win_id == quick_win.id)
    )
    assert all(actor != recipient for actor, recipient in told)
