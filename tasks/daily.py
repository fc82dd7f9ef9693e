"""What the daily letter is made of: what waits, by urgency, and what happened, by Quick Win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tasks.matters import UNNAMED, Matter, matter_of, one_line, time_left
from tasks.origin import Origin
from tasks.rendering import ngettext
from workflow.digest import Digest, Waiting, by_quick_win
from workflow.language import N_, say
from workflow.news import News
from workflow.notice import Notice
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
    number: str
    link: str
    news: Sequence[News]


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
            "happened": list(_happened(digest.told, language, origin)),
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


def _happened(told: Sequence[Notice], language: str, origin: Origin) -> Iterator[Happened]:
    for notices in by_quick_win(told):
        matter = matter_of(notices[-1], language, origin)
        news = [one.about for one in notices if isinstance(one.about, News)]
        yield Happened(
            title=matter.values["title"],
            number=news[-1].number if news else "",
            link=matter.values["link"],
            news=news,
        )
