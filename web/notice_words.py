"""A notification in the words of the page that lists it: what happened, to what, where it leads.

What of it the reader may know was decided by `workflow.notice`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from web.frame import clock, say
from web.presenting import Left, any_of, time_left
from workflow.alarms import Alarm
from workflow.models import IncidentKind, NoticeKind
from workflow.news import News
from workflow.notice import Notice, Notices
from workflow.notice_kinds import NAMES
from workflow.standstills import Standstill

SIGNS: Mapping[NoticeKind, str] = {
    NoticeKind.TURN: "user-check",
    NoticeKind.REMINDER: "alarm",
    NoticeKind.ESCALATION: "trending-up",
    NoticeKind.NEWS: "activity",
    NoticeKind.COMMENT: "message",
    NoticeKind.DATES: "calendar-event",
    NoticeKind.PERIOD: "calendar-time",
    NoticeKind.INCIDENT: "alert-triangle",
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of the list. `who` did `what` to `about`, which `href` shows; "" is none."""

    id: int
    sign: str
    kind: str
    at: datetime
    time: str
    unread: bool
    who: str
    what: str
    about: str
    href: str
    expected: str = ""  # of the reader, now
    left: Left | None = None
    over: bool = False  # what was wrong is right again


def words(notice: Notice, of: Notices) -> Words:
    match notice.about:
        case News() as news:
            return _of_news(notice, news, of)
        case Alarm() as alarm:
            return _of_alarm(notice, alarm)


def _of_news(notice: Notice, news: News, of: Notices) -> Words:
    name = f"{news.number} · {news.title or _('Not named yet')}"
    ahead = news.due_at if news.expected else None
    return _words(
        notice,
        who=news.actor or say(news.capacity),
        what=say(news.done),
        about=name,
        href=url_for("quick_wins.show", quick_win_id=news.quick_win_id) if news.visible else "",
        expected=any_of(news.expected),
        left=time_left(of.calendar, of.at, ahead) if ahead else None,
    )


def _of_alarm(notice: Notice, alarm: Alarm) -> Words:
    found = alarm.what
    if isinstance(found, Standstill):
        what = {
            IncidentKind.BEAT_LATE: _("The clock stands still"),
            IncidentKind.MAIL_STUCK: _("No mail leaves"),
        }[found.kind]
        return _words(notice, what=what, href=url_for("inbox.show"), over=alarm.over)
    missing = _("Missing: %(role)s", role=say(found.role))
    return _words(
        notice,
        what=_("“%(state)s” cannot be taken by anybody", state=say(found.state)),
        about=f"{found.quick_win} · {missing}" if found.quick_win else missing,
        href=url_for("inbox.show"),
        over=alarm.over,
    )


def _words(
    notice: Notice,
    *,
    what: str,
    href: str,
    who: str = "",
    about: str = "",
    expected: str = "",
    left: Left | None = None,
    over: bool = False,
) -> Words:
    return Words(
        id=notice.id,
        sign=SIGNS[notice.kind],
        kind=say(NAMES[notice.kind]),
        at=notice.at,
        time=clock(notice.at),
        unread=notice.read_at is None,
        who=who,
        what=what,
        about=about,
        href=href,
        expected=expected,
        left=left,
        over=over,
    )
