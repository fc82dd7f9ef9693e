"""A refusal can be read by whoever is still sending."""

from __future__ import annotations

from io import BytesIO

from flask import Flask
from visitor import Visitor
from world import World

from web import MAX_BODY
from web.draining import MOST, Draining


def test_what_is_too_large_is_read_to_its_end_and_then_refused(app: Flask, world: World) -> None:
    visitor = Visitor(app, world.session, world["submitter"])
    body = BytesIO(b"x" * (MAX_BODY + 1))

    answer = visitor.client.post(
        f"/api/v1/quick-wins/{world.propose().id}/files",
        input_stream=body,
        headers={"Authorization": f"Bearer {visitor.token}"},
        content_type="multipart/form-data; boundary=b",
        content_length=MAX_BODY + 1,
    )

    assert answer.status_code == 413
    assert body.tell() == MAX_BODY + 1


def test_what_nobody_asked_for_is_read_to_its_end_too(app: Flask, world: World) -> None:
    body = BytesIO(b"x" * 100_000)

    answer = app.test_client().post(
        "/api/v1/quick-wins",
        input_stream=body,
        content_type="application/json",
        content_length=100_000,
    )

    assert answer.status_code == 401
    assert body.tell() == 100_000


def test_nobody_can_send_for_ever() -> None:
    body = Endless()
    silent = Draining(lambda _environ, _start_response: [])

    silent({"wsgi.input": body, "CONTENT_LENGTH": str(MOST * 2)}, lambda *_: None)

    assert body.read_so_far == MOST


class Endless(BytesIO):
    """A body without an end."""

    read_so_far = 0

    def read(self, size: int | None = -1) -> bytes:
        wanted = size or 0
        self.read_so_far += wanted
        return bytes(wanted)
