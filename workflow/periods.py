"""Setting periods: adding one, extending it with a reason, and what is decided in it by numbers.

By an admin, or by the operators, who are nobody. A period opens in the morning of its first day and
closes at the close of business of its last one. What the clock does then is known in
`period_steps`, what moves with it in `rescheduling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import announcing, period_faults, period_steps, queries
from workflow.calendar import Calendar
from workflow.definition import Parameters, Workflow
from workflow.errors import Invalid
from workflow.language import N_, Sentence
from workflow.ledger import append_to_city
from workflow.models import Period, Person
from workflow.period_faults import NewPeriod
from workflow.registry import active, parameters_in, parsed
from workflow.rescheduling import change_of_time
from workflow.short_texts import tidy
from workflow.timekeepers import Followed, begin_change, followed_by
from workflow.working_days import load_calendar

OPENING = time(8)


def check_admin(session: Session, by: Person | None, *, at: datetime) -> None:
    """Raises Forbidden for whoever is no admin."""
    queries.check_admin(session, by, Sentence(N_("Only an admin sets periods.")), at=at)


def add(session: Session, new: NewPeriod, by: Person | None, *, at: datetime) -> Period:
    """A new period with its steps; the caller commits.

    Raises Forbidden, and Invalid for a code that is taken or none, days in the wrong order, and
    days of another period.
    """
    check_admin(session, by, at=at)
    calendar = _calendar(session, at)
    period = Period(
        code=new.code,
        name=tidy(new.name),
        year=new.year,
        opens_at=datetime.combine(new.opens, OPENING, calendar.zone),
        closes_at=calendar.close_of(new.closes),
        parameters={},
        dimensions=new.dimensions,
    )
    faults = period_faults.of_name(session, period) | period_faults.of_days(
        session, new, period, calendar
    )
    if faults:
        raise Invalid(faults)
    session.add(period)
    session.flush()
    period_steps.moved(session, calendar, at=at)
    data = {"year": period.year, "dimensions": new.dimensions, **announcing.facts(period)}
    _record(session, "add_period", data, by, at)
    return period


def extend(
    session: Session, period: Period, *, closes: date, reason: str, by: Person | None, at: datetime
) -> Followed:
    """Let it close at the end of a later day. What is due by its end moves with it, and everybody
    who proposes or endorses is told; the caller commits. Returns what followed.

    One that has closed opens again so, unless another has opened since. Raises Forbidden, and
    Invalid for a day that does not fit, or no reason.
    """
    check_admin(session, by, at=at)
    calendar = _calendar(session, at)
    period = _locked(session, period)
    end, reason = calendar.close_of(closes), reason.strip()
    if faults := period_faults.of_extension(session, period, closes, reason, calendar, at):
        raise Invalid(faults)
    before, period.closes_at = period.closes_at, end
    session.flush()
    data = announcing.facts(period) | {"closed_at": before.isoformat(), "reason": reason}
    event = change_of_time(session, "extend_period", by=by, data=data, at=at)
    announcing.tell_the_rest(session, event, at=at)
    return followed_by(session, event)


def parameters_now(session: Session, period: Period) -> tuple[Workflow, Parameters]:
    """The definition in force, and what of it the period has as its own numbers."""
    workflow = parsed(active(session))
    return workflow, parameters_in(workflow, period)


def set_parameters(
    session: Session,
    period: Period,
    wanted: Parameters,
    *,
    remind_days: Sequence[int],
    by: Person | None,
    at: datetime,
) -> Followed:
    """From now on what is submitted in the period goes by these numbers; what was submitted keeps
    its own. The caller commits. Set to what they are, nothing is written. Returns what followed.

    Raises Forbidden, and Invalid by the rules for a definition's parameters.
    """
    check_admin(session, by, at=at)
    begin_change(session, None, at=at)
    period = _locked(session, period)
    workflow = parsed(active(session))
    if faults := period_faults.of_parameters(workflow, wanted, remind_days):
        raise Invalid(faults)
    own, days = _own(workflow, wanted), sorted(remind_days, reverse=True)
    if (own, days) == (period.parameters, period.remind_days):
        return Followed()
    period.parameters, period.remind_days = own, days
    session.flush()
    data = announcing.facts(period) | {"parameters": own, "remind_days": days}
    event = change_of_time(session, "set_period", by=by, data=data, at=at)
    return followed_by(session, event)


def _own(workflow: Workflow, wanted: Parameters) -> dict[str, Any]:
    """What differs from the definition, as a period keeps it."""
    given, usual = asdict(wanted), asdict(workflow.parameters)
    return {name: value for name, value in given.items() if value != usual[name]}


def _calendar(session: Session, at: datetime) -> Calendar:
    """With the city locked, so that of two who set a period one waits for the other."""
    begin_change(session, None, at=at)
    return load_calendar(session)


def _locked(session: Session, period: Period) -> Period:
    return session.scalars(
        select(Period)
        .where(Period.id == period.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _record(
    session: Session, action: str, data: dict[str, Any], by: Person | None, at: datetime
) -> None:
    actor_id, actor_name = (by.id, by.name) if by else (None, "")
    append_to_city(session, action, at=at, actor_id=actor_id, actor_name=actor_name, data=data)
