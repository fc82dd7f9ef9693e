"""A real worker, a real beat and a real Redis: mails leave soon, whatever dies in between."""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from postbox import Postbox
from processes import named, wait_until
from redis import Redis as Client
from running import ROOT
from sqlalchemy import Engine, select, update
from world import World, gather

import tasks
from quickwin.children import Child, Program, silent
from quickwin.servers import Postgres, Redis
from tasks import heartbeat
from workflow import db, watching
from workflow.models import Heartbeat, Incident, IncidentKind, Message
from workflow.settings import Settings, variable, write_file

SOON = 10.0  # seconds from an act to its mail
START = 60.0


@pytest.fixture
def world(committing: Engine) -> Iterator[World]:
    with db.Session() as session:
        yield gather(session)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as server:
        yield server


def celery(folder: Path, name: str) -> Program:
    """A worker or a beat as any installation runs it, with the settings of that folder."""
    options = {
        "worker": ["--concurrency=2", "--without-gossip", "--without-mingle"],
        "beat": [f"--schedule={folder / 'beat-schedule'}"],
    }
    return Program(
        name=name,
        command=[sys.executable, "-m", "celery", "-q", "-A", "tasks:app", name, *options[name]],
        ready={"worker": r" ready\.", "beat": "beat: Starting"}[name],
        environ={
            variable("data_dir"): str(folder),
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        },
        folder=ROOT,
    )


class Clock:
    """Worker, beat and Redis, each of which a test can end and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: list[tuple[str, str]] = []
        self.redis = Redis(folder / "redis")
        self._children: dict[str, Child] = {}

    def start(self, name: str) -> None:
        program = self.redis.prepare() if name == "redis" else celery(self.folder, name)
        self._children[name] = Child(program, log=lambda *line: self.lines.append(line))
        self._children[name].wait_ready(START)

    def stop(self, name: str) -> None:
        self._children[name].stop(15)

    def kill(self, name: str, word: str) -> None:
        """SIGKILL to all of its processes."""
        for pid in named(str(self.folder), word):
            os.kill(pid, signal.SIGKILL)
        assert self._children[name].wait_end(10) is not None

    def flush_redis(self) -> None:
        path = unquote(self.redis.url.removeprefix("redis+socket://"))
        with Client(unix_socket_path=path) as client:
            client.flushall()

    def end(self) -> None:
        for name in ("beat", "worker", "redis"):
            if name in self._children:
                self.stop(name)
        self.redis.release()


@pytest.fixture
def clock(tmp_path: Path, postgres: Postgres, database: str, postbox: Postbox) -> Iterator[Clock]:
    made = Clock(tmp_path)
    settings = Settings(
        database_url=postgres.url(database=database),
        redis_url=made.redis.url,
        smtp_url=postbox.url,
        base_url="http://127.0.0.1:8000",
        ledger_key=base64.b64encode(bytes(32)).decode(),
    )
    write_file(tmp_path / "settings.env", settings)
    try:
        yield made
    finally:
        made.end()


def test_every_mail_arrives_soon_whatever_dies(
    world: World, clock: Clock, postbox: Postbox
) -> None:
    def act(action: str, who: str) -> None:
        world.act(quick_win, action, who, at=datetime.now(UTC))
        world.session.commit()

    quick_win = world.bring_to("endorsement")
    act("endorse", "head")  # from here on nothing is due for days
    for name in ("redis", "worker", "beat"):
        clock.start(name)
    postbox.wait(4, START)  # the head of the submission; the submitter and two verifiers of this

    act("request_revision", "verifier")
    postbox.wait(6, SOON)  # the submitter and the head

    clock.flush_redis()
    act("resubmit", "submitter")
    postbox.wait(9, SOON)  # the head and two verifiers

    postbox.hang.add("head@test.test")
    act("request_revision", "verifier")
    postbox.wait_hanging(SOON)
    clock.kill("worker", "tasks:app worker")
    postbox.release()
    let_leases_run_out()
    clock.start("worker")
    postbox.wait(11, SOON)  # the submitter and the head

    clock.stop("redis")
    act("resubmit", "submitter")
    clock.start("redis")
    postbox.wait(14, START)

    assert wait_until(lambda: open_messages() == 0)
    assert len(postbox.mails) == len({mail["Message-ID"] for mail in postbox.mails}) == 14
    with db.Session() as session:
        assert session.get(Heartbeat, "beat") is not None
    # A line of JSON for each thing that happened; that a sweep came and went is not one.
    lines = [json.loads(line) for name, line in clock.lines if name in ("worker", "beat")]
    sent = [line for line in lines if line["event"] == "mail sent"]
    assert len(sent) == 14
    assert all(line["task_id"] and line["level"] == "info" for line in sent)
    assert not [line for line in lines if "Sending due task" in line["event"]]


@pytest.mark.long
def test_a_worker_notices_by_itself_that_beat_is_dead_and_that_it_lives_again(
    world: World, clock: Clock
) -> None:
    with db.Session.begin() as session:
        heartbeat.note(session, datetime.now(UTC) - watching.BEAT_LATE)
    for name in ("redis", "worker"):
        clock.start(name)
    assert wait_until(lambda: standing() == [IncidentKind.BEAT_LATE], START)

    clock.start("beat")
    assert wait_until(lambda: standing() == [], START)


def standing() -> list[IncidentKind]:
    """The open incidents."""
    with db.Session() as session:
        return list(session.scalars(select(Incident.kind).where(Incident.closed_at.is_(None))))


def open_messages() -> int:
    with db.Session() as session:
        return len(session.scalars(select(Message).where(Message.sent_at.is_(None))).all())


def let_leases_run_out() -> None:
    """As two minutes would."""
    with db.Session.begin() as session:
        session.execute(
            update(Message).where(Message.sent_at.is_(None)).values(not_before=Message.created_at)
        )


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_without_settings_it_says_what_is_missing_and_ends(tmp_path: Path, part: str) -> None:
    child = Child(celery(tmp_path, part), log=silent)
    assert child.wait_end(START) == 1
    lines = list(child.last_lines)
    assert any("QUICKWIN_REDIS_URL: " in line for line in lines), lines
    assert not any("Traceback" in line for line in lines), lines


def test_no_work_travels_through_the_queue() -> None:
    """Redis may forget everything: no promise for later, and no second try, is kept in it."""
    sources = [path.read_text() for path in Path(tasks.__file__).parent.rglob("*.py")]
    assert len(sources) >= 7
    for word in ("eta=", "countdown=", ".retry(", "autoretry", "apply_async", ".delay("):
        assert not any(word in source for source in sources), word


def test_a_sweep_that_nobody_took_expires_when_the_next_is_asked_for() -> None:
    tasks.app.loader.import_default_modules()
    for entry in tasks.app.conf.beat_schedule.values():
        assert entry["options"] == {"expires": entry["schedule"]}
        assert entry["task"] in tasks.app.tasks
