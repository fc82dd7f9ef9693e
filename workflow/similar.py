"""Quick Wins that resemble one: a hint for people, never a reason to refuse."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Session

from workflow.models import Person, QuickWin
from workflow.queries import visible_to

LEAST = 0.2
WEIGHT_OF_TITLE = 0.6


def similar(
    session: Session, quick_win: QuickWin, reader: Person, *, at: datetime, limit: int = 10
) -> list[tuple[QuickWin, float]]:
    """Those that `reader` may see, with a score from LEAST to 1, the most similar first."""
    summary = QuickWin.content["summary"].astext
    score = WEIGHT_OF_TITLE * func.similarity(QuickWin.title, quick_win.title or "") + (
        1 - WEIGHT_OF_TITLE
    ) * func.similarity(func.coalesce(summary, ""), str(quick_win.content.get("summary") or ""))
    rows = session.execute(
        visible_to(reader, at)
        .add_columns(score.label("score"))
        .where(QuickWin.id != quick_win.id, score >= LEAST)
        .order_by(score.desc(), QuickWin.id)
        .limit(limit)
    )
    return [(found, round(float(value), 3)) for found, value in rows]
