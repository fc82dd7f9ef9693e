"""What tells letters apart: the subject, the thread and the template of each kind of notice.

What all letters share is in `letter`, what they say in the templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.origin import Origin
from tasks.rendering import ngettext
from workflow.alarms import Alarm
from workflow.language import N_, Sentence, date_long, say
from workflow.models import IncidentKind, NoticeKind
from workflow.moved_dates import Dates
from workflow.news import News
from workflow.notice import Notice
from workflow.period_news import PeriodNews
from workflow.standstills import Standstill

UNNAMED = N_("(no title yet)")
TEMPLATES = {
    NoticeKind.TURN: "turn",
    NoticeKind.REMINDER: "reminder",
    NoticeKind.ESCALATION: "escalation",
    NoticeKind.COMMENT: "comment",
}
OF_PERIODS = {
    "open_period": N_("%(period)s is open for proposals until %(day)s"),
    "close_period": N_("%(period)s has closed: your drafts stay drafts"),
    "extend_period": N_("%(period)s is extended until %(day)s"),
}
STANDSTILLS = {
    IncidentKind.BEAT_LATE: N_("The clock stands still: no reminder comes and no mail leaves"),
    IncidentKind.MAIL_STUCK: N_("No mail leaves"),
}
OVER = {
    IncidentKind.BEAT_LATE: N_("The clock runs again"),
    IncidentKind.MAIL_STUCK: N_("Mails leave again"),
}


@dataclass(frozen=True, kw_only=True)
class Matter:
    """`thread` is the same for all mails about one matter; where `subject` is too, mail programs
    that tell threads by it show one."""

    subject: str
    thread: str
    template: str
    values: Mapping[str, Any]


def matter_of(notice: Notice, language: str, origin: Origin) -> Matter:
    match notice.about:
        case News() as news:
            return _of_news(notice, news, language, origin)
        case Dates() as dates:
            return _of_dates(notice, dates, language, origin)
        case PeriodNews() as period:
            return _of_period(period, language, origin)
        case Alarm() as alarm:
            return _of_alarm(alarm, language, origin)


def time_left(due_at: Any, origin: Origin) -> dict[str, Any]:
    """What templates say of a due time: working days, and whether they are over."""
    if due_at is None:
        return {"days": None, "late": False}
    return {"days": abs(origin.left(due_at)), "late": due_at < origin.at}


def _of_news(notice: Notice, news: News, language: str, origin: Origin) -> Matter:
    title, subject = news.number, f"[{news.number}]"
    if news.title is not None:
        title = one_line(news.title) or say(UNNAMED, language)
        subject = f"{subject} {title}"
    return Matter(
        subject=subject,
        thread=f"quick-win-{news.quick_win_id}",
        template=TEMPLATES.get(notice.kind, "news"),
        values={
            "title": title,
            "link": f"{origin.site}/quick-wins/{news.quick_win_id}" if news.visible else "",
            **time_left(news.due_at, origin),
        },
    )


def _of_dates(notice: Notice, dates: Dates, language: str, origin: Origin) -> Matter:
    count = len(dates.moved)
    text = ngettext(
        "%(num)s deadline of yours has moved",
        "%(num)s deadlines of yours have moved",
        count,
        language,
    )
    title = text % {"num": count}
    if not count:
        title = say(N_("Deadlines have moved"), language)
    return Matter(
        subject=title,
        thread=f"dates-{notice.id}",
        template="dates",
        values={"title": title, "link": f"{origin.site}/"},
    )


def _of_period(period: PeriodNews, language: str, origin: Origin) -> Matter:
    days = origin.left(period.closes_at)
    if period.action == "remind_period":
        text = ngettext(
            "%(period)s closes in %(num)s working day",
            "%(period)s closes in %(num)s working days",
            days,
            language,
        )
        if days <= 0:
            text = say(N_("%(period)s closes today"), language)
    else:
        text = say(OF_PERIODS.get(period.action, N_("%(period)s has changed")), language)
    day = date_long(origin.calendar.day_of(period.closes_at), language)
    title = text % {"period": one_line(period.name), "num": days, "day": day}
    return Matter(
        subject=title,
        thread=f"period-{one_line(period.code)}-{period.action}",
        template="period",
        values={"title": title, "link": f"{origin.site}/", "days": days},
    )


def _of_alarm(alarm: Alarm, language: str, origin: Origin) -> Matter:
    found = alarm.what
    if isinstance(found, Standstill):
        text, page = (OVER if alarm.over else STANDSTILLS)[found.kind], "/operations"
        title, template = say(text, language), "standstill"
    else:
        text = N_("Nobody can take the step “%(state)s”: %(role)s is missing")
        if alarm.over:
            text = N_("The step “%(state)s” can be taken again")
        values = {"state": found.state, "role": found.role}
        title, page, template = say(Sentence(text, values), language), "/", "incident"
    return Matter(
        subject=one_line(title),
        thread=f"incident-{alarm.incident_id}",
        template=template,
        values={"title": title, "found": found, "link": f"{origin.site}{page}"},
    )


def one_line(text: str) -> str:
    """Text for a header: what was typed cannot begin another one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
