"""The page says when to expect an answer, how sure that is, and how to take a proposal back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from page import stop_the_clock, text_of, words_of
from visitor import Visitor
from world import NOW, World

from workflow.models import QuickWin
from workflow.pace import ENOUGH

Browser = Callable[[str], Visitor]


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch, world: World) -> QuickWin:
    """Before the head, who took two working days for each of the others."""
    for _ in range(ENOUGH):
        other = world.bring_to("endorsement")
        world.act(other, "endorse", "head", at=NOW + timedelta(days=2))
    quick_win = world.bring_to("endorsement")
    for who in ("submitter", "head", "admin"):
        world[who].language = "en"
    world.session.commit()
    stop_the_clock(monkeypatch, NOW)
    return quick_win


def test_the_page_says_when_to_expect_an_answer_and_from_how_many_cases(
    visitor: Browser, waiting: QuickWin
) -> None:
    words = words_of(visitor("submitter").get(f"/quick-wins/{waiting.id}"))

    assert (
        "Usually answered within 2 working days, so about Friday, 3 July 2026 (from 5 cases)."
        in words
    )
    assert (
        "It should be “Established” about Friday, 14 August 2026, as earlier ones went and" in words
    )


def test_it_says_when_it_takes_longer_than_usual(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, waiting: QuickWin
) -> None:
    stop_the_clock(monkeypatch, datetime(2026, 7, 8, 3, 0, tzinfo=UTC))

    words = words_of(visitor("submitter").get(f"/quick-wins/{waiting.id}"))

    assert "within 2 working days (from 5 cases). This one is taking longer." in words


def test_with_too_few_cases_it_names_the_deadline_and_says_so(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, NOW)
    quick_win = world.bring_to("verification")
    world["submitter"].language = "en"
    world.session.commit()

    words = words_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}"))

    assert "Too few cases to say more; the deadline is Wednesday, 8 July 2026." in words
    assert "by the deadlines of the steps." in words


def test_nothing_is_expected_of_what_has_ended(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("completed")
    world["submitter"].language = "en"
    world.session.commit()

    page = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}"))

    assert 'class="expected"' not in page


def test_how_to_take_it_back_is_said_to_those_alone_who_can(
    visitor: Browser, waiting: QuickWin
) -> None:
    for who, can in (("submitter", True), ("head", True), ("admin", False)):
        page = text_of(visitor(who).get(f"/quick-wins/{waiting.id}"))
        assert ("You can take it back" in page) is can
        assert ('<a href="#action-withdraw">Withdraw</a>' in page) is can
        assert ('id="action-withdraw"' in page) is can
