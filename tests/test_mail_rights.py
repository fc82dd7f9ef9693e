"""Who is told what: the people who can act, the submitter of every decision, never the actor; and
no mail of any kind says more than its recipient may know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from letters import mail, owed, owed_by_city, text
from somebody import somebody
from sqlalchemy import select
from test_delegation import delegate
from world import JUDGMENT, NOW, World

from tasks import batch
from workflow import calendar_changes
from workflow.calendar_changes import NewDay
from workflow.definition import TURN, Transition
from workflow.document import shipped
from workflow.language import say
from workflow.models import (
    Channel,
    DayKind,
    Event,
    Message,
    Notification,
    QuickWin,
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


def test_dates_that_became_somebody_elses_are_not_named_any_more(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    set_free(world)
    world.act(quick_win, "endorse", "head")
    said = text(owed_by_city(world, "add_day")["head"])
    assert quick_win.number not in said
    assert say("None of them waits for you any more: you need not do anything.", "id") in said


# ---------------------------------------------------------------- the daily mail


def daily(world: World, name: str, *, language: str = "id", about: QuickWin | None = None) -> str:
    """The daily mail of that person, of all that they were told so far, or of one Quick Win."""
    session, person = world.session, world[name]
    session.flush()
    found = select(Notification).join(Event).where(Notification.recipient_id == person.id)
    if about is not None:
        found = found.where(Event.quick_win_id == about.id)
    told = session.scalars(found).all()
    message = Message(recipient=person, message_id="<9@x>", created_at=NOW, not_before=NOW)
    for one in told:
        one.channel, one.message = Channel.DIGEST, message
    session.flush()
    person.language = language
    return batch.read(session, [message.id], NOW).letter(message, "https://x.test").text


def test_the_daily_mail_says_all_that_waits_the_most_urgent_first(world: World) -> None:
    later, late = world.bring_to("verification"), world.bring_to("verification")
    late.due_at = NOW - timedelta(days=1)
    said = daily(world, "verifier")
    waits, _, happened = said.partition(say("What happened", "id").upper())
    assert say("Past the deadline", "id").upper() in waits
    assert waits.index(late.number) < waits.index(later.number)
    assert "Nyatakan lengkap atau Minta perbaikan" in waits
    assert happened.count("Head (Sebagai head) mengesahkan usulan.") == 2


def test_what_waits_is_in_the_daily_mail_whether_or_not_it_was_news(world: World) -> None:
    old, new = world.bring_to("verification"), world.bring_to("verification")
    said = daily(world, "verifier", about=new)
    waits, _, happened = said.partition(say("What happened", "id").upper())
    assert old.number in waits
    assert new.number in waits
    assert old.number not in happened
    assert new.number in happened


def test_a_long_list_ends_with_how_many_more_there_are(world: World) -> None:
    for _ in range(23):
        world.bring_to("verification")
    said = daily(world, "verifier2", language="en")
    assert "23 Quick Wins wait for you." in said
    assert said.count("And 3 more.") == 2


def test_to_the_agency_reviewers_have_no_names_in_the_daily_mail_either(world: World) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "comment", "reviewer2", data={"text": "Siapa yang memasak?"})
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT, note="Rahasia penelaah.")
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT, note="Rahasia juga.")
    said = daily(world, "submitter")
    assert "Penelaah memberi komentar." in said
    assert "Siapa yang memasak?" in said
    for secret in "Reviewer2", "Sebagai reviewer", "Rahasia":
        assert secret not in said


def test_what_one_may_not_open_is_not_linked_in_the_daily_mail(world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.act(quick_win, "escalate", "system", note="Rahasia OPD.")
    said = daily(world, "chair")
    assert quick_win.number in said
    assert f"/quick-wins/{quick_win.id}" not in said
    assert "Rahasia" not in said


def test_a_day_on_which_nothing_waits_says_so(world: World) -> None:
    quick_win = world.bring_to("rejected")
    said = daily(world, "submitter")
    assert said.splitlines()[2] == say("Nothing waits for you.", "id")
    assert quick_win.number in said


def test_the_daily_mail_ends_no_single_kind(world: World) -> None:
    """It has several, so it leads to the page where each is chosen."""
    world.bring_to("verification")
    said = daily(world, "verifier")
    assert "/profile/notifications" in said
    assert "/unsubscribe/" not in said


def test_a_mail_of_one_kind_says_which_and_how_to_end_it(world: World) -> None:
    one = owed(world, world.bring_to("verification"), "endorse")["verifier"]
    made = mail(one)
    assert say("Your turn", "id") in text(one)
    end = f"/unsubscribe/{world['verifier'].mail_key}/turn"
    assert end in text(one)
    assert end in made["List-Unsubscribe"]
