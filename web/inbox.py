"""The inbox: what waits for the person who asks, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, g, render_template
from flask_babel import gettext as _

from web.own_quick_wins import own, welcome
from web.presenting import Row, row_of
from web.proposal_start import proposes
from workflow import incidents, queries, standstills
from workflow.calendar import Calendar
from workflow.urgency import Urgency, urgency
from workflow.working_days import load_calendar

bp = Blueprint("inbox", __name__)
SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Group:
    urgency: Urgency
    title: str
    rows: Sequence[Row]


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/")
def show() -> str:
    ids = g.session.scalars(queries.inbox(g.person, at=g.now).limit(SHOWN + 1)).all()
    found = queries.in_order(g.session, ids[:SHOWN])
    calendar, can_propose = load_calendar(g.session), proposes()
    theirs = own(calendar)
    return render_template(
        "inbox.html",
        groups=_grouped([row_of(each, calendar, g.now) for each in found], calendar),
        more=len(ids) > SHOWN,
        proposes=can_propose,
        own=theirs,
        standstills=standstills.open_to(g.session, g.caller.roles, at=g.now),
        incidents=incidents.open_to(g.session, g.caller.roles),
        welcome=welcome(calendar) if can_propose and not (found or theirs) else None,
    )


def _grouped(rows: Sequence[Row], calendar: Calendar) -> list[Group]:
    titles = {
        Urgency.LATE: _("Past the deadline"),
        Urgency.TODAY: _("Today"),
        Urgency.WEEK: _("This week"),
        Urgency.LATER: _("Later"),
    }
    groups = [
        Group(
            urgency=key,
            title=title,
            rows=[row for row in rows if urgency(row.due_at, g.now, calendar) is key],
        )
        for key, title in titles.items()
    ]
    return [group for group in groups if group.rows]
