"""What somebody can do where it is their turn, and for whom.

Whose turn it is, is asked in `turns`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.orm import aliased

from workflow.definition import Workflow
from workflow.language import Label
from workflow.models import Post, Unit
from workflow.relations import held_towards, in_force


@dataclass(frozen=True, kw_only=True)
class Answers:
    expected: tuple[Label, ...] = ()
    instead_of: tuple[str, ...] = ()  # names; nobody where a post of their own will do


NONE = Answers()


def posts_of(person_id: SQLColumnExpression[int], day: ColumnElement[date]) -> ColumnElement[Any]:
    """What `answers` takes, of a statement that has a Unit: [role, the name of whom they stand in
    for or ""] of each post that the person holds towards it."""
    post = aliased(Post)
    return (
        select(
            func.coalesce(
                func.jsonb_agg(func.jsonb_build_array(post.role, post.on_behalf_of)),
                func.jsonb_build_array(),
            )
        )
        .where(post.person_id == person_id, in_force(post, day), held_towards(post, Unit.path))
        .correlate_except(post)
        .scalar_subquery()
    )


def answers(workflow: Workflow, state: str, posts: Sequence[Sequence[str]]) -> Answers:
    """Of somebody with these posts, whose turn that state is."""
    turn = workflow.states[state].turn
    whose = tuple(dict.fromkeys(name for role, name in posts if role in turn))
    roles = {role for role, _ in posts}
    rows = (row for role in turn if role in roles for row in workflow.turn_rows(state, role))
    return Answers(
        expected=tuple(dict.fromkeys(row.label for row in rows)),
        instead_of=() if "" in whose else whose,
    )
