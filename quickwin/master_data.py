"""Putting in the workflow definition that the city is run by. What one means is not known here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin.refusal import CommandRefused
from workflow import incidents
from workflow.checks import check
from workflow.definition import Workflow
from workflow.document import Malformed
from workflow.document import load as load_workflow
from workflow.ledger import append_to_city
from workflow.models import Definition, Unit
from workflow.registry import store
from workflow.staffing import missing_for_units


def activate(session: Session, text: str, *, at: datetime) -> str:
    """Store the definition and start new Quick Wins under it; the caller commits. Returns what to
    say. Raises CommandRefused with every finding, if that version is another text already, or if
    people are missing for it while a period is open. Between periods roles can change; people for
    new ones are added then, before the next period opens."""
    workflow = _sound(text)
    same = (Definition.name == workflow.name) & (Definition.version == workflow.version)
    stored = session.scalar(select(Definition).where(same))
    name = f"“{workflow.name}”, version {workflow.version}"
    if stored is not None and stored.sha256 != workflow.sha256:
        raise CommandRefused(f"{name} is stored with another text: give this one a new version.")
    if stored is not None and stored.active:
        return f"{name} is active already."
    if lacks := _lacks(session, workflow, at):
        raise CommandRefused("\n".join(lacks))
    kept = store(session, workflow, activate=True)
    data = {"name": kept.name, "version": kept.version, "sha256": kept.sha256}
    append_to_city(session, "activate_definition", at=at, data=data)
    incidents.recompute(session, at=at)
    return f"{name} is active: new Quick Wins start under it, those begun keep theirs."


def _lacks(session: Session, workflow: Workflow, at: datetime) -> list[str]:
    """A sentence for every step that nobody could take today: the role, and the OPDs."""
    units = dict(session.execute(select(Unit.id, Unit.code)).all())
    return [
        f"Nobody can take “{workflow.states[state].label.en}”: people with the role “{role}” are "
        f"missing for {', '.join(units[unit_id] for unit_id in ids)}."
        for (state, role), ids in missing_for_units(session, workflow, at).items()
    ]


def _sound(text: str) -> Workflow:
    try:
        workflow = load_workflow(text)
        findings = check(workflow)
    except Malformed as malformed:
        findings = malformed.findings
    if findings:
        raise CommandRefused("\n".join(map(str, findings)))
    return workflow
