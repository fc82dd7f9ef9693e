"""Standing in for somebody: for a time, with a reason, and never passed on.

What a delegate may do follows from the posts (`models.Post`) and the rights; here a delegation
begins and ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Select, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from workflow import incidents
from workflow.errors import Invalid, NotFound
from workflow.fields import is_storable
from workflow.language import N_, Sentence
from workflow.ledger import append_to_city
from workflow.models import Delegation, Person
from workflow.queries import check_admin, holds
from workflow.relations import ADMIN, administers, local_day

LONGEST = 366  # days
MAX_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who is to stand in for whom, from the first to the last day, and why."""

    delegator: int
    delegate: int
    valid_from: date
    valid_to: date
    reason: str


def begin(session: Session, wish: Wish, by: Person, *, at: datetime) -> Delegation:
    """Let somebody stand in for `by`, or, if `by` is an admin, for anybody. The caller commits.

    Raises Forbidden for somebody else's post, and Invalid, which names what does not fit.
    """
    if by.id != wish.delegator:
        refusal = Sentence(N_("Only an admin names who stands in for somebody else."))
        check_admin(session, by, refusal, at=at)
    if faults := _faults(session, wish, at):
        raise Invalid(faults)
    made = Delegation(
        delegator_id=wish.delegator,
        delegate_id=wish.delegate,
        valid_from=wish.valid_from,
        valid_to=wish.valid_to,
        reason=wish.reason.strip(),
        created_by_id=by.id,
        created_at=at,
    )
    session.add(made)
    session.flush()
    _record(session, "delegate", made, by, at)
    incidents.recompute(session, at=at)
    return made


def end(session: Session, delegation_id: int, by: Person, *, at: datetime) -> Delegation:
    """End it before its last day: by one of the two, or an admin. The caller commits.

    Raises NotFound, also for one that is nobody's business of theirs; ended twice, it stays ended.
    """
    found = session.scalar(
        select(Delegation)
        .where(Delegation.id == delegation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    concerned = found is not None and by.id in (found.delegator_id, found.delegate_id)
    if found is None or not (concerned or holds(session, by, [ADMIN], at=at)):
        raise NotFound
    if found.ended_at is None:
        found.ended_at = at
        _record(session, "end_delegation", found, by, at)
        incidents.recompute(session, at=at)
    return found


def of(session: Session, person: Person, *, at: datetime) -> list[Delegation]:
    """Those that begin or are in force, given by the person or to them; by their first day."""
    found = select(Delegation).where(
        or_(Delegation.delegator_id == person.id, Delegation.delegate_id == person.id)
    )
    return _open(session, found, at)


def everyones(session: Session, *, at: datetime) -> list[Delegation]:
    """All that begin or are in force."""
    return _open(session, select(Delegation), at)


def _open(session: Session, found: Select[Delegation], at: datetime) -> list[Delegation]:
    return list(
        session.scalars(
            found.where(Delegation.ended_at.is_(None), Delegation.valid_to >= local_day(at))
            .options(joinedload(Delegation.delegator), joinedload(Delegation.delegate))
            .order_by(Delegation.valid_from, Delegation.id)
        )
    )


def _faults(session: Session, wish: Wish, at: datetime) -> dict[str, Sentence]:
    today = session.scalars(select(local_day(at))).one()
    faults: dict[str, Sentence] = {}
    if not wish.reason.strip():
        faults["reason"] = Sentence(N_("Please say why."))
    elif len(wish.reason) > MAX_REASON or not is_storable(wish.reason):
        text = N_("At most %(max_length)s characters are possible here.")
        faults["reason"] = Sentence(text, {"max_length": MAX_REASON})
    if wish.valid_from < today:
        faults["valid_from"] = Sentence(N_("This day is over."))
    if wish.valid_to < wish.valid_from:
        faults["valid_to"] = Sentence(N_("The last day lies before the first."))
    elif (wish.valid_to - wish.valid_from).days > LONGEST:
        text = N_("At most %(days)s days are possible.")
        faults["valid_to"] = Sentence(text, {"days": LONGEST})
    if fault := _fault_of_delegate(session, wish, at):
        faults["delegate"] = fault
    return faults


def _fault_of_delegate(session: Session, wish: Wish, at: datetime) -> Sentence | None:
    open_accounts = select(func.count()).where(
        Person.id.in_((wish.delegator, wish.delegate)), Person.deactivated_at.is_(None)
    )
    if wish.delegate == wish.delegator or session.scalar(open_accounts) != len(
        {wish.delegator, wish.delegate}
    ):
        return Sentence(N_("This must be somebody else with an open account."))
    delegate = literal(wish.delegate, BigInteger)
    if session.scalar(select(administers(delegate, local_day(at)))):
        return Sentence(N_("An admin decides on nothing, and so stands in for nobody."))
    return None


def _record(session: Session, action: str, of: Delegation, by: Person, at: datetime) -> None:
    data = {
        "delegation": of.id,
        "delegator": of.delegator_id,
        "delegate": of.delegate_id,
        "valid_from": of.valid_from,
        "valid_to": of.valid_to,
        "reason": of.reason,
    }
    data |= {name: each.isoformat() for name, each in data.items() if isinstance(each, date)}
    append_to_city(session, action, at=at, actor_id=by.id, actor_name=by.name, data=data)
