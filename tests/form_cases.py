"""Every form of the product: where it stands, what it posts to, and who fills it in.

What is typed into them, and what must not become of it, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from authenticator import PASSWORD, first_step
from flask import Flask
from page_forms import Control, PageForm
from sqlalchemy import Connection, select
from visitor import Visitor
from world import World

from web.proposal_sections import SECTIONS
from workflow.definition import SYSTEM, Transition
from workflow.document import shipped
from workflow.models import QuickWin

WORKFLOW = shipped()
MAIL_KEY = UUID("00000000-0000-4000-8000-000000000001")  # of nobody before
ONLY_NOTE = PageForm([Control(name="note", kind="text", values=())])


@dataclass
class House:
    """The product over a city with a Quick Win in every state, each by its id."""

    app: Flask
    world: World
    connection: Connection
    places: dict[str, int]
    forms: dict[str, PageForm] = field(default_factory=dict)  # read already, by case

    @contextmanager
    def for_once(self, who: str) -> Iterator[Visitor]:
        """A browser of that person; what happens inside is undone at the end."""
        nested = self.connection.begin_nested()
        try:
            person = self.world[who] if who else None
            yield Visitor(self.app, self.world.session, person)
        finally:
            nested.rollback()
            self.world.session.expire_all()


def nothing(_house: House, _visitor: Visitor) -> None:
    """There is nothing to get ready."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A form: on which page it stands ("" where none has it), what it posts to, who fills it in.
    `look`: where what was kept is shown, besides where the answer leads."""

    name: str
    page: str
    action: str
    who: str = ""
    place: str = ""
    look: tuple[str, ...] = ()
    form: str = ""  # what the form says it posts to, if it is sent elsewhere by a script
    instead: PageForm | None = None  # what is sent where the page has no such form
    tells: bool = False  # the answer itself says that it is done
    answers_part: bool = False  # of a page that stays open, with everything on it
    passing: frozenset[str] = frozenset()  # names of what is not kept once all went well
    ready: Callable[[House, Visitor], None] = field(default=nothing)

    def at(self, house: House, address: str) -> str:
        place = house.places.get(self.place, 0)
        known = select(QuickWin.version).where(QuickWin.id == place)
        version = house.connection.scalar(known) if "{version}" in address else 0
        return address.replace("{id}", str(place)).replace("{version}", str(version))


# ---------------------------------------------------------------- the forms


def _acts() -> list[Case]:
    """One for each action that people have, in the first state and role of its table."""
    first = {}
    for row in WORKFLOW.transitions:
        if row.by != (SYSTEM,):
            first.setdefault(row.name, row)
    return [
        Case(
            name=name,
            page=f"/quick-wins/{{id}}/{name}",
            action=f"/quick-wins/{{id}}/{name}",
            who=row.by[0],
            place=_seen(row),
            look=("/quick-wins/{id}",),
            instead=ONLY_NOTE,
        )
        for name, row in first.items()
    ]


def _seen(row: Transition) -> str:
    """A state in which it starts, one that the whole city sees if there is one."""
    circulating = [code for code in row.source if WORKFLOW.states[code].circulates]
    return next(iter(circulating), row.source[0])


def _sections(suffix: str = "") -> list[Case]:
    return [
        Case(
            name=f"{section.id}{suffix}",
            page=f"/quick-wins/{{id}}/edit/{section.id}",
            action=f"/quick-wins/{{id}}/edit/{section.id}{suffix}",
            who="submitter",
            place="draft",
            look=(f"/quick-wins/{{id}}/edit/{section.id}",),
            form=f"/quick-wins/{{id}}/edit/{section.id}",
            answers_part=bool(suffix),
        )
        for section in SECTIONS
    ]


def _setting_up(_house: House, visitor: Visitor) -> None:
    visitor.post("/profile/two-factor/begin", {"old_password": PASSWORD})


def _subscribed(_house: House, visitor: Visitor) -> None:
    visitor.post("/profile/calendar")


def _with_that_key(house: House, _visitor: Visitor) -> None:
    house.world["chair"].mail_key = MAIL_KEY
    house.world.session.commit()


def _half_way(_house: House, visitor: Visitor) -> None:
    first_step(visitor, "mentor")


def _simple(action: str, page: str = "", **more: object) -> list[Case]:
    return [Case(name=action, page=page or action, action=action, **more)]  # type: ignore[arg-type]


FORMS: dict[str, list[Case]] = {
    "acting.act": _acts(),
    "appearance.language": _simple("/language", "/quick-wins", who="chair"),
    "appearance.theme": _simple("/theme", "/quick-wins", who="chair"),
    "auth.login": _simple("/login"),
    "auth.logout": _simple("/logout", "/quick-wins", who="chair"),
    "calendar.add": _simple("/calendar/add", who="admin"),
    "calendar.hours": _simple("/calendar/hours", who="admin"),
    "calendar.move": _simple("/calendar/2026-08-17/move", who="admin"),
    "calendar.put_in": _simple("/calendar/import", who="admin"),
    "calendar.remove": _simple(
        "/calendar/2026-08-17/remove", "/calendar", who="admin", instead=PageForm()
    ),
    "checklist.check": [
        Case(
            name="checklist",
            page="/quick-wins/{id}/checklist",
            action="/quick-wins/{id}/checklist",
            who="verifier2",
            place="verification",
            look=("/quick-wins/{id}",),
        )
    ],
    "decrees.new": _simple("/decrees/new", who="decree_officer", passing=frozenset({"words"})),
    "decrees.edit": _simple(
        "/decrees/{id}/edit", who="decree_officer", place="decree", passing=frozenset({"words"})
    ),
    "delegations.begin": _simple("/delegations", who="admin"),
    "delegations.end": _simple(
        "/delegations/0/end", "/delegations", who="chair", instead=PageForm()
    ),
    "notifications.read": _simple(
        "/notifications/0/read", "/notifications", who="chair", instead=PageForm()
    ),
    "notifications.read_all": _simple("/notifications/read", "/notifications", who="chair"),
    "operations.mend_address": _simple(
        "/operations/addresses/0", "/operations", who="admin", instead=PageForm()
    ),
    "operations.send_again": _simple(
        "/operations/send-again", "/operations", who="admin", instead=PageForm()
    ),
    "people.deactivate": _simple(
        "/people/0/deactivate", "/people", who="admin", instead=PageForm()
    ),
    "people.reactivate": _simple(
        "/people/0/reactivate", "/people", who="admin", instead=PageForm()
    ),
    "periods.add": _simple("/periods", who="admin"),
    "periods.extend": _simple("/periods/2026/extend", who="admin"),
    "periods.parameters": _simple("/periods/2026/parameters", who="admin"),
    "plenary.decide": [
        Case(
            name="plenary",
            page="/plenary/preview?action=approve&chosen={id}.{version}",
            action="/plenary",
            who="chair",
            place="decision",
            look=("/quick-wins/{id}",),
            tells=True,
        )
    ],
    "profile.begin_calendar": _simple("/profile/calendar", who="chair"),
    "profile.begin_two_factor": _simple(
        "/profile/two-factor/begin", "/profile/two-factor", who="chair"
    ),
    "profile.confirm_two_factor": _simple(
        "/profile/two-factor/confirm", "/profile/two-factor", who="chair", ready=_setting_up
    ),
    "profile.end_calendar": _simple(
        "/profile/calendar/end", "/profile/calendar", who="chair", ready=_subscribed
    ),
    "profile.end_login": _simple(
        "/profile/logins/0/end", "/profile", who="chair", instead=PageForm()
    ),
    "profile.end_other_logins": _simple(
        "/profile/logins/end-others", "/profile", who="chair", instead=PageForm()
    ),
    "profile.end_two_factor": _simple("/profile/two-factor/off", who="mentor"),
    "profile.notifications": _simple("/profile/notifications", who="chair"),
    "profile.password": _simple("/profile/password", who="chair"),
    "profile.recovery_codes": _simple("/profile/two-factor/recovery-codes", who="mentor"),
    "proposal_live.autosave": _sections("/autosave"),
    "proposal_live.similar": _sections("/similar")[:1],
    "proposals.new": _simple("/quick-wins/new", who="submitter"),
    "proposals.section": _sections(),
    "second_step.show": _simple("/login/code", ready=_half_way),
    "unsubscribing.unsubscribe": _simple(f"/unsubscribe/{MAIL_KEY}/news", ready=_with_that_key),
}
