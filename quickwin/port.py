"""The port of the web server: kept for it while everything else starts, and asked when it is there.

Refuses to know what is served.
"""

from __future__ import annotations

import http.client
import socket
import time
from typing import Self

from quickwin.children import Child, ChildFailed

HOST = "127.0.0.1"


class PortRefused(Exception):
    """The port cannot be had; the message is one sentence."""


class Reservation:
    """Nobody else can take the port until `close`, and nobody is answered on it. Leave it as a
    context manager."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except OSError as error:
            self._socket.close()
            raise PortRefused(
                f"Port {port} of {HOST} cannot be used ({error.strerror}); "
                "set PORT to a free one, or stop the program that has it."
            ) from error

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        number: int = found.getsockname()[1]
        return number


def wait_for_answer(port: int, path: str, child: Child, *, limit: float) -> None:
    """Returns when `path` answers 200; raises ChildFailed if it never does or the child ends."""
    deadline = time.monotonic() + limit
    while (answer := _ask(port, path)) != "200":
        if child.wait_end(0.05) is not None:
            raise ChildFailed(child.failure(limit))
        if time.monotonic() > deadline:
            raise ChildFailed(f"{child.program.name} is not ready: {path} answers {answer}.")


def _ask(port: int, path: str) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return f"nothing ({error})"
    finally:
        connection.close()
