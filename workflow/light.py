"""The traffic light of an implementation: late reports and progress against the milestones."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from workflow.definition import Coverage
from workflow.fields import parse
from workflow.language import N_
from workflow.models import QuickWin
from workflow.pausing import is_paused, standing_still

LATE_REPORT = timedelta(days=14)
LAG_YELLOW, LAG_RED = 25, 50


class Light(StrEnum):
    GREEN = "green"  # Sesuai Rencana
    YELLOW = "yellow"  # Perlu Perhatian
    RED = "red"  # Terlambat


NAMES = {Light.GREEN: N_("On track"), Light.YELLOW: N_("Needs attention"), Light.RED: N_("Late")}


def light(
    quick_win: QuickWin, coverage: Coverage, zone: ZoneInfo, *, now: datetime
) -> Light | None:
    """`coverage` is that of its state; None where nothing is being implemented. It is due when the
    next report is, unless its clock stands still. The lag is how many percent the last one is
    behind the share of milestones that lie before today, each later by the days it stood still."""
    if coverage is not Coverage.IMPLEMENTATION:
        return None
    due_at = None if is_paused(quick_win) else quick_win.due_at
    still = timedelta(days=standing_still(quick_win, zone, at=now))
    milestones, today = parse(quick_win.content).milestones, now.astimezone(zone).date()
    overdue = due_at is not None and due_at < now
    days = [milestone.date for milestone in milestones or () if milestone.date]
    passed = sum(day + still < today for day in days)
    lag = (100 * passed / len(days) if days else 0) - float(quick_win.reported_percent or 0)
    if lag >= LAG_RED or (due_at is not None and due_at + LATE_REPORT < now):
        return Light.RED
    return Light.YELLOW if overdue or lag >= LAG_YELLOW else Light.GREEN
