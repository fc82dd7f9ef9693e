"""What changed of the city's time, so that dates moved: in words, without a full stop.

What an event says of it is known in `workflow.causes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from web.frame import day
from workflow.causes import ChangedDay, days_of


def since_what(cause: Mapping[str, Any]) -> str:
    """Of the cause that an event of a Quick Win names; "" where it says no more than that."""
    action = cause["action"]
    if "period" in cause:
        return of_a_period(action, cause["name"], datetime.fromisoformat(cause["closes_at"]))
    for one in days_of(action, cause):
        return of_a_day(one)
    match action:
        case "set_city":
            return str(_("the office hours or the time zone of the city have changed"))
        case "import_calendar" | "remove_day":
            return str(_("several days of the city's calendar have changed"))
        case _:
            return ""


def of_a_day(one: ChangedDay) -> str:
    said = {"day": day(one.day), "name": one.name}
    if one.moved_from:
        return str(
            _("%(name)s moves from %(before)s to %(day)s", before=day(one.moved_from), **said)
        )
    match one.again, one.working:
        case True, True:
            return str(_("%(day)s becomes a working day again (%(name)s is taken back)", **said))
        case True, False:
            return str(_("%(day)s becomes a day off again (%(name)s is taken back)", **said))
        case False, True:
            return str(_("%(day)s is a working day now (%(name)s)", **said))
        case _:
            return str(_("%(day)s is a day off now (%(name)s)", **said))


def of_a_period(action: str, name: str, closes_at: datetime) -> str:
    if action == "extend_period":
        return str(_("“%(name)s” closes on %(day)s now", name=name, day=day(closes_at)))
    return str(_("the numbers of “%(name)s” have changed", name=name))
