"""What happened to a Quick Win, what was submitted when, what differs, what resembles it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g
from sqlalchemy import select

from web.api import paging, present, reading
from web.api.description import Operation, describe
from web.api.schemas import LimitQuery, PageQuery
from web.api.shapes import ChangeShape, EventShape, Page, RevisionShape, Similar, Whole
from workflow import diff, history, queries, similar
from workflow.models import Event, Person
from workflow.rights import standing_of

bp = Blueprint("api_trail", __name__, url_prefix="/api/v1/quick-wins/<int:quick_win_id>")


@bp.get("/events")
@describe(
    Operation(summary="What happened, oldest first", answer=Page[EventShape], query=PageQuery)
)
def events(quick_win_id: int) -> dict[str, Any]:
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    asked = reading.query(PageQuery)
    after = paging.place(asked.cursor) or 0
    standing = standing_of(g.session, quick_win, g.person, g.now)
    entries = history.history(g.session, quick_win, g.person, standing)
    return paging.page(
        [entry for entry in entries if entry.event.seq > after],
        asked.limit,
        shown=present.event,
        cursor=lambda entry: paging.cursor_of(entry.event.seq),
    )


@bp.get("/revisions")
@describe(
    Operation(
        summary="What was submitted, oldest first", answer=Page[RevisionShape], query=PageQuery
    )
)
def revisions(quick_win_id: int) -> dict[str, Any]:
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    asked = reading.query(PageQuery)
    after = paging.place(asked.cursor) or 0
    found = [row for row in history.revisions(g.session, quick_win) if row.number > after]
    ids = {author for row in found for author in row.authors}
    people = g.session.scalars(select(Person).where(Person.id.in_(ids)))
    named = {person.id: person for person in people}
    acts = [row.event_id for row in found]
    events = g.session.scalars(select(Event).where(Event.id.in_(acts)))
    seq_of = {event.id: event.seq for event in events}
    return paging.page(
        found,
        asked.limit,
        shown=lambda row: present.revision(row, seq_of[row.event_id], named),
        cursor=lambda row: paging.cursor_of(row.number),
    )


@bp.get("/revisions/<int:a>/diff/<int:b>")
@describe(
    Operation(summary="What differs between two revisions, by field", answer=Whole[ChangeShape])
)
def changes(quick_win_id: int, a: int, b: int) -> dict[str, Any]:
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    return paging.whole([present.change(each) for each in diff.between(g.session, quick_win, a, b)])


@bp.get("/similar")
@describe(
    Operation(
        summary="What resembles it, the most similar first", answer=Whole[Similar], query=LimitQuery
    )
)
def resembling(quick_win_id: int) -> dict[str, Any]:
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    limit = reading.query(LimitQuery).limit
    found = similar.similar(g.session, quick_win, g.person, at=g.now, limit=limit)
    return paging.whole([present.similar(each) for each in found])
