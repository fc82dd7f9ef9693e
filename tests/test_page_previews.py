"""What admins see before the time of the city changes: what moves, who is told, what to mind."""

from __future__ import annotations

import pytest
from page import stop_the_clock, text_of, words_of
from sqlalchemy import func, select
from test_page_acting import Browser
from test_page_calendar import CONFIRMED, FRIDAY, written
from test_page_periods import numbers, period
from world import NOW, World

from workflow.models import Event


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


def test_taking_back_one_half_of_a_move_says_what_becomes_of_the_other(
    visitor: Browser, world: World
) -> None:
    admin = visitor("admin")
    given = {"to": "2026-08-18", "source": "SKB 2/2026"}
    admin.post("/calendar/2026-08-17/move", given | CONFIRMED)

    one = admin.post("/calendar/2026-08-17/remove")
    worked = words_of(one)
    free = words_of(admin.post("/calendar/2026-08-18/remove"))
    both = admin.post("/calendar/2026-08-18/remove", {"both": "1"})

    assert "keduanya libur: Selasa, 18 Agustus 2026 tetap libur" in worked
    assert "keduanya tidak libur: Senin, 17 Agustus 2026 tetap hari kerja" in free
    assert "Lihat bila keduanya dicabut" in worked
    assert text_of(one).count('name="both"') == 1  # the button's, and nothing sent beside it
    assert "Lihat bila keduanya dicabut" in free
    assert "separuh dari libur yang dipindahkan" not in words_of(both)
    assert "Senin, 17 Agustus 2026 menjadi libur" in words_of(both)
    assert "Selasa, 18 Agustus 2026 menjadi hari kerja" in words_of(both)
    assert 'name="both" value="1"' in text_of(both)
    assert written(world)[0] == 2

    admin.post("/calendar/2026-08-18/remove", {"both": "1"} | CONFIRMED)
    assert written(world)[0] == 0


def test_a_move_to_a_weekend_is_warned_of(visitor: Browser) -> None:
    admin, source = visitor("admin"), "SKB 2/2026"

    to_saturday = words_of(
        admin.post("/calendar/2026-08-17/move", {"to": "2026-08-22", "source": source})
    )
    to_tuesday = words_of(
        admin.post("/calendar/2026-08-17/move", {"to": "2026-08-18", "source": source})
    )

    assert "Sabtu, 22 Agustus 2026 memang sudah libur" in to_saturday
    assert "memang sudah libur" not in to_tuesday


def test_a_preview_names_what_moves_the_most_urgent_first_and_folds_a_long_list(
    visitor: Browser, world: World
) -> None:
    later = world.bring_to("review", title="Yang Belakangan")
    soon = [world.bring_to("verification", title=f"Usulan {n}") for n in range(5)]
    world.session.commit()

    page = visitor("admin").post("/calendar/add", FRIDAY)

    words = words_of(page)
    assert f"{soon[0].number} · Usulan 0 {soon[0].unit.name} 8 Juli 2026" in words
    shown, folded = text_of(page).split("preview-rest")
    assert [one.title in shown for one in soon] == [True] * 5
    assert later.title not in shown
    assert later.title in folded
    assert "dan 1 lainnya" in words
    assert "orang akan diberi tahu." in words


def test_an_extension_is_previewed_with_the_dates_that_move_and_how_many_are_told(
    visitor: Browser, world: World
) -> None:
    draft, before = world.propose(), period(world).closes_at
    world.session.commit()
    events = world.session.scalar(select(func.count()).select_from(Event))
    sent = {"closes": "30/09/2026", "reason": "Banjir di tiga kecamatan."}

    page = visitor("admin").post("/periods/2026/extend", sent)

    words = words_of(page)
    ends = "30 Agustus 2026 pukul 10.00 WIB 30 September 2026 pukul 16.00 WIB"
    assert f"Ditutup {ends}" in words
    old, new = ("21 Agustus", "27 Agustus"), ("23 September", "28 September")
    assert all(f"{one} 2026" in words for one in (*old, *new))
    assert "Tenggat 1 Quick Win akan bergeser" in words
    assert f"{draft.number} · Gempita Beras Merah {draft.unit.name} {ends}" in words
    assert "7 orang akan diberi tahu." in words
    assert "1 orang di antaranya sedang memegang giliran" in words
    assert 'name="reason" value="Banjir di tiga kecamatan."' in text_of(page)
    assert period(world).closes_at == before
    assert world.session.scalar(select(func.count()).select_from(Event)) == events


def test_a_preview_of_an_extension_leads_back_to_what_was_filled_in(visitor: Browser) -> None:
    sent = {"closes": "30/09/2026", "reason": "Banjir di tiga kecamatan.", "change": "1"}

    answer = visitor("admin").post("/periods/2026/extend", sent)

    assert answer.status_code == 200
    assert "30/09/2026" in text_of(answer)
    assert "Banjir di tiga kecamatan." in text_of(answer)
    assert "Lihat dampaknya" in text_of(answer)


def test_numbers_are_previewed_with_the_reminders_that_move(visitor: Browser, world: World) -> None:
    fields = numbers(text_of(visitor("admin").get("/periods/2026/parameters")))
    wanted = {"quorum": "3", "days.review": "7", "remind_days": "1 3", "quorum_of": "all"}
    sent = fields | {f"parameters.{name}": value for name, value in wanted.items()}

    page = visitor("admin").post("/periods/2026/parameters", sent)

    words = words_of(page)
    assert "Kuorum 2 3" in words
    assert "Semua yang ditugasi" in words
    assert "10 7" in words
    assert "5, 2, 1 3, 1" in words
    assert "Rabu, 26 Agustus 2026 Jumat, 28 Agustus 2026" in words
    assert "Tidak ada tenggat yang bergeser." in words
    assert 'name="parameters.days.review" value="7"' in text_of(page)
    assert period(world).parameters == {}
    same = words_of(visitor("admin").post("/periods/2026/parameters", fields))
    assert "tidak ada yang perlu diubah" in same
