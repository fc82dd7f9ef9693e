"""The Keputusan Wali Kota: drawn up for a batch of Quick Wins, and issued all or nothing.

The Wali Kota signs on paper; the decree officer records the number and the date of what was signed.
Only a decree establishes or revokes. How it looks as a document is not known here.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from workflow import decree_lines
from workflow.decree_lines import Candidates, set_lines
from workflow.errors import Conflict, Forbidden, Invalid, NotFound
from workflow.fields import is_storable
from workflow.issuing import ACTIONS, NOT_ISSUED, is_issued, issue_now
from workflow.keyset import MAX_KEY
from workflow.language import N_, Sentence
from workflow.models import Decree, DecreeLine, DecreeStatus, Effect, Period, Person, QuickWin
from workflow.queries import holds
from workflow.registry import active, parsed
from workflow.relations import holds_any, local_day
from workflow.rights import joined

MAX_NUMBER = 100


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What a decree says, as it was entered. None leaves a draft as it is."""

    number: str | None = None
    on: date | None = None
    undated: bool = False  # takes the date of a draft away
    establishes: Sequence[int] | None = None
    revokes: Sequence[int] | None = None
    replaces: int | None = None


def draw_up(
    session: Session, person: Person, period: str, drawn: Drawn, *, at: datetime | None = None
) -> Decree:
    """A new decree; issued at once if number and date are there, else a draft. The caller commits.

    Raises Forbidden, Invalid (by field), or what the door raises for a Quick Win: then nothing at
    all was established.
    """
    at = at or datetime.now(UTC)
    check_officer(session, person, at)
    known = select(Period).where(Period.code == period)
    found = session.scalar(known) if is_storable(period) else None
    if found is None:
        raise Invalid({"period": Sentence(N_("There is no such period."))})
    decree = Decree(
        period=found,
        status=DecreeStatus.DRAFT,
        code=_public_code(),
        created_by_id=person.id,
        created_at=at,
    )
    session.add(decree)
    return _fill(session, decree, person, drawn, at)


