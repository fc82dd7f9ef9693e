"""A story told through the door: every act by its actor at its time, and between them the clock.

What fell due in the past is performed in the past, so that reminders and escalations stand in the
history where they belong and the real clock finds nothing old. Nobody is mailed about all that:
whoever was told of it finds it in the application alone. What happened is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from quickwin.demo.story import CREATE, ISSUE, SAVE, Act, Story
from workflow import content, decrees
from workflow.acts import StepGiven
from workflow.definition import SYSTEM
from workflow.machine import perform
from workflow.models import Channel, DueRow, Event, Notification, Person, QuickWin

SAY_EVERY = 50
FORGOTTEN = timedelta(days=7)


class Replay:
    """`people` are the actors by account; `progress` is told how far it is."""

    def __init__(
        self, session: Session, people: Mapping[str, Person], progress: Callable[[str], None]
    ) -> None:
        self._session, self._people, self._progress = session, people, progress
        self._quick_wins: dict[str, QuickWin] = {}

    def until(self, now: datetime, story: Story) -> None:
        """Everything up to `now`. A Quick Win that ends in another state than the story says is an
        error."""
        for count, act in enumerate(story.acts, start=1):
            self._let_the_clock_run(act.at)
            self._perform(act)
            if count % SAY_EVERY == 0:
                self._progress(f"{count} of {len(story.acts)} acts")
        self._let_the_clock_run(now)
        self._check(story.states)
        tell_without_mails(self._session, now)
        self._progress(f"{len(story.acts)} acts, {len(self._quick_wins)} Quick Wins")

    def _let_the_clock_run(self, until: datetime) -> None:
        """One due row after the other: each may bring others, or take them away."""
        earliest = (
            select(DueRow)
            .where(DueRow.done_at.is_(None), DueRow.due_at <= until)
            .order_by(DueRow.due_at, DueRow.id)
            .limit(1)
        )
        while row := self._session.scalar(earliest):
            row.done_at = row.due_at
            self._session.flush()  # the act drops what is not done
            perform(
                self._session,
                row.quick_win_id,
                row.action,
                SYSTEM,
                version=None,
                data=StepGiven(threshold=row.threshold, cycle=row.cycle),
                at=row.due_at,
            )

    def _perform(self, act: Act) -> None:
        person, session = self._people[act.actor], self._session
        if act.action == CREATE:
            unit, what = act.data["unit"], act.data["content"]
            self._quick_wins[act.title] = content.create(session, person, unit, what, at=act.at)
        elif act.action == SAVE:
            content.save(session, self._id(act.title), person, act.data, version=None, at=act.at)
        elif act.action == ISSUE:
            decrees.issue(
                session,
                person,
                period=act.data["period"],
                number=act.data["number"],
                on=act.at.date(),
                establishes=[self._id(title) for title in act.data["establishes"]],
                revokes=[self._id(title) for title in act.data["revokes"]],
                at=act.at,
            )
        else:
            perform(
                session,
                self._id(act.title),
                act.action,
                person,
                version=None,
                note=act.note,
                data=act.data,
                at=act.at,
            )

    def _id(self, title: str) -> int:
        return self._quick_wins[title].id

    def _check(self, states: Mapping[str, str]) -> None:
        wrong = [
            f"{title}: {self._quick_wins[title].state}, not {state}"
            for title, state in states.items()
            if self._quick_wins[title].state != state
        ]
        if wrong:
            raise AssertionError("the story ends otherwise: " + "; ".join(wrong))


def tell_without_mails(session: Session, now: datetime) -> None:
    """What anybody was told is in the application only. What is older than a week was read."""
    session.execute(
        update(Notification)
        .where(Notification.message_row_id.is_(None), Event.id == Notification.event_id)
        .values(
            channel=Channel.APP,
            read_at=case((Event.at < now - FORGOTTEN, Event.at + FORGOTTEN)),
        )
        .execution_options(synchronize_session=False)
    )
