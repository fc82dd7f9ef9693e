"""What every response says about itself to the browser, and the static files."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from whitenoise import WhiteNoise

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
YEAR = 31_536_000


def register(app: Flask) -> None:
    app.after_request(_secure)
    app.url_defaults(_versioned)
    static = Path(app.static_folder or "")
    # Each address carries the digest of its file, so a browser never asks twice.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=static,
        prefix="static/",
        max_age=YEAR,
        add_headers_function=_secure_static,
    )


def _secure(response: Response) -> Response:
    _add(response.headers)
    response.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SETTINGS"].secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    return response


def _secure_static(headers: Any, path: str, url: str) -> None:
    _add(headers)


def _add(headers: Any) -> None:
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _versioned(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values and request:
        values["v"] = _digest(str(current_app.static_folder), values["filename"])


@lru_cache(maxsize=256)
def _digest(folder: str, filename: str) -> str:
    return hashlib.sha256((Path(folder) / filename).read_bytes()).hexdigest()[:12]
