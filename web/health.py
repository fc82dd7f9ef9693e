"""Whether this process lives, whether it can serve, and what can be counted about it."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, g
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from web.auth import anonymous, is_loopback, open_to_all
from workflow.migrations import is_current
from workflow.models import Heartbeat, Message

bp = Blueprint("health", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/healthz")
@anonymous
def lives() -> ResponseReturnValue:
    return {"status": "ok"}


@bp.get("/readyz")
@anonymous
def ready() -> ResponseReturnValue:
    """200 if the database is reached and has today's tables; else 503 and which of the two."""
    try:
        current = is_current(g.session.connection())
    except OperationalError:
        return {"status": "the database cannot be reached"}, 503
    if not current:
        return {"status": "the migrations are not current"}, 503
    return {"status": "ok"}


@bp.get("/metrics")
@open_to_all
def metrics() -> ResponseReturnValue:
    """Over loopback, or with a token; to anybody else it does not exist."""
    if not (is_loopback() or (g.caller and g.caller.login is None)):
        abort(404)
    registry = CollectorRegistry()
    now = func.now()
    beat = select(func.extract("epoch", now - func.max(Heartbeat.at)))
    owed = select(func.count(), func.extract("epoch", now - func.min(Message.created_at))).where(
        Message.sent_at.is_(None), Message.failed_at.is_(None), Message.cancelled_at.is_(None)
    )
    count, oldest = g.session.execute(owed).one()
    for name, text, value in (
        (
            "quickwin_beat_age_seconds",
            "Time since the clock was last alive",
            g.session.scalar(beat),
        ),
        ("quickwin_mails_owed", "Mails that are owed", count),
        ("quickwin_oldest_mail_seconds", "Age of the oldest mail that is owed", oldest),
    ):
        Gauge(name, text, registry=registry).set(float(value) if value is not None else -1)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
