"""The product: one act through the door, and its commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.story import acts_from, quick_win_of, verifier
from workflow import db
from workflow.machine import perform


def prepare(url: str, clients: int) -> None:
    """The city is there."""


@contextmanager
def client(url: str, number: int) -> Iterator[Callable[[], object]]:
    engine = db.configure(url)
    with db.Session() as session:
        quick_win, actor = quick_win_of(session, number), verifier(session)
    acts = acts_from(quick_win.state)

    def act() -> None:
        action, note = next(acts)
        with db.Session.begin() as session:
            perform(session, quick_win.id, action, actor, version=None, note=note)

    try:
        yield act
    finally:
        engine.dispose()
