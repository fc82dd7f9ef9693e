"""Who has an account; closing one and opening it again. People are deactivated, never deleted.

Who may do that is asked here; what follows for Quick Wins is found by `incidents`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from workflow import incidents, keyset, queries
from workflow.errors import Forbidden, NotFound
from workflow.keyset import MAX_KEY, Keys
from workflow.language import N_, Sentence
from workflow.ledger import append_to_city
from workflow.models import Assignment, Login, Person
from workflow.relations import in_force, local_day

PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody and the posts they hold today, their own ones."""

    person: Person
    posts: Sequence[Assignment]


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """A page of them by name; cursors of the neighbours, "" where there is none."""

    found: Sequence[Account]
    previous: str
    next: str


def listed(
    session: Session, text: str, by: Person, *, at: datetime, after: str = "", before: str = ""
) -> Accounts:
    """Whose name or address has `text` in it, closed ones too. Raises Forbidden for no admin."""
    _check_admin(session, by, at)
    keys = Keys(
        name="people", columns=(Person.name.expression, Person.id.expression), descending=False
    )
    matching = select(Person).where(
        or_(
            Person.name.icontains(text, autoescape=True),
            Person.email.icontains(text, autoescape=True),
        )
    )
    page = keyset.page(session, matching, keys, PAGE, after=after, before=before)
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(page.ids)))}
    posts = _posts(session, page.ids, at)
    found = [Account(person=people[each], posts=posts[each]) for each in page.ids]
    return Accounts(found=found, previous=page.previous, next=page.next)


def one(session: Session, person_id: int, by: Person, *, at: datetime) -> Account:
    """That one. Raises Forbidden for no admin, and NotFound."""
    _check_admin(session, by, at)
    if person_id > MAX_KEY or (person := session.get(Person, person_id)) is None:
        raise NotFound
    return Account(person=person, posts=_posts(session, [person_id], at)[person_id])


def _posts(
    session: Session, person_ids: Sequence[int], at: datetime
) -> Mapping[int, list[Assignment]]:
    posts: dict[int, list[Assignment]] = defaultdict(list)
    held = (
        select(Assignment)
        .where(Assignment.person_id.in_(person_ids), in_force(Assignment, local_day(at)))
        .options(joinedload(Assignment.unit))
        .order_by(Assignment.id)
    )
    for assignment in session.scalars(held):
        posts[assignment.person_id].append(assignment)
    return posts


def deactivate(session: Session, person_id: int, by: Person | None, *, at: datetime) -> Person:
    """Close the account and log it out everywhere; by an admin, or by the operators (None). The
    caller commits. Closed twice, it stays closed.

    Raises Forbidden for whoever is no admin, and for the own account: somebody must be left.
    """
    person = _locked(session, person_id, by, at)
    if by is not None and by.id == person.id:
        raise Forbidden(Sentence(N_("Nobody deactivates their own account.")))
    if person.deactivated_at is None:
        person.deactivated_at = at
        ended = update(Login).where(Login.person_id == person.id, Login.ended_at.is_(None))
        session.execute(ended.values(ended_at=at))
        _record(session, "deactivate_person", person, by, at)
    return person


def reactivate(session: Session, person_id: int, by: Person | None, *, at: datetime) -> Person:
    """Open it again, with the posts it has. The caller commits. Raises as `deactivate` does."""
    person = _locked(session, person_id, by, at)
    if person.deactivated_at is not None:
        person.deactivated_at = None
        _record(session, "reactivate_person", person, by, at)
    return person


def _check_admin(session: Session, by: Person | None, at: datetime) -> None:
    refusal = Sentence(N_("Only an admin opens and closes accounts."))
    queries.check_admin(session, by, refusal, at=at)


def _locked(session: Session, person_id: int, by: Person | None, at: datetime) -> Person:
    _check_admin(session, by, at)
    if person_id > MAX_KEY:
        raise NotFound
    found = session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _record(session: Session, action: str, person: Person, by: Person | None, at: datetime) -> None:
    append_to_city(
        session,
        action,
        at=at,
        actor_id=by.id if by else None,
        actor_name=by.name if by else "",
        data={"person": person.id},
    )
    incidents.recompute(session, at=at)
