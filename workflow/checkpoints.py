"""The checkpoints of this city: those there are, whether one is due, and the next one.

A checkpoint is due when a head moved and either nobody has signed since the last close of business,
or a decree was issued. Nothing is signed that contradicts what was signed before: whoever rewrites
the database does not get a signature for it. Where the key comes from is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, selectinload

from workflow.issuing import ISSUED
from workflow.ledger import CITY_CHAIN
from workflow.models import Chain, Checkpoint, City, Event, QuickWin, SignedHead
from workflow.signing import Signer
from workflow.stamps import Head, Stamp, first_fault, heads_after, tree_of, vouched_for
from workflow.verifying import verify


class Contradicted(Exception):
    """The ledger is not what was signed before; nothing was signed. The message says where."""


def stamps(session: Session) -> list[Stamp]:
    """All of them, the first one first."""
    rows = session.scalars(
        select(Checkpoint)
        .options(selectinload(Checkpoint.moved))
        .order_by(Checkpoint.id)
        .execution_options(populate_existing=True)
    )
    return [stamp_of(row, tuple(map(_head, row.moved))) for row in rows]


def latest(session: Session) -> Stamp | None:
    """The last one, without the heads that had moved."""
    row = session.scalar(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1))
    return stamp_of(row) if row else None


def heads(session: Session) -> list[Head]:
    """Where the last checkpoint found all chains, in the order of its tree."""
    rows = session.scalars(
        select(SignedHead)
        .ext(distinct_on(SignedHead.chain_id))
        .order_by(SignedHead.chain_id, SignedHead.checkpoint_id.desc())
    )
    return [_head(row) for row in rows]


def counts(session: Session) -> tuple[int, int]:
    """How many chains there are now, and how many events in them."""
    total = func.coalesce(func.sum(Chain.head_seq), 0)
    chains, events = session.execute(select(func.count(Chain.id), total)).one()
    return chains, int(events)


def is_due(session: Session, at: datetime) -> bool:
    """Quick to say no: it is asked all the time."""
    last = latest(session)
    if last is None:
        return True
    if counts(session) == (last.chains, last.events):
        return False
    return last.at < _last_close(session, at) or _decree_since(session)


def sign(
    session: Session, signer: Signer, *, at: datetime, succeeds: Collection[str] = ()
) -> Stamp | None:
    """The next checkpoint, due or not; None where no head moved. The caller commits, and sees to it
    that everything is read as of one moment.

    Raises Contradicted; also for a key that is not the one of the last checkpoint, unless it is
    said which one it `succeeds`. IntegrityError: somebody else was quicker.
    """
    known = stamps(session)
    if fault := first_fault(known, {signer.public_key, *succeeds}):
        raise Contradicted(f"{fault.stamp.name}: {fault.why}")
    before, now = heads_after(known), _heads_now(session)
    moved = [head for chain, head in now.items() if _place(before.get(chain)) != _place(head)]
    if not moved and (not known or known[-1].public_key == signer.public_key):
        return None
    _check(session, known, before, now, moved)
    stamp = Stamp(
        at=at,
        chains=len(now),
        events=sum(head.seq for head in now.values()),
        heads=tree_of(now).root,
        previous=known[-1].digest if known else "",
        public_key=signer.public_key,
        moved=tuple(replace(head, signature=signer.sign(head.text)) for head in moved),
    )
    stamp = replace(stamp, signature=signer.sign(stamp.text))
    _keep(session, stamp)
    return stamp


def stamp_of(row: Checkpoint, moved: tuple[Head, ...] = ()) -> Stamp:
    return Stamp(
        at=row.at,
        chains=row.chains,
        events=row.events,
        heads=row.heads,
        previous=row.previous,
        public_key=row.public_key,
        signature=row.signature,
        moved=moved,
    )


def _check(
    session: Session,
    known: Sequence[Stamp],
    before: Mapping[int, Head],
    now: Mapping[int, Head],
    moved: Sequence[Head],
) -> None:
    for chain, head in before.items():
        if chain not in now or now[chain].number != head.number:
            raise Contradicted(f"chain {chain} ({head.number or 'the city'}) is gone")
    chains = [head.chain for head in moved]
    for found in verify(session, chains=chains, vouched=vouched_for(known)):
        raise Contradicted(f"chain {found.chain_id}, event {found.seq}: {found.why}")


def _heads_now(session: Session) -> dict[int, Head]:
    rows = session.execute(
        select(Chain.id, func.coalesce(QuickWin.number, ""), Chain.head_seq, Chain.head_hash)
        .outerjoin(QuickWin, QuickWin.id == Chain.quick_win_id)
        .order_by(Chain.id)
    )
    return {row[0]: Head(chain=row[0], number=row[1], seq=row[2], hash=row[3]) for row in rows}


def _place(head: Head | None) -> tuple[int, str] | None:
    return (head.seq, head.hash) if head else None


def _head(row: SignedHead) -> Head:
    return Head(
        chain=row.chain_id,
        number=row.number,
        seq=row.seq,
        hash=row.hash,
        signature=row.signature,
    )


def _keep(session: Session, stamp: Stamp) -> None:
    values = asdict(stamp)
    moved = values.pop("moved")
    row = Checkpoint(**values)
    row.moved = [SignedHead(chain_id=head.pop("chain"), **head) for head in moved]
    session.add(row)
    session.flush()


def _last_close(session: Session, at: datetime) -> datetime:
    """The last close of business in the city before that moment. Every day has one."""
    city = session.get_one(City, 1)
    local = at.astimezone(ZoneInfo(city.zone))
    close = datetime.combine(local.date(), city.close_of_business, local.tzinfo)
    return close if close <= local else close - timedelta(days=1)


def _decree_since(session: Session) -> bool:
    """By the place in the chain, not by the clock: what commits late is not missed."""
    signed = select(func.max(SignedHead.seq)).where(SignedHead.chain_id == CITY_CHAIN)
    issued = exists().where(
        Event.chain_id == CITY_CHAIN,
        Event.action == ISSUED,
        Event.seq > func.coalesce(signed.scalar_subquery(), 0),
    )
    return bool(session.scalar(select(issued)))
