"""The list of Quick Wins: narrowed, ordered and turned over by its address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from page import text_of, words_of
from sqlalchemy import update
from visitor import Visitor
from werkzeug.test import TestResponse
from world import NOW, World

from workflow.document import shipped
from workflow.listing import Order
from workflow.models import QuickWin, Unit

Browser = Callable[[str], Visitor]
_TITLE = re.compile(r'<a class="list-title" href="/quick-wins/\d+">(.*?)</a>', re.DOTALL)


def listed(answer: TestResponse) -> list[str]:
    """The titles on the page, in its order."""
    titles = _TITLE.findall(answer.get_data(as_text=True))
    return [unescape(re.sub("<[^>]*>", "", title)) for title in titles]


def link(answer: TestResponse, pattern: str) -> str:
    """The address of the link whose attributes fit, "" without one."""
    found = re.search(rf'<a [^>]*{pattern}[^>]*href="([^"]*)"', answer.get_data(as_text=True))
    return unescape(found[1]) if found else ""


def test_the_list_is_narrowed_by_the_filters_of_its_address(visitor: Browser, world: World) -> None:
    world.propose(title="Milik dinas", dimension="GOV")
    world.propose(unit="KEL", title="Milik kelurahan")
    world.bring_to("verification", title="Sedang diverifikasi")
    world.session.commit()

    def titles(who: str, query: str) -> set[str]:
        return set(listed(visitor(who).get(f"/quick-wins?{query}")))

    assert len(titles("admin", "")) == 3
    assert titles("admin", "state=draft") == {"Milik dinas", "Milik kelurahan"}
    assert titles("admin", "stage=verification") == {"Sedang diverifikasi"}
    assert titles("admin", "unit=KEC") == {"Milik kelurahan"}
    assert titles("admin", "dimension=GOV") == {"Milik dinas"}
    assert titles("admin", "q=diverif") == {"Sedang diverifikasi"}
    assert titles("admin", "period=2025") == set()
    assert titles("verifier", "waiting_for=me") == {"Sedang diverifikasi"}
    assert titles("admin", "waiting_for=me") == set()
    assert titles("head.kec", "own=yes") == {"Milik kelurahan"}
    assert titles("verifier2", "own=yes") == set()
    assert titles("chair", "") == {"Sedang diverifikasi"}
    assert titles("admin", "state=draft&unit=DINKES&q=dinas&period=2026") == {"Milik dinas"}


def test_only_what_is_late_is_shown(visitor: Browser, world: World) -> None:
    late = world.propose(title="Terlambat")
    world.propose(title="Masih lama").due_at = NOW + timedelta(days=9000)
    late.due_at = NOW - timedelta(days=400)
    world.session.commit()

    assert listed(visitor("admin").get("/quick-wins?late=yes")) == ["Terlambat"]


def test_a_state_without_a_step_belongs_to_the_step_it_was_come_to_from(
    visitor: Browser, world: World
) -> None:
    workflow = shipped()
    aside = [code for code, state in workflow.states.items() if state.stage is None]
    made = [world.bring_to(code, title=f"Dari {code}") for code in aside]
    world.session.commit()

    for quick_win in made:
        stage = workflow.states[quick_win.came_from or ""].stage
        assert quick_win.title in listed(visitor("admin").get(f"/quick-wins?stage={stage}"))


def test_each_filter_that_narrows_can_be_taken_away(visitor: Browser, world: World) -> None:
    world["admin"].language = "en"
    world.propose(title="Bank Sampah")
    world.session.commit()
    admin = visitor("admin")

    page = admin.get("/quick-wins?q=sampah&state=draft&unit=UPTD&late=yes&order=title")

    words = words_of(page)
    for name in ("“sampah”", "Draft", "Unit UPTD", "Past the deadline"):
        assert f"Take away: {name}" in words
    assert "Nothing fits all of this" in words
    without = [unescape(each) for each in re.findall(r'class="chip" href="([^"]*)"', text_of(page))]
    assert "/quick-wins?q=sampah&state=draft&unit=UPTD&order=title" in without
    assert "/quick-wins?state=draft&unit=UPTD&late=yes&order=title" in without
    assert listed(admin.get("/quick-wins?q=sampah&state=draft")) == ["Bank Sampah"]


def test_the_filters_stay_filled_in_and_are_escaped(visitor: Browser, world: World) -> None:
    answer = visitor("admin").get('/quick-wins?q=%3Cscript%3E"&state=draft&unit=UPTD&own=yes')

    assert 'value="<script>""' in text_of(answer)
    assert '<option value="draft" selected>' in text_of(answer)
    assert '<option value="UPTD" selected>Unit UPTD</option>' in text_of(answer)
    assert 'name="own" value="yes" checked' in text_of(answer)
    assert "<script>" not in answer.get_data(as_text=True)


def test_an_empty_list_says_when_it_will_not_be(visitor: Browser, world: World) -> None:
    world["admin"].language = "en"
    world.session.commit()

    page = words_of(visitor("admin").get("/quick-wins"))

    assert "There is no Quick Win for you to see yet" in page
    assert "CSV" not in page


@pytest.mark.parametrize("order", [*Order, *(f"-{order}" for order in Order)])
def test_the_pages_go_on_and_back_by_key_in_every_order(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World, order: str
) -> None:
    monkeypatch.setattr("web.listing.PER_PAGE", 2)
    monkeypatch.setattr("workflow.queries.COUNT_LIMIT", 4)
    world["admin"].language = "en"
    for n, unit in enumerate(("DINKES", "KEL", "DINKES", "DKISS", "DINKES", "KEL")):
        # Equal ones, and some without a title or a deadline.
        title = {0: None, 1: "sampah b", 5: None}.get(n, "Sampah A")
        made = world.propose(unit=unit, title=title, summary="Bank sampah.")
        made.due_at = None if n % 3 == 0 else NOW + timedelta(days=n // 3)
    world.session.commit()
    admin, address = visitor("admin"), f"/quick-wins?state=draft&q=sampah&order={order}"
    pages: list[list[str]] = []
    addresses = [address]

    while addresses[-1]:
        answer = admin.get(addresses[-1])
        assert "4+ Quick Wins" in text_of(answer)
        pages.append(re.findall(r'class="list-title" href="/quick-wins/(\d+)"', text_of(answer)))
        addresses.append(link(answer, 'rel="next"'))
    seen = [number for page in pages for number in page]
    back = [pages[-1]]
    while previous := link(answer, 'rel="prev"'):
        answer = admin.get(previous)
        back.append(re.findall(r'class="list-title" href="/quick-wins/(\d+)"', text_of(answer)))

    assert [len(page) for page in pages] == [2, 2, 2]
    assert len(set(seen)) == 6
    assert back == pages[::-1]


def test_the_orders_are_what_they_are_called(visitor: Browser, world: World) -> None:
    names = {"DINKES": "zeta", "DKISS": "Alfa", "KEC": "Beta"}
    for code, name in names.items():
        world.session.execute(update(Unit).where(Unit.code == code).values(name=name))
    for n, (unit, title, due) in enumerate(
        (("DINKES", "beta", 3), ("DKISS", "Gama", None), ("KEC", "alfa", 1), ("KEC", None, 2))
    ):
        made = world.propose(unit=unit, title=title)
        made.due_at = None if due is None else NOW + timedelta(days=due)
        made.since = NOW - timedelta(hours=(n * 7) % 4)
    world.session.commit()
    admin = visitor("admin")
    nameless = "Belum diberi nama"

    def titles(order: str) -> list[str]:
        return listed(admin.get(f"/quick-wins?order={order}"))

    assert titles("title") == ["alfa", "beta", "Gama", nameless]
    assert titles("-title") == [nameless, "Gama", "beta", "alfa"]
    assert (
        titles("newest") == titles("") == titles("nonsense") == [nameless, "alfa", "Gama", "beta"]
    )
    assert titles("deadline") == ["alfa", nameless, "beta", "Gama"]
    assert titles("unit") == ["Gama", "alfa", nameless, "beta"]
    assert titles("moved") == ["beta", nameless, "alfa", "Gama"]


def test_the_head_of_a_column_orders_and_says_how_it_is_ordered(
    visitor: Browser, world: World
) -> None:
    world.propose()
    world.session.commit()
    admin = visitor("admin")

    first = admin.get("/quick-wins?state=draft")
    assert "aria-sort" not in text_of(first)
    by_title = admin.get(link(first, 'class="order-link"'))
    assert 'aria-sort="ascending"><a class="order-link"' in text_of(by_title)
    turned = admin.get(link(by_title, 'class="order-link"'))
    assert 'aria-sort="descending"' in text_of(turned)
    assert 'name="order"' in text_of(turned)


def test_what_was_searched_for_is_marked_and_escaped(visitor: Browser, world: World) -> None:
    world.propose(title="<b>Layanan</b> & \ue000Sehat\ue001", summary="Kami melayani <i>warga</i>.")
    world.session.commit()

    page = visitor("admin").get("/quick-wins?q=pelayanan").get_data(as_text=True)

    assert "<b>" not in page
    assert "<mark>melayani</mark>" in page
    assert "<i>" not in page


def test_a_part_of_a_title_is_marked_too(visitor: Browser, world: World) -> None:
    world.propose(title="Gempita & Beras")
    world.session.commit()

    page = visitor("admin").get("/quick-wins?q=pita %26 ber").get_data(as_text=True)

    assert "Gem<mark>pita &amp; Ber</mark>as" in page


def test_a_mistyped_word_is_named_beside_what_it_was_taken_for(
    visitor: Browser, world: World
) -> None:
    world["admin"].language = "en"
    world.propose(title="Bank Sampah")
    world.session.commit()

    answer = visitor("admin").get("/quick-wins?q=sampa")

    assert listed(answer) == ["Bank Sampah"]
    assert "Nothing that you see has the word “sampa”" in words_of(answer)
    assert "<mark>Sampah</mark>" in answer.get_data(as_text=True)
    assert "“sampa”. This" not in words_of(visitor("submitter.kec").get("/quick-wins?q=sampa"))


@pytest.mark.parametrize(
    "address",
    [
        "?q=%00&unit=%00&state=%00&period=%00&stage=%00&dimension=%00&order=%00",
        "?after=99999999999999999999999&q=%25_%5C",
        "?before=-1&q=" + "%22%27(" * 300,
        "?after=%F0%9F%98%80&before=x",
        "?after=WyJuZXdlc3QiLDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ",
        "?after=WyJuZXdlc3QiLCJ4Il0",
        "?after=WyJuZXdlc3QiLHRydWVd",
        "?order=title&after=WyJuZXdlc3QiLDFd",
        "?order=deadline&after=WyJkZWFkbGluZSIsIjAwMDEtMDEtMDFUMDA6MDArMTQ6MDAiLDFd",
        "?after=" + "W1tb" * 200,
        "?after=" + "A" * 5000,
        "?q=%E0%A4%A&state=%ED%A0%80",
        "?state=" + "x" * 5000,
    ],
)
def test_no_address_breaks_the_list_and_a_cursor_of_another_is_the_first_page(
    visitor: Browser, world: World, address: str
) -> None:
    world.propose(title="Satu saja")
    world.session.commit()

    answer = visitor("admin").get(f"/quick-wins{address}")

    assert answer.status_code == 200
    if "q=" not in address and "state=" not in address:
        assert listed(answer) == ["Satu saja"]


def test_a_page_whose_rows_have_gone_is_the_first_one(visitor: Browser, world: World) -> None:
    made: list[QuickWin] = [world.propose(title=f"Nomor {n}") for n in range(2)]
    world.session.commit()
    first = visitor("admin").get("/quick-wins?after=WyJuZXdlc3QiLDFd")

    assert len(listed(first)) == len(made)
