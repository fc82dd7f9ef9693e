"""What to expect of a Quick Win, in sentences: when the present stay usually ends, and how long it
still is to what the agency waits for. What it is, is found out in `workflow.outlook`.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from web.frame import day, say
from workflow.models import QuickWin
from workflow.outlook import Outlook, Stay
from workflow.registry import workflow_of


@dataclass(frozen=True, kw_only=True)
class Expected:
    """Either may be "": nothing can be said."""

    here: str
    goal: str


def expected(quick_win: QuickWin, found: Outlook) -> Expected:
    return Expected(
        here=_here(quick_win, found.here) if found.here else "",
        goal=_goal(quick_win, found) if found.goal else "",
    )


def _here(quick_win: QuickWin, stay: Stay) -> str:
    if stay.usual is None:
        if stay.over:
            return str(_("Too few cases to say more; the deadline was %(day)s.", day=day(stay.day)))
        return str(_("Too few cases to say more; the deadline is %(day)s.", day=day(stay.day)))
    days, cases = stay.usual.days, stay.usual.cases
    usual = _theirs(days) if _waits_for_writers(quick_win) else _answered(days)
    base = ngettext("(from %(num)s case)", "(from %(num)s cases)", cases)
    longer, about = _("This one is taking longer."), _("so about %(day)s", day=day(stay.day))
    return f"{usual} {base}. {longer}" if stay.over else f"{usual}, {about} {base}."


def _answered(days: int) -> str:
    if days == 0:
        return str(_("Usually answered on the same day"))
    return str(
        ngettext(
            "Usually answered within %(num)s working day",
            "Usually answered within %(num)s working days",
            days,
        )
    )


def _theirs(days: int) -> str:
    if days == 0:
        return str(_("Agencies usually need no more than the same day for this"))
    return str(
        ngettext(
            "Agencies usually need %(num)s working day for this",
            "Agencies usually need %(num)s working days for this",
            days,
        )
    )


def _waits_for_writers(quick_win: QuickWin) -> bool:
    workflow = workflow_of(quick_win)
    return set(workflow.states[quick_win.state].turn) <= workflow.editors


def _goal(quick_win: QuickWin, found: Outlook) -> str:
    assert found.goal is not None
    assert found.day is not None
    values = {"state": say(found.goal.label), "day": day(found.day)}
    if workflow_of(quick_win).states[quick_win.state].editable:
        when = _("If it is sent today, it should be “%(state)s” about %(day)s", **values)
    else:
        when = _("It should be “%(state)s” about %(day)s", **values)
    return f"{when}, {_rests_on(found)}."


def _rests_on(found: Outlook) -> str:
    if found.measured == found.stays:
        return str(_("as earlier ones went"))
    if found.measured == 0:
        return str(_("by the deadlines of the steps"))
    return str(_("as earlier ones went and, where these are too few, by the deadlines"))
