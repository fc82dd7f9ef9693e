"""Everything that can happen to a Quick Win under a definition: finite, so enumerated exactly.

Rows are told apart by what a `Configuration` holds. A guard is taken to hold or not, freely, each
time it is asked, unless nothing was recorded yet that could make it true. What of all this is
wrong is said in `soundness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from workflow.definition import SYSTEM, Transition, Workflow

# Guards that cannot hold before such a thing was recorded once.
EVIDENCE: Mapping[str, str] = {"quorum_reached": "judgment", "finally_reported": "report"}


class Configuration(NamedTuple):
    state: str
    before: str | None = None  # the state it was in before this one; None: it is new
    recorded: frozenset[str] = frozenset()  # those of EVIDENCE


class Step(NamedTuple):
    source: Configuration
    row: Transition
    target: Configuration


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Every configuration that can come about, and every step from one to another."""

    reached: tuple[Configuration, ...]
    steps: tuple[Step, ...]

    @cached_property
    def fired(self) -> frozenset[tuple[str, str]]:
        """(trigger, state) of each row, for each state from which it can fire."""
        return frozenset((step.row.trigger, step.source.state) for step in self.steps)

    @cached_property
    def came_from(self) -> dict[str, tuple[str | None, ...]]:
        """For each state that is reached: where from. None: a new one starts there."""
        found: dict[str, dict[str | None, None]] = {}
        for here in self.reached:
            found.setdefault(here.state, {})[here.before] = None
        return {state: tuple(before) for state, before in found.items()}


def walk(workflow: Workflow) -> Walk:
    """All of it, from the initial state on. Every name in the definition must exist."""
    start = Configuration(workflow.initial)
    reached = {start: None}
    steps: list[Step] = []
    unvisited = [start]
    while unvisited:
        here = unvisited.pop()
        for row in _possible(workflow, here):
            step = Step(here, row, _after(here, row))
            steps.append(step)
            if step.target not in reached:
                reached[step.target] = None
                unvisited.append(step.target)
    return Walk(reached=tuple(reached), steps=tuple(steps))


def ahead(
    starts: Iterable[Configuration], moves: Mapping[Configuration, Iterable[Configuration]]
) -> set[Configuration]:
    """What can be reached from `starts` in one move or more."""
    found: set[Configuration] = set()
    unvisited = list(starts)
    while unvisited:
        for there in moves.get(unvisited.pop(), ()):
            if there not in found:
                found.add(there)
                unvisited.append(there)
    return found


def material_values(workflow: Workflow, state: str) -> tuple[bool, ...]:
    """Whether a material field may have changed: never, where content cannot be edited."""
    return (False, True) if workflow.states[state].editable else (False,)


def clock_actions(workflow: Workflow, state: str) -> set[str]:
    """What the deadline of the state tells the system to do."""
    deadline = workflow.states[state].deadline
    if deadline is None:
        return set()
    actions = {"remind"} if deadline.remind else set()
    actions |= {deadline.do} if deadline.do else set()
    return actions | {late.do for late in deadline.late}


def fitting(
    workflow: Workflow, state: str, before: str | None, *, material: bool
) -> tuple[Transition, ...]:
    """The rows the door would pick there: of each action, the first that fits."""
    picked: dict[str, Transition] = {}
    for row in workflow.rows_from(state):
        if row.when is None or row.when.fits(returned_from=before, material=material):
            picked.setdefault(row.name, row)
    return tuple(picked.values())


def _after(here: Configuration, row: Transition) -> Configuration:
    recorded = here.recorded
    if row.collects in EVIDENCE.values():
        recorded |= {str(row.collects)}
    if row.to is None:
        return here._replace(recorded=recorded)
    return Configuration(row.to, here.state, recorded)


def _possible(workflow: Workflow, here: Configuration) -> Iterator[Transition]:
    """The rows that can fire there. Where the system moves on at once, nobody else's can."""
    cases = [
        [
            row
            for row in fitting(workflow, here.state, here.before, material=material)
            if all(EVIDENCE.get(guard) in {None, *here.recorded} for guard in row.guards)
        ]
        for material in material_values(workflow, here.state)
    ]
    chains = [[row for row in rows if row.automatic] for rows in cases]
    # Nothing happened to a new one yet after which automatic rows would be tried.
    is_new = here == Configuration(workflow.initial)
    rests = is_new or not all(any(not row.guards for row in chain) for chain in chains)
    possible: dict[str, Transition] = {}
    for rows, chain in zip(cases, chains, strict=True):
        possible |= {row.trigger: row for row in _tried(chain)}
        if rests:
            possible |= {row.trigger: row for row in rows if _asked(workflow, here.state, row)}
    yield from possible.values()


def _tried(chain: list[Transition]) -> Iterator[Transition]:
    """Automatic rows are tried in the order of the table: one whose guards include those of an
    earlier one never has its turn."""
    for n, row in enumerate(chain):
        if not any(set(earlier.guards) <= set(row.guards) for earlier in chain[:n]):
            yield row


def _asked(workflow: Workflow, state: str, row: Transition) -> bool:
    """Whether a person or, at a deadline, the clock may perform the row in that state."""
    if row.automatic:
        return False
    if row.by != (SYSTEM,):
        return True
    return row.name in clock_actions(workflow, state)
