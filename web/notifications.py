"""/notifications: what the person who looks was told, the newest first, and what of it they read.

Nothing is marked by looking. What a notification says to them is read in `workflow.notice`.
"""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.keys import number_in
from web.profile import in_a_browser
from workflow import bell

bp = Blueprint("notifications", __name__, url_prefix="/notifications")
bp.before_request(in_a_browser)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    """`?show=` is `unread` or a kind."""
    return render_template("notifications.html")


@bp.post("/read")
def read_all() -> ResponseReturnValue:
    """All that was on the page; what came since is still unread."""
    newest = number_in(request.form.get("newest")) or 0
    bell.mark_all_read(g.session, g.person, newest, at=g.now)
    g.session.commit()
    return redirect(url_for("notifications.index"), 303)
