"""What the clock must have done in a year, walked day by day from the numbers of the definition.

Made to be held against the product, so it shares nothing with it: the definition is read as plain
TOML, the days off of 2026 are those of the decree, typed in, and time passes in loops over days.
"""

from __future__ import annotations

import tomllib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import workflow

WIB = ZoneInfo("Asia/Jakarta")
FILE = Path(workflow.__file__).parent / "definitions" / "quick_win.toml"
DAY = timedelta(days=1)
OFF = {
    *((1, 1), (1, 16), (2, 16), (2, 17), (3, 18), (3, 19), (3, 20), (3, 21), (3, 22), (3, 23)),
    *((3, 24), (4, 3), (4, 5), (5, 1), (5, 14), (5, 15), (5, 27), (5, 28), (5, 31), (6, 1)),
    *((6, 16), (8, 17), (8, 25), (12, 24), (12, 25)),
}
NEW_YEAR = date(2027, 1, 1)


@dataclass(frozen=True, order=True)
class Act:
    """Of the clock, in one visit."""

    visit: int
    at: datetime
    action: str
    threshold: int


@dataclass(frozen=True)
class Happened:
    """By people, in the order of time: to which state, or staying; what an extension or a report
    did to the clock."""

    at: datetime
    action: str
    source: str
    target: str
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A clock that was to end at `due`, stopped at a moment."""

    due: datetime
    at: datetime

    def due_again(self, now: datetime) -> datetime:
        """When it ends if it runs on from `now`."""
        today, last, stop = (at.astimezone(WIB).date() for at in (now, self.due, self.at))
        if self.due <= self.at:
            return _close(_walk(today, -max(1, _count(last, stop))))
        left = _count(stop, last)
        if left == 0 and works(today) and now < _close(today):
            return _close(today)
        return _close(_walk(today, max(left, 1)))


def expected(
    began: datetime, happened: Sequence[Happened], *, period_closes: datetime, until: datetime
) -> list[Act]:
    """All that the clock must have done up to `until` with one Quick Win that began as a draft."""
    return sorted(_Walk(happened, period_closes, until).acts(began))


class _Walk:
    def __init__(
        self, happened: Sequence[Happened], period_closes: datetime, until: datetime
    ) -> None:
        self._happened, self._closes, self._until = happened, period_closes, until
        text = tomllib.loads(FILE.read_text("utf-8"))
        self._states: Mapping[str, Any] = text["states"]
        self._initial: str = text["initial"]

    def acts(self, began: datetime) -> Iterator[Act]:
        """Visit after visit. A state that pauses stops the clock of the one before, of which what
        was left runs on from the day on which it goes back there; a month that was not late is due
        on a day of a month again."""
        visit, state, since, came_from = 1, self._initial, began, ""
        stopped: Stopped | None = None  # the clock that stands still
        goes_on: Stopped | None = None  # the one that this visit goes on with
        inside: list[Happened] = []
        for each in self._happened:
            if each.source == each.target:
                inside.append(each)
                continue
            due = yield from self._stay(visit, state, since, each.at, inside, goes_on)
            back = self._states[state].get("pauses") and each.target == came_from
            goes_on = stopped if back else None
            pauses = self._states[each.target].get("pauses") and due
            stopped = Stopped(due=due, at=each.at) if pauses and due else None
            visit, state, since, came_from, inside = visit + 1, each.target, each.at, state, []
        yield from self._stay(visit, state, since, self._until, inside, goes_on)

    def _stay(
        self,
        visit: int,
        state: str,
        since: datetime,
        left: datetime,
        inside: list[Happened],
        goes_on: Stopped | None,
    ) -> Generator[Act, None, datetime | None]:
        """One stay: the clock runs from its beginning, and anew from each act that sets it. When it
        was to end at last is returned."""
        deadline = self._states[state].get("deadline")
        if deadline is None:
            return None
        due = self._end(deadline, since)
        first = list(self._steps(visit, deadline, due, since))
        if goes_on and "every" in deadline and goes_on.due > goes_on.at:
            due = _in_its_month(deadline, goes_on.due, since)
            first = list(self._steps(visit, deadline, due, since))
        elif goes_on:
            due = goes_on.due_again(since)
            first = list(self._left_of(visit, deadline, goes_on, due))
            if "every" in deadline and due <= since:
                first += self._steps(visit, deadline, self._end(deadline, since), since)
        starts = [(first, due)]
        moments = []
        for each in inside:
            if each.due_on is not None:
                due = _close(each.due_on)
            elif each.action == "report" and "every" in deadline:
                due = self._end(deadline, each.at)
            else:
                continue
            starts.append((list(self._steps(visit, deadline, due, each.at)), due))
            moments.append(each.at)
        for (steps, _), end in zip(starts, [*moments, left], strict=True):
            yield from self._run(visit, deadline, steps, end)
        return starts[-1][1]

    def _left_of(self, visit: int, deadline: Any, stopped: Stopped, due: datetime) -> Iterator[Act]:
        """The steps around the new end whose time had not come when the clock was stopped."""
        came = {
            (act.action, act.threshold)
            for act in self._steps(visit, deadline, stopped.due, datetime.min.replace(tzinfo=UTC))
            if act.at <= stopped.at
        }
        for act in self._steps(visit, deadline, due, datetime.min.replace(tzinfo=UTC)):
            if (act.action, act.threshold) not in came:
                yield act

    def _run(self, visit: int, deadline: Any, steps: list[Act], end: datetime) -> Iterator[Act]:
        """What falls due before `end`. Where it is due each month, every act of the clock lets the
        next month begin."""
        waiting, done = set(steps), set[Act]()
        while open_ones := sorted((act.at, act) for act in waiting - done if act.at < end):
            _, act = open_ones[0]
            done.add(act)
            if "every" in deadline:
                again = self._end(deadline, act.at)
                waiting |= set(self._steps(visit, deadline, again, act.at))
        yield from done

    def _steps(self, visit: int, deadline: Any, due: datetime, now: datetime) -> Iterator[Act]:
        for days in deadline.get("remind", ()):
            if (at := _shifted(due, days)) > now:
                yield Act(visit, at, "remind", days)
        if "do" in deadline:
            yield Act(visit, due, deadline["do"], 0)
        for late in deadline.get("late", ()):
            for n in range(late.get("times", 1)):
                days = late["after"] + n * late.get("again", 0)
                yield Act(visit, _shifted(due, days), late["do"], days)

    def _end(self, deadline: Any, at: datetime) -> datetime:
        day = at.astimezone(WIB).date()
        if deadline.get("until") == "period" and at < self._closes:
            return self._closes
        if "every" in deadline:
            return _of_month(deadline, _next_month(day))
        return _close(_walk(day, deadline["within"]))


def _in_its_month(deadline: Any, before: datetime, now: datetime) -> datetime:
    """When what was due `before`, and was not late when it was stopped, is due again: in its month,
    or in the first one later in which that is still ahead; a later day that was set stays."""
    month = before.astimezone(WIB).date().replace(day=1)
    while (due := _of_month(deadline, month)) <= now:
        month = _next_month(month)
    return max(due, before)


def _of_month(deadline: Any, first: date) -> datetime:
    return _close(_walk(first - DAY, deadline["by"]))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def works(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in OFF and day != NEW_YEAR


def _walk(day: date, steps: int) -> date:
    """So many working days on, or back."""
    while steps:
        day += DAY if steps > 0 else -DAY
        if works(day):
            steps -= 1 if steps > 0 else -1
    return day


def _count(first: date, last: date) -> int:
    """The working days after the first, up to the last."""
    found = 0
    while first < last:
        first += DAY
        found += works(first)
    return found


def _shifted(due: datetime, days: int) -> datetime:
    return _close(_walk(due.astimezone(WIB).date(), days))


def _close(day: date) -> datetime:
    return datetime.combine(day, time(16), WIB).astimezone(UTC)
