"""Pages of a list by key: a cursor says between which rows of an order a page begins.

Stable whatever is added meanwhile, and as quick on the last page as on the first. A cursor is
opaque to whoever gets it; one that does not belong to the order is none. What is listed, and how it
is loaded, is not known here.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, tuple_
from sqlalchemy.orm import Session

MAX_KEY = 2**63 - 1  # what a bigint holds: no row has a higher id
LONGEST = 1_000


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What a list is ordered by. `columns` end with the id, none is NULL, and all go in one
    direction. `name` tells this order from others."""

    name: str
    columns: tuple[ColumnElement[Any], ...]
    descending: bool

    def reversed(self) -> Keys:
        return Keys(name=self.name, columns=self.columns, descending=not self.descending)


@dataclass(frozen=True, kw_only=True)
class Page:
    """The ids of some rows of a list, and the cursors of its neighbours; "" where there is none."""

    ids: Sequence[int]
    previous: str
    next: str
    count: int | None  # of the whole list, as far as the first page looked; None: another page


def ordered(listed: Select[Any], keys: Keys) -> Select[Any]:
    """The whole list in its order."""
    return listed.order_by(
        *(column.desc() if keys.descending else column.asc() for column in keys.columns)
    )


def page(
    session: Session,
    listed: Select[Any],
    keys: Keys,
    limit: int,
    *,
    after: str = "",
    before: str = "",
    ahead: int = 0,
) -> Page:
    """The rows after the cursor `after`, or those before `before`; the first page without one, with
    one that is none, and where nothing lies there any more. The first page looks `ahead` by so many
    rows and one more: to count a list by itself is to find it twice."""
    place = decoded(after or before, keys)
    back = bool(before) and not after and place is not None
    first = max(limit, ahead)
    most = first if place is None else limit
    rows = _rows(session, listed, keys.reversed() if back else keys, most, place)
    if place is not None and (not rows or (back and len(rows) <= limit)):
        place, back = None, False
        rows = _rows(session, listed, keys, first, None)
    count = len(rows) if place is None else None
    more, rows = len(rows) > limit, rows[:limit]
    if back:
        rows.reverse()
    return Page(
        ids=[row[-1] for row in rows],
        previous=encoded(keys, rows[0]) if rows and place is not None else "",
        next=encoded(keys, rows[-1]) if rows and (back or more) else "",
        count=count,
    )


def encoded(keys: Keys, values: Sequence[Any]) -> str:
    """The cursor of a row with these values of the keys."""
    written = [each.isoformat() if isinstance(each, datetime) else each for each in values]
    text = json.dumps([keys.name, *written], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(cursor: str, keys: Keys) -> tuple[Any, ...] | None:
    """The values in a cursor of that order; None for everything else."""
    if not cursor or len(cursor) > LONGEST:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        name, *values = json.loads(raw.decode(), parse_constant=_refused)
        types = [column.type.python_type for column in keys.columns]
        read = tuple(_READ[kind](each) for kind, each in zip(types, values, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):  # not JSON, or not these values
        return None
    return read if name == keys.name else None


def _rows(
    session: Session, listed: Select[Any], keys: Keys, limit: int, place: tuple[Any, ...] | None
) -> list[Any]:
    """The values of the keys, of one more than `limit`."""
    statement = ordered(listed.with_only_columns(*keys.columns), keys)
    if place is not None:
        here = tuple_(*keys.columns)
        # Cast, since a REAL is not equal to the same number in a longer type.
        pairs = zip(place, keys.columns, strict=True)
        there = tuple_(*(cast(value, column.type) for value, column in pairs))
        statement = statement.where(here < there if keys.descending else here > there)
    return list(session.execute(statement.limit(limit + 1)))


def _refused(name: str) -> Any:
    raise ValueError(name)


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) > MAX_KEY:
        raise ValueError(value)
    return value


def _real(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise ValueError(value)
    return float(value)  # type: ignore[arg-type]


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode()  # half of a surrogate pair is no text
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


_READ: Mapping[type, Callable[[object], Any]] = {
    int: _whole,
    float: _real,
    str: _text,
    datetime: _moment,
}
