"""A step that nobody can take is never taken by default: the admins learn which role is missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from attempts import statements
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from world import JUDGMENT, NOW, World, gather

from tasks.staffing import watch
from workflow import accounts, db, delegations, incidents, staffing
from workflow.definition import QuorumOf
from workflow.delegations import Wish
from workflow.document import shipped
from workflow.incidents import recompute
from workflow.matching import Filling, most, suffices
from workflow.models import Assignment, Event, Incident, Notification, Person
from workflow.steps import Given, steps
from workflow.verifying import verify


def missing(world: World) -> set[tuple[str, str, str]]:
    """The open incidents: state, role, and the Quick Win or the units they are about."""
    return {
        (row.state.en, row.role.en, row.quick_win or ", ".join(row.units))
        for row in incidents.open_to(world.session, {"admin"})
    }


def deactivate(world: World, *names: str) -> None:
    for name in names:
        accounts.deactivate(world.session, world[name].id, world["admin"], at=world.now)


def add(world: World, name: str, role: str) -> Person:
    person = Person(email=f"{name}@test.test", name=name)
    person.assignments.append(Assignment(role=role, valid_from=world.now.date()))
    world.session.add(person)
    world.session.flush()
    return person


def test_a_city_with_people_for_every_step_has_no_incident(world: World) -> None:
    for state in ("verification", "review", "decision"):
        world.bring_to(state)
    assert not recompute(world.session, at=world.now)
    assert missing(world) == set()


def test_without_the_last_reviewers_the_admins_are_told_and_nothing_is_approved(
    world: World,
) -> None:
    quick_win = world.bring_to("review")
    deactivate(world, "reviewer", "reviewer2")
    # reviewer3 is of DINKES: the others have one reviewer left, who is too few.
    assert missing(world) == {
        ("Review", "Reviewer", "Unit DINKES, Unit DKISS, Unit KEC"),
    }
    assert quick_win.state == "review"
    told = select(Notification.recipient_id).join(Event).where(Event.action == "open_incident")
    assert world.session.scalars(told).all() == [world["admin"].id]
    add(world, "new1", "reviewer"), add(world, "new2", "reviewer")
    recompute(world.session, at=world.now)
    assert missing(world) == set()
    closed = select(func.count()).where(Event.action == "close_incident")
    assert world.session.scalar(closed) == 1


def test_where_reviewers_recuse_themselves_the_quick_win_is_a_case_of_its_own(
    world: World,
) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "recuse", "reviewer", note="Saudara pengusul.")
    assert missing(world) == {("Review", "Reviewer", quick_win.number)}
    new = add(world, "new", "reviewer")
    recompute(world.session, at=world.now)
    assert missing(world) == set()
    new.deactivated_at = world.now
    recompute(world.session, at=world.now)
    assert missing(world) == {("Review", "Reviewer", quick_win.number)}


def test_of_an_account_is_foreseen_what_is_not_lacking_already(world: World) -> None:
    world.bring_to("review")
    deactivate(world, "reviewer")
    assert missing(world) == {("Review", "Reviewer", "Unit DINKES")}
    leaving = world["reviewer2"].id
    with statements(world.session) as asked:
        lacking = staffing.gaps(world.session, world.now, without=leaving)
    with statements(world.session) as run:
        found = incidents.foreseen(world.session, leaving, at=world.now)
    units = {unit for gap in lacking for unit in gap.units}
    assert [(one.state.en, tuple(one.units)) for one in found] == [
        ("Review", ("Unit DKISS", "Unit KEC"))
    ]
    assert len(units) == 3
    assert len(run) <= len(asked) + 3, "what is open, the definitions, names of the units"


def test_who_has_judged_already_fills_a_place(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
    found = staffing.gaps(world.session, world.now, without=world["reviewer"].id)
    assert [gap for gap in found if gap.quick_win_id == quick_win.id] == []
    assert found, "the others lack a second reviewer"


def test_whoever_stands_in_fills_one_place_only(world: World) -> None:
    today = world.now.date()
    wish = Wish(
        delegator=world["reviewer"].id,
        delegate=world["reviewer2"].id,
        valid_from=today,
        valid_to=today + timedelta(days=3),
        reason="Cuti",
    )
    made = delegations.begin(world.session, wish, world["admin"], at=world.now)
    assert missing(world) == {("Review", "Reviewer", "Unit DINKES")}
    delegations.end(world.session, made.id, world["admin"], at=world.now)
    assert missing(world) == set()


def test_a_delegation_that_is_over_is_noticed_by_the_next_sweep(world: World) -> None:
    today = world.now.date()
    wish = Wish(
        delegator=world["chair"].id,
        delegate=world["verifier"].id,  # of DKISS, and so barred from its Quick Wins
        valid_from=today,
        valid_to=today + timedelta(days=3),
        reason="Dinas luar",
    )
    delegations.begin(world.session, wish, world["admin"], at=world.now)
    assert missing(world) == {("Plenary, awaiting the decision", "Chair", "Unit DKISS")}
    world.session.commit()
    watch(at=world.now + timedelta(days=4))
    assert missing(world) == set()


def test_units_that_lack_the_same_role_are_one_incident(world: World) -> None:
    deactivate(world, "reviewer2")
    assert missing(world) == {("Review", "Reviewer", "Unit DINKES")}
    deactivate(world, "reviewer")
    assert missing(world) == {("Review", "Reviewer", "Unit DINKES, Unit DKISS, Unit KEC")}
    assert world.session.scalar(select(func.count()).select_from(Incident)) == 1


def test_where_no_period_is_open_only_what_is_under_way_matters(world: World) -> None:
    later = world.now + timedelta(days=300)
    world["chair"].deactivated_at = later
    quick_win = world.bring_to("decision")
    recompute(world.session, at=later)
    assert missing(world) == {("Plenary, awaiting the decision", "Chair", quick_win.number)}


def test_an_idle_day_writes_nothing(world: World) -> None:
    deactivate(world, "chair")
    world.session.commit()
    marks = text("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
    before = world.session.scalar(marks)
    for minutes in range(3):
        watch(at=world.now + timedelta(minutes=minutes))
    assert world.session.scalar(marks) == before


def test_of_sweeps_at_the_same_moment_one_writes(committing: Engine) -> None:
    with db.Session.begin() as session:
        gather(session)["reviewer"].deactivated_at = NOW
    with ThreadPoolExecutor(6) as sweeps:
        list(sweeps.map(watch, [NOW] * 6))
    with db.Session() as session:
        assert missing(gather(session)) == {("Review", "Reviewer", "Unit DINKES")}
        noticed = select(Event.action).where(Event.action.contains("incident"))
        assert session.scalars(noticed).all() == ["open_incident"]
        assert list(verify(session)) == []


def test_where_all_who_were_asked_must_judge_one_who_cannot_is_missing() -> None:
    step = next(step for step in steps(shipped()) if step.judging)
    everybody = [Filling(role="reviewer", actor=each, owner=each) for each in (1, 2, 3)]
    asked = replace(shipped().parameters, quorum=2, quorum_of=QuorumOf.ALL)
    assert step.missing(everybody, Given(designated={1, 2}), asked) == ()
    assert step.missing(everybody, Given(designated={1, 4}), asked) == ("reviewer",)
    given = {"reviewer": 4, "place": 4, "role": "reviewer", "barred": False}
    assert step.missing(everybody, Given(designated={1, 4}, judgments=[given]), asked) == ()


fillings = st.lists(
    st.builds(
        Filling, role=st.sampled_from("ab"), actor=st.integers(1, 4), owner=st.integers(1, 5)
    ),
    max_size=8,
    unique=True,
)


@given(fillings, st.sets(st.sampled_from("ab")), st.integers(0, 5))
def test_the_matching_finds_what_trying_everything_finds(
    ways: list[Filling], roles: set[str], places: int
) -> None:
    def all_differ(chosen: tuple[Filling, ...]) -> bool:
        actors, owners = {one.actor for one in chosen}, {one.owner for one in chosen}
        return len(actors) == len(owners) == len(chosen)

    sets = [
        chosen
        for size in range(len(ways) + 1)
        for chosen in combinations(ways, size)
        if all_differ(chosen)
    ]
    assert most(ways) == max(len(chosen) for chosen in sets)
    needs = [[one for one in ways if one.role == role] for role in sorted(roles)]
    assert suffices(ways, needs, places) == any(
        len(chosen) >= places and roles <= {one.role for one in chosen} for chosen in sets
    )
