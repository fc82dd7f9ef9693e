"""Locks on a Quick Win: first its row, then the head of its chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from workflow.errors import NotFound
from workflow.models import Chain, Definition, Period, QuickWin


@dataclass(frozen=True, kw_only=True)
class LockedQuickWin:
    quick_win: QuickWin
    chain: Chain


def lock(session: Session, quick_win_id: int) -> LockedQuickWin:
    """Lock the row and the chain, and read both anew. Raises NotFound.

    `populate_existing`, since a row that is loaded already would keep the state it had then. FOR NO
    KEY UPDATE: a plain FOR UPDATE would wait for everybody who has written a row that names this
    Quick Win, and two officers with a decree each would wait for one another.
    """
    row = session.execute(_statement(), {"locked": quick_win_id}).one_or_none()
    if row is None:
        raise NotFound
    return LockedQuickWin(quick_win=row[0], chain=row[1])


def lock_chains(session: Session, quick_win_ids: Sequence[int]) -> dict[int, Chain]:
    """The chains of Quick Wins that the caller holds locked already, by their ids; locked, and read
    anew."""
    chains = session.scalars(
        select(Chain)
        .where(Chain.quick_win_id.in_(quick_win_ids))
        .order_by(Chain.quick_win_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {chain.quick_win_id: chain for chain in chains if chain.quick_win_id is not None}


@lru_cache(maxsize=1)
def _statement() -> Select[QuickWin, Chain]:
    """What is large and of no use here is left for whoever asks for it."""
    return (
        select(QuickWin, Chain)
        .join(Chain, Chain.quick_win_id == QuickWin.id)
        .join(QuickWin.period)
        .join(QuickWin.definition)
        .options(
            contains_eager(QuickWin.period).load_only(
                Period.opens_at, Period.closes_at, Period.parameters
            ),
            contains_eager(QuickWin.definition).load_only(Definition.sha256),
        )
        .where(QuickWin.id == bindparam("locked", type_=BigInteger))
        .with_for_update(of=[QuickWin, Chain], key_share=True)
        .execution_options(populate_existing=True)
    )
