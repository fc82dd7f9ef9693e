"""What becomes of each Quick Win that was chosen, in words: what happens next, or the rule against
it and what happened meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import g, url_for

from web.frame import say
from web.keys import number_in
from web.offering import where_it_is
from web.presenting import title_of
from web.telling import in_a_line
from workflow.definition import Workflow
from workflow.errors import Conflict, Refused
from workflow.history import Entry
from workflow.plenary import LIMIT, Foreseen, last_moves, was_done
from workflow.registry import workflow_of, workflows
from workflow.scoring import Score


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`rule` "": it is, or was, done. `before`: by the same person, when the form came first."""

    href: str
    number: str
    title: str
    unit: str
    value: str
    score: Score | None = None
    state: str = ""
    next: str = ""
    before: bool = False
    rule: str = ""
    meanwhile: str = ""


def chosen(values: Iterable[str]) -> dict[int, int]:
    """Which Quick Wins in which version, from the boxes "id.version"; LIMIT at most. What is not of
    that form was not on our page and is left out."""
    found: dict[int, int] = {}
    for value in values:
        match [number_in(part) for part in value.split(".")]:
            case [int(quick_win_id), int(version)]:
                found[quick_win_id] = version
    return dict(list(found.items())[:LIMIT])


def label_of(action: str) -> str:
    """What the action is called, in the definition in force or the newest that has it; its name
    where none has."""
    labels = [
        workflow.rows(action)[0].label
        for workflow in workflows(g.session).values()
        if workflow.rows(action)
    ]
    return say(labels[-1]) if labels else action


def outcomes(action: str, foreseen: Sequence[Foreseen]) -> list[Outcome]:
    """Each in words, in the same order. What was performed meanwhile stands as it is now."""
    refused = [each.case for each in foreseen if each.case and each.refusal]
    moves = last_moves(g.session, g.person, refused)
    return [_outcome(action, each, moves.get(each.quick_win_id)) for each in foreseen]


def next_steps(some: Iterable[Outcome]) -> list[tuple[str, int]]:
    """What comes next, and for how many."""
    return list(Counter(each.next for each in some).items())


def _outcome(action: str, each: Foreseen, last: Entry | None) -> Outcome:
    value = f"{each.quick_win_id}.{each.version}"
    if each.case is None:
        rule = say(each.refusal.sentence) if each.refusal else ""
        return Outcome(href="", number="", title="–", unit="", value=value, rule=rule)
    quick_win, workflow = each.case.quick_win, workflow_of(each.case.quick_win)
    ahead = each.row.to if each.row and quick_win.version == each.version else None
    state = workflow.states[ahead or quick_win.state]
    found = Outcome(
        href=url_for("quick_wins.show", quick_win_id=quick_win.id),
        number=quick_win.number,
        title=title_of(quick_win),
        unit=quick_win.unit.name,
        value=value,
        score=each.case.score,
        state=say(state.label),
        next=where_it_is(workflow, state),
    )
    if each.refusal is None:
        return found
    if was_done(each, action, g.person, last):
        return replace(found, before=True)
    return replace(
        found,
        rule=say(each.refusal.sentence),
        meanwhile=_meanwhile(each.refusal, workflow, last),
    )


def _meanwhile(refusal: Refused, workflow: Workflow, last: Entry | None) -> str:
    """Only where it is no longer as it was seen."""
    return in_a_line(workflow, last) if last and isinstance(refusal, Conflict) else ""
