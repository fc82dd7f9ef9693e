"""Language and theme: chosen in the menu of every page, kept with the account or in the browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from visitor import Visitor
from world import World


def chosen(world: World, name: str) -> tuple[str | None, str | None]:
    """Language and theme of that account, as they are stored."""
    world.session.refresh(world[name])
    return world[name].language, world[name].theme


def test_a_theme_stays_with_the_account(visitor: Callable[[str], Visitor], world: World) -> None:
    answer = visitor("chair").post("/theme", {"theme": "dark", "next": "/quick-wins?q=gizi"})

    assert answer.headers["Location"] == "/quick-wins?q=gizi"
    assert chosen(world, "chair") == ("id", "dark")
    assert 'data-bs-theme="dark"' in visitor("chair").get("/").get_data(as_text=True)


def test_a_stranger_chooses_before_logging_in(app: Flask, world: World) -> None:
    stranger = Visitor(app, world.session, None)

    stranger.post("/theme", {"theme": "light"})

    assert 'data-bs-theme="light"' in stranger.get("/login").get_data(as_text=True)


def test_back_to_the_devices_own_is_a_choice_as_well(
    visitor: Callable[[str], Visitor], world: World
) -> None:
    chair = visitor("chair")
    chair.post("/theme", {"theme": "dark"})
    chair.post("/theme", {"theme": "auto"})

    assert chosen(world, "chair") == ("id", None)
    assert 'data-bs-theme="auto"' in chair.get("/").get_data(as_text=True)


@pytest.mark.parametrize("name", ["language", "theme"])
def test_what_does_not_exist_cannot_be_chosen(
    visitor: Callable[[str], Visitor], world: World, name: str
) -> None:
    answer = visitor("chair").post(f"/{name}", {name: "sepia", "next": "//evil.example"})

    assert answer.headers["Location"] == "/"
    assert chosen(world, "chair") == ("id", None)


def test_a_choice_outlives_the_logout(visitor: Callable[[str], Visitor]) -> None:
    chair = visitor("chair")
    chair.post("/theme", {"theme": "dark"})
    chair.post("/language", {"language": "en"})

    chair.post("/logout")

    page = chair.get("/login").get_data(as_text=True)
    assert '<html lang="en" data-bs-theme="dark">' in page


def test_the_menu_says_who_looks_and_in_which_capacity(visitor: Callable[[str], Visitor]) -> None:
    page = visitor("chair").get("/").get_data(as_text=True)

    assert "Sebagai chair" in page
    assert '<details class="site-menu" data-menu>' in page
