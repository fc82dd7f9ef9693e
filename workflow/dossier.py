"""Everything a reader may see around one Quick Win, in a number of statements that never grows.

What may be seen of it is decided in `queries`, `rights` and `history`; how it looks is not known
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from workflow import fields, queries
from workflow.calendar import Calendar
from workflow.definition import Question, State, Workflow
from workflow.history import Entry, Opinion, history, opinions, reports
from workflow.machine import Choices, Offer, available
from workflow.models import (
    Event,
    File,
    Person,
    QuickWin,
    Report,
    Revision,
    Unit,
    Upload,
)
from workflow.registry import workflow_of
from workflow.working_days import CALENDAR, calendar_of


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A revision, without what it says."""

    number: int
    event_id: int
    at: datetime
    digest: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A file that the content names, as it was uploaded."""

    sha256: str
    name: str
    size: int
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The small things beside a Quick Win that stand in tables of their own."""

    calendar: Calendar
    revisions: Sequence[Submitted]
    files: Sequence[Evidence]
    executing_unit: str  # its name; "" if none is named


@dataclass(frozen=True, kw_only=True)
class Check:
    """A checklist that is the reader's to go through, with the two ways in which it ends."""

    questions: Mapping[str, Question]
    on: Offer
    back: Offer


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One Quick Win for one reader. `events` is oldest first, `reports` newest first. `compared`
    are those with which judgments compared it, by id, as far as the reader may know of them."""

    quick_win: QuickWin
    workflow: Workflow
    state: State
    content: fields.Content
    choices: Choices
    events: Sequence[Entry]
    opinions: Sequence[Opinion]
    reports: Sequence[Report]
    compared: Mapping[int, QuickWin]
    around: Surroundings

    @property
    def check(self) -> Check | None:
        """The checklist of this state; None where there is none, or it is somebody else's."""
        on, back = (self._way_out(back=back) for back in (False, True))
        if not self.state.checklist or on is None or back is None:
            return None
        return Check(questions=self.state.checklist, on=on, back=back)

    def _way_out(self, *, back: bool) -> Offer | None:
        rows = [
            row
            for role in self.state.turn
            for row in self.workflow.check_rows(self.state.code, role, back=back)
        ]
        return next((offer for offer in self.choices.actions.values() if offer.row in rows), None)

    @property
    def writable(self) -> bool:
        """Whether the reader may change the content now."""
        return self.state.open_to(self.choices.standing.roles)

    def last_act(self, reader: Person) -> Entry | None:
        """The last thing that the reader did with it."""
        theirs = (entry for entry in reversed(self.events) if entry.event.actor_id == reader.id)
        return next(theirs, None)

    def submitted_by(self, event: Event) -> Submitted | None:
        """What was submitted last when that happened, or with it."""
        earlier = [each for each in self.around.revisions if each.event_id <= event.id]
        return earlier[-1] if earlier else None


def dossier(session: Session, quick_win_id: int, reader: Person, *, at: datetime) -> Dossier:
    """Six statements, and one where judgments compared it. Raises NotFound, whether it is absent or
    invisible."""
    quick_win = queries.get(session, quick_win_id, reader, at=at)
    workflow, found = workflow_of(quick_win), available(session, quick_win, reader, at=at)
    content = fields.parse(quick_win.content)
    judged = opinions(session, quick_win, reader, found.standing)
    return Dossier(
        quick_win=quick_win,
        workflow=workflow,
        state=workflow.states[quick_win.state],
        content=content,
        choices=found,
        events=history(session, quick_win, reader, found.standing),
        opinions=judged,
        reports=reports(session, quick_win),
        compared=_compared(session, judged, reader, at),
        around=_surroundings(session, quick_win, content),
    )


def _compared(
    session: Session, judged: Sequence[Opinion], reader: Person, at: datetime
) -> dict[int, QuickWin]:
    ids = {each["quick_win"] for opinion in judged for each in opinion.similar}
    if not ids:
        return {}
    found = session.scalars(queries.visible_to(reader, at).where(QuickWin.id.in_(ids)))
    return {each.id: each for each in found}


def _surroundings(session: Session, quick_win: QuickWin, content: fields.Content) -> Surroundings:
    unit = select(Unit.name).where(Unit.code == (content.executing_unit or ""))
    row = session.execute(
        select(
            *CALENDAR,
            _revisions(quick_win).scalar_subquery(),
            _uploads(quick_win).scalar_subquery(),
            unit.scalar_subquery(),
        )
    ).one()
    *days, submitted, uploaded, unit_name = row
    files = {each["sha256"]: Evidence(**each) for each in uploaded or ()}
    return Surroundings(
        calendar=calendar_of(*days),
        revisions=[
            Submitted(**{**each, "at": datetime.fromisoformat(each["at"])})
            for each in submitted or ()
        ],
        files=[files[sha256] for sha256 in content.files or () if sha256 in files],
        executing_unit=unit_name or "",
    )


def _revisions(quick_win: QuickWin) -> Any:
    one = func.jsonb_build_object(
        "number",
        Revision.number,
        "event_id",
        Revision.event_id,
        "at",
        Revision.at,
        "digest",
        Revision.digest,
    )
    ordered = aggregate_order_by(one, Revision.number)
    return select(func.jsonb_agg(ordered)).where(Revision.quick_win_id == quick_win.id)


def _uploads(quick_win: QuickWin) -> Any:
    one = func.jsonb_build_object(
        "sha256",
        Upload.sha256,
        "name",
        Upload.name,
        "size",
        File.size,
        "media_type",
        File.media_type,
    )
    return (
        select(func.jsonb_agg(one))
        .join(File, File.sha256 == Upload.sha256)
        .where(Upload.quick_win_id == quick_win.id)
    )
