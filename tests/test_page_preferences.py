"""How somebody is told: what they are asked, what holds, and the link that ends a kind of mail."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from page import text_of, words_of
from sqlalchemy import func, select
from test_page_acting import Browser
from visitor import Visitor
from world import NOW, World

from workflow import preferences
from workflow.models import Channel, Event, NoticeKind, Person, Preference

ADDRESS = "/profile/notifications"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def chosen(world: World, name: str) -> dict[NoticeKind, Channel]:
    """The rows of that person."""
    rows = select(Preference).where(Preference.person_id == world[name].id)
    world.session.expire_all()
    return {row.kind: row.channel for row in world.session.scalars(rows)}


def link(world: World, name: str, kind: NoticeKind | str) -> str:
    return f"/unsubscribe/{world[name].mail_key}/{kind}"


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("submitter", {"turn", "reminder", "news", "comment", "dates", "period"}),
        ("head", {"turn", "reminder", "escalation", "news", "dates", "period"}),
        ("mayor", {"escalation"}),
        ("admin", {"incident"}),
    ],
)
def test_people_are_asked_about_what_can_come_to_them(
    world: World, role: str, kinds: set[str]
) -> None:
    assert preferences.kinds_for(world.session, [role]) == kinds


def test_who_has_no_role_is_asked_about_nothing(world: World, app: Flask) -> None:
    stranger = Person(email="baru@test.test", name="Baru")
    world.session.add(stranger)
    world.session.flush()

    page = Visitor(app, world.session, stranger).get(ADDRESS)

    assert 'type="radio"' not in page.text
    assert "sebelum Anda mempunyai peran" in page.text


def test_what_is_chosen_holds_and_at_once_is_the_absence_of_a_row(
    visitor: Browser, world: World
) -> None:
    theirs = visitor("submitter")
    at_once = dict.fromkeys(preferences.kinds_for(world.session, ["submitter"]), "mail")

    done = theirs.post(
        ADDRESS, {**at_once, "news": "digest", "comment": "app", "digest_hour": "16"}
    )

    assert done.status_code == 303
    assert chosen(world, "submitter") == {
        NoticeKind.NEWS: Channel.DIGEST,
        NoticeKind.COMMENT: Channel.APP,
    }
    assert world["submitter"].digest_hour == 16
    theirs.post(ADDRESS, {**at_once, "news": "app", "digest_hour": "16"})
    assert chosen(world, "submitter") == {NoticeKind.NEWS: Channel.APP}
    shown = text_of(theirs.get(ADDRESS))
    assert "16.00 WIB" in shown
    assert "lima hari kerja lagi ditutup" in shown


@pytest.mark.parametrize(
    "wrong", [{"news": "pigeon"}, {"digest_hour": "24"}, {"digest_hour": "x"}, {"turn": ""}]
)
def test_what_cannot_be_chosen_is_refused_and_nothing_is_kept(
    visitor: Browser, world: World, wrong: dict[str, str]
) -> None:
    at_once = dict.fromkeys(preferences.kinds_for(world.session, ["head"]), "app")
    answer = visitor("head").post(ADDRESS, {**at_once, "digest_hour": "7", **wrong})

    assert answer.status_code == 422
    assert chosen(world, "head") == {}


def test_it_is_said_that_an_address_takes_no_mail(visitor: Browser, world: World) -> None:
    chair = world["chair"]
    chair.mail_refused_at, chair.mail_refusal = NOW, "550 5.1.1 <chair> unknown"
    world.session.commit()

    said = words_of(visitor("chair").get(ADDRESS))

    assert "Surel Anda tidak sampai" in said
    assert "550 5.1.1 <chair> unknown" in said
    assert "Surel Anda tidak sampai" not in words_of(visitor("head").get(ADDRESS))


# ---------------------------------------------------------------- the link in mails


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_one_press_ends_a_kind_of_mail_without_login_or_token(
    app: Flask, world: World, kind: NoticeKind
) -> None:
    events = select(func.count()).select_from(Event)
    before = world.session.scalar(events)
    for _again in range(2):
        answer = app.test_client().post(link(world, "head", kind), data=ONE_CLICK)
        assert answer.status_code == 200

    assert chosen(world, "head") == {kind: Channel.APP}
    assert chosen(world, "chair") == {}
    assert world.session.scalar(events) == before


def test_it_works_for_whoever_is_logged_in_and_in_the_language_of_the_mail(
    visitor: Browser, world: World
) -> None:
    answer = visitor("chair").client.post(link(world, "reviewer2", "news"), data=ONE_CLICK)

    assert answer.status_code == 200
    assert "No more mails of this kind" in answer.text
    assert chosen(world, "reviewer2") == {NoticeKind.NEWS: Channel.APP}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_program_that_looks_at_every_link_changes_nothing(
    app: Flask, world: World, method: str
) -> None:
    for kind in NoticeKind:
        answer = app.test_client().open(link(world, "head", kind), method=method)
        assert answer.status_code == 200

    assert chosen(world, "head") == {}


def test_a_post_that_does_not_say_what_it_wants_changes_nothing(app: Flask, world: World) -> None:
    assert app.test_client().post(link(world, "head", "turn")).status_code == 422
    assert chosen(world, "head") == {}


def test_its_page_names_kind_and_city_but_nobody(app: Flask, world: World) -> None:
    world["head"].name = "Sulastri Handayani"
    world.session.commit()
    page = app.test_client().get(link(world, "head", "turn"))
    said = words_of(page)

    assert "Giliran Anda" in said
    assert "Kota Contoh" in said
    assert "Tenggatnya tetap berjalan" in said
    assert "Sulastri" not in page.text
    assert "head@test.test" not in page.text
    assert page.text.count('<form method="post" class="form-tools">') == 1
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_unknown_is_not_found(app: Flask, world: World, method: str) -> None:
    client = app.test_client()
    known = world["head"].mail_key
    for address in (f"{uuid4()}/news", f"{known}/pigeon", f"{known}/", "x/news", f"{known}1/news"):
        answer = client.open(f"/unsubscribe/{address}", method=method, data=ONE_CLICK)
        assert answer.status_code == 404, address


def test_every_other_post_still_needs_its_token(visitor: Browser, app: Flask) -> None:
    """The one exception stays the only one."""
    marked = {
        name for name, view in app.view_functions.items() if getattr(view, "one_click", False)
    }
    assert marked == {"unsubscribing.unsubscribe"}
    assert visitor("head").client.post(ADDRESS, data={"news": "app"}).status_code == 400