def amend(
    session: Session, decree_id: int, person: Person, drawn: Drawn, *, at: datetime | None = None
) -> Decree:
    """Change a draft; it is issued once number and date are there. Raises like `draw_up`, NotFound,
    and Conflict once it is issued."""
    at = at or datetime.now(UTC)
    readable = select(Decree.id).where(Decree.id == decree_id, decree_is_readable(person.id, at))
    if session.scalar(readable) is None:
        raise NotFound
    check_officer(session, person, at)
    decree = session.scalars(
        select(Decree)
        .where(Decree.id == decree_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if decree.status is not DecreeStatus.DRAFT:
        raise Conflict(Sentence(N_("This decree is issued; only a later decree can change it.")))
    return _fill(session, decree, person, drawn, at)


def issue(
    session: Session,
    person: Person,
    *,
    period: str,
    number: str,
    on: date,
    establishes: Sequence[int] = (),
    revokes: Sequence[int] = (),
    at: datetime | None = None,
) -> Decree:
    """Draw up and issue in one go."""
    drawn = Drawn(number=number, on=on, establishes=establishes, revokes=revokes)
    return draw_up(session, person, period, drawn, at=at)


def decree_is_readable(person_id: int, at: datetime) -> ColumnElement[bool]:
    """An issued decree is open to everybody who is signed in; a draft to the city's roles."""
    return or_(
        Decree.status != DecreeStatus.DRAFT,
        holds_any(person_id, at, None),
    )


def listed(session: Session, person: Person, *, at: datetime) -> list[tuple[Decree, int]]:
    """The decrees the person may read, the latest first, with how many Quick Wins each names."""
    lines = select(func.count()).where(DecreeLine.decree_id == Decree.id).scalar_subquery()
    rows = session.execute(
        select(Decree, lines)
        .where(decree_is_readable(person.id, at))
        .options(selectinload(Decree.period))
        .order_by(Decree.id.desc())
    )
    return [(decree, count) for decree, count in rows]


def get(session: Session, decree_id: int, person: Person, *, at: datetime | None = None) -> Decree:
    """A decree the person may read, with its lines. Raises NotFound."""
    at = at or datetime.now(UTC)
    decree = session.scalar(
        select(Decree)
        .where(Decree.id == decree_id, decree_is_readable(person.id, at))
        .options(
            selectinload(Decree.lines).joinedload(DecreeLine.quick_win).joinedload(QuickWin.unit)
        )
    )
    if decree is None:
        raise NotFound
    return decree


def is_officer(session: Session, person: Person, at: datetime) -> bool:
    """Whether the person draws up decrees."""
    return holds(session, person, _officers(session), at=at)


def may_amend(session: Session, decree: Decree, person: Person, at: datetime) -> bool:
    """Whether the person could change this decree: it is a draft, and they draw them up."""
    return decree.status is DecreeStatus.DRAFT and is_officer(session, person, at)


def candidates(
    session: Session,
    person: Person,
    effect: Effect,
    period: Period,
    *,
    words: str = "",
    chosen: Sequence[int] = (),
    at: datetime,
) -> Candidates:
    """What a decree of the period could do that to; as `decree_lines.candidates`."""
    states = states_open_to(session, effect)
    return decree_lines.candidates(
        session, person, period, states, words=words, chosen=chosen, at=at
    )


def states_open_to(session: Session, effect: Effect) -> tuple[str, ...]:
    """The states from which a decree of that effect leads on, in the active definition."""
    rows = parsed(active(session)).rows(ACTIONS[effect])
    return tuple(dict.fromkeys(state for row in rows for state in row.source))


def _officers(session: Session) -> tuple[str, ...]:
    workflow = parsed(active(session))
    rows = [row for row in workflow.transitions if row.collects == "decree"]
    return tuple(dict.fromkeys(role for row in rows for role in row.by))


def check_officer(session: Session, person: Person, at: datetime) -> None:
    if is_officer(session, person, at):
        return
    roles, workflow = _officers(session), parsed(active(session))
    labels = joined(workflow.role_label(role) for role in roles)
    raise Forbidden(
        Sentence(N_("Decrees are drawn up by: %(roles)s."), {"roles": labels}), who_can=roles
    )


def _fill(session: Session, decree: Decree, person: Person, drawn: Drawn, at: datetime) -> Decree:
    if drawn.number is not None:
        decree.number = drawn.number.strip() or None
    if drawn.on is not None:
        decree.date, decree.year = drawn.on, drawn.on.year
    elif drawn.undated:
        decree.date = decree.year = None
    if drawn.replaces is not None:
        decree.replaces_id = drawn.replaces
    with session.no_autoflush:  # what is wrong is said here, before the database finds it
        _check_head(session, decree, at)
    wanted = {Effect.ESTABLISHES: drawn.establishes, Effect.REVOKES: drawn.revokes}
    given = {effect: some for effect, some in wanted.items() if some is not None}
    set_lines(session, decree, person, given, at)
    session.flush()
    if decree.number and decree.date:
        issue_now(session, decree, person, at)
    return decree


def _check_head(session: Session, decree: Decree, at: datetime) -> None:
    """The number, the date and the decree it replaces, each by itself."""
    faults: dict[str, Sentence] = {}
    if decree.number and len(decree.number) > MAX_NUMBER:
        text = N_("At most %(max_length)s characters are possible here.")
        faults["number"] = Sentence(text, {"max_length": MAX_NUMBER})
    if decree.number and not is_storable(decree.number):
        faults["number"] = Sentence(N_("This holds a character that cannot be stored."))
    if decree.date and decree.date > session.scalars(select(local_day(at))).one():
        faults["date"] = Sentence(N_("The date of a decree does not lie in the future."))
    wanted = decree.replaces_id
    if wanted is not None and not (0 < wanted <= MAX_KEY and is_issued(session, wanted)):
        faults["replaces"] = NOT_ISSUED
    if faults:
        raise Invalid(faults)


def _public_code() -> str:
    """12 characters of base32: 60 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode()[:12]
