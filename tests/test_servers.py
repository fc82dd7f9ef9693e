"""The private PostgreSQL and Redis: who can reach them, and what a crash leaves behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest
import redis as redis_client
from processes import living, named, wait_until
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from quickwin import sockets
from quickwin.cluster import OWNER, ClusterUnusable
from quickwin.servers import Postgres, Redis

START_BOTH = """
import sys
from pathlib import Path
from quickwin.servers import Postgres, Redis
folder = Path(sys.argv[1])
with Postgres(folder / "postgres", fsync=False), Redis(folder / "redis"):
    print("both run", flush=True)
    sys.stdin.read()
"""


def ask(url: str, sql: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(sql))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def client(server: Redis) -> redis_client.Redis:
    path = unquote(server.url.removeprefix("redis+socket://"))
    return redis_client.Redis(unix_socket_path=path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Longer than the path of a socket may be, and with a space."""
    return tmp_path / "data of a city" / ("x" * 120)


@pytest.fixture
def started(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own with both servers."""
    process = subprocess.Popen(
        [sys.executable, "-c", START_BOTH, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "both run\n"
        yield process
        process.kill()
    assert wait_until(lambda: living(str(folder)) == {})
    for name in ("postgres", "redis"):
        sockets.remove(folder / name)


def test_the_role_of_the_application_owns_nothing_and_makes_no_tables(postgres: Postgres) -> None:
    assert (
        ask(
            postgres.app_url,
            "SELECT count(*) FROM pg_class WHERE relowner = "
            "(SELECT oid FROM pg_roles WHERE rolname = current_user)",
        )
        == 0
    )
    with pytest.raises(ProgrammingError, match="permission denied for schema public"):
        ask(postgres.app_url, "CREATE TABLE intruder ()")


def test_the_owner_may_make_tables_and_extensions_but_is_no_superuser(postgres: Postgres) -> None:
    postgres.create_database("owned")
    url = postgres.url(OWNER, "owned")
    ask(url, "CREATE EXTENSION pg_trgm; CREATE TABLE wins (id bigint)")
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    postgres.drop_database("owned")
    with pytest.raises(OperationalError, match="does not exist"):
        ask(url, "SELECT 1")


def test_a_database_made_from_a_template_has_what_the_template_has(postgres: Postgres) -> None:
    postgres.create_database("original")
    ask(postgres.url(OWNER, "original"), "CREATE TABLE wins AS SELECT 7 AS id")
    postgres.create_database("copied", template="original")
    assert ask(postgres.url(OWNER, "copied"), "SELECT id FROM wins") == 7


def test_texts_are_unicode_and_times_are_utc(postgres: Postgres) -> None:
    assert ask(postgres.app_url, "SELECT upper('é') || current_setting('TimeZone')") == "ÉUTC"


def test_it_takes_the_right_password_only_and_no_connection_from_a_network(
    postgres: Postgres,
) -> None:
    assert ask(postgres.app_url, "SELECT current_setting('listen_addresses')") == ""
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(postgres.sockets), user=OWNER, password="no", dbname="quickwin")
    assert stat.S_IMODE(postgres.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((postgres.folder / "passwords.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("namespaces", [True, False])
def test_it_runs_as_nobody_special_and_finds_its_data_again(folder: Path, namespaces: bool) -> None:
    lines: list[str] = []
    for start in range(2):
        server = Postgres(
            folder, fsync=False, namespaces=namespaces, log=lambda _, line: lines.append(line)
        )
        with server:
            if start == 0:
                ask(server.owner_url, "CREATE TABLE wins AS SELECT 42 AS id")
            assert ask(server.owner_url, "SELECT id FROM wins") == 42
            place = server.sockets
        assert not place.exists()
    changed = os.geteuid() == 0 and not namespaces
    assert any("belongs to the user" in line for line in lines) == changed
    assert ((folder / "data").stat().st_uid != os.geteuid()) == changed
    assert living(str(folder)) == {}


def test_a_folder_that_was_half_made_is_begun_anew(folder: Path) -> None:
    (folder / "unfinished").mkdir(parents=True)
    (folder / "unfinished" / "PG_VERSION").write_text("18\n")
    with Postgres(folder, fsync=False) as server:
        assert ask(server.app_url, "SELECT 1") == 1


def test_lost_passwords_are_said_and_no_data_are_touched(folder: Path) -> None:
    with Postgres(folder, fsync=False):
        pass
    (folder / "passwords.json").unlink()
    with pytest.raises(ClusterUnusable, match=r"passwords\.json is missing"):
        Postgres(folder).start()
    assert (folder / "data" / "PG_VERSION").exists()


def test_a_stale_lock_with_the_number_of_a_living_process_is_no_obstacle(folder: Path) -> None:
    with Postgres(folder, fsync=False) as server:
        lock = (folder / "data" / "postmaster.pid").read_text().splitlines()
        ask(server.owner_url, "CREATE TABLE wins AS SELECT 42 AS id")
    (folder / "data" / "postmaster.pid").write_text("\n".join([str(os.getppid()), *lock[1:], ""]))
    with Postgres(folder, fsync=False) as server:
        assert ask(server.owner_url, "SELECT id FROM wins") == 42


def test_killing_whoever_started_them_leaves_neither(
    started: subprocess.Popen[str], folder: Path
) -> None:
    assert named(str(folder), "postgres")
    assert named(str(folder), "valkey")
    started.kill()
    assert wait_until(lambda: living(str(folder)) == {}), living(str(folder))
    with Postgres(folder / "postgres", fsync=False) as postgres, Redis(folder / "redis"):
        assert ask(postgres.app_url, "SELECT 1") == 1


@pytest.mark.parametrize("victim", ["keeper", "program"])
def test_killing_one_process_of_a_server_takes_its_others_along(
    started: subprocess.Popen[str], folder: Path, victim: str
) -> None:
    mark = str(folder / "postgres")
    keeper = next(pid for pid, command in living(mark).items() if "keeper.py" in command)
    os.kill(keeper if victim == "keeper" else named(mark, "postgres")[0], signal.SIGKILL)
    assert wait_until(lambda: living(mark) == {}), living(mark)
    assert named(str(folder / "redis"), "valkey")


def test_redis_keeps_what_it_was_told_when_it_is_killed(folder: Path) -> None:
    server = Redis(folder).start()
    with client(server) as connection:
        connection.set("told", "kept")
        connection.config_set("appendfsync", "always")
        connection.set("last", "kept too")
    os.kill(named(str(folder), "valkey")[0], signal.SIGKILL)
    server.stop()
    with Redis(folder) as server, client(server) as connection:
        assert (connection.get("told"), connection.get("last")) == (b"kept", b"kept too")
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
