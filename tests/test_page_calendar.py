"""/calendar: everybody reads which days are worked; admins change them, having seen what moves."""

from __future__ import annotations

from datetime import date, time
from io import BytesIO

import pytest
from page import stop_the_clock, text_of, words_of
from sqlalchemy import func, select
from test_page_acting import Browser
from world import NOW, World

from workflow.models import CalendarDay, City, Event

FRIDAY = {
    "day": "2026-07-03",
    "working": "free",
    "kind": "local",
    "name": "Hari Jadi Kota",
    "source": "Kepwal 12/2026",
}
ROWS = "day;working;name;source\r\n2026-07-03;tidak;Hari Jadi Kota;Kepwal 12\r\n"
CONFIRMED = {"confirmed": "1"}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


def written(world: World) -> tuple[int | None, int | None]:
    """How many days the city has set, and how many events there are."""
    return (
        world.session.scalar(select(func.count()).select_from(CalendarDay)),
        world.session.scalar(select(func.count()).select_from(Event)),
    )


@pytest.mark.parametrize("who", ["submitter", "reviewer", "mayor", "inspector", "admin"])
def test_everybody_reads_which_days_are_free(visitor: Browser, who: str) -> None:
    page = words_of(visitor(who).get("/calendar"))

    assert "Kalender 2026" in page
    assert "Senin, 17 Agustus 2026 Hari Kemerdekaan Republik Indonesia Libur nasional" in page
    assert "Libur nasional 17" in page
    assert "Cuti bersama 8" in page
    assert "16.00 WIB" in page
    assert ("Tambah hari" in page) is (who == "admin")


def test_a_year_without_its_decree_says_so(visitor: Browser) -> None:
    chair = visitor("chair")

    assert "Cuti bersama 2028 belum ditetapkan" in words_of(chair.get("/calendar?year=2028"))
    assert "bersama 2026 belum ditetapkan" not in words_of(chair.get("/calendar"))
    assert chair.get("/calendar?year=1999").status_code == 404
    assert chair.get("/calendar?year=2099").status_code == 404


def test_whoever_is_not_logged_in_is_asked_to(visitor: Browser) -> None:
    stranger = visitor("chair")
    stranger.client.delete_cookie("quickwin")

    assert "/login" in (stranger.get("/calendar").location or "")


@pytest.mark.parametrize("who", ["chair", "inspector", "submitter"])
@pytest.mark.parametrize(
    "path",
    ["/add", "/2026-08-17/move", "/import", "/hours", "/2026-08-17/remove"],
)
def test_nobody_but_an_admin_changes_it(
    visitor: Browser, world: World, who: str, path: str
) -> None:
    before = written(world)
    somebody = visitor(who)

    answer = somebody.post(f"/calendar{path}", {**FRIDAY, "rows": ROWS, **CONFIRMED})

    assert answer.status_code == 403
    assert somebody.get(f"/calendar{path}").status_code in (403, 405)
    assert written(world) == before


def test_looking_changes_nothing(visitor: Browser, world: World) -> None:
    admin, before = visitor("admin"), written(world)

    for path in ("", "?year=2028", "/add", "/2026-08-17/move", "/import", "/hours"):
        assert admin.get(f"/calendar{path}").status_code == 200
    assert written(world) == before


