"""The door: `perform` lets an act happen or says why not; `available` is its question form.

Nothing else changes a state. In this order: lock, refusals in the order of the contract, then the
steps at the end of this file, each a few lines, and the state last. The caller commits: all or
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session
from transitions import Machine

from workflow import deadlines, notices, records, undoing
from workflow.acts import DecreeGiven, Given, checked_note
from workflow.bringing import collected
from workflow.definition import SYSTEM, State, Transition, Workflow
from workflow.errors import Refused
from workflow.guards import GUARDS
from workflow.ledger import append
from workflow.locking import LockedQuickWin, lock
from workflow.models import Chain, Event, Json, Person, QuickWin
from workflow.registry import parameters_of, workflow_of
from workflow.rights import Actor, choose, fits, role_of, standing_of
from workflow.standing import Held, Standing


def perform(
    session: Session,
    quick_win_id: int,
    action: str,
    actor: Actor,
    *,
    version: int | None,
    note: str = "",
    data: Mapping[str, Any] | Given | None = None,
    at: datetime | None = None,
) -> Event:
    """Let `actor` perform `action` and return its event, or raise the Refused that says why not.

    `version` is the one the actor saw; None where nobody looked (the clock, an import). `data` is
    what the row collects. `at` is now, unless an import replays the past. What follows by itself
    is performed too, in the same transaction, which the caller owns.
    """
    at = at or datetime.now(UTC)
    locked = lock(session, quick_win_id)
    standing = standing_of(session, locked.quick_win, actor, at)
    standing = replace(standing, by_decree=isinstance(data, DecreeGiven))
    row = choose(locked.quick_win, action, standing, version=version)
    attempt = _attempt(session, locked, row, actor, standing, note=note, data=data, at=at)
    event = _fire(attempt)
    _follow(session, locked, at)
    return event


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An action that is open: its row, and the state it leads to (the same one if it stays)."""

    row: Transition
    then: State


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Every action of the table: open to this actor now, or refused with the rule and who could."""

    standing: Standing
    actions: Mapping[str, Offer] = field(default_factory=dict)
    refused: Mapping[str, Refused] = field(default_factory=dict)


def available(
    session: Session, quick_win: QuickWin, actor: Actor, *, at: datetime | None = None
) -> Choices:
    """What `actor` may do, and why not the rest. Note and data are not asked for yet."""
    standing = standing_of(session, quick_win, actor, at or datetime.now(UTC))
    return choices(quick_win, standing)


def choices(quick_win: QuickWin, standing: Standing) -> Choices:
    """`available` for a standing that is known already."""
    workflow = workflow_of(quick_win)
    actions: dict[str, Offer] = {}
    refused: dict[str, Refused] = {}
    for action in workflow.actions:
        try:
            row = choose(quick_win, action, standing)
        except Refused as refusal:
            refused[action] = refusal
        else:
            actions[action] = Offer(row=row, then=workflow.states[row.to or quick_win.state])
    return Choices(standing=standing, actions=actions, refused=refused)


@dataclass(kw_only=True)
class Attempt:
    """One actor's act, decided and on its way through the steps."""

    session: Session
    quick_win: QuickWin
    chain: Chain
    workflow: Workflow
    row: Transition
    actor: Actor
    role: str
    post: Held  # in which the actor holds it
    note: str
    given: Given
    at: datetime
    before: Json  # the visit in which it happens
    event: Event


def _attempt(
    session: Session,
    locked: LockedQuickWin,
    row: Transition,
    actor: Actor,
    standing: Standing,
    *,
    note: str,
    data: Mapping[str, Any] | Given | None,
    at: datetime,
) -> Attempt:
    """The act with its note and data checked."""
    quick_win, workflow = locked.quick_win, workflow_of(locked.quick_win)
    note = checked_note(row, note)
    brought = collected(session, quick_win, row, data, by=actor, today=standing.today, at=at)
    role = role_of(row, standing)
    return Attempt(
        session=session,
        quick_win=quick_win,
        chain=locked.chain,
        workflow=workflow,
        row=row,
        actor=actor,
        role=role,
        post=standing.roles[role],
        note=note,
        given=brought,
        at=at,
        before=undoing.remembered(quick_win),
        event=Event(),
    )


