"""The forms of the actions that collect something: what was typed, and what the domain is given.

A form reads what people write ("50 juta", "12,5") and refuses nothing by itself: what it cannot
read it hands on as `UNREADABLE`, so that the door refuses it in its turn, after role, version and
state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are older
from wtforms.validators import InputRequired, Length

from web.frame import say
from web.labels import FIELDS, VERDICTS, Names
from workflow import language
from workflow.definition import Workflow
from workflow.dossier import Dossier
from workflow.errors import Invalid

UNREADABLE: list[Any] = []  # no field takes a list in its place
HIGHEST = 4
_needed = [InputRequired()]
_long = [Length(max=4000)]
_note = lazy_gettext("Note")


def _choices(names: Names) -> list[SelectChoice]:
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


class NoteForm(ActForm):
    """Of an action that collects nothing."""

    note = TextAreaField(_note, _long)


class CommentForm(ActForm):
    text = TextAreaField(lazy_gettext("Comment"), [*_needed, *_long])
    field = SelectField(
        lazy_gettext("About which part"),
        choices=_choices({"": lazy_gettext("The whole"), **FIELDS}),
        validate_choice=False,
    )

    def data_given(self) -> dict[str, Any]:
        return {"text": self.filled("text"), "field": self.field.data or None}


class ExtensionForm(ActForm):
    due_on = StringField(lazy_gettext("New date"), _needed)
    note = TextAreaField(lazy_gettext("Why it is extended"), [*_needed, *_long])

    def data_given(self) -> dict[str, Any]:
        return {"due_on": self.read("due_on", self.due_on.data, language.parse_date)}


class ActualForm(Form):
    indicator = HiddenField()
    value = StringField(lazy_gettext("Actual value"))


class ReportForm(ActForm):
    percent = StringField(lazy_gettext("Progress in percent"), _needed)
    summary = TextAreaField(lazy_gettext("What was done, what comes next"), [*_needed, *_long])
    spent = StringField(lazy_gettext("Spent so far, in all"))
    actuals = FieldList(FormField(ActualForm), lazy_gettext("Indicator"), max_entries=20)

    def data_given(self) -> dict[str, Any]:
        spent = self.spent.data or "0"
        return {
            "percent": self.read("percent", self.percent.data, _decimal),
            "summary": self.filled("summary"),
            "spent": self.read("spent", spent, language.parse_rupiah),
            "actuals": [
                {
                    "indicator": entry.form.indicator.data or "",
                    "value": self.read(f"actuals.{index}.value", entry.form.value.data, _decimal),
                }
                for index, entry in enumerate(self._filled())
            ],
        }

    def typed(self) -> list[tuple[str, str]]:
        actuals = [(e.form.indicator.data or "", e.form.value.data or "") for e in self._filled()]
        return super().typed() + actuals

    def field_of(self, path: str) -> Field | None:
        if not path.startswith("actuals."):
            return super().field_of(path)
        index = int(path.split(".")[1])
        entry = self._filled()[index] if index < len(self._filled()) else None
        if entry is None:
            return None
        self.actuals.errors = [{"value": "x"}]  # so that the summary looks into the rows
        value: Field = entry.form.value
        return value

    def _filled(self) -> list[Any]:
        return [entry for entry in self.actuals.entries if (entry.form.value.data or "").strip()]


def judgment_form(workflow: Workflow) -> type[ActForm]:
    """The form of that rubric: a score of each line beside the verdict."""

    class JudgmentForm(ActForm):
        verdict = RadioField(
            lazy_gettext("Verdict"), _needed, choices=_choices(VERDICTS), validate_choice=False
        )

        def data_given(self) -> dict[str, Any]:
            if not self.verdict.data:
                self.unread["verdict"] = _("Choose what you recommend.")
            scores = {code: self.score(code) for code in workflow.rubric}
            return {"verdict": self.verdict.data, "scores": scores}

        def score(self, code: str) -> Any:
            text = self[f"score_{code}"].data or ""
            if len(text) == 1 and text.isascii() and text.isdigit():
                return int(text)
            self.unread[f"scores.{code}"] = _("Choose a score from 0 to 4.")
            return UNREADABLE

        def field_of(self, path: str) -> Field | None:
            return super().field_of(path.replace("scores.", "score_"))

    steps = _choices({str(n): str(n) for n in range(HIGHEST + 1)})
    for code, aspect in workflow.rubric.items():
        field = RadioField(say(aspect.label), _needed, choices=steps, validate_choice=False)
        setattr(JudgmentForm, f"score_{code}", field)
    JudgmentForm.note = TextAreaField(lazy_gettext("Reasons and advice"), _long)
    return JudgmentForm


def form_for(collects: str | None, workflow: Workflow, typed: Any = None) -> ActForm:
    """The form of what an action collects, with what was typed (`request.form`)."""
    kinds: Mapping[str | None, Callable[..., ActForm]] = {
        "judgment": judgment_form(workflow),
        "report": ReportForm,
        "extension": ExtensionForm,
        "comment": CommentForm,
    }
    return kinds.get(collects, NoteForm)(typed)


def add_indicators(form: ActForm, dossier: Dossier) -> None:
    """A row for each indicator of the proposal that was not typed, each name once; each row is
    called by its indicator."""
    if not isinstance(form, ReportForm):
        return
    there = {entry.form.indicator.data for entry in form.actuals.entries}
    names = [row.name for row in dossier.content.indicators or () if row.name]
    for name in dict.fromkeys(names):
        if name not in there:
            form.actuals.append_entry({"indicator": name, "value": ""})
    for entry in form.actuals.entries:
        entry.form.value.label.text = entry.form.indicator.data or ""


def _decimal(text: str) -> str:
    """As the domain takes it from outside: with a decimal point."""
    return str(language.parse_decimal(text))
