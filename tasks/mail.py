"""A notice in words: the mail with its headers, in HTML and in plain text.

Pure: the same notice gives the same mail. It refuses to know a database, and how a mail is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tasks.alarm import Alarm
from tasks.notice import Notice
from workflow.language import N_, Label, Sentence, moment, say

TEMPLATES = Path(__file__).parent / "templates"
SENDER = "quickwin"


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """What tells the kinds of mails apart. `thread` is the same for all mails about one matter, and
    so is `subject`: there are mail programs that tell threads by it."""

    subject: str
    thread: str
    template: str
    values: Mapping[str, Any]


def compose(notice: Notice | Alarm, language: str, base_url: str) -> EmailMessage:
    """The mail in that language. `base_url` is the address people use; the only link opens a page
    and does nothing else."""
    texts, host = _texts(language), mail_host(base_url)
    letter = (
        _about_incident(notice, language, base_url.rstrip("/"))
        if isinstance(notice, Alarm)
        else _about_quick_win(notice, language, base_url.rstrip("/"))
    )
    thread = f"<{letter.thread}@{host}>"
    message = EmailMessage()
    message["From"] = Address(
        _one_line(f"Quick Win {notice.city}"), addr_spec=sender_address(base_url)
    )
    message["To"] = Address(_one_line(notice.recipient_name), addr_spec=notice.recipient_email)
    message["Subject"] = letter.subject
    message["Date"] = notice.at.astimezone(notice.calendar.zone)
    message["Message-ID"] = notice.message_id
    message["In-Reply-To"] = message["References"] = thread
    message["List-Id"] = f"<quick-wins.{host.strip('[]')}>"
    message["Auto-Submitted"] = "auto-generated"
    values = {"language": language, "notice": notice, **letter.values}
    text = texts.get_template(f"{letter.template}.txt").render(values)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(
        _INLINER.inline(texts.get_template(f"{letter.template}.html").render(values)),
        subtype="html",
        cte="quoted-printable",
    )
    message["Content-Language"] = language
    return message


def _about_quick_win(notice: Notice, language: str, site: str) -> _Letter:
    title = _one_line(notice.title) or say(N_("(no title yet)"), language)
    return _Letter(
        subject=f"[{notice.number}] {title}",
        thread=f"quick-win-{notice.quick_win_id}",
        template="mail",
        values={
            "title": title,
            "due": say(_due(notice, language), language),
            "link": f"{site}/quick-wins/{notice.quick_win_id}",
        },
    )


def _about_incident(alarm: Alarm, language: str, site: str) -> _Letter:
    found = alarm.incident
    text = N_("Nobody can take the step “%(state)s”: %(role)s is missing")
    title = say(Sentence(text, {"state": found.state, "role": found.role}), language)
    return _Letter(
        subject=_one_line(title),
        thread=f"incident-{found.id}",
        template="incident",
        values={"title": title, "incident": found, "link": f"{site}/"},
    )


def new_message_id(base_url: str) -> str:
    """For the header of a mail that was not sent yet; kept with it."""
    return f"<{uuid4()}@{mail_host(base_url)}>"


def sender_address(base_url: str) -> str:
    return f"{SENDER}@{mail_host(base_url)}"


def mail_host(base_url: str) -> str:
    """The host of the address as it may stand behind an @."""
    host = urlsplit(base_url).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"


def _due(notice: Notice, language: str) -> Sentence | str:
    """Until when, in the city's time and in working days; "" where nothing is due."""
    if notice.due_at is None:
        return ""
    days = notice.calendar.working_days_between(notice.at, notice.due_at)
    if notice.due_at < notice.at:
        text = N_("It was due on %(moment)s (working days over: %(days)s).")
    elif days == 0:
        text = N_("Until today, %(moment)s.")
    else:
        text = N_("Until %(moment)s (working days left: %(days)s).")
    when = moment(notice.due_at, notice.calendar.zone, language)
    return Sentence(text, {"moment": when, "days": abs(days)})


def _one_line(text: str) -> str:
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
