"""The fault campaign: 85 people act, mails leave, time passes, and everything that can die does.

    make chaos DURATION=1200 SEED=7

The product runs as `quickwin up` runs it, on loopback, in a folder that is removed; its mails go to
a postbox that behaves badly. Storms take turns with calm. In the end the faults stop, what failed
is sent again as an operator does, and all is held against what was asked and answered; a table says
what happened, and the exit status whether all of it was right.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import structlog
from aftermath import Found, examine
from bad_postbox import BadPostbox
from before_campaign import Prepared, prepare
from processes import wait_until
from program import command
from running import Running, running
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from strikes import Strikes

from tasks.notifications import deliver
from workflow import db, mending
from workflow.models import Channel, DueRow, Event, Message, Notification, Person

CALM, STORM = 14.0, 26.0
PATIENCE = 240.0
PAUSE = 3.0  # seconds in which a healthy sweep ends
HOUR = 3600.0


def campaign(*, duration: float, seed: str) -> Found:
    """All of it. AssertionError where the product does not even come to rest."""
    print(f"seed {seed}, {duration:g} seconds", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="qw-campaign-") as folder,
        BadPostbox(seed) as postbox,
        running(Path(folder) / "product", environ={"QUICKWIN_SMTP_URL": postbox.url}) as product,
        _database(product, postbox) as engine,
    ):
        prepared = prepare(product, seed, duration)
        strikes, calms = _rage(product, postbox, prepared, duration, seed)
        _come_to_rest(product, postbox)
        end = datetime.now(UTC)
        with Session(engine) as session:
            found = examine(session, prepared.crowd, postbox.accepted, strikes.done, end=end)
            found.figures["longest from act to mail, in calm"] = _waits(session, calms, strikes)
        found.faults += prepared.crowd.failures
        found.figures["strikes"] = _said(Counter(one.what for one in strikes.done))
        found.figures["parts started again"] = sum("started again" in x for x in product.lines)
        found.figures["faults of the mail server"] = _said(postbox.faults)
        found.figures["chains"] = command(product, "verify").strip().splitlines()[-1]
    return found


@contextmanager
def _database(product: Running, postbox: BadPostbox) -> Iterator[Engine]:
    """The product's, for `db.Session`, with the settings of the sweeps."""
    told = {
        "QUICKWIN_SMTP_URL": postbox.url,
        "QUICKWIN_BASE_URL": f"http://127.0.0.1:{product.port}",
    }
    before = {name: os.environ.get(name) for name in told}
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = create_engine(product.settings()["QUICKWIN_DATABASE_URL"], pool_pre_ping=True)
    db.Session.configure(bind=engine)
    os.environ.update(told)
    try:
        yield engine
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        db.Session.configure(bind=None)
        structlog.reset_defaults()
        engine.dispose()


# ---------------------------------------------------------------- meanwhile


def _rage(
    product: Running, postbox: BadPostbox, prepared: Prepared, duration: float, seed: str
) -> tuple[Strikes, list[tuple[float, float]]]:
    """Calm and storm by turns; what struck, and when it was calm."""
    strikes, chance, calms = Strikes(product, seed), Random(f"{seed}/rage"), []
    addresses = [f"{each.name}@demo.test" for each in prepared.people]
    for each in prepared.people:
        each.start()
    end = time.monotonic() + duration
    while (left := end - time.monotonic()) > 0:
        begun = time.time()
        time.sleep(min(CALM, left))
        calms.append((begun, time.time()))
        postbox.dead = set(chance.sample(addresses, 2))
        postbox.storm = True
        until = min(time.monotonic() + STORM, end)
        while time.monotonic() < until:
            what = strikes.strike()
            print(f"  {end - time.monotonic():6.0f} s left: {what or 'nothing'}", flush=True)
            if chance.random() < 0.25:
                postbox.go_down()
            time.sleep(min(chance.uniform(3, 7), max(until - time.monotonic(), 0)))
        postbox.storm = False
    prepared.crowd.stop.set()
    for each in prepared.people:
        each.join(PATIENCE)
        assert not each.is_alive(), f"{each.name} still waits"
    return strikes, calms


# ---------------------------------------------------------------- after


def _come_to_rest(product: Running, postbox: BadPostbox) -> None:
    """Nothing strikes any more: the product does what is left, and an operator sends again what
    failed. What waits for its next attempt is tried as if that time had come."""
    postbox.storm = False
    assert wait_until(lambda: product.get("/readyz") == 200, PATIENCE), product.lines[-20:]
    assert wait_until(lambda: _left() == 0, PATIENCE), f"{_left()} are left"
    for hours in (0, 1, 4, 16, 64):
        with db.Session.begin() as session:
            admin = session.scalars(select(Person).where(Person.email == "admin@demo.test")).one()
            mending.send_again(session, None, admin, at=datetime.now(UTC))
        # A sweep of the future would take what a worker has claimed and is just sending: so it
        # waits for a moment in which nothing was due for a while.
        assert wait_until(lambda: _open(2 * PAUSE) == 0, PATIENCE), f"{_open(0)} mails are left"
        time.sleep(PAUSE)
        begun = time.monotonic()
        while _open(hours * HOUR) and time.monotonic() - begun < PATIENCE:
            deliver(datetime.now(UTC) + timedelta(hours=hours))


def _left() -> int:
    """What is due, and what is owed and has no message, now."""
    now = datetime.now(UTC)
    due = select(func.count(DueRow.id)).where(DueRow.done_at.is_(None), DueRow.due_at <= now)
    owed = select(func.count(Notification.id)).where(
        Notification.channel != Channel.APP,
        Notification.message_row_id.is_(None),
        Notification.cancelled_at.is_(None),
    )
    try:
        with db.Session() as session:
            return session.scalars(select(due.scalar_subquery() + owed.scalar_subquery())).one()
    except OperationalError:
        return -1  # the database is still starting


def _open(seconds: float) -> int:
    """Messages that may be tried by then."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    waiting = select(func.count(Message.id)).where(
        Message.sent_at.is_(None),
        Message.failed_at.is_(None),
        Message.cancelled_at.is_(None),
        Message.not_before <= until,
    )
    with db.Session() as session:
        return session.scalars(waiting).one()


def _waits(session: Session, calms: Sequence[tuple[float, float]], strikes: Strikes) -> str:
    """From an act to its mail, where nothing had struck for ten seconds."""
    rows = session.execute(
        select(Event.at, Message.sent_at)
        .join(Notification, Notification.event_id == Event.id)
        .join(Message, Message.id == Notification.message_row_id)
        .where(Message.attempts == 1, Message.sent_at.is_not(None))
    ).all()
    found = [
        (sent - at).total_seconds()
        for at, sent in rows
        if any(begun + 8 <= at.timestamp() and sent.timestamp() <= end for begun, end in calms)
        and not any(0 <= at.timestamp() - strike.at < 10 for strike in strikes.done)
    ]
    if not found:
        return "no calm was long enough"
    return f"{max(found):.1f} s, half of {len(found)} within {statistics.median(found):.1f} s"


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{name}: {n}" for name, n in sorted(counts.items())) or "none"


def table(found: Found) -> str:
    """For people."""
    width = max(map(len, found.figures))
    lines = [f"  {name:<{width}}  {value}" for name, value in found.figures.items()]
    return "\n".join([*lines, *(f"WRONG: {fault}" for fault in found.faults)])


def main() -> int:
    """Exit status 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--duration", type=float, default=1200)
    parser.add_argument("--seed", default=str(int(time.time())))
    given = parser.parse_args()
    found = campaign(duration=given.duration, seed=given.seed)
    print(table(found))
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
