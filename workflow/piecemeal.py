"""Saving while somebody is still writing: what fits is saved, what does not yet is named.

Who may write, and what fits, is decided where every other save is: in `content`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow import content as contents
from workflow.context import CHECKED_TOGETHER
from workflow.errors import Invalid
from workflow.language import Sentence
from workflow.models import Person, QuickWin


def save(
    session: Session,
    quick_win_id: int,
    person: Person,
    changes: Mapping[str, Any],
    *,
    version: int | None,
    at: datetime,
) -> tuple[QuickWin, dict[str, Sentence]]:
    """Merge those `changes` that fit, as `content.save` does; the caller commits.

    The second part has, by its path, a sentence for each that does not: its field stays as it was,
    of a group only that part. A list is saved whole or not at all, since its rows have no names.
    Raises NotFound, Forbidden, Stale or Locked, in this order.
    """
    rest, faults = dict(changes), dict[str, Sentence]()
    while True:
        try:
            saved = contents.save(session, quick_win_id, person, rest, version=version, at=at)
        except Invalid as error:
            faults |= error.fields
            stored = session.get_one(QuickWin, quick_win_id).content
            fitting = _without(rest, error.fields, stored)
            if fitting == rest:
                raise  # it lies in what is stored: leaving out more would not mend it
            rest = fitting
        else:
            return saved, faults


def _without(
    changes: Mapping[str, Any], faults: Mapping[str, Sentence], stored: Mapping[str, Any]
) -> dict[str, Any]:
    fitting, wrong = dict(changes), set[str]()
    for path in faults:
        name, _dot, part = path.partition(".")
        group = fitting.get(name)
        if isinstance(group, dict) and part in group:
            before = {key: value for key, value in stored.get(name, {}).items() if key == part}
            fitting[name] = {k: v for k, v in group.items() if k != part} | before
        else:
            wrong.add(name)
    for together in CHECKED_TOGETHER:
        if not wrong.isdisjoint(together):
            wrong |= together
    return {name: value for name, value in fitting.items() if name not in wrong}
