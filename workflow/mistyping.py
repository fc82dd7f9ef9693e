"""Mistyped words of a search: those that stand in no text which the reader may see, and the words
in use that each of them resembles.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow.models import Person, SearchWord, Unit
from workflow.relations import seen_by
from workflow.search import any_of, apart, stands, units_named
from workflow.terms import may_be_mistyped, terms

CANDIDATES, RESEMBLING, CLOSE = 30, 4, 0.75


def guesses(session: Session, typed: str, person: Person, at: datetime) -> dict[str, list[str]]:
    """The words that mistyped terms may have been meant to be; those without any are left out.
    Use it `by_index`."""
    mistyped = _standing_nowhere(session, terms(typed).wanted, person, at)
    found = {term: _resembling(session, term) for term in mistyped}
    return {term: words for term, words in found.items() if words}


def _standing_nowhere(
    session: Session, wanted: Sequence[str], person: Person, at: datetime
) -> tuple[str, ...]:
    """The terms that no text has which the person may see, nor the name of a unit."""
    queries = {term: any_of([term]) for term in wanted if may_be_mistyped(term)}
    units = units_named(session, queries)
    doubtful = [term for term in queries if not units[term]]
    if not doubtful:
        return ()
    seen = seen_by(person, at)
    columns = [seen.where(apart(stands(queries[term]))).exists() for term in doubtful]
    found = session.execute(select(*columns)).one()
    return tuple(term for term, yes in zip(doubtful, found, strict=True) if not yes)


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
