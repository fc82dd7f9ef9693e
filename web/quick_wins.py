"""Quick Wins to look at: the list of them, one of them, and what changed between two submissions.
What is done with them is in `acting`."""

from __future__ import annotations

from flask import Blueprint, Flask, g

from web import comparing, listing, quick_win_page
from workflow import queries
from workflow.dossier import dossier

bp = Blueprint("quick_wins", __name__, url_prefix="/quick-wins")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


bp.add_url_rule("", "index", listing.index)
bp.add_url_rule("/export.<form>", "export", listing.export)


@bp.get("/<int:quick_win_id>")
def show(quick_win_id: int) -> str:
    return quick_win_page.render(dossier(g.session, quick_win_id, g.person, at=g.now))


@bp.get("/<int:quick_win_id>/diff/<int:a>/<int:b>")
def diff(quick_win_id: int, a: int, b: int) -> str:
    return comparing.between(queries.get(g.session, quick_win_id, g.person, at=g.now), a, b)


@bp.get("/<int:quick_win_id>/diff/<int:a>/now")
def since(quick_win_id: int, a: int) -> str:
    return comparing.since(dossier(g.session, quick_win_id, g.person, at=g.now), a)
