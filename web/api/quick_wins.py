"""Quick Wins: the list, one of them, a new one, and changes of what it says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for
from werkzeug.exceptions import PreconditionRequired

from web.api import paging, present, reading
from web.api.answering import answer, shown
from web.api.description import Header, Operation, describe
from web.api.schemas import ContentChange, ListQuery, NewQuickWin
from web.api.shapes import Brief, Page, QuickWinShape
from workflow import content, queries
from workflow.listing import Filters, listing

bp = Blueprint("api_quick_wins", __name__, url_prefix="/api/v1")
IF_MATCH = Header(name="If-Match", required=True, text="The version that was read")


@bp.get("/quick-wins")
@describe(
    Operation(summary="What the caller may see, newest first", answer=Page[Brief], query=ListQuery)
)
def index() -> dict[str, Any]:
    asked = reading.query(ListQuery)
    filters = Filters(
        state=asked.state,
        stage=asked.stage,
        unit=asked.unit,
        period=asked.period,
        dimension=asked.dimension,
        q=asked.q,
        late=asked.late == "yes",
        waiting=asked.waiting_for == "me",
        own=asked.own == "yes",
    )
    listed = listing(g.session, g.person, filters, order=asked.order, at=g.now)
    if asked.cursor and not listed.knows(asked.cursor):
        raise paging.no_cursor()
    page = listed.page(g.session, asked.limit, after=asked.cursor)
    return {
        "items": [present.brief(each) for each in page.rows],
        "next_cursor": page.next or None,
    }


@bp.post("/quick-wins")
@describe(
    Operation(
        summary="A new draft in the open period",
        answer=QuickWinShape,
        status=201,
        bodies=(NewQuickWin,),
        sends=("ETag", "Location"),
        refuses=(403, 409),
    )
)
def create() -> Response:
    wanted = reading.body(NewQuickWin)
    quick_win = content.create(g.session, g.person, wanted.unit, wanted.content, at=g.now)
    response = answer(shown(quick_win), 201)
    response.headers["Location"] = url_for("api_quick_wins.show", quick_win_id=quick_win.id)
    g.session.commit()
    return response


@bp.get("/quick-wins/<int:quick_win_id>")
@describe(
    Operation(
        summary="One Quick Win, what may be done with it, and why not the rest",
        answer=QuickWinShape,
        sends=("ETag",),
    )
)
def show(quick_win_id: int) -> Response:
    return answer(shown(queries.get(g.session, quick_win_id, g.person, at=g.now)))


@bp.patch("/quick-wins/<int:quick_win_id>")
@describe(
    Operation(
        summary="Change what it says",
        answer=QuickWinShape,
        bodies=(ContentChange,),
        headers=(IF_MATCH,),
        sends=("ETag",),
        refuses=(403, 409, 423, 428),
    )
)
def change(quick_win_id: int) -> Response:
    version = reading.seen_version()
    wanted, fault = reading.attempted(lambda: reading.body(ContentChange))
    if wanted is None or version is None:
        _refuse_first(quick_win_id, version)
    if fault is not None:
        raise fault
    assert wanted is not None
    quick_win = content.save(
        g.session, quick_win_id, g.person, wanted.content, version=version, at=g.now
    )
    response = answer(shown(quick_win))
    g.session.commit()
    return response


def _refuse_first(quick_win_id: int, version: int | None) -> None:
    """Every refusal that comes before what is wrong with the body, in the order of the contract."""
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    refusal = content.write_refusal(g.session, quick_win, g.person, version=version, at=g.now)
    if refusal is not None and (version is not None or refusal.code == "forbidden"):
        raise refusal
    if version is None:
        raise PreconditionRequired()
