"""Searching Quick Wins by words: by Indonesian stems in the texts and in the name of the unit, by a
part of the title, and by number. A word that stands nowhere is taken for those it resembles.

What else narrows a list is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
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

from workflow.models import Person, QuickWin, SearchWord, Unit
from workflow.relations import local_day, visible
from workflow.terms import Terms, may_be_mistyped, number_like, terms

CANDIDATES, RESEMBLING, CLOSE = 30, 4, 0.75
FEW = 500
OF_NUMBER, OF_TITLE = 10, 1  # beside the rank of the words, which is below 1
CONFIG = "indonesian"


@dataclass(frozen=True, kw_only=True)
class Search:
    """Conditions on QuickWin joined with its Unit, and what was made of the words."""

    matches: ColumnElement[bool]
    score: ColumnElement[float]  # how well it fits, a REAL
    marked: ColumnElement[Any]  # a tsquery of what there is to mark
    mistyped: tuple[str, ...]  # the words that stand nowhere


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Inside, PostgreSQL looks up what it can. By itself it reads on where most texts have a word,
    and does not count that it has to unpack every text for that."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan = on"))


def search(session: Session, typed: str, person: Person, at: datetime) -> Search:
    """How to find what `typed` means among what the person may see. Use it `by_index`."""
    wanted = terms(typed)
    queries = {term: _query([term]) for term in wanted.wanted}
    units = _units_named(session, queries)
    mistyped = _standing_nowhere(session, wanted, units, person, at)
    guessed = {term: _query([term, *_resembling(session, term)]) for term in mistyped}
    queries |= guessed
    units |= _units_named(session, guessed)
    number, title = number_like(typed), QuickWin.title.icontains(typed, autoescape=True)
    numbered = QuickWin.number.like(number) if number else false()
    matches = or_(
        _in_words(queries, wanted.unwanted, units),
        QuickWin.id == any_(_ids(_called(session, title, numbered))),
    )
    marked = _any(queries.values())
    return Search(
        matches=_apart(matches),
        score=cast(
            case((numbered, OF_NUMBER), else_=0)
            + case((title, OF_TITLE), else_=0)
            + func.ts_rank(QuickWin.names, marked)
            + case((_few(matches), func.ts_rank(QuickWin.search, marked)), else_=0),
            REAL,
        ),
        marked=marked,
        mistyped=mistyped,
    )


def _apart(matches: ColumnElement[bool]) -> ColumnElement[bool]:
    """Found first, whatever else is asked: the offset says so. A planner that expects them among
    what is seen goes through all of that, and unpacks every text."""
    return QuickWin.id.in_(select(QuickWin.id).where(matches).offset(0))


def _called(session: Session, *conditions: ColumnElement[bool]) -> Sequence[int]:
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
        or_(_stands(query), QuickWin.unit_id == any_(_ids(units[term])))
        for term, query in queries.items()
        if units[term]
    ]
    texts = [query for term, query in queries.items() if not units[term]]
    texts += [func.websearch_to_tsquery(CONFIG, f"-{term}") for term in unwanted]
    if texts:
        conditions.append(_stands(_joined("&&", texts)))
    return and_(*conditions) if conditions else false()


def _units_named(
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


def _standing_nowhere(
    session: Session,
    wanted: Terms,
    units: Mapping[str, Sequence[int]],
    person: Person,
    at: datetime,
) -> tuple[str, ...]:
    """The terms that no text has which the person may see."""
    doubtful = [term for term in wanted.wanted if may_be_mistyped(term) and not units[term]]
    if not doubtful:
        return ()
    seen = (
        select(QuickWin.id)
        .join(QuickWin.unit)
        .where(visible(literal(person.id, BigInteger), local_day(at)))
    )
    columns = [seen.where(_apart(_stands(_query([term])))).exists() for term in doubtful]
    stands = session.execute(select(*columns)).one()
    return tuple(term for term, yes in zip(doubtful, stands, strict=True) if not yes)


def _resembling(session: Session, term: str) -> list[str]:
    """Words in use that begin with the term, or are nearly written like it; the nearest first."""
    typed = term.lower()
    parsed = func.ts_parse("default", Unit.name).table_valued("tokid", "token")
    of_units = (
        select(func.lower(parsed.c.token).label("word"))
        .select_from(Unit)
        .join(parsed, parsed.c.tokid.in_((1, 2)))
    )
    of_texts = select(SearchWord.word).where(
        or_(
            SearchWord.word.bool_op("%")(typed),
            SearchWord.word.startswith(typed, autoescape=True),
        )
    )
    words = of_texts.union(of_units).subquery()
    near = func.similarity(words.c.word, typed).desc()
    found = session.scalars(select(words.c.word).order_by(near, words.c.word).limit(CANDIDATES))
    candidates = list(found)
    begun = [word for word in candidates if word.startswith(typed)]
    return (begun + get_close_matches(typed, candidates, RESEMBLING, CLOSE))[: 2 * RESEMBLING]


def _stands(query: ColumnElement[Any]) -> ColumnElement[bool]:
    return QuickWin.search.bool_op("@@")(query)


def _ids(ids: Sequence[int]) -> ColumnElement[Any]:
    return literal(list(ids), ARRAY(BigInteger))


def _query(words: Iterable[str]) -> ColumnElement[Any]:
    """Any of the words."""
    return _any(func.websearch_to_tsquery(CONFIG, word) for word in words)


def _any(queries: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    return _joined("||", [*queries] or [func.websearch_to_tsquery(CONFIG, "")])


def _joined(operator: str, queries: Iterable[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Joined with || for any of them, with && for all."""
    joint = custom_op[Any](operator, return_type=TSQUERY())
    return reduce(lambda one, other: one.operate(joint, other), queries)
