"""When enough have judged: how many, who among them, and in which roles.

Which judgments count is said in `relations`; what follows from a quorum, in the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from workflow.definition import Parameters, QuorumOf, Workflow


def counted(judgments: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of people whom four eyes do not keep from it."""
    return [each for each in judgments if not each["barred"]]


def lacks(
    parameters: Parameters,
    workflow: Workflow,
    judgments: Iterable[Mapping[str, Any]],
    designated: Collection[int],
) -> bool:
    """Whether somebody, or a role, is missing among the judgments that count without whom no number
    is enough."""
    given = counted(judgments)
    match parameters.quorum_of:
        case QuorumOf.NUMBER:
            return False
        case QuorumOf.ALL:
            return not set(designated) <= {each["place"] for each in given}
        case QuorumOf.EACH_ROLE:
            return not judging_roles(workflow) <= {each["role"] for each in given}


def judging_roles(workflow: Workflow) -> set[str]:
    """The roles that judge."""
    rows = (row for row in workflow.transitions if row.collects == "judgment")
    return {role for row in rows for role in row.by}


def filled(judgments: Iterable[Mapping[str, Any]]) -> set[int]:
    """Everybody who filled a place, or whose place was filled."""
    return {each[who] for each in judgments for who in ("reviewer", "place")}