def _follow(session: Session, locked: LockedQuickWin, at: datetime) -> None:
    """Perform what is automatic and due to happen, until nothing more is."""
    workflow = workflow_of(locked.quick_win)
    while rows := [r for r in workflow.rows_from(locked.quick_win.state) if r.automatic]:
        standing = standing_of(session, locked.quick_win, SYSTEM, at)
        open_rows = [
            row
            for row in rows
            if fits(locked.quick_win, row)
            and all(GUARDS[guard].holds(standing, SYSTEM) for guard in row.guards)
        ]
        if not open_rows:
            return
        _fire(_attempt(session, locked, open_rows[0], SYSTEM, standing, note="", data=None, at=at))


def _fire(attempt: Attempt) -> Event:
    trigger = _machine(attempt.workflow).events[attempt.row.trigger].trigger
    if not trigger(attempt.quick_win, attempt):
        raise AssertionError(f"{attempt.row.trigger} was decided on and then not performed")
    attempt.session.flush()
    return attempt.event


# ---------------------------------------------------------------- the steps of every act, in order


def _record(attempt: Attempt) -> None:
    quick_win, person = attempt.quick_win, attempt.actor
    attempt.event = Event(
        quick_win_id=quick_win.id,
        at=attempt.at,
        action=attempt.row.name,
        actor_id=person.id if isinstance(person, Person) else None,
        actor_name=person.name if isinstance(person, Person) else "",
        role=attempt.role,
        capacity=attempt.post.capacity,
        on_behalf_of=attempt.post.on_behalf_of,
        source=quick_win.state,
        target=attempt.row.to or quick_win.state,
        visit=quick_win.visit,
        note=records.note_of(attempt.given, attempt.note),
        data=records.data_of(attempt.given),
        digest=quick_win.digest,
    )
    append(attempt.session, attempt.chain, attempt.event)
    attempt.session.flush()


def _keep(attempt: Attempt) -> None:
    """What the act brought along, and what a submission freezes."""
    quick_win, source = attempt.quick_win, attempt.workflow.states[attempt.quick_win.state]
    records.keep(attempt.session, quick_win, attempt.event, attempt.given, post=attempt.post)
    target = attempt.workflow.states[attempt.row.to or quick_win.state]
    if source.editable and not (target.editable or target.final):
        records.freeze(attempt.session, quick_win, attempt.event)
        if quick_win.submitted_at is None:
            quick_win.submitted_at = attempt.at
            quick_win.parameters = asdict(parameters_of(quick_win))


def _owe(attempt: Attempt) -> None:
    notices.owe(attempt.session, attempt.quick_win, attempt.event, attempt.row)


def _schedule(attempt: Attempt) -> None:
    if not attempt.row.rescinds:
        deadlines.reschedule(
            attempt.session, attempt.quick_win, attempt.row, attempt.given, at=attempt.at
        )


def _enter(attempt: Attempt) -> None:
    """Begin the visit of another state, or go back to the one before; the state itself is set last,
    by the machine."""
    if attempt.row.to is None:
        return
    if attempt.row.rescinds:
        undoing.take_back(attempt.session, attempt.quick_win, attempt.row, attempt.event)
        return
    quick_win, target = attempt.quick_win, attempt.workflow.states[attempt.row.to]
    quick_win.visit_before = attempt.before if attempt.row.undo else None
    quick_win.came_from, quick_win.since = quick_win.state, attempt.at
    quick_win.visit += 1
    quick_win.version += 1
    if target.circulates and quick_win.circulated_at is None:
        quick_win.circulated_at = attempt.at


@lru_cache(maxsize=64)
def _machine_of(sha256: str, states: tuple[str, ...], rows: tuple[Transition, ...]) -> Machine:
    return Machine(
        model=None,  # Quick Wins are passed to trigger(); the machine keeps none of them
        states=list(states),
        initial=None,
        transitions=[
            {"trigger": row.trigger, "source": list(row.source), "dest": row.to} for row in rows
        ],
        before_state_change=[_record, _keep, _owe, _schedule, _enter],
        auto_transitions=False,
    )


def _machine(workflow: Workflow) -> Machine:
    return _machine_of(workflow.sha256, tuple(workflow.states), workflow.transitions)
