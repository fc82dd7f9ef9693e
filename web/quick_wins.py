"""Quick Wins to look at: the list with its filters in the address, one of them, and what changed
between two submissions. What is done with them is in `acting`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from sqlalchemy import select

from web import comparing, quick_win_page
from web.frame import say
from web.presenting import row_of
from web.proposal_start import proposes
from workflow import queries
from workflow.deadlines import load_calendar
from workflow.dossier import dossier
from workflow.models import Period, Unit
from workflow.queries import Filters
from workflow.registry import active, parsed

bp = Blueprint("quick_wins", __name__, url_prefix="/quick-wins")
PER_PAGE = 50


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    filters = Filters(
        state=_asked("state"),
        unit=_asked("unit"),
        period=_asked("period"),
        q=_asked("q")[:200],
        waiting=_asked("waiting_for") == "me",
    )
    statement = queries.listing(g.person, filters, at=g.now, before=_before())
    found = list(g.session.scalars(statement.limit(PER_PAGE + 1)))
    page, calendar = found[:PER_PAGE], load_calendar(g.session)
    address = {**_address(filters), "before": page[-1].id} if len(found) > PER_PAGE else None
    total = queries.count(g.session, queries.listing(g.person, filters, at=g.now))
    return render_template(
        "quick_wins/index.html",
        rows=[row_of(quick_win, calendar, g.now) for quick_win in page],
        filters=filters,
        proposes=proposes(),
        filtered=filters != Filters(),
        total=f"{queries.COUNT_LIMIT}+" if total > queries.COUNT_LIMIT else total,
        count=total,
        states=_states(),
        units=_units(),
        periods=_periods(),
        next_url=url_for("quick_wins.index", **address) if address else "",
        first_url=url_for("quick_wins.index", **_address(filters)) if _before() else "",
    )


@bp.get("/<int:quick_win_id>")
def show(quick_win_id: int) -> str:
    return quick_win_page.render(dossier(g.session, quick_win_id, g.person, at=g.now))


@bp.get("/<int:quick_win_id>/diff/<int:a>/<int:b>")
def diff(quick_win_id: int, a: int, b: int) -> str:
    return comparing.between(queries.get(g.session, quick_win_id, g.person, at=g.now), a, b)


@bp.get("/<int:quick_win_id>/diff/<int:a>/now")
def since(quick_win_id: int, a: int) -> str:
    return comparing.since(dossier(g.session, quick_win_id, g.person, at=g.now), a)


def _asked(name: str) -> str:
    """A filter of the address; PostgreSQL cannot compare with U+0000, and nothing equals it."""
    return request.args.get(name, "").replace("\x00", "").strip()


def _before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _address(filters: Filters) -> dict[str, Any]:
    """The filters as they stand in an address; those that narrow nothing are left out."""
    named = asdict(filters)
    named["waiting_for"] = "me" if named.pop("waiting") else ""
    return {name: value for name, value in named.items() if value}


def _states() -> list[tuple[str, str]]:
    states = parsed(active(g.session)).states.values()
    return [(state.code, say(state.label)) for state in states]


def _units() -> list[tuple[str, str]]:
    """The OPDs, a bounded list; a unit below one is reached by its address."""
    rows = g.session.execute(select(Unit.code, Unit.name).where(Unit.agency).order_by(Unit.name))
    return [(code, name) for code, name in rows]


def _periods() -> list[tuple[str, str]]:
    rows = g.session.execute(select(Period.code, Period.name).order_by(Period.opens_at.desc()))
    return [(code, name) for code, name in rows]
