"""What goes in, as values: unknown names, wrong types and texts that cannot be stored are refused.

Rules are not known here; the shapes that go out are in `shapes`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from workflow.acts import CommentGiven, ExtensionGiven, Id, JudgmentGiven, NotesGiven, ReportGiven
from workflow.fields import Content, Day, Line, Long, Paragraph, Short
from workflow.listing import Order

MAX_LIMIT, LIMIT = 500, 50
ORDER = f"^(-?({'|'.join(Order)}))?$"


class _DescribedAsContent:
    """Content is checked by the domain, after its refusals; here it is only described."""

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(Content.__pydantic_core_schema__)


UncheckedContent = Annotated[dict[str, Any], _DescribedAsContent()]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


# ---------------------------------------------------------------- query strings


class NoQuery(In):
    """An address that takes no parameters."""


class PeriodQuery(In):
    period: Short = Field("", description="Code of a period; without it the open one")


class LimitQuery(In):
    limit: int = Field(LIMIT, ge=1, le=MAX_LIMIT)


class PageQuery(LimitQuery):
    cursor: Line = Field("", description="`next_cursor` of the page before")


class ListQuery(LimitQuery):
    cursor: Paragraph = Field("", description="`next_cursor` of the page before")
    state: Short = Field("", description="Code of a state")
    stage: Short = Field("", description="Code of a step: the states that belong to it")
    unit: Short = Field("", description="Code of a unit; those below it are included")
    period: Short = Field("", description="Code of a period")
    dimension: Short = Field("", description="Code of a dimension")
    q: Line = Field("", description="Words, or a part of the title or of the number")
    late: Literal["", "yes"] = Field("", description="`yes`: those past their deadline")
    waiting_for: Literal["", "me"] = Field("", description="`me`: those that wait for the caller")
    own: Literal["", "yes"] = Field("", description="`yes`: those of the caller's own unit")
    order: str = Field(
        "", pattern=ORDER, description="Newest first without it; a minus turns it round"
    )


# ---------------------------------------------------------------- bodies


class NewQuickWin(In):
    """The content may be incomplete."""

    unit: Short = Field(description="Code of a unit of the caller's assignment, or below it")
    content: UncheckedContent = Field(default_factory=dict)


class ContentChange(In):
    """Top-level keys are merged, lists replaced whole; null takes a field out."""

    content: UncheckedContent


class Act(In):
    """What every action takes. The rest of the body is what the action collects."""

    version: Annotated[int, Field(strict=True)] = Field(description="The version that was seen")
    note: Long = Field("", description="Recorded; required where the offer says so")


class Judge(Act, JudgmentGiven):
    """judge"""


class SendBack(Act, NotesGiven):
    """return, request_revision: what sends the content back to be written again"""


class ReportProgress(Act, ReportGiven):
    """report"""


class Comment(Act, CommentGiven):
    """comment"""


class Extend(Act, ExtensionGiven):
    """extend"""


ACTS = (Judge, SendBack, ReportProgress, Comment, Extend, Act)


class DecreeChange(In):
    """Null, or left out: as it was. Issued once number and date are there."""

    number: Line | None = Field(None, description="Unique in the year of the date")
    date: Day | None = Field(None, description="Not in the future")
    quick_wins: list[Id] | None = Field(None, description="Ids of what it establishes")
    revokes: list[Id] | None = Field(None, description="Ids of what it revokes")
    replaces: Id | None = Field(None, description="Id of the decree in whose place it stands")


class NewDecree(DecreeChange):
    period: Short = Field(description="Code of the period")
