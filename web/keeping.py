"""What a form held, for pages that have no such form: it is given back to be copied, not lost.

Secrets and the form's own machinery are left out; what a field may hold is known to its form only.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from web.labels import FIELDS, PARTS

_NOT_TYPED = {
    *("csrf_token", "version", "seen", "next", "language", "theme"),
    *("password", "old_password", "new_password", "repeated_password", "code"),
    *("files", "save", "continue", "list"),
}
_ROW_BUTTONS = ("add-", "remove-")


def typed() -> list[tuple[Any, str]]:
    """(name, text) of every text of a posted form; nothing of any other request, and of none that
    is too large to be read."""
    if request.method != "POST":
        return []
    try:
        form = request.form
    except RequestEntityTooLarge:
        return []
    return [
        (_name(field), text)
        for field, text in form.items(multi=True)
        if field not in _NOT_TYPED and not field.startswith(_ROW_BUTTONS) and text.strip()
    ]


def _name(field: str) -> Any:
    """What the reader calls it: a field, or a part of one (pic-name, milestones-0-name)."""
    group, *rest = field.split("-")
    if rest and rest[-1] in PARTS.get(group, {}):
        number = f" {int(rest[0]) + 1}" if len(rest) > 1 and rest[0].isdecimal() else ""
        return f"{FIELDS[group]}{number}, {PARTS[group][rest[-1]]}"
    return _("Note") if field == "note" else FIELDS.get(field, field)
