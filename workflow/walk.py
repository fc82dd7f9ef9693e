"""Everything that can happen to a Quick Win under a definition: finite, so enumerated exactly.

A guard is taken to hold or not, freely, each time it is asked, unless nothing was recorded yet
that could make it true. A new Quick Win is taken like one that has just come into the initial
state. What of all this is wrong is said in `soundness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from workflow.definition import REMIND, RESCHEDULE, SYSTEM, Transition, Workflow

# Guards that cannot hold before such a thing was recorded once.
EVIDENCE: Mapping[str, str] = {"quorum_reached": "judgment", "finally_reported": "report"}


class Configuration(NamedTuple):
    """All that decides which rows can come next."""

    state: str
    before: str | None  # the state it was in before this one; None: it is new
    material: bool  # a material field has changed
    recorded: frozenset[str]  # those of EVIDENCE
    rests: bool  # the automatic rows were tried: it waits for people and the clock


class Step(NamedTuple):
    source: Configuration
    row: Transition | None  # None: the content was changed, or no automatic row came
    target: Configuration


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Every configuration that can come about, and every step from one to another."""

    reached: tuple[Configuration, ...]
    steps: tuple[Step, ...]

    @cached_property
    def fired(self) -> frozenset[tuple[str, str]]:
        """(trigger, state) of each row, for each state in which it can be used."""
        return frozenset((step.row.trigger, step.source.state) for step in self.steps if step.row)

    @cached_property
    def came_from(self) -> dict[str, tuple[str | None, ...]]:
        """For each state that is reached: where from. None: a new one starts there."""
        found: dict[str, dict[str | None, None]] = {}
        for here in self.reached:
            found.setdefault(here.state, {})[here.before] = None
        return {state: tuple(before) for state, before in found.items()}


def walk(workflow: Workflow) -> Walk:
    """All of it, from the initial state on. Every name in the definition must exist."""
    unvisited = list(_entered(workflow, workflow.initial, None, frozenset()))
    reached = dict.fromkeys(unvisited)
    steps: list[Step] = []
    while unvisited:
        for step in _steps(workflow, unvisited.pop()):
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


def components(
    moves: Mapping[Configuration, Iterable[Configuration]],
) -> list[set[Configuration]]:
    """The largest sets within which each can be reached from each (Kosaraju's algorithm)."""
    back: dict[Configuration, list[Configuration]] = {}
    for here, targets in moves.items():
        for there in targets:
            back.setdefault(there, []).append(here)
    unplaced = dict.fromkeys(reversed(_finished(moves)))
    found = []
    while unplaced:
        unvisited = [next(iter(unplaced))]
        component: set[Configuration] = set()
        while unvisited:
            here = unvisited.pop()
            if here in unplaced:
                del unplaced[here]
                component.add(here)
                unvisited += back.get(here, ())
        found.append(component)
    return found


def moves_of(steps: Iterable[Step]) -> dict[Configuration, set[Configuration]]:
    moves: dict[Configuration, set[Configuration]] = {}
    for step in steps:
        moves.setdefault(step.source, set()).add(step.target)
    return moves


def material_values(workflow: Workflow, state: str) -> tuple[bool, ...]:
    """Whether a material field may have changed: never, where content cannot be edited."""
    return (False, True) if workflow.states[state].editable else (False,)


def clock_actions(workflow: Workflow, state: str) -> set[str]:
    """What the deadline of the state tells the system to do, or to record where it moved."""
    deadline = workflow.states[state].deadline
    if deadline is None:
        return set()
    actions = {RESCHEDULE} | ({REMIND} if deadline.remind else set())
    actions |= {deadline.do} if deadline.do else set()
    return actions | {late.do for late in deadline.late}


def _steps(workflow: Workflow, here: Configuration) -> Iterator[Step]:
    rows = [row for row in _picked(workflow, here) if _can_hold(row, here)]
    if here.rests:
        for material in material_values(workflow, here.state):
            if material != here.material:
                yield Step(here, None, here._replace(material=material))
        rows = [row for row in rows if _asked(workflow, here.state, row)]
    else:
        rows = [row for row in rows if row.automatic]
        if all(row.guards for row in rows):
            yield Step(here, None, here._replace(rests=True))
        rows = [row for n, row in enumerate(rows) if not _behind(row, rows[:n])]
    for row in rows:
        recorded = here.recorded
        if row.collects in EVIDENCE.values():
            recorded |= {str(row.collects)}
        if row.to is None:
            yield Step(here, row, here._replace(recorded=recorded, rests=False))
        else:
            for target in _entered(workflow, row.to, here.state, recorded):
                yield Step(here, row, target)


def _entered(
    workflow: Workflow, state: str, before: str | None, recorded: frozenset[str]
) -> Iterator[Configuration]:
    for material in material_values(workflow, state):
        yield Configuration(state, before, material, recorded, rests=False)


def _picked(workflow: Workflow, here: Configuration) -> Iterable[Transition]:
    """What the door would pick: of each action, the first row that fits."""
    picked: dict[str, Transition] = {}
    for row in workflow.rows_from(here.state):
        if row.fits(returned_from=here.before, material=here.material):
            picked.setdefault(row.name, row)
    return picked.values()


def _can_hold(row: Transition, here: Configuration) -> bool:
    return all(EVIDENCE.get(guard) in {None, *here.recorded} for guard in row.guards)


def _behind(row: Transition, earlier: list[Transition]) -> bool:
    """Automatic rows are tried in the order of the table: whenever all guards of an earlier one
    are among this one's, the earlier one comes first."""
    return any(set(other.guards) <= set(row.guards) for other in earlier)


def _asked(workflow: Workflow, state: str, row: Transition) -> bool:
    """Whether a person or, at a deadline, the clock may perform the row in that state."""
    if row.automatic:
        return False
    return row.by != (SYSTEM,) or row.name in clock_actions(workflow, state)


def _finished(
    moves: Mapping[Configuration, Iterable[Configuration]],
) -> list[Configuration]:
    """All configurations, each after those that were first reached through it."""
    finished: list[Configuration] = []
    seen: set[Configuration] = set()
    for start in moves:
        path = [] if start in seen else [(start, iter(moves[start]))]
        seen.add(start)
        while path:
            here, targets = path[-1]
            there = next((target for target in targets if target not in seen), None)
            if there is None:
                finished.append(here)
                path.pop()
            else:
                seen.add(there)
                path.append((there, iter(moves.get(there, ()))))
    return finished
