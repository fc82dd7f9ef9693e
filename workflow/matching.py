"""Whether people can fill the places of a step: a bipartite matching of those who act and those
whose places they fill.

Pure. Who may fill a place is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Filling:
    """One way to fill a place: `actor` acts in a role that `owner` holds; mostly they are one."""

    role: str
    actor: int
    owner: int


def suffices(
    fillings: Collection[Filling], needs: Sequence[Collection[Filling]], places: int
) -> bool:
    """Whether so many places can be filled at once, nobody acting twice and nobody's place filled
    twice, with one of each of `needs` among them."""
    if not needs:
        return most(fillings) >= places
    return any(
        suffices(
            _beside(fillings, one), [_beside(need, one) for need in needs[1:]], max(places - 1, 0)
        )
        for one in needs[0]
    )


def most(fillings: Collection[Filling]) -> int:
    """How many places can be filled at once: augmenting paths, one for each who acts."""
    owners: dict[int, set[int]] = {}
    for one in fillings:
        owners.setdefault(one.actor, set()).add(one.owner)
    taken: dict[int, int] = {}  # whose place is filled -> by whom

    def finds_place(actor: int, seen: set[int]) -> bool:
        for owner in owners[actor] - seen:
            seen.add(owner)
            if owner not in taken or finds_place(taken[owner], seen):
                taken[owner] = actor
                return True
        return False

    return sum(finds_place(actor, set()) for actor in owners)


def _beside(fillings: Collection[Filling], one: Filling) -> list[Filling]:
    return [other for other in fillings if other.actor != one.actor and other.owner != one.owner]