def test_a_day_is_previewed_with_what_it_moves_and_set_once_it_is_confirmed(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    admin, before = visitor("admin"), written(world)

    preview = admin.post("/calendar/add", FRIDAY)

    page = words_of(preview)
    assert "Tenggat 1 Quick Win akan bergeser" in page
    assert quick_win.number in page
    assert "8 Juli 2026 pukul 16.00 WIB 9 Juli 2026 pukul 16.00 WIB" in page
    assert 'value="Hari Jadi Kota"' in text_of(preview)
    assert written(world) == before

    answer = admin.post("/calendar/add", FRIDAY | CONFIRMED)

    assert (answer.status_code, answer.location) == (303, "/calendar?year=2026")
    told = words_of(admin.get(answer.location))
    assert "Tenggat 1 Quick Win bergeser" in told
    assert "Jumat, 3 Juli 2026 Hari Jadi Kota Libur daerah Kepwal 12/2026 ditetapkan kota" in told


def test_a_preview_leads_back_to_what_was_filled_in(visitor: Browser, world: World) -> None:
    answer = visitor("admin").post("/calendar/add", {**FRIDAY, "change": "1"})

    assert answer.status_code == 200
    assert 'value="Hari Jadi Kota"' in text_of(answer)
    assert "Lihat dampaknya" in text_of(answer)
    assert world.session.scalars(select(CalendarDay)).all() == []


def test_what_does_not_fit_is_said_beside_its_field(visitor: Browser) -> None:
    admin = visitor("admin")

    free = admin.post("/calendar/add", {**FRIDAY, "day": "2026-08-17"})
    empty = admin.post("/calendar/add", {"day": "besok"})
    weekend = admin.post("/calendar/2026-03-21/move", {"to": "2026-03-25", "source": "SKB"})

    assert [each.status_code for each in (free, empty, weekend)] == [422] * 3
    assert "Hari ini sudah libur: “Hari Kemerdekaan Republik Indonesia”." in text_of(free)
    assert "besok" in text_of(empty)
    assert "Jatuh pada akhir pekan yang memang libur." in text_of(weekend)


def test_a_holiday_is_moved_and_the_move_is_taken_back(visitor: Browser, world: World) -> None:
    admin = visitor("admin")
    given = {"to": "2026-08-18", "source": "SKB 2/2026"}

    assert "menjadi hari kerja" in words_of(admin.post("/calendar/2026-08-17/move", given))
    admin.post("/calendar/2026-08-17/move", given | CONFIRMED)
    days = world.session.execute(
        select(CalendarDay.day, CalendarDay.working).order_by(CalendarDay.day)
    ).all()
    assert days == [(date(2026, 8, 17), True), (date(2026, 8, 18), False)]

    assert admin.post("/calendar/2026-08-17/remove").status_code == 200
    assert written(world)[0] == 2
    for day in ("2026-08-17", "2026-08-18"):
        assert admin.post(f"/calendar/{day}/remove", CONFIRMED).status_code == 303
    assert written(world)[0] == 0
    assert admin.post("/calendar/2026-08-18/remove", CONFIRMED).status_code == 404


@pytest.mark.parametrize("day", ["2026-07-03", "besok", "2026-02-30", "1999-01-01", "9999-12-31"])
def test_a_day_about_which_nothing_is_said_cannot_be_moved(visitor: Browser, day: str) -> None:
    assert visitor("admin").get(f"/calendar/{day}/move").status_code == 404


def test_of_two_admins_with_the_same_preview_the_second_is_told(
    visitor: Browser, world: World
) -> None:
    first, second = visitor("admin"), visitor("admin")
    assert first.post("/calendar/add", FRIDAY).status_code == 200
    assert second.post("/calendar/add", FRIDAY).status_code == 200

    assert first.post("/calendar/add", FRIDAY | CONFIRMED).status_code == 303
    late = second.post("/calendar/add", {**FRIDAY, "name": "Lain"} | CONFIRMED)

    assert late.status_code == 422
    assert "Kota sudah menetapkan hari ini: “Hari Jadi Kota”." in text_of(late)
    assert world.session.scalars(select(CalendarDay.name)).all() == ["Hari Jadi Kota"]


# ---------------------------------------------------------------- a decree


def test_a_decree_comes_from_a_file_and_is_previewed_row_by_row(
    visitor: Browser, world: World
) -> None:
    admin, before = visitor("admin"), written(world)
    file = (BytesIO(b"\xef\xbb\xbf" + ROWS.encode()), "skb.csv")

    preview = admin.post("/calendar/import", {"file": file})

    assert "Jumat, 3 Juli 2026 menjadi libur Hari Jadi Kota" in words_of(preview)
    assert "2026-07-03;tidak" in text_of(preview)
    assert written(world) == before
    assert admin.post("/calendar/import", {"rows": ROWS} | CONFIRMED).status_code == 303
    assert world.session.scalars(select(CalendarDay.day)).all() == [date(2026, 7, 3)]
    again = words_of(admin.post("/calendar/import", {"rows": ROWS}))
    assert "tidak ada yang perlu diubah" in again


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rows": ROWS.replace("tidak", "mungkin")}, "baris 2: working diisi ya atau tidak"),
        ({"rows": "hari,bebas"}, "yang belum ada: tanggal, hari kerja, nama, sumber"),
        ({"rows": ""}, "Pilih berkas, atau tempelkan barisnya di sini."),
        ({"rows": "x" * 100_001}, "terlalu panjang untuk satu ketetapan"),
        ({"file": (BytesIO(b"day,\xe9"), "skb.csv")}, "bukan teks UTF-8"),
    ],
    ids=["value", "columns", "empty", "long", "latin"],
)
def test_a_decree_with_faults_is_given_back(
    visitor: Browser, world: World, given: dict[str, object], said: str
) -> None:
    answer = visitor("admin").post("/calendar/import", given | CONFIRMED)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert world.session.scalars(select(CalendarDay)).all() == []


