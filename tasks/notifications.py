"""Deliver what is owed: notifications become messages, messages become mails.

Each of the three steps finds its work in the rows, so any of them may be missed. What the steps do
is not known here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

from tasks import DELIVER_EVERY, app, digests, heartbeat, sending, sorting
from workflow import db
from workflow.settings import load


@app.task
def deliver(at: datetime | None = None) -> None:
    """Send what is owed now, or at the time `at`. Any number of sweeps may run at once.

    Ends when nothing is left or the next sweep is due, so that all workers share a backlog.
    """
    until = monotonic() + DELIVER_EVERY
    settings = load("smtp_url", "base_url")
    with db.Session.begin() as session:
        heartbeat.note(session, at or datetime.now(UTC))
    while sorting.sort(settings.base_url, at) and monotonic() < until:
        continue
    digests.collect(settings.base_url, at)
    sending.send(settings, at, until=until)
