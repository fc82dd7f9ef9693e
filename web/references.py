"""Every request has a reference, under which everything that is logged about it can be found. Who
asked, and what for, is not known here.
"""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, Response, g

HEADER = "X-Request-ID"


def register(app: Flask) -> None:
    app.before_request(_give)
    app.after_request(_tell)
    app.teardown_request(_forget)


def reference() -> str:
    """That of this request; "" where it failed before it had one."""
    return str(g.get("reference", ""))


def _give() -> None:
    g.reference = secrets.token_hex(6)
    structlog.contextvars.bind_contextvars(request_id=g.reference)


def _tell(response: Response) -> Response:
    response.headers[HEADER] = reference()
    return response


def _forget(_: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request_id")
