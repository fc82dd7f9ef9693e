"""The API, `/api/v1`: JSON for programs, over the same domain as the pages.

One file for each family of calls. What a call says of itself (`description`) is what `openapi.json`
says; `reading` and `schemas` take in, `present` and `shapes` give out. No rule is decided here.
"""

from __future__ import annotations

from flask import Flask

from web.api import acts, decrees, docs, files, master, quick_wins, trail


def register(app: Flask) -> None:
    for part in (master, quick_wins, acts, trail, files, decrees, docs):
        app.register_blueprint(part.bp)
