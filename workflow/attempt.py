"""One act on its way through the door: what it records, changes, leaves behind and brought along.

Whether it is allowed was decided before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow import deadlines, escalation, notices, records, undoing
from workflow.acts import Given, checked_note
from workflow.bringing import collected
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import SYSTEM, State, Transition, Workflow
from workflow.ledger import append, link
from workflow.locking import LockedQuickWin, lock_chains
from workflow.models import Chain, Event, Json, Person, QuickWin
from workflow.notices import Told
from workflow.registry import parameters_of, workflow_of
from workflow.rights import Actor, role_of
from workflow.standing import Held, Standing
from workflow.writing import Kind, tell, write


@dataclass(kw_only=True)
class Attempt:
    """One actor's act, decided and on its way through the steps. The machine moves its `state`; the
    Quick Win gets that with everything else that is written."""

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
    today: date
    calendar: Calendar
    closes: datetime  # the period
    state: str
    event: Event = field(default_factory=Event)
    changes: dict[str, Any] = field(default_factory=dict)  # columns of the Quick Win
    clock: Clock = field(default_factory=Clock)


def attempted(
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
    assert standing.calendar is not None, "it is the standing of one"
    assert standing.period_closes is not None, "it is the standing of one"
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
        today=standing.today,
        calendar=standing.calendar,
        closes=standing.period_closes,
        state=quick_win.state,
    )


def record_each(
    session: Session, acts: Sequence[tuple[QuickWin, Transition, Given]], *, at: datetime
) -> None:
    """Acts of the clock, each on another Quick Win, that leave nothing but their event."""
    chains = lock_chains(session, [quick_win.id for quick_win, _, _ in acts])
    for quick_win, row, given in acts:
        event = _event(quick_win, row, given, by=SYSTEM, role=SYSTEM, post=Held(), note="", at=at)
        append(session, chains[quick_win.id], event)
    session.flush()


# ---------------------------------------------------------------- the steps of every act, in order


def record(attempt: Attempt) -> None:
    """The event, after the last one of its chain."""
    attempt.event = _event(
        attempt.quick_win,
        attempt.row,
        attempt.given,
        by=attempt.actor,
        role=attempt.role,
        post=attempt.post,
        note=attempt.note,
        at=attempt.at,
    )
    link(attempt.chain, attempt.event)


def _event(
    quick_win: QuickWin,
    row: Transition,
    given: Given,
    *,
    by: Actor,
    role: str,
    post: Held,
    note: str,
    at: datetime,
) -> Event:
    return Event(
        quick_win_id=quick_win.id,
        at=at,
        action=row.name,
        actor_id=by.id if isinstance(by, Person) else None,
        actor_name=by.name if isinstance(by, Person) else "",
        role=role,
        capacity=post.capacity,
        on_behalf_of=post.on_behalf_of,
        source=quick_win.state,
        target=row.to or quick_win.state,
        visit=quick_win.visit,
        note=records.note_of(given, note),
        data=records.data_of(given),
        digest=quick_win.digest,
    )


def enter(attempt: Attempt) -> None:
    """Begin the visit of another state, or go back to the one before, each with its clock."""
    quick_win, row, calendar, at = attempt.quick_win, attempt.row, attempt.calendar, attempt.at
    if row.rescinds:
        attempt.changes, attempt.clock = undoing.taken_back(
            attempt.session, quick_win, row, attempt.event, calendar, closes=attempt.closes
        )
    else:
        attempt.clock = deadlines.after(
            quick_win, row, attempt.given, calendar, at=at, closes=attempt.closes
        )
    attempt.changes |= attempt.clock.columns
    if row.to is not None and not row.rescinds:
        attempt.changes |= _visit(quick_win, row, attempt.workflow.states[row.to], at)


def _visit(quick_win: QuickWin, row: Transition, target: State, at: datetime) -> Json:
    """What changes of a Quick Win with a visit of `target`, but for its clock."""
    changes = {
        "came_from": quick_win.state,
        "since": at,
        "visit": quick_win.visit + 1,
        "version": quick_win.version + 1,
    }
    before = undoing.remembered(quick_win) if row.undo else None
    if before or quick_win.visit_before:
        changes["visit_before"] = before
    if target.circulates and quick_win.circulated_at is None:
        changes["circulated_at"] = at
    return changes


def leave(attempt: Attempt) -> None:
    """All of that, and who is owed a mail, in one statement; then what the act brought along, which
    may decide whose turn it is, so that they are told after it."""
    told = notices.told(attempt.workflow, attempt.row, attempt.state, level=_level(attempt))
    waits = notices.waits_until(attempt.quick_win, attempt.row, attempt.at)
    _write(attempt, None if attempt.row.collects else told, not_before=waits)
    _keep(attempt)
    if told and attempt.row.collects:
        tell(attempt.session, attempt.event, told, today=attempt.today, not_before=waits)


def _level(attempt: Attempt) -> int:
    """How far up superiors are told."""
    return escalation.level_of(
        attempt.workflow, attempt.event.source, attempt.row.name, attempt.event.data
    )


def _write(attempt: Attempt, told: Told | None, *, not_before: datetime | None) -> None:
    moves = attempt.row.to is not None
    changes = attempt.changes | ({"state": attempt.state} if moves else {})
    if attempt.clock.restarts and not moves:  # what comes may be what goes: one after the other
        deadlines.drop_rows(attempt.session, attempt.quick_win)
    write(
        attempt.session,
        attempt.quick_win,
        attempt.chain,
        attempt.event,
        Kind(
            told=told,
            restarts=attempt.clock.restarts and moves,
            changes=frozenset(changes),
        ),
        changes=changes,
        clock=attempt.clock,
        today=attempt.today,
        not_before=not_before,
    )


def _keep(attempt: Attempt) -> None:
    """What the act brought along, and what a submission freezes."""
    session, quick_win, event = attempt.session, attempt.quick_win, attempt.event
    source, target = (attempt.workflow.states[code or ""] for code in (event.source, event.target))
    records.keep(session, quick_win, event, attempt.given, post=attempt.post)
    if source.editable and not (target.editable or target.final):
        records.freeze(session, quick_win, event)
        if quick_win.submitted_at is None:
            quick_win.submitted_at = attempt.at
            quick_win.parameters = asdict(parameters_of(quick_win))
    session.flush()
