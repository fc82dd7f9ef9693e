"""What every response says about itself to the browser."""

from __future__ import annotations

from flask import Flask, Response, current_app, make_response
from werkzeug.datastructures import Headers

from workflow.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
YEAR = 31_536_000


def register(app: Flask) -> None:
    app.after_request(_of_a_view)


def _of_a_view(response: Response) -> Response:
    secure(response.headers, current_app.config["SETTINGS"])
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def secretly(page: str) -> Response:
    """An answer with a secret in it: kept nowhere, and never compressed (`compressing`)."""
    response = make_response(page)
    response.cache_control.no_store = response.cache_control.no_transform = True
    return response


def secure(headers: Headers, settings: Settings) -> None:
    """What a browser is told of any answer of ours."""
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
