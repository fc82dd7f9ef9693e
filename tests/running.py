"""Starts the product as an operator does, and reads what it says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from processes import living, wait_until

from workflow.settings import read_file

ROOT = Path(__file__).resolve().parent.parent
UP = (sys.executable, "-m", "quickwin.cli", "up")
LEAVE_OUT = ("QUICKWIN_", "MAKE", "MFLAGS", "PORT")


class Running:
    """A product that is starting or running, in a process group of its own."""

    def __init__(
        self, folder: Path, *, command: Sequence[str] = UP, environ: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.port = free_port()
        self.lines: list[str] = []
        self._heard = threading.Condition()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environ(QUICKWIN_DATA_DIR=str(folder), PORT=str(self.port), **(environ or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def hear(self, text: str, *, limit: float = 60.0, since: int = 0) -> str:
        """The first line with `text` in it, of those after the first `since`; waits for it."""

        def found() -> str | None:
            return next((line for line in self.lines[since:] if text in line), None)

        with self._heard:
            self._heard.wait_for(lambda: found() or not self._reader.is_alive(), limit)
            line = found()
        assert line is not None, f"never said {text!r}:\n" + "\n".join(self.lines)
        return line

    def settings(self) -> dict[str, str]:
        """What the other commands find."""
        return settings(self.folder)

    def get(self, path: str) -> int:
        """The status of a page; 0 where nobody listens."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def alive(self) -> dict[int, str]:
        """The processes of this product: number and command."""
        return living(str(self.folder))

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """A signal to the whole group, as a terminal sends it. The exit status."""
        os.killpg(self.process.pid, number)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(30)
        self._reader.join(30)
        return status

    def nobody_left(self) -> bool:
        return wait_until(lambda: self.alive() == {})

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                with self._heard:
                    self.lines.append(line.rstrip("\n"))
                    self._heard.notify_all()
        with self._heard:
            self._heard.notify_all()


@contextmanager
def running(
    folder: Path,
    *options: str,
    command: Sequence[str] = UP,
    environ: dict[str, str] | None = None,
) -> Iterator[Running]:
    """The product, ready; nothing of it is left afterwards."""
    product = Running(folder, command=[*command, *options], environ=environ)
    try:
        product.hear("ready at")
        yield product
    finally:
        if product.process.poll() is None:
            product.end()
        product.nobody_left()


def refusal(folder: Path, *options: str, **environ: str) -> tuple[int, str]:
    """Exit status and stderr of a start that does not succeed."""
    done = subprocess.run(
        [*UP, *options],
        cwd=ROOT,
        env=_environ(QUICKWIN_DATA_DIR=str(folder), **environ),
        capture_output=True,
        text=True,
        timeout=60,
        start_new_session=True,
        check=False,
    )
    return done.returncode, done.stderr


def settings(folder: Path) -> dict[str, str]:
    return read_file(folder / "settings.env")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number: int = found.getsockname()[1]
        return number


def _environ(**more: str) -> dict[str, str]:
    """Ours, without what would name another product or another make."""
    return {k: v for k, v in os.environ.items() if not k.startswith(LEAVE_OUT)} | more
