"""The pages of periods: what everybody reads, what admins set, and what a draft says of its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from page import stop_the_clock, text_of
from sqlalchemy import delete, select
from visitor import Visitor
from world import NOW, World

from tasks.periods import announce
from workflow.models import Event, Period, PeriodStep

Browser = Callable[[str], Visitor]
CONFIRMED = {"confirmed": "1"}
EVERYBODY = ["submitter", "head", "verifier", "reviewer", "chair", "mayor", "inspector", "admin"]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_the_periods_and_only_an_admin_is_offered_to_set_one(
    visitor: Browser, who: str
) -> None:
    pages = [text_of(visitor(who).get(path)) for path in ("/periods", "/periods/2026")]
    assert "Periode 2026" in pages[0]
    assert "Periode 2025" in pages[0]
    offered = ['method="post" novalidate aria-labelledby="new-period"', "/periods/2026/extend"]
    assert [each in page for each, page in zip(offered, pages, strict=True)] == (
        [True, True] if who == "admin" else [False, False]
    )


def test_the_open_period_is_first_and_says_how_far_the_agencies_are(
    visitor: Browser, world: World
) -> None:
    world.bring_to("verification")
    world.propose("DKISS")
    page = text_of(visitor("mayor").get("/periods"))
    assert page.index("Periode 2026") < page.index("Periode 2025")
    assert re.findall(r'tile-number number">(\d+)<', page) == ["1", "1", "1"]
    assert "hari kerja lagi" in page


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "admin"])
def test_nobody_else_sets_anything(visitor: Browser, world: World, who: str) -> None:
    browser, before = visitor(who), (period(world).closes_at, period(world).parameters)
    for path, sent in (
        ("/periods", NEW),
        ("/periods/2026/extend", {"closes": "2026-10-01", "reason": "Banjir."}),
        ("/periods/2026/parameters", {"quorum": "1"}),
    ):
        assert browser.post(path, sent).status_code == 403
    assert browser.get("/periods/2026/extend").status_code == 403
    assert browser.get("/periods/2026/parameters").status_code == 403
    assert (period(world).closes_at, period(world).parameters) == before


def test_a_period_that_is_not_there_is_not_found(visitor: Browser) -> None:
    for path in ("/periods/1999", "/periods/a%20b", "/periods/%00", "/periods/1999/extend"):
        assert visitor("admin").get(path).status_code == 404


NEW = {
    "code": "2027",
    "name": "Periode 2027",
    "year": "2027",
    "opens": "2027-02-01",
    "closes": "30 November 2027",
}


def test_an_admin_adds_a_period_with_the_dimensions_of_the_last_one(
    visitor: Browser, world: World
) -> None:
    answer = visitor("admin").post("/periods", NEW)
    assert (answer.status_code, answer.location) == (303, "/periods/2027")
    assert period(world, "2027").dimensions == period(world).dimensions
    page = text_of(visitor("mayor").get("/periods/2027"))
    assert "Admin menetapkan periode ini" in page.replace("</strong>", "").replace("<strong>", "")
    assert "23 November 2027" in page  # five working days before


def test_the_first_period_of_all_has_the_six_dimensions(visitor: Browser, world: World) -> None:
    world.session.execute(delete(PeriodStep))
    world.session.execute(delete(Period))
    world.session.commit()
    visitor("admin").post("/periods", NEW)
    assert len(period(world, "2027").dimensions) == 6


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "2026", "Periode “2026” sudah ada."),
        ("code", "a b", "a b"),
        ("year", "dua ribu", "Tulis bilangan bulat"),
        ("opens", "2026-08-01", "2026 dibuka dari"),
        ("closes", "2027-01-01", "Periode harus ditutup setelah dibuka."),
        ("closes", "besok", "Tuliskan tanggal"),
        ("name", "", "Bagian ini harus diisi."),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_lost(
    visitor: Browser, world: World, field: str, value: str, sentence: str
) -> None:
    answer = visitor("admin").post("/periods", NEW | {field: value})
    page = text_of(answer)
    assert answer.status_code == 422
    assert sentence.lower() in page.lower()
    assert f'id="{field}-error"' in page
    for typed in (NEW | {field: value}).values():
        assert typed in page
    assert world.session.scalar(select(Period).where(Period.code == "2027")) is None


def test_an_extension_says_what_it_does_and_stands_with_its_reason_for_everybody(
    visitor: Browser, world: World
) -> None:
    page = text_of(visitor("admin").get("/periods/2026/extend"))
    assert "Tenggat draf mengikuti akhir periode yang baru." in page
    sent = {"closes": "30/09/2026", "reason": "Banjir di tiga kecamatan."}
    answer = visitor("admin").post("/periods/2026/extend", sent | CONFIRMED)
    assert (answer.status_code, answer.location) == (303, "/periods/2026")
    page = text_of(visitor("submitter").get("/periods/2026"))
    assert "Banjir di tiga kecamatan." in page
    assert "30/09/2026, semula 30/08/2026" in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"closes": "2026-06-30", "reason": "x"}, "Hari ini sudah lewat"),
        ({"closes": "2026-08-01", "reason": "x"}, "Pilih hari sesudahnya."),
        ({"closes": "2026-10-01", "reason": " "}, ""),
    ],
)
def test_an_extension_that_does_not_fit_is_refused(
    visitor: Browser, world: World, sent: dict[str, str], sentence: str
) -> None:
    before = period(world).closes_at
    answer = visitor("admin").post("/periods/2026/extend", sent)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert period(world).closes_at == before


def test_an_admin_sets_the_numbers_of_a_period(visitor: Browser, world: World) -> None:
    fields = numbers(text_of(visitor("admin").get("/periods/2026/parameters")))
    assert fields["parameters.quorum"] == "2"
    assert fields["parameters.days.review"] == "10"
    wanted = {"quorum": "3", "days.review": "7", "remind_days": "3, 1", "quorum_of": "all"}
    sent = fields | {f"parameters.{name}": value for name, value in wanted.items()}
    assert visitor("admin").post("/periods/2026/parameters", sent | CONFIRMED).status_code == 303
    set_now = period(world)
    assert set_now.parameters == {"quorum": 3, "quorum_of": "all", "days": {"review": 7}}
    assert set_now.remind_days == [3, 1]
    page = text_of(visitor("admin").get("/periods/2026/parameters"))
    assert numbers(page)["parameters.days.review"] == "7"


@pytest.mark.parametrize(
    ("field", "value"),
    [("quorum", "0"), ("quorum", "9"), ("days.review", "x"), ("weights.risk", "0"),
     ("remind_days", "0"), ("remind_days", "5 5"), ("undo_minutes", "-1")],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_refused_as_in_a_definition(
    visitor: Browser, world: World, field: str, value: str
) -> None:
    fields = numbers(text_of(visitor("admin").get("/periods/2026/parameters")))
    answer = visitor("admin").post(
        "/periods/2026/parameters", fields | {f"parameters.{field}": value}
    )
    assert answer.status_code == 422
    assert "-error" in text_of(answer)
    assert period(world).parameters == {}


def test_the_page_tells_what_was_told_when(visitor: Browser, world: World) -> None:
    world.session.commit()
    announce(period(world).closes_at - timedelta(hours=30))
    page = text_of(visitor("mayor").get("/periods/2026"))
    assert "3 OPD belum mengirim usulan." in page
    assert "orang diberi tahu" in page


# ---------------------------------------------------------------- what a draft says


@pytest.mark.parametrize("path", ["", "/edit", "/check"])
def test_a_draft_says_until_when_it_can_be_submitted(
    visitor: Browser, world: World, path: str
) -> None:
    draft = world.propose()
    page = text_of(visitor("submitter").get(f"/quick-wins/{draft.id}{path}"))
    assert "Dapat dikirim sampai" in page


@pytest.mark.parametrize("path", ["", "/edit", "/edit/naming", "/check"])
def test_after_the_close_a_draft_says_that_it_stays_one_and_whom_to_ask(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    draft, end = world.propose(), period(world).closes_at
    world.session.commit()
    announce(end)
    stop_the_clock(monkeypatch, end + timedelta(minutes=1))
    page = text_of(visitor("submitter").get(f"/quick-wins/{draft.id}{path}"))
    assert "tetap menjadi draf" in page
    assert "Hubungi: Admin." in page
    refused = visitor("submitter").post(
        f"/quick-wins/{draft.id}/submit", {"version": str(draft.version)}
    )
    assert refused.status_code == 422
    assert "Periode" in text_of(refused)


def test_what_was_submitted_says_nothing_of_the_period(visitor: Browser, world: World) -> None:
    returned = world.bring_to("endorsement")
    world.act(returned, "return", "head")
    page = text_of(visitor("submitter").get(f"/quick-wins/{returned.id}"))
    assert "Dapat dikirim sampai" not in page


def test_an_extension_lets_a_draft_be_submitted_again(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, end = world.propose(), period(world).closes_at
    world.session.commit()
    stop_the_clock(monkeypatch, end + timedelta(days=3))
    sent = {"closes": "2026-10-30", "reason": "Banyak yang belum siap."}
    assert visitor("admin").post("/periods/2026/extend", sent | CONFIRMED).status_code == 303
    answer = visitor("submitter").post(
        f"/quick-wins/{draft.id}/submit", {"version": str(draft.version)}
    )
    assert answer.status_code == 303
    last = world.session.scalars(
        select(Event.action).where(Event.quick_win_id == draft.id).order_by(Event.id.desc())
    )
    assert last.first() == "submit"


def period(world: World, code: str = "2026") -> Period:
    world.session.expire_all()
    return world.session.scalars(select(Period).where(Period.code == code)).one()


def numbers(page: str) -> dict[str, str]:
    """The fields of the form of numbers, as a browser would send them."""
    typed = re.findall(r'<input[^>]* name="([a-z_.]+)"[^>]* type="text" value="([^"]*)"', page)
    checked = re.search(
        r'<input checked[^>]* name="parameters.quorum_of"[^>]* value="([a-z_]+)"', page
    )
    assert checked
    return {**dict(typed), "parameters.quorum_of": checked[1]}
