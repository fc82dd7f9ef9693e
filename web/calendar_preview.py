"""A change of the city's time on its way: tried and taken back to show what it would do, or made
once it is confirmed.

The preview is the change itself, so it cannot promise anything else. What is changed is not known
here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from web.calendar_forms import TimeForm
from web.calendar_year import mark_of
from workflow.calendar_changes import Changed
from workflow.calendar_days import Effect
from workflow.calendar_import import Imported
from workflow.city import CitySet
from workflow.errors import Refused
from workflow.timekeepers import Moved
from workflow.zones import ZONES

LONGEST_LIST = 20  # Quick Wins that a preview names
_NOT_SENT_AGAIN = ("csrf_token", "file")


def through(
    form: TimeForm | None,
    change: Callable[[], Changed | Imported | CitySet],
    *,
    title: str,
    year: int | None = None,
    facts: Sequence[tuple[str, str]] = (),
) -> ResponseReturnValue:
    """The page after the change, or its preview, which sends again what the form has. What the
    domain refuses is raised, and nothing is left of it."""
    try:
        done = change()
    except Refused:
        g.session.rollback()
        raise
    if "confirmed" in request.form:
        g.session.commit()
        flash(_done(done.moved), "success")
        return redirect(url_for("calendar.show", year=year), 303)
    g.session.rollback()
    return _preview(form, done, title, year, facts)


def hours(zone: str, close: time, names: Mapping[str, str] = ZONES) -> str:
    """16.00 WIB"""
    return f"{close:%H.%M} {names.get(zone, zone)}"


def _preview(
    form: TimeForm | None,
    done: Changed | Imported | CitySet,
    title: str,
    year: int | None,
    facts: Sequence[tuple[str, str]],
) -> str:
    sent = form.data if form else {}
    changes = [] if isinstance(done, CitySet) else done.changes
    return render_template(
        "calendar/preview.html",
        title=title,
        sent=[(name, text) for name, text in sent.items() if name not in _NOT_SENT_AGAIN],
        changes=changes,
        facts=facts,
        nothing=all(one.effect is Effect.SAME for one in changes) and not facts,
        moved=done.moved[:LONGEST_LIST],
        count=len(done.moved),
        mark_of=mark_of,
        year=year,
        mended=form is not None,
    )


def _done(moved: Sequence[Moved]) -> str:
    if not moved:
        return str(_("This holds from now on. No deadline is moved by it."))
    return str(
        ngettext(
            "This holds from now on. %(num)s Quick Win is due at another time now.",
            "This holds from now on. %(num)s Quick Wins are due at another time now.",
            len(moved),
        )
    )
