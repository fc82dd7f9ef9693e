"""What an act leaves behind beside its event: a judgment, a report, a revision.

When an act is permitted is not known here.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow import fields, incidents
from workflow.acts import (
    CommentGiven,
    DecreeGiven,
    ExtensionGiven,
    Given,
    JudgmentGiven,
    MovedGiven,
    NotesGiven,
    RecusalGiven,
    ReportGiven,
    ReviewersGiven,
    StepGiven,
)
from workflow.content import canonical_content
from workflow.models import (
    Authorship,
    Designation,
    Event,
    Judgment,
    QuickWin,
    Recusal,
    Report,
    Revision,
)
from workflow.standing import Held


def note_of(given: Given, note: str) -> str:
    """What people read beside the act: a comment is its text."""
    if isinstance(given, CommentGiven):
        return "\n\n".join(filter(None, [given.text.strip(), note]))
    return note


def data_of(given: Given) -> dict[str, Any]:
    """What the event seals of it: texts and whole numbers only."""
    match given:
        case JudgmentGiven():
            return {
                "verdict": given.verdict.value,
                "scores": given.scores,
                **_pinned(given),
                **_compared(given),
            }
        case NotesGiven():
            return _pinned(given)
        case ReportGiven():
            return {
                "percent": str(given.percent),
                "summary": given.summary,
                "spent": given.spent,
                "actuals": _actuals(given),
            }
        case CommentGiven(field=str(field)):
            return {"field": field}
        case ReviewersGiven():
            return {"reviewers": given.reviewers}
        case ExtensionGiven():
            return {"due_on": given.due_on.isoformat()}
        case StepGiven():
            return {"threshold": given.threshold, "cycle": given.cycle}
        case MovedGiven():
            moments = {"due_before": given.due_before, "due_at": given.due_at}
            told = {name: at.astimezone(UTC).isoformat() for name, at in moments.items()}
            return {**told, "cause": given.cause}
        case DecreeGiven():
            return {"decree": given.decree.id, "number": given.decree.number or ""}
    return {}


def keep(session: Session, quick_win: QuickWin, event: Event, given: Given, *, post: Held) -> None:
    """The row of what was given, tied to its event. `post` is the one the actor acted in."""
    match given:
        case JudgmentGiven():
            session.add(_judgment(quick_win, event, given, post))
        case RecusalGiven():
            _recuse(session, quick_win, event)
        case ReviewersGiven(reviewers=wanted):
            _designate(session, quick_win, event, wanted)
        case ReportGiven():
            quick_win.reported_percent = given.percent
            session.add(
                Report(
                    quick_win_id=quick_win.id,
                    event_id=event.id,
                    percent=given.percent,
                    summary=given.summary,
                    spent=given.spent,
                    actuals=_actuals(given),
                    at=event.at,
                )
            )


def freeze(session: Session, quick_win: QuickWin, event: Event) -> None:
    """Keep the content as it was submitted, with everybody who has written a part of it."""
    quick_win.revision += 1
    quick_win.submitted_material_digest = quick_win.material_digest
    authors = select(func.array_agg(Authorship.person_id.distinct())).where(
        Authorship.quick_win_id == quick_win.id
    )
    session.add(
        Revision(
            quick_win_id=quick_win.id,
            number=quick_win.revision,
            event_id=event.id,
            text=canonical_content(fields.parse(quick_win.content)),
            digest=quick_win.digest,
            material_digest=quick_win.material_digest,
            authors=authors.scalar_subquery(),
            at=event.at,
        )
    )


def _recuse(session: Session, quick_win: QuickWin, event: Event) -> None:
    """Nobody who recused themselves is still asked."""
    assert event.actor_id is not None, "the clock has no conflict of interest"
    session.add(
        Recusal(quick_win_id=quick_win.id, person_id=event.actor_id, event_id=event.id, at=event.at)
    )
    _end_designations(quick_win, event, session, Designation.person_id == event.actor_id)
    incidents.recompute(session, at=event.at)


def _designate(session: Session, quick_win: QuickWin, event: Event, wanted: list[int]) -> None:
    """Those are asked from now on, and nobody else."""
    _end_designations(quick_win, event, session, Designation.person_id.not_in(wanted))
    asked = insert(Designation).values(
        [
            {"quick_win_id": quick_win.id, "person_id": person_id, "event_id": event.id}
            for person_id in wanted
        ]
    )
    if wanted:
        session.execute(asked.on_conflict_do_nothing())


def _end_designations(
    quick_win: QuickWin, event: Event, session: Session, which: ColumnElement[bool]
) -> None:
    session.execute(
        update(Designation)
        .where(Designation.quick_win_id == quick_win.id, Designation.ended_at.is_(None), which)
        .values(ended_at=event.at)
    )


def _judgment(quick_win: QuickWin, event: Event, given: JudgmentGiven, post: Held) -> Judgment:
    assert event.actor_id is not None, "the clock judges nothing"
    return Judgment(
        quick_win_id=quick_win.id,
        reviewer_id=event.actor_id,
        place_of_id=post.on_behalf_of_id or event.actor_id,
        role=event.role,
        event_id=event.id,
        visit=event.visit,
        digest=quick_win.digest,
        material_digest=quick_win.material_digest,
        verdict=given.verdict,
        scores=given.scores,
        note=event.note,
        at=event.at,
    )


def _pinned(given: NotesGiven) -> dict[str, Any]:
    """Left out where there are none, as everything optional is."""
    notes = [{"field": note.field, "text": note.text.strip()} for note in given.notes]
    return {"notes": notes} if notes else {}


def _compared(given: JudgmentGiven) -> dict[str, Any]:
    similar = [{**each.model_dump(), "reason": each.reason.strip()} for each in given.similar]
    return {"similar": similar} if similar else {}


def _actuals(given: ReportGiven) -> list[dict[str, str]]:
    return [{"indicator": each.indicator, "value": str(each.value)} for each in given.actuals]
