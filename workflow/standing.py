"""What one person is towards one Quick Win, as guards ask it.

How it is read is said in `facts`; whether it suffices for an act, in `rights`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from workflow import fields
from workflow.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class Held:
    """A post in which somebody holds a role: their own, or that of a person they stand in for."""

    capacity: str = ""
    on_behalf_of_id: int | None = None
    on_behalf_of: str = ""  # the name; "" for nobody


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One person towards one Quick Win at one moment. What is true of somebody they stand in for is
    true of them, but for `own_unit`, which says what is open to them."""

    roles: Mapping[str, Held] = field(default_factory=dict)
    sees: bool = False
    own_unit: bool = False
    bound_by_unit: bool = False
    author: bool = False
    recused: bool = False
    administers: bool = False
    judged: frozenset[str] = frozenset()  # the roles in which they judged what is submitted now
    judgments: int = 0  # of what is submitted now, each in a place of its own
    quorum: int = 0
    quorum_lacks: bool = False  # somebody, or a role, that it may not be without
    period_open: bool = False
    submitted_in_time: bool = False
    reported_percent: Decimal | None = None  # of the last report in this visit or before
    reported_indicators: frozenset[str] = frozenset()
    by_decree: bool = False
    undo_open: bool = False
    today: date = date.min  # in the city
    # Read of one Quick Win, not of many: the working days, and when its period ends.
    calendar: Calendar | None = field(default=None, repr=False)
    period_closes: datetime | None = None
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)  # as it was then

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that are not filled in."""
        return fields.missing(self._parsed)

    @property
    def indicators(self) -> frozenset[str]:
        """The names of those it has."""
        return frozenset(row.name for row in self._parsed.indicators or () if row.name)

    @cached_property
    def _parsed(self) -> fields.Content:
        """Read when it is asked for, which it is of few where many are listed."""
        return fields.parse(self.content)
