"""The start page: what a Quick Win is, who does what and what happens next, told from the table and
the open period. Anybody reads it; who is signed in also learns what is asked of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, g, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from web.auth import open_to_all
from web.frame import reader_language, say
from web.labels import FIELDS
from web.presenting import any_of, expected, turn_of
from web.proposal_examples import EXAMPLES
from web.proposal_start import proposes
from workflow.content import open_period
from workflow.definition import Deadline, Question, State, Workflow
from workflow.errors import Conflict
from workflow.models import Period
from workflow.registry import active, parameters_in, parsed

bp = Blueprint("guide", __name__)
EXAMPLE = ("problem", "summary", "benefit", "uniqueness", "indicators", "milestones")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A state on the straight way: who has it, what is expected of them, how long it may take."""

    label: str
    turn: str
    expected: str
    time: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a role does; `mine` is a role of the reader."""

    role: str
    does: str
    mine: bool


@dataclass(frozen=True, kw_only=True)
class Dimension:
    label: str
    parts: str


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/guide")
@open_to_all
def show() -> str:
    workflow, period = parsed(active(g.session)), _period()
    return render_template(
        "guide.html",
        period=period,
        dimensions=_dimensions(period),
        questions=questions(workflow),
        steps=list(_steps(workflow, period)),
        parts=list(_parts(workflow, g.caller.roles if g.caller else ())),
        example=[(FIELDS[name], EXAMPLES[name]) for name in EXAMPLE],
        example_title=EXAMPLES["title"],
        example_expansion=EXAMPLES["title_expansion"],
        proposes=bool(g.person) and proposes(),
    )


def questions(workflow: Workflow) -> list[Question]:
    """What is asked of every proposal, by the checklists of the table."""
    return [one for state in workflow.states.values() for one in state.checklist.values()]


def _period() -> Period | None:
    try:
        return open_period(g.session, g.now)
    except Conflict:
        return None


def _dimensions(period: Period | None) -> list[Dimension]:
    language = reader_language()

    def name(entry: Mapping[str, Any]) -> str:
        return str(entry["label"][language])

    return [
        Dimension(label=name(one), parts=", ".join(map(name, one.get("subdimensions", ()))))
        for one in (period.dimensions if period else ())
    ]


def _steps(workflow: Workflow, period: Period | None) -> Iterator[Step]:
    days = parameters_in(workflow, period).days if period else {}
    for state in straight_way(workflow):
        yield Step(
            label=say(state.label),
            turn=turn_of(workflow, state),
            expected=any_of(expected(workflow, state)),
            time=_time(state.deadline, days.get(state.code)) if state.deadline else "",
        )


def straight_way(workflow: Workflow) -> Sequence[State]:
    """The states on the way from the first one to the end when nothing has to be put right: those
    with a stage that can be come to without saying why."""
    plainly = {row.to for row in workflow.transitions if row.note != "required"}
    return [
        state
        for state in workflow.states.values()
        if state.stage and (state.code in plainly or state.code == workflow.initial)
    ]


def _time(deadline: Deadline, days: int | None) -> str:
    if deadline.until == "period":
        return str(_("until the period closes"))
    if deadline.every == "month":
        return str(_("a report by working day %(day)s of each month", day=deadline.by))
    within = days or deadline.within or 0
    return str(ngettext("%(num)s working day", "%(num)s working days", within))


def _parts(workflow: Workflow, held: Collection[str]) -> Iterator[Part]:
    for role in workflow.roles.values():
        rows = [row for row in workflow.transitions if role.code in row.by]
        # What everybody may do says nothing about a role, unless it is all that it does.
        own = [row for row in rows if row.answers or len(row.by) == 1] or rows
        sees = {
            "all": _("Sees everything and changes nothing."),
            "circulated": _("Sees what has left its agency."),
            "own_unit": _("Sees what its own unit has."),
        }
        yield Part(
            role=say(role.label),
            does=", ".join(dict.fromkeys(say(row.label) for row in own)) or str(sees[role.sees]),
            mine=role.code in held,
        )
