"""The plenary: what is decided upon judgments, side by side, and many of it decided at once.

Which states and which acts these are is read from the table. Nothing is performed here: each act
goes through the door by itself, and whoever calls it owns its transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import nulls_last, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from workflow.acts import checked_note
from workflow.definition import Transition, Workflow
from workflow.errors import Forbidden, NotFound, Refused, Unmet
from workflow.guards import ON_JUDGMENTS
from workflow.history import Entry, entry, opinions_of
from workflow.language import N_, Sentence
from workflow.models import Event, Period, Person, QuickWin
from workflow.queries import holds, in_order
from workflow.registry import active, parsed, workflow_of, workflows
from workflow.relations import seen_by
from workflow.rights import choose, joined, standings_of
from workflow.scoring import Score, score
from workflow.standing import Standing

LIMIT = 100  # of what is shown, and of what is decided at once
ONE_BY_ONE = Sentence(N_("This is done one by one, each with what belongs to it."))


def deciders(workflow: Workflow) -> dict[str, set[str]]:
    """The states in which is decided upon judgments, and the roles that do: it is their turn, and a
    row of theirs leads on under a guard that asks for judgments."""
    found: dict[str, set[str]] = defaultdict(set)
    for state in workflow.states.values():
        for row in _decisions(workflow, state.code):
            found[state.code] |= set(row.by) & set(state.turn)
    return dict(found)


def for_many(workflow: Workflow, state: str) -> tuple[Transition, ...]:
    """The decisions of a state that can be taken for many at once: what asks for a note or for data
    wants to be thought about one by one."""
    return tuple(
        row
        for row in _decisions(workflow, state)
        if row.collects is None and row.note == "optional"
    )


def readers(workflow: Workflow) -> set[str]:
    """The roles that may look at the plenary: who decides there, their superiors, and who sees
    everything."""
    found = {role.code for role in workflow.roles.values() if role.sees == "all"}
    for role in set().union(*deciders(workflow).values()):
        above: str | None = role
        while above is not None and above not in found:
            found.add(above)
            above = workflow.roles[above].superior
    return found if deciders(workflow) else set()


def check_reader(session: Session, person: Person, at: datetime) -> None:
    """Raises Forbidden for whose roles never have to do with a plenary."""
    roles = set().union(*(readers(each) for each in workflows(session).values()))
    if holds(session, person, sorted(roles), at=at):
        return
    workflow = parsed(active(session))
    deciding = tuple(sorted(set().union(*deciders(workflow).values())))
    labels = joined(workflow.role_label(role) for role in deciding)
    raise Forbidden(
        Sentence(N_("The plenary is for: %(roles)s."), {"roles": labels}), who_can=deciding
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A Quick Win before the plenary, for one reader. Of what can be decided for many, what is open
    to them, and why not what their role could decide; both empty for who only looks on."""

    quick_win: QuickWin
    standing: Standing
    score: Score | None  # None: no scores are open to them
    open: Sequence[Transition]
    refused: Mapping[str, Refused]


