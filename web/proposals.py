"""The addresses of proposing: beginning a draft, its task list, its sections, checking it.

What each of them does is in the module named here.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, g
from flask.typing import ResponseReturnValue

from web import (
    proposal_check,
    proposal_closed,
    proposal_files,
    proposal_section,
    proposal_start,
    proposal_tasks,
)
from web.auth import takes
from workflow.dossier import Dossier, dossier
from workflow.errors import Refused

bp = Blueprint("proposals", __name__, url_prefix="/quick-wins")
bp.add_url_rule("/new", "new", proposal_start.new, methods=["GET", "POST"])
bp.add_url_rule(
    "/<int:quick_win_id>/edit/<section>",
    "section",
    takes(proposal_files.body_limit)(proposal_section.section),
    methods=["GET", "POST"],
)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/<int:quick_win_id>/edit")
def edit(quick_win_id: int) -> ResponseReturnValue:
    """The task list."""
    return _writing(quick_win_id, proposal_tasks.render)


@bp.get("/<int:quick_win_id>/check")
def check(quick_win_id: int) -> ResponseReturnValue:
    """All answers, and the way to send them."""
    return _writing(quick_win_id, proposal_check.render)


def _writing(quick_win_id: int, render: Callable[[Dossier], str]) -> ResponseReturnValue:
    try:
        found = dossier(g.session, quick_win_id, g.person, at=g.now)
        if refusal := proposal_closed.refusal_of(found.quick_win):
            raise refusal
        return render(found)
    except Refused as error:
        return proposal_closed.page(quick_win_id, error)
