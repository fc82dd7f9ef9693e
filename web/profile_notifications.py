"""/profile/notifications: how somebody is told of each kind of thing, and when the daily digest
comes.

Which kinds can come to somebody is known in `workflow.preferences`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField

from web.frame import clock, say
from web.typed_act import choices_of
from workflow import preferences
from workflow.models import Channel, Person
from workflow.notice_kinds import EXAMPLES, NAMES
from workflow.preferences import Choice

CHANNELS = {
    Channel.MAIL.value: lazy_gettext("At once"),
    Channel.DIGEST.value: lazy_gettext("In the daily mail"),
    Channel.APP.value: lazy_gettext("Only here"),
}
HOURS = range(24)


def add_to(bp: Blueprint) -> None:
    bp.add_url_rule("/notifications", "notifications", change, methods=["GET", "POST"])


def change() -> ResponseReturnValue:
    offered = preferences.offered(g.session, g.person, g.caller.roles)
    form = _form(offered)
    if not form.validate_on_submit():
        return _page(form, offered), 422 if form.is_submitted() else 200
    chosen = {one.kind: Channel(form[one.kind.value].data) for one in offered}
    preferences.choose(g.session, g.person.id, chosen)
    g.session.get_one(Person, g.person.id).digest_hour = form["digest_hour"].data
    g.session.commit()
    flash(_("Saved. This holds from now on."), "success")
    return redirect(url_for("profile.notifications"), 303)


def _form(offered: Sequence[Choice]) -> FlaskForm:
    """A question for each kind, named as the kind is."""
    questions = {
        one.kind.value: RadioField(
            say(NAMES[one.kind]),
            choices=choices_of(CHANNELS),
            default=one.channel.value,
            description=say(EXAMPLES[one.kind]),
        )
        for one in offered
    }
    hour = SelectField(
        lazy_gettext("When the daily mail comes"),
        choices=choices_of({str(hour): _hour(hour) for hour in HOURS}),
        coerce=int,
        default=g.person.digest_hour,
        description=lazy_gettext("It comes on days on which there is something to tell."),
    )
    return type("PreferencesForm", (FlaskForm,), {**questions, "digest_hour": hour})()


def _hour(hour: int) -> str:
    """As the clocks of the city show it: 07.00 WIB."""
    zone = ZoneInfo(g.city.zone)
    at = datetime.combine(g.now.astimezone(zone).date(), time(hour), zone)
    return f"{clock(at)} {at.tzname()}"


def _page(form: FlaskForm, offered: Sequence[Choice]) -> str:
    return render_template(
        "profile/notifications.html",
        form=form,
        kinds=[one.kind.value for one in offered],
        person=g.person,
    )
