"""What an act brings along, checked against all that it speaks of: the rubric and the content, and
other Quick Wins.

What each kind of act brings is said in `acts`; who may act, and when, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.acts import Given, JudgmentGiven, ReviewersGiven, given
from workflow.definition import Transition
from workflow.designating import eligible
from workflow.errors import Invalid, NotFound
from workflow.language import N_, Sentence
from workflow.models import Person, QuickWin
from workflow.registry import workflow_of
from workflow.relations import seen_by


def collected(
    session: Session,
    quick_win: QuickWin,
    row: Transition,
    data: Mapping[str, Any] | Given | None,
    *,
    by: Person | str,
    today: date,
    at: datetime,
) -> Given:
    """The data of an act of `by`, a person or the clock, as values. Raises Invalid, which names
    every field that does not fit."""
    workflow = workflow_of(quick_win)
    found = given(row, data, workflow=workflow, content=quick_win.content, today=today)
    if isinstance(found, JudgmentGiven) and found.similar and isinstance(by, Person):
        _check_similar(session, quick_win, found, by, at)
    if isinstance(found, ReviewersGiven):
        _check_reviewers(session, quick_win, found, at)
    return found


def _check_reviewers(
    session: Session, quick_win: QuickWin, found: ReviewersGiven, at: datetime
) -> None:
    able = {each.person.id for each in eligible(session, quick_win, at=at)}
    faults = {
        f"reviewers.{index}": Sentence(N_("This person cannot judge it."))
        for index, person_id in enumerate(found.reviewers)
        if person_id not in able
    }
    if faults:
        raise Invalid(faults)


def _check_similar(
    session: Session, quick_win: QuickWin, found: JudgmentGiven, reader: Person, at: datetime
) -> None:
    """Each is another Quick Win that the reader may know of, and stands there once."""
    ids = [each.quick_win for each in found.similar]
    seen = set(session.scalars(seen_by(reader, at).where(QuickWin.id.in_(ids))))
    faults: dict[str, Sentence] = {}
    for index, one in enumerate(ids):
        path = f"similar.{index}.quick_win"
        if one not in seen:
            faults[path] = NotFound().sentence
        elif one == quick_win.id:
            faults[path] = Sentence(N_("It cannot be compared with itself."))
        elif one in ids[:index]:
            faults[path] = Sentence(N_("This Quick Win has a verdict already."))
    if faults:
        raise Invalid(faults)
