"""Pages of a list: a cursor says after which row the next one begins. To clients it is opaque."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from workflow.errors import Invalid
from workflow.keyset import MAX_KEY
from workflow.language import N_, Sentence

Row = TypeVar("Row")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_000_000  # microseconds until the year 9999
_PLACE = re.compile(r"([0-9]{1,19})(?::([0-9]{1,18})?)?", re.ASCII)


def cursor_of(row_id: int) -> str:
    return _encoded(str(row_id))


def timed_cursor_of(row_id: int, at: datetime | None) -> str:
    """Of a list that is ordered by a time, then by id."""
    return _encoded(f"{row_id}:" + (str((at - _EPOCH) // timedelta(microseconds=1)) if at else ""))


def place(cursor: str) -> int | None:
    """The id in a cursor; None for the first page. Raises Invalid."""
    return _decoded(cursor, timed=False)[0] if cursor else None


def timed_place(cursor: str) -> tuple[int, datetime | None] | None:
    """The id and the time in a cursor; None for the first page. Raises Invalid."""
    if not cursor:
        return None
    row_id, micros = _decoded(cursor, timed=True)
    return row_id, None if micros is None else _EPOCH + timedelta(microseconds=micros)


def no_cursor() -> Invalid:
    """The refusal of what is no cursor of the list."""
    return Invalid({"cursor": Sentence(N_("This is no cursor of this list."))})


def page(
    rows: Sequence[Row],
    limit: int,
    *,
    shown: Callable[[Row], Any],
    cursor: Callable[[Row], str],
) -> dict[str, Any]:
    """The page of `rows`, of which one more than `limit` was asked for."""
    more = len(rows) > limit
    return {
        "items": [shown(row) for row in rows[:limit]],
        "next_cursor": cursor(rows[limit - 1]) if more else None,
    }


def whole(items: list[dict[str, Any]]) -> dict[str, Any]:
    """A list that always comes whole."""
    return {"items": items, "next_cursor": None}


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, *, timed: bool) -> tuple[int, int | None]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode()
    except ValueError:  # not base64, not ASCII, not UTF-8
        text = ""
    found = _PLACE.fullmatch(text)
    if found is None or (":" in text) is not timed or int(found[1]) > MAX_KEY:
        raise no_cursor()
    micros = None if found[2] is None else int(found[2])
    if micros is not None and micros > _LATEST:
        raise no_cursor()
    return int(found[1]), micros
