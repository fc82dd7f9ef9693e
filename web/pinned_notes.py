"""Notes about single fields of a proposal: of judgments, of requests for a revision, and comments.

Which of them are open to the reader was decided by `workflow.history`; whether a field was written
again since, is known from `workflow.traces`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.frame import moment, say
from web.labels import FIELDS
from workflow.definition import Workflow
from workflow.dossier import Dossier
from workflow.history import Entry
from workflow.traces import Wrote


@dataclass(frozen=True, kw_only=True)
class Note:
    """A note beside its field. `answered`: the field was written again since. None: it is of
    somebody who writes the proposal, and asks for nothing."""

    field: str
    text: str
    who: str
    at: str
    answered: bool | None

    @property
    def asks(self) -> bool:
        """Whether it asks for something, answered or not."""
        return self.answered is not None


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """The notes, newest first."""

    notes: Sequence[Note] = field(default_factory=tuple)

    def of(self, name: str) -> list[Note]:
        """Those about one field: first those that still ask for something."""
        found = [note for note in self.notes if note.field == name]
        return sorted(found, key=lambda note: note.answered is not False)

    def asks(self, name: str) -> bool:
        """Whether a note about that field is not answered."""
        return any(note.field == name and note.answered is False for note in self.notes)

    @property
    def asking(self) -> list[Note]:
        """All that ask for something, answered or not."""
        return [note for note in self.notes if note.asks]

    @property
    def answered(self) -> int:
        return sum(note.answered is True for note in self.notes)

    @property
    def open_fields(self) -> list[tuple[str, Any]]:
        """(name, label) of the fields with a note not answered yet, in the order of the form."""
        return [(name, label) for name, label in FIELDS.items() if self.asks(name)]


def pinned(dossier: Dossier, written: Sequence[Wrote]) -> Pinned:
    return Pinned(
        notes=[
            note
            for entry in reversed(dossier.events)
            for note in notes_in(dossier.workflow, entry, written)
        ]
    )


def notes_in(workflow: Workflow, entry: Entry, written: Sequence[Wrote] = ()) -> Iterator[Note]:
    """Those of one entry; `written` is what answers them."""
    said = [(note["field"], note["text"]) for note in entry.data.get("notes", ())]
    if "field" in entry.data and entry.note:
        said.append((entry.data["field"], entry.note))
    named = entry.actor is not None
    who = entry.event.actor_name if named else say(workflow.role_label(entry.role))
    for name, text in said:
        later = any(one.field == name and one.at > entry.event.at for one in written)
        yield Note(
            field=name,
            text=text,
            who=who,
            at=moment(entry.event.at),
            answered=None if entry.role in workflow.editors else later,
        )
