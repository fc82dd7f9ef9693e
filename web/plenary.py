"""/plenary: everything that waits for the plenary's decision in one table, and deciding many at
once: chosen, previewed, confirmed, each through the door in a transaction of its own.

What belongs here and what can be decided for many is said by `workflow.plenary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from web import plenary_rows as rows
from web.frame import say
from web.labels import AGREEMENTS, VERDICTS
from web.plenary_outcomes import chosen, label_of, next_steps, outcomes
from workflow import machine, plenary
from workflow.errors import Invalid, Refused
from workflow.models import Period
from workflow.plenary import Foreseen
from workflow.working_days import load_calendar

bp = Blueprint("plenary", __name__, url_prefix="/plenary")
NARROWING = ("period", "dimension", "sort")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    """`?period=` and `?dimension=` narrow it, `?sort=` orders it (`-` downwards), `?choose=` ticks
    the boxes of all or of those recommended."""
    plenary.check_reader(g.session, g.person, g.now)
    narrowed = _narrowed()
    period, dimension = narrowed.get("period", ""), narrowed.get("dimension", "")
    found = plenary.cases(g.session, g.person, period=period, dimension=dimension, at=g.now)
    shown, calendar = found[: plenary.LIMIT], load_calendar(g.session)
    lines = [rows.line(case, calendar, request.args.get("choose", "")) for case in shown]
    periods = list(g.session.scalars(select(Period).order_by(Period.opens_at.desc())))
    return render_template(
        "plenary/index.html",
        lines=rows.ordered(lines, narrowed.get("sort", "")),
        limit=plenary.LIMIT if len(found) > len(shown) else 0,
        narrowed=narrowed,
        filtered=bool(period or dimension),
        heads=rows.heads(narrowed),
        orders=rows.orders(),
        tiles=rows.tiles(lines, more=len(found) > len(shown)),
        acts=rows.acts(shown),
        periods=[(each.code, each.name) for each in periods],
        dimensions=rows.dimensions(periods, period),
        **_names(),
    )


@bp.get("/preview")
def preview() -> str:
    """What would become of each that is chosen. It changes nothing."""
    plenary.check_reader(g.session, g.person, g.now)
    return _preview(request.args.get("action", ""), chosen(request.args.getlist("chosen")))


@bp.post("")
def decide() -> ResponseReturnValue:
    """Perform what was previewed, one by one; answers with the result of each. Sent twice, it finds
    everything done."""
    plenary.check_reader(g.session, g.person, g.now)
    action, note = request.form.get("action", ""), request.form.get("note", "")
    seen = chosen(request.form.getlist("chosen"))
    foreseen = plenary.foresee(g.session, g.person, action, seen, at=g.now)
    try:
        plenary.check_note(foreseen, note)
    except Invalid as refusal:
        return _preview(action, seen, note=note, error=say(refusal.fields["note"])), 422
    return _results(action, [_performed(action, each, note) for each in foreseen], note)


def _performed(action: str, each: Foreseen, note: str) -> Foreseen:
    """Let one act happen and commit it, or say why not: what the others did stays as it is."""
    if each.row is None:
        return each
    try:
        with g.session.begin_nested():
            machine.perform(
                g.session,
                each.quick_win_id,
                action,
                g.person,
                version=each.version,
                note=note,
                at=g.now,
            )
    except Refused as refusal:
        return replace(each, row=None, refusal=refusal)
    g.session.commit()
    return each


def _preview(action: str, seen: Mapping[int, int], *, note: str = "", error: str = "") -> str:
    found = outcomes(action, plenary.foresee(g.session, g.person, action, seen, at=g.now))
    possible = [each for each in found if not (each.rule or each.before)]
    return render_template(
        "plenary/preview.html",
        action=action,
        label=label_of(action),
        possible=possible,
        refused=[each for each in found if each.rule or each.before],
        next_steps=next_steps(possible),
        note=note,
        error=error,
        back=url_for("plenary.index", **_narrowed()),
        narrowed=_narrowed(),
        **_names(),
    )


def _results(action: str, foreseen: Sequence[Foreseen], note: str) -> str:
    """A note that stands in no history now stays here."""
    found = outcomes(action, foreseen)
    done = [each for each in found if not (each.rule or each.before)]
    return render_template(
        "plenary/result.html",
        label=label_of(action),
        done=done,
        before=[each for each in found if each.before],
        refused=[each for each in found if each.rule],
        kept=[] if done or not note.strip() else [(_("Note"), note)],
        next_steps=next_steps([*done, *(each for each in found if each.before)]),
        back=url_for("plenary.index", **_narrowed()),
    )


def _names() -> dict[str, dict[str, str]]:
    """What verdicts and agreement are called: translated once, not once for each row."""
    return {
        "verdicts": {code: str(name) for code, name in VERDICTS.items()},
        "agreements": {code: str(name) for code, name in AGREEMENTS.items()},
    }


def _narrowed() -> dict[str, Any]:
    """Filters and order as they stand in the address, or were sent along; those that say nothing
    are left out."""
    asked = {name: request.values.get(name, "").replace("\x00", "") for name in NARROWING}
    return {name: value.strip() for name, value in asked.items() if value.strip()}
