"""The content of a Quick Win: creating one, and the one function that changes what it says.

Content is open in editable states only, to those whose turn it is there. A change records who wrote
which field; it moves nothing, so it is no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, inspect, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from workflow import fields
from workflow.context import check_in_context
from workflow.deadlines import begin
from workflow.errors import Conflict, Forbidden, Locked, NotFound, Refused, Stale
from workflow.facts import facts
from workflow.language import N_, Label, Sentence
from workflow.ledger import canonical, sha256
from workflow.locking import lock
from workflow.models import (
    Authorship,
    Chain,
    Period,
    Person,
    Post,
    QuickWin,
    Unit,
)
from workflow.registry import active, parsed, workflow_of
from workflow.relations import held_towards, in_force, local_day


def open_period(session: Session, at: datetime) -> Period:
    """The period in which Quick Wins can be proposed now. Raises Conflict if there is none."""
    period = session.scalar(
        select(Period)
        .where(Period.opens_at <= at, Period.closes_at > at)
        .order_by(Period.opens_at.desc())
        .limit(1)
    )
    if period is None:
        raise Conflict(Sentence(N_("No period is open, so that nothing can be proposed now.")))
    return period


def units_to_propose_for(
    person_id: int, at: datetime, roles: frozenset[str]
) -> ColumnElement[bool]:
    """Whether a Unit is one for which the person can propose: of a post, or below it."""
    post = aliased(Post)
    return exists().where(
        post.person_id == person_id,
        post.role.in_(roles),
        in_force(post, local_day(at)),
        held_towards(post, Unit.path),
    )


def create(
    session: Session,
    person: Person,
    unit: str,
    content: Mapping[str, Any],
    *,
    at: datetime | None = None,
) -> QuickWin:
    """A new Quick Win of the unit with that code, in the open period; the caller commits.

    Raises Forbidden if the person writes for no unit at or above it, Conflict if no period is open,
    Invalid if the content does not fit.
    """
    at = at or datetime.now(UTC)
    definition = active(session)
    workflow = parsed(definition)
    wanted = select(Unit).where(
        Unit.code == unit, units_to_propose_for(person.id, at, workflow.editors)
    )
    found = session.scalar(wanted) if fields.is_storable(unit) else None
    if found is None:
        raise _not_for_this_unit(workflow.role_label(min(workflow.editors)), workflow.editors)
    period = open_period(session, at)
    quick_win = QuickWin(
        number=_next_number(session, period),
        unit=found,
        period=period,
        definition_id=definition.id,
        definition=definition,
        created_by=person,
        created_at=at,
        state=workflow.initial,
        since=at,
        content={},
        digest="",
        material_digest="",
    )
    session.add(quick_win)
    _write(session, quick_win, person, content, at)
    session.flush()
    session.add(Chain(quick_win_id=quick_win.id))
    begin(session, quick_win, at=at)
    session.flush()
    return quick_win


def save(
    session: Session,
    quick_win_id: int,
    person: Person,
    changes: Mapping[str, Any],
    *,
    version: int | None,
    at: datetime | None = None,
) -> QuickWin:
    """Merge `changes` into the content by top-level key; None takes a field out.

    Raises, in this order: NotFound, Forbidden, Stale, Locked, Invalid. A change of nothing changes
    nothing, the version neither.
    """
    at = at or datetime.now(UTC)
    quick_win = lock(session, quick_win_id).quick_win
    if error := write_refusal(session, quick_win, person, version=version, at=at):
        raise error
    if _write(session, quick_win, person, changes, at):
        quick_win.version += 1
    session.flush()
    return quick_win


def write_refusal(
    session: Session, quick_win: QuickWin, person: Person, *, version: int | None, at: datetime
) -> Refused | None:
    """Why the person may not change the content now, or upload to it. None: they may."""
    workflow, standing = workflow_of(quick_win), facts(session, quick_win.id, person.id, at)
    if not standing.sees:
        return NotFound()
    if workflow.editors.isdisjoint(standing.roles):
        return _not_for_this_unit(workflow.role_label(min(workflow.editors)), workflow.editors)
    if version not in (None, quick_win.version):
        return Stale(quick_win.version, who_can=tuple(sorted(workflow.editors)))
    if not workflow.states[quick_win.state].open_to(standing.roles):
        return Locked()
    return None


def digests(content: fields.Content) -> tuple[str, str]:
    """(digest of everything, digest of the material fields). Empty is the same as not there."""
    dumped = _filled(content.model_dump())
    material = {name: value for name, value in dumped.items() if name in fields.MATERIAL}
    return sha256(canonical(dumped)), sha256(canonical(material))


def canonical_content(content: fields.Content) -> str:
    """The text of which `digests` gives the first digest."""
    return canonical(_filled(content.model_dump()))


def _write(
    session: Session,
    quick_win: QuickWin,
    person: Person,
    changes: Mapping[str, Any],
    at: datetime,
) -> bool:
    """Whether anything changed."""
    merged = {k: v for k, v in {**quick_win.content, **changes}.items() if v is not None}
    content = fields.parse({**changes, **merged})
    check_in_context(session, quick_win, content, changes)
    digest, material_digest = digests(content)
    if digest == quick_win.digest:
        return False
    before = fields.parse(quick_win.content)
    changed = [name for name in changes if getattr(before, name) != getattr(content, name)]
    quick_win.content = merged
    quick_win.digest, quick_win.material_digest = digest, material_digest
    session.flush()
    _record_authors(session, quick_win, person, changed, at)
    return True


def _record_authors(
    session: Session, quick_win: QuickWin, person: Person, changed: list[str], at: datetime
) -> None:
    if not changed:
        return
    rows = [
        {
            Authorship.quick_win_id: quick_win.id,
            Authorship.person_id: person.id,
            Authorship.field: name,
            Authorship.revision: quick_win.revision,
            Authorship.at: at,
        }
        for name in changed
    ]
    statement = insert(Authorship).values(rows)
    key = inspect(Authorship).primary_key
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={"at": at}))


def _next_number(session: Session, period: Period) -> str:
    """From the period's own counter, past those of an earlier period of the same year."""
    other = aliased(Period)
    others = select(func.max(other.last_number)).where(
        other.year == period.year, other.id != period.id
    )
    last = func.greatest(Period.last_number, func.coalesce(others.scalar_subquery(), 0))
    # The period as it is once its row is locked: its end may have moved meanwhile.
    counted = session.scalars(
        update(Period)
        .where(Period.id == period.id)
        .values(last_number=last + 1)
        .returning(Period)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one()
    return f"QW-{counted.year}-{counted.last_number:04d}"


def _not_for_this_unit(label: Label, roles: frozenset[str]) -> Forbidden:
    sentence = Sentence(
        N_("Only the role “%(role)s” of this unit, or of one above it, writes the proposal."),
        {"role": label},
    )
    return Forbidden(sentence, who_can=tuple(sorted(roles)))


def _filled(value: Any) -> Any:
    """The value without what is empty, at every depth."""
    if isinstance(value, dict):
        inner = {key: _filled(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each not in (None, "", [], {})}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    return value
