"""The forms of those who judge a proposal: notes beside its fields, scores, similar ones compared.

Their fields stand beside what they are about, outside the form element: each names it by its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Field, Form, FormField, HiddenField, RadioField, SelectField, TextAreaField

from web.frame import say
from web.keys import number_in
from web.labels import COMPARISONS, FIELDS, VERDICTS
from web.proposal_fields import FieldList
from web.typed_act import LONG, NEEDED, UNREADABLE, ActForm, choices_of
from workflow.acts import HIGHEST, MAX_SIMILAR
from workflow.definition import Aspect, Workflow
from workflow.similar import Similar

FORM = "act-form"
_beside = {"form": FORM}


class NotedForm(ActForm):
    """With a place for a note beside every field of the content."""

    def pin(self, name: str) -> Field:
        """The note on the field `name`."""
        found: Field = self[f"note_{name}"]
        return found

    def pinned(self) -> list[tuple[str, str]]:
        """(field, note) of every note that says something."""
        texts = ((name, self.pin(name).data or "") for name in FIELDS)
        return [(name, text) for name, text in texts if text.strip()]

    def data_given(self) -> dict[str, Any]:
        notes = [{"field": name, "text": text} for name, text in self.pinned()]
        return {"notes": notes} if notes else {}

    def field_of(self, path: str) -> Field | None:
        if not path.startswith("notes."):
            return super().field_of(path)
        return self.pin(self.pinned()[int(path.split(".")[1])][0])


for _name, _label in FIELDS.items():
    _pin = TextAreaField(
        lazy_gettext("Note on “%(field)s”", field=_label), LONG, render_kw={**_beside, "rows": 3}
    )
    setattr(NotedForm, f"note_{_name}", _pin)


class RevisionForm(NotedForm):
    """Of an action that sends the content back to be written again."""

    note = TextAreaField(lazy_gettext("What has to be put right"), LONG)


class ComparisonForm(Form):
    """Another Quick Win, by id, and how it compares."""

    quick_win = HiddenField(render_kw=_beside)
    verdict = SelectField(
        lazy_gettext("Compared with this proposal it is"),
        choices=choices_of({"": lazy_gettext("not compared"), **COMPARISONS}),
        validate_choice=False,
        render_kw=_beside,
    )
    reason = TextAreaField(lazy_gettext("Why"), LONG, render_kw={**_beside, "rows": 2})


class JudgmentForm(NotedForm):
    """Made by `judgment_form` for the lines of one rubric."""

    rubric: Mapping[str, Aspect] = {}
    verdict = RadioField(
        lazy_gettext("Verdict"), NEEDED, choices=choices_of(VERDICTS), validate_choice=False
    )
    similar = FieldList(
        FormField(ComparisonForm),
        lazy_gettext("Similar Quick Wins"),
        max_entries=MAX_SIMILAR,
    )

    def data_given(self) -> dict[str, Any]:
        if not self.verdict.data:
            self.unread["verdict"] = _("Choose what you recommend.")
        scores = {code: self.score(code) for code in self.rubric}
        similar = [self.compared(at, row.form) for at, row in enumerate(self.answered())]
        return {
            **super().data_given(),
            "verdict": self.verdict.data,
            "scores": scores,
            **({"similar": similar} if similar else {}),
        }

    def score(self, code: str) -> Any:
        score = number_in(self[f"score_{code}"].data)
        if score is not None:
            return score
        self.unread[f"scores.{code}"] = _("Choose a score from 0 to 4.")
        return UNREADABLE

    def answered(self) -> list[Any]:
        """The rows in which something was said."""
        return [row for row in self.similar.entries if said(row.form)]

    def compared(self, at: int, row: Any) -> dict[str, Any]:
        if not row.verdict.data:
            self.unread[f"similar.{at}.verdict"] = _("Choose how they compare.")
        one = number_in(row.quick_win.data)
        return {
            "quick_win": UNREADABLE if one is None else one,
            "verdict": row.verdict.data,
            "reason": row.reason.data or "",
        }

    def typed(self) -> list[tuple[str, str]]:
        reasons = [str(row.form.reason.data or "") for row in self.answered()]
        label = str(self.similar.label.text)
        return [*super().typed(), *((label, text) for text in reasons if text)]

    def field_of(self, path: str) -> Field | None:
        if not path.startswith("similar."):
            return super().field_of(path.replace("scores.", "score_"))
        _name, at, *rest = path.split(".")
        row, part = self.answered()[int(at)].form, rest[-1] if rest else ""
        self.similar.errors = [{"verdict": "x"}]  # so that the summary looks into the rows
        found: Field = row.reason if part == "reason" else row.verdict
        return found


def judgment_form(workflow: Workflow) -> type[JudgmentForm]:
    """The form of that rubric: a score of each line beside the verdict, and the note after them."""

    class Form(JudgmentForm):
        rubric = workflow.rubric

    steps = choices_of({str(n): str(n) for n in range(HIGHEST + 1)})
    for code, aspect in workflow.rubric.items():
        field = RadioField(say(aspect.label), NEEDED, choices=steps, validate_choice=False)
        setattr(Form, f"score_{code}", field)
    Form.note = TextAreaField(lazy_gettext("Reasons and advice"), LONG)
    return Form


def said(row: Any) -> bool:
    return bool(row.verdict.data or (row.reason.data or "").strip())


def compare(form: ActForm, found: Sequence[Similar]) -> None:
    """A row for each of `found` that was not typed, as far as there is room."""
    rows: Any = form["similar"]
    there = {row.form.quick_win.data for row in rows.entries}
    for one in [str(each.quick_win.id) for each in found]:
        if one not in there and len(rows.entries) < MAX_SIMILAR:
            rows.append_entry({"quick_win": one, "verdict": "", "reason": ""})
