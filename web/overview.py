"""/overview: where the city stands with its Quick Wins, at a glance and without anything to press.

Every number leads to the list or the coverage with the same filter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from flask import Blueprint, Flask, g, render_template, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from web import charts
from web.charts import Bar, Columns
from web.coverage import KINDS, REACHED, REACHED_STATUS, chosen
from web.fair_clock import report
from web.frame import say
from web.labels import COVERAGE, LIGHTS
from web.listing_address import YES
from web.presenting import LIGHT_KINDS, row_of, state_kind, turn_of
from workflow import overview
from workflow.calendar import Calendar
from workflow.definition import Coverage, Deadline
from workflow.light import Light
from workflow.models import Period
from workflow.overview import Month, Overview
from workflow.pace import usual
from workflow.queries import Covered, coverage
from workflow.registry import active, parsed
from workflow.sides import shares
from workflow.working_days import load_calendar

Tile: TypeAlias = tuple[str, int, str, str, str]  # label, number, hint, kind, where it leads
bp = Blueprint("overview", __name__, url_prefix="/overview")


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> str:
    """`?period=`: the newest that has begun without it."""
    periods, period = _periods()
    found = _of(period) if period else {}
    return render_template("overview.html", periods=periods, period=period, **found)


@bp.get("/sides")
def sides() -> str:
    """The same for the fair clock, which is counted for itself: it reads every move there was."""
    periods, period = _periods()
    calendar = load_calendar(g.session)
    rows = shares(g.session, g.person, period, calendar, at=g.now) if period else []
    return render_template("overview_sides.html", periods=periods, period=period, fair=report(rows))


def _periods() -> tuple[list[Period], Period | None]:
    """All, and the one that was chosen; for readers of the overview only."""
    overview.check_reader(g.session, g.person, g.now)
    periods = list(g.session.scalars(select(Period).order_by(Period.opens_at.desc())))
    return periods, chosen(periods)


def _of(period: Period) -> dict[str, Any]:
    rows = coverage(g.session, g.person, period, at=g.now)
    found = overview.overview(g.session, g.person, period, at=g.now)
    calendar = load_calendar(g.session)
    return {
        "tiles": _tiles(rows, found, period),
        "agencies": _agencies(rows, period),
        "places": _places(found, period),
        "late": _late(found, period),
        "overdue": [row_of(one, calendar, g.now) for one in found.overdue],
        "lights": _lights(rows, period),
        "months": _months(found.months),
        "paces": _paces(calendar),
        "decrees": found.decrees,
    }


def _tiles(rows: Sequence[Covered], found: Overview, period: Period) -> list[Tile]:
    return [*_tiles_of_agencies(rows, period), *_tiles_of_quick_wins(found, period)]


def _tiles_of_agencies(rows: Sequence[Covered], period: Period) -> list[Tile]:
    of_agencies = _("of %(total)s agencies", total=len(rows))
    return [
        (
            _("Agencies with an established one"),
            sum(row.coverage in REACHED for row in rows),
            of_agencies,
            "success",
            url_for("coverage.show", period=period.code, status=REACHED_STATUS),
        ),
        (
            _("Agencies with nothing yet"),
            sum(row.coverage is Coverage.NOTHING for row in rows),
            of_agencies,
            "danger",
            url_for("coverage.show", period=period.code, status=Coverage.NOTHING.value),
        ),
    ]


def _tiles_of_quick_wins(found: Overview, period: Period) -> list[Tile]:
    return [
        (
            _("Quick Wins in all"),
            sum(place.count for place in found.places),
            _("of this period, as far as you see them"),
            "neutral",
            url_for("quick_wins.index", period=period.code),
        ),
        (
            _("Past the deadline"),
            sum(place.late for place in found.places),
            _("somebody is waited for"),
            "warning",
            url_for("quick_wins.index", period=period.code, late=YES),
        ),
    ]


def _agencies(rows: Sequence[Covered], period: Period) -> list[Bar]:
    counts = Counter(row.coverage for row in rows)
    return charts.bars(
        [
            Bar(
                label=str(COVERAGE[step]),
                value=counts[step],
                kind=KINDS[step],
                href=url_for("coverage.show", period=period.code, status=step.value),
            )
            for step in Coverage
        ]
    )


def _places(found: Overview, period: Period) -> list[Bar]:
    return charts.bars(
        [
            Bar(
                label=say(place.state.label),
                value=place.count,
                kind=state_kind(place.state),
                href=url_for("quick_wins.index", period=period.code, state=place.state.code),
                hint=ngettext("%(num)s late", "%(num)s late", place.late) if place.late else "",
            )
            for place in found.places
        ]
    )


def _late(found: Overview, period: Period) -> list[Bar]:
    """Where something is late, the most first, and whose turn it is there."""
    late = sorted((place for place in found.places if place.late), key=lambda one: -one.late)
    return charts.bars(
        [
            Bar(
                label=say(place.state.label),
                value=place.late,
                kind="danger",
                href=url_for(
                    "quick_wins.index", period=period.code, state=place.state.code, late=YES
                ),
                hint=_("waits for: %(roles)s", roles=turn_of(place.workflow, place.state)),
            )
            for place in late
        ]
    )


def _lights(rows: Sequence[Covered], period: Period) -> list[Bar]:
    counts = Counter(row.light for row in rows if row.light)
    return charts.bars(
        [
            Bar(
                label=str(LIGHTS[light]),
                value=counts[light],
                kind=LIGHT_KINDS[light],
                href=url_for("coverage.show", period=period.code, light=light.value),
            )
            for light in Light
            if counts
        ]
    )


def _months(months: Sequence[Month]) -> Columns | None:
    if not months:
        return None
    return charts.columns(
        [(_month(month.first, "MMM"), _month(month.first, "y")) for month in months],
        [
            (_("Submitted"), [month.submitted for month in months]),
            (_("Established"), [month.established for month in months]),
        ],
    )


def _month(first: date, pattern: str) -> str:
    return str(format_date(first, pattern, rebase=False))


def _paces(calendar: Calendar) -> list[Bar]:
    """How long the steps really take, of those that are known of enough."""
    definition = active(g.session)
    workflow = parsed(definition)
    found = usual(g.session, definition.id, workflow, list(workflow.states), calendar)
    return charts.bars(
        [
            Bar(
                label=say(state.label),
                value=found[state.code].days,
                text=_days(found[state.code].days),
                hint=_cases(found[state.code].cases, state.deadline),
            )
            for state in workflow.states.values()
            if state.code in found
        ]
    )


def _days(days: int) -> str:
    return str(ngettext("%(num)s working day", "%(num)s working days", days))


def _cases(cases: int, deadline: Deadline | None) -> str:
    """Of how many it is the median, and how long it may take."""
    known = ngettext("of %(num)s case", "of %(num)s cases", cases)
    if deadline is None or deadline.within is None:
        return str(known)
    return str(_("%(known)s; allowed: %(days)s", known=known, days=_days(deadline.within)))
