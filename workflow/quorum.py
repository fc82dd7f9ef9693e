"""When enough have judged: how many, who among them, and in which roles.

Which judgments count is said in `relations`; what follows from a quorum, in the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.definition import Parameters, QuorumOf, Workflow
from workflow.models import Judgment, QuickWin


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


def at_stake(session: Session, quick_win: QuickWin) -> int:
    """How many judgments there are of what was submitted last: a material change voids them all."""
    return session.scalars(
        select(func.count()).where(
            Judgment.quick_win_id == quick_win.id,
            Judgment.material_digest == quick_win.submitted_material_digest,
            Judgment.rescinded_at.is_(None),
        )
    ).one()


def judging_roles(workflow: Workflow) -> set[str]:
    """The roles that judge."""
    rows = (row for row in workflow.transitions if row.collects == "judgment")
    return {role for row in rows for role in row.by}


def filled(judgments: Iterable[Mapping[str, Any]]) -> set[int]:
    """Everybody who filled a place, or whose place was filled."""
    return {each[who] for each in judgments for who in ("reviewer", "place")}
