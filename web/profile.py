"""/profile: what is known of the person who looks, and what only that person may change.

Name, unit and assignments are read here and changed by nobody here.
"""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from web import (
    browsers,
    logins,
    profile_calendar,
    profile_notifications,
    profile_password,
    profile_two_factor,
    two_factor,
)
from web.frame import say
from workflow.models import Assignment
from workflow.registry import active, parsed
from workflow.relations import in_force, local_day

bp = Blueprint("profile", __name__, url_prefix="/profile")
profile_password.add_to(bp)
profile_two_factor.add_to(bp)
profile_notifications.add_to(bp)
profile_calendar.add_to(bp)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.before_request
def in_a_browser() -> None:
    """A program's token is for the work, not for the account."""
    if g.caller.login is None:
        abort(403)


@bp.get("")
def show() -> str:
    workflow = parsed(active(g.session))
    return render_template(
        "profile/show.html",
        person=g.person,
        assignments=_assignments(),
        role_name=lambda role: say(workflow.role_label(role)),
        factor=two_factor.in_force(g.session, g.person.id),
        codes_left=two_factor.recovery_codes_left(g.session, g.person.id),
        logins=logins.open_of(g.session, g.person.id, g.now),
        this_one=g.caller.login.id,
        called=browsers.called,
    )


@bp.post("/logins/<int:login_id>/end")
def end_login(login_id: int) -> ResponseReturnValue:
    if login_id == g.caller.login.id or not logins.end_one(g.session, g.person.id, login_id, g.now):
        abort(404)
    g.session.commit()
    flash(_("That browser is logged out."), "success")
    return _back()


@bp.post("/logins/end-others")
def end_other_logins() -> ResponseReturnValue:
    count = logins.end_others(g.session, g.person.id, g.caller.login, g.now)
    g.session.commit()
    told = ngettext("%(num)s browser is logged out.", "%(num)s browsers are logged out.", count)
    flash(told if count else _("No other browser was logged in."), "success")
    return _back()


def _assignments() -> list[Row[tuple[Assignment, bool]]]:
    """Each with whether it is in force, the newest first."""
    found = g.session.execute(
        select(Assignment, in_force(Assignment, local_day(g.now)))
        .where(Assignment.person_id == g.person.id)
        .options(joinedload(Assignment.unit))
        .order_by(Assignment.valid_from.desc(), Assignment.id.desc())
    )
    return list(found.all())


def _back() -> ResponseReturnValue:
    return redirect(url_for("profile.show", _anchor="logins"), 303)
