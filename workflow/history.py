"""What a person may read of what happened: events and judgments as far as they are open to them.

Other reviewers' judgments stay closed until the step is concluded; to the OPD the reviewers have no
names. One place says so, for pages, API and exports alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflow.definition import Workflow
from workflow.models import Event, Judgment, Person, QuickWin, Report, Revision
from workflow.quorum import judging_roles
from workflow.registry import workflow_of
from workflow.relations import judge_is_barred
from workflow.standing import Standing

# Of a judgment's data, what the OPD may read once the step is concluded.
OPEN_TO_THE_OPD = ("verdict", "notes")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event as one reader may see it. `actor` None: the system, or a name that is not open."""

    event: Event
    actor: Person | None
    by_system: bool
    role: str
    capacity: str
    on_behalf_of: str  # the name; "" for nobody, or a name that is not open
    note: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A judgment as one reader may see it. None: not open to them."""

    reviewer: Person | None
    visit: int
    verdict: str
    scores: Mapping[str, int] | None
    note: str
    notes: Sequence[Mapping[str, str]]  # {field, text}: pinned to fields
    similar: Sequence[Mapping[str, Any]]  # {quick_win (id), verdict, reason}; () to the OPD
    at: datetime
    earlier: bool  # it is about what was submitted before
    counts: bool  # it is about what is submitted now, of somebody four eyes do not keep from it


def history(
    session: Session, quick_win: QuickWin, reader: Person, standing: Standing
) -> list[Entry]:
    """Everything that happened to it, oldest first, as far as `reader` may know."""
    events = session.scalars(
        select(Event)
        .where(Event.quick_win_id == quick_win.id)
        .options(joinedload(Event.actor))
        .order_by(Event.seq)
    )
    workflow = workflow_of(quick_win)
    return [entry(event, workflow, quick_win, reader, standing) for event in events]


def entry(
    event: Event, workflow: Workflow, quick_win: QuickWin, reader: Person, standing: Standing
) -> Entry:
    """One event as far as `reader` may know; of the standing, only `own_unit` is asked for."""
    own = event.actor_id == reader.id
    is_judgment = any(row.collects == "judgment" for row in workflow.rows(event.action))
    nameless = event.role in judging_roles(workflow) and standing.own_unit and not own
    closed = is_judgment and not own and event.visit == quick_win.visit
    data = dict(event.data)
    if is_judgment and not own and (closed or standing.own_unit):
        data = {} if closed else _for_the_opd(event.data)
    return Entry(
        event=event,
        actor=None if nameless else event.actor,
        by_system=event.actor_id is None,
        role=event.role,
        capacity="" if nameless else event.capacity,
        on_behalf_of="" if nameless else event.on_behalf_of,
        note="" if closed or (nameless and _recuses(workflow, event)) else event.note,
        data=data,
    )


def opinions(
    session: Session, quick_win: QuickWin, reader: Person, standing: Standing
) -> list[Opinion]:
    """The judgments that are open to `reader`, oldest first; the reader's own always."""
    own = {quick_win.id} if standing.own_unit else set()
    return opinions_of(session, [quick_win], reader, own)[quick_win.id]


def opinions_of(
    session: Session, quick_wins: Sequence[QuickWin], reader: Person, own: Collection[int]
) -> dict[int, list[Opinion]]:
    """`opinions` of many, by id, in one statement. `own` are those of the reader's own unit."""
    known = {quick_win.id: quick_win for quick_win in quick_wins}
    found: dict[int, list[Opinion]] = {each: [] for each in known}
    rows = session.execute(
        select(Judgment, Event.data, judge_is_barred())
        .join(Event, Event.id == Judgment.event_id)
        .join(QuickWin, QuickWin.id == Judgment.quick_win_id)
        .where(QuickWin.id.in_(known), Judgment.rescinded_at.is_(None))
        .options(joinedload(Judgment.reviewer))
        .order_by(Judgment.id)
    )
    for judgment, data, barred in rows:
        quick_win = known[judgment.quick_win_id]
        if judgment.reviewer_id == reader.id or judgment.visit < quick_win.visit:
            masked = quick_win.id in own and judgment.reviewer_id != reader.id
            shown = _for_the_opd(data) if masked else data
            opinion = _opinion(judgment, quick_win, shown, barred=barred, masked=masked)
            found[quick_win.id].append(opinion)
    return found


def reports(session: Session, quick_win: QuickWin) -> list[Report]:
    """The progress reports, newest first."""
    return list(
        session.scalars(
            select(Report).where(Report.quick_win_id == quick_win.id).order_by(Report.id.desc())
        )
    )


def revisions(session: Session, quick_win: QuickWin) -> list[Revision]:
    """What was submitted, oldest first."""
    return list(
        session.scalars(
            select(Revision).where(Revision.quick_win_id == quick_win.id).order_by(Revision.number)
        )
    )


def _recuses(workflow: Workflow, event: Event) -> bool:
    """Why somebody takes no part could tell the OPD who it is."""
    return any(row.collects == "recusal" for row in workflow.rows(event.action))


def _for_the_opd(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in OPEN_TO_THE_OPD if name in data}


def _opinion(
    judgment: Judgment,
    quick_win: QuickWin,
    data: Mapping[str, Any],
    *,
    barred: bool,
    masked: bool,
) -> Opinion:
    """`masked`: for the OPD, without name and scores."""
    current = judgment.material_digest == quick_win.material_digest
    return Opinion(
        reviewer=None if masked else judgment.reviewer,
        visit=judgment.visit,
        verdict=judgment.verdict.value,
        scores=None if masked else judgment.scores,
        note=judgment.note,
        notes=data.get("notes", ()),
        similar=data.get("similar", ()),
        at=judgment.at,
        earlier=not current,
        counts=current and not barred,
    )
