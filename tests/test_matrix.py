"""State x role x action: what the table allows is offered and works, all else is refused in order.

Derived from the shipped definition: every state, everybody, every action. The Quick Wins are made
once; each act that works is rolled back.
"""

from __future__ import annotations

import pytest
from attempts import brought, written
from world import World

from workflow.definition import SYSTEM
from workflow.document import shipped
from workflow.errors import Forbidden, NotFound, Refused, Stale, UnknownAction, Unmet, WrongState
from workflow.language import Sentence
from workflow.machine import available, perform
from workflow.models import QuickWin
from workflow.rights import Actor

WORKFLOW = shipped()
# One holder of every role who can act; and who holds a role, but not so that it helps.
PEOPLE = (*WORKFLOW.roles, SYSTEM, "reviewer3", "submitter.dkiss")


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", WORKFLOW.states)
def test_an_action_is_offered_exactly_when_it_works(
    city: World, places: dict[str, QuickWin], state: str, who: str
) -> None:
    quick_win, actor = places[state], city.holder(who)
    offers = available(city.session, quick_win, actor, at=city.now)
    before = written(city.session)

    assert offers.actions.keys() ^ offers.refused.keys() == set(WORKFLOW.actions)
    for action, expected in offers.refused.items():
        with pytest.raises(type(expected)) as caught:
            _try(city, quick_win, action, actor)
        assert (type(caught.value), caught.value.sentence) == (type(expected), expected.sentence)
    assert written(city.session) == before
    for action in offers.actions:
        with city.session.begin_nested() as savepoint:
            _try(city, quick_win, action, actor)
            assert quick_win.state in _reachable(action, state)
            savepoint.rollback()
        city.session.refresh(quick_win)


def _try(city: World, quick_win: QuickWin, action: str, actor: Actor) -> None:
    perform(
        city.session,
        quick_win.id,
        action,
        actor,
        version=quick_win.version,
        note="Catatan.",
        data=brought(WORKFLOW.rows(action)),
        at=city.now,
    )


def _reachable(action: str, state: str) -> set[str]:
    """Where the rows lead, and what then follows by itself."""
    targets = {row.to or state for row in WORKFLOW.rows(action, state)}
    return targets | {
        row.to
        for target in targets
        for row in WORKFLOW.rows_from(target)
        if row.automatic and row.to
    }


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", WORKFLOW.states)
def test_a_refusal_is_of_the_class_that_the_order_of_the_contract_demands(
    city: World, places: dict[str, QuickWin], state: str, who: str
) -> None:
    quick_win, actor = places[state], city.holder(who)
    refused = available(city.session, quick_win, actor, at=city.now).refused

    for action, refusal in refused.items():
        assert type(refusal) is _demanded(quick_win, who, action), (action, refusal)
        assert isinstance(refusal.sentence, Sentence)
        assert str(refusal).endswith(".")
        if not isinstance(refusal, NotFound):
            assert refusal.who_can
            assert set(refusal.who_can) <= {*WORKFLOW.roles, SYSTEM}


def _demanded(quick_win: QuickWin, who: str, action: str) -> type[Refused]:
    """From the table alone, without the door."""
    role = who.split(".", maxsplit=1)[0].rstrip("3")
    if not _sees(who, role, quick_win):
        return NotFound
    rows = [row for row in WORKFLOW.rows(action) if role in row.by]
    if not rows:
        return Forbidden
    return Unmet if any(quick_win.state in row.source for row in rows) else WrongState


def _sees(who: str, role: str, quick_win: QuickWin) -> bool:
    if role == SYSTEM:
        return True
    match WORKFLOW.roles[role].sees:
        case "own_unit":
            return "." not in who  # submitter.dkiss is of another unit
        case "circulated":
            return quick_win.circulated_at is not None
        case _:
            return True


@pytest.mark.parametrize("who", PEOPLE)
def test_an_unknown_action_is_refused_before_the_role_and_a_stale_version_before_the_state(
    city: World, places: dict[str, QuickWin], who: str
) -> None:
    quick_win, actor = places["completed"], city.holder(who)
    offers = available(city.session, quick_win, actor, at=city.now)
    before = written(city.session)
    sees = not any(type(refusal) is NotFound for refusal in offers.refused.values())

    def refusal(action: str, version: int) -> type[Refused]:
        with pytest.raises(Refused) as caught:
            perform(city.session, quick_win.id, action, actor, version=version, at=city.now)
        return type(caught.value)

    assert refusal("fly", 1) is (UnknownAction if sees else NotFound)
    for action in WORKFLOW.actions:
        may_elsewhere = type(offers.refused.get(action)) not in (NotFound, Forbidden)
        if may_elsewhere:
            assert refusal(action, quick_win.version + 1) is Stale
        else:
            assert refusal(action, quick_win.version + 1) is type(offers.refused[action])
    assert written(city.session) == before
