"""How far up it is told that something is late: with each step that tells superiors, one further.

Who holds these roles, and how they hear of it, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.definition import SUPERIOR, Workflow


def level(workflow: Workflow, state: str, action: str, threshold: int) -> int:
    """Which of the steps of the state's deadline that tell superiors it is, from 1; 0 for none of
    them."""
    deadline = workflow.states[state].deadline
    if deadline is None or not _tells(workflow, state, action):
        return 0
    steps = {days for step, days in deadline.steps() if _tells(workflow, state, step)}
    return sum(days <= threshold for days in steps)


def level_of(workflow: Workflow, state: str | None, action: str, data: Mapping[str, Any]) -> int:
    """`level` of an event by its data; 1 for one that is older than this data."""
    if state is None or not _tells(workflow, state, action):
        return 0
    return level(workflow, state, action, data["threshold"]) if "threshold" in data else 1


def superiors(workflow: Workflow, state: str, steps: int) -> list[str]:
    """The superiors of whose turn it is, so many steps up, the nearest first."""
    found: list[str] = []
    for role in workflow.states[state].turn:
        for above in _above(workflow, role, steps):
            if above not in found:
                found.append(above)
    return found


def _above(workflow: Workflow, role: str, steps: int) -> Iterator[str]:
    above = workflow.roles[role].superior
    for _ in range(steps):
        if above is None:
            return
        yield above
        above = workflow.roles[above].superior


def _tells(workflow: Workflow, state: str, action: str) -> bool:
    return any(SUPERIOR in row.notify for row in workflow.rows(action, state))
