"""A notice in words: the letter that a mail carries, in HTML and in plain text.

Pure: the same notice gives the same letter. It refuses to know a database, the headers of a mail,
and how it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tasks.daily import daily_matter
from tasks.matters import Matter, matter_of, one_line
from tasks.origin import Origin
from tasks.rendering import render
from workflow.digest import Digest
from workflow.language import LANGUAGES
from workflow.models import NoticeKind, Person
from workflow.notice import Notice
from workflow.notice_kinds import NAMES

# Rows of a list in a mail; of what is beyond, how many.
MOST, FEW = 20, 5


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says. `thread` is the same for all mails about one matter. It and the names and
    the subject are for headers: one line."""

    language: str
    kind: NoticeKind | None  # None: of several
    sender: str  # by name
    recipient_name: str
    recipient_email: str
    recipient_key: UUID  # in links that end a kind of mail
    at: datetime  # when this was so, in the time of the city
    subject: str
    thread: str
    text: str
    html: str


def write(notice: Notice, recipient: Person, origin: Origin) -> Letter:
    """The letter in the recipient's language. Its links open pages and do nothing else."""
    language = recipient.language or LANGUAGES[0]
    matter = matter_of(notice, language, origin)
    values = {"about": notice.about, "kind": NAMES[notice.kind]}
    end = f"{origin.site}/unsubscribe/{recipient.mail_key}/{notice.kind.value}"
    return _written(matter, recipient, origin, notice.kind, {**values, "end": end})


def write_digest(digest: Digest, recipient: Person, origin: Origin) -> Letter:
    """The daily letter."""
    language = recipient.language or LANGUAGES[0]
    return _written(daily_matter(digest, language, origin), recipient, origin, None, {"end": ""})


def _written(
    matter: Matter,
    recipient: Person,
    origin: Origin,
    kind: NoticeKind | None,
    values: dict[str, Any],
) -> Letter:
    language = recipient.language or LANGUAGES[0]
    shared = {
        "language": language,
        "name": recipient.name,
        "city": origin.city,
        "demo": origin.demo,
        "zone": origin.at.astimezone(origin.calendar.zone).tzname(),
        "choices": f"{origin.site}/profile/notifications",
        "site": origin.site,
        "most": MOST,
        "few": FEW,
    }
    text, html = render(
        matter.template, {**shared, **values, **matter.values}, language, origin.calendar.zone
    )
    return Letter(
        language=language,
        kind=kind,
        sender=one_line(f"Quick Win {origin.city}"),
        recipient_name=one_line(recipient.name),
        recipient_email=recipient.email,
        recipient_key=recipient.mail_key,
        at=origin.at.astimezone(origin.calendar.zone),
        subject=matter.subject,
        thread=matter.thread,
        text=text,
        html=html,
    )
