"""The loop of revisions: where it leads, which judgments stand, what is frozen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from somebody import write
from sqlalchemy import select
from world import JUDGMENT, LONG_AGO, World, proposal

from workflow import content, diff
from workflow.definition import SYSTEM
from workflow.errors import NotFound, Unmet
from workflow.guards import GUARDS
from workflow.history import opinions, revisions
from workflow.machine import available, perform
from workflow.models import Assignment, Judgment, Person, QuickWin

MATERIAL = {"problem": "Lain sama sekali."}
IMMATERIAL = {"risks": "Hujan."}


def counting(world: World, quick_win: QuickWin) -> int:
    """The judgments that count, as the door sees them."""
    return available(world.session, quick_win, SYSTEM, at=world.now).standing.judgments


# ---------------------------------------------------------------- where a revision goes


@pytest.mark.parametrize("changes", [{}, IMMATERIAL, MATERIAL])
def test_what_verification_asked_for_goes_back_to_verification(
    world: World, changes: dict[str, Any]
) -> None:
    quick_win = world.bring_to("verification")
    world.act(quick_win, "request_revision", "verifier2")
    write(world, quick_win, changes)

    world.act(quick_win, "resubmit", "submitter")

    assert quick_win.state == "verification"


@pytest.mark.parametrize("changes", [{}, IMMATERIAL, {"problem": "Banyak balita kurang gizi."}])
def test_without_a_material_change_it_goes_back_to_decision_and_judgments_stand(
    world: World, changes: dict[str, Any]
) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, changes)

    world.act(quick_win, "resubmit", "submitter")

    assert quick_win.state == "decision"
    assert counting(world, quick_win) == 2
    world.act(quick_win, "approve", "chair")


def test_a_material_change_goes_to_review_and_voids_what_was_judged(world: World) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, MATERIAL)

    world.act(quick_win, "resubmit", "submitter")

    assert quick_win.state == "review"
    assert counting(world, quick_win) == 0
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)  # again: it is another content
    assert quick_win.state == "review"
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
    assert quick_win.state == "decision"


def test_a_change_and_back_before_it_is_sent_voids_nothing(world: World) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, MATERIAL)
    write(world, quick_win, {"problem": proposal()["problem"]})

    world.act(quick_win, "resubmit", "submitter")

    assert (quick_win.state, counting(world, quick_win)) == ("decision", 2)


def test_judgments_count_again_when_what_they_judged_is_submitted_again(world: World) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, MATERIAL)
    world.act(quick_win, "resubmit", "submitter")
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    world.act(quick_win, "request_revision", "chair")
    write(world, quick_win, {"problem": proposal()["problem"]})

    world.act(quick_win, "resubmit", "submitter")

    # It went to review, where nothing was left to judge.
    assert (quick_win.state, quick_win.came_from) == ("decision", "review")
    assert counting(world, quick_win) == 2
    assert [opinion.counts for opinion in _opinions(world, quick_win)] == [True, True, False, False]


def _opinions(world: World, quick_win: QuickWin) -> list[Any]:
    reader = world["chair"]
    standing = available(world.session, quick_win, reader, at=world.now).standing
    return opinions(world.session, quick_win, reader, standing)


# ---------------------------------------------------------------- the quorum


def test_the_quorum_is_of_different_reviewers(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)

    with pytest.raises(Unmet) as caught:
        world.act(quick_win, "judge", "reviewer", data=JUDGMENT | {"verdict": "reject"})

    assert caught.value.sentence == GUARDS["not_yet_judged"].rule
    assert (quick_win.state, counting(world, quick_win)) == ("review", 1)


def test_a_judgment_that_was_taken_back_counts_no_more(world: World) -> None:
    quick_win = world.bring_to("decision")
    one = world.session.scalars(select(Judgment).order_by(Judgment.id)).first()
    assert one is not None
    one.rescinded_at = world.now
    world.session.flush()

    assert counting(world, quick_win) == 1
    with pytest.raises(Unmet) as caught:
        world.act(quick_win, "approve", "chair")
    assert caught.value.sentence == GUARDS["quorum_reached"].rule


def test_the_quorum_is_the_one_that_was_pinned_at_the_first_submission(world: World) -> None:
    world.session.flush()
    quick_win = world.propose()
    quick_win.period.parameters = {"quorum": 3}
    world.act(quick_win, "submit", "submitter")
    quick_win.period.parameters = {"quorum": 1}
    world.session.flush()
    world.act(quick_win, "endorse", "head")
    world.act(quick_win, "verify", "verifier2")
    for reviewer in ("reviewer", "reviewer2"):
        world.act(quick_win, "judge", reviewer, data=JUDGMENT)
    assert quick_win.state == "review"

    third = Person(email="third@test.test", name="Third")
    third.assignments.append(Assignment(role="reviewer", valid_from=LONG_AGO))
    world.session.add(third)
    world.session.flush()
    perform(world.session, quick_win.id, "judge", third, version=None, data=JUDGMENT, at=world.now)

    assert quick_win.state == "decision"


# ---------------------------------------------------------------- what is frozen


def test_every_submission_is_frozen_with_everybody_who_wrote_until_then(world: World) -> None:
    quick_win = world.bring_to("revision")
    world["mentor"].assignments.append(
        Assignment(role="submitter", unit=quick_win.unit, valid_from=LONG_AGO)
    )
    world.session.flush()
    content.save(
        world.session, quick_win.id, world["mentor"], IMMATERIAL, version=None, at=world.now
    )
    world.act(quick_win, "resubmit", "submitter")

    first, second = revisions(world.session, quick_win)
    assert (first.number, second.number, quick_win.revision) == (1, 2, 2)
    assert first.authors == [world["submitter"].id]
    assert sorted(second.authors) == sorted([world["submitter"].id, world["mentor"].id])
    assert second.digest == quick_win.digest != first.digest
    assert second.material_digest == first.material_digest
    assert json.loads(second.text)["risks"] == "Hujan."
    assert "risks" not in json.loads(first.text)


def test_a_proposal_that_was_returned_and_sent_again_is_frozen_again(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.act(quick_win, "return", "head")
    assert len(revisions(world.session, quick_win)) == 1

    world.act(quick_win, "submit", "submitter")

    assert [revision.number for revision in revisions(world.session, quick_win)] == [1, 2]


def test_a_draft_that_is_withdrawn_was_never_submitted(world: World) -> None:
    quick_win = world.propose()

    world.act(quick_win, "withdraw", "submitter")

    assert revisions(world.session, quick_win) == []
    assert quick_win.submitted_at is None


def test_what_differs_between_revisions_is_said_field_by_field(world: World) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, {"risks": "Hujan.", "title": "Baru", "budget": 0})
    world.act(quick_win, "resubmit", "submitter")

    changes = diff.between(world.session, quick_win, 1, 2)

    assert [(c.field, c.material, c.before, c.after) for c in changes] == [
        ("title", True, "Gempita Beras Merah", "Baru"),
        ("budget", True, 50_000_000, 0),
        ("risks", False, None, "Hujan."),
    ]
    assert diff.between(world.session, quick_win, 2, 2) == []
    with pytest.raises(NotFound):
        diff.between(world.session, quick_win, 1, 3)
