"""The lines of a decree: which Quick Wins it can name, and which it names, each once, all of its
period.

What a decree does to them is `issuing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, true
from sqlalchemy.orm import Session

from workflow.errors import Invalid
from workflow.keyset import MAX_KEY
from workflow.language import N_, Sentence
from workflow.models import Decree, DecreeLine, Effect, Period, Person, QuickWin, Unit
from workflow.queries import in_order
from workflow.relations import seen_by

MAX_LINES = 500
LISTED = 200  # of what can be chosen, beside what is chosen
_FIELDS = {Effect.ESTABLISHES: "quick_wins", Effect.REVOKES: "revokes"}


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What a decree could name, those chosen first; `more`: there are others that are not here."""

    quick_wins: Sequence[QuickWin]
    more: bool


def candidates(
    session: Session,
    person: Person,
    period: Period,
    states: Sequence[str],
    *,
    words: str = "",
    chosen: Sequence[int] = (),
    at: datetime,
) -> Candidates:
    """Those of the period that are in one of the states, by number, LISTED at most; with `words`
    those of which number, title or unit has them. Who is chosen stays, whatever the words."""
    kept = [each for each in chosen[:MAX_LINES] if 0 < each <= MAX_KEY]
    picked = QuickWin.id.in_(kept)
    places = (QuickWin.number, QuickWin.title, Unit.name)
    having = [place.icontains(words.replace("\x00", ""), autoescape=True) for place in places]
    ids = session.scalars(
        seen_by(person, at)
        .where(QuickWin.state.in_(states), QuickWin.period_id == period.id)
        .where(or_(picked, *having) if words else true())
        .order_by(picked.desc(), QuickWin.number)
        .limit(len(kept) + LISTED + 1)
    ).all()
    found = in_order(session, ids)
    unpicked = [quick_win for quick_win in found if quick_win.id not in kept]
    some = [quick_win for quick_win in found if quick_win.id in kept] + unpicked[:LISTED]
    return Candidates(quick_wins=some, more=len(unpicked) > LISTED)


def set_lines(
    session: Session,
    decree: Decree,
    person: Person,
    wanted: Mapping[Effect, Sequence[int]],
    at: datetime,
) -> None:
    """Let the decree name these Quick Wins; the lines of an effect that is left out stay.

    Raises Invalid, by place, before anything is changed.
    """
    kept = [line for line in decree.lines if line.effect not in wanted]
    _check(session, decree, person, wanted, [line.quick_win_id for line in kept], at)
    decree.lines = kept
    session.flush()  # what is named anew under the other effect must be gone first
    decree.lines = kept + [
        DecreeLine(quick_win_id=each, effect=effect, position=position)
        for effect, some in wanted.items()
        for position, each in enumerate(some, start=1)
    ]


def _check(
    session: Session,
    decree: Decree,
    person: Person,
    wanted: Mapping[Effect, Sequence[int]],
    kept: Sequence[int],
    at: datetime,
) -> None:
    text = N_("At most %(max_length)s entries are possible here.")
    faults = {
        _FIELDS[effect]: Sentence(text, {"max_length": MAX_LINES})
        for effect, some in wanted.items()
        if len(some) > MAX_LINES
    }
    if faults:
        raise Invalid(faults)
    counts = Counter([*kept, *(each for some in wanted.values() for each in some)])
    known = _in_its_period(session, decree, person, counts, at)
    missing = Sentence(N_("The period has no such Quick Win."))
    twice = Sentence(N_("This Quick Win is named twice."))
    faults = {
        f"{_FIELDS[effect]}.{index}": missing if each not in known else twice
        for effect, some in wanted.items()
        for index, each in enumerate(some)
        if each not in known or counts[each] > 1
    }
    if faults:
        raise Invalid(faults)


def _in_its_period(
    session: Session, decree: Decree, person: Person, ids: Mapping[int, int], at: datetime
) -> set[int]:
    return set(
        session.scalars(
            seen_by(person, at).where(
                QuickWin.id.in_([each for each in ids if 0 < each <= MAX_KEY]),
                QuickWin.period_id == decree.period.id,
            )
        )
    )
