"""Stored definitions: putting a checked one in, getting back the one a Quick Win is pinned to."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.definition import Parameters, Workflow
from workflow.document import load
from workflow.guards import PERSONAL
from workflow.models import DefinedRole, DefinedState, DefinedTurn, Definition, Period, QuickWin
from workflow.turns import Turn


def store(session: Session, workflow: Workflow, *, activate: bool) -> Definition:
    """Keep a definition, the same text once. With `activate`, new Quick Wins start under it.

    The caller has checked it (`checks.check`) and commits.
    """
    if activate:
        session.execute(update(Definition).values(active=False))
    kept = session.scalar(select(Definition).where(Definition.sha256 == workflow.sha256))
    if kept is None:
        kept = _stored(session, workflow)
    kept.active = activate or kept.active
    session.flush()
    return kept


def active(session: Session) -> Definition:
    """The definition under which new Quick Wins start."""
    return session.scalars(select(Definition).where(Definition.active)).one()


def parsed(definition: Definition) -> Workflow:
    """The workflow of a stored definition; its text is read and parsed once in a process."""
    if definition.sha256 not in _known:
        _known[definition.sha256] = load(definition.text)
    return _known[definition.sha256]


def workflows(session: Session) -> dict[int, Workflow]:
    """Every stored definition, by the id of its row: the oldest first, the one in force last, so
    that its names win. Texts are fetched once in a process."""
    ordered = select(Definition.id, Definition.sha256).order_by(Definition.active, Definition.id)
    rows = session.execute(ordered).all()
    if unknown := [row.sha256 for row in rows if row.sha256 not in _known]:
        texts = select(Definition.sha256, Definition.text).where(Definition.sha256.in_(unknown))
        _known.update({sha256: load(text) for sha256, text in session.execute(texts)})
    return {row.id: _known[row.sha256] for row in rows}


def workflow_of(quick_win: QuickWin) -> Workflow:
    """The workflow the Quick Win was started under."""
    return parsed(quick_win.definition)


def parameters_of(quick_win: QuickWin) -> Parameters:
    """The parameters in force: pinned at the first submission, the period's until then."""
    if quick_win.parameters is None:
        return parameters_in(workflow_of(quick_win), quick_win.period)
    return replace(workflow_of(quick_win).parameters, **quick_win.parameters)


def parameters_in(workflow: Workflow, period: Period) -> Parameters:
    """The parameters of what begins in that period."""
    return replace(workflow.parameters, **period.parameters)


@lru_cache(maxsize=256)
def turns_of(workflow: Workflow, state: str) -> tuple[Turn, ...]:
    """Whose turn it is in that state. A personal guard stands before a turn if it stands before
    every row that answers it."""
    return tuple(_turn_of(workflow, state, role) for role in workflow.states[state].turn)


def _turn_of(workflow: Workflow, state: str, role: str) -> Turn:
    rows = workflow.turn_rows(state, role)
    four_eyes, once = (all(guard in row.guards for row in rows) for guard in PERSONAL)
    return Turn(role=role, four_eyes=four_eyes, once=once)


_known: dict[str, Workflow] = {}  # by SHA-256: a stored definition never changes


def _stored(session: Session, workflow: Workflow) -> Definition:
    definition = Definition(
        name=workflow.name,
        version=workflow.version,
        sha256=workflow.sha256,
        text=workflow.text,
        active=False,
    )
    session.add(definition)
    session.flush()
    session.add_all(
        DefinedRole(
            definition_id=definition.id,
            code=role.code,
            label_id=role.label.id,
            label_en=role.label.en,
            scope=role.scope,
            sees=role.sees,
        )
        for role in workflow.roles.values()
    )
    session.add_all(
        DefinedState(
            definition_id=definition.id,
            code=state.code,
            position=position,
            label_id=state.label.id,
            label_en=state.label.en,
            final=state.final,
            coverage=state.coverage,
        )
        for position, state in enumerate(workflow.states.values())
    )
    session.flush()
    session.add_all(
        DefinedTurn(definition_id=definition.id, state=state, **turn._asdict())
        for state in workflow.states
        for turn in turns_of(workflow, state)
    )
    return definition
