"""The checklist of a state: what is right leads on, remarks become the note that sends it back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from attempts import written
from filled_form import sent_by
from page import text_of, words_of
from test_page_acting import Browser, act, english, last_event
from visitor import Visitor
from werkzeug.test import TestResponse
from world import World, use

from workflow.checks import check
from workflow.document import load, shipped
from workflow.fields import REQUIRED
from workflow.models import QuickWin

QUESTIONS = shipped().states["verification"].checklist
LINES = [*(f"question_{code}" for code in QUESTIONS), *(f"field_{name}" for name in REQUIRED)]


def answers(**wrong: str) -> dict[str, str]:
    """What the form sends: everything right, but for the lines with a remark."""
    return {
        **{f"check_{line}": "wrong" if line in wrong else "right" for line in LINES},
        **{f"remark_{line}": wrong.get(line, "") for line in LINES},
    }


def send(visitor: Visitor, quick_win: QuickWin, typed: dict[str, Any]) -> TestResponse:
    return visitor.post(
        f"/quick-wins/{quick_win.id}/checklist", {"version": quick_win.version, **typed}
    )


def ticked(page: str) -> int:
    return len(re.findall(r'<input checked [^>]*name="check_', page))


def test_every_question_and_every_required_field_stands_there_with_its_value(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier")
    before = written(world.session)

    answer = visitor("verifier").get(f"/quick-wins/{quick_win.id}/checklist")

    assert answer.status_code == 200
    page, words = text_of(answer), words_of(answer)
    for line in LINES:
        assert page.count(f'name="check_{line}"') == 2, line
        assert page.count(f'name="remark_{line}"') == 1, line
    for one in QUESTIONS.values():
        assert one.question.en in words
    for value in ("120 balita", "Rp50.000.000", "Peluncuran", "Posyandu", "Rina"):
        assert value in words
    assert ticked(page) == 0
    assert written(world.session) == before


def test_it_is_the_main_way_of_whose_turn_it_is_and_of_nobody_else(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    address = f"/quick-wins/{quick_win.id}/checklist"

    page = text_of(visitor("verifier2").get(f"/quick-wins/{quick_win.id}"))

    assert f'<a class="btn btn-primary" href="{address}"' in page
    for who, status in (("chair", 403), ("submitter", 403), ("head.kec", 404)):
        assert address not in text_of(visitor(who).get(f"/quick-wins/{quick_win.id}"))
        assert visitor(who).get(address).status_code == status, who
        assert send(visitor(who), quick_win, answers()).status_code == status, who


def test_four_eyes_hold_for_it(visitor: Browser, world: World) -> None:
    quick_win = world.propose("DKISS")
    world.act(quick_win, "submit", "submitter.dkiss")
    world.act(quick_win, "endorse", "head.dkiss")
    english(world, "verifier")

    answer = visitor("verifier").get(f"/quick-wins/{quick_win.id}/checklist")

    assert answer.status_code == 422
    assert "Nobody decides on a Quick Win of their own unit" in words_of(answer)


def test_all_right_leads_on(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier")
    verifier = visitor("verifier")

    answer = send(verifier, quick_win, answers())

    assert answer.status_code == 303, words_of(answer)
    world.session.refresh(quick_win)
    assert quick_win.state == "review"
    event = last_event(world)
    assert (event.action, event.note, event.data) == ("verify", "", {})
    assert "You confirmed that it is complete." in words_of(
        verifier.get(answer.headers["Location"])
    )


def test_what_is_not_answered_is_asked_for_and_the_rest_stays(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier")
    before = written(world.session)
    typed = answers(question_unique=" ", field_budget="Terlalu besar.")
    del typed["check_field_title"]

    answer = send(visitor("verifier"), quick_win, typed)

    assert answer.status_code == 422
    page, words = text_of(answer), words_of(answer)
    assert '<a href="#check_field_title-0">' in page
    assert '<a href="#remark_question_unique">' in page
    assert "Choose one." in words
    assert ">\r\nTerlalu besar.</textarea>" in page
    assert ticked(page) == len(LINES) - 1
    assert written(world.session) == before


def test_remarks_become_a_note_to_be_looked_at_once_more_and_then_sent(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    world["submitter"].language = "id"
    english(world, "verifier")
    verifier, before = visitor("verifier"), written(world.session)
    wrong = {"question_unique": "Sebutkan bedanya.", "field_budget": "Terlalu besar."}

    looked = send(verifier, quick_win, answers(**wrong))

    assert looked.status_code == 200
    assert written(world.session) == before, "nothing is sent yet"
    address = f"/quick-wins/{quick_win.id}/request_revision"
    sent = {name: texts[-1] for name, texts in sent_by(looked, address).items()}
    note = sent["note"].replace("\r\n", "\n")
    assert note == (
        "Mohon diperbaiki, lalu kirim kembali:\n"
        "1. Apakah unik? Sebutkan bedanya.\n"
        "2. Anggaran: Terlalu besar."
    ), "in the language of those who read it"
    assert ">\r\nTerlalu besar.</textarea>" in text_of(looked), "pinned to its field as well"

    answer = verifier.post(address, {**sent, "note_budget": "Terlalu besar."})

    assert answer.status_code == 303, words_of(answer)
    world.session.refresh(quick_win)
    assert quick_win.state == "revision"
    event = last_event(world)
    assert (event.action, event.note.replace("\r\n", "\n")) == ("request_revision", note)
    assert event.data == {"notes": [{"field": "budget", "text": "Terlalu besar."}]}


def test_one_can_go_back_from_the_last_look_and_finds_everything(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    verifier = visitor("verifier")
    wrong = {"question_unique": "Sebutkan bedanya.", "field_budget": "Terlalu besar."}
    looked = send(verifier, quick_win, answers(**wrong))
    address = f"/quick-wins/{quick_win.id}/request_revision"
    sent = {name: texts[-1] for name, texts in sent_by(looked, address).items()}

    again = send(verifier, quick_win, {**sent, "again": "1", "note_budget": "Masih terlalu besar."})

    assert again.status_code == 200
    page = text_of(again)
    assert ticked(page) == len(LINES)
    assert ">\r\nSebutkan bedanya.</textarea>" in page
    assert ">\r\nMasih terlalu besar.</textarea>" in page


@pytest.mark.parametrize(
    ("change", "status"), [({"note": "x" * 4001}, 422), ({"version": "0"}, 409)]
)
def test_a_refused_last_look_still_leads_back_to_every_answer(
    visitor: Browser, world: World, change: dict[str, str], status: int
) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    verifier, address = visitor("verifier"), f"/quick-wins/{quick_win.id}/request_revision"
    looked = send(verifier, quick_win, answers(question_unique="Sebutkan bedanya."))
    sent = {name: texts[-1] for name, texts in sent_by(looked, address).items()}

    refused = verifier.post(address, {**sent, **change})

    assert refused.status_code == status
    sent = {name: texts[-1] for name, texts in sent_by(refused, address).items()}
    again = send(verifier, quick_win, {**sent, "again": "1"})
    assert again.status_code == 200
    assert ticked(text_of(again)) == len(LINES)
    assert ">\r\nSebutkan bedanya.</textarea>" in text_of(again)


def test_who_does_not_see_it_any_more_gets_the_remarks_back_by_their_names(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose()
    english(world, "verifier")
    remarks = answers(field_budget="Terlalu besar.", question_unique="Sebutkan bedanya.")

    answer = send(visitor("verifier"), quick_win, remarks)

    assert answer.status_code == 404
    assert "Budget Terlalu besar." in words_of(answer)
    assert "Remark Sebutkan bedanya." in words_of(answer)
    assert text_of(answer).count("<textarea") == 2


def test_the_note_is_in_english_for_who_reads_english(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    english(world, "submitter")

    looked = send(visitor("verifier"), quick_win, answers(question_unique="Bedanya?"))

    assert "Please put this right, then send it again:\n1. Is it unique? Bedanya?" in text_of(
        looked
    ).replace("\r\n", "\n")


def test_remarks_that_are_too_long_for_one_note_are_named_in_it(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    english(world, "submitter")
    long = {"field_problem": "p" * 3000, "field_summary": "s" * 3000}

    looked = send(visitor("verifier"), quick_win, answers(**long))

    page = text_of(looked)
    assert "2. Short description: see the note on this field." in page
    assert "s" * 3000 in page


@pytest.mark.parametrize("wrong", [{}, {"field_budget": "Terlalu besar."}])
def test_a_check_of_an_older_version_is_refused_and_loses_nothing(
    visitor: Browser, world: World, wrong: dict[str, str]
) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier")
    before = written(world.session)
    version = quick_win.version - 1

    answer = send(visitor("verifier"), quick_win, {**answers(**wrong), "version": version})

    assert answer.status_code == 409
    page = text_of(answer)
    assert "It has changed since you opened it." in words_of(answer)
    assert ticked(page) == len(LINES)
    assert all(f">\r\n{remark}</textarea>" in page for remark in wrong.values())
    assert f'name="version" value="{quick_win.version}"' in page
    assert written(world.session) == before


def test_whoever_comes_too_late_gets_the_remarks_back(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier")
    verifier = visitor("verifier")
    world.act(quick_win, "verify", "verifier2")
    world.session.commit()

    answer = send(verifier, quick_win, answers(field_budget="Terlalu besar."))

    assert answer.status_code == 409
    assert ">\nTerlalu besar.</textarea>" in text_of(answer)
    assert "Verifier2 confirmed that it is complete" in words_of(answer)
    assert verifier.get(f"/quick-wins/{quick_win.id}/checklist").status_code == 409


def test_any_state_of_any_definition_can_have_one(visitor: Browser, world: World) -> None:
    text = shipped().text.replace('name = "quick_win"', 'name = "other"')
    moved = text.replace("states.verification.checklist", "states.endorsement.checklist")
    other = load(moved)
    assert check(other) == []
    use(world.session, other)
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    head = visitor("head")
    assert head.get(f"/quick-wins/{quick_win.id}/checklist").status_code == 200

    looked = send(head, quick_win, answers(field_budget="Terlalu besar."))

    assert f'action="/quick-wins/{quick_win.id}/return"' in text_of(looked)
    assert send(head, quick_win, answers()).status_code == 303
    world.session.refresh(quick_win)
    assert quick_win.state == "verification"
    assert f"/quick-wins/{quick_win.id}/checklist" not in text_of(
        visitor("verifier").get(f"/quick-wins/{quick_win.id}")
    )
    assert visitor("verifier").get(f"/quick-wins/{quick_win.id}/checklist").status_code == 403


def test_the_short_ways_are_still_there(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()
    assert act(visitor("verifier"), quick_win, "verify").status_code == 303
