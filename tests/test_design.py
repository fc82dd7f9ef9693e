"""The design system: every macro has a specimen, every pair of colours its contrast, and the page
exists only where the product is tried out."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from page import text_of
from world import World

import web
from web import design, design_tokens
from web.design_tokens import PAIRS, measured, theme
from workflow.models import City

TEMPLATES = Path(web.__file__).parent / "templates"


@pytest.fixture
def tried_out(app: Flask, world: World, tmp_path: Path) -> Flask:
    """As under `quickwin up`: demo data, and the catcher's folder."""
    (tmp_path / "mails").mkdir()
    world.session.get_one(City, 1).demo = True
    world.session.commit()
    return app


def test_every_file_of_macros_is_shown_or_shows_nothing_by_itself() -> None:
    files = {path.stem for path in (TEMPLATES / "macros").glob("*.html")}

    assert files == set(design.LIBRARIES) | set(design.UNSEEN)


def test_every_macro_has_a_specimen_and_a_contract(app: Flask) -> None:
    with app.app_context():
        found = [(name, macro) for name in design.LIBRARIES for macro in design.macros(name)]

    assert len(found) > 50
    assert [(name, one.name) for name, one in found if not one.markup] == []
    unsaid = {(name, one.name) for name, one in found if not one.about}
    assert unsaid == set()


def test_every_macro_is_on_the_page_with_how_it_is_written(tried_out: Flask) -> None:
    page = text_of(tried_out.test_client().get("/design"))

    with tried_out.app_context():
        for library in design.LIBRARIES:
            for macro in design.macros(library):
                assert f'id="{library}-{macro.name}"' in page
                assert macro.call in page
    assert "Isi nama singkatnya." in page, "a field with an error"
    assert "QW-2026-0142" in page


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.back}")
def test_what_is_read_has_its_contrast(pair: design_tokens.Pair, name: str) -> None:
    assert measured(pair, name).ratio >= pair.least


def test_contrast_is_what_others_measure() -> None:
    assert design_tokens.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert design_tokens.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_every_colour_is_shown_in_both_themes() -> None:
    assert len(theme("light")) > 30
    assert theme("light").keys() == theme("dark").keys()


def test_on_a_citys_server_it_does_not_exist(app: Flask, world: World, tmp_path: Path) -> None:
    assert app.test_client().get("/design").status_code == 404, "without demo data"
    world.session.get_one(City, 1).demo = True
    world.session.commit()
    assert app.test_client().get("/design").status_code == 404, "without the catcher's folder"
    (tmp_path / "mails").mkdir()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert app.test_client().get("/design", environ_base=elsewhere).status_code == 404
    assert app.test_client().get("/design").status_code == 200
