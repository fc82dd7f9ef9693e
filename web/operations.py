"""/operations: whether everything runs, for whoever sees everything; admins send failed mails again
and let a refused address be tried again.

What stands behind the figures, and who may press, is said by the domain.
"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, lazy_gettext, ngettext
from flask_babel import gettext as _

from web.auth import inside
from web.keys import number_in
from web.profile import in_a_browser
from workflow import mending, operating
from workflow.models import PeriodAction
from workflow.notice_kinds import NAMES

bp = Blueprint("operations", __name__, url_prefix="/operations")
bp.before_request(in_a_browser)
STEPS = {
    PeriodAction.OPEN: lazy_gettext("open the period"),
    PeriodAction.REMIND: lazy_gettext("remind those who have sent nothing"),
    PeriodAction.CLOSE: lazy_gettext("close the period"),
}


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> str:
    found = operating.look(g.session, g.person, at=g.now)
    return render_template(
        "operations.html",
        found=found,
        reading=found.reading,
        ago=ago,
        age=age,
        kinds=NAMES,
        steps=STEPS,
        here=url_for("operations.show"),
    )


@bp.post("/send-again")
def send_again() -> ResponseReturnValue:
    """`message` names one mail; without it, all that failed. `next` is the page to go back to."""
    chosen = request.form.get("message")
    ids = None if chosen is None else [number_in(chosen) or 0]
    number = mending.send_again(g.session, ids, g.person, at=g.now)
    g.session.commit()
    if number:
        text = ngettext(
            "%(num)s mail is on its way again.", "%(num)s mails are on their way again.", number
        )
        flash(text, "success")
    else:
        flash(_("Nothing was left to send again: it is on its way, or sent already."))
    return redirect(_back(), 303)


@bp.post("/addresses/<int:person_id>")
def mend_address(person_id: int) -> ResponseReturnValue:
    """`next` is the page to go back to."""
    person = mending.mend_address(g.session, person_id, g.person, at=g.now)
    g.session.commit()
    flash(_("Mails to %(name)s are tried again.", name=person.name), "success")
    return redirect(_back(), 303)


def ago(at: datetime) -> str:
    """3 minutes ago: how long before the moment of the request."""
    return str(format_timedelta(at - g.now, granularity="second", add_direction=True))


def age(at: datetime) -> str:
    """3 minutes: the same without saying that it is over."""
    return str(format_timedelta(g.now - at, granularity="second"))


def _back() -> str:
    return inside(request.form.get("next") or url_for("operations.show"))
