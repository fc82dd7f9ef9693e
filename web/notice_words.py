"""A notification in the words of the page that lists it: what happened, to what, where it leads.

What of it the reader may know was decided by `workflow.notice`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from web.changed_time import of_a_day
from web.frame import clock, day, moment, say
from web.presenting import Left, any_of, time_left
from workflow.alarms import Alarm
from workflow.models import IncidentKind, NoticeKind
from workflow.moved_dates import Dates
from workflow.news import News
from workflow.notice import Notice, Notices
from workflow.notice_kinds import NAMES
from workflow.period_news import PeriodNews
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
SHOWN = 5  # of what one notification is about; the rest is counted


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What it is about, and where that is shown; "" is nowhere for the reader."""

    text: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of the list. `who` did `what` to `matters`; pressed, it leads to `href`; "" is
    none. `press` is what the button says, `about` of what."""

    id: int
    sign: str
    kind: str
    at: datetime
    time: str
    unread: bool
    who: str
    what: str
    matters: Sequence[Matter]
    href: str
    press: str
    about: str
    note: str
    expected: str  # of the reader, now
    left: Left | None
    over: bool  # what was wrong is right again


def words(notice: Notice, of: Notices) -> Words:
    match notice.about:
        case News() as news:
            return _of_news(notice, news, of)
        case Dates() as dates:
            return _of_dates(notice, dates)
        case PeriodNews() as period:
            return _of_period(notice, period)
        case Alarm() as alarm:
            return _of_alarm(notice, alarm)


def _of_news(notice: Notice, news: News, of: Notices) -> Words:
    href = _place(news.quick_win_id) if news.visible else ""
    ahead = news.due_at if news.expected else None
    return _words(
        notice,
        who=news.actor or say(news.capacity),
        what=say(news.done),
        matters=[Matter(text=_name(news.number, news.title), href=href)],
        href=href,
        expected=any_of(news.expected),
        left=time_left(of.calendar, of.at, ahead) if ahead else None,
    )


def _of_dates(notice: Notice, dates: Dates) -> Words:
    """One matter for each date that is the reader's still."""
    count = len(dates.moved)
    moved = ngettext("%(num)s of your deadlines moved", "%(num)s of your deadlines moved", count)
    none = _("Deadlines moved; none of them is yours any more")
    matters = [
        Matter(
            text=_(
                "%(name)s: until %(after)s instead of %(before)s",
                name=_name(one.number, one.title),
                before=moment(one.before),
                after=moment(one.after),
            ),
            href=_place(one.quick_win_id),
        )
        for one in dates.moved
    ]
    said = [_of_the_period(dates.period)] if dates.period else []
    said += [of_a_day(one) for one in dates.days if len(dates.days) == 1]
    return _words(
        notice,
        what=". ".join([*said, moved if count else none]),
        matters=_shortened(matters),
        href=matters[0].href if count == 1 else url_for("inbox.show"),
        note=dates.reason,
    )


def _of_period(notice: Notice, period: PeriodNews) -> Words:
    lacking = [
        Matter(text=_("Nothing submitted yet: %(unit)s", unit=one)) for one in period.lacking
    ]
    drafts = [
        Matter(
            text=_("It stays a draft: %(name)s", name=_name(one.number, one.title)),
            href=_place(one.quick_win_id),
        )
        for one in period.drafts
    ]
    return _words(
        notice,
        what=_of_the_period(period),
        matters=_shortened([*lacking, *drafts]),
        href=url_for("inbox.show"),
        note=period.reason,
    )


def _of_the_period(period: PeriodNews) -> str:
    said = {"name": period.name, "day": day(period.closes_at)}
    match period.action:
        case "open_period":
            return str(_("“%(name)s” is open until %(day)s", **said))
        case "close_period":
            return str(_("“%(name)s” has closed", **said))
        case "extend_period" if period.closed_at:
            before = day(period.closed_at)
            return str(
                _("“%(name)s” closes on %(day)s instead of %(before)s", before=before, **said)
            )
        case _:
            return str(_("“%(name)s” closes on %(day)s", **said))


def _of_alarm(notice: Notice, alarm: Alarm) -> Words:
    found = alarm.what
    if isinstance(found, Standstill):
        what = {
            IncidentKind.BEAT_LATE: _("The clock stands still"),
            IncidentKind.MAIL_STUCK: _("No mail leaves"),
        }[found.kind]
        return _words(notice, what=what, href=url_for("inbox.show"), over=alarm.over)
    missing = _("Missing: %(role)s", role=say(found.role))
    of_one = f"{found.quick_win} · {missing}" if found.quick_win else missing
    return _words(
        notice,
        what=_("“%(state)s” cannot be taken by anybody", state=say(found.state)),
        matters=[Matter(text=of_one)],
        href=url_for("inbox.show"),
        over=alarm.over,
    )


def _words(
    notice: Notice,
    *,
    what: str,
    href: str,
    matters: Iterable[Matter] = (),
    who: str = "",
    note: str = "",
    expected: str = "",
    left: Left | None = None,
    over: bool = False,
) -> Words:
    listed = list(matters)
    return Words(
        id=notice.id,
        sign=SIGNS[notice.kind],
        kind=say(NAMES[notice.kind]),
        at=notice.at,
        time=clock(notice.at),
        unread=notice.read_at is None,
        who=who,
        what=what,
        matters=listed,
        href=href,
        press=_press(href),
        about=listed[0].text if len(listed) == 1 else what,
        note=note,
        expected=expected,
        left=left,
        over=over,
    )


def _press(href: str) -> str:
    if href == url_for("inbox.show"):
        return str(_("Open my tasks"))
    return str(_("Open") if href else _("Mark as read"))


def _name(number: str, title: str | None) -> str:
    """With the number alone where the title is not open to the reader."""
    return number if title is None else f"{number} · {title or _('Not named yet')}"


def _place(quick_win_id: int) -> str:
    return url_for("quick_wins.show", quick_win_id=quick_win_id)


def _shortened(matters: Sequence[Matter]) -> list[Matter]:
    rest = len(matters) - SHOWN
    if rest <= 0:
        return list(matters)
    more = ngettext("and %(num)s more", "and %(num)s more", rest)
    return [*matters[:SHOWN], Matter(text=more)]
