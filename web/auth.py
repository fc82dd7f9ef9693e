"""Who is asking. `g.person` is set for every request, or the request ends here.

A browser comes with a cookie that names a row of `logins`; a program with a bearer token. A page
that is not marked `open_to_all` needs one of them, and a cookie needs the CSRF token to change
anything, but for what is marked `one_click`.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

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
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import Unauthorized
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired

from web import accounts, logins, proof
from web.csrf import MaskedCSRF
from workflow.models import City

bp = Blueprint("auth", __name__)
csrf = MaskedCSRF()
View = TypeVar("View", bound=Callable[..., object])


def register(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(identify)
    app.register_blueprint(bp)


def open_to_all(view: View) -> View:
    """Mark a view that needs no login."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def anonymous(view: View) -> View:
    """Mark a view that never knows who asks, so that it answers without the database as well."""
    view.anonymous = True  # type: ignore[attr-defined]
    return view


def one_click(view: View) -> View:
    """Mark the view that takes posts without a CSRF token: mail programs, which have none, send
    them (RFC 8058). The key in its address is all the right there is, and all that it gives."""
    view.one_click = True  # type: ignore[attr-defined]
    return view


def takes(limit: Callable[..., int]) -> Callable[[View], View]:
    """Mark a view that takes larger bodies than others: `limit`, called with the view's arguments
    once it is known who asks, says how many bytes. Nothing of a body was read before."""

    def mark(view: View) -> View:
        view.limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def identify() -> None:
    """Find out who asks. Raises Unauthorized where a login is needed and there is none."""
    g.now, g.caller, g.person, g.city = datetime.now(UTC), None, None, None
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "anonymous", False):
        return
    caller = None
    authorization = request.authorization
    if authorization is not None and authorization.type == "bearer":
        caller = accounts.of_token(g.session, authorization.token or "", g.now)
    elif "login" in session:
        caller = accounts.of_login(g.session, session["login"], g.now)
    g.caller, g.person = caller, caller.person if caller else None
    g.city = caller.city if caller else g.session.get(City, 1)
    if view and g.person is None and not getattr(view, "open_to_all", False):
        raise Unauthorized
    if view and hasattr(view, "limit"):
        request.max_content_length = view.limit(**(request.view_args or {}))
    of_a_program = caller is not None and caller.login is None
    if view and not of_a_program and not getattr(view, "one_click", False):
        csrf.protect()


def is_loopback() -> bool:
    """Whether the request came from this machine."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False  # a Unix socket has no address


class LoginForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter your e-mail address."))],
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password."))]
    )


@bp.route("/login", methods=["GET", "POST"])
@open_to_all
def login() -> ResponseReturnValue:
    form = LoginForm(email=request.args.get("email", ""))
    wanted = inside(request.values.get("next", ""))
    if not form.validate_on_submit():
        return _door(form, wanted), 422 if form.is_submitted() else 200
    outcome = proof.sign_in(
        g.session,
        form.email.data or "",
        form.password.data or "",
        at=g.now,
        browser=this_browser(),
        loopback=is_loopback(),
    )
    g.session.commit()
    if outcome.awaits_code:
        session["half_login"] = outcome.secret
        return redirect(url_for("second_step.show", next=wanted))
    if outcome.secret:
        admit(outcome.secret)
        return redirect(wanted)
    if outcome.wait:
        return _door(form, wanted, told_to_wait(outcome.wait)), 429, retry_after(outcome.wait)
    told = _("This e-mail address and this password do not belong together.")
    return _door(form, wanted, told), 401


def _door(form: LoginForm, wanted: str, *messages: str) -> str:
    demo = g.city is not None and g.city.demo and is_loopback()
    return render_template(
        "login.html",
        form=form,
        messages=messages,
        next=wanted,
        demo=demo,
        accounts=accounts.demo_accounts(g.session) if demo else [],
    )


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    if g.caller.login:
        logins.end(g.session, g.caller.login, g.now)
        g.session.commit()
    begin_anew()
    flash(_("You are logged out."), "success")
    return redirect(url_for("auth.login"))


def admit(secret: str) -> None:
    """From here on this browser is signed in, by the login of that secret."""
    begin_anew()
    session["login"] = secret


def begin_anew() -> None:
    """A new session of the browser: nobody can have planted anything in it."""
    kept = {name: session.get(name) for name in ("language", "theme")}
    session.clear()
    session.update(kept)


def this_browser() -> logins.Browser:
    return logins.Browser(address=request.remote_addr or "", name=request.user_agent.string[:200])


def told_to_wait(wait: timedelta) -> str:
    """For whoever was wrong too often."""
    minutes = math.ceil(wait / timedelta(minutes=1))
    text = ngettext(
        "Too many wrong attempts. Try again in %(num)s minute.",
        "Too many wrong attempts. Try again in %(num)s minutes.",
        minutes,
    )
    return str(text)


def retry_after(wait: timedelta) -> dict[str, str]:
    """The same for programs, as a header."""
    return {"Retry-After": str(math.ceil(wait.total_seconds()))}


def inside(address: str) -> str:
    """Where to go on: a path of this site only, never somebody else's address."""
    # Browsers leave out tabs and line ends, and take a backslash for a slash: each could hide a
    # second slash, behind which a host stands.
    a_path = address.startswith("/") and not address.startswith("//")
    return address if a_path and address.isprintable() and "\\" not in address else "/"
