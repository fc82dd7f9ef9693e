"""Pages of what went wrong: each in the look of the others, with what happened and what to do."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from page import text_of, words_of
from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError
from visitor import Visitor
from werkzeug.test import TestResponse
from world import World

from web import MAX_BODY, errors
from web.auth import anonymous
from web.error_texts import told
from workflow import db

STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 423, 428, 429, 500, 503)


@pytest.fixture
def stranger(app: Flask, world: World) -> Visitor:
    return Visitor(app, world.session, None)


@pytest.fixture
def broken(app: Flask) -> Flask:
    """With two views that fail in ways nobody thought of."""
    for path in ("/broken", "/api/v1/broken"):
        app.add_url_rule(path, path, _fails, methods=["GET", "POST"])
    return app


def _fails() -> str:
    raise ZeroDivisionError("a secret of the house")


@pytest.fixture
def without_a_database(app: Flask) -> Iterator[Flask]:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    before = db.Session.kw["bind"]
    db.Session.configure(bind=engine)
    yield app
    db.Session.configure(bind=before)
    engine.dispose()


def in_the_frame(answer: TestResponse) -> str:
    """The words of a page that has head, foot and one heading."""
    page = text_of(answer)
    assert page.count("<h1") == 1
    assert 'class="site-head' in page
    assert "</footer>" in page
    assert answer.headers["Content-Security-Policy"]
    return words_of(answer)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_says_what_happened_and_what_to_do(
    app: Flask, world: World, status: int, language: str
) -> None:
    with app.test_request_context("/login", headers={"Accept-Language": language}):
        app.preprocess_request()
        html, code = errors.page(status)
        texts = told(status)
        titles = {told(other).title for other in STATUSES}

    assert code == status
    assert len(titles) == len(STATUSES)
    for text in (texts.title, texts.sentence, texts.next_step):
        assert text in re.sub(r"&#39;", "'", html)


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(
    stranger: Visitor, visitor: Callable[[str], Visitor]
) -> None:
    assert "Kode 404" in in_the_frame(stranger.get("/nowhere"))
    assert "Daftar Quick Win" in in_the_frame(visitor("chair").get("/nowhere"))
    for path in ("/api", "/api/", "/api/v1/nowhere", "/api/v2/quick-wins"):
        answer = stranger.get(path)
        assert answer.status_code == 404, path
        assert answer.mimetype == "application/problem+json", path
        assert answer.get_json()["status"] == 404


def test_a_page_that_lay_open_too_long_says_so_and_gives_back_what_was_typed(
    visitor: Callable[[str], Visitor],
) -> None:
    answer = visitor("submitter").post(
        "/quick-wins/new", {"title": "Gempita Beras", "csrf_token": "old"}
    )

    assert answer.status_code == 400
    assert "terlalu lama terbuka" in in_the_frame(answer)
    assert "Gempita Beras" in text_of(answer)


def test_whoever_is_not_logged_in_any_more_gets_back_what_was_typed(stranger: Visitor) -> None:
    answer = stranger.post("/quick-wins/new", {"title": "Gempita Beras"})

    assert answer.status_code == 401
    in_the_frame(answer)
    assert "Gempita Beras" in text_of(answer)
    assert 'href="/login?next=' in text_of(answer)


def test_what_a_role_does_not_include_names_the_role_that_does(
    visitor: Callable[[str], Visitor],
) -> None:
    answer = visitor("submitter").get("/decrees/new")

    assert answer.status_code == 403
    assert "hanya bisa disusun oleh: Bagian Hukum." in in_the_frame(answer)


def test_an_address_that_does_not_take_a_post_says_so(visitor: Callable[[str], Visitor]) -> None:
    answer = visitor("chair").post("/coverage")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    in_the_frame(answer)


def test_what_is_too_large_says_how_large_it_may_be(stranger: Visitor) -> None:
    answer = stranger.client.post(
        "/login", data=b"x" * (MAX_BODY + 1), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413
    assert "11,5 MB" in in_the_frame(answer)


def test_a_fault_of_ours_has_a_reference_under_which_it_is_logged(
    broken: Flask, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = Visitor(broken, world.session, world["chair"]).get("/broken?q=1")

    assert answer.status_code == 500
    found = re.search(r"Nomor rujukan (\w{12})", in_the_frame(answer))
    assert found
    assert answer.headers["X-Request-ID"] == found[1]
    assert 'href="/broken?q=1"' in text_of(answer)
    assert "secret of the house" not in text_of(answer)


def test_a_fault_of_ours_gives_programs_the_reference(broken: Flask, world: World) -> None:
    answer = Visitor(broken, world.session, world["chair"]).api("GET", "/broken")

    assert answer.status_code == 500
    assert answer.get_json()["reference"] == answer.headers["X-Request-ID"]
    assert "house" not in json.dumps(answer.get_json())


def test_every_answer_has_a_reference_of_its_own(stranger: Visitor) -> None:
    references = {stranger.get("/login").headers["X-Request-ID"] for _ in range(3)}

    assert len(references) == 3


def test_without_a_database_the_frame_stands(without_a_database: Flask) -> None:
    client = without_a_database.test_client()
    with client.session_transaction() as cookie:
        cookie["login"], cookie["theme"] = "somebody", "dark"

    answer = client.get("/quick-wins")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Sedang tidak tersedia" in in_the_frame(answer)
    assert 'data-bs-theme="dark"' in text_of(answer)
    problem = client.get("/api/v1/inbox")
    assert (problem.status_code, problem.mimetype) == (503, "application/problem+json")


def test_every_page_can_say_that_a_form_is_being_sent(stranger: Visitor) -> None:
    page = text_of(stranger.get("/login"))

    assert 'id="sending" role="status" data-text="Mengirim' in page
    assert re.search(r'<script type="module" src="/static/sending.js\?v=\w+">', page)


def test_a_database_that_dies_while_it_answers_is_out_of_reach_too(
    app: Flask, world: World
) -> None:
    @anonymous
    def lost() -> str:
        raise DatabaseError("SELECT 1", {}, Exception("no result"), connection_invalidated=True)

    app.add_url_rule("/lost", "lost", lost)
    assert Visitor(app, world.session, None).get("/lost").status_code == 503
