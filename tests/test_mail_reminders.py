"""What reminders and escalations say is true: of a draft that came too late, and of a month."""

from __future__ import annotations

from datetime import timedelta

import pytest
from letters import mail, owed, text
from postbox import body
from world import NOW, World

from workflow.acts import StepGiven
from workflow.language import say
from workflow.models import QuickWin

ASKED = say("Please see that it goes on: a word with them often helps.", "id")


@pytest.mark.parametrize("part", ["plain", "html"])
def test_who_can_no_longer_send_a_draft_is_not_asked_to_but_told_why(
    world: World, part: str
) -> None:
    draft = world.propose()
    world.act(draft, "remind", "system")
    before = body(mail(owed(world, draft, "remind")["submitter"]), part)
    assert "Kirim untuk disahkan" in before
    assert "ditutup pada" not in before

    after = draft.period.closes_at + timedelta(days=1)
    world.act(draft, "remind", "system", at=after)
    said = body(mail(owed(world, draft, "remind", at=after)["submitter"]), part)
    assert "Kirim untuk disahkan" not in said
    assert "baru dapat dikirim bila masa pengusulan diperpanjang" in said


def test_no_superior_is_asked_to_press_for_what_cannot_be_sent(world: World) -> None:
    draft = world.propose()
    after = draft.period.closes_at + timedelta(days=5)
    world.act(draft, "escalate", "system", at=after)
    said = text(owed(world, draft, "escalate", at=after)["head"])
    assert ASKED not in said
    assert "baru dapat dikirim bila masa pengusulan diperpanjang" in said


def test_what_was_sent_in_time_and_came_back_can_be_sent_whatever_the_period(world: World) -> None:
    returned = world.bring_to("endorsement")
    world.act(returned, "return", "head")
    after = returned.period.closes_at + timedelta(days=1)
    world.act(returned, "remind", "system", at=after)
    said = text(owed(world, returned, "remind", at=after)["submitter"])
    assert "Kirim untuk disahkan" in said
    assert "ditutup pada" not in said


def test_reminders_that_come_again_each_month_are_counted_by_the_month(world: World) -> None:
    """Whoever is late for months is not told that all this was the first reminder."""
    reporting, verifying = world.bring_to("implementation"), world.bring_to("verification")
    remind(world, reporting)
    remind(world, verifying)
    of_a_month = text(owed(world, reporting, "remind")["submitter"])
    of_a_visit = text(owed(world, verifying, "remind")["verifier"])
    assert "Ini pengingat ke-2 dari 2 bulan ini." in of_a_month
    assert "Ini pengingat ke-2 dari 2.\n" in of_a_visit


def test_where_nothing_more_follows_there_is_no_gap_in_its_place(world: World) -> None:
    quick_win = world.bring_to("verification")
    remind(world, quick_win)
    made = mail(owed(world, quick_win, "remind", at=NOW + timedelta(days=40))["verifier"])
    assert "Nyatakan lengkap atau Minta perbaikan.\nIni pengingat" in body(made)
    assert '"></p>' not in body(made, "html")


def remind(world: World, quick_win: QuickWin) -> None:
    assert quick_win.due_at is not None
    step = StepGiven(threshold=1, cycle=quick_win.due_at.date().isoformat())
    world.act(quick_win, "remind", "system", data=step)
