"""The static files as they go over the line: read once, compressed once, named by their digest.

The style sheets that every page needs leave as one, since a slow line pays for each request and not
for each file of ours. What is in a file is not known here.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from werkzeug import Request, Response

from web.auth import open_to_all
from web.headers import secure
from web.trimming import named_in, trimmed
from workflow.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/static/"
YEAR = 31_536_000
BUNDLE = "style.css"
SHEETS = (
    "vendor/bootstrap.min.css",
    *(
        f"styles/{name}.css"
        for name in (
            *("tokens", "page", "frame", "menu", "bell", "cards", "buttons", "tones", "layout"),
            *("notices", "figures", "tiles", "stepper", "timeline", "lists", "offers"),
            *("fields", "choices", "row_fields", "door", "print"),
        )
    ),
)
"""What every page needs, in the order of the cascade."""

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
_ADDRESS = re.compile(r'url\("(vendor/[^"?]+)"\)')


@dataclass(frozen=True, kw_only=True)
class Asset:
    """A file ready to be sent; `zipped` is None where compressing gains nothing."""

    body: bytes
    zipped: bytes | None
    media_type: str
    digest: str


def register(app: Flask) -> None:
    assets = read(Path(app.static_folder or ""))
    app.extensions["assets"] = assets
    app.url_defaults(_versioned)
    open_to_all(app.view_functions["static"])  # one that does not exist is no reason to log in
    app.wsgi_app = _Server(  # type: ignore[method-assign]
        app.wsgi_app, assets, app.config["SETTINGS"]
    )


@lru_cache(maxsize=1)
def read(folder: Path) -> Mapping[str, Asset]:
    """Every file of the folder by its path below it, and the bundle."""
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    assets = {name: _asset(name, body) for name, body in files.items()}
    named = named_in(folder.parent)
    sheets = (trimmed(files[name].decode(), named) for name in SHEETS)
    return {**assets, BUNDLE: _asset(BUNDLE, _joined(sheets, assets))}


def _joined(sheets: Iterable[str], assets: Mapping[str, Asset]) -> bytes:
    """One sheet, in which files are named with their digest: as pages name them, so that nothing is
    loaded twice."""
    text = "\n".join(sheets)
    return _ADDRESS.sub(
        lambda found: f'url("{found[1]}?v={assets[found[1]].digest}")', text
    ).encode()


def _asset(name: str, body: bytes) -> Asset:
    zipped = gzip.compress(body, 9, mtime=0)
    return Asset(
        body=body,
        zipped=zipped if len(zipped) < 0.9 * len(body) else None,
        media_type=_TYPES.get(Path(name).suffix, "application/octet-stream"),
        digest=hashlib.sha256(body).hexdigest()[:12],
    )


class _Server:
    """A WSGI application that answers for the files, and leaves everything else to another one."""

    def __init__(
        self, application: WSGIApplication, assets: Mapping[str, Asset], settings: Settings
    ) -> None:
        self._application, self._assets, self._settings = application, assets, settings

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        asset = self._assets.get(request.path.removeprefix(PREFIX))
        if asset is None or not request.path.startswith(PREFIX) or request.method not in _READING:
            return self._application(environ, start_response)
        return self._answer(request, asset)(environ, start_response)

    def _answer(self, request: Request, asset: Asset) -> Response:
        zipped = asset.zipped if request.accept_encodings.quality("gzip") else None
        response = Response(zipped or asset.body, mimetype=asset.media_type)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        if asset.zipped:
            response.vary.add("Accept-Encoding")
        # Of an address with the digest the file never changes. Another digest is that of another
        # version of the product, which runs beside this one for a moment.
        if request.args.get("v") == asset.digest:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        else:
            response.headers["Cache-Control"] = "no-cache"
        response.set_etag(f"{asset.digest}{'-gzip' if zipped else ''}")
        secure(response.headers, self._settings)
        return response.make_conditional(request)


_READING = ("GET", "HEAD")


def _versioned(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and values.get("filename") in current_app.extensions["assets"]:
        values["v"] = current_app.extensions["assets"][values["filename"]].digest
