"""/decrees: drawing up a Keputusan Wali Kota, and recording the number and date of what was signed.

What a decree can establish or revoke is read from the table; whether it may is decided by
`workflow.decrees` and the door.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from web.content_view import dimension_label
from web.errors import status_of
from web.frame import say
from workflow import decrees
from workflow.decree_lines import Candidates
from workflow.decrees import Drawn
from workflow.errors import Invalid, NotFound, Refused
from workflow.language import Sentence, parse_date
from workflow.models import Decree, DecreeStatus, Effect, Period, QuickWin
from workflow.queries import visible_to

bp = Blueprint("decrees", __name__, url_prefix="/decrees")
FIELDS = {Effect.ESTABLISHES: "establishes", Effect.REVOKES: "revokes"}
FIND = "find"  # the buttons that only look: for words, or for a whole list (its field) to choose
STATUS_KINDS = {
    DecreeStatus.DRAFT: "warning",
    DecreeStatus.ISSUED: "success",
    DecreeStatus.REPLACED: "neutral",
    DecreeStatus.REVOKED: "danger",
}


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    return render_template(
        "decrees/index.html",
        decrees=decrees.listed(g.session, g.person, at=g.now),
        officer=decrees.is_officer(g.session, g.person, g.now),
        kinds=STATUS_KINDS,
        status_names=_status_names(),
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Number and date may stay empty: then it is kept as a draft. `?quick_win=` is chosen."""
    decrees.check_officer(g.session, g.person, g.now)
    if request.method == "GET":
        chosen = request.args.getlist("quick_win", type=int)
        period = request.args.get("period", "")
        return _form_page(None, {"period": period, **dict.fromkeys(FIELDS.values(), chosen)})
    if request.form.get(FIND):
        return _form_page(None, _entered())
    try:
        decree = decrees.draw_up(
            g.session, g.person, request.form.get("period", ""), _drawn(), at=g.now
        )
    except Refused as error:
        return _again(None, error)
    return _done(decree)


@bp.get("/<int:decree_id>")
def show(decree_id: int) -> str:
    decree = decrees.get(g.session, decree_id, g.person, at=g.now)
    return render_template(
        "decrees/show.html",
        decree=decree,
        kind=STATUS_KINDS[decree.status],
        status_name=_status_names()[decree.status],
        lines=[
            (_effect_names()[effect], [line for line in decree.lines if line.effect is effect])
            for effect in Effect
        ],
        visible=_openable(decree),
        dimension=dimension_label,
        editable=decrees.may_amend(g.session, decree, g.person, g.now),
    )


@bp.route("/<int:decree_id>/edit", methods=["GET", "POST"])
def edit(decree_id: int) -> ResponseReturnValue:
    """Of a draft; it is issued once number and date are there."""
    decree = decrees.get(g.session, decree_id, g.person, at=g.now)
    decrees.check_officer(g.session, g.person, g.now)
    if request.method == "GET":
        return _form_page(decree, _entered_before(decree))
    if request.form.get(FIND):
        return _form_page(decree, _entered())
    try:
        decree = decrees.amend(g.session, decree_id, g.person, _drawn(), at=g.now)
    except NotFound:
        raise
    except Refused as error:
        return _again(decree_id, error)
    return _done(decree)


def _openable(decree: Decree) -> set[int]:
    """Of the Quick Wins of a decree those the reader may open."""
    ids = [line.quick_win_id for line in decree.lines]
    return set(
        g.session.scalars(
            visible_to(g.person, g.now).where(QuickWin.id.in_(ids)).with_only_columns(QuickWin.id)
        )
    )


def _done(decree: Decree) -> ResponseReturnValue:
    g.session.commit()
    if decree.status is DecreeStatus.DRAFT:
        flash(_("The decree is kept as a draft. Number and date issue it."), "success")
    else:
        flash(
            _("Decree %(number)s is issued. The agencies are told.", number=decree.number),
            "success",
        )
    return redirect(url_for("decrees.show", decree_id=decree.id))


def _drawn() -> Drawn:
    """What was entered. Raises Invalid where the date cannot be read."""
    text = request.form.get("date", "").strip()
    try:
        on = parse_date(text) if text else None
    except ValueError as error:
        raise Invalid({"date": Sentence(str(error))}) from error
    return Drawn(
        number=request.form.get("number", "").strip(),
        on=on,
        undated=on is None,
        establishes=request.form.getlist("establishes", type=int),
        revokes=request.form.getlist("revokes", type=int),
    )


def _entered() -> dict[str, Any]:
    """What stands in the form, as its page takes it."""
    texts = {name: request.form.get(name, "") for name in ("period", "number", "date", "words")}
    chosen = {field: request.form.getlist(field, type=int) for field in FIELDS.values()}
    return {**texts, **chosen}


def _again(decree_id: int | None, error: Refused) -> ResponseReturnValue:
    """The form with what was entered, and the reason at the top."""
    g.session.rollback()
    decree = decrees.get(g.session, decree_id, g.person, at=g.now) if decree_id else None
    faults = error.fields if isinstance(error, Invalid) else {}
    page = _form_page(
        decree,
        _entered(),
        faults={path: say(sentence) for path, sentence in faults.items()},
        message="" if faults else say(error.sentence),
    )
    return page, status_of(error)


def _form_page(
    decree: Decree | None,
    entered: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    message: str = "",
) -> str:
    periods = list(g.session.scalars(select(Period).order_by(Period.opens_at.desc())))
    chosen = decree.period.code if decree else entered.get("period") or None
    period = next((p for p in periods if p.code == chosen), periods[0] if periods else None)
    entered = {"number": "", "date": "", "words": "", "establishes": [], "revokes": [], **entered}
    lists = _lists(period, entered) if period else {}
    if (whole := request.form.get(FIND)) in lists:
        entered[whole] = [quick_win.id for quick_win in lists[whole].quick_wins]
    return render_template(
        "decrees/form.html",
        decree=decree,
        periods=periods,
        period=period,
        lists=lists,
        find=FIND,
        entered=entered,
        faults=faults or {},
        message=message,
    )


def _lists(period: Period, entered: dict[str, Any]) -> dict[str, Candidates]:
    """By field, what can be chosen: what fits the words, and what is chosen already."""
    return {
        field: decrees.candidates(
            g.session,
            g.person,
            effect,
            period,
            words=entered["words"].strip(),
            chosen=entered[field],
            at=g.now,
        )
        for effect, field in FIELDS.items()
    }


def _entered_before(decree: Decree) -> dict[str, Any]:
    return {
        "number": decree.number or "",
        "date": decree.date.isoformat() if isinstance(decree.date, date) else "",
        "establishes": [x.quick_win_id for x in decree.lines if x.effect is Effect.ESTABLISHES],
        "revokes": [x.quick_win_id for x in decree.lines if x.effect is Effect.REVOKES],
    }


def _status_names() -> dict[DecreeStatus, str]:
    return {
        DecreeStatus.DRAFT: _("Draft"),
        DecreeStatus.ISSUED: _("Issued"),
        DecreeStatus.REPLACED: _("Replaced"),
        DecreeStatus.REVOKED: _("Revoked"),
    }


def _effect_names() -> dict[Effect, str]:
    return {Effect.ESTABLISHES: _("It establishes"), Effect.REVOKES: _("It revokes")}
