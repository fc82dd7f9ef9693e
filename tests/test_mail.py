"""What a mail says, to whom, in which language, and what it does not say."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from letters import BASE, KEY, ORIGIN, mail, owed, owed_by_city, text, told
from postbox import body
from sqlalchemy import event, select
from world import NOW, World

from workflow import accounts
from workflow import notice as notices
from workflow.document import shipped
from workflow.language import LANGUAGES, say
from workflow.models import City, Event, Notification, Person


def test_a_mail_says_what_happened_to_what_and_what_is_expected_until_when(world: World) -> None:
    quick_win = world.bring_to("verification")
    found = owed(world, quick_win, "endorse")
    made = mail(found["verifier"])
    for content in body(made), body(made, "html"):
        assert "Head (Sebagai head) mengesahkan usulan." in content
        assert quick_win.number in content
        assert "Gempita Beras Merah" in content
        assert "Unit DINKES" in content
        assert "Catatan." in content
        assert "Verifikasi Administrasi" in content
        assert say("It is your turn.", "id") in content
        assert "Nyatakan lengkap atau Minta perbaikan" in content
        assert "8 Juli 2026 pukul 16.00 WIB" in content
        assert f"{BASE}/quick-wins/{quick_win.id}" in content


def test_who_is_only_told_is_not_asked_for_anything(world: World) -> None:
    found = owed(world, world.bring_to("verification"), "endorse")
    assert found["submitter"].about.expected == ()
    assert say("It is your turn.", "id") not in text(found["submitter"])


def test_a_mail_is_in_the_language_of_its_recipient(world: World) -> None:
    found = owed(world, world.bring_to("review"), "verify")
    english = text(found["reviewer2"], "en")
    assert "Verifier (Sebagai verifier) confirmed that it is complete." in english
    assert "15 July 2026, 16:00 WIB · 10 working days left" in english
    assert "You can: Give your review." in english
    assert "menyatakan berkas lengkap" in text(found["reviewer"])


def test_all_mails_about_a_quick_win_are_one_thread_and_no_other_is_in_it(world: World) -> None:
    first, second = world.bring_to("review"), world.bring_to("verification")
    mails = [
        mail(owed(world, quick_win, action)["submitter"], "id")
        for quick_win, action in ((first, "endorse"), (first, "verify"), (second, "endorse"))
    ]
    assert mails[0]["References"] == mails[0]["In-Reply-To"] == mails[1]["References"]
    assert mails[0]["Subject"] == mails[1]["Subject"] == f"[{first.number}] Gempita Beras Merah"
    assert mails[2]["References"] != mails[0]["References"]


def test_the_headers_say_that_a_machine_wrote_it_for_whom_and_when() -> None:
    made = mail(told(), "id")
    assert made["Message-ID"] == "<1@kota.test>"
    assert made["From"] == "Quick Win Kota Contoh <quickwin@quickwin.kota.test>"
    assert made["To"] == "Rina <rina@kota.test>"
    assert made["Date"] == "Wed, 01 Jul 2026 10:00:00 +0700"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Id"] == "<news.quick-wins.quickwin.kota.test>"
    assert made["Content-Language"] == "id"


@pytest.mark.parametrize(
    ("base", "sender"),
    [
        ("http://127.0.0.1:8000", "quickwin@[127.0.0.1]"),
        ("http://[::1]:8000/", "quickwin@[IPv6:::1]"),
        ("http://localhost:8000", "quickwin@localhost"),
    ],
)
def test_a_mail_can_be_sent_from_a_machine_without_a_name(base: str, sender: str) -> None:
    made = mail(told(), "id", base)
    assert made["From"].addresses[0].addr_spec == sender
    assert made.as_bytes()


def test_every_link_of_a_mail_opens_a_page_and_nothing_else() -> None:
    made = mail(told(), "en", BASE + "/")
    pages = {
        f"{BASE}/quick-wins/12",
        f"{BASE}/profile/notifications",
        f"{BASE}/unsubscribe/{KEY}/news",
    }
    assert set(re.findall(r'href="([^"]*)"', body(made, "html"))) == pages
    assert set(re.findall(r"https?://\S+", body(made))) == pages
    assert not re.search(r"<(img|script|form|link)\b", body(made, "html"))


def test_what_people_typed_is_shown_and_does_nothing() -> None:
    hostile = told(
        Person(name='Rina"\r\nX-Bad: 1', email="rina@kota.test"),
        title="Beras\r\nBcc: all@kota.test",
        note="<script>alert(1)</script>\n%(name)s {{ 7 * 7 }}",
    )
    made = mail(hostile, "en")
    assert made["Bcc"] is None
    assert made["X-Bad"] is None
    assert b"\nBcc:" not in made.as_bytes()
    assert made["Subject"] == "[QW-2026-0012] Beras Bcc: all@kota.test"
    assert "&lt;script&gt;" in body(made, "html")
    assert "<script>" not in body(made, "html")
    assert "> <script>alert(1)</script>\n> %(name)s {{ 7 * 7 }}" in body(made)


def test_what_somebody_is_called_is_text_in_the_sentences_of_both_parts() -> None:
    made = mail(told(actor="<b>Endah</b> & Rina", on_behalf_of="<i>Budi</i>"))
    assert "&lt;b&gt;Endah&lt;/b&gt; &amp; Rina" in body(made, "html")
    assert "<i>" not in body(made, "html")
    assert "<b>Endah</b> & Rina" in body(made)


@pytest.mark.parametrize(
    ("due_in", "said"),
    [
        (timedelta(hours=3), "1 July 2026, 13:00 WIB · Due today"),
        (timedelta(days=7), "8 July 2026, 10:00 WIB · 5 working days left"),
        (-timedelta(days=7), "24 June 2026, 10:00 WIB · 5 working days late"),
    ],
)
def test_the_time_that_is_left_is_counted_in_working_days(due_in: timedelta, said: str) -> None:
    assert said in text(told(due_at=NOW + due_in), "en")


def test_where_nothing_is_due_nothing_is_said_about_it() -> None:
    assert "2026," not in text(told(due_at=None), "en")


def test_the_clock_is_named_as_who_it_is(world: World) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "remind", "system")
    reminder = text(owed(world, quick_win, "remind")["verifier"])
    assert say("It still waits for you.", "id") in reminder


def test_a_turn_that_somebody_else_took_is_not_asked_for_any_more(world: World) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "verify", "verifier2")
    late = owed(world, quick_win, "endorse")["verifier"]
    assert late.about.expected == ()
    assert "Telaah Substansi" in text(late)


def test_who_may_not_open_it_is_told_that_it_is_late_and_no_more(world: World) -> None:
    """The chair hears of an endorsement that is late, and does not see proposals before that."""
    quick_win = world.bring_to("endorsement")
    world.act(quick_win, "escalate", "system", note="Rahasia OPD.")
    found = text(owed(world, quick_win, "escalate")["chair"])
    assert quick_win.number in found
    assert "Kepala Perangkat Daerah" in found
    assert "Rahasia" not in found
    assert f"{BASE}/quick-wins" not in found


def test_sample_data_are_named_so(world: World) -> None:
    world.session.get_one(City, 1).demo = True
    found = owed(world, world.bring_to("verification"), "endorse")["verifier"]
    assert say("Sample data", "id") in text(found)
    assert say("Sample data", "id") not in text(replace(found, origin=ORIGIN))


def test_a_draft_without_a_title_can_be_reminded_of(world: World) -> None:
    quick_win = world.propose(title=None)
    world.act(quick_win, "remind", "system")
    made = mail(owed(world, quick_win, "remind")["submitter"], "en")
    assert made["Subject"] == f"[{quick_win.number}] (no title yet)"


@pytest.mark.parametrize("state", shipped().states)
def test_every_mail_on_the_way_to_a_state_can_be_written_in_both_languages(
    world: World, state: str
) -> None:
    quick_win = world.bring_to(state)
    actions = select(Event.action).distinct().where(Event.quick_win_id == quick_win.id)
    for action in world.session.scalars(actions):
        for notice in owed(world, quick_win, action).values():
            for language in LANGUAGES:
                said = text(notice, language)
                assert any(row.done.in_(language) in said for row in shipped().rows(action))


def test_a_batch_of_mails_is_read_in_four_statements(world: World) -> None:
    quick_win = world.bring_to("review")
    assert quick_win.state == "review"
    rows = world.session.scalars(select(Notification.id)).all()
    world.session.expunge_all()
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    connection = world.session.connection()
    event.listen(connection, "before_cursor_execute", count)
    batch = notices.read(world.session, rows, NOW)
    assert all(batch.notice(row) for row in rows)
    event.remove(connection, "before_cursor_execute", count)
    assert len(rows) > 5
    assert len(statements) == 4


# ---------------------------------------------------------------- what admins are told


def test_admins_are_told_in_their_language_which_role_is_missing_for_whom(world: World) -> None:
    accounts.deactivate(world.session, world["reviewer"].id, None, at=NOW)
    found = owed_by_city(world, "open_incident")["admin"]
    made = mail(found, "id")
    assert made["To"].addresses[0].addr_spec == "admin@test.test"
    assert made["Subject"] == (
        "Tidak ada yang dapat menjalankan langkah “Telaah Substansi”: kurang Penelaah"
    )
    english = mail(found, "en")
    assert english["Subject"] == "Nobody can take the step “Review”: Reviewer is missing"
    for content in body(english), body(english, "html"):
        assert "Unit DINKES" in content
        assert "Nothing is approved meanwhile" in content
        assert f"{BASE}/" in content
