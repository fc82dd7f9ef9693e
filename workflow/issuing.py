"""The moment a decree is issued: its number taken, every Quick Win moved, its text fixed.

All or nothing. How a decree comes about is `decrees`; its document is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from workflow.acts import DecreeGiven
from workflow.errors import Invalid
from workflow.language import N_, Sentence
from workflow.ledger import append_to_city, canonical, sha256
from workflow.machine import perform
from workflow.models import Decree, DecreeLine, DecreeStatus, Effect, Person

NOT_ISSUED = Sentence(N_("There is no issued decree of this number."))
ISSUED = "issue_decree"  # in the chain of the city
ACTIONS = {Effect.ESTABLISHES: "establish", Effect.REVOKES: "revoke"}


def issue_now(session: Session, decree: Decree, person: Person, at: datetime) -> None:
    """Issue a decree that has its number and date. Raises Invalid if it is empty or the number is
    taken, and what the door raises for a Quick Win; the caller rolls back."""
    if not decree.lines:
        raise Invalid({"quick_wins": Sentence(N_("A decree needs at least one Quick Win."))})
    # This locks the chain of the city: of two officers who press at once with the same number, or
    # in the place of the same decree, the second one sees the first.
    append_to_city(
        session,
        ISSUED,
        at=at,
        actor_id=person.id,
        actor_name=person.name,
        data={"decree": decree.id, "number": decree.number, "code": decree.code},
    )
    other = aliased(Decree)
    taken = exists().where(
        other.number == decree.number,
        other.year == decree.year,
        other.status != DecreeStatus.DRAFT,
        other.id != decree.id,
    )
    if session.scalar(select(taken)):
        raise Invalid({"number": Sentence(N_("This number is taken by another decree this year."))})
    if decree.replaces_id is not None and not is_issued(session, decree.replaces_id):
        raise Invalid({"replaces": NOT_ISSUED})
    for line in sorted(decree.lines, key=lambda line: line.quick_win_id):
        perform(
            session,
            line.quick_win_id,
            ACTIONS[line.effect],
            person,
            version=None,
            data=DecreeGiven(decree=decree),
            at=at,
        )
    decree.text = canonical(_data(decree))
    decree.digest = sha256(decree.text)
    decree.status, decree.issued_at = DecreeStatus.ISSUED, at
    session.flush()
    _mark_earlier(session, decree)


def is_issued(session: Session, decree_id: int) -> bool:
    """Whether that decree is in force, so that another can stand in its place."""
    issued = exists().where(Decree.id == decree_id, Decree.status == DecreeStatus.ISSUED)
    return bool(session.scalar(select(issued)))


def _mark_earlier(session: Session, decree: Decree) -> None:
    """The decree this one replaces, and those of which it revokes the last Quick Win."""
    if decree.replaces_id is not None:
        session.get_one(Decree, decree.replaces_id).status = DecreeStatus.REPLACED
    revoked = [line.quick_win_id for line in decree.lines if line.effect is Effect.REVOKES]
    line, later = aliased(DecreeLine), aliased(DecreeLine)
    its_decree = aliased(Decree)
    revoked_since = exists().where(
        later.quick_win_id == line.quick_win_id,
        later.effect == Effect.REVOKES,
        its_decree.id == later.decree_id,
        its_decree.status != DecreeStatus.DRAFT,  # a draft takes nothing away
    )
    still_stands = exists().where(
        line.decree_id == Decree.id, line.effect == Effect.ESTABLISHES, ~revoked_since
    )
    emptied = session.scalars(
        select(Decree).where(
            Decree.lines.any(DecreeLine.quick_win_id.in_(revoked)),
            Decree.id != decree.id,
            Decree.status == DecreeStatus.ISSUED,
            ~still_stands,
        )
    )
    for earlier in emptied:
        earlier.status = DecreeStatus.REVOKED
    session.flush()


def _data(decree: Decree) -> Mapping[str, Any]:
    """What the decree says, for its digest and its document."""
    return {
        "code": decree.code,
        "period": decree.period.code,
        "number": decree.number,
        "date": decree.date,
        "replaces": decree.replaces_id,
        "lines": [
            {
                "effect": line.effect.value,
                "number": line.quick_win.number,
                "title": line.quick_win.title,
                "dimension": line.quick_win.content.get("dimension"),
                "unit": line.quick_win.unit.name,
                "pic": line.quick_win.content.get("pic", {}).get("name"),
                "digest": line.quick_win.digest,
            }
            for line in decree.lines
        ],
    }
