"""The bench compares what does the same: by hand leaves the rows that the door leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection
from sqlalchemy import Engine, select, tuple_
from sqlalchemy.orm import Session
from world import World, gather

from benchmarks import by_hand
from benchmarks.at_once import at_once
from benchmarks.story import ACTS
from workflow.models import Chain, DueRow, Event, Notification, QuickWin
from workflow.verifying import verify

ROOT = Path(__file__).parent.parent
OF_THEIR_OWN = {"id", "quick_win_id", "number", "event_id", "chain_id"}
DRAWN = {"salts", "text", "hash", "head_hash"}  # by chance, or of what is


@pytest.fixture
def city(committing: Engine) -> World:
    return gather(Session(committing))


def rows(session: Session, quick_win: QuickWin, since: datetime) -> list[list[dict[str, Any]]]:
    """What is kept of it, and what happened after `since`, but for what no two can share."""
    events = (Event.quick_win_id == quick_win.id, Event.at > since)
    of_events = Notification.event_id.in_(select(Event.id).where(*events))
    return [
        [
            {key: value for key, value in row.items() if key not in OF_THEIR_OWN | DRAWN}
            for row in session.execute(select(table.__table__).where(*of_it).order_by(order))
            .mappings()
            .all()
        ]
        for table, of_it, order in (
            (QuickWin, [QuickWin.id == quick_win.id], QuickWin.id),
            (Chain, [Chain.quick_win_id == quick_win.id], Chain.id),
            (DueRow, [DueRow.quick_win_id == quick_win.id], DueRow.due_at),
            (Event, events, Event.seq),
            (Notification, [of_events], tuple_(Notification.event_id, Notification.recipient_id)),
        )
    ]


@pytest.mark.parametrize("write", [by_hand.one_by_one, at_once])
def test_by_hand_leaves_the_rows_of_the_door(
    city: World, postgres: Any, database: str, write: Callable[[Connection[Any], Any], None]
) -> None:
    door, hand = city.bring_to("implementation"), city.bring_to("implementation")
    actor = {"id": city["verifier"].id, "name": city["verifier"].name}
    city.session.commit()

    with by_hand.connection_to(postgres.url(database=database)) as connection:
        for number, (action, note) in enumerate(ACTS.values(), start=1):
            at = city.now + timedelta(days=number)
            city.act(door, action, "verifier", note=note, at=at)
            city.session.commit()
            write(connection, by_hand.decide(connection, hand.id, action, actor, note, at))
            connection.commit()

            assert rows(city.session, hand, city.now) == rows(city.session, door, city.now)

    assert list(verify(city.session)) == []


def test_by_hand_refuses_an_act_that_is_not_possible_here(
    city: World, postgres: Any, database: str
) -> None:
    quick_win = city.bring_to("implementation")
    city.session.commit()

    with by_hand.connection_to(postgres.url(database=database)) as connection:
        for who, action in (("submitter", "suspend"), ("verifier", "resume")):
            actor = {"id": city[who].id, "name": city[who].name}
            with pytest.raises(PermissionError):
                by_hand.decide(connection, quick_win.id, action, actor, "", city.now)


@pytest.mark.long
def test_the_bench_measures_and_leaves_nothing_behind(tmp_path: Path) -> None:
    words = ("--clients", "1,2", "--rounds", "1", "--seconds", "0.5", "--acts", "20", "--no-peers")
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    names = [line.split(" | ")[0].strip("| ") for line in run.stdout.splitlines()[-3:]]
    assert names[-1] == "the door of quickwin"
    assert all(name.startswith("by hand") for name in names[:2])
    assert list(tmp_path.iterdir()) == []
