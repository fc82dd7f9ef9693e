"""The door: `perform` lets an act happen or says why not; `available` is its question form, and
`record_all` its form for many at once that stay as they are.

Nothing else changes a state. In this order: lock, refusals in the order of the contract, then the
steps of `attempt`, each a few lines; everything they came to is written in one statement, the state
with it. The caller commits: all or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session
from transitions import Machine

from workflow.acts import DecreeGiven, Given
from workflow.attempt import Attempt, attempted, enter, leave, record, record_each
from workflow.definition import SYSTEM, State, Transition, Workflow
from workflow.errors import Refused
from workflow.guards import GUARDS
from workflow.locking import LockedQuickWin, lock
from workflow.models import Event, QuickWin
from workflow.registry import workflow_of
from workflow.rights import Actor, choose, fits, standing_of
from workflow.standing import Standing


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
    attempt = attempted(session, locked, row, actor, standing, note=note, data=data, at=at)
    event = _fire(attempt)
    _follow(session, locked, at)
    return event


def record_all(
    session: Session, action: str, given: Sequence[tuple[QuickWin, Given]], *, at: datetime
) -> None:
    """Let the clock perform `action` on many Quick Wins, which the caller holds locked; where their
    definition has a row for it that is the clock's, unconditional, and stays in the state. It is
    recorded and does nothing else, so that it costs the same few statements for all."""
    found = [(quick_win, _recording(quick_win, action), one) for quick_win, one in given]
    record_each(session, [(quick_win, row, one) for quick_win, row, one in found if row], at=at)


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
        _fire(attempted(session, locked, open_rows[0], SYSTEM, standing, note="", data=None, at=at))


def _recording(quick_win: QuickWin, action: str) -> Transition | None:
    rows = workflow_of(quick_win).rows(action, quick_win.state)
    plain = (row for row in rows if row.by == (SYSTEM,) and row.to is None and not row.guards)
    return next((row for row in plain if fits(quick_win, row)), None)


def _fire(attempt: Attempt) -> Event:
    trigger = _machine(attempt.workflow).events[attempt.row.trigger].trigger
    if not trigger(attempt, attempt):
        raise AssertionError(f"{attempt.row.trigger} was decided on and then not performed")
    leave(attempt)
    return attempt.event


@lru_cache(maxsize=64)
def _machine(workflow: Workflow) -> Machine:
    return Machine(
        model=None,  # attempts are passed to trigger(); the machine keeps none of them
        states=list(workflow.states),
        initial=None,
        transitions=[
            {"trigger": row.trigger, "source": list(row.source), "dest": row.to}
            for row in workflow.transitions
        ],
        before_state_change=[record, enter],
        auto_transitions=False,
    )
