"""The ledger for whoever sees everything: how much there is, who signed it last, and one chain with
whether it is whole.

All of it is work that does not grow: the whole ledger is checked by `proving`. How it looks is not
known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from workflow import checkpoints, queries
from workflow.definition import Workflow
from workflow.errors import Forbidden, NotFound
from workflow.history import entry
from workflow.language import N_, Sentence
from workflow.models import Chain, Checkpoint, Event, Person, QuickWin, SignedHead
from workflow.queries import holds
from workflow.registry import active, parsed, workflow_of, workflows
from workflow.rights import joined, standing_of
from workflow.signing import is_signed
from workflow.stamps import Head, Stamp
from workflow.verifying import Break, Vouched, verify

LATEST = 6  # events, on the first page
PAGE = 30
MOST = 500  # events of a chain that are recomputed while somebody waits


@dataclass(frozen=True, kw_only=True)
class Glance:
    """`latest` are events with the number of their Quick Win, "" for the city; the newest first."""

    chains: int
    events: int
    stamp: Stamp | None
    genuine: bool  # whether the last checkpoint is signed with the key it names
    latest: Sequence[tuple[Event, str]]


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A chain, and one page of its events with the names of who acted as far as they are open to
    the reader. `quick_win` None: the city. `signed` is the last event under a checkpoint, of the
    moment `signed_at`; `known` whether so many events were recomputed that `broken` says
    something."""

    chain: Chain
    quick_win: QuickWin | None
    workflow: Workflow | None
    events: Sequence[Event]
    names: Mapping[int, str]  # by event id; "" is the system, or somebody without a name
    before: str  # the hash before the first of them
    signed: int
    signed_at: datetime | None
    known: bool
    broken: Break | None


def readers(workflow: Workflow) -> set[str]:
    """The roles that see everything."""
    return {role.code for role in workflow.roles.values() if role.sees == "all"}


def check_reader(session: Session, person: Person, at: datetime) -> None:
    """Raises Forbidden for whoever does not see everything."""
    roles = set().union(*(readers(each) for each in workflows(session).values()))
    if holds(session, person, sorted(roles), at=at):
        return
    workflow = parsed(active(session))
    can = tuple(code for code in workflow.roles if code in readers(workflow))
    labels = joined(workflow.role_label(role) for role in can)
    raise Forbidden(Sentence(N_("This page is for: %(roles)s."), {"roles": labels}), who_can=can)


def glance(session: Session) -> Glance:
    chains, events = checkpoints.counts(session)
    stamp = checkpoints.latest(session)
    rows = session.execute(
        select(Event, func.coalesce(QuickWin.number, ""))
        .outerjoin(QuickWin, QuickWin.id == Event.quick_win_id)
        .order_by(Event.id.desc())
        .limit(LATEST)
    )
    return Glance(
        chains=chains,
        events=events,
        stamp=stamp,
        genuine=stamp is not None and stamp.is_genuine,
        latest=[(event, number) for event, number in rows],
    )


def find(session: Session, number: str) -> int:
    """The chain of a Quick Win. Raises NotFound."""
    chain = session.scalar(
        select(Chain.id)
        .join(QuickWin, QuickWin.id == Chain.quick_win_id)
        .where(QuickWin.number == number)
    )
    if chain is None:
        raise NotFound
    return chain


def inspect(
    session: Session, chain_id: int, reader: Person, *, after: int, at: datetime
) -> Inspected:
    """A chain, and its events after event `after`. Raises NotFound."""
    chain = session.get(Chain, chain_id)
    if chain is None:
        raise NotFound
    quick_win = (
        queries.get(session, chain.quick_win_id, reader, at=at) if chain.quick_win_id else None
    )
    events = session.scalars(
        select(Event)
        .where(Event.chain_id == chain.id, Event.seq > after)
        .options(joinedload(Event.actor))
        .order_by(Event.seq)
        .limit(PAGE)
    ).all()
    heads = _signed_heads(session, chain.id)
    known = chain.head_seq <= MOST
    return Inspected(
        chain=chain,
        quick_win=quick_win,
        workflow=workflow_of(quick_win) if quick_win else None,
        events=events,
        names=_names(session, quick_win, events, reader, at),
        before=_hash(session, chain.id, after),
        signed=heads[-1][0].seq if heads else 0,
        signed_at=heads[-1][1].at if heads else None,
        known=known,
        broken=_broken(session, chain, heads) if known else None,
    )


def _signed_heads(session: Session, chain: int) -> list[tuple[SignedHead, Checkpoint]]:
    rows = session.execute(
        select(SignedHead, Checkpoint)
        .join(Checkpoint, Checkpoint.id == SignedHead.checkpoint_id)
        .where(SignedHead.chain_id == chain)
        .order_by(SignedHead.checkpoint_id.desc())
        .limit(MOST)
    )
    return [(head, checkpoint) for head, checkpoint in rows][::-1]


def _names(
    session: Session,
    quick_win: QuickWin | None,
    events: Sequence[Event],
    reader: Person,
    at: datetime,
) -> dict[int, str]:
    if quick_win is None:
        return {event.id: event.actor_name for event in events}
    standing, workflow = standing_of(session, quick_win, reader, at), workflow_of(quick_win)
    seen = [entry(event, workflow, quick_win, reader, standing) for event in events]
    return {each.event.id: each.event.actor_name if each.actor else "" for each in seen}


def _hash(session: Session, chain: int, seq: int) -> str:
    found = select(Event.hash).where(Event.chain_id == chain, Event.seq == seq)
    return session.scalar(found) or ""


def _broken(
    session: Session, chain: Chain, heads: Sequence[tuple[SignedHead, Checkpoint]]
) -> Break | None:
    vouched = [
        Vouched(seq=head.seq, hash=head.hash, by=checkpoints.stamp_of(checkpoint).name)
        for head, checkpoint in heads
    ]

    def look() -> Break | None:
        found = verify(session, chains=[chain.id], vouched={chain.id: vouched})
        return next(found, None)

    # Somebody may act between the two statements of `verify`: then a second look finds nothing.
    return _forged(chain, heads) or (look() and look())


def _forged(chain: Chain, heads: Sequence[tuple[SignedHead, Checkpoint]]) -> Break | None:
    """Of the heads that were signed, the last one says enough."""
    if not heads:
        return None
    row, checkpoint = heads[-1]
    head = Head(chain=chain.id, number=row.number, seq=row.seq, hash=row.hash)
    if is_signed(head.text, row.signature, checkpoint.public_key):
        return None
    why = f"the head under {checkpoints.stamp_of(checkpoint).name} is not the one that was signed"
    return Break(chain_id=chain.id, seq=row.seq, why=why)
