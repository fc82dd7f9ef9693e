"""What the forms share with which an admin changes the time of the city: filled in, sent to be
previewed, sent again to be confirmed or changed.

What is filled in is not known here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field

from web.frame import say
from workflow import language
from workflow.errors import Invalid

_NOT_SENT_AGAIN = ("csrf_token", "file")


class TimeForm(FlaskForm):  # type: ignore[misc]
    @property
    def is_ready(self) -> bool:
        """Whether it was sent, whole, to be previewed or confirmed, and not to be changed."""
        return bool(self.validate_on_submit()) and "change" not in request.form

    @property
    def sent(self) -> list[tuple[str, Any]]:
        """What a preview sends again, by the names of the fields."""
        return [(one.name, one.data) for one in self if one.short_name not in _NOT_SENT_AGAIN]

    def blame(self, refusal: Invalid) -> None:
        """Put a refusal to the fields that it names."""
        for name, sentence in refusal.fields.items():
            if name in self:
                self[name].errors = [say(sentence)]
            else:
                self.form_errors.append(say(sentence))


def day_in(field: Field) -> date | None:
    """None where it cannot be read; the field says so."""
    try:
        return language.parse_date(field.data or "")
    except ValueError as error:
        field.errors = field.errors or [say(str(error))]
        return None
