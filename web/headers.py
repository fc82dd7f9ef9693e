"""What every response says about itself to the browser, and the static files."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from whitenoise import WhiteNoise

from web.auth import open_to_all
from workflow.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
YEAR = 31_536_000


def register(app: Flask) -> None:
    app.after_request(_of_a_view)
    app.url_defaults(_versioned)
    open_to_all(app.view_functions["static"])  # one that does not exist is no reason to log in
    static = Path(app.static_folder or "")
    settings: Settings = app.config["SETTINGS"]
    # Each address carries the digest of its file, so a browser never asks twice.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=static,
        prefix="static/",
        max_age=YEAR,
        add_headers_function=lambda headers, _path, _url: _secure(headers, settings),
    )


def _of_a_view(response: Response) -> Response:
    _secure(response.headers, current_app.config["SETTINGS"])
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _secure(headers: Any, settings: Settings) -> None:
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"


def _versioned(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values and request:
        values["v"] = _digest(str(current_app.static_folder), values["filename"])


@lru_cache(maxsize=256)
def _digest(folder: str, filename: str) -> str:
    return hashlib.sha256((Path(folder) / filename).read_bytes()).hexdigest()[:12]
