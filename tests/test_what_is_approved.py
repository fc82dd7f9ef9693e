"""What is approved is what was judged, whatever is written and done before (trap 7)."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from somebody import write
from sqlalchemy import func, select
from world import JUDGMENT, World

from workflow.errors import Refused
from workflow.history import revisions
from workflow.models import Judgment, QuickWin

_EDITS = st.sampled_from(
    [{"problem": "A"}, {"problem": "B"}, {"budget": 1}, {"budget": 2}, {"risks": "C"}, {}]
)
_ACTS = st.sampled_from(
    [
        ("judge", "reviewer"),
        ("judge", "reviewer2"),
        ("request_revision", "chair"),
        ("resubmit", "submitter"),
        ("approve", "chair"),
    ]
)
_STEPS = st.lists(_EDITS | _ACTS, min_size=3, max_size=14)


@given(_STEPS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_approved_was_judged_by_a_quorum(world: World, steps: list[Any]) -> None:
    with world.session.begin_nested() as savepoint:
        quick_win = world.bring_to("revision")
        for step in [*steps, ("resubmit", "submitter"), ("approve", "chair")]:
            _do(world, quick_win, step)
            if quick_win.state == "approved":
                break
        judged = world.session.scalar(
            select(func.count(Judgment.reviewer_id.distinct())).where(
                Judgment.quick_win_id == quick_win.id,
                Judgment.material_digest == quick_win.material_digest,
            )
        )
        frozen = revisions(world.session, quick_win)[-1]
        assert quick_win.state != "approved" or (judged or 0) >= 2
        assert quick_win.state != "approved" or frozen.digest == quick_win.digest
        savepoint.rollback()


def _do(world: World, quick_win: QuickWin, step: Any) -> None:
    try:
        if isinstance(step, dict):
            write(world, quick_win, step)
        else:
            world.act(quick_win, *step, data=JUDGMENT if step[0] == "judge" else None)
    except Refused:
        return  # any order is tried; what matters is what comes of it
