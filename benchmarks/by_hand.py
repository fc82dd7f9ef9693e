"""The same act on psycopg, written by hand for these two rows of the table: eight statements.

What is general in the product is fixed here: the roles, the guard, who is told, the deadlines. What
an act does is the same, and tests/test_bench.py holds that it leaves the same rows.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Connection, connect
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from benchmarks.statements import DROP, DUE, EVENT, HEAD, LOCK, MOVE, NOTIFY, STANDING
from benchmarks.story import TITLE, VERIFIER, acts_from
from workflow.calendar import Calendar

Row = Mapping[str, Any]
Write = Callable[[Connection[Row], dict[str, Any]], None]
_SEALED = ("actor", "on_behalf_of", "note", "data", "capacity")


@dataclass(frozen=True, kw_only=True)
class Move:
    """A row of the table, as far as it matters here."""

    source: str
    target: str
    turn: str | None  # the role among those told whose turn it is then
    steps: tuple[tuple[str, int], ...]  # what the clock does, in days after the due time


_LATE = (("remind", 1), ("escalate", 3), ("escalate", 8), ("escalate", 13))
MOVES = MappingProxyType(
    {
        "suspend": Move(
            source="implementation",
            target="suspended",
            turn=None,
            steps=(("remind", -5), *_LATE),
        ),
        "resume": Move(
            source="suspended",
            target="implementation",
            turn="submitter",
            steps=(("remind", -3), *_LATE),
        ),
    }
)


def prepare(url: str, clients: int) -> None:
    """The city is there."""


@contextmanager
def client(url: str, number: int, *, write: Write | None = None) -> Iterator[Callable[[], object]]:
    """`url` is that of SQLAlchemy; `write` is `one_by_one` or another way."""
    write = write or one_by_one
    with connection_to(url) as connection:
        ids = "SELECT id, state FROM quick_wins WHERE title = %s"
        quick_win = connection.execute(ids, [TITLE.format(number)]).fetchone()
        people = "SELECT id, name FROM people WHERE email = %s"
        actor = connection.execute(people, [VERIFIER]).fetchone()
        connection.commit()
        assert quick_win is not None
        assert actor is not None
        acts = acts_from(quick_win["state"])

        def act() -> None:
            action, note = next(acts)
            values = decide(connection, quick_win["id"], action, actor, note, datetime.now(UTC))
            write(connection, values)
            connection.commit()

        yield act


def connection_to(url: str) -> Connection[Row]:
    return connect(url.replace("+psycopg", ""), row_factory=dict_row)


def decide(
    connection: Connection[Row], quick_win_id: int, action: str, actor: Row, note: str, at: datetime
) -> dict[str, Any]:
    """Lock, read, refuse; every value that is written then."""
    locked = connection.execute(LOCK, [quick_win_id]).fetchone()
    asked = {"quick_win": quick_win_id, "person": actor["id"], "at": at}
    found = connection.execute(STANDING, asked).fetchone()
    assert locked is not None
    assert found is not None
    move, post = MOVES[action], found["post"]
    if not found["sees"] or post is None or locked["state"] != move.source:
        raise PermissionError(action)
    if found["barred"]:
        raise PermissionError("four eyes")
    event = {
        "chain": locked["chain"],
        "seq": locked["head_seq"] + 1,
        "quick_win": quick_win_id,
        "at": at,
        "action": action,
        "role": "verifier",
        **post,
        "visit": locked["visit"],
        "digest": locked["digest"],
        "source": move.source,
        "target": move.target,
        "note": note,
        "actor": actor["id"],
        "name": actor["name"],
    }
    return {
        **event,
        **_sealed(event, locked["head_hash"]),
        **_clock(move, locked, found, at),
        "data": Jsonb({}),
        "turn": move.turn,
        "day": found["day"],
        "path": found["path"],
    }


def one_by_one(connection: Connection[Row], values: dict[str, Any]) -> None:
    event = connection.execute(EVENT, values).fetchone()
    assert event is not None
    values["event"] = event["id"]
    for statement in (NOTIFY, DROP, DUE, HEAD, MOVE):
        connection.execute(statement, values)


def _sealed(event: Row, head: str) -> dict[str, Any]:
    """Salts, canonical text and hash."""
    salts = {name: secrets.token_hex(16) for name in _SEALED}
    sealed = {
        "actor": {"id": event["actor"], "name": event["name"]},
        "data": {},
        **{name: event[name] for name in ("on_behalf_of", "note", "capacity")},
    }
    same = ("chain", "seq", "quick_win", "action", "role", "visit", "digest")
    text = _json(
        {
            **{name: event[name] for name in same},
            "at": event["at"].isoformat(timespec="microseconds"),
            "from": event["source"],
            "to": event["target"],
            **{name: _sha256(salts[name] + _json(sealed[name])) for name in _SEALED},
        }
    )
    return {"salts": Jsonb(salts), "text": text, "hash": _sha256(f"{head}\n{text}")}


def _clock(move: Move, locked: Row, found: Row, at: datetime) -> dict[str, Any]:
    """The clock of the implementation stands still while it is suspended, and then goes on."""
    overlay = {
        date.fromisoformat(day): working for day, working in (found["overlay"] or {}).items()
    }
    zone = ZoneInfo(found["zone"])
    calendar = Calendar(zone=zone, close=found["close_of_business"], overlay=overlay)
    if move.target == "suspended":
        end, due_before = calendar.after(at, 60), locked["due_at"]
        days = calendar.working_days_between(at, due_before)
        days, paused_days = days if due_before > at else min(days, -1), locked["paused_days"]
        rows, stopped = _rows(move, end, calendar), None
    else:
        days, due_before = locked["clock_days"], None
        paused = calendar.day_of(at) - calendar.day_of(locked["since"])
        paused_days, was_due = locked["paused_days"] + paused.days, locked["due_before"]
        stopped = calendar.day_of(was_due)
        if days < 0:  # late, and it stays so
            end = calendar.after(at, days)
            following = _report(calendar, _next_month(calendar.day_of(at)), at)
            rows = _rows(move, end, calendar) + _rows(move, following, calendar)
        else:
            days, end = None, _report(calendar, stopped, at)
            rows = _rows(move, end, calendar)
            stopped = stopped if calendar.day_of(end).month == stopped.month else None
    return {
        "due_at": end,
        "due_before": due_before,
        "clock_days": days,
        "stopped": stopped and stopped.isoformat(),
        "goes_on": calendar.day_of(end).isoformat(),
        "paused_days": paused_days,
        "actions": [action for action, _, _, _ in rows],
        "thresholds": [threshold for _, threshold, _, _ in rows],
        "cycles": [cycle for _, _, cycle, _ in rows],
        "dates": [due_at for _, _, _, due_at in rows],
    }


def _rows(move: Move, end: datetime, calendar: Calendar) -> list[tuple[str, int, str, datetime]]:
    cycle = calendar.day_of(end).isoformat()
    return [(action, days, cycle, calendar.after(end, days)) for action, days in move.steps]


def _report(calendar: Calendar, month: date, at: datetime) -> datetime:
    """When the next report is due, from that month on."""
    while (end := calendar.nth_working_day(month.year, month.month, 5)) <= at:
        month = _next_month(month)
    return end


def _next_month(day: date) -> date:
    return day.replace(day=1) + timedelta(days=32)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
