"""What was measured, as the table of README.md."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, text

from benchmarks.contestants import Contestant
from benchmarks.rounds import Result
from quickwin.servers import Postgres

SYNCS = 200
LIBRARIES = ("sqlalchemy", "psycopg", "transitions", "pydantic")


def table(results: Sequence[Result], base: Contestant, clients: Sequence[int]) -> str:
    """Markdown; the ratio and the rate for each number of clients."""
    hand = next(result for result in results if result.contestant == base)
    columns = [f"{number} client{'s' if number > 1 else ''}" for number in clients]
    lines = [
        _line(["ratio, (acts a second)", *columns, "statements", "user's lines", "leaves out"]),
        _line(["---"] * (len(columns) + 4)),
    ]
    return "\n".join([*lines, *(_line(_cells(one, hand, clients)) for one in results)])


def _cells(result: Result, hand: Result, clients: Sequence[int]) -> list[str]:
    contestant = result.contestant
    if result.failure:
        return [contestant.name, *["-"] * (len(clients) + 2), f"could not run: {result.failure}"]
    measured = [
        f"{result.ratio(hand, number):.2f} ({result.rate(number):,.0f})" for number in clients
    ]
    lines = str(contestant.lines or "")
    return [contestant.name, *measured, f"{result.statements:g}", lines, contestant.lacks]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def conditions(server: Postgres, folder: Path, *, rounds: int, seconds: float) -> str:
    """Where and how, without a name of anything."""
    engine = create_engine(server.owner_url)
    with engine.connect() as connection:
        postgres = connection.scalar(text("SHOW server_version"))
    engine.dispose()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores shared by clients and server, {platform.system()}, "
        f"Python {platform.python_version()}, PostgreSQL {postgres} over a Unix socket with fsync "
        f"and synchronous_commit on, {1000 * fsync_latency(folder):.2f} ms for an fsync of 8 kB; "
        f"{libraries}. Medians of {rounds} interleaved rounds of {seconds:g} s."
    )


def fsync_latency(folder: Path) -> float:
    """Seconds, the median of some writes one after the other."""
    file = os.open(folder / "sync", os.O_WRONLY | os.O_CREAT)
    try:
        return median(_write_and_sync(file) for _ in range(SYNCS))
    finally:
        os.close(file)


def _write_and_sync(file: int) -> float:
    begin = time.perf_counter()
    os.write(file, b"\0" * 8192)
    os.fsync(file)
    return time.perf_counter() - begin
