"""`make bench`: everybody on a private PostgreSQL, in one run, and a table at its end.

    python -m benchmarks [--clients 1,4,16] [--rounds 3] [--seconds 0.7] [--acts 2000]
                         [--minutes 5] [--no-peers]

Nothing is left: the database lies in a temporary folder.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from benchmarks import contestants, story
from benchmarks.contestants import Contestant
from benchmarks.rounds import ROOT, Plan, Result, measure
from benchmarks.table import conditions, table
from quickwin.cluster import OWNER
from quickwin.servers import Postgres
from workflow import db
from workflow.migrations import upgrade
from workflow.verifying import verify

PEERS_PYTHON = ROOT / ".venv-peers" / "bin" / "python"


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    plan = Plan(
        clients=[int(number) for number in options.clients.split(",")],
        rounds=options.rounds,
        seconds=options.seconds,
        acts=options.acts,
        minutes=options.minutes,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is cleared away
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        Postgres(Path(folder) / "postgres") as server,
    ):
        results = compare(server, plan, peers=not options.no_peers)
        rounds = len(results[0].rates[plan.clients[0]])
        print(conditions(server, Path(folder), rounds=rounds, seconds=plan.seconds))
    print()
    print(table(results, contestants.BY_HAND, plan.clients))


def compare(server: Postgres, plan: Plan, *, peers: bool) -> list[Result]:
    """Raises AssertionError if the chains are not whole after all of it."""
    _say("making the city")
    _make_city(server, max(plan.clients))
    urls: dict[Contestant, str] = dict.fromkeys(contestants.OURS, server.url(database="bench"))
    for peer in contestants.PEERS if peers else ():
        server.create_database(peer.code)
        urls[peer] = server.url(OWNER, peer.code)
    results = measure(urls, plan, peers_python=str(PEERS_PYTHON), say=_say)
    with db.Session() as session:
        assert list(verify(session)) == [], "somebody wrote a chain that is not whole"
    db.engine(server.url(database="bench")).dispose()
    return results


def _make_city(server: Postgres, clients: int) -> None:
    server.create_database("bench")
    owner_url, url = server.url(OWNER, "bench"), server.url(database="bench")
    upgrade(owner_url, url)
    db.configure(url)
    with db.Session.begin() as session:
        story.fill(session, clients)
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    with Session(engine) as session:
        session.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="What one act costs.")
    parser.add_argument("--clients", default="1,4,16", help="how many at once, with commas")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is taken")
    parser.add_argument("--seconds", type=float, default=0.7, help="of each client in a round")
    parser.add_argument("--acts", type=int, default=2000, help="of each client, at most")
    parser.add_argument("--minutes", type=float, default=5.0, help="then no other round begins")
    parser.add_argument("--no-peers", action="store_true", help="the door and by hand only")
    return parser


if __name__ == "__main__":
    main()
