"""Quick Wins that resemble one: a hint for people, never a reason to refuse."""

from __future__ import annotations

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

# The words of the index: only so does PostgreSQL know it again.
_SUMMARY = QuickWin.content.op("->>")(literal_column("'summary'"))
_BEGINNING = func.left(_SUMMARY, literal_column("1000"))


def similar(
    session: Session, quick_win: QuickWin, reader: Person, *, at: datetime, limit: int = 10
) -> list[tuple[QuickWin, float]]:
    """Those that `reader` may see, with a score from LEAST to 1, the most similar first.

    Looked for among those that are nearest by title or by the beginning of the summary: to compare
    whole summaries takes long, so not every one is.
    """
    title, summary = quick_win.title or "", str(quick_win.content.get("summary") or "")
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
        .where(QuickWin.id != quick_win.id, or_(*near), score >= LEAST)
        .order_by(score.desc(), QuickWin.id)
        .limit(limit)
    )
    return [(found, round(float(value), 3)) for found, value in rows]


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
