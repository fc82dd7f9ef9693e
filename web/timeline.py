"""The past of a Quick Win as one timeline: acts of people and of the system, with the mails they
brought, and files and writing between them. Filters stand in the address.

What of it the reader may know was decided by `workflow.history` and `workflow.traces`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from web import timeline_mails
from web.frame import moment
from web.labels import FIELDS
from web.presenting import local_day_of
from web.telling import MailLine, Told, acts
from workflow.dossier import Dossier
from workflow.mailed import Mails
from workflow.traces import Traces, Uploaded, Wrote

NAMED = 4  # fields that are named of what somebody wrote on one day
SORTS = {
    "": lazy_gettext("All"),
    "people": lazy_gettext("People"),
    "system": lazy_gettext("System"),
    "mails": lazy_gettext("Mails"),
    "files": lazy_gettext("Files"),
}


@dataclass(frozen=True, kw_only=True)
class Filter:
    label: Any
    href: str
    count: int
    current: bool


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """`entries` is newest first; `here` leads to what is shown."""

    entries: Sequence[Told]
    filters: Sequence[Filter]
    here: str


@dataclass(frozen=True, kw_only=True)
class _Placed:
    at: datetime
    sort: str
    told: Told


def timeline(dossier: Dossier, beside: Traces, shown: str) -> Timeline:
    """`shown` is one of SORTS; anything else is all of it."""
    shown = shown if shown in SORTS else ""
    mails = list(_mails(dossier, beside.mails))
    # Of the same moment, what was written and uploaded came first.
    found = [
        *_written(beside.written),
        *(_file(each) for each in beside.uploads),
        *_acts(dossier, beside.mails),
    ]
    of_sort = {
        sort: mails if sort == "mails" else [one for one in found if sort in ("", one.sort)]
        for sort in SORTS
    }
    ordered = sorted(of_sort[shown], key=lambda one: one.at)
    address = url_for("quick_wins.show", quick_win_id=dossier.quick_win.id)
    filters = [
        Filter(
            label=label,
            href=f"{address}{'?show=' if sort else ''}{sort}#history",
            count=len(of_sort[sort]),
            current=sort == shown,
        )
        for sort, label in SORTS.items()
    ]
    return Timeline(
        entries=[one.told for one in reversed(ordered)],
        filters=filters,
        here=next(one.href for one in filters if one.current),
    )


def _acts(dossier: Dossier, mails: Sequence[Mails]) -> Iterator[_Placed]:
    events = {entry.event.id: entry.event for entry in dossier.events}
    of_event: dict[int, list[MailLine]] = defaultdict(list)
    for mail in mails:
        event = events[mail.event_id]
        of_event[mail.event_id] += timeline_mails.below(dossier.workflow, event, mail)
    for entry, told in zip(dossier.events, acts(dossier), strict=True):
        yield _Placed(
            at=entry.event.at,
            sort="system" if entry.by_system else "people",
            told=replace(told, mails=of_event[entry.event.id]),
        )


def _mails(dossier: Dossier, mails: Sequence[Mails]) -> Iterator[_Placed]:
    of_act = {
        entry.event.id: (entry.event, told)
        for entry, told in zip(dossier.events, acts(dossier), strict=True)
    }
    for mail in mails:
        event, act = of_act[mail.event_id]
        told = timeline_mails.entry(dossier.workflow, event, mail, act)
        yield _Placed(at=mail.at, sort="mails", told=told)


# ---------------------------------------------------------------- files and writing


def _file(one: Uploaded) -> _Placed:
    return _Placed(
        at=one.at,
        sort="files",
        told=Told(
            icon="paperclip",
            kind="neutral",
            who=one.person,
            what=_("uploaded “%(name)s”", name=one.name),
            at=moment(one.at),
            detail="",
        ),
    )


def _written(written: Sequence[Wrote]) -> Iterator[_Placed]:
    """One entry for what somebody wrote on one day, at the last of it."""
    days: dict[tuple[str, date], list[Wrote]] = defaultdict(list)
    for one in written:
        days[one.person, local_day_of(one.at)].append(one)
    for (person, _day), found in days.items():
        names = list(dict.fromkeys(str(FIELDS[one.field]) for one in found))
        yield _Placed(
            at=found[-1].at,
            sort="people",
            told=Told(
                icon="edit",
                kind="neutral",
                who=person,
                what=_("wrote: %(fields)s", fields=_shortened(names)),
                at=moment(found[-1].at),
                detail="",
            ),
        )


def _shortened(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return ", ".join(names)
    rest = len(names) - NAMED
    more = ngettext("%(num)s field more", "%(num)s fields more", rest)
    return ", ".join([*names[:NAMED], str(more)])
