"""How static files and pages go over the line: few, compressed, kept for a year, never stale."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from visitor import Visitor
from world import World

import web
from web.assets import BUNDLE, read
from web.csrf import masked, unmasked

ZIPPED = {"Accept-Encoding": "gzip, deflate, br"}
STATIC = Path(web.__file__).parent / "static"


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    return app.test_client()


def address(page: str, name: str) -> str:
    """Where a page looks for that file."""
    found = re.search(rf'"(/static/{re.escape(name)}\?v=\w+)[#"]', page)
    assert found, name
    return found[1]


def test_a_page_asks_for_one_style_sheet_that_holds_all_shared_ones(client: FlaskClient) -> None:
    page = client.get("/login").get_data(as_text=True)
    sheet = client.get(address(page, BUNDLE)).get_data(as_text=True)

    assert page.count('rel="stylesheet"') == 1
    marks = ("Licensed under MIT", "--space-1:", ".skip-link{", ".site-bar{", "@page{")
    places = [sheet.index(mark) for mark in marks]
    assert places == sorted(places)


def test_a_file_is_sent_compressed_and_kept_for_a_year(client: FlaskClient) -> None:
    place = address(client.get("/login").get_data(as_text=True), BUNDLE)
    plain, zipped = client.get(place), client.get(place, headers=ZIPPED)

    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 4
    for answer in (plain, zipped):
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != zipped.headers["ETag"]


def test_the_font_is_compressed_already_and_loaded_once(client: FlaskClient) -> None:
    page = client.get("/login").get_data(as_text=True)
    place = address(page, "vendor/inter-latin.woff2")

    assert place.removeprefix("/static/") in client.get("/static/style.css").get_data(as_text=True)
    assert "Content-Encoding" not in client.get(place, headers=ZIPPED).headers


@pytest.mark.parametrize("query", ["", "?v=000000000000"])
def test_an_address_of_another_version_is_asked_for_again(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/static/icons.svg{query}")

    assert answer.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get("/static/icons.svg", headers=known).status_code == 304


def test_what_is_no_file_of_ours_is_not_served(client: FlaskClient) -> None:
    for path in ("/static/", "/static/styles", "/static/../assets.py", "/static/%2e%2e/assets.py"):
        assert client.get(path).status_code == 404
    assert client.post("/static/icons.svg").status_code in (400, 405)
    head = client.head("/static/icons.svg")
    assert (head.status_code, head.data) == (200, b"")


def test_a_page_is_compressed_for_whoever_takes_it(client: FlaskClient) -> None:
    plain, zipped = client.get("/login"), client.get("/login", headers=ZIPPED)

    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(plain.data) / 2
    assert b"</html>" in gzip.decompress(zipped.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_an_answer_of_the_api_is_compressed_as_well(visitor: Callable[[str], Visitor]) -> None:
    answer = visitor("chair").client.get("/api/v1/openapi.json", headers=ZIPPED)

    assert answer.headers["Content-Encoding"] == "gzip"


def test_what_must_not_be_changed_on_the_way_is_not_compressed(app: Flask, world: World) -> None:
    @app.after_request
    def secret(response: Response) -> Response:
        response.cache_control.no_transform = True
        return response

    assert "Content-Encoding" not in app.test_client().get("/login", headers=ZIPPED).headers


def test_no_two_answers_hold_the_same_token(client: FlaskClient) -> None:
    pages = [client.get("/login").get_data(as_text=True) for _ in range(2)]
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) for page in pages]

    assert [len(found) for found in tokens] == [1, 1]
    (one,), (other,) = tokens
    assert len(set(re.findall(r".{12}", one)) & set(re.findall(r".{12}", other))) == 0
    with client.session_transaction() as cookie:
        assert cookie["csrf_token"] not in one + other


def test_only_a_masked_token_is_taken(app: Flask, world: World) -> None:
    browser = Visitor(app, world.session, None)
    plain = unmasked(browser.csrf_token)
    assert plain is not None

    for token, status in ((plain, 400), ("", 400), ("=", 400), ("é", 400), (masked(plain), 303)):
        answer = browser.client.post("/theme", data={"theme": "dark", "csrf_token": token})
        assert answer.status_code == status, token


def test_files_are_read_and_compressed_once() -> None:
    assert read(STATIC) is read(STATIC)
