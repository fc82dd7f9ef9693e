"""A notice in words: the letter that a mail carries, in HTML and in plain text.

Pure: the same notice gives the same letter. It refuses to know a database, the headers of a mail,
and how it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from workflow.alarms import Alarm
from workflow.calendar import Calendar
from workflow.language import LANGUAGES, N_, Label, Sentence, moment, say
from workflow.models import Person
from workflow.news import News
from workflow.notice import Notice
from workflow.standstills import Standstill

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """From where letters are written, and when."""

    city: str
    demo: bool
    calendar: Calendar
    at: datetime  # when what they say was so
    site: str  # the address people use


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says. `thread` is the same for all mails about one matter, and so is `subject`:
    there are mail programs that tell threads by it. Both are for headers: one line."""

    language: str
    sender: str  # by name
    recipient_name: str
    recipient_email: str
    at: datetime  # when this was so, in the time of the city
    subject: str
    thread: str
    text: str
    html: str


@dataclass(frozen=True, kw_only=True)
class _Matter:
    """What tells the letters apart."""

    subject: str
    thread: str
    template: str
    values: Mapping[str, Any]


def write(notice: Notice, recipient: Person, origin: Origin) -> Letter:
    """The letter in the recipient's language. Its links open pages and do nothing else."""
    language = recipient.language or LANGUAGES[0]
    matter = (
        _about_incident(notice.about, language, origin)
        if isinstance(notice.about, Alarm)
        else _about_quick_win(notice.about, language, origin)
    )
    texts = _texts(language)
    values = {
        "language": language,
        "name": recipient.name,
        "city": origin.city,
        "demo": origin.demo,
        "about": notice.about,
        **matter.values,
    }
    return Letter(
        language=language,
        sender=one_line(f"Quick Win {origin.city}"),
        recipient_name=one_line(recipient.name),
        recipient_email=recipient.email,
        at=origin.at.astimezone(origin.calendar.zone),
        subject=matter.subject,
        thread=matter.thread,
        text=texts.get_template(f"{matter.template}.txt").render(values),
        html=_INLINER.inline(texts.get_template(f"{matter.template}.html").render(values)),
    )


def _about_quick_win(news: News, language: str, origin: Origin) -> _Matter:
    title = one_line(news.title) or say(N_("(no title yet)"), language)
    return _Matter(
        subject=f"[{news.number}] {title}",
        thread=f"quick-win-{news.quick_win_id}",
        template="mail",
        values={
            "title": title,
            "due": say(_due(news, language, origin), language),
            "link": f"{origin.site}/quick-wins/{news.quick_win_id}",
        },
    )


def _about_incident(alarm: Alarm, language: str, origin: Origin) -> _Matter:
    found = alarm.what
    assert not isinstance(found, Standstill), "nobody is told of these yet"
    text = N_("Nobody can take the step “%(state)s”: %(role)s is missing")
    title = say(Sentence(text, {"state": found.state, "role": found.role}), language)
    return _Matter(
        subject=one_line(title),
        thread=f"incident-{alarm.incident_id}",
        template="incident",
        values={"title": title, "incident": found, "link": f"{origin.site}/"},
    )


def _due(news: News, language: str, origin: Origin) -> Sentence | str:
    """Until when, in the city's time and in working days; "" where nothing is due."""
    if news.due_at is None:
        return ""
    days = origin.calendar.working_days_between(origin.at, news.due_at)
    if news.due_at < origin.at:
        text = N_("It was due on %(moment)s (working days over: %(days)s).")
    elif days == 0:
        text = N_("Until today, %(moment)s.")
    else:
        text = N_("Until %(moment)s (working days left: %(days)s).")
    when = moment(news.due_at, origin.calendar.zone, language)
    return Sentence(text, {"moment": when, "days": abs(days)})


def one_line(text: str) -> str:
    """Text for a header: what was typed cannot begin another one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


@lru_cache(maxsize=2)
def _texts(language: str) -> Environment:
    """The templates in that language. `said` prints a label or a text in it."""
    texts = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def said(text: Label | str) -> str:
        return text.in_(language) if isinstance(text, Label) else text

    def gettext(text: str) -> str:
        return say(text, language)

    def ngettext(one: str, many: str, n: int) -> str:
        return say(one if n == 1 else many, language)

    texts.filters["said"] = said
    # jinja2's extension has no types.
    texts.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    return texts


_INLINER = CSSInliner(load_remote_stylesheets=False)
