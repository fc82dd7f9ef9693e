"""Mails for tests: of notices made up, and of what people were owed in the world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from postbox import body
from sqlalchemy import ColumnElement, func, select
from world import NOW, World

from tasks import letter
from tasks.mail import compose
from tasks.origin import Origin
from workflow import notice as notices
from workflow.calendar import Calendar
from workflow.language import Label
from workflow.models import Event, NoticeKind, Notification, Person, QuickWin
from workflow.news import News
from workflow.notice import Notice

BASE = "https://quickwin.kota.test"
ORIGIN = Origin(
    city="Kota Contoh",
    demo=False,
    calendar=Calendar(zone=ZoneInfo("Asia/Jakarta"), close=time(16), overlay={}),
    at=NOW,
    site=BASE,
)
KEY = UUID("00000000-0000-4000-8000-000000000012")
RINA = Person(name="Rina", email="rina@kota.test", language="id", mail_key=KEY)
NEWS = News(
    quick_win_id=12,
    number="QW-2026-0012",
    title="Beras Merah",
    unit="Dinas Kesehatan",
    visible=True,
    actor="Endah",
    capacity="Plt. Kepala Dinas",
    on_behalf_of="",
    done=Label(id="mengesahkan usulan", en="endorsed the proposal"),
    note="",
    notes=0,
    step=0,
    steps=0,
    state=Label(id="Verifikasi Administrasi", en="Administrative verification"),
    final=False,
    waits_for=(Label(id="Verifikator", en="Verifier"),),
    due_at=datetime(2026, 7, 8, 9, tzinfo=UTC),
    expected=(),
    instead_of=(),
    otherwise=None,
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice, and whom it is for."""

    notice: Notice
    recipient: Person
    origin: Origin = ORIGIN

    @property
    def about(self) -> News:
        assert isinstance(self.notice.about, News)
        return self.notice.about


def told(recipient: Person = RINA, **changes: Any) -> Told:
    """A notice about an endorsement, with changes."""
    news = replace(NEWS, **changes)
    notice = Notice(id=1, kind=NoticeKind.NEWS, at=NOW, read_at=None, about=news)
    return Told(notice=notice, recipient=recipient)


def mail(one: Told, language: str = "", base: str = BASE) -> EmailMessage:
    """The mail, in that language instead of the recipient's."""
    to = one.recipient
    to = Person(
        name=to.name, email=to.email, language=language or to.language, mail_key=to.mail_key
    )
    written = letter.write(one.notice, to, replace(one.origin, site=base.rstrip("/")))
    return message_from_bytes(compose(written, "<1@kota.test>", base), policy=policy.default)


def text(one: Told, language: str = "id") -> str:
    return body(mail(one, language))


def owed(world: World, quick_win: QuickWin, action: str, *, at: datetime = NOW) -> dict[str, Told]:
    """What the mails about the last event of that action say at that moment, by recipient."""
    return _owed(world, at, Event.quick_win_id == quick_win.id, Event.action == action)


def owed_by_city(world: World, action: str, *, at: datetime = NOW) -> dict[str, Told]:
    """The same of an event of the city."""
    return _owed(world, at, Event.quick_win_id.is_(None), Event.action == action)


def _owed(world: World, at: datetime, *which: ColumnElement[bool]) -> dict[str, Told]:
    world.session.flush()
    last = select(func.max(Event.id)).where(*which).scalar_subquery()
    found = world.session.scalars(select(Notification).where(Notification.event_id == last)).all()
    read = notices.read(world.session, [one.id for one in found], at)
    origin = replace(ORIGIN, demo=read.city.demo, calendar=read.calendar, at=at)
    return {
        one.recipient.email.removesuffix("@test.test"): Told(
            notice=read.notice(one.id), recipient=one.recipient, origin=origin
        )
        for one in found
    }
