"""What the content of a Quick Win consists of: fields, types, limits; required, material.

One JSON object. Saving is forgiving about what is not there yet, and strict about what is: an
unknown field, a wrong type or a text over its limit is refused by name. What it belongs to (a
period, a unit, uploaded files) is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from workflow.faults import invalid

MAX_RUPIAH = 2**63 - 1
MAX_DIGITS = 15
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can keep it as text."""
    return _UNSTORABLE.search(text) is None


def _storable(text: str) -> str:
    """What cannot be stored is refused here, where it can be named."""
    if not is_storable(text):
        raise PydanticCustomError("not_text", "a character that cannot be stored")
    return text


def _decimal(value: object) -> object:
    """A number, or a number as text; kept as it came, so that nobody's 12.50 is rewritten."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("decimal", "a number is wanted")
    try:
        if isinstance(value, str) and not _NUMBER.fullmatch(value):
            raise InvalidOperation  # Python takes 1_000 and Arabic digits, too
        number = Decimal(str(value))
    except (InvalidOperation, ValueError) as error:  # ValueError: thousands of digits
        raise PydanticCustomError("decimal", "a number is wanted") from error
    if not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        raise PydanticCustomError("decimal", "a number is wanted")
    if len(number.as_tuple().digits) > MAX_DIGITS:
        raise PydanticCustomError("decimal", "at most 15 digits")
    return number


def _iso_date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
        if day is None or day.isoformat() != value:  # 2026-W01-1 is a date to Python
            raise ValueError(value)
        return day
    except ValueError as error:
        raise PydanticCustomError("iso_date", "a date is wanted") from error


Number = Annotated[Decimal, BeforeValidator(_decimal)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Rupiah = Annotated[int, Field(strict=True, ge=0, le=MAX_RUPIAH)]
Short = Annotated[str, Field(strict=True, max_length=120), AfterValidator(_storable)]
Line = Annotated[str, Field(strict=True, max_length=200), AfterValidator(_storable)]
Paragraph = Annotated[str, Field(strict=True, max_length=1000), AfterValidator(_storable)]
Long = Annotated[str, Field(strict=True, max_length=4000), AfterValidator(_storable)]
Nip = Annotated[str, Field(strict=True), StringConstraints(pattern=r"^[0-9]{18}$")]
Sha256 = Annotated[str, Field(strict=True), StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Ready = Literal["yes", "in_progress", "not_yet"]


class Part(BaseModel):
    """A group of fields. None is the same as not there."""

    model_config = ConfigDict(extra="forbid")


class Indicator(Part):
    kind: Literal["output", "outcome"] | None = None
    name: Line | None = None
    baseline: Number | None = None
    target: Number | None = None
    unit: Short | None = None


class Milestone(Part):
    name: Line | None = None
    date: Day | None = None


class Pic(Part):
    """The person in charge (Penanggung Jawab)."""

    name: Line | None = None
    position: Line | None = None
    contact: Line | None = None
    nip: Nip | None = None


class Partner(Part):
    name: Line | None = None
    role: Line | None = None


class Readiness(Part):
    regulation: Ready | None = None
    infrastructure: Ready | None = None
    application: Ready | None = None
    staff: Ready | None = None


class Content(Part):
    title: Short | None = None
    title_expansion: Line | None = None
    dimension: Short | None = None
    subdimension: Short | None = None
    instrument: Literal["it", "non_it"] | None = None
    initiator: Literal["head_of_region", "council", "agency", "civil_servant", "public"] | None = (
        None
    )
    form: Literal["governance", "public_service", "other"] | None = None
    rpjmd_program: Line | None = None
    problem: Long | None = None
    summary: Long | None = None
    objective: Long | None = None
    benefit: Long | None = None
    uniqueness: Long | None = None
    beneficiaries: Paragraph | None = None
    indicators: Annotated[list[Indicator], Field(max_length=20)] | None = None
    milestones: Annotated[list[Milestone], Field(max_length=30)] | None = None
    budget: Rupiah | None = None
    funding_source: Literal["apbd", "non_apbd"] | None = None
    pic: Pic | None = None
    executing_unit: Short | None = None
    partners: Annotated[list[Partner], Field(max_length=20)] | None = None
    potential: Long | None = None
    sustainability: Long | None = None
    risks: Long | None = None
    readiness: Readiness | None = None
    files: Annotated[list[Sha256], Field(max_length=20)] | None = None


REQUIRED = (
    "title",
    "dimension",
    "instrument",
    "problem",
    "summary",
    "objective",
    "benefit",
    "uniqueness",
    "beneficiaries",
    "indicators",
    "milestones",
    "budget",
    "funding_source",
    "pic",
)
_REQUIRED_PARTS = {
    "indicators": ("kind", "name", "baseline", "target", "unit"),
    "milestones": ("name", "date"),
    "pic": ("name", "position", "contact"),
}
MATERIAL = frozenset(REQUIRED) - {"pic"} | {"subdimension", "files"}


def parse(content: Mapping[str, Any]) -> Content:
    """The content as values. Raises Invalid, which names every field that does not fit."""
    try:
        return Content.model_validate(content)
    except ValidationError as error:
        raise invalid(error) from error


def missing(content: Content) -> tuple[str, ...]:
    """The paths of what a submission still needs, in the order of the form."""
    return tuple(path for name in REQUIRED for path in _missing_in(name, getattr(content, name)))


def percent(content: Content) -> int:
    """How much of what is required is there, 0 to 100."""
    return percent_without(missing(content))


def percent_without(missing: Sequence[str]) -> int:
    """The same of content that lacks these paths."""
    lacking = {path.split(".")[0] for path in missing}
    return 100 * (len(REQUIRED) - len(lacking)) // len(REQUIRED)


def _missing_in(path: str, value: object) -> Iterator[str]:
    if _is_empty(value):
        yield path
    elif isinstance(value, list):
        for index, row in enumerate(value):
            yield from _missing_parts(f"{path}.{index}", row, _REQUIRED_PARTS[path])
    elif isinstance(value, Part):
        yield from _missing_parts(path, value, _REQUIRED_PARTS[path])


def _missing_parts(path: str, part: object, names: tuple[str, ...]) -> Iterator[str]:
    return (f"{path}.{name}" for name in names if _is_empty(getattr(part, name)))


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
