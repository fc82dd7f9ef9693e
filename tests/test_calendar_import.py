"""A decree put in from a CSV: read, foreseen, and set whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from world import NOW, World

from workflow.calendar_days import Effect, of_year
from workflow.calendar_import import Imported, import_days
from workflow.errors import Faulty, Forbidden
from workflow.language import say
from workflow.models import CalendarDay, DayKind, Event
from workflow.sheet import decoded
from workflow.working_days import load_calendar

HEADING = "day;working;name;source"


def put_in(world: World, *lines: str, heading: str = HEADING, by: str = "admin") -> Imported:
    text = "\r\n".join([heading, *lines])
    return import_days(world.session, text, world[by], at=NOW)


def faults(world: World, *lines: str, heading: str = HEADING) -> list[str]:
    """In Indonesian, since that is how an admin reads them."""
    with pytest.raises(Faulty) as refused:
        put_in(world, *lines, heading=heading)
    assert world.session.scalars(select(CalendarDay)).all() == []
    return [say(each, "id") for each in refused.value.faults]


def test_a_file_of_a_spreadsheet_program_is_read_as_it_is(world: World) -> None:
    file = f"\ufeff{HEADING};Kind\r\n03/07/2026;tidak;Hari Jadi;Kepwal 1;lokal\r\n;;;;\r\n"

    import_days(world.session, decoded(file.encode("utf-8")), world["admin"], at=NOW)

    day = world.session.scalars(select(CalendarDay)).one()
    assert (day.day, day.working, day.kind) == (date(2026, 7, 3), False, DayKind.LOCAL)


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Faulty, match="UTF-8"):
        decoded("day,é".encode("latin-1"))


def test_each_row_says_what_it_changes(world: World) -> None:
    lines = (
        "2026-07-03;tidak;Hari Jadi Kota;Kepwal 1",
        "2026-08-17;ya;Hari Kemerdekaan;SE 2",
        "2026-08-25;tidak;Maulid Nabi;SKB",
        "2026-07-06;ya;Hari kerja;SE 3",
    )

    first, second = put_in(world, *lines), put_in(world, *lines)

    effects = [Effect.FREE, Effect.WORKED, Effect.SAID, Effect.SAID]
    assert [change.effect for change in first.changes] == effects
    assert first.new == 4
    assert [change.effect for change in second.changes] == [Effect.SAME] * 4
    assert second.new == 0
    told = select(func.count()).where(Event.action == "import_calendar")
    assert world.session.scalar(told) == 1


def test_a_decree_moves_what_is_due_and_confirms_its_year(world: World) -> None:
    quick_win = world.bring_to("verification")

    done = put_in(
        world,
        "2026-07-03;tidak;Cuti Bersama;SKB",
        "2028-04-17;tidak;Cuti Bersama Paskah;SKB 2028",
    )

    assert [one.number for one in done.followed.moved] == [quick_win.number]
    assert not load_calendar(world.session).is_working_day(date(2026, 7, 3))
    assert not of_year(world.session, 2028).unconfirmed


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("2026-08-25;tidak;Maulid;SKB;", DayKind.NATIONAL),
        ("2026-12-24;tidak;Natal;SKB;", DayKind.JOINT_LEAVE),
        ("2026-07-03;tidak;Cuti Bersama Tambahan;SKB;", DayKind.JOINT_LEAVE),
        ("2026-07-03;tidak;Hari Jadi;SKB;", DayKind.LOCAL),
        ("2026-07-03;tidak;Pemilu;SKB;Nasional", DayKind.NATIONAL),
        ("2026-07-03;tidak;Tambahan;SKB;joint_leave", DayKind.JOINT_LEAVE),
        ("2026-08-25;tidak;Maulid;SKB;daerah", DayKind.LOCAL),
    ],
)
def test_the_kind_is_what_the_row_says_or_what_is_known_of_the_day(
    world: World, row: str, kind: DayKind
) -> None:
    put_in(world, row, heading=f"{HEADING};kind")

    assert world.session.scalars(select(CalendarDay.kind)).one() is kind


def test_all_faults_of_all_rows_are_said_at_once_in_the_language_of_the_reader(
    world: World,
) -> None:
    assert faults(
        world,
        "2026-13-01;tidak;X;Y;lokal",
        "2026-07-03;mungkin;;Y;cuti",
        "2026-08-18;tidak;A;B;",
        "18/08/2026;tidak;A;B;;lebih",
        "2099-01-01;tidak;A;B;",
        heading=f"{HEADING};kind",
    ) == [
        "baris 2: “2026-13-01” bukan tanggal seperti 24/12/2026",
        "baris 3: name masih kosong",
        "baris 3: working diisi ya atau tidak, bukan “mungkin”",
        "baris 3: kind diisi nasional, cuti bersama, atau lokal, bukan “cuti”",
        "baris 5: isinya lebih banyak daripada kolomnya",
        "baris 5: 2026-08-18 sudah ada di baris sebelumnya",
        "baris 6: kalender berlaku dari 2000-01-01 sampai 2098-12-31, tidak sampai 2099-01-01",
    ]


def test_columns_that_are_missing_are_named(world: World) -> None:
    assert faults(world, heading="day;name") == [
        "Baris pertama harus menyebut nama kolom; yang belum ada: hari kerja, sumber"
    ]


def test_a_column_that_is_named_twice_is_refused(world: World) -> None:
    twice = "tanggal;hari kerja;libur;nama;sumber"

    assert faults(world, "2026-07-03;ya;ya;Hari Jadi;Kepwal", heading=twice) == [
        "Baris pertama menyebut satu kolom dua kali: hari kerja, libur"
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "tanggal;hari kerja;nama;sumber;jenis",
        "Tanggal;Hari_Kerja;Nama;Sumber;Jenis",
        "day;working;name;source;kind",
        "tanggal;working;nama;source;jenis",
    ],
)
def test_the_columns_may_be_named_in_either_language(world: World, heading: str) -> None:
    lines = ("3 Juli 2026;tidak;Hari Jadi;Kepwal 1;lokal", "2026-07-04;ya;Tukar;SE 2;lokal")

    done = put_in(world, *lines, heading=heading)

    assert [change.effect for change in done.changes] == [Effect.FREE, Effect.WORKED]
    names = world.session.scalars(select(CalendarDay.name).order_by(CalendarDay.day)).all()
    assert names == ["Hari Jadi", "Tukar"]


def test_a_column_of_free_days_says_the_contrary_of_one_of_working_days(world: World) -> None:
    lines = ("2026-07-03;ya;Hari Jadi;Kepwal 1", "2026-07-04;tidak;Tukar;SE 2")

    done = put_in(world, *lines, heading="tanggal;libur;nama;sumber")

    assert [change.effect for change in done.changes] == [Effect.FREE, Effect.WORKED]


def test_faults_call_the_columns_as_the_file_does(world: World) -> None:
    lines = ("2026-07-03;mungkin;;SKB;cuti", "03-07-2026;ya;x;;")

    assert faults(world, *lines, heading="tanggal;libur;nama;sumber;jenis") == [
        "baris 2: nama masih kosong",
        "baris 2: libur diisi ya atau tidak, bukan “mungkin”",
        "baris 2: jenis diisi nasional, cuti bersama, atau lokal, bukan “cuti”",
        "baris 3: sumber masih kosong",
        "baris 3: 2026-07-03 sudah ada di baris sebelumnya",
    ]


def test_nobody_but_an_admin_puts_in_a_decree(world: World) -> None:
    with pytest.raises(Forbidden):
        put_in(world, "2026-07-03;tidak;Hari Jadi;Kepwal", by="chair")
