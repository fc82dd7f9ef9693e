"""What resembles a Quick Win is a hint: with the words that both have, for who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from world import NOW, World

from workflow.models import QuickWin
from workflow.similar import Piece, Similar, marked, similar, similar_to

DIGITAL = {
    "title": "Perpustakaan Digital",
    "title_expansion": "Buku Pinjaman di Telepon",
    "summary": "Warga meminjam buku elektronik dari telepon (data contoh).",
    "problem": "Gedung perpustakaan sepi.",
    "objective": "Menambah pembaca.",
    "benefit": "Bacaan mudah diperoleh.",
}
SEWAGE = {
    "title": "Sedot Tinja Terjadwal",
    "title_expansion": "",
    "summary": "Truk menguras tangki septik menurut jadwal (data contoh).",
    "problem": "Lumpur dibuang ke sungai.",
    "objective": "Sungai bersih.",
    "benefit": "Sumur tidak tercemar.",
}


def ask(world: World, content: dict[str, Any], who: str = "admin", **how: Any) -> list[Similar]:
    return similar_to(world.session, content, world[who], at=NOW, **how)


def ids(found: list[Similar]) -> list[int]:
    return [each.quick_win.id for each in found]


@pytest.fixture
def library(world: World) -> QuickWin:
    world.propose("DKISS", **SEWAGE)
    return world.propose(**DIGITAL)


def test_the_same_text_is_as_similar_as_can_be(world: World, library: QuickWin) -> None:
    twin = world.propose("DKISS", **DIGITAL)
    found = similar(world.session, library, world["admin"], at=NOW)
    assert [(each.quick_win, each.score) for each in found] == [(twin, 1)]


def test_other_words_for_the_same_are_found_and_named(world: World, library: QuickWin) -> None:
    draft = {
        "title": "E-Library Kota",
        "summary": "Peminjaman buku digital bagi pembaca lewat telepon, tanpa ke perpustakaan.",
    }
    (found,) = ask(world, draft)
    assert found.quick_win == library
    assert 0.3 <= found.score < 1
    assert set(found.shared) == {"buku", "meminjam", "Digital", "telepon", "perpustakaan"}
    assert found.forms >= {"peminjaman", "meminjam", "pinjaman", "digital", "perpustakaan"}
    assert not found.forms & {"data", "tanpa", "ke", "kota", "warga"}


def test_shared_words_are_marked_in_the_form_in_which_they_stand() -> None:
    forms = frozenset({"buku", "peminjaman"})
    assert marked("Peminjaman e-buku; buku-buku", forms) == [
        Piece(text="Peminjaman", shared=True),
        Piece(text=" e-", shared=False),
        Piece(text="buku", shared=True),
        Piece(text="; ", shared=False),
        Piece(text="buku", shared=True),
        Piece(text="-", shared=False),
        Piece(text="buku", shared=True),
    ]
    assert marked("", forms) == []
    assert marked("Lain", forms) == [Piece(text="Lain", shared=False)]


def test_a_draft_that_is_but_a_title_is_held_against_titles(
    world: World, library: QuickWin
) -> None:
    assert ids(ask(world, {"title": "Perpustakaan Digital Keliling"})) == [library.id]
    assert ids(ask(world, {"title": "Digital"})) == [library.id]
    assert ids(ask(world, {"summary": DIGITAL["summary"]})) == [library.id]


def test_typing_mistakes_are_forgiven(world: World, library: QuickWin) -> None:
    typed = {"title": "Perpustakan Dijital", "summary": "Warga memimjam buku elektronik di telpon."}
    assert ids(ask(world, typed)) == [library.id]


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"title": "", "summary": None},
        {"title": "yang dan di"},
        {"title": "'\\ :* | & ! <-> '' %"},
        {"title": "Kolam Renang"},
        {"summary": "🎉 ' \\' \" ; --"},
    ],
)
def test_what_says_nothing_resembles_nothing(
    world: World, library: QuickWin, content: dict[str, Any]
) -> None:
    assert ask(world, content) == []


def test_words_with_quotes_are_looked_up_as_they_stand(world: World) -> None:
    one = world.propose(**{**DIGITAL, "title": "Jum'at Bersih d\\esa", "title_expansion": ""})
    assert ids(ask(world, {"title": "Jum'at Bersih d\\esa"})) == [one.id]


def test_only_what_the_reader_may_see_is_told(world: World, library: QuickWin) -> None:
    for who in ("submitter", "head", "inspector", "admin"):
        assert ids(ask(world, DIGITAL, who)) == [library.id], who
    for who in ("submitter.dkiss", "head.dkiss", "verifier2", "reviewer", "chair"):
        assert ask(world, DIGITAL, who) == [], who
    for action, who in (("submit", "submitter"), ("endorse", "head")):
        world.act(library, action, who)
    assert ids(ask(world, DIGITAL, "chair")) == [library.id]
    assert ask(world, DIGITAL, "submitter.dkiss") == []


def test_what_one_cannot_see_takes_no_place_from_what_one_can(
    world: World, library: QuickWin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflow.similar.UNPACKED_AT_MOST", 2)
    monkeypatch.setattr("workflow.similar.COMPARED_AT_MOST", 1)
    for _ in range(5):
        world.propose("DKISS", **DIGITAL)
    assert ids(ask(world, DIGITAL, "submitter", limit=1)) == [library.id]


def test_the_quick_win_itself_is_left_out_while_it_is_written(
    world: World, library: QuickWin
) -> None:
    assert ids(ask(world, DIGITAL)) == [library.id]
    assert ask(world, DIGITAL, besides=library.id) == []
    assert similar(world.session, library, world["admin"], at=NOW) == []


def test_the_most_similar_come_first_and_no_more_than_asked_for(
    world: World, library: QuickWin
) -> None:
    near = world.propose(**{**DIGITAL, "title": "Perpustakaan Keliling"})
    assert ids(ask(world, DIGITAL)) == [library.id, near.id]
    assert ids(ask(world, DIGITAL, limit=1)) == [library.id]
