"""The start page explains a Quick Win to anybody, from the table and the open period."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page import stop_the_clock, text_of, words_of
from visitor import Visitor
from world import NOW, World

from web.guide import questions, straight_way
from workflow.document import shipped
from workflow.language import say

Browser = Callable[[str], Visitor]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _in_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


def test_anybody_reads_it_without_a_login(app, world: World) -> None:
    answer = Visitor(app, world.session, None).get("/guide", headers=ENGLISH)

    words = words_of(answer)
    assert answer.status_code == 200
    for one in questions(shipped()):
        assert say(one.question, "en") in words
    for state in straight_way(shipped()):
        assert say(state.label, "en") in words
    for role in shipped().roles.values():
        assert say(role.label, "en") in words
    assert "The smart city has 2 dimensions" in words
    assert "3 working days" in words
    assert 'href="/login"' in text_of(answer)
    assert 'href="/quick-wins/new"' not in text_of(answer)


def test_the_straight_way_leaves_out_where_one_comes_only_with_a_reason() -> None:
    codes = [state.code for state in straight_way(shipped())]

    assert codes[0] == shipped().initial
    assert shipped().states[codes[-1]].final
    assert not {"revision", "suspended", "rejected"} & set(codes)


def test_who_proposes_finds_the_way_to_it_and_everybody_their_own_part(
    visitor: Browser, world: World
) -> None:
    world["submitter"].language = world["chair"].language = "en"

    own, chair = visitor("submitter").get("/guide"), visitor("chair").get("/guide")

    assert 'href="/quick-wins/new"' in text_of(own)
    assert "“Periode 2026” is open until Sunday, 30 August 2026." in words_of(own)
    assert "Submitter you " in words_of(own)
    assert "Chair you " not in words_of(own)
    assert 'href="/quick-wins/new"' not in text_of(chair)
    assert "Chair you " in words_of(chair)


def test_a_period_may_set_other_days(visitor: Browser, world: World) -> None:
    world["chair"].language = "en"
    chair = visitor("chair")
    assert "7 working days" not in words_of(chair.get("/guide"))
    for period in {world.propose().period}:
        period.parameters = {"days": {"endorsement": 7}}
    world.session.commit()

    assert "7 working days" in words_of(chair.get("/guide"))


def test_it_is_linked_from_the_foot_of_every_page_and_from_the_login(
    visitor: Browser, app, world: World
) -> None:
    assert 'href="/guide"' in text_of(visitor("chair").get("/coverage"))
    assert 'href="/guide"' in text_of(Visitor(app, world.session, None).get("/login"))
