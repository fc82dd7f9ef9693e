"""Judges a definition by playing it, without the checks: every act, edit and outcome of guards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

from workflow.definition import SYSTEM, Transition, Workflow

# A verdict names a mistake and where it is; "*" stands for everywhere.
Verdict = tuple[str, ...]


class Moment(NamedTuple):
    state: str
    before: str | None
    changed: bool
    judged: bool
    reported: bool
    asked: bool  # whether automatic rows are still to be tried


@dataclass(frozen=True)
class Tried:
    """One thing that happened: a row, or None for an edit and for nothing automatic to do."""

    row: Transition | None
    then: Moment


class Judge:
    """Plays a definition: at each moment tries every act, edit and outcome of the guards."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.all_guards = sorted({guard for row in workflow.transitions for guard in row.guards})
        self.played: dict[Moment, list[Tried]] = {}
        todo = self.arrivals(workflow.initial, None, judged=False, reported=False)
        while todo:
            moment = todo.pop()
            if moment not in self.played:
                self.played[moment] = list(self.play(moment))
                todo += [tried.then for tried in self.played[moment]]

    def arrivals(
        self, state: str, before: str | None, *, judged: bool, reported: bool
    ) -> list[Moment]:
        changes = [False, True] if self.workflow.states[state].editable else [False]
        return [Moment(state, before, changed, judged, reported, True) for changed in changes]

    def play(self, at: Moment) -> Iterator[Tried]:
        if not at.asked and self.workflow.states[at.state].editable:
            yield Tried(None, at._replace(changed=not at.changed))
        for holding in self.outcomes(at):
            able = [row for row in self.door(at) if set(row.guards) <= holding]
            automatic = [row for row in able if row.automatic]
            if not at.asked:
                for row in able:
                    if not row.automatic and self.somebody(row, at.state):
                        yield from self.act(row, at)
            elif automatic:
                yield from self.act(automatic[0], at)
            else:
                yield Tried(None, at._replace(asked=False))

    def outcomes(self, at: Moment) -> Iterator[set[str]]:
        impossible = {
            *(() if at.judged else ("quorum_reached",)),
            *(() if at.reported else ("finally_reported",)),
        }
        subsets = (combinations(self.all_guards, n) for n in range(len(self.all_guards) + 1))
        yield from (set(held) for held in chain(*subsets) if not impossible & set(held))

    def door(self, at: Moment) -> Iterator[Transition]:
        """Of each action the first row that starts here and whose `when` is so."""
        taken = set()
        for row in self.workflow.transitions:
            if at.state not in row.source or row.name in taken or not self.suits(row, at):
                continue
            taken.add(row.name)
            yield row

    def suits(self, row: Transition, at: Moment) -> bool:
        if row.when is None:
            return True
        if row.when.returned_from is not None and row.when.returned_from != at.before:
            return False
        return row.when.material is None or row.when.material == at.changed

    def somebody(self, row: Transition, state: str) -> bool:
        if any(role != SYSTEM for role in row.by):
            return True
        deadline = self.workflow.states[state].deadline
        return deadline is not None and row.name in [action for action, _ in deadline.steps()]

    def act(self, row: Transition, at: Moment) -> Iterator[Tried]:
        judged = at.judged or row.collects == "judgment"
        reported = at.reported or row.collects == "report"
        if row.to is None:
            yield Tried(row, at._replace(judged=judged, reported=reported, asked=True))
            return
        for then in self.arrivals(row.to, at.state, judged=judged, reported=reported):
            yield Tried(row, then)

    def future(self, moment: Moment, *, automatic: bool = False) -> set[Moment]:
        """Every moment that can come after one, or can come by automatic rows only."""
        found: set[Moment] = set()
        todo = [moment]
        while todo:
            for tried in self.played[todo.pop()]:
                if automatic and not (tried.row and tried.row.automatic):
                    continue
                if tried.then not in found:
                    found.add(tried.then)
                    todo.append(tried.then)
        return found

    # ------------------------------------------------------------ verdicts

    def verdicts(self) -> set[Verdict]:
        futures = {moment: self.future(moment) for moment in self.played}
        return {
            *self.unreached(),
            *self.lost(futures),
            *self.loops(futures),
            *self.dead(),
            *self.in_vain(),
            *self.not_shared_out(),
            *self.endless(),
        }

    def unreached(self) -> Iterator[Verdict]:
        reached = {moment.state for moment in self.played}
        yield from (("unreached", s) for s in self.workflow.states if s not in reached)

    def is_end(self, moment: Moment) -> bool:
        return self.workflow.states[moment.state].final

    def lost(self, futures: dict[Moment, set[Moment]]) -> Iterator[Verdict]:
        for state in self.workflow.states:
            here = [moment for moment in self.played if moment.state == state]
            ways = {moment.before for moment in here}
            lost_ways = {
                moment.before
                for moment in here
                if not any(map(self.is_end, {moment, *futures[moment]}))
            }
            if here and lost_ways == ways:
                yield ("lost", state, "*")
            else:
                yield from (("lost", state, way or "new") for way in lost_ways)

    def loops(self, futures: dict[Moment, set[Moment]]) -> Iterator[Verdict]:
        for moment, future in futures.items():
            always_back = all(moment in futures[later] for later in future)
            moves = any(t.row and t.row.to for later in future for t in self.played[later])
            if future and always_back and moves and not any(map(self.is_end, future)):
                yield ("loop", *sorted({later.state for later in future}))

    def dead(self) -> Iterator[Verdict]:
        reached = {moment.state for moment in self.played}
        used = {
            (tried.row.trigger, moment.state)
            for moment, all_tried in self.played.items()
            for tried in all_tried
            if tried.row
        }
        for row in self.workflow.transitions:
            unused = {s for s in reached.intersection(row.source) if (row.trigger, s) not in used}
            if not any((row.trigger, state) in used for state in row.source):
                yield ("dead", row.trigger, "*")
            else:
                yield from (("dead", row.trigger, state) for state in unused)

    def in_vain(self) -> Iterator[Verdict]:
        """Whose turn it is for whom, where they have answers, but none for these."""
        for moment in self.played:
            same = [at for at in self.played if at[:2] == moment[:2]]
            used = [tried.row for at in same for tried in self.played[at] if tried.row]
            for role in self.workflow.states[moment.state].turn:
                mine = [row for row in self.workflow.transitions if role in row.by and row.answers]
                if any(moment.state in row.source for row in mine) and not any(
                    row in mine for row in used
                ):
                    yield ("in vain", moment.state, role, moment.before or "new")

    def not_shared_out(self) -> Iterator[Verdict]:
        for moment in self.played:
            for action in {row.name for row in self.workflow.transitions}:
                rows = [r for r in self.workflow.transitions if r.name == action]
                rows = [row for row in rows if moment.state in row.source]
                suiting = [row for row in rows if self.suits(row, moment)]
                if rows and not suiting:
                    yield ("gap", rows[0].trigger, moment.state)
                yield from (("overlap", row.trigger, moment.state) for row in suiting[1:])

    def endless(self) -> Iterator[Verdict]:
        for moment, all_tried in self.played.items():
            for tried in all_tried:
                if tried.row and tried.row.automatic:
                    after = {tried.then, *self.future(tried.then, automatic=True)}
                    if moment in after:
                        yield ("endless", tried.row.trigger)
