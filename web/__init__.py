"""The people edge: pages for people and an API for programs, over the same domain.

A view loads, asks the domain and renders; it commits what it did itself. Nothing here decides about
rights, and nothing here talks to Redis.
"""

from __future__ import annotations

from flask import Flask, g

from web import (
    acting,
    api,
    appearance,
    assets,
    auth,
    calendar,
    checklist,
    compressing,
    coverage,
    decrees,
    delegations,
    design,
    draining,
    errors,
    feed,
    frame,
    guide,
    headers,
    health,
    inbox,
    keys,
    ledger,
    notifications,
    operations,
    outbox,
    overview,
    people,
    periods,
    plenary,
    profile,
    proposal_live,
    proposals,
    quick_wins,
    references,
    second_step,
    unsubscribing,
)
from workflow import db
from workflow.settings import Settings

MAX_BODY = 11 * 1024 * 1024  # a file of 10 MB in its envelope


def create_app(settings: Settings) -> Flask:
    """The WSGI application. `db.Session` is bound by whoever runs it."""
    app = Flask(__name__)
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_NAME="__Host-quickwin" if settings.secure else "quickwin",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # `auth` checks it, for everybody who comes with a cookie
        WTF_CSRF_TIME_LIMIT=None,  # as long as the login: a form that lay open is not lost
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    references.register(app)
    _open_sessions(app)
    for part in (
        keys,
        errors,
        headers,
        compressing,
        assets,
        frame,
        auth,
        second_step,
        profile,
        appearance,
        health,
        inbox,
        notifications,
        unsubscribing,
        feed,
        guide,
        quick_wins,
        acting,
        calendar,
        checklist,
        coverage,
        decrees,
        delegations,
        outbox,
        people,
        periods,
        operations,
        design,
        overview,
        plenary,
        ledger,
        api,
        proposals,
        proposal_live,
        draining,
    ):
        part.register(app)
    return app


def _open_sessions(app: Flask) -> None:
    @app.before_request
    def open_session() -> None:
        g.session = db.Session()

    @app.teardown_request
    def close_session(_: BaseException | None) -> None:
        if "session" in g:
            db.let_go(g.session)
