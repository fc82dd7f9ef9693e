"""/coverage: how far each OPD is in a period, so that everybody sees who has nothing yet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Flask, abort, g, render_template, request
from sqlalchemy import select

from web.labels import COVERAGE, LIGHTS
from web.presenting import LIGHT_KINDS
from workflow.definition import Coverage
from workflow.light import Light
from workflow.models import Period
from workflow.queries import Covered, coverage
from workflow.registry import workflow_of

bp = Blueprint("coverage", __name__, url_prefix="/coverage")

KINDS = {
    Coverage.NOTHING: "danger",
    Coverage.DRAFT: "warning",
    Coverage.IN_PROGRESS: "primary",
    Coverage.ESTABLISHED: "success",
    Coverage.IMPLEMENTATION: "success",
    Coverage.COMPLETED: "success",
}
REACHED = tuple(Coverage)[tuple(Coverage).index(Coverage.ESTABLISHED) :]  # as an agency should be
REACHED_STATUS = "reached"


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> str:
    """`?period=` (the newest that has begun without it); `?status=` and `?light=` narrow the
    table."""
    periods = list(g.session.scalars(select(Period).order_by(Period.opens_at.desc())))
    period = chosen(periods)
    rows = coverage(g.session, g.person, period, at=g.now) if period else []
    counts = Counter(row.coverage for row in rows)
    status, light = request.args.get("status", ""), request.args.get("light", "")
    shown = [
        row
        for row in rows
        if status in _statuses_of(row) and light in ("", row.light and row.light.value)
    ]
    return render_template(
        "coverage.html",
        periods=periods,
        period=period,
        status=status,
        light=light,
        reached_status=REACHED_STATUS,
        lights=[(each.value, LIGHTS[each]) for each in Light],
        reached=sum(counts[step] for step in REACHED),
        total=len(rows),
        steps=[(step.value, COVERAGE[step], KINDS[step], counts[step]) for step in Coverage],
        rows=[
            _line(row) for row in sorted(shown, key=lambda row: list(Coverage).index(row.coverage))
        ],
    )


def _statuses_of(row: Covered) -> tuple[str, ...]:
    """The values of `?status=` that leave it in the table."""
    return ("", row.coverage.value, *([REACHED_STATUS] if row.coverage in REACHED else []))


def chosen(periods: list[Period]) -> Period | None:
    """The period of the address, else the newest that has begun; none where there is none."""
    if code := request.args.get("period"):
        found = [period for period in periods if period.code == code]
        return found[0] if found else abort(404)
    begun = [period for period in periods if period.opens_at <= g.now]
    return next(iter(begun or periods), None)


def _line(row: Covered) -> dict[str, Any]:
    quick_win = row.quick_win
    line: dict[str, Any] = {
        "name": row.unit.name,
        "code": row.unit.code,
        "status": COVERAGE[row.coverage],
        "kind": KINDS[row.coverage],
        "quick_win": quick_win if row.visible else None,
        "light": (LIGHT_KINDS[row.light], LIGHTS[row.light]) if row.light else None,
    }
    if quick_win is not None:
        workflow = workflow_of(quick_win)
        state = workflow.states[quick_win.state]
        line |= {
            "state": state.label,
            "since": quick_win.since,
            "waiting": [workflow.role_label(role) for role in state.turn],
        }
    return line
