"""From the domain to JSON: plain values in the shapes of `shapes`, times in UTC.

What the reader may know was decided before. Texts that people read are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import url_for

from web.frame import say
from web.offering import what_next
from workflow.definition import Workflow
from workflow.diff import Change
from workflow.errors import Refused
from workflow.fields import missing, parse, percent_without
from workflow.history import Entry
from workflow.machine import Choices, Offer
from workflow.models import Decree, Effect, Person, QuickWin, Revision
from workflow.queries import Covered
from workflow.registry import workflow_of
from workflow.similar import Similar
from workflow.uploads import Uploaded

Json = dict[str, Any]


def brief(quick_win: QuickWin) -> Json:
    """A Quick Win in a list."""
    state = workflow_of(quick_win).states[quick_win.state]
    lacking = missing(parse(quick_win.content))
    return {
        "id": quick_win.id,
        "number": quick_win.number,
        "title": quick_win.title,
        "unit": quick_win.unit.code,
        "period": quick_win.period.code,
        "state": quick_win.state,
        "label": say(state.label),
        "visit": quick_win.visit,
        "version": quick_win.version,
        "digest": quick_win.digest,
        "completeness": {"percent": percent_without(lacking), "missing": list(lacking)},
        "waiting_for": list(state.turn),
        "since": moment(quick_win.since),
        "due_at": moment(quick_win.due_at) if quick_win.due_at else None,
    }


def similar(found: Similar) -> Json:
    """A Quick Win that resembles another."""
    return {**brief(found.quick_win), "score": found.score, "shared": list(found.shared)}


def quick_win(found: QuickWin, choices: Choices) -> Json:
    """A Quick Win with what its reader may do, and why not the rest."""
    workflow = workflow_of(found)
    return {
        **brief(found),
        "content": found.content,
        "actions": {
            name: _offer(found.id, workflow, name, offer) for name, offer in choices.actions.items()
        },
        "refused": {name: _refusal(refusal) for name, refusal in choices.refused.items()},
    }


def person(found: Person) -> Json:
    return {"id": found.id, "name": found.name, "email": found.email}


def event(entry: Entry) -> Json:
    found = entry.event
    return {
        "seq": found.seq,
        "at": moment(found.at),
        "action": found.action,
        "actor": person(entry.actor) if entry.actor else None,
        "capacity": entry.capacity,
        "on_behalf_of": entry.on_behalf_of or None,
        "from": found.source,
        "to": found.target,
        "visit": found.visit,
        "note": entry.note,
        "digest": found.digest,
        "hash": found.hash,
    }


def revision(found: Revision, seq: int, people: Mapping[int, Person]) -> Json:
    return {
        "number": found.number,
        "at": moment(found.at),
        "digest": found.digest,
        "material_digest": found.material_digest,
        "authors": [person(people[author]) for author in found.authors],
        "seq": seq,
    }


def change(found: Change) -> Json:
    return {
        "field": found.field,
        "material": found.material,
        "before": found.before,
        "after": found.after,
    }


def uploaded(found: Uploaded) -> Json:
    return {
        "sha256": found.sha256,
        "name": found.name,
        "media_type": found.media_type,
        "size": found.size,
    }


def covered(row: Covered) -> Json:
    counting = row.quick_win
    return {
        "unit": row.unit.code,
        "name": row.unit.name,
        "status": row.coverage.value,
        "quick_win": counting.id if counting and row.visible else None,
        "state": counting.state if counting else None,
        "light": row.light.value if row.light else None,
    }


def decree(found: Decree) -> Json:
    ids = {
        effect: [line.quick_win_id for line in found.lines if line.effect is effect]
        for effect in Effect
    }
    return {
        "id": found.id,
        "period": found.period.code,
        "number": found.number,
        "date": found.date.isoformat() if found.date else None,
        "status": found.status.value,
        "code": found.code,
        "digest": found.digest,
        "sha256": found.pdf_sha256,
        "quick_wins": ids[Effect.ESTABLISHES],
        "revokes": ids[Effect.REVOKES],
        "replaces": found.replaces_id,
    }


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _offer(quick_win_id: int, workflow: Workflow, name: str, offer: Offer) -> Json:
    return {
        "label": say(offer.row.label),
        "href": url_for("api_acts.act", quick_win_id=quick_win_id, action=name),
        "note": offer.row.note,
        "collects": offer.row.collects,
        "then": what_next(workflow, offer.row, offer.then),
    }


def _refusal(refusal: Refused) -> Json:
    return {"rule": say(refusal.sentence), "who_can": list(refusal.who_can)}
