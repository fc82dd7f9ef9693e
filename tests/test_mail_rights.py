"""Who is told what: the people who can act, the submitter of every decision, never the actor; and
no mail of any kind says more than its recipient may know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from letters import mail, owed, owed_by_city, text
from somebody import somebody, write
from sqlalchemy import select
from test_delegation import delegate
from world import LONG_AGO, NOW, World, use

from workflow import calendar_changes
from workflow.calendar_changes import NewDay
from workflow.definition import TURN, Transition
from workflow.document import load, shipped
from workflow.language import say
from workflow.models import (
    DayKind,
    Event,
    Notification,
)
from workflow.moved_dates import Dates
from workflow.notices import told

FREE = date(2026, 7, 3)
DECISIONS = [row for row in shipped().transitions if row.to is not None and not row.rescinds]


@pytest.mark.parametrize("row", DECISIONS, ids=lambda row: row.trigger)
def test_whoever_writes_the_proposal_hears_of_every_decision_on_it(row: Transition) -> None:
    """By name, or since it is their turn afterwards; or they decided it themselves."""
    workflow = shipped()
    assert row.to is not None
    who = told(workflow, row, row.to)
    hear = set(who.roles) if who else set()
    if TURN in row.notify:
        hear |= set(workflow.states[row.to].turn)
    assert workflow.editors <= hear | set(row.by)


@pytest.mark.parametrize("state", shipped().states)
def test_nobody_is_told_of_what_they_did_themselves(world: World, state: str) -> None:
    quick_win = world.bring_to(state)
    pairs = world.session.execute(
        select(Event.actor_id, Notification.recipient_id)
        .join(Notification, Notification.event_id == Event.id)
        .where(Event.quick_win_id == quick_win.id)
    ).all()
    assert all(actor != recipient for actor, recipient in pairs)


def test_only_those_who_can_act_are_told_that_it_is_their_turn(world: World) -> None:
    """The verifier whose own agency proposes it cannot verify it."""
    quick_win = world.propose("DKISS")
    world.act(quick_win, "submit", "submitter.dkiss")
    world.act(quick_win, "endorse", "head.dkiss")
    found = owed(world, quick_win, "endorse")
    asked = {name for name, one in found.items() if one.about.expected}
    assert asked == {"verifier2"}
    assert "verifier" not in found


def test_who_stands_in_for_somebody_reads_for_whom(world: World) -> None:
    stand_in = somebody(world, "mentor")
    delegate(world, "chair", stand_in)
    found = owed(world, world.bring_to("decision"), "conclude_review")
    name = stand_in.email.removesuffix("@test.test")
    assert found[name].about.instead_of == (world["chair"].name,)
    assert f"mewakili {world['chair'].name}" in text(found[name])
    assert found["chair"].about.instead_of == ()
    assert "mewakili" not in text(found["chair"])


def test_whose_post_has_ended_reads_the_title_they_were_told(world: World) -> None:
    quick_win = world.bring_to("decision")
    before = owed(world, quick_win, "conclude_review")["chair"].about.title
    world.act(quick_win, "request_revision", "chair")
    write(world, quick_win, {"title": "Judul Rahasia"})
    assert owed(world, quick_win, "conclude_review")["chair"].about.title == "Judul Rahasia"

    end_posts(world, "chair")
    told = owed(world, quick_win, "conclude_review")["chair"]

    assert told.about.title == before
    for language in ("id", "en"):
        assert "Rahasia" not in str(mail(told, language))


def test_what_was_not_submitted_then_is_a_number_to_whose_post_has_ended(world: World) -> None:
    quick_win = world.propose()
    world.act(quick_win, "comment", "head", data={"text": "Baik."})
    assert owed(world, quick_win, "comment")["submitter"].about.title == quick_win.title
    world.act(quick_win, "submit", "submitter")

    end_posts(world, "submitter")
    told = owed(world, quick_win, "comment")["submitter"]

    assert told.about.title is None
    assert mail(told)["Subject"] == f"[{quick_win.number}]"
    assert quick_win.title not in str(mail(told))


def end_posts(world: World, name: str) -> None:
    for post in world[name].assignments:
        post.valid_to = LONG_AGO
    world.session.flush()


def set_free(world: World) -> None:
    """A working day becomes a holiday, and dates move with it."""
    new = NewDay(day=FREE, working=False, kind=DayKind.LOCAL, name="HUT Kota", source="SK 1")
    calendar_changes.add(world.session, new, world["admin"], at=NOW)


def test_dates_that_moved_are_told_to_those_whose_turn_they_are_and_no_others(
    world: World,
) -> None:
    of_verifier, of_head = world.bring_to("verification"), world.bring_to("endorsement")
    set_free(world)
    found = owed_by_city(world, "add_day")
    assert set(found) == {"head", "verifier", "verifier2"}
    for name, theirs, others in (
        ("head", of_head, of_verifier),
        ("verifier", of_verifier, of_head),
    ):
        said = text(found[name])
        assert "Jumat, 3 Juli 2026 kini menjadi hari libur (HUT Kota)." in said
        assert theirs.number in said
        assert others.number not in said
    about = found["head"].notice.about
    assert isinstance(about, Dates)
    (moved,) = about.moved
    assert (moved.before, moved.after) == (moved.after - timedelta(days=1), of_head.due_at)


def test_a_day_that_is_taken_back_is_named_too(world: World) -> None:
    world.bring_to("endorsement")
    set_free(world)
    calendar_changes.remove(world.session, FREE, world["admin"], at=NOW)

    said = text(owed_by_city(world, "remove_day")["head"], "en")

    assert "Friday, 3 July 2026 becomes a working day again (HUT Kota is taken back)." in said


def test_dates_that_became_somebody_elses_are_not_named_any_more(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    set_free(world)
    world.act(quick_win, "endorse", "head")
    said = text(owed_by_city(world, "add_day")["head"])
    assert quick_win.number not in said
    assert say("None of them waits for you any more: you need not do anything.", "id") in said


def test_a_mail_of_one_kind_says_which_and_how_to_end_it(world: World) -> None:
    one = owed(world, world.bring_to("verification"), "endorse")["verifier"]
    made = mail(one)
    assert say("Your turn", "id") in text(one)
    end = f"/unsubscribe/{world['verifier'].mail_key}/turn"
    assert end in text(one)
    assert end in made["List-Unsubscribe"]


def test_to_the_agency_a_reviewer_has_no_name(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "reviewer2", data={"text": "Siapa yang memasak?"})
    found = owed(world, quick_win, "comment")["submitter"]
    assert "Penelaah memberi komentar." in text(found)
    assert "Siapa yang memasak?" in text(found)
    for secret in "Reviewer2", "Sebagai reviewer":
        assert secret not in text(found)
    world.act(quick_win, "comment", "mentor", data={"text": "Baik."})
    assert "Mentor (Sebagai mentor)" in text(owed(world, quick_win, "comment")["submitter"])


def test_the_note_of_a_judgment_stays_closed_until_the_review_is_concluded(world: World) -> None:
    """The shipped definition tells nobody of a judgment; a city's own may."""
    told_of_judgments = (
        shipped()
        .text.replace(f"version = {shipped().version}", "version = 1000")
        .replace('collects = "judgment"', 'collects = "judgment"\nnotify = ["turn", "submitter"]')
    )
    use(world.session, load(told_of_judgments))
    quick_win = world.bring_to("review")
    judgment = {"verdict": "reject", "scores": dict.fromkeys(shipped().rubric, 1)}
    world.act(quick_win, "judge", "reviewer", data=judgment, note="Lemah sekali.")
    for notice in owed(world, quick_win, "judge").values():
        assert notice.about.note == ""
        assert "Lemah" not in text(notice)
    world.act(quick_win, "judge", "reviewer2", data=judgment)
    found = owed(world, quick_win, "judge")
    assert "Catatan." in text(found["submitter"])
    assert "Reviewer2" not in text(found["submitter"])
