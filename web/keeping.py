"""What was typed into a form, for pages that have no such form: it is given back to be copied, not
lost.

Only texts that people type are known here. Secrets, choices and the form's own machinery are not
among them.
"""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import RequestEntityTooLarge

from web.labels import CHOICES, FIELDS, PARTS, Names

_CHOSEN = {*CHOICES, "dimension", "subdimension", "executing_unit", "files"}
_TEXTS: Names = {
    **{name: label for name, label in FIELDS.items() if name not in _CHOSEN},
    "note": lazy_gettext("Note"),
    "text": lazy_gettext("Comment"),
    "due_on": lazy_gettext("New date"),
    "percent": lazy_gettext("Progress in percent"),
    "spent": lazy_gettext("Spent so far, in all"),
    "number": lazy_gettext("Number"),
    "date": lazy_gettext("Date"),
    "words": lazy_gettext("Search among what can be chosen"),
    "email": lazy_gettext("E-mail address"),
    "delegator": lazy_gettext("Who is away (e-mail address)"),
    "delegate": lazy_gettext("Who stands in (e-mail address)"),
    "valid_from": lazy_gettext("First day"),
    "valid_to": lazy_gettext("Last day"),
    "reason": lazy_gettext("Reason"),
    "code": lazy_gettext("Code"),
    "name": lazy_gettext("Name"),
    "year": lazy_gettext("Year of the numbers"),
    "opens": lazy_gettext("First day"),
    "closes": lazy_gettext("Last day"),
    "day": lazy_gettext("Day"),
    "to": lazy_gettext("The new day"),
    "source": lazy_gettext("Source"),
    "rows": lazy_gettext("Rows of the decree"),
    "close_of_business": lazy_gettext("Close of business"),
}
# The numbers of a period, by the name of the input; those of a state or an aspect by its code.
_NUMBERS: Names = {
    "quorum": lazy_gettext("Quorum"),
    "reviewers": lazy_gettext("Reviewers who are asked"),
    "undo_minutes": lazy_gettext("Minutes in which a decision can be undone"),
    "remind_days": lazy_gettext("Reminders before the close (working days)"),
}
_GROUPS: Names = {
    "days": lazy_gettext("Working days for each step"),
    "weights": lazy_gettext("Weights of the rubric"),
}
# What is written into rows of other forms, by the name of the rows and that of the input.
_IN_ROWS: Names = {
    "actuals.value": lazy_gettext("Actual value"),
    "similar.reason": lazy_gettext("Why"),
}
_ABOUT = re.compile(r"(?:note|remark)_(?:field_)?(\w+)")
_NUMBER = re.compile(r"parameters\.(?:(days|weights)\.)?(\w+)")
_PART = re.compile(r"([a-z]+)-(?:([0-9]{1,3})-)?([a-z]+)")


def typed() -> list[tuple[str, str]]:
    """(label, text) of every text of a posted form, the same twice only once; nothing of any other
    request, and of none that is too large to be read."""
    if request.method != "POST":
        return []
    try:
        form = request.form
    except RequestEntityTooLarge:
        return []
    texts = ((_label(name), text) for name, text in form.items(multi=True) if text.strip())
    return list(dict.fromkeys((str(label), text) for label, text in texts if label))


def _label(name: str) -> Any:
    """What the text is called that is typed into an input of that name; None where none is."""
    if about := _ABOUT.fullmatch(name):
        return FIELDS.get(about[1], _("Remark"))
    if part := _PART.fullmatch(name):
        return _label_in_group(*part.groups())
    if number := _NUMBER.fullmatch(name):
        group, code = number.groups()
        return f"{_GROUPS[group]}: {code}" if group else _NUMBERS.get(code)
    return _TEXTS.get(name)


def _label_in_group(group: str, row: str | None, part: str) -> Any:
    """Of a part of a field (pic-name, milestones-0-name), or of a row of another form."""
    path, number = f"{group}.{part}", f" {int(row) + 1}" if row else ""
    if part in PARTS.get(group, {}) and path not in _CHOSEN:
        return f"{FIELDS[group]}{number}, {PARTS[group][part]}"
    return f"{_IN_ROWS[path]}{number}" if path in _IN_ROWS else None
