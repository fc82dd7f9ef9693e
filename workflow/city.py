"""The city of this installation: what it is called, and what time it is there.

By an admin, or by the operators, who are nobody. What is due moves with the hours and the zone, as
`rescheduling` knows. Its units and periods are set elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import Invalid
from workflow.language import N_, Sentence, hour
from workflow.ledger import append_to_city
from workflow.models import City, Period, Person
from workflow.rescheduling import change_of_time
from workflow.short_texts import named
from workflow.timekeepers import Followed, begin_change, followed_by
from workflow.zones import ZONES

EARLIEST_CLOSE = time(12)  # a period opens in the morning, and may close on the same day


@dataclass(frozen=True, kw_only=True)
class CitySet:
    """The city as it is now, and what followed."""

    city: City
    followed: Followed


def set_city(
    session: Session,
    *,
    name: str | None = None,
    province: str | None = None,
    zone: str = "",
    close_of_business: time | None = None,
    by: Person | None,
    at: datetime,
) -> CitySet:
    """Say what is given; the rest stays. The caller commits. Saying what is known writes nothing.

    With the time of the city, what is due moves, and so do the ends of periods that have not come:
    they keep their day. Raises Forbidden, Unmet for a name that is none, and Invalid for a zone
    that is none of Indonesia's, or offices that close in the morning.
    """
    city = begin_change(session, by, at=at)
    before = _says(city)
    if faults := _faults(zone, close_of_business):
        raise Invalid(faults)
    if name is not None:
        city.name = named(Sentence(N_("The name")), name)
    if province is not None:
        city.province = named(Sentence(N_("The province")), province)
    old = ZoneInfo(city.zone), city.close_of_business
    city.zone = zone or city.zone
    city.close_of_business = close_of_business or city.close_of_business
    session.flush()
    new = ZoneInfo(city.zone), city.close_of_business
    told = _says(city)
    if new != old:
        _move_periods(session, old, new, at)
        event = change_of_time(session, "set_city", by=by, data=told, at=at)
        return CitySet(city=city, followed=followed_by(session, event))
    if told != before:
        who, name = (by.id, by.name) if by else (None, "")
        append_to_city(session, "set_city", at=at, actor_id=who, actor_name=name, data=told)
    return CitySet(city=city, followed=Followed())


def _faults(zone: str, close: time | None) -> dict[str, Sentence]:
    faults = {}
    if zone and zone not in ZONES:
        faults["zone"] = Sentence(N_("Choose one of the time zones of Indonesia."))
    if close and close < EARLIEST_CLOSE:
        text = N_("Offices close at %(hour)s at the earliest.")
        faults["close_of_business"] = Sentence(text, {"hour": hour(EARLIEST_CLOSE)})
    return faults


def _move_periods(
    session: Session, old: tuple[ZoneInfo, time], new: tuple[ZoneInfo, time], at: datetime
) -> None:
    """Those that have not closed: what is still to come of them keeps its local day and hour, and
    what was at the close of business is at the new one. An end that would be over by that stays
    where it was, since nobody was warned of another."""
    (zone_before, close_before), (zone, close) = old, new
    to_come = select(Period).where(Period.closes_at > at).order_by(Period.id)
    for period in session.scalars(
        to_come.with_for_update(key_share=True).execution_options(populate_existing=True)
    ):
        closes = period.closes_at.astimezone(zone_before)
        hour = close if closes.time() == close_before else closes.time()
        end = datetime.combine(closes.date(), hour, zone)
        period.closes_at = end if end > at else period.closes_at
        if period.opens_at > at:
            opens = period.opens_at.astimezone(zone_before)
            period.opens_at = datetime.combine(opens.date(), opens.time(), zone)
    session.flush()


def _says(city: City) -> dict[str, str]:
    return {
        "name": city.name,
        "province": city.province,
        "zone": city.zone,
        "close_of_business": f"{city.close_of_business:%H:%M}",
    }
