"""A backlog of 5,000 mails drains fast, and every mail leaves once.

Two workers, a PostgreSQL that writes through to the disk, and a mail server that takes all. Run it
with `-s` to see the rate.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from running import ROOT
from sink import Sink
from sqlalchemy import Engine, create_engine, func, insert, literal, select
from sqlalchemy.orm import Session
from world import World, gather, settle

from quickwin.servers import Postgres
from workflow.migrations import upgrade
from workflow.models import Channel, Event, Message, NoticeKind, Notification, Person

MAILS = 5_000
WORKERS = 2
RATE = 200  # a second

_WORKER = """
import sys
from sqlalchemy import select
from tasks.notifications import deliver
from workflow import db, logs
from workflow.models import Message, Notification

db.configure(sys.argv[1])
logs.configure()
print("ready", flush=True)
sys.stdin.readline()

def owed():
    with db.Session() as session:
        unclaimed = select(Notification.id).where(
            Notification.message_row_id.is_(None), Notification.channel == "mail"
        )
        unsent = select(Message.id).where(Message.sent_at.is_(None))
        return session.scalar(select(unclaimed.exists() | unsent.exists()))

while owed():
    deliver()
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Postgres(Path(tmp_path_factory.mktemp("backlog"))) as server:
        server.create_database("backlog")
        url = server.url(database="backlog")
        upgrade(server.url("quickwin_owner", "backlog"), url)
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            settle(session)
            talk(gather(session))
        yield engine
        engine.dispose()


def talk(world: World) -> None:
    """Twenty Quick Wins about which much is said."""
    for number in range(20):
        quick_win = world.bring_to("review", title=f"Gempita Beras Merah {number}")
        for word in range(15):
            text = f"Sebutkan berapa balita di posyandu ke-{word} yang makan tiap hari."
            world.act(quick_win, "comment", "mentor", data={"text": text})


def owe(engine: Engine, count: int) -> None:
    """A mail about an event of a Quick Win to somebody, so many times; none else is owed."""
    with Session(engine) as session, session.begin():
        session.execute(Notification.__table__.delete())
        session.execute(Message.__table__.delete())
        rows = (
            select(
                Event.id,
                Person.id,
                literal(Channel.MAIL.value),
                literal(NoticeKind.COMMENT.value),
                literal(False),
            )
            .join(Person, literal(True))
            .where(Event.quick_win_id.is_not(None))
            .order_by(Event.id, Person.id)
            .limit(count)
        )
        columns = ["event_id", "recipient_id", "channel", "kind", "your_turn"]
        session.execute(insert(Notification).from_select(columns, rows))
        assert session.scalar(select(func.count(Notification.id))) == count


def drain(engine: Engine, sink: Sink, log: Path) -> float:
    """How many mails left in a second, from the start of the workers to their end."""
    url = engine.url.render_as_string(hide_password=False)
    environ = os.environ | {"QUICKWIN_SMTP_URL": sink.url, "QUICKWIN_BASE_URL": "https://kota.test"}
    with log.open("w") as errors:
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", _WORKER, url],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            for _ in range(WORKERS)
        ]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        begun = monotonic()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            worker.communicate(timeout=100)
        return MAILS / (monotonic() - begun)


@pytest.mark.timed
def test_a_backlog_drains_at_two_hundred_mails_a_second_each_once(
    engine: Engine, tmp_path: Path
) -> None:
    """The best of three: whatever else runs on the machine can only slow it down."""
    best = 0.0
    for attempt in range(3):
        owe(engine, MAILS)
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with Sink(folder) as sink:
            rate = drain(engine, sink, folder / "log.txt")
            taken = sink.taken()
        with Session(engine) as session:
            sent = session.scalars(select(Message.message_id).where(Message.attempts == 1)).all()
        assert Counter(taken) == Counter(sent)
        assert len(taken) == MAILS
        best = max(best, rate)
        print(f"{rate:.0f} mails a second")
        if best >= RATE:
            break
    assert best >= RATE
