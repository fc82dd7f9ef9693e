"""Acts: the body of a call becomes an act at the door, once for each Idempotency-Key.

The refusals that come before the version are asked for first where the body or the key would speak
otherwise; every other refusal is the door's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request
from pydantic import BaseModel, ConfigDict

from web.api import idempotency, reading
from web.api.answering import answer, shown
from web.api.description import Header, Operation, describe
from web.api.reading import Fault
from web.api.schemas import ACTS
from web.api.shapes import QuickWinShape
from workflow import machine, queries
from workflow.errors import Conflict, Unmet
from workflow.rights import choose, standing_of

bp = Blueprint("api_acts", __name__, url_prefix="/api/v1")
KEY = Header(
    name="Idempotency-Key", required=False, text="Up to 200 printable characters, kept 24 hours"
)


class Versioned(BaseModel):
    """The part of a body that is asked for before the state is."""

    model_config = ConfigDict(extra="ignore", strict=True)

    version: int


class Noted(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A body that could be read, or what is wrong with it: `fault` without even a version,
    `late` only after state and guards were asked."""

    body: dict[str, Any] | None = None
    version: int | None = None
    note: str = ""
    fault: Fault | None = None
    late: Fault | None = None

    @property
    def data(self) -> dict[str, Any]:
        return {k: v for k, v in (self.body or {}).items() if k not in ("version", "note")}


@bp.post("/quick-wins/<int:quick_win_id>/actions/<action>")
@describe(
    Operation(
        summary="Perform an action; answers as things stand after it and what follows by itself",
        answer=QuickWinShape,
        bodies=ACTS,
        headers=(KEY,),
        sends=("ETag",),
        refuses=(403, 409),
    )
)
def act(quick_win_id: int, action: str) -> Response:
    asked, key = _asked(), request.headers.get("Idempotency-Key", "")
    if asked.fault or key:
        _refuse_first(quick_win_id, action, asked)
    if asked.fault:
        raise asked.fault
    claim = idempotency.claim(action, key, asked.body) if key else None
    if claim and claim.answer is not None:
        return answer(claim.answer)
    body = _performed(quick_win_id, action, asked)
    if claim:
        claim.keep(body)
    response = answer(body)
    g.session.commit()
    return response


def _performed(quick_win_id: int, action: str, asked: Asked) -> dict[str, Any]:
    """Knock at the door, and say how things stand then."""
    if asked.late:
        _refuse_first(quick_win_id, action, asked, state_too=True)
        raise asked.late
    machine.perform(
        g.session,
        quick_win_id,
        action,
        g.person,
        version=asked.version,
        note=asked.note,
        data=asked.data,
        at=g.now,
    )
    return shown(queries.get(g.session, quick_win_id, g.person, at=g.now))


def _asked() -> Asked:
    body, fault = reading.attempted(reading.json_object)
    if body is None:
        return Asked(fault=fault)
    head, fault = reading.attempted(lambda: reading.checked(Versioned, body))
    if head is None:
        return Asked(body=body, fault=fault)
    noted, late = reading.attempted(lambda: reading.checked(Noted, body))
    return Asked(body=body, version=head.version, note=noted.note if noted else "", late=late)


def _refuse_first(quick_win_id: int, action: str, asked: Asked, *, state_too: bool = False) -> None:
    """Refuse what the door would refuse before the version; or before note and data."""
    quick_win = queries.get(g.session, quick_win_id, g.person, at=g.now)
    standing = standing_of(g.session, quick_win, g.person, g.now)
    try:
        choose(quick_win, action, standing, version=asked.version)
    except (Conflict, Unmet):
        if state_too:
            raise
