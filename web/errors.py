"""Refusals and failures as responses: a page for people, problem+json for programs.

One table says which refusal has which status.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, Unauthorized

from web import keeping
from web.error_texts import Told, told
from web.frame import say
from web.references import reference
from workflow import db, errors
from workflow.registry import active, parsed

STATUS: dict[type[errors.Refused], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Locked: 423,
    errors.Conflict: 409,
    errors.Unmet: 422,
}
FAULT_OF_OURS = 500
SOON = 30  # seconds
log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    app.register_error_handler(errors.Refused, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Exception, broken)


def status_of(error: errors.Refused) -> int:
    """The first class of the error, from the special to the general, that the table has."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def is_api() -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def refused(error: errors.Refused) -> ResponseReturnValue:
    g.session.rollback()
    status = status_of(error)
    if not is_api():
        return page(status, sentence=say(error.sentence), kept=keeping.typed())
    extra: dict[str, Any] = {"rule": say(error.sentence), "who_can": list(error.who_can)}
    if isinstance(error, errors.Invalid):
        extra["errors"] = [
            {"field": path, "detail": say(sentence)} for path, sentence in error.fields.items()
        ]
    if isinstance(error, errors.Stale):
        extra["version"] = error.version
    return problem(status, error.code, detail=say(error.sentence), **extra)


def failed(error: HTTPException) -> ResponseReturnValue:
    """What Flask and Werkzeug refuse: no such address, too large, no CSRF token, ..."""
    status = error.code or 500
    if isinstance(error, Unauthorized) and not is_api():
        return _logged_out()
    allowed = {name: value for name, value in error.get_headers() if name == "Allow"}
    if is_api():
        # Of a missing CSRF token the library has English words only; ours say what to do.
        detail = None if isinstance(error, CSRFError) else vars(error).get("description")
        response = problem(status, _code(error), detail=detail)
        response.headers.extend(allowed)
        if status == Unauthorized.code:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    sentence = ""
    if isinstance(error, CSRFError):
        sentence = _("The page lay open for too long, or your browser keeps no cookies.")
    kept = keeping.typed() if isinstance(error, BadRequest) else ()
    return *page(status, sentence=sentence, kept=kept), allowed


def _logged_out() -> ResponseReturnValue:
    """To the login, and back to what was asked for; unless something was typed meanwhile."""
    if kept := keeping.typed():
        sentence = _("You are not logged in any more. Log in again, then send it once more.")
        return page(Unauthorized.code, sentence=sentence, kept=kept)
    target = request.full_path if request.method == "GET" else "/"
    return redirect(url_for("auth.login", next=target.rstrip("?")))


def broken(error: Exception) -> ResponseReturnValue:
    """A fault of ours. It is logged with its trace; the person gets no detail of it."""
    log.exception("request failed", path=request.path, method=request.method)
    if "session" in g:
        db.let_go(g.session)
    g.person = g.city = None  # the frame asks the database for nothing: it may be what is broken
    if _is_out_of_reach(error):
        status, headers = 503, {"Retry-After": str(SOON)}
    else:
        status, headers = 500, {}
    if is_api():
        response = problem(status, "internal_error", reference=reference())
        response.headers.extend(headers)
        return response
    return *page(status), headers


def _is_out_of_reach(error: Exception) -> bool:
    """Whether the database was lost. One that dies while it answers is known by the connection."""
    return isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def problem(status: int, code: str, *, detail: str | None = None, **extra: Any) -> Response:
    """application/problem+json (RFC 9457)."""
    general = told(status)
    body = {
        "type": "about:blank",
        "title": general.title,
        "status": status,
        "detail": detail or general.sentence,
    }
    response = jsonify({**body, "code": code, **extra})
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def page(
    status: int,
    *,
    sentence: str = "",
    who_can: list[str] | None = None,
    kept: Sequence[tuple[Any, str]] = (),
    about: str = "",
    instead: Told | None = None,
) -> tuple[str, int]:
    """The page that says what went wrong and what to do next; with `kept`, also what was typed, and
    with `about` the way to the Quick Win that it is about. `instead` has words that say more than
    those of the status."""
    words = instead or told(status)
    html = render_template(
        "error.html",
        code=status,
        told=words,
        sentence=sentence or words.sentence,
        who_can=who_can or [],
        kept=kept,
        about=about,
        here=request.full_path.rstrip("?") if request.method == "GET" else "",
        reference=reference() if status >= FAULT_OF_OURS else "",
    )
    return html, status


def role_labels(codes: tuple[str, ...]) -> list[str]:
    """The names of roles in the reader's language."""
    if not codes:
        return []
    workflow = parsed(active(g.session))
    return [say(workflow.role_label(code)) for code in codes]


def _code(error: HTTPException) -> str:
    return error.name.lower().replace(" ", "_")
