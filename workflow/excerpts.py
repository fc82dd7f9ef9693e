"""Where the words of a search stand in what it found: the texts around them, with the words between
two characters that nobody writes. How they are shown is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, SQLColumnExpression, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from workflow.models import QuickWin, Unit
from workflow.search import CONFIG, Search

BEGIN, END = "\ue000", "\ue001"  # of Unicode's private use
FIELDS = ("title_expansion", "summary", "problem", "objective", "benefit", "uniqueness")
_MARKS = f'StartSel="{BEGIN}", StopSel="{END}"'
_SHORT = f"{_MARKS}, MaxFragments=1, MinWords=10, MaxWords=24"


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """The marked words stand between BEGIN and END. `text` is empty where they are not in one."""

    title: str
    unit: str
    text: str


def excerpts(session: Session, ids: Sequence[int], search: Search) -> dict[int, Excerpt]:
    """What was found in those Quick Wins, by id."""
    texts = func.concat_ws(" … ", *(QuickWin.content[field].astext for field in FIELDS))
    rows = session.execute(
        select(
            QuickWin.id,
            _headline(func.coalesce(QuickWin.title, ""), search, f"{_MARKS}, HighlightAll=true"),
            _headline(Unit.name, search, f"{_MARKS}, HighlightAll=true"),
            _headline(texts, search, _SHORT),
            func.coalesce(QuickWin.title, ""),
            Unit.name,
        )
        .join(QuickWin.unit)
        .where(QuickWin.id == any_(literal(list(ids), ARRAY(BigInteger))))
    )
    return {
        found: Excerpt(
            title=_only_marked(title, plain_title),
            unit=_only_marked(unit, plain_unit),
            text=text if BEGIN in text else "",
        )
        for found, title, unit, text, plain_title, plain_unit in rows
    }


def _headline(text: SQLColumnExpression[str], search: Search, options: str) -> Any:
    return func.ts_headline(CONFIG, text, search.marked, literal(options))


def _only_marked(marked: str, plain: str) -> str:
    """PostgreSQL leaves out what looks like a tag; a name is shown as it is, rather unmarked."""
    return marked if marked.replace(BEGIN, "").replace(END, "") == plain else plain
