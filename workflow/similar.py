"""Quick Wins that resemble one: a hint for people, never a reason to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Select, func, literal, literal_column, or_, select
from sqlalchemy.orm import Session

from workflow.models import Person, QuickWin, Unit
from workflow.queries import visible_to
from workflow.relations import local_day, visible

LEAST = 0.2
WEIGHT_OF_TITLE = 0.6
MARGIN = 50
COMPARED = ("title", "title_expansion", "summary", "problem", "objective")
_WORD = re.compile(r"\w+")

# The words of the index: only so does PostgreSQL know it again.
_SUMMARY = QuickWin.content.op("->>")(literal_column("'summary'"))
_BEGINNING = func.left(_SUMMARY, literal_column("1000"))


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
    return similar_to(session, quick_win.content, reader, besides=quick_win.id, at=at, limit=limit)


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
    title, summary = str(content.get("title") or ""), str(content.get("summary") or "")
    score = WEIGHT_OF_TITLE * func.similarity(QuickWin.title, title) + (
        1 - WEIGHT_OF_TITLE
    ) * func.similarity(func.coalesce(_SUMMARY, ""), summary)
    near = [
        QuickWin.id.in_(_nearest(column, text, reader, at).limit(limit + MARGIN))
        for column, text in ((QuickWin.title, title), (_BEGINNING, summary[:1000]))
    ]
    rows = session.execute(
        visible_to(reader, at)
        .add_columns(score.label("score"))
        .where(QuickWin.id.is_distinct_from(besides), or_(*near), score >= LEAST)
        .order_by(score.desc(), QuickWin.id)
        .limit(limit)
    )
    return [_found(quick_win, float(value), content) for quick_win, value in rows]


def marked(text: str, forms: frozenset[str]) -> list[Piece]:
    """The text in pieces, the shared words apart from what stands between them."""
    pieces: list[Piece] = []
    end = 0
    for word in _WORD.finditer(text):
        if word.group().lower() in forms:
            if end < word.start():
                pieces.append(Piece(text=text[end : word.start()], shared=False))
            pieces.append(Piece(text=word.group(), shared=True))
            end = word.end()
    return [*pieces, Piece(text=text[end:], shared=False)] if end < len(text) else pieces


def _found(quick_win: QuickWin, score: float, content: Mapping[str, Any]) -> Similar:
    shared = _words(content) & _words(quick_win.content)
    return Similar(
        quick_win=quick_win,
        score=round(score, 3),
        shared=tuple(sorted(shared, key=len, reverse=True)),
        forms=frozenset(shared),
    )


def _words(content: Mapping[str, Any]) -> set[str]:
    text = " ".join(str(content.get(name) or "") for name in COMPARED)
    return {word for word in _WORD.findall(text.lower()) if len(word) > 3}


def _nearest(column: Any, text: str, reader: Person, at: datetime) -> Select[Any]:
    """The ids of what `reader` may see, by the distance of that column to the text."""
    distance = column.op("<->", return_type=Float())(text)
    return (
        select(QuickWin.id)
        .join(Unit, Unit.id == QuickWin.unit_id)
        .where(visible(literal(reader.id, BigInteger), local_day(at)))
        .order_by(distance)
        .correlate(None)
    )
