"""The list of Quick Wins: what narrows it, what it can be ordered by, and where a page of it ends.

Pages, exports and the API list through this, so that all three show the same. Who may see what is
known in `relations`, how words are found in `search`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    any_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from workflow import keyset, queries
from workflow.keyset import Keys
from workflow.mistyping import guesses
from workflow.models import Period, Person, QuickWin, Unit
from workflow.registry import workflows
from workflow.relations import local_day, own_unit, visible
from workflow.search import Search, by_index, search
from workflow.turns import waits_for

BATCH = 500
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # what is due then comes last


class Order(StrEnum):
    """As it stands in an address; a minus before it turns it round."""

    BEST = "best"  # what fits the words best first; without words, the newest
    NEWEST = "newest"
    DEADLINE = "deadline"  # the most urgent first, what has none last
    TITLE = "title"
    UNIT = "unit"
    MOVED = "moved"  # what came to its state last first


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to; empty is no narrowing. Codes, as they stand in an address."""

    q: str = ""  # words
    stage: str = ""  # a step of the stepper: several states
    state: str = ""
    unit: str = ""  # with the units below it
    period: str = ""
    dimension: str = ""
    late: bool = False  # past the deadline
    waiting: bool = False  # for the person
    own: bool = False  # of the person's own unit

    def active(self) -> list[str]:
        """The names of those that narrow."""
        return [each.name for each in fields(self) if getattr(self, each.name)]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some rows of a list, and the cursors of its neighbours; "" where there is none."""

    rows: Sequence[QuickWin]
    previous: str
    next: str
    count: int | None  # as `Listed.count`, where it is the first page
    of: Listed  # the list it is a page of: where nothing has the words, one of what resembles them


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list that was asked for, of which nothing is fetched yet."""

    ids: Select[int]
    keys: Keys
    search: Search | None
    guessed: Callable[[Session], Listed] | None  # the same with mistyped words guessed

    def page(self, session: Session, limit: int, *, after: str = "", before: str = "") -> Page:
        """As `keyset.page`."""
        with self._looking(session):
            found = keyset.page(
                session,
                self.ids,
                self.keys,
                limit,
                after=after,
                before=before,
                ahead=queries.COUNT_LIMIT,
            )
        if not found.ids and (other := self._forgiving(session)):
            return other.page(session, limit, after=after, before=before)
        rows = queries.in_order(session, found.ids)
        count = None if found.count is None else min(found.count, queries.COUNT_LIMIT + 1)
        return Page(rows=rows, previous=found.previous, next=found.next, count=count, of=self)

    def rows(self, session: Session, limit: int) -> Iterator[QuickWin]:
        """The first `limit` of the whole list, in its order, a batch at a time."""
        with self._looking(session):
            ids = session.scalars(keyset.ordered(self.ids, self.keys).limit(limit)).all()
        if not ids and (other := self._forgiving(session)):
            yield from other.rows(session, limit)
        for batch in range(0, len(ids), BATCH):
            yield from queries.in_order(session, ids[batch : batch + BATCH])

    def count(self, session: Session) -> int:
        """How many there are, counted up to one more than `queries.COUNT_LIMIT`."""
        with self._looking(session):
            return queries.count(session, self.ids)

    def knows(self, cursor: str) -> bool:
        """Whether it is a cursor of this list's order."""
        return keyset.decoded(cursor, self.keys) is not None

    def _forgiving(self, session: Session) -> Listed | None:
        return self.guessed(session) if self.guessed else None

    def _looking(self, session: Session) -> AbstractContextManager[None]:
        return by_index(session) if self.search else nullcontext()


def listing(
    session: Session, person: Person, filters: Filters, *, order: str = "", at: datetime
) -> Listed:
    """What the person may see of what the filters leave. An order that there is not, or none, is
    the newest first."""
    narrowed = [
        visible(literal(person.id, BigInteger), local_day(at)),
        *_narrowed(session, person, filters, at),
    ]

    def guessed(session: Session) -> Listed:
        with by_index(session):
            found = search(session, filters.q, guesses(session, filters.q, person, at))
        return _listed(found, narrowed, order)

    if not filters.q:
        return _listed(None, narrowed, order)
    with by_index(session):
        found = search(session, filters.q)
    return _listed(found, narrowed, order, guessed)


def _listed(
    found: Search | None,
    narrowed: Sequence[ColumnElement[bool]],
    order: str,
    guessed: Callable[[Session], Listed] | None = None,
) -> Listed:
    conditions = [*narrowed, *([found.matches] if found else [])]
    return Listed(
        ids=select(QuickWin.id).join(QuickWin.unit).where(*conditions),
        keys=_keys(order, found),
        search=found,
        guessed=guessed,
    )


def _narrowed(
    session: Session, person: Person, filters: Filters, at: datetime
) -> list[ColumnElement[bool]]:
    person_id, day = literal(person.id, BigInteger), local_day(at)
    above = aliased(Unit)
    wanted = select(above.id).where(above.code == filters.unit).scalar_subquery()
    period = select(Period.id).where(Period.code == filters.period).scalar_subquery()
    conditions: dict[str, ColumnElement[bool]] = {
        "state": QuickWin.state == filters.state,
        "unit": wanted == any_(Unit.path),
        "period": QuickWin.period_id == period,
        "dimension": QuickWin.dimension == filters.dimension,
        "late": QuickWin.due_at < at,
    }
    if filters.stage:
        conditions["stage"] = _in_stage(session, filters.stage)
    if filters.waiting:
        conditions["waiting"] = waits_for(person.id, day)
    if filters.own:
        conditions["own"] = own_unit(person_id, day)
    return [conditions[name] for name in filters.active() if name in conditions]


def _in_stage(session: Session, stage: str) -> ColumnElement[bool]:
    """In a state of that step, or in one without a step that was come to from there."""
    wanted = []
    for definition_id, workflow in workflows(session).items():
        states = workflow.states.values()
        here = [state.code for state in states if state.stage == stage]
        aside = [state.code for state in states if state.stage is None]
        came = and_(QuickWin.state.in_(aside), QuickWin.came_from.in_(here))
        wanted.append(
            and_(QuickWin.definition_id == definition_id, or_(QuickWin.state.in_(here), came))
        )
    return or_(false(), *wanted)


def _keys(name: str, found: Search | None) -> Keys:
    order, turned = _order(name)
    columns: dict[Order, tuple[ColumnElement[Any], ...]] = {
        Order.NEWEST: (),
        Order.DEADLINE: (func.coalesce(QuickWin.due_at, _NEVER),),
        Order.TITLE: (
            case((QuickWin.title.is_(None), 1), else_=0),
            func.lower(func.coalesce(QuickWin.title, ""), type_=String()),
        ),
        Order.UNIT: (func.lower(Unit.name, type_=String()),),
        Order.MOVED: (QuickWin.since.expression,),
    }
    if found is None and order is Order.BEST:
        order = Order.NEWEST
    elif found is not None:
        columns[Order.BEST] = (found.score,)
    descending = order in (Order.BEST, Order.NEWEST, Order.MOVED)
    return Keys(
        name=("-" if turned else "") + order,
        columns=(*columns[order], QuickWin.id.expression),
        descending=descending is not turned,
    )


def _order(name: str) -> tuple[Order, bool]:
    """The order of that name, and whether it is turned round."""
    try:
        return Order(name.removeprefix("-")), name.startswith("-")
    except ValueError:
        return Order.NEWEST, False
