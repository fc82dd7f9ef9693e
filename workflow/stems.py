"""The words of Quick Wins as PostgreSQL stems them, and how much each of them tells.

A stem is what is left of *pelayanan*, *melayani* and *layanan*: *layan*. Refuses to know what is
done with them: `similar` compares by them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import (
    ScalarSelect,
    SQLColumnExpression,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Session

from workflow.models.quick_win import SEARCH
from workflow.stop_words import STOP_WORDS

WORD = re.compile(r"\w+")
RARE = 0.05  # a word that at most every twentieth Quick Win has tells all that a word can
ENOUGH = 100  # of fewer Quick Wins, counts say nothing about words

# Each stem with a letter for each time it stands there: A in names, B in the summary, C and D in
# the rest, as the column `search` weighs them.
Stems: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How much a stem tells: the more, the fewer Quick Wins have it."""

    shares: Mapping[str, float]  # of all Quick Wins, for the commonest stems
    rest: float  # for every other one
    stop: frozenset[str]
    rows: float  # about so many Quick Wins there are
    _weights: dict[str, float] = field(default_factory=dict, repr=False)  # those asked for so far

    def share(self, stem: str) -> float:
        """How many of the Quick Wins have it, of 1."""
        return self.shares.get(stem, self.rest)

    def weight(self, stem: str) -> float:
        """0 to 1."""
        if stem not in self._weights:
            self._weights[stem] = (
                0.0 if stem in self.stop else min(1.0, math.log(self.share(stem)) / math.log(RARE))
            )
        return self._weights[stem]


def listed(vector: SQLColumnExpression[str]) -> ScalarSelect[Stems]:
    """The `Stems` of a text vector."""
    each = func.unnest(vector).table_valued("lexeme", "positions", "weights")
    letters = func.array_to_string(each.c.weights, literal_column("''"))
    return select(
        func.coalesce(
            func.jsonb_object_agg(each.c.lexeme, letters), literal({}, JSONB), type_=JSONB
        )
    ).scalar_subquery()


def stems_of(session: Session, content: Mapping[str, Any]) -> Stems:
    """Those of content that need not be stored."""
    asked = select(literal(dict(content), JSONB).label("content")).subquery()
    written = select(literal_column(SEARCH).label("vector")).select_from(asked).subquery()
    return session.scalars(select(listed(written.c.vector)).select_from(written)).one()


def telling(session: Session) -> Telling:
    """What the words of this city tell. Its Quick Wins are not read for it: PostgreSQL counts the
    commonest stems of the column each time it analyses the table, by itself."""
    rows, stems, shares, stop = session.execute(
        text(
            "SELECT reltuples, most_common_elems::text::text[], most_common_elem_freqs,"
            " tsvector_to_array(to_tsvector('indonesian', :stop)) FROM pg_class LEFT JOIN pg_stats "
            "ON schemaname = current_schema AND tablename = relname AND attname = 'search' "
            "WHERE oid = 'quick_wins'::regclass"
        ),
        {"stop": " ".join(STOP_WORDS)},
    ).one()
    counted = {}
    if rows >= ENOUGH and stems:
        counted = dict(zip(stems, shares, strict=False))  # a few figures more stand behind them
    return Telling(
        shares=counted,
        rest=min(counted.values(), default=RARE),
        stop=frozenset(stop),
        rows=max(rows, 0),
    )


def forms(session: Session, words: Iterable[str]) -> dict[str, str]:
    """The stem of each word."""
    given = select(func.unnest(literal(list(words), ARRAY(TEXT))).label("word")).subquery().c.word
    stemmed = func.ts_lexize(literal_column("'indonesian_stem'"), given, type_=ARRAY(TEXT))
    return {word: stems[0] for word, stems in session.execute(select(given, stemmed)) if stems}
