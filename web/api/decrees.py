"""Decrees: drawn up, amended while they are drafts, and read."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, g, jsonify, url_for
from pydantic import BaseModel

from web.api import present, reading
from web.api.description import Operation, describe
from web.api.schemas import DecreeChange, NewDecree
from web.api.shapes import DecreeShape
from workflow import decrees
from workflow.decrees import Drawn

bp = Blueprint("api_decrees", __name__, url_prefix="/api/v1")
Shape = TypeVar("Shape", bound=BaseModel)


@bp.post("/decrees")
@describe(
    Operation(
        summary="Draw up a decree; with number and date it is issued at once, all or nothing",
        answer=DecreeShape,
        status=201,
        bodies=(NewDecree,),
        sends=("Location",),
        refuses=(403, 409),
    )
)
def create() -> Response:
    wanted = _body(NewDecree)
    decree = decrees.draw_up(g.session, g.person, wanted.period, _drawn(wanted), at=g.now)
    response = jsonify(present.decree(decree))
    response.status_code = 201
    response.headers["Location"] = url_for("api_decrees.show", decree_id=decree.id)
    g.session.commit()
    return response


@bp.get("/decrees/<int:decree_id>")
@describe(Operation(summary="One decree", answer=DecreeShape))
def show(decree_id: int) -> dict[str, Any]:
    return present.decree(decrees.get(g.session, decree_id, g.person, at=g.now))


@bp.patch("/decrees/<int:decree_id>")
@describe(
    Operation(
        summary="Change a draft; it is issued once number and date are there",
        answer=DecreeShape,
        bodies=(DecreeChange,),
        refuses=(403, 409),
    )
)
def change(decree_id: int) -> dict[str, Any]:
    decrees.get(g.session, decree_id, g.person, at=g.now)
    wanted = _body(DecreeChange)
    decree = decrees.amend(g.session, decree_id, g.person, _drawn(wanted), at=g.now)
    body = present.decree(decree)
    g.session.commit()
    return body


def _body(shape: type[Shape]) -> Shape:
    """The body; who may not draw up decrees at all is told that first."""
    found, fault = reading.attempted(lambda: reading.body(shape))
    if fault is not None:
        decrees.check_officer(g.session, g.person, g.now)
        raise fault
    assert found is not None
    return found


def _drawn(wanted: DecreeChange) -> Drawn:
    return Drawn(
        number=wanted.number,
        on=wanted.date,
        establishes=wanted.quick_wins,
        revokes=wanted.revokes,
        replaces=wanted.replaces,
    )
