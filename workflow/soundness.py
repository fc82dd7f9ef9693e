"""Whether every Quick Win finds its way: what is wrong with the walk through a definition.

Each finding is exact: it is there if and only if what it says can happen, or never can. Whether
names and numbers make sense is asked before, in `checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from workflow.definition import SYSTEM, Transition, Workflow
from workflow.document import Finding, finding
from workflow.language import N_, Sentence
from workflow.walk import (
    EVIDENCE,
    Configuration,
    Step,
    Walk,
    ahead,
    clock_actions,
    components,
    material_values,
    moves_of,
    walk,
)

UNREACHED = N_("No Quick Win can ever come into the state “%(state)s”.")
NO_END = N_("From the state “%(state)s” no final state can be reached.")
NO_END_FOR = N_(
    "From the state “%(state)s” no final state can be reached by a Quick Win that %(case)s."
)
LOOP = N_("A Quick Win goes round for ever in these states, of which none is final: %(states)s.")
DEAD_SOURCE = N_("This row can never be used: no Quick Win comes into a state where it starts.")
DEAD_CAME_FROM = N_(
    "This row can never be used: no Quick Win comes from “%(before)s” into a state where it starts."
)
DEAD_MATERIAL = N_("This row can never be used: the content cannot be changed where it starts.")
DEAD_CLOCK = N_(
    "This row can never be used: it is the system's, but neither automatic nor in the deadline of "
    "a state where it starts."
)
DEAD_GUARD = N_(
    "This row can never be used: what the guard “%(guard)s” asks for cannot have been recorded "
    "before."
)
DEAD_BEHIND = N_("This row can never be used: other rows always come before it.")
DEAD_IN = N_("This row can never be used in the state “%(state)s”.")
NO_ANSWER = N_(
    "It is the turn of “%(role)s”, but no row lets them answer it for a Quick Win that %(case)s."
)
OVERLAP = N_(
    "In the state “%(state)s” the rows %(one)s and %(other)s both fit a Quick Win that %(case)s."
)
GAP = N_("In the state “%(state)s” no row of %(action)s fits a Quick Win that %(case)s.")
ENDLESS = N_("The system would never stop: automatic rows lead round and round, this one too.")
IS_NEW = N_("is new")
CAME_FROM = N_("came from “%(before)s”")
CHANGED = N_("%(case)s and has material changes")
UNCHANGED = N_("%(case)s and has no material changes")


def unsound(workflow: Workflow) -> Iterator[Finding]:
    """Every way in which a Quick Win could be lost. Every name in the definition must exist."""
    walked = walk(workflow)
    for state in workflow.states.values():
        if state.code not in walked.came_from:
            yield finding(f"states.{state.code}", UNREACHED, state=state.label)
    yield from _without_end(workflow, walked)
    yield from _dead(workflow, walked)
    yield from _unanswerable(workflow, walked)
    yield from _ambiguous(workflow, walked)
    yield from _endless(walked)


def _without_end(workflow: Workflow, walked: Walk) -> Iterator[Finding]:
    back = moves_of(Step(step.target, step.row, step.source) for step in walked.steps)
    ends = {here for here in walked.reached if workflow.states[here.state].final}
    lost = set(walked.reached) - ends - ahead(ends, back)
    lost_from = {(here.state, here.before) for here in lost}
    for code, state in workflow.states.items():
        befores = walked.came_from.get(code, ())
        stuck = [before for before in befores if (code, before) in lost_from]
        if stuck and len(stuck) == len(befores):
            yield finding(f"states.{code}", NO_END, state=state.label)
            continue
        for before in stuck:
            case = _case(workflow, before)
            yield finding(f"states.{code}", NO_END_FOR, state=state.label, case=case)
    for loop in sorted(_loops(walked, lost), key=sorted):
        codes = [code for code in workflow.states if code in loop]
        yield finding(f"states.{codes[0]}", LOOP, states=", ".join(codes))


def _loops(walked: Walk, lost: set[Configuration]) -> set[frozenset[str]]:
    """The states of each loop at the end of all ways from the lost configurations."""
    moves = moves_of(step for step in walked.steps if step.source in lost)
    moving = {step.source for step in walked.steps if step.row and step.row.to is not None}
    return {
        frozenset(here.state for here in loop)
        for loop in components(moves)
        if loop & moving and all(moves.get(here, set()) <= loop for here in loop)
    }


def _dead(workflow: Workflow, walked: Walk) -> Iterator[Finding]:
    for row in workflow.transitions:
        reached = [state for state in row.source if state in walked.came_from]
        dead = [state for state in reached if (row.trigger, state) not in walked.fired]
        if dead == reached:
            yield _why_dead(workflow, walked, row, reached)
            continue
        for state in dead:
            label = workflow.states[state].label
            yield finding(f"transitions.{row.trigger}.from", DEAD_IN, state=label)


def _why_dead(workflow: Workflow, walked: Walk, row: Transition, reached: list[str]) -> Finding:
    place = f"transitions.{row.trigger}"
    if not reached:
        return finding(f"{place}.from", DEAD_SOURCE)
    before = row.when.returned_from if row.when else None
    if before and not any(before in walked.came_from[state] for state in reached):
        return finding(f"{place}.when", DEAD_CAME_FROM, before=workflow.states[before].label)
    if row.when and row.when.material and not any(workflow.states[s].editable for s in reached):
        return finding(f"{place}.when", DEAD_MATERIAL)
    asked = set().union(*(clock_actions(workflow, state) for state in reached))
    if row.by == (SYSTEM,) and not row.automatic and row.name not in asked:
        return finding(place, DEAD_CLOCK)
    recorded = {kind for here in walked.reached if here.state in reached for kind in here.recorded}
    for guard in row.guards:
        if guard in EVIDENCE and EVIDENCE[guard] not in recorded:
            return finding(f"{place}.guards", DEAD_GUARD, guard=guard)
    return finding(place, DEAD_BEHIND)


def _unanswerable(workflow: Workflow, walked: Walk) -> Iterator[Finding]:
    """Turns that some of those who come there would wait on in vain. That there is a row at all
    is asked in `turn_checks`."""
    answers = {
        (step.source.state, step.source.before, role)
        for step in walked.steps
        if step.row and step.row.answers
        for role in step.row.by
    }
    for code, state in workflow.states.items():
        for role, before in product(state.turn, walked.came_from.get(code, ())):
            if (code, before, role) not in answers and workflow.turn_rows(code, role):
                label, case = workflow.role_label(role), _case(workflow, before)
                yield finding(f"states.{code}.turn", NO_ANSWER, role=label, case=case)


def _ambiguous(workflow: Workflow, walked: Walk) -> Iterator[Finding]:
    """Rows of one name and source that do not share out what can come there; the first case."""
    reached = [state for state in workflow.states if state in walked.came_from]
    for state, action in product(reached, workflow.actions):
        found: dict[str, Finding] = {}
        materials = material_values(workflow, state)
        for before, material in product(walked.came_from[state], materials):
            case = _case(workflow, before, material=material if len(materials) > 1 else None)
            rows = workflow.rows(action, state)
            fits = [row for row in rows if row.fits(returned_from=before, material=material)]
            label = workflow.states[state].label
            if rows and not fits:
                place = f"transitions.{rows[0].trigger}.when"
                gap = finding(place, GAP, state=label, action=action, case=case)
                found.setdefault(place, gap)
            for row in fits[1:]:
                place = f"transitions.{row.trigger}.when"
                names = {"one": fits[0].trigger, "other": row.trigger}
                found.setdefault(place, finding(place, OVERLAP, state=label, case=case, **names))
        yield from found.values()


def _endless(walked: Walk) -> Iterator[Finding]:
    steps = [step for step in walked.steps if step.row and step.row.automatic]
    found = enumerate(components(moves_of(steps)))
    number = {here: n for n, component in found for here in component}
    triggers = {s.row.trigger for s in steps if s.row and number[s.source] == number[s.target]}
    for trigger in sorted(triggers):
        yield finding(f"transitions.{trigger}.automatic", ENDLESS)


def _case(workflow: Workflow, before: str | None, *, material: bool | None = None) -> Sentence:
    case = Sentence(IS_NEW)
    if before is not None:
        case = Sentence(CAME_FROM, {"before": workflow.states[before].label})
    if material is None:
        return case
    return Sentence(CHANGED if material else UNCHANGED, {"case": case})
