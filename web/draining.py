"""A body is read to its end even where nobody wants it, so that the refusal of it can be read.

A server that answers and closes while a client is still sending breaks the connection under it: the
client sees that, and never the sentence that a file is too large. What a body says is not known
here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

MOST = 256 * 1024 * 1024  # whoever sends more is cut off after all
_CHUNK = 64 * 1024


def register(app: Flask) -> None:
    # Around the whole application: by then the transaction and its connection are given back.
    app.wsgi_app = Draining(app.wsgi_app)  # type: ignore[method-assign]


class Draining:
    """A WSGI application that leaves nothing of a body unread."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._application(environ, start_response)
        _read_out(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
        return answer


def _read_out(stream: InputStream, length: int) -> None:
    left = min(length, MOST)
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
