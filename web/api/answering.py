"""The one answer that many calls give: a Quick Win for whoever asked, with its version as ETag."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify

from web.api import present
from workflow.machine import available
from workflow.models import QuickWin


def shown(quick_win: QuickWin) -> dict[str, Any]:
    """What the caller may know of it and do with it now; one statement."""
    return present.quick_win(quick_win, available(g.session, quick_win, g.person, at=g.now))


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """A Quick Win as a response."""
    response = jsonify(body)
    response.status_code = status
    response.headers["ETag"] = f'"{body["version"]}"'
    return response
