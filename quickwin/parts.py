"""What runs on one machine beside the servers: the commands of catcher, worker, beat and web, and
the one that comes first and ends, migrate. Refuses to know when they run: that is up.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

from quickwin.children import Program
from quickwin.gate import Gate
from quickwin.port import HOST
from workflow.settings import variable

# Nothing waits in a buffer while somebody watches. Root's own machine needs no warning.
ENVIRON = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
}
STOP_ORDER = ("beat", "worker", "web", "mail", "redis", "postgres")


class Parts:
    """All of them find their settings by the data folder. Worker and beat wait at the gate `clock`,
    the web server at the gate `door`: their imports take longer than everything else."""

    def __init__(self, data: Path, *, keep_open: tuple[int, ...]) -> None:
        self._data = data
        self._keep_open = keep_open
        self.clock = Gate(data / "clock.gate")
        self.door = Gate(data / "door.gate")

    def mail(self, port: int) -> Program:
        folder = str(self._data / "mails")
        return self._python("mail", "quickwin.catcher", folder, str(port), ready="takes mails at")

    def migrate(self, *, demo: bool) -> Program:
        """One process for both: most of its time is the import of the same modules."""
        return self._python("migrate", "quickwin.cli", "migrate", *(["--demo"] if demo else []))

    def worker(self) -> Program:
        options = "--pool=prefork --concurrency=2 --queues=celery --without-gossip --without-mingle"
        return self._celery("worker", *options.split(), ready=r" ready\.")

    def beat(self) -> Program:
        schedule = f"--schedule={self._data / 'beat-schedule'}"
        return self._celery("beat", schedule, ready="beat: Starting")

    def web(self, port: int) -> Program:
        options = (
            "--interface=wsgi --no-ws --workers=2 --blocking-threads=1 --respawn-failed-workers"
        )
        arguments = (*options.split(), f"--host={HOST}", f"--port={port}", "web.wsgi:app")
        # granian forks its workers, so they have the pages too.
        return self._gated("web", self.door, "web,granian.cli", "granian", *arguments)

    def _celery(self, name: str, *arguments: str, ready: str) -> Program:
        command = ("--quiet", "--app=tasks:app", name, "--loglevel=INFO", *arguments)
        modules = f"tasks,celery.bin.celery,celery.apps.{name}"
        return self._gated(name, self.clock, modules, "celery", *command, ready=ready)

    def _gated(
        self, name: str, gate: Gate, modules: str, program: str, *arguments: str, ready: str = ""
    ) -> Program:
        gated = (str(gate.path), modules, program, *arguments)
        return self._python(name, "quickwin.gate", *gated, ready=ready)

    def _python(self, name: str, module: str, *arguments: str, ready: str = "") -> Program:
        return Program(
            name=name,
            # -P: a folder that happens to be called `web` where we are started is not ours.
            command=[sys.executable, "-P", "-m", module, *arguments],
            ready=ready,
            environ={variable("data_dir"): str(self._data), **ENVIRON},
            keep_open=self._keep_open,
        )
