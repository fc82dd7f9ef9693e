"""The steps of a life cycle that are taken under four eyes, and which role lacks people for one.

Pure. Where the people come from is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow import quorum
from workflow.definition import Parameters, QuorumOf, Workflow
from workflow.matching import Filling, suffices
from workflow.registry import turns_of


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a Quick Win has already, and who is out of it."""

    barred: set[int] = field(default_factory=set)
    judgments: list[Mapping[str, Any]] = field(default_factory=list)
    designated: set[int] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who holds a role towards a unit; `barred`: four eyes keep them from deciding."""

    filling: Filling
    barred: bool


@dataclass(frozen=True, kw_only=True)
class Step:
    """A state whose turn is answered under four eyes by `strict` ones of `roles`."""

    workflow: Workflow
    state: str
    roles: tuple[str, ...]
    strict: frozenset[str]
    judging: bool

    def fillings(self, staff: Iterable[Member], barred: Collection[int] = ()) -> list[Filling]:
        return [
            member.filling
            for member in staff
            if (role := member.filling.role) in self.roles
            and not (role in self.strict and (member.barred or member.filling.actor in barred))
        ]

    def missing(
        self, fillings: Sequence[Filling], given: Given, parameters: Parameters
    ) -> tuple[str, ...]:
        """The roles that lack people; none: the step can be taken."""
        done = quorum.filled(given.judgments) if self.judging else set()
        left = [one for one in fillings if done.isdisjoint((one.actor, one.owner))]
        needs, places = self._wanted(left, given, parameters)
        if suffices(left, needs, places):
            return ()
        absent = tuple(role for role in self.roles if all(one.role != role for one in left))
        return absent or self.roles

    def _wanted(
        self, left: Sequence[Filling], given: Given, parameters: Parameters
    ) -> tuple[list[list[Filling]], int]:
        if not self.judging:
            return [], 1
        counted = quorum.counted(given.judgments)
        places = max(parameters.quorum - len(counted), 0)
        match parameters.quorum_of:
            case QuorumOf.NUMBER:
                return [], places
            case QuorumOf.ALL:
                owed = set(given.designated) - {each["place"] for each in counted}
                return [[one for one in left if one.owner == owner] for owner in owed], places
            case QuorumOf.EACH_ROLE:
                roles = quorum.judging_roles(self.workflow) - {each["role"] for each in counted}
                return [[one for one in left if one.role == role] for role in roles], places


def steps(workflow: Workflow) -> list[Step]:
    """The states whose turn somebody answers under four eyes."""
    found = []
    for state in workflow.states.values():
        turns = turns_of(workflow, state.code)
        strict = frozenset(
            turn.role
            for turn in turns
            if turn.four_eyes and workflow.turn_rows(state.code, turn.role)
        )
        if strict:
            found.append(
                Step(
                    workflow=workflow,
                    state=state.code,
                    roles=state.turn,
                    strict=strict,
                    judging=any(turn.once for turn in turns),
                )
            )
    return found
