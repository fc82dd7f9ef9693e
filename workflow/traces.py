"""What lies beside the events of a Quick Win: the mails they owed, files, and who wrote which part.

Recipients have names, and mail servers answers, only for those who see everything; each knows of
their own mail. What was written or uploaded after the last submission is known inside the unit
only. One place says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from workflow.definition import Workflow
from workflow.mailed import Mails, grouped, read
from workflow.models import Authorship, Person, QuickWin, Revision, Upload
from workflow.registry import workflow_of
from workflow.relations import ADMIN
from workflow.standing import Standing


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    name: str
    sha256: str
    person: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """Who wrote a field, and when they last did before it was submitted, or until now."""

    person: str
    field: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Traces:
    """All of it, each oldest first."""

    mails: Sequence[Mails]
    uploads: Sequence[Uploaded]
    written: Sequence[Wrote]


def traces(session: Session, quick_win: QuickWin, reader: Person, standing: Standing) -> Traces:
    """As far as `reader` may know; one statement."""
    everything = sees_everything(workflow_of(quick_win), standing)
    inside = standing.own_unit or everything
    names = everything and not standing.own_unit
    mails, uploads, written = session.execute(
        select(
            _as_json(grouped(quick_win.id, reader.id, names=names), "event_id"),
            _uploads(quick_win, inside=inside),
            _written(quick_win, inside=inside),
        )
    ).one()
    return Traces(
        mails=[read(each, mends=ADMIN in standing.roles) for each in mails or ()],
        uploads=[Uploaded(**_dated(each)) for each in uploads or ()],
        written=[Wrote(**_dated(each)) for each in written or ()],
    )


def sees_everything(workflow: Workflow, standing: Standing) -> bool:
    return any(workflow.roles[role].sees == "all" for role in standing.roles)


def _uploads(quick_win: QuickWin, *, inside: bool) -> Any:
    last = select(func.max(Revision.at)).where(Revision.quick_win_id == quick_win.id)
    submitted = last.scalar_subquery()
    found = (
        select(
            Upload.name.label("name"),
            Upload.sha256.label("sha256"),
            Person.name.label("person"),
            Upload.at.label("at"),
        )
        .join(Person, Person.id == Upload.person_id)
        .where(Upload.quick_win_id == quick_win.id, true() if inside else Upload.at <= submitted)
    )
    return _as_json(found, "at")


def _written(quick_win: QuickWin, *, inside: bool) -> Any:
    found = (
        select(
            Person.name.label("person"),
            Authorship.field.label("field"),
            Authorship.at.label("at"),
        )
        .join(Person, Person.id == Authorship.person_id)
        .where(
            Authorship.quick_win_id == quick_win.id,
            true() if inside else Authorship.revision < quick_win.revision,
        )
    )
    return _as_json(found, "at")


def _as_json(found: Any, order: str) -> Any:
    rows = found.subquery()
    one = func.to_jsonb(rows.table_valued())
    return select(func.jsonb_agg(aggregate_order_by(one, rows.c[order]))).scalar_subquery()


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": datetime.fromisoformat(row["at"])}
