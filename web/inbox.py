"""The inbox: what waits for the person who asks, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from flask import Blueprint, Flask, g, render_template
from flask_babel import gettext as _

from web.own_quick_wins import own, welcome
from web.presenting import Row, local_day_of, row_of
from web.proposal_start import proposes
from workflow import incidents, queries, standstills
from workflow.working_days import load_calendar

bp = Blueprint("inbox", __name__)
SHOWN = 100

Urgency = Literal["late", "today", "week", "later"]


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
        groups=_grouped([row_of(each, calendar, g.now) for each in found]),
        more=len(ids) > SHOWN,
        proposes=can_propose,
        own=theirs,
        standstills=standstills.open_to(g.session, g.caller.roles, at=g.now),
        incidents=incidents.open_to(g.session, g.caller.roles),
        welcome=welcome(calendar) if can_propose and not (found or theirs) else None,
    )


def urgency(due_at: datetime | None, now: datetime, today: date) -> Urgency:
    """`today` is the city's; its week ends on Sunday."""
    if due_at is None:
        return "later"
    day = local_day_of(due_at)
    if due_at < now:
        return "late"
    if day == today:
        return "today"
    sunday = today + timedelta(days=6 - today.weekday())
    return "week" if day <= sunday else "later"


def _grouped(rows: Sequence[Row]) -> list[Group]:
    today = local_day_of(g.now)
    titles: dict[Urgency, str] = {
        "late": _("Past the deadline"),
        "today": _("Today"),
        "week": _("This week"),
        "later": _("Later"),
    }
    groups = [
        Group(
            urgency=key,
            title=title,
            rows=[row for row in rows if urgency(row.due_at, g.now, today) == key],
        )
        for key, title in titles.items()
    ]
    return [group for group in groups if group.rows]
