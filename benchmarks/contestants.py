"""Who is compared, and what of the door's work each leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from workflow.document import shipped

FOLDER = Path(__file__).parent
BEGIN, END = "# --- what its user writes", "# --- to here"


@dataclass(frozen=True, kw_only=True)
class Contestant:
    module: str
    name: str
    lacks: str = ""  # of what the door does
    peer: bool = False  # with an environment and a database of its own
    rest: str = ""  # the module in which a peer's user writes the rest of what the door does

    @property
    def code(self) -> str:
        """A short word for it."""
        return self.module.rpartition(".")[2] + ("_rest" if self.rest else "")

    @property
    def lines(self) -> int:
        """What a user writes for this story, without comments and empty lines."""
        return sum(map(_written, filter(None, (self.module, self.rest))))


class Door(Contestant):
    @property
    def lines(self) -> int:
        """The two states and the two transitions, as they stand in the shipped table."""
        names = ("[states.implementation]", "[states.suspended]", '"suspend"', '"resume"')
        pattern = re.compile("|".join(rf"^(name = )?{re.escape(name)}$" for name in names), re.M)
        blocks = [block for block in shipped().text.split("\n\n") if pattern.search(block)]
        return sum(bool(line) for block in blocks for line in _stripped(block))


DOOR = Door(module="benchmarks.door", name="the door of quickwin")
BY_HAND = Contestant(module="benchmarks.by_hand", name="by hand, a statement for each effect")
AT_ONCE = Contestant(module="benchmarks.at_once", name="by hand, all writes in one statement")
OURS = (BY_HAND, AT_ONCE, DOOR)

_LACKS = "rights over units, deadline, owed mail, hash chain"
_ALL = (
    ("pytransitions", "transitions, a machine per object, + ORM", "orm", _LACKS),
    ("statemachine", "python-statemachine + ORM", "orm", _LACKS),
    ("spiff", "SpiffWorkflow + ORM", "orm", _LACKS),
    ("viewflow_fsm", "viewflow.fsm + log", "django_rest", _LACKS),
    ("django_fsm_2", "django-fsm-2 + django-fsm-log", "django_rest", _LACKS),
    ("viewflow_flow", "viewflow flow, assigned by itself", "django_rest", _LACKS),
)
PEERS = tuple(
    Contestant(module=f"benchmarks.peers.{module}", name=name, lacks=lacks, peer=True)
    for module, name, _, lacks in _ALL
) + tuple(
    Contestant(
        module=f"benchmarks.peers.{module}",
        name=f"{name}, with the rest",
        lacks="working days, what the rules are",
        peer=True,
        rest=f"benchmarks.peers.{rest}",
    )
    for module, name, rest, _ in _ALL
)


def _written(module: str) -> int:
    file = FOLDER.parent / f"{module.replace('.', '/')}.py"
    source = file.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    return sum(bool(line) and not line.startswith("#") for line in _stripped(source)[1:])


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]
