"""/notifications: what the person who looks was told, the newest first, and what of it they read.

Nothing is marked by looking. What a notification says to them is read in `workflow.notice`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.frame import day, say
from web.keys import number_in
from web.notice_words import Matter, Words, words
from web.presenting import local_day_of
from web.profile import in_a_browser
from workflow import bell, notice, preferences
from workflow.models import NoticeKind
from workflow.notice_kinds import NAMES

bp = Blueprint("notifications", __name__, url_prefix="/notifications")
bp.before_request(in_a_browser)
UNREAD = "unread"


@dataclass(frozen=True, kw_only=True)
class Day:
    title: str
    told: Sequence[Words]


@dataclass(frozen=True, kw_only=True)
class Filter:
    label: str
    href: str
    current: bool


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    """`?show=` is UNREAD or a kind; anything else is all of it."""
    shown = request.args.get("show", "")
    kind = NoticeKind(shown) if shown in set(NoticeKind) else None
    page = bell.listed(
        g.session,
        g.person,
        at=g.now,
        kind=kind,
        unread=shown == UNREAD,
        after=request.args.get("after", ""),
        before=request.args.get("before", ""),
    )
    shown = shown if kind or shown == UNREAD else ""
    return render_template(
        "notifications.html",
        days=list(_days(_read(page.ids))),
        filters=list(_filters(shown, kind)),
        shown=shown,
        # Of the newest page alone: of another one, nobody saw the newest.
        newest=page.ids[0] if page.ids and not page.previous and kind is None else None,
        next_url=_page(shown, after=page.next) if page.next else "",
        previous_url=_page(shown, before=page.previous) if page.previous else "",
    )


@bp.post("/<int:notification_id>/read")
def read(notification_id: int) -> ResponseReturnValue:
    """Mark it, and go to what it is about."""
    bell.mark_read(g.session, g.person, notification_id, at=g.now)
    g.session.commit()
    (told,) = _read([notification_id])
    return redirect(told.href or url_for("notifications.index"), 303)


@bp.post("/read")
def read_all() -> ResponseReturnValue:
    """All that was on the page or before; what came since is still unread."""
    newest = number_in(request.form.get("newest")) or 0
    bell.mark_all_read(g.session, g.person, newest, at=g.now)
    g.session.commit()
    return redirect(url_for("notifications.index"), 303)


def _read(ids: Sequence[int]) -> list[Words]:
    """In that order; what is expected is said once of each matter, at the newest."""
    found = notice.read(g.session, ids, g.now)
    told: list[Words] = []
    said: set[Matter] = set()
    for one in (words(found.notice(each), found) for each in ids):
        again = one.expected and said.issuperset(one.matters)
        told.append(replace(one, expected="", left=None) if again else one)
        said.update(one.matters)
    return told


def _days(told: Sequence[Words]) -> Iterator[Day]:
    """Those of one day after the other, as the clock of the city has it."""
    today = local_day_of(g.now)
    for on, theirs in groupby(told, key=lambda one: local_day_of(one.at)):
        yield Day(title=_called(on, today), told=list(theirs))


def _called(on: date, today: date) -> str:
    if on == today:
        return str(_("Today"))
    return str(_("Yesterday")) if on == today - timedelta(days=1) else day(on)


def _filters(shown: str, kind: NoticeKind | None) -> Iterator[Filter]:
    kinds = preferences.kinds_for(g.session, g.caller.roles) | ({kind} if kind else set())
    named = {"": str(_("All")), UNREAD: str(_("Unread"))}
    named |= {each.value: say(NAMES[each]) for each in NoticeKind if each in kinds}
    for value, label in named.items():
        yield Filter(label=label, href=_page(value), current=value == shown)


def _page(shown: str, *, after: str | None = None, before: str | None = None) -> str:
    return url_for("notifications.index", show=shown or None, after=after, before=before)
