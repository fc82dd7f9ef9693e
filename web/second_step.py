"""/login/code: the second step of a login, for accounts with a second factor.

It begins with a login that has shown the password and opens nothing; with the right code another
one takes its place, so that nothing of the first step is worth stealing.
"""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from web import logins, proof, two_factor
from web.auth import admit, inside, open_to_all, retry_after, this_browser, told_to_wait
from workflow.models import Login

bp = Blueprint("second_step", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)
    app.extensions["vault"] = two_factor.Vault(app.config["SETTINGS"].secret_key)


def vault() -> two_factor.Vault:
    opened: two_factor.Vault = current_app.extensions["vault"]
    return opened


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the code."))],
        description=lazy_gettext("Six digits from your app, or one of your recovery codes."),
    )


@bp.route("/login/code", methods=["GET", "POST"])
@open_to_all
def show() -> ResponseReturnValue:
    wanted = inside(request.values.get("next", ""))
    login = logins.half_open(g.session, session.get("half_login", ""), g.now)
    if login is None:
        flash(_("This took too long. Log in once more."), "warning")
        return redirect(url_for("auth.login", next=wanted))
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, wanted), 422 if form.is_submitted() else 200
    attempt = proof.prove_factor(
        g.session, login.person, form.code.data or "", vault(), at=g.now, browser=this_browser()
    )
    if attempt.right:
        return _admitted(login, wanted)
    g.session.commit()
    if attempt.wait:
        form.code.errors = [told_to_wait(attempt.wait)]
        return _page(form, wanted), 429, retry_after(attempt.wait)
    form.code.errors = [_("This code is not right, or it was used before. Wait for the next one.")]
    return _page(form, wanted), 401


def _admitted(login: Login, wanted: str) -> ResponseReturnValue:
    logins.end(g.session, login, g.now)
    secret = logins.begin(g.session, login.person_id, this_browser(), g.now)
    g.session.commit()
    admit(secret)
    return redirect(wanted)


def _page(form: CodeForm, wanted: str) -> str:
    return render_template("second_step.html", form=form, next=wanted)
