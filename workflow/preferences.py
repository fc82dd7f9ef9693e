"""How people want to be told of each kind of notification, and which kinds can come to them.

At once is what holds where nobody chose: it has no row. How a mail is made and sent is not known
here; nor is what somebody is told, which stands in the application whatever they choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workflow.definition import Workflow
from workflow.models import Channel, NoticeKind, Person, Preference
from workflow.notices import told
from workflow.registry import workflows
from workflow.relations import ADMIN


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What holds for one kind."""

    kind: NoticeKind
    channel: Channel


def offered(session: Session, person: Person, roles: Collection[str]) -> list[Choice]:
    """What holds for each kind that can come to the person, who holds these roles, and for each
    that they chose something for, in the order of the kinds."""
    chosen = _chosen(session, person.id)
    concerned = kinds_for(session, roles) | chosen.keys()
    return [
        Choice(kind=kind, channel=chosen.get(kind, Channel.MAIL))
        for kind in NoticeKind
        if kind in concerned
    ]


def kinds_for(session: Session, roles: Collection[str]) -> set[NoticeKind]:
    """The kinds that can come to a holder of these roles, as the stored definitions have it."""
    return {
        kind for workflow in workflows(session).values() for kind in _kinds(workflow, set(roles))
    }


def choose(session: Session, person_id: int, choices: Mapping[NoticeKind, Channel]) -> None:
    """From now on these hold; the others stay. The caller commits."""
    rows = [
        {"person_id": person_id, "kind": kind, "channel": channel}
        for kind, channel in choices.items()
        if channel is not Channel.MAIL
    ]
    at_once = [kind for kind, channel in choices.items() if channel is Channel.MAIL]
    session.execute(
        delete(Preference).where(Preference.person_id == person_id, Preference.kind.in_(at_once))
    )
    if rows:
        added = insert(Preference).values(rows)
        changed = {"channel": added.excluded.channel}
        session.execute(
            added.on_conflict_do_update(index_elements=["person_id", "kind"], set_=changed)
        )


def whose_mails(session: Session, mail_key: UUID) -> Person | None:
    """Whose mails carry that key in the link that ends a kind of them."""
    return session.scalar(select(Person).where(Person.mail_key == mail_key))


def end_mails(session: Session, person: Person, kind: NoticeKind) -> None:
    """No mail of that kind from now on, nor a place in the daily one. The caller commits."""
    choose(session, person.id, {kind: Channel.APP})


def channel_of(session: Session, person_id: int, kind: NoticeKind) -> Channel:
    """What holds for that kind."""
    return _chosen(session, person_id).get(kind, Channel.MAIL)


def _chosen(session: Session, person_id: int) -> dict[NoticeKind, Channel]:
    rows = select(Preference.kind, Preference.channel).where(Preference.person_id == person_id)
    return dict(session.execute(rows).all())


def _kinds(workflow: Workflow, roles: set[str]) -> Iterator[NoticeKind]:
    """Each as often as there is a reason for it."""
    if ADMIN in roles:
        yield NoticeKind.INCIDENT
    if any(role.scope == "unit" for role in workflow.roles.values() if role.code in roles):
        yield NoticeKind.PERIOD
    for row in workflow.transitions:
        for state in {row.to or source for source in row.source}:
            if (who := told(workflow, row, state)) is None:
                continue
            turns = {turn.role for turn in who.turns}
            if not roles.isdisjoint(turns):
                yield NoticeKind.DATES
            answering = roles & (turns if who.of_turn else turns.intersection(who.roles))
            if answering and who.kind is NoticeKind.NEWS:
                yield NoticeKind.TURN
            if not roles.isdisjoint(who.roles) or (answering and who.kind is not NoticeKind.NEWS):
                yield who.kind
