"""The form of a checklist: of each question and each required field, whether it is right, and a
remark.

What is asked comes from the table; what must be filled in from the fields. Which act follows is not
known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, RadioField, TextAreaField

from web.frame import say
from web.labels import FIELDS, Names
from web.typed_act import LONG, NEEDED, ActForm, choices_of
from workflow.acts import MAX_NOTE
from workflow.definition import Question, Workflow
from workflow.fields import REQUIRED
from workflow.language import Label

RIGHT, WRONG = "right", "wrong"
CHOICES: Names = {RIGHT: lazy_gettext("Right"), WRONG: lazy_gettext("To be put right")}
QUESTION, FIELD = "question", "field"
CHECK, REMARK = "check", "remark"  # what the names of the inputs begin with


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the checklist. `fields` stand beside it; `field` is what it is about, if one."""

    code: str
    label: Label | Any
    help: Label | None
    fields: tuple[str, ...]
    field: str | None


class CheckForm(ActForm):
    """Made by `check_form` for the lines of one state."""

    lines: tuple[Line, ...] = ()

    def answer(self, line: Line) -> Field:
        found: Field = self[f"{CHECK}_{line.code}"]
        return found

    def remark(self, line: Line) -> Field:
        found: Field = self[f"{REMARK}_{line.code}"]
        return found

    @property
    def wrong(self) -> list[tuple[Line, str]]:
        """(line, remark) of what has to be put right."""
        return [
            (line, (self.remark(line).data or "").strip())
            for line in self.lines
            if self.answer(line).data == WRONG
        ]

    def is_complete(self) -> bool:
        """Whether every line is answered, and says what is wrong with it; if not, it says where."""
        for line in self.lines:
            answer, remark = self.answer(line), self.remark(line)
            if answer.data not in CHOICES:
                answer.errors = [_("Choose one.")]
            elif answer.data == WRONG and not (remark.data or "").strip():
                remark.errors = [_("Say what has to be put right.")]
        return not self.errors

    def carried(self) -> list[tuple[str, str]]:
        """All that stands in it, as names and texts."""
        return [(field.name, field.data) for field in self if field.data]


def carried(sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The same of a page that a checklist led to, as it was sent along."""
    names = (f"{CHECK}_", f"{REMARK}_")
    return [(name, text) for name, text in sent.items() if text and name.startswith(names)]


def check_form(questions: Mapping[str, Question]) -> type[CheckForm]:
    """The form of these questions, and of every required field after them."""

    class Form(CheckForm):
        lines = (*_asked(questions), *_required())

    for line in Form.lines:
        label = say(line.label) if isinstance(line.label, Label) else line.label
        answer = RadioField(label, NEEDED, choices=choices_of(CHOICES), validate_choice=False)
        remark = TextAreaField(lazy_gettext("What has to be put right"), LONG)
        setattr(Form, f"{CHECK}_{line.code}", answer)
        setattr(Form, f"{REMARK}_{line.code}", remark)
    return Form


def note_of(form: CheckForm, language: str) -> str:
    """The remarks as one text in that language. Those on fields are only named where all of it
    would be too long: they are pinned to their fields as well."""
    with force_locale(language):
        text = _composed(form, language, whole=True)
        return text if len(text) <= MAX_NOTE else _composed(form, language, whole=False)


def pins_of(form: CheckForm) -> dict[str, str]:
    """The remarks on fields, by field."""
    return {line.field: remark for line, remark in form.wrong if line.field}


def remarks(workflow: Workflow, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, text) of every remark that was typed, for where there is no checklist any more."""
    questions = {
        code: q for state in workflow.states.values() for code, q in state.checklist.items()
    }
    found = check_form(questions)(typed)
    rows = [(line, found.remark(line).data or "") for line in found.lines]
    return [(_name(line), text) for line, text in rows if text.strip()]


def _composed(form: CheckForm, language: str, *, whole: bool) -> str:
    lines = [_("Please put this right, then send it again:")]
    for number, (line, remark) in enumerate(form.wrong, 1):
        named = line.label.in_(language) if isinstance(line.label, Label) else f"{line.label}:"
        said = remark if whole or line.field is None else _("see the note on this field.")
        lines.append(f"{number}. {named} {said}")
    return "\n".join(lines)


def _name(line: Line) -> str:
    return say(line.label) if isinstance(line.label, Label) else str(line.label)


def _asked(questions: Mapping[str, Question]) -> list[Line]:
    return [
        Line(
            code=f"{QUESTION}_{code}",
            label=one.question,
            help=one.help,
            fields=one.fields,
            field=None,
        )
        for code, one in questions.items()
    ]


def _required() -> list[Line]:
    return [
        Line(code=f"{FIELD}_{name}", label=FIELDS[name], help=None, fields=(name,), field=name)
        for name in REQUIRED
    ]
