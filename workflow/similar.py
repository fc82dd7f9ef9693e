"""Quick Wins that resemble one: a hint for people, never a reason to refuse.

Looked for among those that share the most telling words or have nearly the same title, so that
few are compared, and these by all their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Double, Select, cast, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TSQUERY
from sqlalchemy.orm import Session, aliased

from workflow import stems
from workflow.likeness import Likeness, likeness
from workflow.models import Person, QuickWin
from workflow.queries import in_order
from workflow.relations import seen_by
from workflow.stems import WORD, Stems, Telling

COMPARED = ("title", "title_expansion", "summary", "problem", "objective", "benefit")
SPELT = ("title", "title_expansion", "summary")
SPELT_AT_MOST = 1000  # letters: comparing more takes long
LEAST = 0.3  # best of those that tests/test_resemblance.py chooses from
# What bounds the time, however many Quick Wins there are:
LOOKED_UP_AT_MOST = 2_500  # entries of the index, about
UNPACKED_AT_MOST = 100  # of which it is seen how long they are
COMPARED_AT_MOST = 10  # found by title and by words each, beside those that are asked for


@dataclass(frozen=True, kw_only=True)
class Similar:
    """One that resembles, how much (0 to 1), and by which words."""

    quick_win: QuickWin
    score: float
    shared: tuple[str, ...]  # as it writes them, the most telling first
    forms: frozenset[str]  # every form of them in either text, in small letters: for `marked`


@dataclass(frozen=True, kw_only=True)
class Piece:
    text: str
    shared: bool


def similar(
    session: Session, quick_win: QuickWin, reader: Person, *, at: datetime, limit: int = 10
) -> list[Similar]:
    """Those that `reader` may see and that resemble it, the most similar first."""
    content = quick_win.content
    return similar_to(session, content, reader, at=at, besides=quick_win.id, limit=limit)


def similar_to(
    session: Session,
    content: Mapping[str, Any],
    reader: Person,
    *,
    at: datetime,
    besides: int | None = None,
    limit: int = 10,
) -> list[Similar]:
    """The same for content that is not saved, or not as it is written now. Any part of it may be
    missing. `besides` is the id of the Quick Win that it will be saved in."""
    found = alike(session, content, reader, at=at, besides=besides, limit=limit)
    enough = [id_ for id_, how in found.items() if how.score >= LEAST]
    best = sorted(enough, key=lambda id_: (-found[id_].score, id_))[:limit]
    loaded = in_order(session, best)  # of those that were seen
    return _with_words(session, content, [(each, found[each.id]) for each in loaded])


def alike(
    session: Session,
    content: Mapping[str, Any],
    reader: Person,
    *,
    at: datetime,
    besides: int | None = None,
    limit: int = 10,
) -> dict[int, Likeness]:
    """How much each of those resembles it that are worth comparing, however little; by id."""
    written = {name: str(content.get(name) or "") for name in COMPARED}
    asked, telling = stems.stems_of(session, written), stems.telling(session)
    seen = _seen(reader, at, besides)
    most = limit + COMPARED_AT_MOST
    worth = union(
        select(_by_title(seen, written["title"]).limit(most).subquery()),
        select(_by_words(seen, _most_telling(asked, telling)).limit(most).subquery()),
    )
    rows = session.execute(
        select(QuickWin.id, _spelling(written), stems.listed(QuickWin.search)).where(
            QuickWin.id.in_(worth)
        )
    )
    return {
        id_: likeness(asked, found, spelling=spelling, telling=telling)
        for id_, spelling, found in rows
    }


def marked(text: str, forms: frozenset[str]) -> list[Piece]:
    """The text in pieces, the shared words apart from what stands between them."""
    pieces: list[Piece] = []
    end = 0
    for word in WORD.finditer(text):
        if word.group().lower() in forms:
            if end < word.start():
                pieces.append(Piece(text=text[end : word.start()], shared=False))
            pieces.append(Piece(text=word.group(), shared=True))
            end = word.end()
    return [*pieces, Piece(text=text[end:], shared=False)] if end < len(text) else pieces


def _seen(reader: Person, at: datetime, besides: int | None) -> Select[Any]:
    return seen_by(reader, at).where(QuickWin.id.is_distinct_from(besides))


def _most_telling(asked: Stems, telling: Telling) -> dict[str, float]:
    """The rarest stems and what they weigh: as many as can be looked up quickly, in a small city
    all of them."""
    tells = (stem for stem in asked if telling.weight(stem))
    rarest = sorted(tells, key=lambda stem: (telling.share(stem), stem))
    entries = accumulate(telling.share(stem) * telling.rows for stem in rarest)
    return {
        stem: telling.weight(stem)
        for stem, so_far in zip(rarest, entries, strict=True)
        if so_far <= LOOKED_UP_AT_MOST
    }


def _by_title(seen: Select[Any], title: str) -> Select[Any]:
    """Those with nearly the same title, the nearest first."""
    nearest = func.similarity(QuickWin.title, title).desc()
    return seen.where(QuickWin.title.op("%")(title)).order_by(nearest, QuickWin.id)


def _by_words(seen: Select[Any], wanted: Mapping[str, float]) -> Select[Any]:
    """Those with any of the stems, by how much of what they say is that.

    The index answers for one stem after the other: to rank by all at once, PostgreSQL would have to
    unpack the words of each that has any.
    """
    queries = ["'" + stem.replace("\\", "\\\\").replace("'", "''") + "'" for stem in wanted]
    given = func.unnest(
        literal(queries, ARRAY(TEXT)), literal(list(wanted.values()), ARRAY(Double))
    )
    stem = given.table_valued("query", "weight").render_derived()
    having, whole = aliased(QuickWin), aliased(QuickWin)
    told = (
        select(having.id, func.sum(stem.c.weight, type_=Double).label("sum"))
        .select_from(stem)
        .join(having, having.search.op("@@")(cast(stem.c.query, TSQUERY)))
        .group_by(having.id)
        .subquery()
    )
    most = (
        seen.join(told, told.c.id == QuickWin.id)
        .add_columns(told.c.sum)
        .order_by(told.c.sum.desc(), QuickWin.id)
        .limit(UNPACKED_AT_MOST)
        .subquery()
    )
    return (
        select(whole.id)
        .join(most, most.c.id == whole.id)
        .order_by(
            (most.c.sum / func.sqrt(func.length(whole.search), type_=Double)).desc(), whole.id
        )
    )


def _spelling(written: Mapping[str, str]) -> ColumnElement[float]:
    """How alike the letters are, in the fields that are written."""
    names = [name for name in SPELT if written[name]]
    theirs = func.concat_ws(" ", "", *(QuickWin.content.op("->>")(name) for name in names))
    ours = " ".join(written[name] for name in names)
    return func.similarity(func.left(theirs, SPELT_AT_MOST), ours[:SPELT_AT_MOST])


def _with_words(
    session: Session, content: Mapping[str, Any], found: Sequence[tuple[QuickWin, Likeness]]
) -> list[Similar]:
    """With the words of both texts that come of the stems they share."""
    ours = _words(content)
    theirs = [_words(quick_win.content) for quick_win, _how in found]
    stem_of = stems.forms(session, {word.lower() for words in (ours, *theirs) for word in words})
    told = []
    for (quick_win, how), words in zip(found, theirs, strict=True):
        shared = set(how.shared)
        as_written = {stem_of.get(word.lower()): word for word in reversed(words)}
        both = {word.lower() for word in (*ours, *words)}
        told.append(
            Similar(
                quick_win=quick_win,
                score=round(how.score, 3),
                shared=tuple(as_written[stem] for stem in how.shared if stem in as_written),
                forms=frozenset(word for word in both if stem_of.get(word) in shared),
            )
        )
    return told


def _words(content: Mapping[str, Any]) -> list[str]:
    """Every word once, those in small letters first: a word is not told as a sentence begins it."""
    words = WORD.findall(" ".join(str(content.get(name) or "") for name in COMPARED))
    return sorted(dict.fromkeys(words), key=lambda word: word != word.lower())
