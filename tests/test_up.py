"""The whole product on one machine: what an operator sees, and what is left when it ends."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from processes import named, wait_until
from running import Running, free_port, refusal, running, settings
from sqlalchemy import create_engine, text
from yardstick import milliseconds as yardstick
from yardstick import slower

from quickwin.servers import Postgres, Redis

PARTS = {
    "postgres": "bin/postgres",
    "redis": "valkey-server",
    "mail": "quickwin.catcher",
    "worker": "tasks:app worker",
    "beat": "tasks:app beat",
    "web": "web.wsgi:app",
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the product ran once, and ended in order."""
    folder = tmp_path_factory.mktemp("first") / "data of a city"
    with running(folder, "--no-demo") as product:
        with create_engine(product.settings()["QUICKWIN_DATABASE_OWNER_URL"]).begin() as connection:
            connection.execute(text("CREATE TABLE marker AS SELECT 42 AS id"))
        connection.engine.dispose()
        assert product.end() == 0
    return folder


@pytest.fixture
def folder(first: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(first, tmp_path / "data of a city", symlinks=True)


@pytest.fixture
def product(folder: Path) -> Iterator[Running]:
    """For a test that ends it."""
    with running(folder, "--no-demo") as started:
        yield started


@pytest.fixture(scope="module")
def shared(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """For the tests that leave it running: a start costs seconds."""
    folder = tmp_path_factory.mktemp("shared") / "data of a city"
    with running(shutil.copytree(first, folder, symlinks=True), "--no-demo") as started:
        yield started


def marker(product: Running) -> object:
    engine = create_engine(product.settings()["QUICKWIN_DATABASE_OWNER_URL"])
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT id FROM marker")).scalar()
    finally:
        engine.dispose()


def test_a_second_start_finds_its_data(first: Path, shared: Running) -> None:
    assert marker(shared) == 42
    assert shared.get("/healthz") == shared.get("/readyz") == 200
    now, before = shared.settings(), settings(first)
    for secret in ("QUICKWIN_SECRET_KEY", "QUICKWIN_LEDGER_KEY"):
        assert now[secret] == before[secret] != ""


@pytest.mark.timed
def test_a_second_start_with_demo_data_is_ready_within_five_seconds(tmp_path: Path) -> None:
    taken, lengths = [], []
    for _ in range(3):
        begun = time.monotonic()
        with running(tmp_path / "data"):
            taken.append(time.monotonic() - begun)
        lengths += [yardstick() for _ in range(9)]
    assert min(taken[1:]) < 5 * slower(lengths), taken


def test_a_signal_to_the_group_stops_all_in_order(product: Running) -> None:
    sockets = (product.folder / "postgres" / "sockets").readlink()
    assert product.end(signal.SIGTERM) == 0
    assert product.alive() == {}
    assert not sockets.exists()
    assert product.lines[-1].endswith("| stopped")
    assert "Traceback" not in "\n".join(product.lines)
    assert product.settings()["QUICKWIN_DATABASE_URL"] == ""


def test_ctrl_c_during_set_up_leaves_nothing(folder: Path) -> None:
    product = Running(folder)
    product.hear("bringing the database up to date")
    assert product.end(signal.SIGINT) == 0
    assert product.alive() == {}


def test_a_killed_supervisor_leaves_nothing_and_its_data_open_again(product: Running) -> None:
    product.process.kill()
    assert product.nobody_left(), product.alive()
    again = Running(product.folder)
    again.hear("bringing the database up to date")
    assert marker(again) == 42
    assert again.end() == 0


def test_what_dies_is_started_again_and_that_is_said(shared: Running) -> None:
    before = {name: named(str(shared.folder), word) for name, word in PARTS.items()}
    for name in PARTS:
        os.kill(before[name][0], signal.SIGKILL)
        shared.hear(f"{name} was ended by SIGKILL; it is started again in")
        shared.hear(f"{name} is started again", since=len(shared.lines) - 1)
    assert wait_until(lambda: shared.get("/readyz") == 200)
    after = shared.alive()
    for name, word in PARTS.items():
        assert wait_until(lambda word=word: bool(named(str(shared.folder), word)))
        assert not set(before[name]) & set(after), f"{name} left {before[name]}"
    assert marker(shared) == 42


def test_a_mail_is_a_file_when_it_is_accepted(shared: Running) -> None:
    address = urlsplit(shared.settings()["QUICKWIN_SMTP_URL"])
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "engine@demo.test", "head@demo.test", "Naïve"
    mail.set_content("Halo")
    with smtplib.SMTP(address.hostname or "", address.port or 0) as client:
        client.send_message(mail)
        (kept,) = (shared.folder / "mails").glob("*.eml")
    assert b"To: head@demo.test" in kept.read_bytes()


def test_a_second_supervisor_on_the_folder_refuses(shared: Running) -> None:
    status, reason = refusal(shared.folder, PORT=str(free_port()))
    assert status == 1
    assert reason == (
        f"Error: Another `quickwin up` (process {shared.process.pid}) already runs on the data "
        f"folder {shared.folder}.\n"
    )
    assert shared.get("/readyz") == 200


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, reason = refusal(tmp_path / "data", PORT=str(port))
    assert status == 1
    assert reason == (
        f"Error: Port {port} of 127.0.0.1 cannot be used (Address already in use); "
        "set PORT to a free one, or stop the program that has it.\n"
    )


def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, reason = refusal(tmp_path / "file" / "data", PORT=str(free_port()))
    assert status == 1
    assert reason == (
        f"Error: The data folder {tmp_path}/file/data cannot be written (Not a directory); "
        "set QUICKWIN_DATA_DIR to one that can.\n"
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [("PG_VERSION", "was made by PostgreSQL 9; here runs version 18."), ("global/pg_control", "")],
)
def test_a_database_that_cannot_start_is_said_in_one_sentence(
    folder: Path, damage: str, sentence: str
) -> None:
    (folder / "postgres" / "data" / damage).write_text("9\n")
    status, reason = refusal(folder, PORT=str(free_port()))
    assert status == 1
    assert reason.startswith("Error: ")
    assert reason.count("\n") == 1
    assert sentence in reason
    assert "postgres" in reason


def test_what_the_environment_names_is_used_and_not_started(
    tmp_path: Path, postgres: Postgres, redis: Redis
) -> None:
    postgres.create_database("given", template="template0")
    given = {
        "QUICKWIN_DATABASE_URL": postgres.url("quickwin", "given"),
        "QUICKWIN_DATABASE_OWNER_URL": postgres.url("quickwin_owner", "given"),
        "QUICKWIN_REDIS_URL": redis.url,
        "QUICKWIN_SMTP_URL": "smtp://127.0.0.1:1",
    }
    with running(tmp_path / "data", "--no-demo", environ=given) as product:
        for name in ("postgres", "redis", "mail"):
            assert named(str(product.folder), PARTS[name]) == []
        assert product.get("/readyz") == 200


def test_a_given_database_needs_its_owner(tmp_path: Path) -> None:
    status, reason = refusal(
        tmp_path / "data", PORT=str(free_port()), QUICKWIN_DATABASE_URL="postgresql+psycopg:///x"
    )
    assert (status, reason.count("\n")) == (1, 1)
    assert "set QUICKWIN_DATABASE_OWNER_URL too" in reason


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_ends_the_product(folder: Path, number: signal.Signals) -> None:
    with running(folder, command=["make", "--silent", "run"]) as product:
        os.kill(product.process.pid, number)
        assert product.nobody_left(), product.alive()
        product.wait()
        assert product.lines[-1].endswith("| stopped") or "Terminated" in product.lines[-1]
