"""transitions, a machine for each thing, as its documentation begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

from sqlalchemy.orm import Session
from transitions import EventData, Machine

from benchmarks.peers.orm import Log, Thing, after, engine, make

# --- what its user writes, besides thing and log
STATES = ["implementation", "suspended"]
TRANSITIONS = [
    {"trigger": "suspend", "source": "implementation", "dest": "suspended"},
    {"trigger": "resume", "source": "suspended", "dest": "implementation"},
]


def log(event: EventData) -> None:
    session, by, note = event.args
    source, target = event.transition.source, event.transition.dest
    entry = Log(thing_id=event.model.id, by=by, source=source, target=target, note=note)
    after(session, event.model, entry)


def move(session: Session, thing_id: int, action: str, by: str, note: str) -> None:
    thing = session.get_one(Thing, thing_id, with_for_update=True)
    Machine(
        thing,
        states=STATES,
        transitions=TRANSITIONS,
        initial=thing.state,
        after_state_change=log,
        auto_transitions=False,
        send_event=True,
    )
    thing.trigger(action, session, by, note)


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
