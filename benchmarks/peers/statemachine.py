"""python-statemachine over a model of SQLAlchemy, with a listener that writes the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

from sqlalchemy.orm import Session
from statemachine import State, StateMachine

from benchmarks.peers.orm import Log, Thing, after, engine, make


# --- what its user writes, besides thing and log
class ThingMachine(StateMachine):
    implementation = State(initial=True)
    suspended = State()

    suspend = implementation.to(suspended)
    resume = suspended.to(implementation)

    def after_transition(self, source, target, session, by, note):
        entry = Log(thing_id=self.model.id, by=by, source=source.id, target=target.id, note=note)
        after(session, self.model, entry)


def move(session: Session, thing_id: int, action: str, by: str, note: str) -> None:
    thing = session.get_one(Thing, thing_id, with_for_update=True)
    ThingMachine(thing).send(action, session=session, by=by, note=note)


# --- to here


def prepare(url: str, clients: int) -> None:
    make(url, clients)


@contextmanager
def client(url: str, number: int) -> Iterator[Callable[[], object]]:
    with Session(engine(url)) as session:
        thing = session.get_one(Thing, number + 1)
    actions = ["suspend", "resume"]
    following = cycle(actions if thing.state == "implementation" else actions[::-1])

    def act() -> None:
        with Session(engine(url)) as session, session.begin():
            move(session, thing.id, next(following), "verifier", "Menunggu anggaran.")

    try:
        yield act
    finally:
        engine(url).dispose()
