"""The description of the API, as JSON and as a page to read; open to all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

from web.api import openapi, reference
from web.auth import open_to_all

bp = Blueprint("api_docs", __name__, url_prefix="/api")


@bp.get("/v1/openapi.json")
@open_to_all
def document() -> dict[str, Any]:
    return openapi.document(current_app._get_current_object())  # type: ignore[attr-defined]


@bp.get("/docs")
@open_to_all
def page() -> str:
    described = document()
    return render_template(
        "api_docs.html",
        paragraphs=described["info"]["description"].strip().split("\n\n"),
        subjects=reference.subjects(described),
        shapes=reference.shapes(described),
    )
