"""The page on which a Quick Win begins: whose it is, and what it is called.

A person who cannot propose now learns why; who could, and when, is decided by `workflow.content`.
"""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select
from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired, Length

from web.error_texts import Told
from web.errors import page, role_labels, status_of
from web.frame import day, say
from web.labels import FIELDS
from web.proposal_fields import Choice
from workflow import content as contents
from workflow.errors import Conflict, Forbidden, Invalid
from workflow.language import N_, Sentence
from workflow.models import Period, Unit
from workflow.queries import holds
from workflow.registry import active, parsed


class StartForm(Form):
    unit = SelectField(
        lazy_gettext("Proposing unit"), [InputRequired()], choices=[], validate_choice=False
    )
    title = StringField(
        FIELDS["title"],
        [InputRequired(), Length(max=120)],
        description=lazy_gettext(
            "The name people will use, often an acronym. You can change it later."
        ),
    )


def proposes() -> bool:
    """Whether the reader can propose anything, for any unit."""
    editors = sorted(parsed(active(g.session)).editors)
    return holds(g.session, g.person, editors, at=g.now)


def new() -> ResponseReturnValue:
    """The form; a post creates the draft and goes on to writing it."""
    form, units = StartForm(request.form), _units()
    if not units:
        return _no_unit()
    try:
        period = contents.open_period(g.session, g.now)
        if request.method == "GET":
            return _page(form, units, period)
        return _begin(form)
    except Invalid as refusal:
        g.session.rollback()
        form.title.errors = [say(sentence) for sentence in refusal.fields.values()]
        return _page(form, units, period), status_of(refusal)
    except Forbidden as refusal:
        form.unit.errors = [say(refusal.sentence)]
        return _page(form, units, period), status_of(refusal)
    except Conflict as refusal:
        return _no_period(form, refusal)


def _begin(form: StartForm) -> ResponseReturnValue:
    title = (form.title.data or "").strip()
    if not title:
        raise Invalid({"title": Sentence(N_("Give it a short name."))})
    quick_win = contents.create(
        g.session, g.person, form.unit.data or "", {"title": title}, at=g.now
    )
    g.session.commit()
    flash(_("The draft is there. Fill in what you know; the rest can wait."), "success")
    return redirect(url_for("proposals.edit", quick_win_id=quick_win.id), 303)


def _page(form: StartForm, units: list[tuple[str, str]], period: Period) -> str:
    choices: Any = [Choice(code, name) for code, name in units]
    form.unit.choices = choices
    return render_template("proposals/new.html", form=form, period=period)


def _no_unit() -> ResponseReturnValue:
    workflow = parsed(active(g.session))
    return page(
        403,
        who_can=role_labels(tuple(sorted(workflow.editors))),
        instead=Told(
            title=_("You propose for no unit"),
            sentence=_("A Quick Win is proposed by people who write for a unit."),
            next_step=_("If you should be one of them, ask the administrators."),
            icon="lock",
        ),
    )


def _no_period(form: StartForm, refusal: Conflict) -> ResponseReturnValue:
    opens = g.session.scalar(select(func.min(Period.opens_at)).where(Period.opens_at > g.now))
    return page(
        status_of(refusal),
        kept=[(form.title.label.text, form.title.data)] if form.title.data else [],
        instead=Told(
            title=_("No period is open"),
            sentence=say(refusal.sentence),
            next_step=_("The next period opens on %(day)s.", day=day(opens)) if opens else "",
            icon="calendar-time",
        ),
    )


def _units() -> list[tuple[str, str]]:
    """(code, name) of those the person writes for, the highest first."""
    editors = parsed(active(g.session)).editors
    found = g.session.execute(
        select(Unit.code, Unit.name)
        .where(contents.units_to_propose_for(g.person.id, g.now, editors))
        .order_by(func.cardinality(Unit.path), Unit.name)
    )
    return [(code, name) for code, name in found]
