"""What was typed for an act, whatever the action: handed to the door as data, and given back.

A form reads what people write ("50 juta", "12,5") and refuses nothing by itself: what it cannot
read it hands on as `UNREADABLE`, so that the door refuses it in its turn, after role, version and
state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are older
from wtforms.validators import InputRequired, Length

from web.frame import say
from web.labels import Names
from workflow.errors import Invalid

UNREADABLE: list[Any] = []  # no field takes a list in its place
NEEDED = [InputRequired()]  # only drawn, as a mark and a limit; the domain has the rules
LONG = [Length(max=4000)]


def choices_of(names: Names) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in names.items()]


class ActForm(Form):
    """What all of them share. `data_given` is for the door; `blame` puts its refusal to the
    fields, and returns what belongs to none of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unread: dict[str, str] = {}

    def data_given(self) -> dict[str, Any]:
        return {}

    def typed(self) -> list[tuple[str, str]]:
        """(label, text) of everything that was typed, to give back where the form is gone."""
        return [
            (str(field.label.text), field.data)
            for field in self
            if isinstance(field.data, str) and field.data
        ]

    def blame(self, refusal: Invalid) -> list[str]:
        rest = []
        for path, sentence in refusal.fields.items():
            field, text = self.field_of(path), self.unread.get(path) or say(sentence)
            if field is None:
                rest.append(f"{path}: {text}")
            else:
                field.errors = [text]
        return rest

    def field_of(self, path: str) -> Field | None:
        found: Field | None = self._fields.get(path)
        return found

    def filled(self, path: str) -> str:
        """The text of a field that must not be empty; if it is, there are better words for it."""
        text = (self[path].data or "").strip()
        if not text:
            self.unread[path] = _("Write something here.")
        return text

    def read(self, path: str, text: str | None, reader: Callable[[str], Any]) -> Any:
        """What `reader` makes of the text; if it makes nothing of it, its words are kept."""
        try:
            return reader(text or "")
        except ValueError as error:
            self.unread[path] = say(str(error))
            return UNREADABLE
