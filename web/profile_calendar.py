"""/profile/calendar: the secret address of one's own calendar: made, shown, replaced, ended."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.headers import secretly
from workflow import feed


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/calendar", "calendar", show)
    bp.add_url_rule("/calendar", "begin_calendar", begin, methods=["POST"])
    bp.add_url_rule("/calendar/end", "end_calendar", end, methods=["POST"])


def show() -> Response:
    address = _address() if g.person.feed_key else ""
    return secretly(
        render_template(
            "profile/calendar.html",
            address=address,
            subscribing=address.replace(urlsplit(address).scheme, "webcal", 1),
        )
    )


def begin() -> ResponseReturnValue:
    """Make an address, in place of the one there was."""
    replaced = g.person.feed_key is not None
    feed.begin(g.session, g.person.id)
    g.session.commit()
    told = _("There is a new address. The one before shows nothing any more.")
    flash(told if replaced else _("Your calendar has an address now."), "success")
    return redirect(url_for("profile.calendar"), 303)


def end() -> ResponseReturnValue:
    feed.end(g.session, g.person.id)
    g.session.commit()
    flash(_("The address shows nothing any more."), "success")
    return redirect(url_for("profile.calendar"), 303)


def _address() -> str:
    """As programs elsewhere ask for it."""
    site = current_app.config["SETTINGS"].base_url.rstrip("/")
    return f"{site}{url_for('feed.calendar', key=g.person.feed_key)}"
