"""/periods: when Quick Wins can be proposed and how far the OPDs are, for every login; and, for
admins, setting it: a new period, an extension, and the numbers by which one goes.

Who may set one, and what fits, is decided in the domain.
"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web import period_changes, period_forms, previewing
from web.period_forms import ExtensionForm, NewPeriodForm, ParametersForm
from web.period_told import entries
from web.presenting import time_left
from web.time_form import day_in
from workflow import period_outline, periods, submissions
from workflow.definition import Coverage
from workflow.dimensions import shipped_dimensions
from workflow.errors import Invalid
from workflow.models import Period
from workflow.period_faults import NewPeriod
from workflow.period_outline import Stand
from workflow.relations import ADMIN
from workflow.working_days import load_calendar

bp = Blueprint("periods", __name__, url_prefix="/periods")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    return _index(NewPeriodForm())


@bp.post("")
def add() -> ResponseReturnValue:
    periods.check_admin(g.session, g.person, at=g.now)
    form = NewPeriodForm()
    valid, new = form.validate(), _new(form)
    if not valid or new is None:
        return _index(form), 422
    try:
        added = periods.add(g.session, new, g.person, at=g.now)
    except Invalid as refusal:
        g.session.rollback()
        form.blame(refusal)
        return _index(form), 422
    g.session.commit()
    flash(_("The period %(name)s is there.", name=added.name), "success")
    return _to(added)


@bp.get("/<code>")
def show(code: str) -> str:
    period = period_outline.named(g.session, code)
    _workflow, parameters = periods.parameters_now(g.session, period)
    return render_template(
        "periods/show.html",
        period=period,
        stand=period_outline.stand_of(period, g.now),
        submissions=submissions.counted(g.session)[period.id],
        steps=Coverage,
        left=time_left(load_calendar(g.session), g.now, period.closes_at),
        entries=entries(period_outline.said(g.session, period)),
        reminders=period_outline.reminders(g.session, period),
        parameters=parameters,
        quorums=period_forms.QUORUMS,
        sets=_sets(),
    )


@bp.route("/<code>/extend", methods=["GET", "POST"])
def extend(code: str) -> ResponseReturnValue:
    periods.check_admin(g.session, g.person, at=g.now)
    period, form = period_outline.named(g.session, code), ExtensionForm()
    closes = day_in(form.closes) if form.is_ready else None
    if closes is None:
        return _extension(period, form)
    try:
        return previewing.through(
            form,
            lambda: period_changes.extended(period, closes, form.reason.data or ""),
            title=_("Extend the period"),
            way=_way(period),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _extension(period, form)


@bp.route("/<code>/parameters", methods=["GET", "POST"])
def parameters(code: str) -> ResponseReturnValue:
    periods.check_admin(g.session, g.person, at=g.now)
    period = period_outline.named(g.session, code)
    workflow, now = periods.parameters_now(g.session, period)
    form = period_forms.parameters_form(workflow, now, period.remind_days)
    wanted = period_forms.wanted(form, workflow) if form.is_ready else None
    if wanted is None:
        return _parameters(period, form)
    try:
        return previewing.through(
            form,
            lambda: period_changes.numbered(period, form, *wanted),
            title=_("Set its numbers"),
            way=_way(period),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _parameters(period, form)


def _index(form: NewPeriodForm) -> str:
    found = period_outline.outlines(g.session, at=g.now)
    calendar = load_calendar(g.session)
    return render_template(
        "periods/index.html",
        outlines=found,
        steps=Coverage,
        now_open=[one for one in found if one.stand is Stand.OPEN],
        left=lambda period: time_left(calendar, g.now, period.closes_at),
        dimensions_of=_newest(found),
        form=form,
        sets=_sets(),
    )


def _newest(found: list[period_outline.Outline]) -> Period | None:
    """The period whose dimensions the next one takes over."""
    return max((one.period for one in found), key=lambda period: period.opens_at, default=None)


def _new(form: NewPeriodForm) -> NewPeriod | None:
    """None where something cannot be read; the field says what."""
    year = period_forms.whole(form.year)
    opens, closes = day_in(form.opens), day_in(form.closes)
    newest = _newest(period_outline.outlines(g.session, at=g.now))
    if year is None or opens is None or closes is None:
        return None
    return NewPeriod(
        code=(form.code.data or "").strip(),
        name=form.name.data or "",
        year=year,
        opens=opens,
        closes=closes,
        dimensions=newest.dimensions if newest else shipped_dimensions(),
    )


def _extension(period: Period, form: ExtensionForm) -> ResponseReturnValue:
    stand = period_outline.stand_of(period, g.now)
    page = render_template("periods/extend.html", period=period, form=form, stand=stand)
    return page, 422 if form.errors else 200


def _parameters(period: Period, form: ParametersForm) -> ResponseReturnValue:
    page = render_template("periods/parameters.html", period=period, form=form)
    return page, 422 if form.errors else 200


def _way(period: Period) -> list[tuple[str, str]]:
    return [
        (_("Periods"), url_for("periods.index")),
        (period.code, url_for("periods.show", code=period.code)),
    ]


def _sets() -> bool:
    """Whether the reader is offered the forms; posting one asks again."""
    return ADMIN in g.caller.roles


def _to(period: Period) -> ResponseReturnValue:
    return redirect(url_for("periods.show", code=period.code), 303)
