"""The traffic light of an implementation: late reports and progress against the milestones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.fields import Content

LATE_REPORT = timedelta(days=14)
LAG_YELLOW, LAG_RED = 25, 50


class Light(StrEnum):
    GREEN = "green"  # Sesuai Rencana
    YELLOW = "yellow"  # Perlu Perhatian
    RED = "red"  # Terlambat


def light(
    content: Content,
    *,
    percent: Decimal | None,
    due_at: datetime | None,
    now: datetime,
    today: date,
) -> Light:
    """`percent` is of the last report, `due_at` when the next one is due. The lag is how many
    percent the progress is behind the share of milestones that lie in the past."""
    overdue = due_at is not None and due_at < now
    days = [milestone.date for milestone in content.milestones or () if milestone.date]
    passed = sum(day < today for day in days)
    lag = (100 * passed / len(days) if days else 0) - float(percent or 0)
    if lag >= LAG_RED or (due_at is not None and due_at + LATE_REPORT < now):
        return Light.RED
    return Light.YELLOW if overdue or lag >= LAG_YELLOW else Light.GREEN
