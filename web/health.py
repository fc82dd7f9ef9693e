"""Whether this process lives, whether it can serve, and what can be counted about it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Flask, Response, abort, g
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import OperationalError

from web.auth import anonymous, is_loopback, open_to_all
from workflow import watching
from workflow.migrations import is_current
from workflow.models import IncidentKind
from workflow.watching import Reading

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
    found = watching.read(g.session, at=g.now)
    registry = CollectorRegistry()
    for name, text, value in _figures(found):
        Gauge(f"quickwin_{name}", text, registry=registry).set(value)
    incidents = Gauge("quickwin_incidents_open", _INCIDENTS, ["kind"], registry=registry)
    for kind in IncidentKind:
        incidents.labels(kind.value).set(kind in found.troubles)
    incidents.labels(IncidentKind.UNSTAFFED.value).set(found.unstaffed)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


_INCIDENTS = "Incidents that are open; of the clock, whether they are now, recorded or not"


def _figures(found: Reading) -> Iterator[tuple[str, str, float]]:
    """Names, what they say, and values. Nothing that waits is 0 seconds old."""

    def age(since: datetime | None) -> float:
        return (found.at - since).total_seconds() if since else 0

    yield (
        "beat_age_seconds",
        "Time since the clock was last alive; infinite if it never was",
        age(found.beat) if found.beat else math.inf,
    )
    yield "mails_owed", "Mails that are owed and have not left", found.owed
    yield "oldest_mail_seconds", "Age of the oldest mail that is owed", age(found.owed_since)
    yield "mails_sent_today", "Mails that left since midnight in the city", found.sent_today
    yield "mails_failed", "Mails that failed for good and were not sent again", found.failed
    yield "digest_waiting", "Notifications that wait for a daily digest", found.for_digest
    yield "addresses_refused", "People whose address takes no mail", found.refused
    yield "due_rows_overdue", "Acts the system should have performed", found.overdue
    yield "oldest_due_row_seconds", "How late the oldest of them is", age(found.overdue_since)
    yield "period_steps_overdue", "Steps of periods that should be done", found.steps_overdue
    yield (
        "oldest_period_step_seconds",
        "How late the oldest of them is",
        age(found.steps_overdue_since),
    )
    yield (
        "checkpoint_age_seconds",
        "Time since the ledger was last signed; infinite if it never was",
        age(found.signed) if found.signed else math.inf,
    )
