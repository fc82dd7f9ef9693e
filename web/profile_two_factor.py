"""/profile/two-factor: setting up the codes of an app, recovery codes, and switching both off.

Whoever sits before an open browser is asked for the password first, and for a code where one is in
force. What shows a secret is not compressed, so that its length tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import segno
from flask import (
    Blueprint,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from web import logins, proof, two_factor
from web.auth import retry_after, this_browser, told_to_wait
from web.headers import secretly
from web.second_step import CodeForm, vault


class BeginForm(FlaskForm):  # type: ignore[misc]
    old_password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password."))]
    )


class FirstCodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the code."))],
        description=lazy_gettext("The six digits that your app shows now."),
    )


class ProofForm(BeginForm, CodeForm):
    """Both, for what makes the account weaker."""


Refusal = tuple[int, dict[str, str]]
"""The status of a form that is given back, with its headers."""


def add_to(bp: Blueprint) -> None:
    for path, name, view, methods in (
        ("", "two_factor", show, ["GET"]),
        ("/begin", "begin_two_factor", begin, ["POST"]),
        ("/confirm", "confirm_two_factor", confirm, ["POST"]),
        ("/recovery-codes", "recovery_codes", new_codes, ["GET", "POST"]),
        ("/off", "end_two_factor", switch_off, ["GET", "POST"]),
    ):
        bp.add_url_rule(f"/two-factor{path}", name, view, methods=methods)


def show() -> ResponseReturnValue:
    return _page(BeginForm(), FirstCodeForm())


def begin() -> ResponseReturnValue:
    """Make a secret, and show it until its first code comes."""
    form = BeginForm()
    if refused := _refused(form):
        return _page(form, FirstCodeForm(formdata=None), refused)
    two_factor.begin(g.session, g.person, vault(), g.now)
    g.session.commit()
    return redirect(url_for("profile.two_factor"), 303)


def confirm() -> ResponseReturnValue:
    """With the right code the factor is in force: the recovery codes, shown this once."""
    form = FirstCodeForm()
    if not form.validate_on_submit():
        return _page(BeginForm(formdata=None), form, (422, {}))
    codes = two_factor.confirm(g.session, g.person, form.code.data or "", vault(), g.now)
    if codes is None:
        g.session.rollback()
        form.code.errors = [_("This code is not right. Is the clock of the phone set by itself?")]
        return _page(BeginForm(formdata=None), form, (422, {}))
    logins.end_others(g.session, g.person.id, g.caller.login, g.now)
    proof.record(g.session, "begin_two_factor", g.person, g.now)
    g.session.commit()
    return _codes_page(codes, first=True)


def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes in place of all there were."""
    return _with_proof("profile/new_codes.html", _make_codes)


def switch_off() -> ResponseReturnValue:
    return _with_proof("profile/end_two_factor.html", _remove)


def _with_proof(template: str, act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """The page that asks for password and code; with both, the act."""
    if two_factor.in_force(g.session, g.person.id) is None:
        return redirect(url_for("profile.two_factor"), 303)
    form = ProofForm()
    if request.method == "GET":
        return render_template(template, form=form)
    if refused := _refused(form):
        return render_template(template, form=form), *refused
    return act()


def _make_codes() -> ResponseReturnValue:
    codes = two_factor.new_recovery_codes(g.session, g.person.id)
    proof.record(g.session, "make_recovery_codes", g.person, g.now)
    g.session.commit()
    return _codes_page(codes)


def _remove() -> ResponseReturnValue:
    two_factor.remove(g.session, g.person.id)
    proof.record(g.session, "end_two_factor", g.person, g.now)
    g.session.commit()
    flash(_("From now on, your password alone opens your account."), "success")
    return redirect(url_for("profile.show"), 303)


def _refused(form: BeginForm) -> Refusal | None:
    """What the form asks for was not shown: it says so at its fields."""
    if not form.validate_on_submit():
        return 422, {}
    asked = {"at": g.now, "browser": this_browser()}
    attempt = proof.prove_password(g.session, g.person, form.old_password.data or "", **asked)
    field: PasswordField | StringField = form.old_password
    wrong = _("This is not your password.")
    if attempt.right and isinstance(form, ProofForm):
        code = form.code.data or ""
        attempt = proof.prove_factor(g.session, g.person, code, vault(), **asked)
        field, wrong = form.code, _("This code is not right, or it was used before.")
    if attempt.right:
        return None
    g.session.commit()
    field.errors = [told_to_wait(attempt.wait) if attempt.wait else wrong]
    return (429, retry_after(attempt.wait)) if attempt.wait else (422, {})


# ---------------------------------------------------------------- pages


def _page(
    begin: BeginForm, first: FirstCodeForm, refused: Refusal = (200, {})
) -> ResponseReturnValue:
    secret = two_factor.being_set_up(g.session, g.person, vault(), g.now)
    page = render_template(
        "profile/two_factor.html",
        factor=two_factor.in_force(g.session, g.person.id),
        codes_left=two_factor.recovery_codes_left(g.session, g.person.id),
        begin=begin,
        first=first,
        secret=" ".join(re.findall(".{1,4}", secret)) if secret else "",
        picture=_picture(secret) if secret else "",
    )
    return secretly(page), *refused


def _picture(secret: str) -> str:
    address = two_factor.address(secret, g.person, g.city.name)
    return segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="white")


def _codes_page(codes: list[str], *, first: bool = False) -> ResponseReturnValue:
    page = render_template("profile/codes.html", codes=codes, first=first, now=g.now)
    return secretly(page)
