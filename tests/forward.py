"""A loopback port in front of a Unix socket: here, what a host name of the compose file means."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def forwarded(path: Path) -> Iterator[int]:
    """The port; it takes connections until the end of the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, path), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


def _accept(listener: socket.socket, path: Path) -> None:
    while True:
        try:
            caller, _address = listener.accept()
        except OSError:
            return  # closed: the test is over
        threading.Thread(target=_serve, args=(caller, path), daemon=True).start()


def _serve(caller: socket.socket, path: Path) -> None:
    with caller, socket.socket(socket.AF_UNIX) as server:
        server.connect(str(path))
        back = threading.Thread(target=_copy, args=(server, caller), daemon=True)
        back.start()
        _copy(caller, server)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side has gone, and the other notices by itself
