"""What a form held, for pages that have no such form: it is given back to be copied, not lost.

Secrets and the form's own machinery are left out; what a field means is known to its form only.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from web.labels import FIELDS

_NOT_TYPED = {
    *("csrf_token", "version", "seen", "next", "language", "theme"),
    *("password", "old_password", "new_password", "repeated_password", "code"),
    *("files", "save", "continue", "list"),
}


def typed() -> list[tuple[Any, str]]:
    """(name, text) of every text of a posted form; nothing of any other request, and of none that
    is too large to be read."""
    if request.method != "POST":
        return []
    try:
        form = request.form
    except RequestEntityTooLarge:
        return []
    names = {**FIELDS, "note": _("Note")}
    return [
        (names.get(field, field), text)
        for field, text in form.items(multi=True)
        if field not in _NOT_TYPED and text.strip()
    ]
