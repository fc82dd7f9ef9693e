"""The Quick Wins of a person's own units that wait for others: where each is, who has it, since
when, and when to expect it back; and what there is to know before the first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g

from web.expecting import Expected, expected
from web.presenting import Left, Row, row_of, time_left, turn_of
from workflow import content
from workflow.calendar import Calendar
from workflow.errors import Conflict
from workflow.outlook import outlooks
from workflow.registry import workflow_of
from workflow.under_way import under_way

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Own:
    row: Row
    turn: str
    expected: Expected


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """For those who propose and have nothing yet. Without a period nothing can be proposed now."""

    period: str = ""
    closes_at: datetime | None = None
    left: Left | None = None


def own(calendar: Calendar) -> list[Own]:
    """Those of the reader's units."""
    found = under_way(g.session, g.person, at=g.now, limit=SHOWN)
    ahead = outlooks(g.session, found, calendar, g.now)
    return [
        Own(
            row=row_of(each, calendar, g.now),
            turn=turn_of(workflow_of(each), workflow_of(each).states[each.state]),
            expected=expected(each, ahead[each.id]),
        )
        for each in found
    ]


def welcome(calendar: Calendar) -> Welcome:
    try:
        period = content.open_period(g.session, g.now)
    except Conflict:
        return Welcome()
    return Welcome(
        period=period.name,
        closes_at=period.closes_at,
        left=time_left(calendar, g.now, period.closes_at),
    )
