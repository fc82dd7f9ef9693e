"""What the preview of a change of the calendar or of the hours tells, as `web.previewing` takes it.

What a change does is known in the domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from flask_babel import gettext as _

from web.calendar_forms import ZONES_BY_PLACE
from web.frame import day, say
from web.previewing import Fact, Told
from workflow.calendar_changes import Changed
from workflow.calendar_days import Change, Day
from workflow.calendar_import import Imported
from workflow.language import hour
from workflow.timekeepers import Followed
from workflow.zones import ZONES

BOTH = "both"  # the field by which both halves of a day are taken back


def of_days(done: Changed | Imported) -> tuple[Followed, Told]:
    return done.followed, Told(days=done.changes)


def of_a_move(done: Changed) -> tuple[Followed, Told]:
    old, new = done.changes
    return done.followed, Told(days=done.changes, warning=_in_vain(old, new, done.in_vain))


def of_taking_back(done: Changed) -> tuple[Followed, Told]:
    if done.left is None:
        return of_days(done)
    return done.followed, Told(
        days=done.changes,
        warning=_one_half(done.changes[0], done.left),
        instead=(BOTH, _("See both taken back")),
    )


def of_hours(
    followed: Followed, before: tuple[str, time], after: tuple[str, time]
) -> tuple[Followed, Told]:
    places = [hours(*each, ZONES_BY_PLACE) for each in (before, after)]
    said = Fact(_("Close of business"), places[:1], places[1:])
    return followed, Told(facts=[said])


def hours(zone: str, close: time, names: Mapping[str, str] = ZONES) -> str:
    """16.00 WIB; 16:00 WIB"""
    return f"{say(hour(close))} {names.get(zone, zone)}"


def _in_vain(old: Change, new: Change, in_vain: bool) -> tuple[str, str] | None:
    if not in_vain:
        return None
    text = _(
        "%(new)s is free as it is, so nothing becomes free by this, while %(old)s becomes a"
        " working day.",
        new=day(new.day),
        old=day(old.day),
    )
    return _("Nobody works on the new day anyway"), text


def _one_half(change: Change, left: Day) -> tuple[str, str]:
    said = {"name": left.name, "day": day(change.day), "other": day(left.day)}
    if left.working:
        text = _(
            "“%(name)s” was moved from %(other)s to %(day)s. If only %(day)s is taken back,"
            " neither of the two is free: %(other)s stays a working day.",
            **said,
        )
    else:
        text = _(
            "“%(name)s” was moved from %(day)s to %(other)s. If only %(day)s is taken back,"
            " both are free: %(other)s stays free.",
            **said,
        )
    return _("This is one half of a day that was moved"), text
