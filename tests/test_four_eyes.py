"""Four eyes: not one's own unit, and nobody who wrote a part of the content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from somebody import act, somebody, unit
from world import JUDGMENT, LONG_AGO, World

from workflow import content
from workflow.errors import Refused, Unmet
from workflow.guards import GUARDS
from workflow.machine import available
from workflow.models import Assignment, Person, QuickWin
from workflow.queries import inbox

DECIDING = [
    ("verification", "verify", "verifier"),
    ("verification", "request_revision", "verifier"),
    ("review", "judge", "reviewer"),
    ("review", "extend", "verifier"),
    ("decision", "approve", "chair"),
    ("decision", "reject", "chair"),
    ("decision", "request_revision", "chair"),
    ("implementation", "suspend", "verifier"),
    ("implementation", "complete", "verifier"),
    ("implementation", "discontinue", "chair"),
    ("suspended", "resume", "verifier"),
]


def refused_for_four_eyes(world: World, quick_win: QuickWin, action: str, person: Person) -> bool:
    with pytest.raises(Refused) as caught:
        act(world, quick_win, action, person)
    return isinstance(caught.value, Unmet) and caught.value.sentence == GUARDS["four_eyes"].rule


# ---------------------------------------------------------------- own unit


@pytest.mark.parametrize(("state", "action", "role"), DECIDING)
def test_nobody_decides_on_their_own_unit(world: World, state: str, action: str, role: str) -> None:
    quick_win = world.bring_to(state)
    at_home = somebody(world, role, home_unit=quick_win.unit)

    assert refused_for_four_eyes(world, quick_win, action, at_home)


def _home(world: World, person: Person, code: str) -> None:
    person.home_unit = unit(world, code)


def _assigned(world: World, person: Person, code: str) -> None:
    person.assignments.append(
        Assignment(role="submitter", unit=unit(world, code), valid_from=LONG_AGO)
    )


@pytest.mark.parametrize("tie", [_home, _assigned])
@pytest.mark.parametrize(
    ("theirs", "own"),
    [("KEC", True), ("KEL", True), ("DKISS", False), ("UPTD", False)],
)
def test_ones_own_are_units_above_and_below_too(
    world: World, tie: Callable[[World, Person, str], None], theirs: str, own: bool
) -> None:
    """Of a Quick Win of the kelurahan, KEL, below the kecamatan, KEC."""
    quick_win = _of_kel(world)
    chair = somebody(world, "chair")
    tie(world, chair, theirs)
    world.session.flush()

    standing = available(world.session, quick_win, chair, at=world.now).standing

    assert standing.own_unit is own
    if own:
        assert refused_for_four_eyes(world, quick_win, "approve", chair)
    else:
        act(world, quick_win, "approve", chair)


def _of_kel(world: World) -> QuickWin:
    quick_win = world.propose("KEL")
    world.act(quick_win, "submit", "submitter.kel")
    world.act(quick_win, "endorse", "head.kec")
    world.act(quick_win, "verify", "verifier")
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    return quick_win


def test_a_unit_of_an_assignment_that_has_ended_is_not_ones_own(world: World) -> None:
    quick_win = world.bring_to("decision")
    chair = somebody(world, "chair")
    _assigned(world, chair, "DINKES")
    chair.assignments[-1].valid_to = (world.now - timedelta(days=1)).date()
    world.session.flush()

    act(world, quick_win, "approve", chair)

    assert quick_win.state == "approved"


# ---------------------------------------------------------------- authors


@pytest.mark.parametrize("role", ["verifier", "reviewer", "chair"])
def test_who_wrote_a_part_decides_nothing_even_after_leaving_the_unit(
    world: World, role: str
) -> None:
    quick_win = world.propose()
    author = somebody(world, "submitter")
    author.assignments[0].unit = quick_win.unit
    world.session.flush()
    content.save(world.session, quick_win.id, author, {"risks": "A"}, version=None, at=world.now)
    author.assignments[0].role, author.assignments[0].unit = role, None
    world.session.flush()
    for step in ("submit", "submitter"), ("endorse", "head"):
        world.act(quick_win, *step)
    deciding = {"verifier": "verify", "reviewer": "judge", "chair": "approve"}
    if role != "verifier":
        world.act(quick_win, "verify", "verifier")
    if role == "chair":
        for reviewer in ("reviewer", "reviewer2"):
            world.act(quick_win, "judge", reviewer, data=JUDGMENT)

    assert refused_for_four_eyes(world, quick_win, deciding[role], author)
    assert quick_win.id not in world.session.scalars(inbox(author, at=world.now)).all()


def test_who_wrote_in_a_revision_is_an_author_from_then_on(world: World) -> None:
    quick_win = world.bring_to("revision")
    world["chair"].assignments.append(
        Assignment(role="submitter", unit=unit(world, "DINKES"), valid_from=LONG_AGO)
    )
    world.session.flush()
    content.save(
        world.session, quick_win.id, world["chair"], {"risks": "A"}, version=None, at=world.now
    )
    world["chair"].assignments[-1].valid_to = (world.now - timedelta(days=1)).date()
    world.session.flush()
    world.act(quick_win, "resubmit", "submitter")

    assert refused_for_four_eyes(world, quick_win, "approve", world["chair"])


def test_who_wrote_something_else_may_decide_on_this(world: World) -> None:
    quick_win = world.bring_to("decision")
    chair = somebody(world, "chair")
    elsewhere = world.propose("DKISS")
    _assigned(world, chair, "DKISS")
    world.session.flush()
    content.save(world.session, elsewhere.id, chair, {"risks": "A"}, version=None, at=world.now)

    act(world, quick_win, "approve", chair)

    assert quick_win.state == "approved"


def test_the_judgment_of_somebody_who_wrote_a_part_later_does_not_count(world: World) -> None:
    quick_win = world.bring_to("decision")
    world.act(quick_win, "request_revision", "chair")
    world["reviewer"].assignments.append(
        Assignment(role="submitter", unit=quick_win.unit, capacity="", valid_from=LONG_AGO)
    )
    world.session.flush()

    changes = {"potential": "Bisa meluas."}
    content.save(
        world.session, quick_win.id, world["reviewer"], changes, version=None, at=world.now
    )
    world.act(quick_win, "resubmit", "submitter")

    assert quick_win.state == "decision", "nothing material changed"
    with pytest.raises(Unmet, match="Enough reviewers"):
        world.act(quick_win, "approve", "chair")
