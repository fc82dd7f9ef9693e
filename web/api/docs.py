"""The description of the API, as JSON and as a page to read and to try it; open to all."""

from __future__ import annotations

from importlib import resources
from typing import Any

from flask import Blueprint, Response, current_app, render_template, send_file
from werkzeug.exceptions import NotFound

from web.api import openapi
from web.auth import open_to_all

bp = Blueprint("api_docs", __name__, url_prefix="/api")
# Swagger UI comes with a wheel; of it only these two files are used.
_FILES = {"swagger-ui.css": "css/swagger-ui.css", "swagger-ui.js": "js/swagger-ui-bundle.js"}


@bp.get("/v1/openapi.json")
@open_to_all
def document() -> dict[str, Any]:
    return openapi.document(current_app._get_current_object())  # type: ignore[attr-defined]


@bp.get("/docs")
@open_to_all
def page() -> str:
    return render_template("api_docs.html")


@bp.get("/docs/<name>")
@open_to_all
def file(name: str) -> Response:
    if name not in _FILES:
        raise NotFound
    found = resources.files("flask_openapi_swagger") / "templates" / "swagger" / _FILES[name]
    with resources.as_file(found) as path:
        return send_file(path, max_age=3600)
