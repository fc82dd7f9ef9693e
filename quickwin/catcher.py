"""The mail server of one machine: takes every mail and delivers none, so that all can be read at
/outbox. `python -m quickwin.catcher FOLDER PORT` listens on loopback; port 0 takes any free one.

A mail is a file of FOLDER, complete before it is accepted, named so that names sort by arrival.
Refuses to know what is in a mail and who looks at it.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LARGEST = 32 * 1024 * 1024


class Keeping:
    """What aiosmtpd calls when it has a whole mail. The envelope's addresses are not kept: they
    are those of the header lines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        keep(self._folder, f"{time.time_ns()}-{next(self._numbers)}.eml", content)
        return "250 Kept"


def keep(folder: Path, name: str, content: bytes) -> None:
    """Under its name it is complete, also after a crash of the machine."""
    unfinished = folder / f".{name}"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / name)


async def serve(folder: Path, port: int) -> None:
    """Listen until the process ends."""
    keeping = Keeping(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeping, hostname="quickwin", data_size_limit=LARGEST, enable_SMTPUTF8=True),
        HOST,
        port,
    )
    address = server.sockets[0].getsockname()
    print(f"takes mails at smtp://{address[0]}:{address[1]}", flush=True)
    await server.serve_forever()


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(folder, int(sys.argv[2])))


if __name__ == "__main__":
    main()
