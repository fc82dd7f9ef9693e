"""What waits for the person next, after something was done: the most urgent one, and how many more.

What waits for whom is decided in `workflow.queries`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, session, url_for
from sqlalchemy import Select

from web import offering
from web.presenting import Left, answers_turn, time_left, title_of
from workflow import queries
from workflow.dossier import dossier
from workflow.models import Event, QuickWin
from workflow.registry import workflow_of
from workflow.working_days import load_calendar

_ACTED = "acted_on"  # in the session, as long as a flashed message


@dataclass(frozen=True, kw_only=True)
class Next:
    """The most urgent of those that wait, and how many `others` do. `href` is where it is worked
    on; "" if nothing waits any more."""

    href: str = ""
    number: str = ""
    title: str = ""
    left: Left | None = None
    others: int = 0


def after(quick_win: QuickWin, event: Event, *, straight_on: bool) -> str:
    """Where an act leads: to what it was about, with the next one at its top if it answered a turn;
    or straight to where the next one is worked on."""
    if straight_on and (one := _first(quick_win.id)):
        return _place_of_work(one)
    if _answered(quick_win, event):
        session[_ACTED] = quick_win.id
    return url_for("quick_wins.show", quick_win_id=quick_win.id)


def after_act(quick_win_id: int) -> Next | None:
    """What waits next, for somebody who has just answered the turn of that one; once."""
    return next_one(quick_win_id) if session.pop(_ACTED, None) == quick_win_id else None


def next_one(besides: int) -> Next:
    """What waits besides that one."""
    one = _first(besides)
    if one is None:
        return Next()
    calendar = load_calendar(g.session)
    return Next(
        href=url_for("quick_wins.show", quick_win_id=one.id),
        number=one.number,
        title=title_of(one),
        left=time_left(calendar, g.now, one.due_at) if one.due_at else None,
        others=more(besides) - 1,
    )


def more(besides: int) -> int:
    """How many wait besides that one, counted up to one more than `queries.COUNT_LIMIT`."""
    return queries.count(g.session, _waiting(besides))


def _waiting(besides: int) -> Select[int]:
    return queries.inbox(g.person, at=g.now).where(QuickWin.id != besides)


def _first(besides: int) -> QuickWin | None:
    ids = g.session.scalars(_waiting(besides).limit(1)).all()
    return next(iter(queries.in_order(g.session, ids)), None)


def _answered(quick_win: QuickWin, event: Event) -> bool:
    workflow, source = workflow_of(quick_win), event.source or ""
    rows = workflow.rows(event.action, source)
    return any(answers_turn(row, workflow.states[source]) for row in rows)


def _place_of_work(quick_win: QuickWin) -> str:
    """The page of what the turn asks for, where it has one of its own."""
    found = dossier(g.session, quick_win.id, g.person, at=g.now)
    main = next(iter(offering.offers(found)), None)
    if main and main.collects:
        return main.href
    return url_for("quick_wins.show", quick_win_id=quick_win.id)
