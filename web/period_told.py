"""What was said of a period and when, in sentences for `ui.timeline`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from web.frame import moment, short_day
from workflow.period_outline import Said

SIGNS = {
    "add_period": "calendar-plus",
    "open_period": "bell-ringing",
    "remind_period": "bell-ringing",
    "close_period": "lock",
    "extend_period": "calendar-time",
    "set_period": "settings",
}

SET_BY_SOMEBODY = ("add_period", "extend_period", "set_period")


def entries(said: Sequence[Said]) -> list[dict[str, Any]]:
    return [
        {
            "icon": SIGNS[one.event.action],
            "kind": "primary" if one.event.actor_id else "neutral",
            "who": _who(one),
            "what": _what(one),
            "at": moment(one.event.at),
            "note": one.event.data.get("reason", ""),
            "detail": ngettext("%(num)s person told", "%(num)s people told", one.told)
            if one.told
            else "",
        }
        for one in said
    ]


def _who(said: Said) -> str:
    """The clock has no name: its sentences say what happened."""
    by_somebody = said.event.action in SET_BY_SOMEBODY
    return said.event.actor_name or (_("The operators") if by_somebody else "")


def _what(said: Said) -> str:
    data = said.event.data
    match said.event.action:
        case "add_period":
            return str(_("set the period"))
        case "open_period":
            return str(_("The period opened."))
        case "remind_period":
            return _reminded(-data["threshold"], len(data["units"]))
        case "close_period":
            return _closed(len(data["quick_wins"]))
        case "extend_period":
            days = {"before": _day(data["closed_at"]), "now": _day(data["closes_at"])}
            return str(_("extended it: it closes on %(now)s instead of %(before)s", **days))
        case _:
            return str(_("set the numbers of the period anew"))


def _reminded(days: int, units: int) -> str:
    when = ngettext(
        "Reminder %(num)s working day before the close.",
        "Reminder %(num)s working days before the close.",
        days,
    )
    lacked = ngettext(
        "%(num)s agency had submitted nothing.", "%(num)s agencies had submitted nothing.", units
    )
    return f"{when} {lacked}"


def _closed(drafts: int) -> str:
    left = ngettext(
        "%(num)s draft was never submitted and stays a draft.",
        "%(num)s drafts were never submitted and stay drafts.",
        drafts,
    )
    return f"{_('The period closed.')} {left}" if drafts else str(_("The period closed."))


def _day(iso: str) -> str:
    return short_day(datetime.fromisoformat(iso))
