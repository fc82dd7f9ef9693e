"""The proposal's form at work: what was typed, the buttons of the rows, faults put to their fields.

It refuses no text: the domain says what does not fit. How texts become values is known in
`proposal_texts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
)

from web.labels import FIELDS
from web.proposal_fields import Choice, ProposalForm
from web.proposal_texts import ROWS, Texts


@dataclass(frozen=True, kw_only=True)
class Pressed:
    """The texts after a button of the rows of `name`; `row` is the index of a new row, None where
    one was removed."""

    texts: Texts
    name: str
    row: int | None


_ROW_BUTTON = re.compile(rf"(add|remove)-({'|'.join(ROWS)})(?:-([0-9]{{1,3}}))?")


def typed(formdata: Any) -> Texts:
    """What a post holds, as it was typed. A field it does not hold is not there, so that it stays
    as it is; a list that may be empty sends its bare name, too."""
    form, sent = ProposalForm(formdata), {key.split("-")[0] for key in formdata}
    return {name: form[name].data for name in FIELDS if name in sent}


def press(texts: Texts, formdata: Mapping[str, Any]) -> Pressed | None:
    """What the button of a row does to the texts; None if none of their rows was pressed."""
    found = next(filter(None, map(_ROW_BUTTON.fullmatch, formdata)), None)
    if found is None or found[2] not in texts:
        return None
    act, name, index = found.groups()
    rows, row = list(texts[name] or ()), None
    if act == "add":
        row = len(rows)
        rows.append({})
    elif index and int(index) < len(rows):
        del rows[int(index)]
    return Pressed(texts={**texts, name: rows}, name=name, row=row)


def form_of(
    texts: Texts, choices: Mapping[str, list[Choice]], only: Iterable[str] | None = None
) -> ProposalForm:
    """The form with these texts in it, `only` with some of its fields. `choices` are those of the
    period, the unit and the uploads; a text that is none of them is shown as one, so that it is
    not lost."""
    form = ProposalForm(None, data=texts)
    for name in form._fields.keys() - set(form._fields if only is None else only):
        del form[name]
    for name, found in choices.items():
        field: Any = form[name]
        field.choices = found
    for field in _fields(form):
        if isinstance(field, SelectField) and not isinstance(field, SelectMultipleField):
            _keep_a_choice(field)
    return form


def field_of(form: ProposalForm, path: str) -> Any:
    """The field to which a path of the domain leads, or the nearest one around it; None where the
    form does not have it."""
    name, *rest = path.split(".")
    field: Any = form._fields.get(name)
    if name in ROWS and rest and field:
        index = int(rest.pop(0))
        field = field.entries[index] if index < len(field.entries) else field
    if rest and isinstance(field, FormField):
        field = field.form._fields.get(rest[0], field)
    return field


def anchor(field: Field) -> str:
    """Where a link to the field leads."""
    return f"{field.id}-0" if isinstance(field, RadioField) else str(field.id)


def blame(form: ProposalForm, faults: Mapping[str, str]) -> list[str]:
    """Put each sentence to its field; returns those that belong to none."""
    rest = []
    for path, sentence in faults.items():
        name, field = path.split(".")[0], field_of(form, path)
        if field is None or isinstance(field, FormField):
            rest.append(f"{FIELDS.get(name, path)}: {sentence}")
        elif name in ROWS and field is not form[name]:
            field.errors = [sentence]
            around: Any = form[name]
            around.errors = [*around.errors, {path: sentence}]  # so that a summary looks inside
        else:
            field.errors = [*field.errors, sentence]
    return rest


def _fields(form: Form) -> Iterator[Any]:
    """Every field, those of rows and groups too."""
    for field in form:
        if isinstance(field, FieldList):
            for entry in field.entries:
                yield from _fields(entry.form)
        elif isinstance(field, FormField):
            yield from _fields(field.form)
        else:
            yield field


def _keep_a_choice(field: Any) -> None:
    if field.data and field.data not in {choice.value for choice in field.choices}:
        field.choices = [*field.choices, Choice(field.data)]
