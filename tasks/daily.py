"""What the daily letter is made of: what waits, by urgency, and what happened, by Quick Win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tasks.matters import UNNAMED, Matter, matter_of, one_line, time_left
from tasks.origin import Origin
from tasks.rendering import ngettext
from workflow.digest import Digest, Waiting, by_matter
from workflow.language import N_, say
from workflow.moved_dates import Dates, Moved, merged
from workflow.news import News
from workflow.notice import Notice
from workflow.period_news import PeriodNews
from workflow.urgency import Urgency

TITLES = {
    Urgency.LATE: N_("Past the deadline"),
    Urgency.TODAY: N_("Today"),
    Urgency.WEEK: N_("This week"),
    Urgency.LATER: N_("Later"),
}


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What was told of one Quick Win, or of something else; `link` "" is none."""

    title: str
    link: str
    number: str = ""
    news: Sequence[News] = ()
    causes: Sequence[Dates] = ()  # of the dates that moved
    moved: Sequence[Moved] | None = None  # None: it does not tell of dates
    period: PeriodNews | None = None


def daily_matter(digest: Digest, language: str, origin: Origin) -> Matter:
    count, late = digest.waits.count, digest.waits.late
    waiting = ngettext(
        "%(num)s Quick Win waits for you", "%(num)s Quick Wins wait for you", count, language
    )
    title = waiting % {"num": count}
    if late:
        text = ngettext("%(num)s of them late", "%(num)s of them late", late, language)
        title = f"{title}, {text % {'num': late}}"
    if not count:
        title = say(N_("What happened since the last daily mail"), language)
    return Matter(
        subject=title,
        thread=f"digest-{origin.calendar.day_of(origin.at).isoformat()}",
        template="digest",
        values={
            "title": title,
            "count": count,
            "groups": [
                (TITLES[urgency], list(rows))
                for urgency, rows in groupby(
                    _rows(digest.waits.listed, language, origin), lambda row: row["urgency"]
                )
            ],
            "more": digest.waits.more,
            "happened": [_happened(one, language, origin) for one in by_matter(digest.told)],
            "link": f"{origin.site}/",
            "all": f"{origin.site}/notifications",
        },
    )


def _rows(listed: Sequence[Waiting], language: str, origin: Origin) -> Iterator[Mapping[str, Any]]:
    for one in listed:
        yield {
            "urgency": one.urgency,
            "title": one_line(one.title) or say(UNNAMED, language),
            "number": one.number,
            "unit": one.unit,
            "expected": one.answers.expected,
            "instead_of": one.answers.instead_of,
            "due_at": one.due_at,
            "link": f"{origin.site}/quick-wins/{one.quick_win_id}",
            **time_left(one.due_at, origin),
        }


def _happened(notices: Sequence[Notice], language: str, origin: Origin) -> Happened:
    """All that was told of one matter, the oldest first."""
    last = notices[-1]
    match last.about:
        case Dates():
            return _of_dates(notices, language, origin)
        case PeriodNews() as period:
            return _said(last, language, origin, period=period)
        case News() as about:
            news = [one.about for one in notices]
            return _said(last, language, origin, number=about.number, news=news)
        case _:
            return _said(last, language, origin)


def _of_dates(notices: Sequence[Notice], language: str, origin: Origin) -> Happened:
    """All of them as one: each date from where it was to where it is."""
    several = [one.about for one in notices if isinstance(one.about, Dates)]
    moved = merged(several)
    whose = {one.quick_win_id for one in moved}
    causes = {
        (each.action, each.days, each.period, each.reason): each
        for each in several
        if whose.intersection(one.quick_win_id for one in each.moved)
    }
    whole = replace(notices[-1], about=replace(several[-1], moved=moved))
    return _said(whole, language, origin, causes=list(causes.values()), moved=moved)


def _said(notice: Notice, language: str, origin: Origin, **more: Any) -> Happened:
    matter = matter_of(notice, language, origin)
    return Happened(title=matter.values["title"], link=matter.values["link"], **more)
