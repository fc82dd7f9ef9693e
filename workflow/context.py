"""What content must be in its surroundings: the period, the units below, the files uploaded.

The fields by themselves are checked in `fields`; when content may change is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import any_, exists, literal, select
from sqlalchemy.orm import Session

from workflow.errors import Invalid
from workflow.fields import Content
from workflow.language import N_, Sentence, date_short
from workflow.models import Period, QuickWin, Unit, Upload
from workflow.relations import local_day

# Of these, what is wrong may lie in either, whichever of them was changed.
CHECKED_TOGETHER = (frozenset({"dimension", "subdimension"}),)


def check_in_context(
    session: Session, quick_win: QuickWin, content: Content, changes: Mapping[str, Any]
) -> None:
    """What the fields alone cannot know: the period's dimensions and end, the unit, the uploads."""
    faults: dict[str, Sentence] = {}
    if {"dimension", "subdimension"} & set(changes):
        faults |= _faults_of_dimension(quick_win.period, content)
    if "milestones" in changes:
        faults |= _faults_of_milestones(session, quick_win.period, content)
    if "executing_unit" in changes and content.executing_unit:
        faults |= _faults_of_unit(session, quick_win, content.executing_unit)
    if "files" in changes and content.files:
        faults |= _faults_of_files(session, quick_win, content.files)
    if faults:
        raise Invalid(faults)


def _faults_of_dimension(period: Period, content: Content) -> dict[str, Sentence]:
    dimensions = {entry["code"]: entry for entry in period.dimensions}
    if not content.dimension:
        return {}
    if content.dimension not in dimensions:
        return {"dimension": Sentence(N_("The period has no such dimension."))}
    codes = {entry["code"] for entry in dimensions[content.dimension].get("subdimensions", ())}
    if content.subdimension and content.subdimension not in codes:
        return {"subdimension": Sentence(N_("The dimension has no such subdimension."))}
    return {}


def _faults_of_milestones(
    session: Session, period: Period, content: Content
) -> dict[str, Sentence]:
    last = _year_after(session.scalars(select(local_day(period.closes_at))).one())
    text = N_("A milestone lies at most 12 months after the period closes: until %(last)s.")
    return {
        f"milestones.{index}.date": Sentence(text, {"last": date_short(last)})
        for index, milestone in enumerate(content.milestones or ())
        if milestone.date and milestone.date > last
    }


def _faults_of_unit(session: Session, quick_win: QuickWin, code: str) -> dict[str, Sentence]:
    below = exists().where(
        Unit.code == code,
        literal(quick_win.unit.id) == any_(Unit.path),
        Unit.id != quick_win.unit.id,
    )
    if session.scalar(select(below)):
        return {}
    return {"executing_unit": Sentence(N_("This is no unit below the proposing one."))}


def _faults_of_files(
    session: Session, quick_win: QuickWin, files: list[str]
) -> dict[str, Sentence]:
    known = set(session.scalars(select(Upload.sha256).where(Upload.quick_win_id == quick_win.id)))
    text = N_("This file was not uploaded to this Quick Win.")
    return {
        f"files.{index}": Sentence(text) for index, name in enumerate(files) if name not in known
    }


def _year_after(day: date) -> date:
    """12 months later; of a 29 February the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
