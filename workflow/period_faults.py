"""What does not fit about a period that somebody sets: a sentence for each fault, by what it is
about. Who may set one, and what follows, is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.calendar import Calendar
from workflow.checks import unfit
from workflow.definition import Parameters, Workflow
from workflow.fields import is_storable
from workflow.language import N_, Sentence, date_short
from workflow.models import Period
from workflow.short_texts import faults_of_code

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2098, 12, 31)  # deadlines need days after the last
LONGEST_NAME, MAX_REASON = 200, 1000
LONGEST_WARNING, MOST_WARNINGS = 60, 10  # working days before the close; how many of them


@dataclass(frozen=True, kw_only=True)
class NewPeriod:
    """`year` is that of the numbers, `dimensions` as Period has them."""

    code: str
    name: str
    year: int
    opens: date  # the first day
    closes: date  # the last day
    dimensions: list[dict[str, Any]]


def of_name(session: Session, new: Period) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    if wrong := faults_of_code(new.code):
        faults["code"] = Sentence(N_("%(fault)s."), {"fault": wrong[0]})
    elif session.scalar(select(Period.id).where(func.lower(Period.code) == new.code.lower())):
        text = N_("There is a period “%(code)s” already.")
        faults["code"] = Sentence(text, {"code": new.code})
    if not new.name:
        faults["name"] = Sentence(N_("Give it a short name."))
    elif len(new.name) > LONGEST_NAME or not is_storable(new.name):
        text = N_("At most %(max_length)s characters are possible here.")
        faults["name"] = Sentence(text, {"max_length": LONGEST_NAME})
    if not FIRST_DAY.year <= new.year <= LAST_DAY.year:
        faults["year"] = _outside()
    return faults


def of_days(
    session: Session, new: NewPeriod, period: Period, calendar: Calendar
) -> dict[str, Sentence]:
    if new.opens < FIRST_DAY or new.closes > LAST_DAY:
        return {"opens" if new.opens < FIRST_DAY else "closes": _outside()}
    if period.opens_at >= period.closes_at:
        return {"closes": Sentence(N_("A period closes after it opens."))}
    if other := _beside(session, period, period.closes_at):
        return {"opens": _only_one(other, calendar)}
    return {}


def of_extension(
    session: Session, period: Period, closes: date, reason: str, calendar: Calendar, at: datetime
) -> dict[str, Sentence]:
    faults: dict[str, Sentence] = {}
    end = calendar.close_of(closes)
    if closes > LAST_DAY:
        faults["closes"] = _outside()
    elif end <= at:
        faults["closes"] = Sentence(N_("This day is over."))
    elif closes <= (last := calendar.day_of(period.closes_at)):
        text = N_("It closes on %(day)s as it is. Name a later day.")
        faults["closes"] = Sentence(text, {"day": date_short(last)})
    elif other := _beside(session, period, end):
        faults["closes"] = _only_one(other, calendar)
    if not reason:
        faults["reason"] = Sentence(N_("Please say why."))
    elif len(reason) > MAX_REASON or not is_storable(reason):
        text = N_("At most %(max_length)s characters are possible here.")
        faults["reason"] = Sentence(text, {"max_length": MAX_REASON})
    return faults


def of_parameters(
    workflow: Workflow, wanted: Parameters, remind_days: Sequence[int]
) -> dict[str, Sentence]:
    found = unfit(replace(workflow, parameters=wanted))
    faults = {each.place.removeprefix("parameters."): each.sentence for each in found}
    fits = all(1 <= days <= LONGEST_WARNING for days in remind_days)
    if not fits or len(set(remind_days)) != len(remind_days) or len(remind_days) > MOST_WARNINGS:
        text = N_("At most %(most)s different numbers of working days, each from 1 to %(longest)s.")
        values = {"most": MOST_WARNINGS, "longest": LONGEST_WARNING}
        faults["remind_days"] = Sentence(text, values)
    return faults


def _beside(session: Session, period: Period, end: datetime) -> Period | None:
    """Another period that would be open at the same time."""
    at_once = (Period.opens_at < end) & (Period.closes_at > period.opens_at)
    others = select(Period).where(at_once, Period.code != period.code)
    return session.scalars(others.order_by(Period.opens_at).limit(1)).first()


def _only_one(other: Period, calendar: Calendar) -> Sentence:
    text = N_(
        "Only one period is open at a time, and %(code)s is open from %(opens)s to %(closes)s."
    )
    opens, closes = (calendar.day_of(each) for each in (other.opens_at, other.closes_at))
    values = {"code": other.code, "opens": date_short(opens), "closes": date_short(closes)}
    return Sentence(text, values)


def _outside() -> Sentence:
    text = N_("A period lies between %(first)s and %(last)s.")
    values = {"first": date_short(FIRST_DAY), "last": date_short(LAST_DAY)}
    return Sentence(text, values)
