"""What every page has around it: language, theme, navigation, who looks; and how values are
written."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from flask_babel import gettext as _

from web.appearance import theme
from workflow import inspecting, overview, plenary, queries
from workflow import language as words
from workflow.language import LANGUAGES, TRANSLATIONS, Label, Sentence
from workflow.registry import workflows
from workflow.relations import ADMIN

KILOBYTE, MEGABYTE = 1000, 1_000_000


def register(app: Flask) -> None:
    Babel(
        app,
        default_locale="id",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose_language,
    )
    app.context_processor(_around)
    app.jinja_env.filters.update(
        say=say,
        moment=moment,
        day=day,
        short_day=short_day,
        filesize=filesize,
        rupiah=words.rupiah,
        number=number,
    )


def choose_language() -> str:
    """What the person chose, else what the browser asks for; Indonesian if nobody said."""
    if g.get("person") is not None and g.person.language:
        return str(g.person.language)
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or "id"


def reader_language() -> str:
    locale = get_locale()
    return locale.language if locale else "id"


def say(what: Sentence | Label | str) -> str:
    """A label or a sentence of the domain in the reader's language."""
    return words.say(what, reader_language())


def moment(at: datetime) -> str:
    return words.moment(at, ZoneInfo(g.city.zone), reader_language())


def clock(at: datetime) -> str:
    return words.clock(at, ZoneInfo(g.city.zone), reader_language())


def day(at: date | datetime) -> str:
    return words.date_long(_local(at), reader_language())


def short_day(at: date | datetime) -> str:
    return words.date_short(_local(at))


def number(value: Decimal | int | float | str) -> str:
    return words.number(Decimal(str(value)), reader_language())


def filesize(size: int) -> str:
    """In kB or MB, rounded as people expect it: 1,2 MB."""
    if size >= MEGABYTE:
        return f"{number(round(Decimal(size) / MEGABYTE, 1))} MB"
    return f"{number(max(1, round(size / KILOBYTE)))} kB"


def _local(at: date | datetime) -> date:
    return at.astimezone(ZoneInfo(g.city.zone)).date() if isinstance(at, datetime) else at


def _around() -> dict[str, Any]:
    person = g.get("person")
    around: dict[str, Any] = {
        "language": reader_language(),
        "theme": theme(),
        "city": g.get("city") or {"name": "quickwin", "demo": False},
        "viewer": None,
    }
    if person is None:
        return around
    waiting, unread = queries.counts(g.session, person, at=g.now)
    return around | {
        "viewer": {"id": person.id, "name": person.name, "capacities": g.caller.capacities},
        "navigation": _navigation(waiting),
        "waiting": waiting,
        "unread": f"{queries.COUNT_LIMIT - 1}+" if unread >= queries.COUNT_LIMIT else unread,
    }


def _navigation(waiting: int) -> list[dict[str, Any]]:
    count = f"{queries.COUNT_LIMIT}+" if waiting >= queries.COUNT_LIMIT else waiting
    entries = [
        ("inbox.show", _("My tasks"), "list-check", count),
        ("quick_wins.index", _("Quick Wins"), "file-text", 0),
        ("coverage.show", _("Coverage"), "chart-bar", 0),
        ("decrees.index", _("Decrees"), "gavel", 0),
    ]
    known = workflows(g.session).values()
    if any(not g.caller.roles.isdisjoint(plenary.readers(workflow)) for workflow in known):
        entries.append(("plenary.index", _("Plenary"), "scale", 0))
    if any(not g.caller.roles.isdisjoint(overview.readers(workflow)) for workflow in known):
        entries.append(("overview.show", _("Overview"), "layout-dashboard", 0))
    if any(not g.caller.roles.isdisjoint(inspecting.readers(workflow)) for workflow in known):
        entries.append(("ledger.show", _("Ledger"), "shield-check", 0))
        entries.append(("operations.show", _("Operations"), "activity", 0))
    if ADMIN in g.caller.roles:
        entries.append(("periods.index", _("Periods"), "calendar-event", 0))
        entries.append(("people.index", _("People"), "users", 0))
        entries.append(("calendar.show", _("Calendar"), "calendar", 0))
    here = (request.endpoint or "").split(".")[0]
    return [
        {
            "endpoint": endpoint,
            "label": label,
            "icon": icon,
            "active": endpoint.split(".")[0] == here,
            "count": number,
        }
        for endpoint, label, icon, number in entries
    ]