def cases(
    session: Session, person: Person, *, period: str = "", dimension: str = "", at: datetime
) -> list[Case]:
    """What waits for the plenary's decision, the most urgent first: LIMIT, and one more if there
    are more. The same few statements, however many there are."""
    pairs = [
        (definition_id, state)
        for definition_id, workflow in workflows(session).items()
        for state in deciders(workflow)
    ]
    if not pairs:
        return []
    statement = (
        seen_by(person, at)
        .join(QuickWin.period)
        .where(tuple_(QuickWin.definition_id, QuickWin.state).in_(pairs))
        .order_by(nulls_last(QuickWin.due_at.asc()), QuickWin.id)
        .limit(LIMIT + 1)
    )
    if period:
        statement = statement.where(Period.code == period)
    if dimension:
        statement = statement.where(QuickWin.dimension == dimension)
    return _cases(session, in_order(session, session.scalars(statement).all()), person, at)


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What an act does to one Quick Win that somebody chose as it was in `version`: its row, or the
    refusal. `case` None: it does not exist, or not for this person."""

    quick_win_id: int
    version: int
    case: Case | None = None
    row: Transition | None = None
    refusal: Refused | None = None


def foresee(
    session: Session, person: Person, action: str, seen: Mapping[int, int], *, at: datetime
) -> list[Foreseen]:
    """What would become of each if the person decided so now, in the order of `seen`: the version
    by id, as they saw it. Nothing is done. As few statements for many as for one."""
    ids = session.scalars(seen_by(person, at).where(QuickWin.id.in_(seen))).all()
    found = in_order(session, ids)
    known = {case.quick_win.id: case for case in _cases(session, found, person, at)}
    return [_foreseen(known.get(each), each, action, version) for each, version in seen.items()]


def check_note(foreseen: Sequence[Foreseen], note: str) -> None:
    """Raises Invalid where the one note for all of them does not fit."""
    for each in foreseen:
        if each.row:
            checked_note(each.row, note)


def last_moves(session: Session, person: Person, some: Iterable[Case]) -> dict[int, Entry]:
    """By id, the last move of each, as far as the person may know of it; one statement."""
    by_id = {case.quick_win.id: case for case in some}
    events = session.scalars(
        select(Event)
        .ext(distinct_on(Event.quick_win_id))
        .where(Event.quick_win_id.in_(by_id), Event.source != Event.target)
        .options(joinedload(Event.actor))
        .order_by(Event.quick_win_id, Event.seq.desc())
    )
    return {
        case.quick_win.id: entry(
            event, workflow_of(case.quick_win), case.quick_win, person, case.standing
        )
        for event in events
        if event.quick_win_id and (case := by_id[event.quick_win_id])
    }


def was_done(foreseen: Foreseen, action: str, person: Person, last: Entry | None) -> bool:
    """Whether exactly this was done already: a form that was sent twice."""
    return (
        foreseen.case is not None
        and last is not None
        and (last.event.action, last.event.actor_id) == (action, person.id)
        and foreseen.case.quick_win.version == foreseen.version + 1
    )


def _decisions(workflow: Workflow, state: str) -> list[Transition]:
    """The rows with which those whose turn it is lead on upon judgments."""
    turn = workflow.states[state].turn
    return [
        row
        for row in workflow.rows_from(state)
        if row.to
        and not row.automatic
        and not set(ON_JUDGMENTS).isdisjoint(row.guards)
        and not set(turn).isdisjoint(row.by)
    ]


def _cases(
    session: Session, quick_wins: Sequence[QuickWin], person: Person, at: datetime
) -> list[Case]:
    standings = standings_of(session, quick_wins, person, at)
    own = {each for each, standing in standings.items() if standing.own_unit}
    opinions = opinions_of(session, quick_wins, person, own)
    return [_case(each, standings[each.id], score(each, opinions[each.id])) for each in quick_wins]


def _case(quick_win: QuickWin, standing: Standing, found: Score | None) -> Case:
    open_rows: list[Transition] = []
    refused: dict[str, Refused] = {}
    for row in for_many(workflow_of(quick_win), quick_win.state):
        if standing.roles.keys().isdisjoint(row.by):
            continue
        try:
            open_rows.append(choose(quick_win, row.name, standing))
        except Refused as refusal:
            refused[row.name] = refusal
    return Case(
        quick_win=quick_win, standing=standing, score=found, open=open_rows, refused=refused
    )


def _foreseen(case: Case | None, quick_win_id: int, action: str, version: int) -> Foreseen:
    try:
        if case is None:
            raise NotFound
        row = choose(case.quick_win, action, case.standing, version=version)
        if row not in for_many(workflow_of(case.quick_win), case.quick_win.state):
            raise Unmet(ONE_BY_ONE)
    except Refused as refusal:
        return Foreseen(quick_win_id=quick_win_id, version=version, case=case, refusal=refusal)
    return Foreseen(quick_win_id=quick_win_id, version=version, case=case, row=row)
