"""What differs between two revisions, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.fields import MATERIAL, Content
from workflow.models import QuickWin, Revision


@dataclass(frozen=True, kw_only=True)
class Change:
    """A field before and after; None where it was not filled in."""

    field: str
    material: bool
    before: Any
    after: Any


def between(session: Session, quick_win: QuickWin, a: int, b: int) -> list[Change]:
    """The fields that differ between the revisions of these numbers, in the order of the form.

    Raises NotFound if one of them does not exist.
    """
    texts: dict[int, str] = {
        revision.number: revision.text
        for revision in session.scalars(
            select(Revision).where(
                Revision.quick_win_id == quick_win.id, Revision.number.in_([a, b])
            )
        )
    }
    if {a, b} != texts.keys():
        raise NotFound
    return changes(json.loads(texts[a]), json.loads(texts[b]))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The same for two contents in canonical form."""
    return [
        Change(
            field=name, material=name in MATERIAL, before=before.get(name), after=after.get(name)
        )
        for name in Content.model_fields
        if before.get(name) != after.get(name)
    ]
