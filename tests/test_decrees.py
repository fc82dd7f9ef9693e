"""Decrees: all or nothing, refused by name, and what a later one does to an earlier one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attempts import written
from world import World

from workflow import decrees
from workflow.decrees import Drawn
from workflow.errors import Conflict, Forbidden, Invalid, NotFound, Refused, WrongState
from workflow.models import Decree, DecreeStatus, QuickWin


def issue(world: World, number: str = "1", **given: Any) -> Decree:
    given = {"on": world.now.date(), "period": "2026", **given}
    ids = {
        name: [each.id if isinstance(each, QuickWin) else each for each in given.pop(name, ())]
        for name in ("establishes", "revokes")
    }
    return decrees.draw_up(
        world.session,
        world[given.pop("who", "decree_officer")],
        given.pop("period"),
        Drawn(number=number, **ids, **given),
        at=world.now,
    )


def refusal(world: World, **given: Any) -> Refused:
    before = written(world.session)
    with world.session.begin_nested() as savepoint:
        with pytest.raises(Refused) as caught:
            issue(world, **given)
        savepoint.rollback()  # as the caller does: all or nothing
    world.session.expire_all()
    assert written(world.session) == before
    return caught.value


def test_a_decree_establishes_every_quick_win_of_its_batch(world: World) -> None:
    batch = [world.bring_to("approved") for _ in range(3)]

    decree = issue(world, number=" 503/Kep.1/2026 ", establishes=reversed(batch))

    assert (decree.status, decree.number, decree.year) == (
        DecreeStatus.ISSUED,
        "503/Kep.1/2026",
        2026,
    )
    assert {quick_win.state for quick_win in batch} == {"established"}
    assert decree.text is not None
    assert [line.quick_win for line in decree.lines] == batch[::-1]
    assert len(decree.code) == 12


def test_one_in_the_wrong_state_and_nothing_at_all_is_established(world: World) -> None:
    good, bad = world.bring_to("approved"), world.bring_to("decision")

    assert isinstance(refusal(world, establishes=[good, bad]), WrongState)
    assert good.state == "approved"


@pytest.mark.parametrize("who", ["chair", "mayor", "admin", "submitter", "inspector"])
def test_only_a_decree_officer_draws_one_up(world: World, who: str) -> None:
    error = refusal(world, establishes=[world.bring_to("approved")], who=who)

    assert isinstance(error, Forbidden)
    assert error.who_can == ("decree_officer",)


BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({"number": "x" * 101}, {"number"}),
    ({"number": "5\x00"}, {"number"}),
    ({"number": "5\ud800"}, {"number"}),
    ({"on": date(2026, 7, 2)}, {"date"}),
    ({"number": "\x00", "on": date(2026, 7, 2)}, {"number", "date"}),
    ({"period": "1999"}, {"period"}),
    ({"period": "20\x00"}, {"period"}),
    ({"replaces": 1}, {"replaces"}),
    ({"replaces": 2**70}, {"replaces"}),
    ({"establishes": []}, {"quick_wins"}),
    ({"establishes": [10**9]}, {"quick_wins.0"}),
    ({"establishes": [2**70]}, {"quick_wins.0"}),
    ({"establishes": range(501)}, {"quick_wins"}),
    ({"establishes": range(70_000)}, {"quick_wins"}),
    ({"revokes": range(70_000)}, {"revokes"}),
]


@pytest.mark.parametrize(("given", "names"), BAD, ids=[str(n) for n in range(len(BAD))])
def test_what_does_not_fit_is_refused_by_name(
    world: World, given: dict[str, Any], names: set[str]
) -> None:
    error = refusal(world, **{"establishes": [world.bring_to("approved")], **given})

    assert isinstance(error, Invalid)
    assert error.fields.keys() == names


def test_a_quick_win_stands_in_a_decree_once(world: World) -> None:
    quick_win = world.bring_to("approved")

    error = refusal(world, establishes=[quick_win, quick_win], revokes=[quick_win])

    assert isinstance(error, Invalid)
    assert error.fields.keys() == {"quick_wins.0", "quick_wins.1", "revokes.0"}


def test_a_draft_establishes_nothing_until_number_and_date_are_there(world: World) -> None:
    quick_win = world.bring_to("approved")
    draft = issue(world, number=None, on=None, establishes=[quick_win])
    assert (draft.status, quick_win.state) == (DecreeStatus.DRAFT, "approved")

    officer, drawn = world["decree_officer"], Drawn(number="7", on=world.now.date())
    decrees.amend(world.session, draft.id, officer, drawn, at=world.now)

    assert (draft.status, quick_win.state) == (DecreeStatus.ISSUED, "established")
    with pytest.raises(Conflict):
        decrees.amend(world.session, draft.id, officer, drawn, at=world.now)


def test_a_draft_is_the_citys_and_an_issued_decree_everybodys(world: World) -> None:
    draft = issue(world, number=None, on=None, establishes=[world.bring_to("approved")])
    issued = issue(world, establishes=[world.bring_to("approved")])

    assert decrees.get(world.session, draft.id, world["mayor"], at=world.now) is draft
    assert decrees.get(world.session, issued.id, world["submitter.kel"], at=world.now) is issued
    with pytest.raises(NotFound):
        decrees.get(world.session, draft.id, world["submitter"], at=world.now)


def test_a_number_is_taken_for_its_year(world: World) -> None:
    first, second = world.bring_to("approved"), world.bring_to("approved")
    issue(world, number="7", establishes=[first])

    error = refusal(world, number="7", establishes=[second])

    assert isinstance(error, Invalid)
    assert error.fields.keys() == {"number"}
    issue(world, number="7", on=world.now.date() - timedelta(days=365), establishes=[second])


def test_a_decree_is_revoked_with_the_last_quick_win_that_it_established(world: World) -> None:
    one, other = world.bring_to("approved"), world.bring_to("approved")
    decree = issue(world, number="1", establishes=[one, other])

    issue(world, number="2", revokes=[one])
    assert (one.state, decree.status) == ("revoked", DecreeStatus.ISSUED)
    issue(world, number="3", revokes=[other])
    assert decree.status is DecreeStatus.REVOKED


def test_a_draft_that_would_revoke_takes_nothing_away_from_the_decree(world: World) -> None:
    one, other = world.bring_to("approved"), world.bring_to("approved")
    decree = issue(world, number="1", establishes=[one, other])
    issue(world, number=None, on=None, revokes=[one])

    issue(world, number="2", revokes=[other])

    assert (one.state, decree.status) == ("established", DecreeStatus.ISSUED)


def test_a_decree_that_is_replaced_says_so(world: World) -> None:
    earlier = issue(world, number="1", establishes=[world.bring_to("approved")])

    issue(world, number="2", replaces=earlier.id, establishes=[world.bring_to("approved")])

    assert earlier.status is DecreeStatus.REPLACED
