"""The daily mail: all that waits for somebody, and what happened, as far as they may know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from letters import ORIGIN, RINA
from mail_cases import MOVED, NOTICES
from sqlalchemy import select
from world import JUDGMENT, NOW, World

from tasks import batch, letter
from workflow.digest import Digest, Waits
from workflow.language import say
from workflow.models import Channel, Event, Message, Notification, QuickWin
from workflow.moved_dates import Dates, Moved


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


def told_of_dates(*moves: Moved) -> str:
    """What a daily mail says to somebody who was told of each of these moves by itself."""
    first = NOTICES["dates_of_a_day"]
    assert isinstance(first.about, Dates)
    notices = [
        replace(first, id=number, about=replace(first.about, moved=(one,)))
        for number, one in enumerate(moves, 1)
    ]
    digest = Digest(waits=Waits(), told=tuple(notices))
    return letter.write_digest(digest, RINA, ORIGIN).text


def test_a_date_that_moved_twice_is_told_once_from_where_it_was_to_where_it_is() -> None:
    once, again = MOVED[0], MOVED[1]
    on = replace(once, before=once.after, after=once.after + timedelta(days=1))
    said = told_of_dates(once, again, on)
    assert "* 2 tenggat Anda bergeser" in said
    moved = "sampai 8 Juli 2026 pukul 16.00 WIB, semula 6 Juli 2026 pukul 16.00 WIB"
    assert f"QW-2026-0012 · Gempita Beras Merah: {moved}" in said
    assert said.count("QW-2026-0012") == 1
    assert said.count("Cuti bersama pindah dari Jumat, 3 Juli 2026") == 1


def test_a_date_that_was_set_anew_in_between_is_told_from_there() -> None:
    once = MOVED[0]
    later = replace(once, before=once.after + timedelta(days=9), after=once.after)
    said = told_of_dates(once, later)
    assert "sampai 7 Juli 2026 pukul 16.00 WIB, semula 16 Juli 2026 pukul 16.00 WIB" in said


def test_of_dates_that_are_where_they_were_nothing_is_told_but_that() -> None:
    once = MOVED[0]
    said = told_of_dates(once, replace(once, before=once.after, after=once.before))
    assert "* Tenggat bergeser" in said
    assert "sudah kembali seperti semula" in said
    assert "QW-2026-0012" not in said
    assert "Cuti bersama" not in said.partition("Quick Win, Kota")[0]
