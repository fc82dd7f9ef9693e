"""Searching Quick Wins: by stems, by parts of names and numbers, and past typing mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from world import World

from workflow.excerpts import BEGIN, END, excerpts
from workflow.listing import Filters, Listed, listing
from workflow.models import Unit
from workflow.stop_words import STOP_WORDS
from workflow.terms import terms


@pytest.fixture(scope="module")
def town(city: World) -> World:
    """The module's city with a few Quick Wins that differ."""
    city.session.get_one(Unit, _unit(city, "KEC")).name = "Kecamatan Purwakarta"
    for unit, title, summary in (
        ("DINKES", "Posyandu Keliling", "Layanan kesehatan ibu dan anak di setiap kelurahan."),
        ("DINKES", "Sehat Bersama", "Pelayanan kesehatan lansia di rumah."),
        ("DKISS", "Sampah Pilah Berkah", "Bank sampah melayani warga setiap pekan."),
        ("DKISS", "Lapor Jalan", "Warga melaporkan jalan rusak dan sampah liar."),
        ("KEC", "Pasar Digital", "Pedagang dibayar dengan QRIS."),
        ("KEL", "Kampung Iklim", "Warga menanam pohon."),
    ):
        city.propose(unit, title=title, title_expansion=None, summary=summary)
    city.session.flush()
    return city


def _unit(city: World, code: str) -> int:
    return int(city.session.scalar(text(f"SELECT id FROM units WHERE code = '{code}'")) or 0)


def searched(town: World, typed: str, order: str = "best", who: str = "admin") -> Listed:
    return listing(town.session, town[who], Filters(q=typed), order=order, at=town.now)


def titles(town: World, typed: str, who: str = "admin") -> list[str]:
    rows = searched(town, typed, who=who).rows(town.session, 99)
    return [row.title or "" for row in rows]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("pelayanan lansia", {"Sehat Bersama"}),
        ("melayani", {"Posyandu Keliling", "Sehat Bersama", "Sampah Pilah Berkah"}),
        ("laporan", {"Lapor Jalan"}),
        ("sampah yang di kelurahan", set()),
        ("ibu dan anak", {"Posyandu Keliling"}),
        ('"jalan rusak"', {"Lapor Jalan"}),
        ("sampah -liar", {"Sampah Pilah Berkah"}),
        ("purwakarta", {"Pasar Digital", "Kampung Iklim"}),
        ("pohon purwakarta", {"Kampung Iklim"}),
        ("-sampah -pohon -lansia -anak", {"Pasar Digital"}),
        ("&", set()),
        ("''", set()),
    ],
)
def test_words_are_found_by_their_stems_wherever_they_stand(
    town: World, typed: str, found: set[str]
) -> None:
    assert set(titles(town, typed)) == found
    page = searched(town, typed).page(town.session, 9)
    assert page.of.search
    assert page.of.search.mistyped == ()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sampa pilah", "Sampah Pilah Berkah"),
        ("pelayannan lansia", "Sehat Bersama"),
        ("kesehatna lansia", "Sehat Bersama"),
        ("posyndu", "Posyandu Keliling"),
        ("pedagng", "Pasar Digital"),
        ("keca purwakrta digital", "Pasar Digital"),
        ("KELILNG", "Posyandu Keliling"),
        ("yandu", "Posyandu Keliling"),
        ("sampah pil", "Sampah Pilah Berkah"),
    ],
)
def test_a_mistyped_word_finds_what_was_meant(town: World, typed: str, first: str) -> None:
    assert titles(town, typed)[:1] == [first]


def test_what_is_written_right_is_not_taken_for_something_else(town: World) -> None:
    assert set(titles(town, "sampah")) == {"Sampah Pilah Berkah", "Lapor Jalan"}
    assert set(titles(town, "lapangan")) == set()


def test_what_fits_best_comes_first(town: World) -> None:
    assert titles(town, "sampah") == ["Sampah Pilah Berkah", "Lapor Jalan"]
    newest = searched(town, "sampah", "newest").rows(town.session, 9)
    assert [row.title for row in newest] == ["Lapor Jalan", "Sampah Pilah Berkah"]


def test_a_number_is_found_whole_in_short_and_by_its_beginning(town: World) -> None:
    one = next(searched(town, "Posyandu Keliling").rows(town.session, 1))
    year, place = one.number.removeprefix("QW-").split("-")

    for typed in (one.number, one.number.lower(), f"{year}-{place}", f"{int(place)}", place):
        assert titles(town, typed)[:1] == [one.title], typed
    assert len(titles(town, f"QW-{year}")) >= 6
    assert titles(town, "QW-1999-0001") == []


def test_a_guess_does_not_reach_what_one_may_not_see(town: World) -> None:
    for typed in ("posyandu", "posyndu", "Posyandu Keliling", "yandu"):
        assert titles(town, typed, who="submitter.dkiss") == []
        assert searched(town, typed, who="submitter.dkiss").count(town.session) == 0


def test_what_was_found_is_marked_with_its_stem_and_nothing_else(town: World) -> None:
    listed = searched(town, "pelayanan lansia")
    assert listed.search
    row = next(listed.rows(town.session, 1))

    found = excerpts(town.session, [row.id], listed.search)[row.id]

    assert found.title == "Sehat Bersama"
    assert f"{BEGIN}Pelayanan{END} kesehatan {BEGIN}lansia{END}" in found.text


def test_stop_words_count_only_where_there_is_nothing_else() -> None:
    assert terms("layanan yang di desa").wanted == ("layanan", "desa")
    assert terms("yang di").wanted == ("yang", "di")
    assert terms('-"jalan rusak" sampah').unwanted == ('"jalan rusak"',)
    assert len(terms("kata " * 99).wanted) == 8
    assert all(word == word.lower() for word in STOP_WORDS)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    typed=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
    | st.lists(st.sampled_from(['"', "-", "&", "|", "!", ":*", "(", "sampah", "%", "_", "\\"])).map(
        " ".join
    )
)
def test_nothing_that_can_be_typed_breaks_a_search(town: World, typed: str) -> None:
    listed = searched(town, typed)
    page = listed.page(town.session, 3)
    if page.of.search:
        excerpts(town.session, [row.id for row in page.rows], page.of.search)
    assert page.of.count(town.session) >= len(page.rows)
