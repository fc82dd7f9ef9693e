"""The city of this installation: what it is called, and what time it is there.

Its units and periods are not known here.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.texts import named
from workflow.ledger import append_to_city
from workflow.models import City


def set_city(
    session: Session,
    *,
    name: str,
    province: str,
    zone: str = "",
    close_of_business: time | None = None,
    at: datetime,
) -> City:
    """Say what the city is called and, where given, its time; the caller commits.

    Periods and deadlines that are there keep their instants. Raises CommandRefused for a name that
    is none.
    """
    city = session.scalars(select(City).with_for_update()).one()
    before = _says(city)
    city.name, city.province = named("name", name), named("province", province)
    city.zone = zone or city.zone
    city.close_of_business = close_of_business or city.close_of_business
    session.flush()
    if _says(city) != before:
        append_to_city(session, "set_city", at=at, data=_says(city))
    return city


def _says(city: City) -> dict[str, str]:
    return {
        "name": city.name,
        "province": city.province,
        "zone": city.zone,
        "close_of_business": f"{city.close_of_business:%H:%M}",
    }
