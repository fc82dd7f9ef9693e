"""`quickwin up`: the whole product on one machine, from an empty folder to the open port.

Database, queue and mail catcher first, then the tables and the demo data, then worker and beat, and
the web server last: an open port means that everything runs. What the environment names is used
and not started. Refuses to know how a part is kept running (supervisor.py) and run (parts.py).
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from quickwin.children import Child, ChildFailed, Log, Program, run
from quickwin.cluster import ClusterUnusable
from quickwin.console import Console
from quickwin.house import FolderRefused, House
from quickwin.parts import STOP_ORDER, Parts
from quickwin.port import HOST, PortRefused, Reservation, free_port, wait_for_answer
from quickwin.refusal import CommandRefused
from quickwin.servers import Postgres, Redis
from quickwin.supervisor import NAME, Part, Stopped, Supervisor, ignore_signals, stop_on_signals
from workflow.settings import variable

FILL_LIMIT, WEB_LIMIT = 900.0, 60.0
PR_SET_PDEATHSIG = 1
ACCOUNTS = """\
demo accounts, each with the password quickwin:
  verifier verifier2 reviewer1 reviewer2 reviewer3 mentor chair legal mayor inspector admin
  each @demo.test; for each OPD its code, such as dkiss@demo.test and its head.dkiss@demo.test"""


def up(*, port: int, demo: bool) -> None:
    """Run everything until somebody asks to stop. Raises CommandRefused; nothing is left then."""
    stop_on_signals()
    _end_with_make()
    console = Console()
    try:
        with Reservation(port) as reservation:
            house = House(Path(os.environ.get(variable("data_dir")) or "var"))
            _Life(house, demo=demo, log=console).until_stopped(reservation)
    except Stopped:
        return
    except (ChildFailed, ClusterUnusable, FolderRefused, PortRefused) as error:
        raise CommandRefused(str(error)) from error
    except OSError as error:
        raise CommandRefused(f"{error.filename or 'The system'}: {error.strerror}.") from error
    finally:
        console.close()


class _Life:
    """One life of the product, from the first server to the last."""

    def __init__(self, house: House, *, demo: bool, log: Log) -> None:
        self._house = house
        self._demo = demo
        self._log = log
        self._say = partial(log, NAME)
        self._parts = Parts(house.folder, keep_open=(house.lock,))
        self._supervisor = Supervisor(log)
        self._settings = house.settings(os.environ)

    def until_stopped(self, reservation: Reservation) -> None:
        try:
            self._begin_all(reservation.port)
            self._fill()
            self._start_clock()
            self._open_door(reservation)
            self._supervisor.watch()
        finally:
            ignore_signals()
            self._say("stopping")
            self._supervisor.stop(STOP_ORDER)
            self._house.retract(self._settings)
            self._say("stopped")

    def _begin_all(self, port: int) -> None:
        """The servers run after this; worker, beat and web wait at their gates."""
        self._begin_servers(port)
        self._begin("worker", self._parts.worker)
        self._begin("beat", self._parts.beat)
        self._web = self._begin("web", partial(self._parts.web, port))
        self._supervisor.wait_ready("postgres", "redis", "mail")
        self._house.publish(self._settings)

    def _begin_servers(self, port: int) -> None:
        """What they are reached by is known before they are ready."""
        made: dict[str, str] = {}
        if not self._settings.redis_url:
            made["redis_url"] = self._begin_redis().url
        if not self._settings.smtp_url:
            mail_port = free_port()
            self._begin("mail", partial(self._parts.mail, mail_port))
            made["smtp_url"] = f"smtp://{HOST}:{mail_port}"
        if not self._settings.database_url:
            postgres = self._begin_postgres()
            made["database_url"], made["database_owner_url"] = postgres.app_url, postgres.owner_url
        elif not self._settings.database_owner_url:
            both = variable("database_url"), variable("database_owner_url")
            raise CommandRefused(
                f"With {both[0]}, set {both[1]} too: the tables are made by the owner."
            )
        if not self._settings.base_url:
            made["base_url"] = f"http://{HOST}:{port}"
        self._settings = replace(self._settings, **made)

    def _fill(self) -> None:
        """The tables, and the demo data where there are none yet."""
        self._say(
            "bringing the database up to date"
            + (", with demo data where there are none" if self._demo else "")
        )
        run(self._parts.migrate(demo=self._demo), log=self._log, limit=FILL_LIMIT)

    def _start_clock(self) -> None:
        self._say("starting worker and beat")
        self._parts.clock.open()
        self._supervisor.wait_ready("worker", "beat")

    def _open_door(self, reservation: Reservation) -> None:
        self._say("opening the web server")
        reservation.close()
        self._parts.door.open()
        wait_for_answer(reservation.port, "/readyz", self._web, limit=WEB_LIMIT)
        self._say(f"ready at {self._settings.base_url} (Ctrl-C stops it)")
        for line in ACCOUNTS.splitlines() if self._demo else ():
            self._say(line)

    def _begin_postgres(self) -> Postgres:
        folder = self._house.folder / Postgres.name
        self._say("starting PostgreSQL" + ("" if folder.exists() else " with a new database"))
        server = Postgres(folder, log=self._log, keep_open=(self._house.lock,))
        self._begin(Postgres.name, server.prepare, server.release)
        return server

    def _begin_redis(self) -> Redis:
        server = Redis(
            self._house.folder / Redis.name, log=self._log, keep_open=(self._house.lock,)
        )
        self._begin(Redis.name, server.prepare, server.release)
        return server

    def _begin(
        self, name: str, prepare: Callable[[], Program], release: Callable[[], None] | None = None
    ) -> Child:
        return self._supervisor.begin(Part(name=name, prepare=prepare, release=release))


def _end_with_make() -> None:
    """A killed `make run` must not leave us behind: the kernel then asks us to stop."""
    parent = Path(f"/proc/{os.getppid()}/comm")
    if parent.exists() and parent.read_text(encoding="utf-8").strip() in {"make", "gmake"}:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
