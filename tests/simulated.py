"""A clock for tests: weeks of working days, through the real tasks on a real database, in seconds.

    def test_a_silent_head_is_reminded(simulation: Simulation) -> None:
        with simulation.acting() as world:
            quick_win = world.bring_to("endorsement").id
        simulation.on_working_day(6, lambda world: world.act(world.find(quick_win), ...))
        simulation.run(days=14)
        assert [mail["To"] for mail in simulation.postbox.mails] == ...

It stands at `now`, and jumps from there to the next moment at which anything can happen: something
becomes due, a mail may be tried again, a digest is wanted, an undo window closes, a day begins or
business closes, or somebody whom the test asked for acts. At each of them every task that beat asks
for runs with `at=now`, the most frequent first, until none has anything left to do. Which tasks
those are is read from beat's own schedule, so that a new one runs here too. Mails go by SMTP to a
postbox, which answers as a test wants. What is right is not known here.
"""

from __future__ import annotations

import base64
import heapq
import traceback
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
import structlog
from postbox import Postbox
from sqlalchemy import ColumnElement, func, select
from world import NOW, World, gather

import tasks
from workflow import db
from workflow.calendar import DAY, Calendar
from workflow.models import Channel, DueRow, Message, Notification, PeriodStep, Person
from workflow.working_days import load_calendar

Act = Callable[[World], object]
ROUNDS = 100  # at one moment; more is a loop that never ends
RARE = 600.0  # seconds between two runs of a task


class Simulation:
    """Over the database that `db.Session` is bound to. `now` only ever moves ahead."""

    def __init__(self, postbox: Postbox, *, start: datetime = NOW) -> None:
        self.postbox = postbox
        self.now = start
        self.moments = 0  # at which anything could happen, so far
        self.rarely = timedelta(
            0
        )  # what beat asks for only each ten minutes comes so often at most
        self._watched = start - DAY
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()
        self._tasks = beaten()

    @property
    def calendar(self) -> Calendar:
        """The one in force."""
        with db.Session() as session:
            return load_calendar(session)

    @contextmanager
    def acting(self) -> Iterator[World]:
        """The city as it is now, to act in; committed at the end."""
        with db.Session.begin() as session:
            world = gather(session)
            world.now = self.now
            yield world

    def at(self, moment: datetime, act: Act) -> None:
        """Somebody acts then, in a transaction of its own, before the tasks look."""
        assert moment >= self.now, f"{moment} is over"
        heapq.heappush(self._acts, (moment, next(self._numbers), act))

    def on_working_day(self, number: int, act: Act, *, at: time = time(10)) -> None:
        """Somebody acts on the nth working day from now, at that hour of the city."""
        calendar = self.calendar
        day = calendar.shift(calendar.day_of(self.now), number)
        self.at(datetime.combine(day, at, calendar.zone), act)

    def run(
        self, *, days: float = 0, until: datetime | None = None, every: timedelta = DAY
    ) -> None:
        """Let time pass, and everything happen in it. The tasks look at least so often as `every`
        says."""
        end = until or self.now + timedelta(days=days)
        self._look()
        while self.now < end:
            self.now = min(self._next(), self.now + every, end)
            while self._acts and self._acts[0][0] <= self.now:
                _, _, act = heapq.heappop(self._acts)
                with self.acting() as world:
                    act(world)
            self._look()

    def _look(self) -> None:
        """All tasks, as often as they leave less than they found."""
        self.moments += 1
        found = None
        watches = self.now - self._watched >= self.rarely
        self._watched = self.now if watches else self._watched
        for _ in range(ROUNDS):
            for task, seconds in self._tasks:
                if watches or seconds < RARE:
                    task(at=self.now)
            left = self._left()
            if left in (0, found):
                return
            found = left
        raise AssertionError(f"{left} are left at {self.now}, and the tasks go on for ever")

    def _left(self) -> int:
        """How much could be done now."""
        with db.Session() as session:
            counts = [
                select(func.count())
                .select_from(of)
                .where(still, when <= self.now)
                .scalar_subquery()
                for of, when, still in _WAITING
            ]
            return sum(session.execute(select(*counts)).one())

    def _next(self) -> datetime:
        """The next moment at which anything can happen. Days are counted in the city's zone."""
        with db.Session() as session:
            calendar = load_calendar(session)
            earliest = [
                select(func.min(when)).where(still, when > self.now).scalar_subquery()
                for _, when, still in _WAITING
            ]
            found = [*session.execute(select(*earliest)).one()]
            hours = session.scalars(_DIGEST_HOURS).all()
        today = calendar.day_of(self.now)
        local = [time(0), calendar.close, *(time(hour) for hour in hours)]
        found += [
            datetime.combine(day, at, calendar.zone) for day in (today, today + DAY) for at in local
        ]
        found += [act[0] for act in self._acts[:1]]
        return min(moment for moment in found if moment is not None and moment > self.now)


@contextmanager
def simulating(start: datetime = NOW) -> Iterator[Simulation]:
    """A simulation with a postbox and all settings of the tasks. What a task logs as an error, it
    raises: in a sweep it would only stop nobody."""
    with pytest.MonkeyPatch.context() as patch, Postbox() as postbox:
        patch.setenv("QUICKWIN_SMTP_URL", postbox.url)
        patch.setenv("QUICKWIN_BASE_URL", "http://127.0.0.1:8000")
        patch.setenv("QUICKWIN_LEDGER_KEY", base64.b64encode(bytes(32)).decode())
        before = structlog.get_config()
        structlog.configure(processors=[_only_errors])
        try:
            yield Simulation(postbox, start=start)
        finally:
            structlog.configure(**before)


def _only_errors(_logger: object, method: str, said: MutableMapping[str, Any]) -> Any:
    if method in ("error", "exception", "critical"):
        raise Failed(f"{said}\n{traceback.format_exc()}")
    raise structlog.DropEvent


class Failed(BaseException):
    """A task said so. No Exception, since a sweep catches these."""


def beaten() -> list[tuple[Callable[..., Any], float]]:
    """The tasks that beat asks for, and the seconds between two runs of each; the most frequent
    first."""
    tasks.app.loader.import_default_modules()
    schedule = sorted(tasks.app.conf.beat_schedule.values(), key=lambda entry: entry["schedule"])
    return [(tasks.app.tasks[entry["task"]], entry["schedule"]) for entry in schedule]


def _may_be_mailed() -> ColumnElement[datetime]:
    """When a notification becomes a message: at once, or when its act cannot be taken back."""
    return func.coalesce(Notification.not_before, NEVER_TOO_EARLY)


NEVER_TOO_EARLY = datetime.min.replace(year=1900, tzinfo=NOW.tzinfo)
_UNCLAIMED = Notification.message_row_id.is_(None) & Notification.cancelled_at.is_(None)
# (table, when, of which of its rows): all that stands in the database and waits for a time.
_WAITING = (
    (DueRow, DueRow.due_at, DueRow.done_at.is_(None)),
    (PeriodStep, PeriodStep.due_at, PeriodStep.done_at.is_(None)),
    (Notification, _may_be_mailed(), _UNCLAIMED & (Notification.channel == Channel.MAIL)),
    (
        Message,
        Message.not_before,
        Message.sent_at.is_(None) & Message.failed_at.is_(None) & Message.cancelled_at.is_(None),
    ),
)
_DIGEST_HOURS = (
    select(Person.digest_hour)
    .distinct()
    .where(
        select(Notification.id)
        .where(
            Notification.recipient_id == Person.id,
            Notification.channel == Channel.DIGEST,
            _UNCLAIMED,
        )
        .exists()
    )
)
