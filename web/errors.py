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
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import BadRequest, HTTPException, Unauthorized

from web import keeping
from web.frame import say
from workflow import errors
from workflow.registry import active, parsed

STATUS: dict[type[errors.Refused], int] = {
    errors.NotFound: 404,
    errors.Forbidden: 403,
    errors.Locked: 423,
    errors.Conflict: 409,
    errors.Unmet: 422,
}
log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    app.register_error_handler(errors.Refused, refused)
    app.register_error_handler(HTTPException, failed)
    app.register_error_handler(Exception, broken)


def status_of(error: errors.Refused) -> int:
    """The first class of the error, from the special to the general, that the table has."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def is_api() -> bool:
    return request.path.startswith("/api/")


def refused(error: errors.Refused) -> ResponseReturnValue:
    g.session.rollback()
    status = status_of(error)
    roles = role_labels(error.who_can)
    if not is_api():
        return page(status, sentence=say(error.sentence), who_can=roles, kept=keeping.typed())
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
    if is_api():
        # Of a missing CSRF token the library has English words only; ours say what to do.
        told = None if isinstance(error, CSRFError) else vars(error).get("description")
        response = problem(status, _code(error), detail=told)
        response.headers.extend((k, v) for k, v in error.get_headers() if k == "Allow")
        if status == Unauthorized.code:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return page(status, kept=keeping.typed() if isinstance(error, BadRequest) else ())


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
        g.session.close()
    g.person = None  # the frame asks the database for nothing, which may be what is broken
    status = 503 if isinstance(error, OperationalError) else 500
    return problem(status, "internal_error") if is_api() else page(status)


def problem(status: int, code: str, *, detail: str | None = None, **extra: Any) -> Response:
    """application/problem+json (RFC 9457)."""
    title, general, _next_step = texts(status)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or general}
    response = jsonify({**body, "code": code, **extra})
    response.status_code, response.mimetype = status, "application/problem+json"
    return response


def page(
    status: int,
    *,
    sentence: str = "",
    who_can: list[str] | None = None,
    kept: Sequence[tuple[Any, str]] = (),
) -> tuple[str, int]:
    """The page that says what went wrong and what to do next; with `kept`, also what was typed."""
    title, general, next_step = texts(status)
    html = render_template(
        "error.html",
        code=status,
        title=title,
        sentence=sentence or general,
        next_step=next_step,
        who_can=who_can or [],
        kept=kept,
    )
    return html, status


def role_labels(codes: tuple[str, ...]) -> list[str]:
    """The names of roles in the reader's language."""
    if not codes:
        return []
    workflow = parsed(active(g.session))
    return [say(workflow.role_label(code)) for code in codes]


def texts(status: int) -> tuple[str, str, str]:
    """(title, sentence, what to do next) of a status."""
    found = {
        400: (
            _("This request cannot be read"),
            _("Something in it is not as it should be, or the page lay open for too long."),
            _("Go back, load the page again and try once more."),
        ),
        401: (_("Log in first"), _("This is open to people with an account only."), ""),
        403: (_("This is not open to you"), _("Your role does not include this."), ""),
        404: (
            _("Nothing is here"),
            _("This does not exist, or it is not open to you."),
            _("Look for it in the list of Quick Wins."),
        ),
        405: (_("This address does not do that"), _("The method is not possible here."), ""),
        409: (
            _("It has changed meanwhile"),
            _("Somebody else was faster, or the step is over."),
            _("Open it again and look at how it stands now."),
        ),
        413: (_("This is too large"), _("A file may have at most 10 MB."), ""),
        415: (
            _("This kind of content is not taken"),
            _("Send JSON, or a form where it says so."),
            "",
        ),
        422: (_("Something is missing or does not fit"), _("Mend it and try again."), ""),
        423: (
            _("This cannot be changed now"),
            _("Its content cannot be changed in the state it is in."),
            "",
        ),
        428: (
            _("Say which version you changed"),
            _("The header If-Match with the version is missing."),
            "",
        ),
        503: (
            _("Not available for a moment"),
            _("The database cannot be reached just now. Nothing of yours is lost."),
            _("Try again in a minute."),
        ),
        429: (_("Too many attempts"), _("Wait a little, then try again."), ""),
    }
    fallback = (
        _("Something went wrong on our side"),
        _("It is recorded. Nothing you entered was saved by this step."),
        _("Try again; if it happens again, tell the administrators."),
    )
    return found.get(status, fallback)


def _code(error: HTTPException) -> str:
    return error.name.lower().replace(" ", "_")
