"""Runs one contestant: some clients at once, for some time, and says how often they acted.

    python -m benchmarks.clients MODULE

The database is named by BENCH_URL. Each line of standard input is a task in JSON, each line of
standard output its answer: `{}` prepares and says what an act takes, `{"clients", "seconds",
"acts"}` lets that many processes act until the time is over or each has acted so often.

A contestant is a module with `prepare(url, clients)`, which makes its tables and its things, and
`client(url, number)`, a context with a connection of its own, whose value performs one act on the
thing of that number and commits it. Only the standard library and psycopg are used here, so that it
runs in the environment of the peers too; what an act is, is not known here.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol, cast

import psycopg

# Acts before the clock runs. Each second one has statements of its own: psycopg prepares them the
# sixth time, and PostgreSQL keeps a plan after five times more.
WARM_UP = 30
PATIENCE = 60.0


class Contestant(Protocol):
    @staticmethod
    def prepare(url: str, clients: int) -> None: ...

    @staticmethod
    def client(
        url: str, number: int
    ) -> contextlib.AbstractContextManager[Callable[[], object]]: ...


def main(module: str) -> None:
    contestant = cast(Contestant, importlib.import_module(module))
    url = os.environ["BENCH_URL"]
    for line in sys.stdin:
        task = json.loads(line)
        answer = run(contestant, url, **task) if "clients" in task else ready(contestant, url)
        print(json.dumps(answer), flush=True)


def ready(contestant: Contestant, url: str) -> dict[str, Any]:
    """Everything is made, and what is built once in a process is built: clients inherit it."""
    contestant.prepare(url, int(os.environ["BENCH_CLIENTS"]))
    with contestant.client(url, 0) as act:
        for _ in range(WARM_UP):
            act()
        with counted() as statements:
            act()
            act()
    return {"statements": len(statements) / 2}


def run(
    contestant: Contestant, url: str, *, clients: int, seconds: float, acts: int
) -> dict[str, Any]:
    """How many acts a second all of them performed together."""
    gc.freeze()  # what all clients have is not copied for each of them, which would cost once
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(clients), fork.SimpleQueue()
    processes = [
        fork.Process(target=_client, args=(contestant, url, number, start, results, seconds, acts))
        for number in range(clients)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE + seconds)
        if process.exitcode != 0:
            raise SystemExit(f"a client of {contestant} ended with {process.exitcode}")
    found = [results.get() for _ in processes]
    return {"rate": sum(count / took for count, took in found), "acts": sum(c for c, _ in found)}


def _client(
    contestant: Contestant,
    url: str,
    number: int,
    start: Any,
    results: Any,
    seconds: float,
    acts: int,
) -> None:
    with contestant.client(url, number) as act:
        for _ in range(WARM_UP):
            act()
        start.wait(PATIENCE)
        count, begin = 0, time.perf_counter()
        while count < acts and time.perf_counter() - begin < seconds:
            act()
            count += 1
        took = time.perf_counter() - begin
    results.put((count, took))


@contextlib.contextmanager
def counted() -> Iterator[list[Any]]:
    """The statements that go through psycopg meanwhile, whatever library sends them."""
    seen: list[Any] = []
    execute, many = psycopg.Cursor.execute, psycopg.Cursor.executemany

    def one(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        seen.append(query)
        return execute(self, query, *args, **more)

    def several(self: Any, query: Any, *args: Any, **more: Any) -> None:
        seen.append(query)
        many(self, query, *args, **more)

    psycopg.Cursor.execute, psycopg.Cursor.executemany = one, several  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        psycopg.Cursor.execute, psycopg.Cursor.executemany = execute, many  # type: ignore[method-assign]


if __name__ == "__main__":
    main(sys.argv[1])
