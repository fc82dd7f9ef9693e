"""/delegations: who stands in for whom. Everybody names and ends their own; an admin everybody's.

What a delegate may do then, and who can be one, is decided in the domain.
"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.frame import say
from web.profile import in_a_browser
from web.time_form import day_in
from workflow import delegations
from workflow.delegations import MAX_REASON, Wish
from workflow.errors import Invalid
from workflow.models import Person
from workflow.relations import ADMIN, local_day

bp = Blueprint("delegations", __name__, url_prefix="/delegations")
bp.before_request(in_a_browser)
_NEEDED = [InputRequired(lazy_gettext("This must be filled in."))]


class DelegationForm(FlaskForm):  # type: ignore[misc]
    delegator = StringField(lazy_gettext("Who is away (e-mail address)"), _NEEDED)
    delegate = StringField(lazy_gettext("Who stands in (e-mail address)"), _NEEDED)
    valid_from = StringField(lazy_gettext("First day"), _NEEDED)
    valid_to = StringField(lazy_gettext("Last day"), _NEEDED)
    reason = TextAreaField(lazy_gettext("Reason"), [*_NEEDED, Length(max=MAX_REASON)])


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> str:
    return _page(_form())


@bp.post("")
def begin() -> ResponseReturnValue:
    form = _form()
    valid, wish = form.validate(), _wish(form)
    if not valid or wish is None:
        return _page(form), 422
    try:
        made = delegations.begin(g.session, wish, g.person, at=g.now)
    except Invalid as refusal:
        g.session.rollback()
        for name, sentence in refusal.fields.items():
            form[name].errors = [say(sentence)]
        return _page(form), 422
    g.session.commit()
    told = _("%(delegate)s stands in for %(delegator)s.", **_names(made.delegate, made.delegator))
    flash(told, "success")
    return _back()


@bp.post("/<int:delegation_id>/end")
def end(delegation_id: int) -> ResponseReturnValue:
    delegations.end(g.session, delegation_id, g.person, at=g.now)
    g.session.commit()
    flash(_("The delegation is over."), "success")
    return _back()


def _form() -> DelegationForm:
    """Who is no admin names somebody in their own place only."""
    form = DelegationForm()
    if not _for_others():
        del form.delegator
    return form


def _for_others() -> bool:
    return ADMIN in g.caller.roles


def _wish(form: DelegationForm) -> Wish | None:
    """None where something cannot be read; the field says what."""
    delegator = _person(form.delegator) if "delegator" in form else g.person
    delegate, first, last = _person(form.delegate), day_in(form.valid_from), day_in(form.valid_to)
    if delegator is None or delegate is None or first is None or last is None:
        return None
    return Wish(
        delegator=delegator.id,
        delegate=delegate.id,
        valid_from=first,
        valid_to=last,
        reason=form.reason.data or "",
    )


def _person(field: Field) -> Person | None:
    email = (field.data or "").strip().lower()
    found: Person | None = g.session.scalar(select(Person).where(Person.email == email))
    if found is None and not field.errors:
        field.errors = [_("Nobody has this address.")]
    return found


def _page(form: DelegationForm) -> str:
    everybody = _for_others()
    found = (
        delegations.everyones(g.session, at=g.now)
        if everybody
        else delegations.of(g.session, g.person, at=g.now)
    )
    return render_template(
        "delegations/show.html",
        form=form,
        delegations=found,
        everybody=everybody,
        today=g.session.scalar(select(local_day(g.now))),
    )


def _names(delegate: Person, delegator: Person) -> dict[str, str]:
    return {"delegate": delegate.name, "delegator": delegator.name}


def _back() -> ResponseReturnValue:
    return redirect(url_for("delegations.show"), 303)