# ---------------------------------------------------------------- the hours of the city


def test_the_hours_are_previewed_and_set(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    admin = visitor("admin")
    given = {"zone": "Asia/Makassar", "close_of_business": "15.30"}

    page = words_of(admin.post("/calendar/hours", given))
    assert "Jam tutup kantor 16.00 WIB (Jakarta) 15.30 WITA (Makassar)" in page
    assert quick_win.number in page
    city = world.session.get_one(City, 1)
    assert city.zone == "Asia/Jakarta"

    assert admin.post("/calendar/hours", given | CONFIRMED).status_code == 303
    world.session.expire_all()
    assert (city.zone, city.close_of_business) == ("Asia/Makassar", time(15, 30))


def test_a_city_is_moved_to_another_zone_of_the_same_name(visitor: Browser, world: World) -> None:
    world.bring_to("verification")
    world.session.commit()
    admin, city = visitor("admin"), world.session.get_one(City, 1)
    given = {"zone": "Asia/Pontianak", "close_of_business": "16.00"}

    page = words_of(admin.post("/calendar/hours", given))
    assert "Jam tutup kantor 16.00 WIB (Jakarta) 16.00 WIB (Pontianak)" in page
    assert "Ya, berlakukan" in page

    assert admin.post("/calendar/hours", given | CONFIRMED).status_code == 303
    world.session.expire_all()
    assert (city.zone, city.close_of_business) == ("Asia/Pontianak", time(16))
    assert "Ya, berlakukan" not in words_of(admin.post("/calendar/hours", given))


def test_hours_are_written_as_in_the_language_of_the_reader(visitor: Browser) -> None:
    admin = visitor("admin")

    assert "16.00 WIB" in words_of(admin.get("/calendar"))
    assert 'value="16.00"' in text_of(admin.get("/calendar/hours"))
    admin.post("/language", {"language": "en"})
    assert "16:00 WIB" in words_of(admin.get("/calendar"))
    assert 'value="16:00"' in text_of(admin.get("/calendar/hours"))
    early = {"zone": "Asia/Jakarta", "close_of_business": "07:00"}
    assert "at 12:00 at the earliest" in text_of(admin.post("/calendar/hours", early))


@pytest.mark.parametrize(
    "given",
    [
        {"zone": "Europe/Berlin", "close_of_business": "16:00"},
        {"zone": "Asia/Jakarta", "close_of_business": "sore"},
        {"zone": "Asia/Jakarta", "close_of_business": "07:00"},
    ],
)
def test_hours_that_no_city_has_are_refused(
    visitor: Browser, world: World, given: dict[str, str]
) -> None:
    answer = visitor("admin").post("/calendar/hours", given | CONFIRMED)

    assert answer.status_code == 422
    assert world.session.get_one(City, 1).zone == "Asia/Jakarta"
