"""By hand as in `by_hand`, but all that is written goes in one statement: three in all."""

from __future__ import annotations

from functools import partial
from typing import Any

from psycopg import Connection

from benchmarks import by_hand
from benchmarks.by_hand import Row
from benchmarks.statements import DROP, DUE, EVENT, HEAD, MOVE, TOLD

WRITE = f"""
WITH event AS ({EVENT}),
told AS (INSERT INTO notifications (event_id, recipient_id, channel, your_turn,
                                    kind)
         SELECT event.id, told.* FROM event, ({TOLD}) told),
dropped AS ({DROP}),
due AS ({DUE}),
head AS ({HEAD})
{MOVE}
"""  # noqa: S608 - no value of anybody's


def at_once(connection: Connection[Row], values: dict[str, Any]) -> None:
    connection.execute(WRITE, values)


prepare = by_hand.prepare
client = partial(by_hand.client, write=at_once)
