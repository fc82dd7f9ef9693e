"""Judgments stay closed until the step is concluded, and to the OPD reviewers have no names."""

from __future__ import annotations

import pytest
from somebody import write
from world import JUDGMENT, SCORES, World

from workflow.history import Entry, Opinion, history, opinions
from workflow.machine import available
from workflow.models import QuickWin

REVISE = {"verdict": "revise", "scores": SCORES}
CITY = ("chair", "verifier2", "mentor", "inspector", "admin")
OPD = ("submitter", "head", "reviewer3")


def read(world: World, quick_win: QuickWin, who: str) -> tuple[list[Entry], list[Opinion]]:
    reader = world[who]
    standing = available(world.session, quick_win, reader, at=world.now).standing
    return (
        history(world.session, quick_win, reader, standing),
        opinions(world.session, quick_win, reader, standing),
    )


def judged(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.event.action == "judge"]


@pytest.mark.parametrize("who", [*CITY, *OPD, "reviewer2"])
def test_others_learn_nothing_of_a_judgment_before_the_step_is_concluded(
    world: World, who: str
) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=REVISE, note="Kurang jelas.")

    entries, found = read(world, quick_win, who)

    assert found == []
    (entry,) = judged(entries)
    assert (entry.note, entry.data) == ("", {})


def test_a_reviewer_always_reads_their_own(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=REVISE, note="Kurang jelas.")

    entries, (own,) = read(world, quick_win, "reviewer")

    assert (own.reviewer, own.verdict, own.scores) == (world["reviewer"], "revise", SCORES)
    assert judged(entries)[0].note == own.note == "Kurang jelas."


@pytest.mark.parametrize("who", [*CITY, "reviewer", "reviewer2"])
def test_the_city_reads_all_of_it_once_the_step_is_concluded(world: World, who: str) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=REVISE, note="Kurang jelas.")
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT, note="Bagus.")

    entries, found = read(world, quick_win, who)

    assert [(o.reviewer, o.verdict, o.scores, o.note, o.counts) for o in found] == [
        (world["reviewer"], "revise", SCORES, "Kurang jelas.", True),
        (world["reviewer2"], "approve", SCORES, "Bagus.", True),
    ]
    assert [(e.actor, e.note, e.data) for e in judged(entries)] == [
        (o.reviewer, o.note, {"verdict": o.verdict, "scores": o.scores}) for o in found
    ]


@pytest.mark.parametrize("who", OPD)
def test_the_opd_reads_verdicts_and_notes_without_names_and_scores(world: World, who: str) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=REVISE, note="Kurang jelas.")
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT, note="Bagus.")

    entries, found = read(world, quick_win, who)

    assert [(o.reviewer, o.verdict, o.scores, o.note) for o in found] == [
        (None, "revise", None, "Kurang jelas."),
        (None, "approve", None, "Bagus."),
    ]
    assert [(e.actor, e.capacity, e.by_system, e.note, e.data) for e in judged(entries)] == [
        (None, "", False, "Kurang jelas.", {"verdict": "revise"}),
        (None, "", False, "Bagus.", {"verdict": "approve"}),
    ]
    others = [e for e in entries if e.role != "reviewer" and not e.by_system]
    assert all(entry.actor is not None for entry in others)


def test_a_comment_of_a_reviewer_has_no_name_for_the_opd_either(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "reviewer", data={"text": "Mohon dijelaskan."}, note="")

    for who, name in (("submitter", None), ("chair", world["reviewer"])):
        entry = read(world, quick_win, who)[0][-1]
        assert (entry.note, entry.actor) == ("Mohon dijelaskan.", name)


def test_judgments_of_an_earlier_round_stay_open_while_the_next_one_is_closed(
    world: World,
) -> None:
    quick_win = world.bring_to("revision")
    write(world, quick_win, {"problem": "Lain."})
    world.act(quick_win, "resubmit", "submitter")
    world.act(quick_win, "judge", "reviewer", data=REVISE)

    _, found = read(world, quick_win, "chair")

    assert [(o.verdict, o.counts) for o in found] == [("approve", False), ("approve", False)]


def test_what_was_withdrawn_while_it_was_judged_is_concluded(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=REVISE)
    world.act(quick_win, "withdraw", "head")

    assert [o.verdict for o in read(world, quick_win, "submitter")[1]] == ["revise"]
