"""Who sees what: the matrix of the contract, and lists that say the same as the door."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from world import World

from workflow import queries
from workflow.definition import Coverage
from workflow.document import shipped
from workflow.errors import NotFound
from workflow.guards import GUARDS, PERSONAL
from workflow.listing import Filters, listing
from workflow.machine import available, perform
from workflow.models import Period, Person, QuickWin
from workflow.rights import role_of

WORKFLOW = shipped()
UNSEEN_BY_THE_CITY = {"draft", "endorsement"}
CITY = {"verifier", "verifier2", "reviewer", "reviewer2", "reviewer3"} | {
    "mentor",
    "chair",
    "decree_officer",
    "mayor",
}
EVERYTHING = {"inspector", "admin"}
OWN = {"submitter", "head"}


def who_sees(city: World, quick_win: QuickWin) -> set[str]:
    seen = set()
    for name, person in city.people.items():
        try:
            assert queries.get(city.session, quick_win.id, person, at=city.now) is quick_win
        except NotFound:
            continue
        seen.add(name)
    return seen


@pytest.mark.parametrize("state", WORKFLOW.states)
def test_the_opd_sees_its_own_the_city_what_was_ever_verified_inspectors_everything(
    city: World, places: dict[str, QuickWin], state: str
) -> None:
    expected = OWN | EVERYTHING | (set() if state in UNSEEN_BY_THE_CITY else CITY)

    assert who_sees(city, places[state]) == expected


def test_what_was_withdrawn_before_it_reached_verification_stays_the_opds(city: World) -> None:
    with city.session.begin_nested() as savepoint:
        never, once = city.bring_to("endorsement"), city.bring_to("verification")
        for quick_win in (never, once):
            city.act(quick_win, "withdraw", "head")

        assert who_sees(city, never) == OWN | EVERYTHING
        assert who_sees(city, once) == OWN | EVERYTHING | CITY
        savepoint.rollback()


def test_units_above_and_below_see_it_and_siblings_do_not(city: World) -> None:
    with city.session.begin_nested() as savepoint:
        above, below = city.propose("KEC"), city.propose("KEL")

        family = {"submitter.kec", "head.kec", "submitter.kel"}
        assert who_sees(city, above) == who_sees(city, below) == family | EVERYTHING
        savepoint.rollback()


def test_whose_home_is_in_the_unit_sees_no_draft_by_that_alone(
    city: World, places: dict[str, QuickWin]
) -> None:
    assert city["reviewer3"].home_unit is places["draft"].unit
    assert "reviewer3" not in who_sees(city, places["draft"])


@pytest.mark.parametrize("action", ["submit", "comment", "approve", "no_such_action"])
def test_absent_and_invisible_answer_alike(
    city: World, places: dict[str, QuickWin], action: str
) -> None:
    answers = []
    for number in (places["draft"].id, 2**40):
        for ask in (
            lambda number=number: queries.get(city.session, number, city["chair"], at=city.now),
            lambda number=number: perform(
                city.session, number, action, city["chair"], version=99, at=city.now
            ),
        ):
            with pytest.raises(NotFound) as caught:
                ask()
            answers.append((type(caught.value), str(caught.value), caught.value.who_can))

    assert len(set(answers)) == 1


# ---------------------------------------------------------------- lists


def everything(city: World, person: Person, filters: Filters) -> list[QuickWin]:
    """The whole list."""
    listed = listing(city.session, person, filters, at=city.now)
    return list(listed.rows(city.session, 1_000))


def test_every_list_holds_exactly_what_can_be_opened(
    city: World, places: dict[str, QuickWin]
) -> None:
    for person in city.people.values():
        listed = set(everything(city, person, Filters()))
        openable = {
            quick_win
            for quick_win in city.session.scalars(select(QuickWin))
            if available(city.session, quick_win, person, at=city.now).standing.sees
        }
        assert listed == openable


def _can_answer(city: World, quick_win: QuickWin, person: Person) -> bool:
    """Whether a turn of theirs can be answered: by the door, apart from what is not personal."""
    choices = available(city.session, quick_win, person, at=city.now)
    turn = set(WORKFLOW.states[quick_win.state].turn) & choices.standing.roles.keys()
    rows = [row for role in turn for row in WORKFLOW.turn_rows(quick_win.state, role)]
    return choices.standing.sees and any(
        all(
            GUARDS[guard].holds(choices.standing, role_of(row, choices.standing))
            for guard in row.guards
            if guard in PERSONAL
        )
        for row in rows
    )


def test_the_inbox_the_filter_and_the_count_hold_what_waits_for_a_person(
    city: World, places: dict[str, QuickWin]
) -> None:
    waited = set()
    for name, person in city.people.items():
        waiting = {
            quick_win
            for quick_win in city.session.scalars(select(QuickWin))
            if _can_answer(city, quick_win, person)
        }
        ids = city.session.scalars(queries.inbox(person, at=city.now)).all()
        inbox = queries.in_order(city.session, ids)
        listed = everything(city, person, Filters(waiting=True))

        assert set(inbox) == set(listed) == waiting, name
        assert queries.counts(city.session, person, at=city.now).waiting == len(waiting)
        assert inbox == sorted(inbox, key=lambda quick_win: (quick_win.due_at, quick_win.id))
        waited |= {quick_win.state for quick_win in waiting}
    assert waited == {code for code, state in WORKFLOW.states.items() if not state.final}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(state="review"),
        Filters(unit="DINKES"),
        Filters(period="2026"),
        Filters(q="beras"),
        Filters(q="gempita ber"),
        Filters(q="QW-2026"),
        Filters(q='"beras merah" -padi'),
    ],
)
def test_a_filter_narrows_what_is_seen(
    city: World, places: dict[str, QuickWin], filters: Filters
) -> None:
    found = everything(city, city["admin"], filters)

    assert places["review"] in found
    assert (len(found) == 1) == bool(filters.state)
    assert found == sorted(found, key=lambda quick_win: -quick_win.id)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(state="no_such"),
        Filters(unit="UPTD"),
        Filters(unit="NOWHERE"),
        Filters(period="2025"),
        Filters(q="jembatan gantung"),
        Filters(q="%" * 3 + "_x"),
        Filters(q="\\"),
        Filters(q="' OR 1=1 --"),
    ],
)
def test_a_filter_that_fits_nothing_finds_nothing(
    city: World, places: dict[str, QuickWin], filters: Filters
) -> None:
    assert everything(city, city["admin"], filters) == []


def test_coverage_is_open_to_everybody_and_opens_nothing_that_is_not(
    city: World, places: dict[str, QuickWin]
) -> None:
    period = city.session.scalars(select(Period).where(Period.code == "2026")).one()
    with city.session.begin_nested() as savepoint:
        draft = city.propose("KEL")
        for person in city.people.values():
            rows = queries.coverage(city.session, person, period, at=city.now)
            found = {row.unit.code: row for row in rows}

            assert list(found) == ["DINKES", "DKISS", "KEC"]  # OPDs, by name
            assert found["DINKES"].coverage is Coverage.COMPLETED
            assert found["DKISS"].quick_win is None
            assert found["DKISS"].coverage is Coverage.NOTHING
            assert found["KEC"].quick_win is draft  # of a unit below counts for it
            assert found["KEC"].coverage is Coverage.DRAFT
            for row in rows:
                sees = row.quick_win is not None and (
                    available(city.session, row.quick_win, person, at=city.now).standing.sees
                )
                assert row.visible is sees
        savepoint.rollback()
