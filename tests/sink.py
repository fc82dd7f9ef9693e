"""A mail server that takes everything as fast as it can, in a process of its own: what others need
must not be measured.

    with Sink(folder) as sink: ...  # sink.url
    sink.taken()  # the Message-IDs, in order
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Self

from running import ROOT


class Sink:
    """Listens on a free port of loopback; what it takes is written down in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "taken.txt"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(self._file)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self.url = f"smtp://127.0.0.1:{self._process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def taken(self) -> list[str]:
        return self._file.read_text().split()


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, file: Path) -> None:
    """One conversation, with somebody who makes no mistake."""
    writer.write(b"220 sink\r\n")
    with file.open("a", buffering=1) as taken:
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 Go on\r\n")
                mail = await reader.readuntil(b"\r\n.\r\n")
                headers = mail.partition(b"\r\n\r\n")[0].split(b"\r\n")
                ids = [each.split()[1] for each in headers if each.startswith(b"Message-ID:")]
                taken.write(ids[0].decode() + "\n")
            writer.write(b"250 OK\r\n" if word != b"QUIT" else b"221 Bye\r\n")
    writer.close()


async def serve(file: Path) -> None:
    file.touch()
    server = await asyncio.start_server(
        lambda reader, writer: converse(reader, writer, file), "127.0.0.1", 0, limit=2**20
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
