"""The product as docker-compose.yml describes it, each application service as a process here."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from compose import document, services
from forward import forwarded
from postbox import Postbox
from processes import wait_until
from running import free_port
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from world import gather, settle

from quickwin import cluster
from quickwin.servers import Postgres, Redis
from workflow.checkpoints import latest
from workflow.models import Heartbeat

APPLICATION = ("migrate", "web", "worker", "beat")
SECRETS = ("PASSWORD", "SECRET_KEY", "LEDGER_KEY", "SMTP_URL")


def test_no_secret_stands_in_the_file_and_every_lasting_service_says_how_it_is() -> None:
    found = document()["services"]

    assert {*APPLICATION, "postgres", "redis", "mailpit"} == found.keys()
    assert found["mailpit"]["profiles"] == ["dev"]
    for name, service in found.items():
        assert name == "migrate" or "healthcheck" in service, name
        for key, value in service.get("environment", {}).items():
            if key.endswith(SECRETS):
                assert value.startswith("${"), (name, key)
            if key.endswith(("DATABASE_URL", "OWNER_URL")):
                assert "PASSWORD:?}@" in value, (name, key)


def test_only_the_worker_can_sign_the_ledger() -> None:
    found = document()["services"].items()
    holders = [name for name, one in found if "QUICKWIN_LEDGER_KEY" in one.get("environment", {})]

    assert holders == ["worker"]


def test_every_command_is_there_in_an_installation() -> None:
    values = dict.fromkeys(
        (
            "QUICKWIN_DATABASE_PASSWORD",
            "QUICKWIN_OWNER_PASSWORD",
            "QUICKWIN_SMTP_URL",
            "QUICKWIN_SECRET_KEY",
            "QUICKWIN_LEDGER_KEY",
            "QUICKWIN_BASE_URL",
        ),
        "x",
    )
    for name in APPLICATION:
        assert shutil.which(services(values)[name]["command"][0], path=_path()), name


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres(tmp_path / "postgres", fsync=False))
        redis = stack.enter_context(Redis(tmp_path / "redis"))
        hosts = {
            "postgres:5432": stack.enter_context(forwarded(postgres.sockets / ".s.PGSQL.5432")),
            "redis:6379": stack.enter_context(forwarded(redis.sockets / "redis.sock")),
        }
        postbox = stack.enter_context(Postbox())
        words = cluster.passwords(postgres.folder)
        values = {
            "QUICKWIN_DATABASE_PASSWORD": words[cluster.APP],
            "QUICKWIN_OWNER_PASSWORD": words[cluster.OWNER],
            "QUICKWIN_SMTP_URL": postbox.url,
            "QUICKWIN_SECRET_KEY": secrets.token_hex(32),
            "QUICKWIN_LEDGER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "QUICKWIN_BASE_URL": "http://127.0.0.1:8000",
        }
        made = Stage(values, hosts, postbox, postgres, tmp_path)
        stack.callback(made.end)
        yield made


class Stage:
    """The servers the application services expect, and those services as processes."""

    def __init__(
        self,
        values: dict[str, str],
        hosts: dict[str, int],
        postbox: Postbox,
        postgres: Postgres,
        folder: Path,
    ) -> None:
        self.services = services(values)
        self.hosts, self.postbox, self.postgres = hosts, postbox, postgres
        self.folder, self.port = folder, free_port()
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """The service's command with its environment; host names are loopback here."""
        service = self.services[name]
        here = {"0.0.0.0": "127.0.0.1", "8000": str(self.port), "/tmp/": f"{self.folder}/"}
        command = [_replaced(word, here) for word in service["command"]]
        ports = {host: f"127.0.0.1:{port}" for host, port in self.hosts.items()}
        environ = {key: _replaced(value, ports) for key, value in service["environment"].items()}
        log = (self.folder / f"{name}.log").open("wb")
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={"PATH": _path(), "HOME": str(self.folder), **environ},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.processes.append(process)
        return process

    def ready(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/readyz"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def end(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


def test_the_services_serve_pages_move_a_mail_and_sign_the_ledger(stage: Stage) -> None:
    assert stage.start("migrate").wait(60) == 0, (stage.folder / "migrate.log").read_text()
    engine = create_engine(stage.postgres.app_url)
    with Session(engine) as session, session.begin():
        settle(session)

    for name in ("web", "worker", "beat"):
        stage.start(name)

    assert wait_until(stage.ready, 60), (stage.folder / "web.log").read_text()
    with Session(engine) as session, session.begin():
        world = gather(session)
        world.act(world.propose(), "submit", "submitter")
        head = world["head"].email
    assert wait_until(lambda: bool(stage.postbox.mails), 60), _logs(stage)
    assert head in str(stage.postbox.mails[0]["To"])
    with Session(engine) as session:
        assert session.scalars(select(Heartbeat)).all()

    def signed() -> bool:
        with Session(engine) as session:
            return bool((stamp := latest(session)) and stamp.is_genuine)

    assert wait_until(signed, 60), _logs(stage)
    engine.dispose()


def _replaced(text: str, changes: dict[str, Any]) -> str:
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def _logs(stage: Stage) -> str:
    return "\n".join(path.read_text() for path in stage.folder.glob("*.log"))


def _path() -> str:
    """Where an installation has its commands: the environment these tests run in."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
