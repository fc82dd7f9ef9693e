"""Whether somebody answers in every state, and by when: the checks of turns and deadlines.

Each looks at one state and the rows that start there; where they lead in the end is asked in
`soundness`. Every name in the definition must exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from workflow.definition import RESCHEDULE, SYSTEM, Deadline, State, Workflow
from workflow.document import Finding, finding
from workflow.language import N_

NO_TURN = N_("The state is not final, so it must be somebody's turn.")
NO_ANSWER = N_("It is the turn of “%(role)s”, but no row lets them answer it here.")
NO_DEADLINE = N_("The state is not final, so it needs a deadline.")
FINAL_TURN = N_("The state is final, so it is nobody's turn.")
FINAL_DEADLINE = N_("The state is final, so it has no deadline.")
FINAL_LEFT = N_("The state “%(state)s” is final: only a row marked undo may leave it.")
NOT_CONCLUDED = N_(
    "Judgments are collected here, but no person and no automatic row leads on with them."
)
NO_WAYS = N_(
    "Who goes through the checklist needs a row that leads on, and one back to where the content "
    "can be edited. This is missing for “%(role)s”."
)
KIND = N_("A deadline is one of: within; every and by; until and within. Here it is: %(keys)s.")
OUT_OF_RANGE = N_("This number must be from %(least)s to %(most)s.")
NOT_BEFORE = N_("Reminders come before the due time or on its day: from %(least)s to %(most)s.")
NOT_ASCENDING = N_("These steps must stand in the order of their days.")
AGAIN = N_("Steps that come again need both: again, and times from 2 to %(most)s.")
SAME_STEP = N_("“%(action)s” would come twice on the same day.")
FINAL_PAUSE = N_("The state is final or new ones start here, so it pauses nothing.")
PAUSED_TWICE = N_("“%(state)s” pauses already, and its clock cannot be paused.")
NO_WAY_BACK = N_("It pauses “%(state)s”, but no row leads back there.")
NOT_RECORDING = N_(
    "“reschedule” only records that a date moved: it is by the system, stays in its state, and has "
    "no guards."
)
NOT_BY_SYSTEM = N_("The system has no row “%(action)s” that starts in this state.")
TOO_LATE = N_("These steps never come: “%(action)s” has led on before them.")

MOST_DAYS = 1000
_MOST_TIMES = 100  # each time is a row in the database for every visit


def unanswered(workflow: Workflow) -> Iterator[Finding]:
    for state in workflow.states.values():
        yield from _final(workflow, state) if state.final else _turn(workflow, state)
        yield from _checklist(workflow, state)
        yield from _pause(workflow, state) if state.pauses else ()
        if state.deadline:
            yield from _deadline(state, state.deadline)
            if all(late.times <= _MOST_TIMES for late in state.deadline.late):
                yield from _steps(workflow, state, state.deadline)
    for row in workflow.rows(RESCHEDULE):
        if row.by != (SYSTEM,) or row.to is not None or row.guards:
            yield finding(f"transitions.{row.trigger}", NOT_RECORDING)


def _final(workflow: Workflow, state: State) -> Iterator[Finding]:
    place = f"states.{state.code}"
    if state.turn:
        yield finding(f"{place}.turn", FINAL_TURN)
    if state.deadline:
        yield finding(f"{place}.deadline", FINAL_DEADLINE)
    for row in workflow.rows_from(state.code):
        if row.to is not None and not row.undo:
            yield finding(f"transitions.{row.trigger}.from", FINAL_LEFT, state=state.label)


def _turn(workflow: Workflow, state: State) -> Iterator[Finding]:
    place = f"states.{state.code}"
    if not state.turn:
        yield finding(f"{place}.turn", NO_TURN)
    if not state.deadline:
        yield finding(f"{place}.deadline", NO_DEADLINE)
    for role in state.turn:
        if not workflow.turn_rows(state.code, role):
            yield finding(f"{place}.turn", NO_ANSWER, role=workflow.role_label(role))
    rows = workflow.rows_from(state.code)
    leaving = [row for row in rows if row.to not in (None, state.code)]
    if any(row.collects == "judgment" for row in rows) and not any(
        row.automatic or row.by != (SYSTEM,) for row in leaving
    ):
        yield finding(place, NOT_CONCLUDED)


def _checklist(workflow: Workflow, state: State) -> Iterator[Finding]:
    for role in state.turn if state.checklist else ():
        if not all(workflow.check_rows(state.code, role, back=back) for back in (True, False)):
            place = f"states.{state.code}.checklist"
            yield finding(place, NO_WAYS, role=workflow.role_label(role))


def _pause(workflow: Workflow, state: State) -> Iterator[Finding]:
    """Whatever was paused must be able to go on."""
    place = f"states.{state.code}.pauses"
    if state.final or state.code == workflow.initial:
        yield finding(place, FINAL_PAUSE)
        return
    rows = [row for row in workflow.transitions if row.to == state.code and not row.rescinds]
    for code in dict.fromkeys(source for row in rows for source in row.source):
        before = workflow.states[code]
        if before.pauses:
            yield finding(place, PAUSED_TWICE, state=before.label)
        elif not any(
            row.to == code and row.fits(returned_from=code, material=False)
            for row in workflow.rows_from(state.code)
        ):
            yield finding(place, NO_WAY_BACK, state=before.label)


def _deadline(state: State, deadline: Deadline) -> Iterator[Finding]:
    """What a deadline says against itself."""
    place = f"states.{state.code}.deadline"
    keys = [key for key in ("within", "every", "by", "until") if getattr(deadline, key) is not None]
    if keys not in (["within"], ["every", "by"], ["within", "until"]):
        yield finding(place, KIND, keys=", ".join(keys) or "–")
    numbers = [("within", deadline.within, MOST_DAYS), ("by", deadline.by, 20)]
    numbers += [("late", late.after, MOST_DAYS) for late in deadline.late]
    numbers += [("late", late.again, MOST_DAYS) for late in deadline.late]
    for key, number, most in numbers:
        if number is not None and not 1 <= number <= most:
            yield finding(f"{place}.{key}", OUT_OF_RANGE, least=1, most=most)
    if not all(-MOST_DAYS <= days <= 0 for days in deadline.remind):
        yield finding(f"{place}.remind", NOT_BEFORE, least=-MOST_DAYS, most=0)
    if not all(one <= other for one, other in pairwise(deadline.remind)):
        yield finding(f"{place}.remind", NOT_ASCENDING)
    for late in deadline.late:
        if not 1 <= late.times <= _MOST_TIMES or (late.again is None) != (late.times == 1):
            yield finding(f"{place}.late", AGAIN, most=_MOST_TIMES)
    if not all(one.after < other.after for one, other in pairwise(deadline.late)):
        yield finding(f"{place}.late", NOT_ASCENDING)


def _steps(workflow: Workflow, state: State, deadline: Deadline) -> Iterator[Finding]:
    """What the clock is told to do, and cannot."""
    place = f"states.{state.code}.deadline"
    named = {
        "remind": ["remind"] if deadline.remind else [],
        "do": [deadline.do] if deadline.do is not None else [],
        "late": [late.do for late in deadline.late],
    }
    for key, actions in named.items():
        for action in dict.fromkeys(actions):
            rows = workflow.rows(action, state.code)
            if not rows or any(row.by != (SYSTEM,) for row in rows):
                yield finding(f"{place}.{key}", NOT_BY_SYSTEM, action=action)
    steps = sorted(deadline.steps(), key=lambda step: step[1])
    for action, days in dict.fromkeys(steps):
        if steps.count((action, days)) > 1:
            yield finding(place, SAME_STEP, action=action)
        rows = workflow.rows(action, state.code)
        if rows and all(row.to is not None and not row.guards for row in rows):
            if steps[-1][1] > days:
                yield finding(place, TOO_LATE, action=action)
            break
