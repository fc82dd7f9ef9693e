"""/operations: whether everything runs, who may see it, and what admins can do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from page import stop_the_clock, text_of, words_of
from postbox import Postbox
from sqlalchemy import select, update
from test_page_acting import Browser
from world import NOW, World

from tasks import heartbeat
from tasks.notifications import deliver
from workflow import watching
from workflow.models import Event, Message, Notification, QuickWin

LATER = NOW + timedelta(hours=20)
ANSWER = "550 5.1.1 <head@test.test>: Recipient address rejected"


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, LATER)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with Postbox() as server:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", server.url)
        monkeypatch.setenv("QUICKWIN_BASE_URL", "http://127.0.0.1:8000")
        yield server


@pytest.fixture
def failed(world: World, postbox: Postbox) -> QuickWin:
    """Its head was to be told, and the head's server refuses the address for good."""
    world["admin"].language = world["inspector"].language = "en"
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    postbox.answers["head@test.test"] = ANSWER
    deliver(at=NOW)
    world.session.expire_all()
    return quick_win


def test_where_all_is_well_it_says_so(visitor: Browser, world: World) -> None:
    heartbeat.note(world.session, LATER - timedelta(seconds=3))
    page = words_of(visitor("admin").get("/operations"))
    assert "Semua surel terkirim" in page
    assert "Semua berjalan" in page
    assert "3 detik yang lalu" in page


@pytest.mark.parametrize("who", ["inspector", "admin"])
def test_whoever_sees_everything_has_it_in_the_menu(visitor: Browser, who: str) -> None:
    assert 'href="/operations"' in text_of(visitor(who).get("/coverage"))
    assert visitor(who).get("/operations").status_code == 200


@pytest.mark.parametrize("who", ["submitter", "chair", "mayor"])
def test_nobody_else_has_it(visitor: Browser, world: World, who: str) -> None:
    them = visitor(who)
    assert 'href="/operations"' not in text_of(them.get("/coverage"))
    for answer in (
        them.get("/operations"),
        them.post("/operations/send-again"),
        them.post(f"/operations/addresses/{world['head'].id}"),
    ):
        assert answer.status_code == 403


def test_a_failed_mail_is_shown_with_its_answer_and_sent_again(
    visitor: Browser, world: World, postbox: Postbox, failed: QuickWin
) -> None:
    admin = visitor("admin")
    page = text_of(admin.get("/operations"))
    assert ANSWER in page
    assert "Head" in page
    assert failed.number in page
    (message,) = world.session.scalars(select(Message).where(watching.failed()))
    (named,) = re.findall(r'name="message" value="(\d+)"', page)
    assert int(named) == message.id

    postbox.answers.clear()
    back = f"/quick-wins/{failed.id}"
    answer = admin.post("/operations/send-again", {"message": named, "next": back})
    assert (answer.status_code, answer.location) == (303, back)
    deliver(at=LATER)

    assert len(postbox.to("head@test.test")) == 1
    assert "All mails are sent" in words_of(admin.get("/operations"))
    pressed = select(Event.actor_name, Event.data).where(Event.action == "send_again")
    assert world.session.execute(pressed).all() == [("Admin", {"messages": [message.id]})]


def test_pressed_twice_it_is_sent_once(
    visitor: Browser, postbox: Postbox, failed: QuickWin
) -> None:
    admin = visitor("admin")
    postbox.answers.clear()
    for _ in range(2):
        admin.post("/operations/send-again")
        deliver(at=LATER)
    assert len(postbox.to("head@test.test")) == 1


def test_a_refused_address_is_shown_and_tried_again(
    visitor: Browser, world: World, postbox: Postbox, failed: QuickWin
) -> None:
    head, admin = world["head"], visitor("admin")
    head.mail_refused_at, head.mail_refusal = NOW, ANSWER
    world.session.commit()
    for address in ("/operations", f"/people/{head.id}"):
        page = words_of(admin.get(address))
        assert ANSWER in page
        assert "Try the address again" in page

    postbox.answers.clear()
    assert admin.post(f"/operations/addresses/{head.id}").status_code == 303
    deliver(at=LATER)

    world.session.refresh(head)
    assert (head.mail_refused_at, head.mail_refusal) == (None, "")
    assert len(postbox.to("head@test.test")) == 1
    pressed = select(Event.actor_name).where(Event.action == "mend_address")
    assert world.session.scalars(pressed).all() == ["Admin"]


def test_an_inspector_reads_and_presses_nothing(visitor: Browser, failed: QuickWin) -> None:
    inspector = visitor("inspector")
    page = text_of(inspector.get("/operations"))
    assert ANSWER in page
    assert "Send again" not in page
    assert inspector.post("/operations/send-again").status_code == 403


def test_to_an_inspector_of_the_own_unit_recipients_have_no_names(
    visitor: Browser, world: World, failed: QuickWin
) -> None:
    world["inspector"].home_unit = world["submitter"].home_unit
    world.session.commit()
    page = text_of(visitor("inspector").get("/operations"))
    mails = page.split('id="failed"')[1].split("</section>")[0]
    assert failed.number in mails
    assert "head@test.test" not in mails
    assert "somebody whose name is not open to you" in mails


def test_what_the_system_should_have_done_is_listed_with_its_quick_win(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("endorsement")
    reading = watching.read(world.session, at=LATER + timedelta(days=30))
    assert reading.overdue >= 1
    assert reading.overdue_since is not None
    world.now = NOW - timedelta(days=60)
    earlier = world.bring_to("endorsement")
    world.session.commit()
    page = text_of(visitor("admin").get("/operations"))
    assert earlier.number in page
    assert quick_win.number not in page


def test_where_workers_and_beat_are_dead_the_pages_say_so_at_once(
    visitor: Browser, world: World
) -> None:
    heartbeat.note(world.session, LATER - timedelta(minutes=20))
    world.bring_to("endorsement")
    world.session.execute(update(Notification).values(not_before=LATER - timedelta(minutes=20)))
    world.session.commit()
    admin = visitor("admin")
    for address in ("/", "/operations"):
        page = words_of(admin.get(address))
        assert "Jam sistem berhenti" in page
        assert "Tidak ada surel yang terkirim" in page
    assert "Jam sistem berhenti" not in words_of(visitor("head").get("/"))


def test_with_a_mail_server_that_is_down_mail_is_stuck_after_a_quarter_of_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Postbox() as gone:
        monkeypatch.setenv("QUICKWIN_SMTP_URL", gone.url)
    monkeypatch.setenv("QUICKWIN_BASE_URL", "http://127.0.0.1:8000")
    world.bring_to("endorsement")
    world.session.commit()
    for minutes in (0, 1, 6, 16):
        deliver(at=NOW + timedelta(minutes=minutes))
    world.session.expire_all()
    reading = watching.read(world.session, at=NOW + timedelta(minutes=16))
    assert reading.owed == 1
    assert "mail_stuck" in reading.troubles
