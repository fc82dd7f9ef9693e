"""Searching Quick Wins by words: by Indonesian stems in the texts and in the name of the unit, by a
part of the title, and by number.

What else narrows a list, and how mistakes are found out, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import custom_op

from workflow.models import QuickWin, Unit
from workflow.terms import number_like, terms

FEW = 500
OF_NUMBER, OF_TITLE = 10, 1  # beside the rank of the words, which is below 1
CONFIG = "indonesian"


@dataclass(frozen=True, kw_only=True)
class Search:
    """Conditions on QuickWin joined with its Unit, and what was made of the words."""

    matches: ColumnElement[bool]
    score: ColumnElement[float]  # how well it fits, a REAL
    marked: ColumnElement[Any]  # a tsquery of what there is to mark
    mistyped: tuple[str, ...]  # the words that were taken for others


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Inside, PostgreSQL looks up what it can. By itself it reads on where most texts have a word,
    and does not count that it has to unpack every text for that."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan = on"))


def search(
    session: Session, typed: str, guessed: Mapping[str, Sequence[str]] | None = None
) -> Search:
    """How to find what `typed` means. With `guessed`, the words that some of its terms are taken
    for, parts of titles count as well: for where there is nothing else. Use it `by_index`."""
    wanted, guesses = terms(typed), guessed or {}
    queries = {term: any_of([term, *guesses.get(term, ())]) for term in wanted.wanted}
    units = units_named(session, queries)
    number, title = number_like(typed), QuickWin.title.icontains(typed, autoescape=True)
    numbered = QuickWin.number.like(number) if number else false()
    called = [] if guessed is None else [title]
    if number:
        called.append(numbered)
    matches = _in_words(queries, wanted.unwanted, units)
    if called:
        matches = or_(matches, QuickWin.id == any_(_ids(_called(session, called))))
    marked = _any(queries.values())
    return Search(
        matches=apart(matches),
        score=cast(
            case((numbered, OF_NUMBER), else_=0)
            + case((title, OF_TITLE), else_=0)
            + func.ts_rank(QuickWin.names, marked)
            + case((_few(matches), func.ts_rank(QuickWin.search, marked)), else_=0),
            REAL,
        ),
        marked=marked,
        mistyped=tuple(guesses),
    )


def units_named(
    session: Session, queries: Mapping[str, ColumnElement[Any]]
) -> dict[str, list[int]]:
    """For each term the units that are called so, or lie below one that is."""
    if not queries:
        return {}
    name = func.to_tsvector(CONFIG, func.concat_ws(" ", Unit.name, Unit.abbreviation, Unit.code))
    columns = [name.bool_op("@@")(query) for query in queries.values()]
    rows = session.execute(select(Unit.id, Unit.path, *columns)).all()
    named = {term: {row[0] for row in rows if row[2 + n]} for n, term in enumerate(queries)}
    return {
        term: [row[0] for row in rows if not ids.isdisjoint(row[1])] for term, ids in named.items()
    }


def apart(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """Found first, whatever else is asked: the offset says so. A planner that expects them among
    what is seen goes through all of that, and unpacks every text."""
    return QuickWin.id.in_(select(QuickWin.id).where(matches).offset(0))


def stands(query: ColumnElement[Any]) -> ColumnElement[bool]:
    return QuickWin.search.bool_op("@@")(query)


def any_of(words: Iterable[str]) -> ColumnElement[Any]:
    """Any of the words."""
    return _any(func.websearch_to_tsquery(CONFIG, word) for word in words)


def _called(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Sequence[int]:
    """The ids of the newest that one of the conditions on number and title holds for. Fetched,
    since beside them PostgreSQL would look again at each text that it found by its words."""
    found = select(QuickWin.id).where(or_(*conditions)).order_by(QuickWin.id.desc())
    return session.scalars(found.limit(FEW)).all()


def _few(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether their whole texts can be compared. Where most texts have a word, the names tell which
    fits best, and after them the age."""
    found = select(QuickWin.id).where(matches).correlate(None).limit(FEW + 1)
    return select(func.count()).select_from(found.subquery()).scalar_subquery() <= FEW


def _in_words(
    queries: Mapping[str, ColumnElement[Any]],
    unwanted: Sequence[str],
    units: Mapping[str, Sequence[int]],
) -> ColumnElement[bool]:
    """Every wanted term in the texts or in the name of the unit, none of the unwanted ones."""
    conditions = [
        or_(stands(query), QuickWin.unit_id == any_(_ids(units[term])))
        for term, query in queries.items()
        if units[term]
    ]
    texts = [query for term, query in queries.items() if not units[term]]
    texts += [func.websearch_to_tsquery(CONFIG, f"-{term}") for term in unwanted]
    if texts:
        conditions.append(stands(_joined("&&", texts)))
    return and_(*conditions) if conditions else false()


def _ids(ids: Sequence[int]) -> ColumnElement[Any]:
    return literal(list(ids), ARRAY(BigInteger))


def _any(queries: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    return _joined("||", [*queries] or [func.websearch_to_tsquery(CONFIG, "")])


def _joined(operator: str, queries: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Joined with || for any of them, with && for all."""
    joint = custom_op[Any](operator, return_type=TSQUERY())
    return reduce(lambda one, other: one.operate(joint, other), queries)
