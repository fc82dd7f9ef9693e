"""The forms of the actions: what each collects, as it is typed and as the domain is given it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import g, request
from flask_babel import lazy_gettext, ngettext
from wtforms import (
    Field,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # stubs are older
from wtforms.widgets import CheckboxInput

from web.judging_forms import RevisionForm, judgment_form
from web.labels import FIELDS
from web.proposal_fields import FieldList
from web.typed_act import LONG, NEEDED, ActForm, choices_of
from workflow import language
from workflow.acts import takes_notes
from workflow.definition import Transition, Workflow
from workflow.designating import Eligible, eligible, shared_out
from workflow.dossier import Dossier

NOTES = "notes"


class NoteForm(ActForm):
    """Of an action that collects nothing."""

    note = TextAreaField(lazy_gettext("Note"), LONG)


class CommentForm(ActForm):
    text = TextAreaField(lazy_gettext("Comment"), [*NEEDED, *LONG])
    field = SelectField(
        lazy_gettext("About which part"),
        choices=choices_of({"": lazy_gettext("The whole"), **FIELDS}),
        validate_choice=False,
    )

    def data_given(self) -> dict[str, Any]:
        return {"text": self.filled("text"), "field": self.field.data or None}


class ExtensionForm(ActForm):
    due_on = StringField(lazy_gettext("New date"), NEEDED)
    note = TextAreaField(lazy_gettext("Why it is extended"), [*NEEDED, *LONG])

    def data_given(self) -> dict[str, Any]:
        return {"due_on": self.read("due_on", self.due_on.data, language.parse_date)}


class RecusalForm(ActForm):
    note = TextAreaField(lazy_gettext("Your reason"), [*NEEDED, *LONG])


class ReviewersForm(ActForm):
    reviewers = SelectMultipleField(
        lazy_gettext("Who is asked to review it"),
        choices=[],
        coerce=int,
        validate_choice=False,
        option_widget=CheckboxInput(),
    )
    note = TextAreaField(lazy_gettext("Note"), LONG)

    def data_given(self) -> dict[str, Any]:
        return {"reviewers": self.reviewers.data or []}

    def field_of(self, path: str) -> Field | None:
        return super().field_of(path.split(".", maxsplit=1)[0])


class ActualForm(Form):
    indicator = HiddenField()
    value = StringField(lazy_gettext("Actual value"))


class ReportForm(ActForm):
    percent = StringField(lazy_gettext("Progress in percent"), NEEDED)
    summary = TextAreaField(lazy_gettext("What was done, what comes next"), [*NEEDED, *LONG])
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


def form_for(collects: str | None, workflow: Workflow, typed: Any = None) -> ActForm:
    """The form of what an action collects, with what was typed (`request.form`)."""
    kinds: Mapping[str | None, Callable[..., ActForm]] = {
        "judgment": judgment_form(workflow),
        "report": ReportForm,
        "extension": ExtensionForm,
        "comment": CommentForm,
        "recusal": RecusalForm,
        "reviewers": ReviewersForm,
        NOTES: RevisionForm,
    }
    return kinds.get(collects, NoteForm)(typed)


def asks_for(row: Transition, workflow: Workflow) -> str | None:
    """What the page of an action asks for: what its row collects, or notes beside the fields. None:
    it needs no page."""
    return row.collects or (NOTES if takes_notes(row, workflow) else None)


def prepare(form: ActForm, dossier: Dossier) -> None:
    """What the form can only offer for this Quick Win."""
    if isinstance(form, ReportForm):
        _add_indicators(form, dossier)
    if isinstance(form, ReviewersForm):
        _add_reviewers(form, dossier)


def _add_reviewers(form: ReviewersForm, dossier: Dossier) -> None:
    """Everybody who can judge it. Where nothing was typed, who was asked, or has least to do."""
    able = eligible(g.session, dossier.quick_win, at=g.now)
    form.reviewers.choices = [SelectChoice(value=each.person.id, label=_who(each)) for each in able]
    if request.method == "GET":
        form.reviewers.data = shared_out(dossier.quick_win, able)


def _who(able: Eligible) -> str:
    owed = ngettext("%(num)s other review to give", "%(num)s other reviews to give", able.load)
    return f"{able.person.name} ({owed})"


def _add_indicators(form: ReportForm, dossier: Dossier) -> None:
    """A row for each indicator of the proposal that was not typed, each name once; each row is
    called by its indicator."""
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
