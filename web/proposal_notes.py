"""What was asked for when a proposal came back to its writers: the note, and notes on fields.

How much of it is open to the reader was decided by `workflow.history`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from web.frame import say
from web.labels import FIELDS
from web.pinned_notes import Note, notes_in
from web.proposal_sections import SECTIONS, address_of
from web.telling import done_by
from workflow.dossier import Dossier
from workflow.history import Entry


@dataclass(frozen=True, kw_only=True)
class LinkedNote:
    """A note about one field, with a link to where it is written; "" where no section has it."""

    note: Note
    label: Any
    href: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The act that gave it back, and what was noted about fields since it was sent."""

    who: str
    what: str
    at: datetime
    note: str
    notes: list[LinkedNote]


def asked(dossier: Dossier) -> Asked | None:
    """None where nobody gave it back."""
    moves = [
        place
        for place, entry in enumerate(dossier.events)
        if entry.event.source != entry.event.target
    ]
    if not moves:
        return None
    sent = [place for place in moves[:-1] if _was_written_in(dossier, dossier.events[place])]
    back, workflow = dossier.events[moves[-1]], dossier.workflow
    event = back.event
    return Asked(
        who=back.actor.name if back.actor else say(workflow.role_label(back.role)),
        what=done_by(workflow, event.action, event.source, event.target),
        at=event.at,
        note=back.note,
        notes=_linked(dossier, dossier.events[sent[-1] if sent else 0 : moves[-1] + 1]),
    )


def _was_written_in(dossier: Dossier, entry: Entry) -> bool:
    state = dossier.workflow.states.get(entry.event.source or "")
    return bool(state and state.editable)


def _linked(dossier: Dossier, entries: Sequence[Entry]) -> list[LinkedNote]:
    """In the order of the form."""
    places = {name: place for place, name in enumerate(chain(*(one.fields for one in SECTIONS)))}
    notes = [note for entry in entries for note in notes_in(dossier.workflow, entry) if note.asks]
    return [
        LinkedNote(
            note=note,
            label=FIELDS.get(note.field, note.field),
            href=address_of(dossier.quick_win, note.field) if note.field in places else "",
        )
        for note in sorted(notes, key=lambda note: places.get(note.field, len(places)))
    ]
