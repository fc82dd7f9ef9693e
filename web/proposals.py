"""The addresses of proposing: beginning a draft, its task list, its sections, checking it.

What each of them does is in the module named here.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from web import (
    proposal_check,
    proposal_closed,
    proposal_files,
    proposal_section,
    proposal_start,
    proposal_tasks,
)
from web.auth import takes
from web.errors import page
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


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Of such a post nothing can be read. Only a section with files comes near the limit."""
    return page(
        413,
        sentence=_(
            "All files together may have at most 64 MB at once, and each of them 10 MB. None of"
            " them was kept: go back and send them in several goes. What you saved before is there."
        ),
    )


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
