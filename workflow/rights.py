"""May this actor do this, now? The decision alone: a row of the table, or the reason why not.

Refusals come in the order of the contract: visible, known, role, version, state, guards. Rights are
read at the moment of the decision. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlalchemy.orm import Session

from workflow import quorum
from workflow.definition import SYSTEM, Transition, Workflow
from workflow.errors import Forbidden, NotFound, Stale, UnknownAction, Unmet, WrongState
from workflow.facts import Facts, facts, facts_of
from workflow.guards import GUARDS
from workflow.language import N_, Label, Sentence
from workflow.models import Person, QuickWin
from workflow.registry import parameters_of, workflow_of
from workflow.standing import Held, Standing

Actor: TypeAlias = Person | Literal["system"]


def standing_of(session: Session, quick_win: QuickWin, actor: Actor, at: datetime) -> Standing:
    """What the actor is towards the Quick Win now; one statement.

    Nobody at all is not the system: it does everything, so it is named.
    """
    if not isinstance(actor, Person) and actor != SYSTEM:
        raise NotFound
    person_id = actor.id if isinstance(actor, Person) else None
    found = facts(session, quick_win.id, person_id, at)
    return make_standing(quick_win, found, actor, at)


def standings_of(
    session: Session, quick_wins: Sequence[QuickWin], person: Person, at: datetime
) -> dict[int, Standing]:
    """What a person is towards each of many, by id; one statement."""
    found = facts_of(session, [quick_win.id for quick_win in quick_wins], person.id, at)
    return {each.id: make_standing(each, found[each.id], person, at) for each in quick_wins}


def make_standing(quick_win: QuickWin, found: Facts, actor: Actor, at: datetime) -> Standing:
    """The standing that the row of facts amounts to."""
    # What was loaded before it was locked may have moved.
    closes = found.period_closes or quick_win.period.closes_at
    parameters = parameters_of(quick_win)
    held, judged = _held(found, actor)
    report = found.report or {"percent": None, "actuals": ()}
    return Standing(
        roles=held,
        sees=found.sees or not isinstance(actor, Person),
        own_unit=found.own_unit,
        bound_by_unit=found.bound_by_unit,
        author=found.author,
        recused=found.recused,
        administers=found.administers,
        judged=judged,
        judgments=len(quorum.counted(found.judgments)),
        quorum=parameters.quorum,
        quorum_lacks=quorum.lacks(
            parameters, workflow_of(quick_win), found.judgments, found.designated
        ),
        period_closes=closes,
        period_open=quick_win.period.opens_at <= at < closes,
        submitted_in_time=bool(quick_win.submitted_at and quick_win.submitted_at < closes),
        reported_percent=None if report["percent"] is None else Decimal(report["percent"]),
        reported_indicators=frozenset(row["indicator"] for row in report["actuals"]),
        undo_open=_undo_open(quick_win, found, actor, at),
        today=found.today,
        calendar=found.calendar,
        content=quick_win.content,
    )


def choose(
    quick_win: QuickWin, action: str, standing: Standing, *, version: int | None = None
) -> Transition:
    """The row by which somebody of this standing may act, or the refusal that says why not."""
    workflow = workflow_of(quick_win)
    if not standing.sees:
        raise NotFound
    if action not in workflow.actions:
        raise UnknownAction(action)
    held = [row for row in workflow.rows(action) if not standing.roles.keys().isdisjoint(row.by)]
    can = who_can(workflow, quick_win.state, action)
    if not held:
        raise Forbidden(_for_roles(workflow, action, can), who_can=can)
    if version not in (None, quick_win.version):
        raise Stale(quick_win.version, who_can=can)
    here = [row for row in held if quick_win.state in row.source and fits(quick_win, row)]
    if not here:
        raise WrongState(_not_in_this_state(workflow, quick_win.state, action), who_can=can)
    role = role_of(here[0], standing)
    for guard in here[0].guards:
        if not GUARDS[guard].holds(standing, role):
            raise Unmet(GUARDS[guard].rule, who_can=can)
    return here[0]


def role_of(row: Transition, standing: Standing) -> str:
    """The role in which somebody of this standing performs the row."""
    return next(role for role in row.by if role in standing.roles)


def who_can(workflow: Workflow, state: str, action: str) -> tuple[str, ...]:
    """The roles that could: in this state, or where the action does not start here, at all."""
    rows = workflow.rows(action, state) or workflow.rows(action)
    return tuple(dict.fromkeys(role for row in rows for role in row.by))


def is_material(quick_win: QuickWin) -> bool:
    """Whether a material field was changed since the last submission; only where it can be."""
    editable = workflow_of(quick_win).states[quick_win.state].editable
    return editable and quick_win.material_digest != quick_win.submitted_material_digest


def fits(quick_win: QuickWin, row: Transition) -> bool:
    """Whether the row's `when` is about a Quick Win like this."""
    return row.fits(returned_from=quick_win.came_from, material=is_material(quick_win))


def _held(found: Facts, actor: Actor) -> tuple[dict[str, Held], frozenset[str]]:
    """A person's roles, each in one post, and those of them in which the person judged.

    The clock's role is nobody's, whatever an assignment says. Of several posts, the first whose
    place in the quorum is free; who filled one fills no other.
    """
    if not isinstance(actor, Person):
        return {SYSTEM: Held()}, frozenset()
    filled = quorum.filled(found.judgments)
    free: dict[str, Held] = {}
    taken: dict[str, Held] = {}
    for post in found.posts:
        of = free if filled.isdisjoint({actor.id, post["id"]}) else taken
        held = Held(
            capacity=post["capacity"], on_behalf_of_id=post["id"], on_behalf_of=post["name"]
        )
        if post["role"] != SYSTEM:
            of.setdefault(post["role"], held)
    return taken | free, frozenset(taken.keys() - free.keys())


def _undo_open(quick_win: QuickWin, found: Facts, actor: Actor, at: datetime) -> bool:
    last, window = found.last_event, timedelta(minutes=parameters_of(quick_win).undo_minutes)
    if last is None or not isinstance(actor, Person) or last["actor_id"] != actor.id:
        return False
    if not any(row.undo for row in workflow_of(quick_win).rows(last["action"])):
        return False
    return at < datetime.fromisoformat(last["at"]) + window


def _for_roles(workflow: Workflow, action: str, roles: tuple[str, ...]) -> Sentence:
    return Sentence(
        N_("“%(action)s” is for: %(roles)s."),
        {
            "action": workflow.rows(action)[0].label,
            "roles": joined(workflow.role_label(role) for role in roles),
        },
    )


def _not_in_this_state(workflow: Workflow, state: str, action: str) -> Sentence:
    return Sentence(
        N_("“%(action)s” is not possible in the state “%(state)s”."),
        {"action": workflow.rows(action)[0].label, "state": workflow.states[state].label},
    )


def joined(labels: Iterable[Label]) -> Label:
    """Several labels as one, with commas."""
    found = list(labels)
    return Label(id=", ".join(x.id for x in found), en=", ".join(x.en for x in found))
