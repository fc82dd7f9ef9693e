"""The content of a Quick Win in readable form: facts, long texts, and any value in words.

Labels come from `web.labels`; what a field may hold is known in `workflow.fields`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from web.frame import day, number, reader_language
from web.labels import FIELDS, PARTS, choice
from workflow.fields import Content
from workflow.language import rupiah
from workflow.models import Period

SHORT = (
    "title_expansion",
    "dimension",
    "subdimension",
    "instrument",
    "form",
    "initiator",
    "rpjmd_program",
    "budget",
    "funding_source",
)
ESSENCE = ("summary", "problem", "objective", "benefit", "beneficiaries", "uniqueness")
OUTLOOK = ("potential", "sustainability", "risks")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A field as the page shows it; "" where nothing is filled in."""

    name: str
    label: Any
    value: str


def facts(content: Content, period: Period, executing_unit: str) -> list[Shown]:
    """What fits on a line; what is not filled in is left out."""
    values = {name: words(name, getattr(content, name), period) for name in SHORT}
    return [
        Shown(name=name, label=FIELDS[name], value=value)
        for name, value in {**values, "executing_unit": executing_unit}.items()
        if value
    ]


def texts(content: Content, names: Iterable[str]) -> list[Shown]:
    """Long texts."""
    return [
        Shown(name=name, label=FIELDS[name], value=getattr(content, name) or "") for name in names
    ]


def part(content: Content, name: str) -> list[tuple[Any, str]]:
    """The filled-in fields of a group, as (label, value)."""
    group = getattr(content, name)
    values = group.model_dump() if group else {}
    return [(PARTS[name][key], choice(f"{name}.{key}", v)) for key, v in values.items() if v]


def words(field: str, value: Any, period: Period) -> str:
    """Any value of a field in the reader's words; several lines for rows and groups. Takes values
    as they are in the content, and as text and numbers of a canonical revision alike."""
    if value is None or value in ("", [], {}):
        return ""
    if field in ("dimension", "subdimension"):
        return dimension_label(period, value)
    if field == "budget":
        return rupiah(value)
    if isinstance(value, list):
        return "\n".join(_row(field, each) for each in value)
    if isinstance(value, Mapping):
        return _row(field, value)
    return str(choice(field, value)) if isinstance(value, str) else str(value)


def dimension_label(period: Period, code: str) -> str:
    """The name of a dimension or subdimension of the period; the code if it has none."""
    for dimension in period.dimensions:
        for entry in (dimension, *dimension.get("subdimensions", ())):
            if entry["code"] == code:
                return str(entry["label"][reader_language()])
    return code


def _row(field: str, row: Any) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    names = PARTS.get(field, {})
    return ", ".join(
        f"{names.get(key, key)}: {_value(f'{field}.{key}', row[key])}"
        for key in names or row
        if row.get(key) not in (None, "")
    )


def _value(path: str, value: Any) -> str:
    if path == "milestones.date":
        return day(date.fromisoformat(str(value)))
    if path in ("indicators.baseline", "indicators.target"):
        return number(Decimal(str(value)))
    return str(choice(path, value))
