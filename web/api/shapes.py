"""What goes out: the shapes of the contract, as the description publishes them and the tests hold
every answer to them. How they are filled is in `present`.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workflow.definition import Collects, Coverage
from workflow.fields import Content
from workflow.light import Light
from workflow.models import DecreeStatus

Row = TypeVar("Row")


class Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """application/problem+json (RFC 9457)."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="What a program can tell it by")
    rule: str | None = Field(None, description="The rule that refused, as a sentence")
    who_can: list[str] | None = Field(None, description="Codes of the roles that could")
    errors: list[FieldFault] | None = Field(None, description="Each field that does not fit")
    version: int | None = Field(None, description="The version in force, where another was named")


class FieldFault(Out):
    field: str = Field(description="Path of the field, like indicators.0.name")
    detail: str


class Whole(Out, Generic[Row]):
    """A list that comes whole."""

    items: list[Row]
    next_cursor: None


class Page(Out, Generic[Row]):
    items: list[Row]
    next_cursor: str | None = Field(description="For the next page; null on the last one")


class PersonShape(Out):
    id: int
    name: str
    email: str


class Completeness(Out):
    percent: int = Field(ge=0, le=100)
    missing: list[str] = Field(description="Paths of what a submission still needs")


class Brief(Out):
    """A Quick Win in a list."""

    id: int
    number: str
    title: str | None
    unit: str
    period: str
    state: str
    label: str = Field(description="Of the state, in the caller's language")
    visit: int
    version: int
    digest: str
    completeness: Completeness
    waiting_for: list[str] = Field(description="Codes of the roles whose turn it is")
    since: AwareDatetime
    due_at: AwareDatetime | None


class Similar(Brief):
    score: float = Field(ge=0, le=1)
    shared: list[str] = Field(description="The words that both have, the most telling first")


class Offered(Out):
    label: str
    href: str
    note: Literal["optional", "required"]
    collects: Collects | None
    then: str = Field(description="What happens then, as a sentence")


class NotOffered(Out):
    rule: str
    who_can: list[str]


class QuickWinShape(Brief):
    content: Content
    actions: dict[str, Offered]
    refused: dict[str, NotOffered]


class EventShape(Out):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    seq: int
    at: AwareDatetime
    action: str
    actor: PersonShape | None = Field(description="null: the system, or not open to the caller")
    capacity: str
    on_behalf_of: str | None
    from_: str | None = Field(alias="from")
    to: str | None
    visit: int | None
    note: str
    digest: str | None
    hash: str


class RevisionShape(Out):
    number: int
    at: AwareDatetime
    digest: str
    material_digest: str
    authors: list[PersonShape]
    seq: int = Field(description="Of the event that submitted it")


class ChangeShape(Out):
    field: str
    material: bool
    before: Any
    after: Any


class UploadShape(Out):
    sha256: str
    name: str
    media_type: str
    size: int


class Held(Out):
    """A role held now. `unit` null: for the city."""

    role: str
    unit: str | None
    capacity: str
    on_behalf_of: str | None
    from_: str = Field(alias="from")
    to: str | None


class Counts(Out):
    waiting: int = Field(description="How many wait for the caller; 100 means 100 or more")
    unread: int = Field(description="Notifications not read yet; 100 means 100 or more")


class Me(PersonShape):
    language: Literal["id", "en"]
    roles: list[Held]
    units: list[str] = Field(description="The home unit and those of the roles")
    counts: Counts


class Labels(Out):
    id: str
    en: str


class Subdimension(Out):
    code: str
    label: Labels


class Dimension(Subdimension):
    subdimensions: list[Subdimension]


class PeriodShape(Out):
    code: str
    name: str
    year: int
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    open: bool
    dimensions: list[Dimension]


class UnitShape(Out):
    code: str
    name: str
    abbreviation: str
    kind: str
    agency: bool = Field(description="An OPD, with a row in coverage")
    parent: str | None


class CoverageRow(Out):
    unit: str
    name: str
    status: Coverage
    quick_win: int | None = Field(description="Where the caller may see it")
    state: str | None
    light: Light | None


class DecreeShape(Out):
    id: int
    period: str
    number: str | None
    date: str | None
    status: DecreeStatus
    code: str
    digest: str | None
    sha256: str | None = Field(description="Of the document, once there is one")
    quick_wins: list[int]
    revokes: list[int]
    replaces: int | None
