"""The list as a file for a spreadsheet: exactly what is filtered, and harmless."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from visitor import Visitor
from world import NOW, REPORT, World

from workflow.columns import HEADINGS

Browser = Callable[[str], Visitor]
BAD = ("=1+1", "+62", "-1", "@SUM(A1)", "\tx", "http://x.test")


def rows_of(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    """The rows of the CSV, by the English name of the column."""
    answer = visitor.get(f"/quick-wins/export.csv?{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    table = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
    _names, *rows = table
    return [dict(zip(HEADINGS, row, strict=True)) for row in rows]


def test_a_file_holds_exactly_what_the_list_shows_in_its_order(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    monkeypatch.setattr("web.listing.PER_PAGE", 1)
    for title in ("Bank Sampah", "Andong", "Cari Sampah"):
        world.propose(title=title)
    world.propose(unit="KEL", title="Sampah Kelurahan")
    world.bring_to("verification", title="Sampah Diverifikasi")
    world.session.commit()

    def titles(who: str, query: str = "") -> list[str]:
        return [row["Title"] for row in rows_of(visitor(who), query)]

    assert titles("admin", "q=sampah&state=draft&unit=DINKES&order=title") == [
        "Bank Sampah",
        "Cari Sampah",
    ]
    assert titles("admin", "order=-title&state=draft")[0] == "Sampah Kelurahan"
    assert titles("chair") == ["Sampah Diverifikasi"]
    assert titles("submitter.dkiss") == []
    page = visitor("admin").get("/quick-wins?q=sampah&order=title").get_data(as_text=True)
    assert "/quick-wins/export.xlsx?q=sampah&amp;order=title" in page


def test_a_row_says_what_an_office_needs(visitor: Browser, world: World) -> None:
    made = world.bring_to("implementation", title="Posyandu", title_expansion="Pos Pelayanan")
    world.act(made, "report", "submitter", data={**REPORT, "percent": 40})
    world["chair"].language = "en"
    world.session.commit()

    (row,) = rows_of(visitor("chair"))

    assert row["Number"] == made.number
    assert (row["Unit"], row["Dimension"], row["Period"]) == ("Unit DINKES", "Smart Living", "2026")
    assert row["State"] == "Implementation"
    assert row["Since"] == "2026-07-01 10:00"
    assert row["Waits for"] == "Submitter"
    assert row["First submitted"] == "2026-07-01 10:00"
    assert row["Budget (rupiah)"] == "50000000"
    assert (row["Person in charge"], row["Contact"]) == ("Rina", "0811-0000-0001")
    assert row["Progress, percent"] == "40.00"
    assert row["Traffic light"] in ("On track", "Needs attention", "Late")
    assert row["Address"] == f"http://127.0.0.1:8000/quick-wins/{made.id}"


def test_no_text_becomes_a_formula(visitor: Browser, world: World) -> None:
    for text in BAD:
        world.propose(title=text, pic={"name": text, "position": text, "contact": text})
    world.session.commit()
    admin = visitor("admin")

    for row in rows_of(admin):
        for name in ("Title", "Person in charge", "Contact"):
            assert not row[name].startswith(("=", "+", "-", "@", "\t"))
    answer = admin.get("/quick-wins/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_a_spreadsheet_has_real_dates_and_numbers(visitor: Browser, world: World) -> None:
    made = world.propose(title="Besar", budget=2**60)
    made.due_at = NOW + timedelta(days=1)
    world.propose(title="Biasa", budget=125_000_000)
    world.session.commit()

    answer = visitor("admin").get("/quick-wins/export.xlsx?order=title")

    assert answer.headers["Content-Disposition"].startswith("attachment; filename=quick-wins-2")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    names, big, usual = book.get_sheet_by_index(0).to_python()
    at = {name: place for place, name in enumerate(HEADINGS)}
    assert len(names) == len(HEADINGS)
    assert str(big[at["Deadline"]]) == "2026-07-02 10:00:00"
    assert big[at["Budget (rupiah)"]] == str(2**60)
    assert usual[at["Budget (rupiah)"]] == 125_000_000


def test_a_file_is_bounded_and_only_of_the_kinds_there_are(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    monkeypatch.setattr("web.listing.EXPORTED", 2)
    monkeypatch.setattr("workflow.listing.BATCH", 1)
    for n in range(3):
        world.propose(title=f"Nomor {n}")
    world.session.commit()
    admin = visitor("admin")

    assert [row["Title"] for row in rows_of(admin)] == ["Nomor 2", "Nomor 1"]
    assert "paling banyak 2 baris" in admin.get("/quick-wins").get_data(as_text=True)
    assert admin.get("/quick-wins/export.pdf").status_code == 404
    assert admin.get("/quick-wins/export.csv?q=%00%ED%A0%80&after=x").status_code == 200
