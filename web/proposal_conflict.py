"""Two people wrote at once: what was saved meanwhile, and what becomes of what was typed.

What only the others changed is taken over; what the reader typed stays, and both are shown. The
page carries a short mark of each field as it was loaded, from which all of this is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from web import proposal_texts
from web.proposal_texts import Texts
from workflow.models import Authorship, Person, QuickWin


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """A field that was saved by somebody since the page was loaded. `kept`: the reader had typed
    something else, which stays in the form."""

    field: str
    who: str
    at: datetime | None
    kept: bool


def seen(texts: Texts) -> str:
    """The marks of these fields, for a hidden input."""
    return json.dumps(proposal_texts.fingerprints(texts), separators=(",", ":"))


def merge(texts: Texts, now: Texts, seen_before: str) -> tuple[Texts, dict[str, bool]]:
    """Both tidy and of the same fields: (the texts for the form, by field that was saved meanwhile
    whether what was typed is kept). Without readable marks everything that differs counts as
    changed by both."""
    marks, mine, theirs = _marks(seen_before), *map(proposal_texts.fingerprints, (texts, now))
    merged, changed = dict(texts), {}
    for name, saved in now.items():
        mark = marks.get(name)
        if mine[name] == theirs[name] or mark == theirs[name]:
            continue
        kept = mine[name] != mark
        changed[name] = kept
        if not kept:
            merged[name] = saved
    return merged, changed


def meanwhile(
    session: Session, quick_win: QuickWin, changed: Mapping[str, bool]
) -> list[Meanwhile]:
    """With who saved the field last, and when."""
    found = session.execute(
        select(Authorship.field, Person.name, Authorship.at)
        .join(Authorship.person)
        .where(Authorship.quick_win_id == quick_win.id)
        .order_by(Authorship.at)
    )
    last = {field: (name, at) for field, name, at in found}
    told = []
    for field, kept in changed.items():
        who, at = last.get(field, ("", None))
        told.append(Meanwhile(field=field, who=who, at=at, kept=kept))
    return told


def _marks(text: str) -> dict[str, Any]:
    try:
        marks = json.loads(text)
    except (ValueError, RecursionError):  # whatever came in place of what the page sent
        return {}
    return marks if isinstance(marks, dict) else {}
