"""The whole ledger of this city held against itself, its checkpoints, and checkpoints that somebody
kept elsewhere.

How a break is told is not known here; nor whose keys are to be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import checkpoints
from workflow.models import Chain, QuickWin
from workflow.stamps import Stamp, first_fault, heads_after, vouched_for
from workflow.verifying import Break, Vouched, verify


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`breaks` has the first of each chain, in the order of chains; `numbers` names the chains.
    `last` is the last checkpoint, and `younger` how many events no checkpoint vouches for yet."""

    chains: int
    events: int
    last: Stamp | None
    younger: int
    breaks: tuple[Break, ...]
    numbers: Mapping[int, str]


def prove(
    session: Session,
    trusted: Collection[str],
    *,
    kept: Sequence[Stamp] = (),
    seen: Callable[[int], None] = lambda count: None,
) -> Proof:
    """Recompute everything. What is read must be of one moment, so that an act in between is no
    break. `trusted` are public keys, `kept` all checkpoints as they were when somebody copied
    them."""
    own = checkpoints.stamps(session)
    numbers = _numbers(session)
    found = [
        *_stamps_break(own, kept, trusted),
        *_names_break([*own, *kept], numbers),
        *verify(session, vouched=_both(own, kept), seen=seen),
    ]
    first: dict[int, Break] = {}
    for each in found:
        if each.chain_id not in first or each.seq < first[each.chain_id].seq:
            first[each.chain_id] = each
    chains, events = checkpoints.counts(session)
    last = own[-1] if own else None
    return Proof(
        chains=chains,
        events=events,
        last=last,
        younger=events - (last.events if last else 0),
        breaks=tuple(first[chain] for chain in sorted(first)),
        numbers=numbers,
    )


def _numbers(session: Session) -> dict[int, str]:
    rows = session.execute(
        select(Chain.id, QuickWin.number)
        .outerjoin(QuickWin, QuickWin.id == Chain.quick_win_id)
        .order_by(Chain.id)
    )
    return {chain: number or "" for chain, number in rows}


def _stamps_break(
    own: Sequence[Stamp], kept: Sequence[Stamp], trusted: Collection[str]
) -> Iterator[Break]:
    """Checkpoints that do not hold, and those that are in the database no more."""
    for stamps in (own, kept):
        if fault := first_fault(stamps, trusted):
            why = f"{fault.stamp.name} does not hold: {fault.why}"
            yield Break(chain_id=fault.chain, seq=fault.seq, why=why)
    here = {stamp.digest for stamp in own}
    for stamp in kept:
        if stamp.digest not in here and stamp.moved:
            why = f"{stamp.name} was kept elsewhere and is not in the database"
            yield Break(chain_id=stamp.moved[0].chain, seq=stamp.moved[0].seq, why=why)
            return


def _names_break(stamps: Sequence[Stamp], numbers: Mapping[int, str]) -> Iterator[Break]:
    """Chains that are gone, or are said to be another Quick Win's than when they were signed."""
    for chain, head in heads_after(stamps).items():
        name = head.number or "the city"
        if chain not in numbers:
            why = f"the chain is gone, of which a checkpoint has {head.seq} events of {name}"
            yield Break(chain_id=chain, seq=1, why=why)
        elif numbers[chain] != head.number:
            yield Break(chain_id=chain, seq=1, why=f"the chain was that of {name}")


def _both(own: Sequence[Stamp], kept: Sequence[Stamp]) -> dict[int, list[Vouched]]:
    here = {stamp.digest for stamp in own}
    return vouched_for([*own, *(stamp for stamp in kept if stamp.digest not in here)])
