"""Why dates moved: what an event of the city says of the days it changed, and what of that stands
in the event of each Quick Win.

How it is worded is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

TAKEN_BACK = "remove_day"  # the days are then what they were before the city said so
_OF_A_DAY = ("day", "name", "working", "from")
_OF_A_PERIOD = ("period", "name", "closes_at")


@dataclass(frozen=True, kw_only=True)
class ChangedDay:
    """A day of the city's calendar by which dates moved, as it is since, and what it is called, or
    was before it was taken back (`again`)."""

    day: date
    name: str
    working: bool
    moved_from: date | None
    again: bool = False


def cause_of(action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event of a Quick Win says of that event of the city: the period, or the day if it
    was one alone."""
    if "period" in data:
        return {"action": action, **_some(data, _OF_A_PERIOD)}
    days = _told(data)
    return {"action": action, **(_some(days[0], _OF_A_DAY) if len(days) == 1 else {})}


def days_of(action: str, data: Mapping[str, Any]) -> Iterator[ChangedDay]:
    """The days that an event of the city changed, or a cause names."""
    again = action == TAKEN_BACK
    for one in _told(data):
        yield ChangedDay(
            day=date.fromisoformat(one["day"]),
            name=one["name"],
            working=one["working"] is not again,
            moved_from=date.fromisoformat(one["from"]) if "from" in one else None,
            again=again,
        )


def _told(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """As `calendar_changes` and `calendar_import` say them."""
    return list(data.get("days", [data] if "day" in data else []))


def _some(data: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: data[name] for name in names if name in data}
