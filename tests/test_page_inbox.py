"""The inbox: what waits for the person who asks, by urgency."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attempts import statements
from page import stop_the_clock, text_of, words_of
from visitor import Visitor
from world import World

from workflow.models import QuickWin

Browser = Callable[[str], Visitor]
WEDNESDAY = datetime(2026, 7, 8, 3, 0, tzinfo=UTC)  # 10.00 WIB


def due(quick_win: QuickWin, at: datetime) -> QuickWin:
    quick_win.due_at = at
    return quick_win


def test_what_waits_stands_in_groups_by_urgency_in_the_zone_of_the_city(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    times = {
        "late": WEDNESDAY - timedelta(minutes=1),
        "today": datetime(2026, 7, 8, 16, 59, tzinfo=UTC),  # 23.59 WIB
        "week": datetime(2026, 7, 8, 17, 0, tzinfo=UTC),  # midnight in Jakarta: Thursday
        "later": datetime(2026, 7, 12, 17, 0, tzinfo=UTC),  # midnight: Monday
    }
    for name, at in times.items():
        due(world.bring_to("verification", title=f"Yang {name}"), at)
    world.session.commit()

    page = text_of(visitor("verifier").get("/"))

    found = re.findall(r'id="group-(\w+)"|(Yang \w+)</a>', page)
    assert [group or title for group, title in found] == [
        word for name in times for word in (name, f"Yang {name}")
    ]


def test_a_row_says_what_is_expected_by_when_and_of_whom_it_is(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    quick_win = due(world.bring_to("decision"), WEDNESDAY + timedelta(days=5))
    world.session.commit()
    world["chair"].language = "en"

    answer = visitor("chair").get("/")

    assert f'href="/quick-wins/{quick_win.id}"' in text_of(answer)
    for words in (
        quick_win.number,
        "Gempita Beras Merah",
        "Unit DINKES",
        "Plenary, awaiting the decision",
        "Expected: Approve, Reject, or Ask for a revision",
        "3 working days left",
    ):
        assert words in words_of(answer)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(-24 * 7, "5 working days late"), (-1, "The time ran out today"), (2, "Due today")],
)
def test_the_time_left_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World, hours: int, words: str
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    due(world.bring_to("verification"), WEDNESDAY + timedelta(hours=hours))
    world["verifier"].language = "en"
    world.session.commit()

    assert words in words_of(visitor("verifier").get("/"))


def test_what_does_not_wait_for_me_is_not_there(visitor: Browser, world: World) -> None:
    world.bring_to("verification", title="Milik dinas sendiri")
    world.session.commit()

    assert "Milik dinas sendiri" in text_of(visitor("verifier").get("/"))
    assert "Milik dinas sendiri" not in text_of(visitor("chair").get("/"))


def test_an_empty_inbox_says_what_comes_next_and_offers_to_propose_only_where_one_can(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    for who, proposes in (("submitter", True), ("chair", False), ("admin", False)):
        world[who].language = "en"
        answer = visitor(who).get("/")
        assert ("Nothing waits for you" in words_of(answer)) is not proposes
        assert ("Welcome!" in words_of(answer)) is proposes
        assert "you get a mail" in words_of(answer).lower()  # what comes next
        assert ('href="/quick-wins/new"' in text_of(answer)) is proposes


def test_the_welcome_names_the_end_of_the_open_period_and_leads_to_the_guide(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    world["submitter"].language = "en"

    answer = visitor("submitter").get("/")

    assert "“Periode 2026” is open until Sunday, 30 August 2026." in words_of(answer)
    assert "working days left" in words_of(answer)
    assert 'href="/guide"' in text_of(answer)


def test_what_the_own_units_have_under_way_stands_below_with_who_has_it_and_since_when(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    stop_the_clock(monkeypatch, WEDNESDAY)
    world.propose(title="Yang menunggu saya")
    world.bring_to("verification", title="Yang sedang diverifikasi")
    world.bring_to("rejected", title="Yang sudah ditolak")
    world.propose(unit="KEL", title="Milik unit lain")
    world.session.commit()
    world["submitter"].language = "en"

    answer = visitor("submitter").get("/")

    waiting, own = text_of(answer).split('id="own"')
    assert "Yang menunggu saya" in waiting
    assert "Yang sedang diverifikasi" in own
    assert "With: Verifier, since Wednesday, 1 July 2026." in words_of(answer)
    assert "Too few cases to say more; the deadline is Wednesday, 8 July 2026." in words_of(answer)
    assert "Yang sudah ditolak" not in text_of(answer)
    assert "Milik unit lain" not in text_of(answer)
    assert 'id="own"' not in text_of(visitor("chair").get("/"))


def test_the_submitter_can_propose_from_a_full_inbox_too(visitor: Browser, world: World) -> None:
    world.propose()
    world.session.commit()

    assert 'href="/quick-wins/new"' in text_of(visitor("submitter").get("/"))


def test_a_draft_without_a_title_can_be_opened(visitor: Browser, world: World) -> None:
    quick_win = world.propose(title=None)
    world["submitter"].language = "en"
    world.session.commit()

    page = text_of(visitor("submitter").get("/"))

    assert f'href="/quick-wins/{quick_win.id}">Not named yet</a>' in page


def test_the_inbox_takes_the_same_few_statements_whatever_its_size(
    visitor: Browser, world: World
) -> None:
    submitter = visitor("submitter")
    run = []
    for count in (1, 60):
        for _ in range(count):
            world.propose()
        world.session.commit()
        with statements(world.session) as these:
            assert submitter.get("/").status_code == 200
        run.append(len(these))

    assert run[0] == run[1] <= 12


def test_more_than_a_hundred_are_cut_with_a_way_to_the_rest(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.inbox.SHOWN", 2)
    for _ in range(3):
        world.bring_to("verification")
    world.session.commit()

    page = text_of(visitor("verifier").get("/"))

    assert page.count('class="row-link"') == 2
    assert 'href="/quick-wins?waiting_for=me"' in page


@pytest.mark.parametrize(
    ("chosen", "asked", "word"),
    [
        (None, "", "Tugas saya"),
        (None, "en-GB,en;q=0.9", "My tasks"),
        (None, "fr", "Tugas saya"),
        ("id", "en", "Tugas saya"),
        ("en", "id", "My tasks"),
    ],
)
def test_the_page_is_in_the_language_that_was_chosen_or_else_asked_for(
    visitor: Browser, world: World, chosen: str | None, asked: str, word: str
) -> None:
    world["chair"].language = chosen
    chair = visitor("chair")

    answer = chair.get("/", headers={"Accept-Language": asked})

    assert f"<h1>{word}</h1>" in answer.get_data(as_text=True)
