"""What every answer tells the browser, whatever it answers."""

from __future__ import annotations

import pytest
from flask import Flask
from world import World

from web import create_app
from workflow.settings import Settings

PLACES = ("/login", "/", "/nowhere", "/static/style.css", "/static/nowhere.css", "/api/v1/me")


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_is_secured(world: World, place: str) -> None:
    https = Settings(secret_key="for the tests only" * 2, base_url="https://city.example")

    with create_app(https).test_client().get(place) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("place", PLACES)
def test_an_address_without_https_asks_for_none(app: Flask, world: World, place: str) -> None:
    with app.test_client().get(place) as answer:
        assert "Strict-Transport-Security" not in answer.headers


def test_a_static_file_that_does_not_exist_is_no_reason_to_log_in(app: Flask, world: World) -> None:
    assert app.test_client().get("/static/nowhere.css").status_code == 404
