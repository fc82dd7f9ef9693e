"""/profile/password: a new password, in place of the one that was shown once more.

Which passwords are too weak is known in `passwords`.
"""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from web import logins, passwords, proof
from web.auth import retry_after, this_browser, told_to_wait
from web.frame import say
from workflow.models import Person


class PasswordForm(FlaskForm):  # type: ignore[misc]
    old_password = PasswordField(
        lazy_gettext("Password of today"), [InputRequired(lazy_gettext("Enter your password."))]
    )
    new_password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Enter the new password."))],
        description=lazy_gettext(
            "At least 12 characters. Several words are easier to remember than signs."
        ),
    )
    repeated_password = PasswordField(
        lazy_gettext("New password once more"),
        [
            InputRequired(lazy_gettext("Enter the new password once more.")),
            EqualTo("new_password", lazy_gettext("It is not the same as the one above.")),
        ],
    )


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/password", "password", change, methods=["GET", "POST"])


def change() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return _page(form), 422 if form.is_submitted() else 200
    new = form.new_password.data or ""
    weakness = passwords.weakness(new, email=g.person.email, name=g.person.name)
    if weakness:
        form.new_password.errors = [say(weakness)]
        return _page(form), 422
    attempt = proof.prove_password(
        g.session, g.person, form.old_password.data or "", at=g.now, browser=this_browser()
    )
    if attempt.right:
        return _changed(new)
    g.session.commit()
    if attempt.wait:
        form.old_password.errors = [told_to_wait(attempt.wait)]
        return _page(form), 429, retry_after(attempt.wait)
    form.old_password.errors = [_("This is not your password.")]
    return _page(form), 422


def _changed(new: str) -> ResponseReturnValue:
    person = g.session.get_one(Person, g.person.id)
    person.password_hash = passwords.hashed(new)
    logins.end_others(g.session, person.id, g.caller.login, g.now)
    proof.record(g.session, "change_password", person, g.now)
    g.session.commit()
    flash(_("Your password is changed. Every other browser is logged out."), "success")
    return redirect(url_for("profile.show"), 303)


def _page(form: PasswordForm) -> str:
    return render_template("profile/password.html", form=form, email=g.person.email)
