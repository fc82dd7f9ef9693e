"""/feed: somebody's calendar, for the calendar programs that ask for it by its secret address.

What stands in it is known in `workflow.feed`; nobody is logged in here.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event, vDuration
from icalendar.enums import CLASS, TRANSP

from web.auth import open_to_all
from workflow import feed
from workflow.feed import Entry
from workflow.language import LANGUAGES, say

bp = Blueprint("feed", __name__)
PRODUCT = "-//quickwin//quickwin//ID"
ASKED_AGAIN = timedelta(hours=1)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/feed/<uuid:key>.ics")
@open_to_all
def calendar(key: UUID) -> ResponseReturnValue:
    """A key that is unknown, replaced or ended, or of a closed account, is not found."""
    person = feed.whose(g.session, key)
    if person is None:
        abort(404)
    found = feed.entries(g.session, person, at=g.now)
    body = _written(person.id, found, person.language or LANGUAGES[0])
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = "inline; filename=quickwin.ics"
    answer.cache_control.private = answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


def _written(person_id: int, found: list[Entry], language: str) -> bytes:
    """The same for the same entries, so that what did not change is not sent again."""
    site = current_app.config["SETTINGS"].base_url.rstrip("/")
    host = urlsplit(site).hostname or "localhost"
    written = Calendar.new(
        method="PUBLISH",
        prodid=PRODUCT,
        uid=f"calendar-{person_id}@{host}",
        name=f"Quick Win {g.city.name}",
        language=language,
        subcomponents=[_event(entry, language, site, host) for entry in found],
    )
    written.add("REFRESH-INTERVAL", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    written.add("X-PUBLISHED-TTL", vDuration(ASKED_AGAIN))
    return bytes(written.to_ical())


def _event(entry: Entry, language: str, site: str, host: str) -> Event:
    """One that takes nobody's time: it says when something is due."""
    link = f"{site}/quick-wins/{entry.quick_win_id}" if entry.quick_win_id else f"{site}/"
    lines = [*(say(detail, language) for detail in entry.details), link]
    return Event.new(
        uid=f"{entry.name}@{host}",
        sequence=entry.sequence,
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        start=entry.on,
        summary=say(entry.summary, language),
        description="\n".join(lines),
        url=link,
        classification=CLASS.PRIVATE,
        transparency=TRANSP.TRANSPARENT,
    )
