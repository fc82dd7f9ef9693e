"""A proposal as somebody reads it who has to judge it: every field in the order of its form, with
what stands in it, whether anything does or not.

What is asked about a field is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from web import content_view
from web.labels import FIELDS
from web.proposal_sections import SECTIONS
from workflow.dossier import Dossier
from workflow.fields import REQUIRED

Shape: TypeAlias = Literal["text", "facts", "indicators", "milestones", "partners", "files"]
_SHAPES: dict[str, Shape] = {
    "pic": "facts",
    "readiness": "facts",
    "indicators": "indicators",
    "milestones": "milestones",
    "partners": "partners",
    "files": "files",
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A field: `value` is what the template draws for its `shape`; empty where nothing stands."""

    name: str
    label: Any
    required: bool
    shape: Shape
    value: Any


@dataclass(frozen=True, kw_only=True)
class Chapter:
    id: str
    label: Any
    icon: str
    readings: list[Reading]


def chapters(dossier: Dossier) -> list[Chapter]:
    return [
        Chapter(
            id=section.id,
            label=section.label,
            icon=section.icon,
            readings=readings(dossier, section.fields),
        )
        for section in SECTIONS
    ]


def readings(dossier: Dossier, names: Iterable[str]) -> list[Reading]:
    return [
        Reading(
            name=name,
            label=FIELDS[name],
            required=name in REQUIRED,
            shape=_SHAPES.get(name, "text"),
            value=_value(dossier, name),
        )
        for name in names
    ]


def _value(dossier: Dossier, name: str) -> Any:
    content, value = dossier.content, getattr(dossier.content, name)
    if name == "files":
        return dossier.around.files
    if name == "executing_unit":
        return dossier.around.executing_unit
    shape = _SHAPES.get(name)
    if shape == "facts":
        return content_view.part(content, name)
    return value if shape else content_view.words(name, value, dossier.quick_win.period)
