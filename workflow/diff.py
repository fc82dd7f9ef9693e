"""What differs between two revisions, or since one of them, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.content import canonical_content
from workflow.errors import NotFound
from workflow.fields import MATERIAL, Content, parse
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
    texts = _texts(session, quick_win, {a, b})
    return changes(json.loads(texts[a]), json.loads(texts[b]))


def since(session: Session, quick_win: QuickWin, a: int) -> list[Change]:
    """The fields that differ between a revision and what stands in the Quick Win now, which is for
    those who write it. Raises NotFound if there is no such revision."""
    now = canonical_content(parse(quick_win.content))
    return changes(json.loads(_texts(session, quick_win, {a})[a]), json.loads(now))


def unsent(session: Session, quick_win: QuickWin) -> list[Change] | None:
    """The fields that differ from what was submitted last; None where nothing was yet."""
    return since(session, quick_win, quick_win.revision) if quick_win.revision else None


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The same for two contents in canonical form."""
    return [
        Change(
            field=name, material=name in MATERIAL, before=before.get(name), after=after.get(name)
        )
        for name in Content.model_fields
        if before.get(name) != after.get(name)
    ]


def _texts(session: Session, quick_win: QuickWin, numbers: set[int]) -> dict[int, str]:
    texts: dict[int, str] = {
        revision.number: revision.text
        for revision in session.scalars(
            select(Revision).where(
                Revision.quick_win_id == quick_win.id, Revision.number.in_(numbers)
            )
        )
    }
    if numbers != texts.keys():
        raise NotFound
    return texts
