"""After an act the person is led on to what waits next, the most urgent first."""

from __future__ import annotations

from datetime import timedelta

from page import text_of, words_of
from test_page_acting import Browser, act, english, judged
from test_page_checklist import answers, send
from world import World

from workflow.models import QuickWin


def waiting(world: World, state: str, *titles: str) -> list[QuickWin]:
    """Several in that state, the last one the most urgent."""
    found = [world.bring_to(state, title=title) for title in titles]
    for place, quick_win in enumerate(found):
        quick_win.due_at = world.now + timedelta(days=30 - place)
    world.session.commit()
    return found


def test_the_most_urgent_of_the_rest_stands_above_what_was_done(
    visitor: Browser, world: World
) -> None:
    one, _, third = waiting(world, "endorsement", "Satu", "Dua", "Tiga")
    english(world, "head")
    head = visitor("head")

    answer = act(head, one, "endorse")

    page = head.get(answer.headers["Location"])
    assert "You endorsed the proposal." in words_of(page)
    assert f"Next: Tiga {third.number}" in words_of(page)
    assert "(1 more)" in words_of(page)
    assert f'href="/quick-wins/{third.id}"' in text_of(page)
    assert "Back to my tasks" in words_of(page)
    assert "next-bar" not in text_of(head.get(answer.headers["Location"])), "once"


def test_at_the_end_of_the_queue_it_says_so(visitor: Browser, world: World) -> None:
    (one,) = waiting(world, "endorsement", "Satu")
    english(world, "head")
    head = visitor("head")

    page = head.get(act(head, one, "endorse").headers["Location"])

    assert "Nothing else waits for you." in words_of(page)


def test_what_answers_no_turn_leads_nowhere_else(visitor: Browser, world: World) -> None:
    one, _ = waiting(world, "verification", "Satu", "Dua")
    verifier = visitor("verifier")

    answer = act(verifier, one, "comment", text="Bagus.")

    assert answer.headers["Location"] == f"/quick-wins/{one.id}"
    assert "next-bar" not in text_of(verifier.get(answer.headers["Location"]))


def test_a_judgment_goes_straight_on_to_the_form_of_the_next(
    visitor: Browser, world: World
) -> None:
    one, _, third = waiting(world, "review", "Satu", "Dua", "Tiga")
    english(world, "reviewer")
    reviewer = visitor("reviewer")
    assert 'name="straight_on"' in text_of(reviewer.get(f"/quick-wins/{one.id}/judge"))

    answer = act(reviewer, one, "judge", straight_on="1", **judged())

    assert answer.headers["Location"] == f"/quick-wins/{third.id}/judge"
    page = words_of(reviewer.get(answer.headers["Location"]))
    assert f"{one.number}: You reviewed it." in page, "it says which one that was"


def test_a_check_goes_straight_on_to_the_next_checklist(visitor: Browser, world: World) -> None:
    one, two = waiting(world, "verification", "Satu", "Dua")
    verifier = visitor("verifier")
    assert 'name="straight_on"' in text_of(verifier.get(f"/quick-wins/{one.id}/checklist"))

    answer = send(verifier, one, {**answers(), "straight_on": "1"})

    assert answer.headers["Location"] == f"/quick-wins/{two.id}/checklist"


def test_the_last_one_offers_no_way_straight_on_and_takes_none(
    visitor: Browser, world: World
) -> None:
    (one,) = waiting(world, "review", "Satu")
    reviewer = visitor("reviewer")
    assert 'name="straight_on"' not in text_of(reviewer.get(f"/quick-wins/{one.id}/judge"))

    answer = act(reviewer, one, "judge", straight_on="1", **judged())

    assert answer.headers["Location"] == f"/quick-wins/{one.id}"


def test_the_inbox_begins_with_the_most_urgent(visitor: Browser, world: World) -> None:
    *_, third = waiting(world, "endorsement", "Satu", "Dua", "Tiga")
    english(world, "head")

    page = text_of(visitor("head").get("/"))

    button = page[: page.index("Begin with the most urgent")].rindex("<a ")
    assert f'href="/quick-wins/{third.id}"' in page[button : button + 80]
