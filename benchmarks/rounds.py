"""Contestants as processes, and rounds in which each of them has its turn.

One machine is never equally fast twice, so that they are interleaved: a ratio is taken inside a
round, and what is reported is the median of the rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contestants import Contestant

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Plan:
    clients: Sequence[int] = (1, 4, 16)
    rounds: int = 3
    seconds: float = 0.7
    acts: int = 2000  # of one client in one round, at most
    minutes: float = 5.0  # after which no further round begins


@dataclass(kw_only=True)
class Result:
    contestant: Contestant
    statements: float = 0.0
    rates: dict[int, list[float]] = field(default_factory=dict)  # clients -> acts a second
    failure: str = ""

    def rate(self, clients: int) -> float:
        return median(self.rates[clients])

    def ratio(self, base: Result, clients: int) -> float:
        pairs = zip(self.rates[clients], base.rates[clients], strict=True)
        return median(own / other for own, other in pairs)


class Running:
    """A contestant's process: a line of JSON to it, a line back."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, **task: Any) -> dict[str, Any]:
        """Raises ChildProcessError, with the last line that it wrote."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            assert self._process.stderr is not None
            said = self._process.stderr.read().strip().splitlines()
            raise ChildProcessError(said[-1] if said else "it ended without a word")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def started(contestant: Contestant, python: str, url: str, clients: int) -> Iterator[Running]:
    """It ends with its standard input."""
    process = subprocess.Popen(  # noqa: S603 - one of our own modules
        [python, "-m", "benchmarks.clients", contestant.module],
        cwd=ROOT,
        env={
            **os.environ,
            "BENCH_URL": url,
            "BENCH_CLIENTS": str(clients),
            "BENCH_REST": contestant.rest,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Running(process)


def measure(
    urls: Mapping[Contestant, str], plan: Plan, *, peers_python: str, say: Callable[[str], None]
) -> list[Result]:
    """One result for each; one that cannot run says why and is left out of the rounds."""
    with ExitStack() as stack:
        results = [Result(contestant=contestant) for contestant in urls]
        running: dict[str, Running] = {}
        for result in results:
            contestant = result.contestant
            python = peers_python if contestant.peer else sys.executable
            say(f"preparing: {contestant.name}")
            try:
                process = stack.enter_context(
                    started(contestant, python, urls[contestant], max(plan.clients))
                )
                result.statements = process.ask()["statements"]
                running[contestant.code] = process
            except (OSError, ChildProcessError) as error:
                result.failure = str(error)
        end = time.monotonic() + 60 * plan.minutes
        for number in range(plan.rounds):
            if number and time.monotonic() > end:
                say(f"the time is over after {number} rounds")
                break
            for clients in plan.clients:
                say(f"round {number + 1} of {plan.rounds}, {clients} clients")
                for result in (one for one in results if not one.failure):
                    answer = running[result.contestant.code].ask(
                        clients=clients, seconds=plan.seconds, acts=plan.acts
                    )
                    result.rates.setdefault(clients, []).append(answer["rate"])
    return results
