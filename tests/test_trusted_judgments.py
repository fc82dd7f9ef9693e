"""Who may judge and decide, against a model of the rules in plain Python: people write, are
assigned and dismissed, stand in for each other, recuse themselves and judge, in any order.

The model knows sets of people and nothing of SQL, views or standings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from somebody import act, unit
from sqlalchemy import select
from world import LONG_AGO, World

from workflow import delegations
from workflow.delegations import Wish
from workflow.errors import Invalid, Refused
from workflow.machine import available
from workflow.models import Assignment, Authorship, Delegation, QuickWin
from workflow.queries import inbox

PEOPLE = ("submitter", "reviewer", "reviewer2", "reviewer3", "mentor", "chair", "admin")
ROLES = ("submitter", "reviewer", "chair")
OF_UNIT = {"submitter": "DINKES", "reviewer3": "DINKES"}  # their home, for good
QUORUM = 2

_who = st.sampled_from(PEOPLE)
_step = st.one_of(
    st.tuples(st.just("write"), _who, st.sampled_from(["problem", "risks"])),
    st.tuples(st.just("assign"), _who, st.sampled_from(ROLES)),
    st.tuples(st.just("dismiss"), _who, st.sampled_from(ROLES)),
    st.tuples(st.just("delegate"), _who, _who),
    st.tuples(st.just("end"), _who, _who),
    st.tuples(st.just("recuse"), _who, st.just("")),
    st.tuples(st.just("judge"), _who, st.just("")),
    st.tuples(st.just("judge"), _who, st.just("")),
)


@dataclass
class Model:
    """What the rules know: who holds what, who stands in for whom, who wrote, who judged."""

    held: set[tuple[str, str]]  # (person, role)
    stands_in: set[tuple[str, str]] = field(default_factory=set)  # (delegate, delegator)
    wrote: set[str] = field(default_factory=set)
    recused: set[str] = field(default_factory=set)
    judged: list[tuple[str, str]] = field(default_factory=list)  # (who, whose place)

    def stood_for(self, who: str) -> list[str]:
        return [other for delegate, other in sorted(self.stands_in) if delegate == who]

    def places(self, who: str, role: str) -> list[str]:
        """In whose post the person holds the role: their own first."""
        return [each for each in (who, *self.stood_for(who)) if (each, role) in self.held]

    def barred(self, who: str) -> bool:
        everybody = {who, *self.stood_for(who)}
        of_unit = any(each in OF_UNIT or (each, "submitter") in self.held for each in everybody)
        admin = any((each, "admin") in self.held for each in everybody)
        return of_unit or admin or bool(everybody & (self.wrote | self.recused))

    def filled(self) -> set[str]:
        return {each for pair in self.judged for each in pair}

    def may_judge(self, who: str) -> str | None:
        """In whose place, or None."""
        free = [
            place
            for place in self.places(who, "reviewer")
            if not {who, place} & self.filled() and not self.barred(who)
        ]
        return free[0] if free else None

    def counted(self) -> int:
        excluded = self.wrote | self.recused
        return sum(not {who, place} & excluded for who, place in self.judged)


_FOR_ANOTHER = [
    ("delegate", "mentor", "reviewer"),
    ("judge", "mentor", ""),
    ("judge", "reviewer", ""),
    ("judge", "reviewer2", ""),
]
_RECUSED = [
    ("assign", "mentor", "reviewer"),
    ("judge", "reviewer", ""),
    ("recuse", "reviewer", ""),
    ("judge", "reviewer2", ""),
    ("judge", "mentor", ""),
]


@example(steps=_FOR_ANOTHER)
@example(steps=_RECUSED)
@given(steps=st.lists(_step, min_size=4, max_size=22))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whoever_judges_may_by_the_rules_and_whoever_may_not_is_refused(
    world: World, steps: list[tuple[str, str, str]]
) -> None:
    with world.session.begin_nested() as savepoint:
        quick_win = world.bring_to("review")
        model = Model(held={(n, n.rstrip("23")) for n in PEOPLE}, wrote={"submitter"})
        for action, who, what in steps:
            _STEPS[action](world, quick_win, model, who, what)
            _agrees(world, quick_win, model)
            if quick_win.state != "review":
                break
        savepoint.rollback()
    world.session.expire_all()


def _agrees(world: World, quick_win: QuickWin, model: Model) -> None:
    """Door, inbox and conclusion say what the model says, of everybody."""
    concluded = model.counted() >= QUORUM
    assert quick_win.state == ("decision" if concluded else "review")
    for who in PEOPLE:
        person = world[who]
        choices = available(world.session, quick_win, person, at=world.now)
        if concluded:
            decides = bool(model.places(who, "chair")) and not model.barred(who)
            assert ("approve" in choices.actions) is decides, who
            continue
        judges = model.may_judge(who) is not None
        assert ("judge" in choices.actions) is judges, who
        waiting = set(world.session.scalars(inbox(person, at=world.now)))
        assert (quick_win.id in waiting) is judges, who


def _write(world: World, quick_win: QuickWin, model: Model, who: str, what: str) -> None:
    """As `content.save` records it, which writes in other states only. Nothing material, so that
    judgments stand."""
    if who not in model.wrote:
        world.session.add(
            Authorship(quick_win_id=quick_win.id, person_id=world[who].id, field=what, at=world.now)
        )
        world.session.flush()
    model.wrote.add(who)


def _assign(world: World, quick_win: QuickWin, model: Model, who: str, role: str) -> None:
    if (who, role) not in model.held:
        of = unit(world, "DINKES") if role == "submitter" else None
        world[who].assignments.append(Assignment(role=role, unit=of, valid_from=LONG_AGO))
        world.session.flush()
        model.held.add((who, role))


def _dismiss(world: World, quick_win: QuickWin, model: Model, who: str, role: str) -> None:
    yesterday = world.now.date() - timedelta(days=1)
    for each in world.session.scalars(
        select(Assignment).where(
            Assignment.person_id == world[who].id,
            Assignment.role == role,
            Assignment.valid_to.is_(None),
        )
    ):
        each.valid_to = yesterday
    world.session.flush()
    model.held.discard((who, role))


def _delegate(world: World, quick_win: QuickWin, model: Model, who: str, whom: str) -> None:
    """`who` stands in for `whom`."""
    day = world.now.date()
    wish = Wish(
        delegator=world[whom].id,
        delegate=world[who].id,
        valid_from=day,
        valid_to=day,
        reason="Cuti",
    )
    admin = (who, "admin") in model.held or any(
        (each, "admin") in model.held for each in model.stood_for(who)
    )
    try:
        delegations.begin(world.session, wish, world[whom], at=world.now)
    except Invalid:
        assert who == whom or admin
    else:
        assert who != whom
        assert not admin
        model.stands_in.add((who, whom))


def _end(world: World, quick_win: QuickWin, model: Model, who: str, whom: str) -> None:
    for each in world.session.scalars(
        select(Delegation).where(
            Delegation.delegate_id == world[who].id,
            Delegation.delegator_id == world[whom].id,
            Delegation.ended_at.is_(None),
        )
    ):
        delegations.end(world.session, each.id, world[who], at=world.now)
    world.session.flush()
    model.stands_in.discard((who, whom))


def _recuse(world: World, quick_win: QuickWin, model: Model, who: str, what: str) -> None:
    roles = ("verifier", "reviewer", "chair")
    may = any(model.places(who, role) for role in roles) and not model.barred(who)
    assert _tried(world, quick_win, "recuse", who) is may
    if may:
        model.recused.add(who)


def _judge(world: World, quick_win: QuickWin, model: Model, who: str, what: str) -> None:
    place = model.may_judge(who)
    assert _tried(world, quick_win, "judge", who) is (place is not None)
    if place is not None:
        model.judged.append((who, place))


def _tried(world: World, quick_win: QuickWin, action: str, who: str) -> bool:
    with world.session.begin_nested() as attempt:
        try:
            act(world, quick_win, action, world[who])
        except Refused:
            attempt.rollback()
            done = False
        else:
            done = True
    world.session.refresh(quick_win)
    return done


_STEPS: dict[str, Callable[[World, QuickWin, Model, str, str], None]] = {
    "write": _write,
    "assign": _assign,
    "dismiss": _dismiss,
    "delegate": _delegate,
    "end": _end,
    "recuse": _recuse,
    "judge": _judge,
}
