"""What an act brings along besides its note: a judgment, a report, a comment, a new due date,
notes pinned to fields.

The data is checked against the content and the rubric it speaks about, refused field by field, and
handed on as values. Who may act, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from workflow.definition import Transition, Workflow
from workflow.errors import Invalid
from workflow.faults import invalid
from workflow.fields import (
    Content,
    Day,
    Line,
    Long,
    Number,
    Rupiah,
    Short,
    is_storable,
    parse,
)
from workflow.keyset import MAX_KEY
from workflow.language import N_, Sentence, date_short
from workflow.models import Decree, Verdict

MAX_NOTE = 4000
MAX_NOTES, MAX_SIMILAR, MAX_REVIEWERS = 50, 10, 20
HIGHEST = 4  # of the scale of scores, which begins at 0
LAST_DAY = date(2099, 12, 31)  # the steps around a deadline need days after it


def _said(text: str) -> str:
    """A text that says something."""
    if not text.strip():
        raise PydanticCustomError("missing", "nothing but space")
    return text


Said = Annotated[Long, AfterValidator(_said)]
Id = Annotated[int, Field(strict=True, ge=1, le=MAX_KEY)]
# The table of reports has two decimals: 99.999 would be rounded up to a completion.
Percent = Annotated[Number, Field(ge=0, le=100, decimal_places=2)]


class Given(BaseModel):
    """Nothing besides the note."""

    model_config = ConfigDict(extra="forbid")


class PinnedNote(Given):
    """A note about one field of the content."""

    field: Short
    text: Said


class NotesGiven(Given):
    """What sends the content back to be written again can say where."""

    notes: Annotated[list[PinnedNote], Field(max_length=MAX_NOTES)] = []


class Comparison(Given):
    """What somebody found who compared it with another Quick Win, by id."""

    quick_win: Id
    verdict: Literal["same", "overlapping", "different"]
    reason: Long = ""


class JudgmentGiven(NotesGiven):
    verdict: Verdict
    scores: dict[str, Annotated[int, Field(strict=True, ge=0, le=HIGHEST)]]
    similar: Annotated[list[Comparison], Field(max_length=MAX_SIMILAR)] = []


class Actual(Given):
    indicator: Line
    value: Number


class ReportGiven(Given):
    percent: Percent
    summary: Said
    spent: Rupiah = 0
    actuals: Annotated[list[Actual], Field(max_length=20)] = []


class CommentGiven(Given):
    text: Said
    field: Short | None = None


class ExtensionGiven(Given):
    due_on: Day


class RecusalGiven(Given):
    """Who must not decide says so; why stands in the note."""


class ReviewersGiven(Given):
    """Who is asked to judge, by id of the person; nobody in particular if it is empty."""

    reviewers: Annotated[list[Id], Field(max_length=MAX_REVIEWERS)]


class Inside(Given):
    """Made by the domain only: no document from outside becomes one."""


class StepGiven(Inside):
    """Which step of the clock it is: so many working days after the end of that deadline."""

    threshold: int
    cycle: str


class MovedGiven(Inside):
    """It was due then, and is due at another time now; `cause` as `workflow.causes` says it."""

    due_before: datetime
    due_at: datetime
    cause: dict[str, Any]


class DecreeGiven(Inside):
    """Of which decree it is."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    decree: Decree


_NO_FIELD = Sentence(N_("There is no such field."))
_MODELS: Mapping[str | None, type[Given]] = {
    None: Given,
    "judgment": JudgmentGiven,
    "report": ReportGiven,
    "comment": CommentGiven,
    "extension": ExtensionGiven,
    "recusal": RecusalGiven,
    "reviewers": ReviewersGiven,
    "decree": DecreeGiven,
}


def given(
    row: Transition,
    data: Mapping[str, Any] | Given | None,
    *,
    workflow: Workflow,
    content: Mapping[str, Any],
    today: date,
) -> Given:
    """The data of an act as values. Raises Invalid, which names every field that does not fit."""
    if isinstance(data, Inside):
        return data
    try:
        found = _model(row, workflow).model_validate(data or {})
    except ValidationError as error:
        raise invalid(error) from error
    match found:
        case JudgmentGiven():
            faults = {**_faults_of_scores(found, workflow), **_faults_of_notes(found)}
        case NotesGiven():
            faults = _faults_of_notes(found)
        case ReportGiven():
            faults = _faults_of_actuals(found, parse(content))
        case CommentGiven(field=str(field)) if field not in Content.model_fields:
            faults = {"field": _NO_FIELD}
        case ExtensionGiven(due_on=due_on) if due_on <= today:
            faults = {"due_on": Sentence(N_("The new date must lie after today."))}
        case ExtensionGiven(due_on=due_on) if due_on > LAST_DAY:
            text = N_("At most %(le)s is possible here.")
            faults = {"due_on": Sentence(text, {"le": date_short(LAST_DAY)})}
        case _:
            faults = {}
    if faults:
        raise Invalid(faults)
    return found


def takes_notes(row: Transition, workflow: Workflow) -> bool:
    """Whether notes can be pinned to the fields of the content with it."""
    return issubclass(_model(row, workflow), NotesGiven)


def checked_note(row: Transition, note: str) -> str:
    """The note as it is recorded. Raises Invalid if it is too long, or missing where needed."""
    note = note.strip()
    if not is_storable(note):
        raise Invalid({"note": Sentence(N_("This holds a character that cannot be stored."))})
    if len(note) > MAX_NOTE:
        text = N_("At most %(max_length)s characters are possible here.")
        raise Invalid({"note": Sentence(text, {"max_length": MAX_NOTE})})
    if row.note == "required" and not note:
        raise Invalid({"note": Sentence(N_("Please say why."))})
    return note


def _model(row: Transition, workflow: Workflow) -> type[Given]:
    if row.collects is None and workflow.sends_back(row):
        return NotesGiven
    return _MODELS[row.collects]


def _faults_of_notes(found: NotesGiven) -> dict[str, Sentence]:
    return {
        f"notes.{index}.field": _NO_FIELD
        for index, note in enumerate(found.notes)
        if note.field not in Content.model_fields
    }


def _faults_of_scores(found: JudgmentGiven, workflow: Workflow) -> dict[str, Sentence]:
    missing = [name for name in workflow.rubric if name not in found.scores]
    unknown = [name for name in found.scores if name not in workflow.rubric]
    return {
        **{f"scores.{name}": Sentence(N_("A score from 0 to 4 is missing.")) for name in missing},
        **{f"scores.{name}": Sentence(N_("The rubric has no such line.")) for name in unknown},
    }


def _faults_of_actuals(found: ReportGiven, content: Content) -> dict[str, Sentence]:
    names = [indicator.name for indicator in content.indicators or ()]
    faults: dict[str, Sentence] = {}
    seen: set[str] = set()
    for index, actual in enumerate(found.actuals):
        path = f"actuals.{index}.indicator"
        if actual.indicator not in names:
            faults[path] = Sentence(N_("The proposal has no indicator of this name."))
        elif actual.indicator in seen:
            faults[path] = Sentence(N_("This indicator has a value already."))
        seen.add(actual.indicator)
    return faults
