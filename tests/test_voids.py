"""Before a material change is saved, the submitter reads what it voids."""

from __future__ import annotations

from page import text_of
from somebody import write
from test_page_acting import Browser
from world import World

STAKE, ANEW = "Ada penilaian yang dipertaruhkan", "Usulan akan ditelaah ulang"


def test_the_page_says_which_fields_void_how_many_reviews(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("revision")
    world.session.commit()
    at = f"/quick-wins/{quick_win.id}/edit"

    page = text_of(visitor("submitter").get(f"{at}/description"))

    assert STAKE in page
    assert "2 penilaian masih berlaku." in page
    assert "Permasalahan" in page
    people = text_of(visitor("submitter").get(f"{at}/people"))  # nothing there is material
    assert STAKE not in people
    assert ANEW not in people


def test_once_it_is_changed_the_page_says_so_and_that_it_can_be_put_back(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("revision")
    before = quick_win.content["problem"]
    page = f"/quick-wins/{quick_win.id}/edit/description"

    write(world, quick_win, {"problem": "Lain sama sekali."})
    world.session.commit()
    assert ANEW in text_of(visitor("submitter").get(page))

    write(world, quick_win, {"problem": before})
    world.session.commit()
    assert STAKE in text_of(visitor("submitter").get(page))


def test_where_nothing_was_judged_nothing_is_at_stake(visitor: Browser, world: World) -> None:
    quick_win = world.propose()
    world.session.commit()

    page = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}/edit/description"))

    assert STAKE not in page
    assert ANEW not in page
