"""The ledger, recomputed from its first event: what `quickwin verify` says.

What makes a chain whole is not known here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.ledger import Break, verify
from workflow.models import Chain, QuickWin

SAY_EVERY = 1.0


@dataclass(frozen=True, kw_only=True)
class Audit:
    """`broken` has a line for each chain that is not whole: where, and why."""

    chains: int
    events: int
    broken: tuple[str, ...]


def audit(session: Session, progress: Callable[[str], None]) -> Audit:
    """Recompute every chain. The session reads a snapshot: an act in between is no break."""
    names = dict(
        session.execute(
            select(Chain.id, QuickWin.number)
            .outerjoin(QuickWin, QuickWin.id == Chain.quick_win_id)
            .order_by(Chain.id)
        ).all()
    )
    events = session.scalars(select(func.coalesce(func.sum(Chain.head_seq), 0))).one()
    broken: list[str] = []
    said = time.monotonic()
    for count, (chain_id, number) in enumerate(names.items(), start=1):
        broken += (_line(found, number) for found in verify(session, chain_id))
        session.expunge_all()
        if time.monotonic() - said > SAY_EVERY or count == len(names):
            said = time.monotonic()
            progress(f"{count} of {len(names)} chains")
    return Audit(chains=len(names), events=int(events), broken=tuple(broken))


def _line(found: Break, number: str | None) -> str:
    return f"chain {found.chain_id} ({number or 'the city'}), event {found.seq}: {found.why}"
