"""Saving while somebody writes, and what resembles it meanwhile: the answers that scripts get."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from attempts import written
from filled_form import Sent, sent_by
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page import stop_the_clock, text_of
from somebody import write
from visitor import Visitor
from werkzeug.test import TestResponse
from world import NOW, World, proposal

from workflow.models import QuickWin

Browser = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def _while_the_period_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


@pytest.fixture
def draft(world: World) -> QuickWin:
    quick_win = world.propose()
    world.session.commit()
    return quick_win


def form(visitor: Visitor, quick_win: QuickWin, section: str) -> Sent:
    """What a browser would send of the section as it is loaded now."""
    address = f"/quick-wins/{quick_win.id}/edit/{section}"
    return sent_by(visitor.get(address), address)


def now(world: World, quick_win: QuickWin) -> QuickWin:
    world.session.refresh(quick_win)
    return quick_win


def autosave(
    visitor: Visitor, quick_win: QuickWin, section: str, sent: dict[str, Any]
) -> TestResponse:
    return visitor.post(f"/quick-wins/{quick_win.id}/edit/{section}/autosave", sent)


# ---------------------------------------------------------------- saving


def test_what_is_written_is_saved_and_the_page_stays_up_to_date(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sent = form(submitter, draft, "naming") | {"title": "Gempita Kelor"}

    first = autosave(submitter, draft, "naming", sent)

    assert first.status_code == 200
    answer = first.get_json()
    assert (answer["version"], answer["faults"]) == (2, {})
    assert answer["told"] == "Disimpan 10.00"
    assert now(world, draft).content == proposal(title="Gempita Kelor")

    renewed = sent | {name: answer[name] for name in ("version", "seen")}
    second = autosave(submitter, draft, "naming", renewed | {"title": "Gempita Kelor Muda"})
    assert second.get_json()["version"] == 3

    renewed |= {name: second.get_json()[name] for name in ("version", "seen")}
    by_hand = submitter.post(f"/quick-wins/{draft.id}/edit/naming", renewed | {"title": "Selesai"})
    assert by_hand.status_code == 303
    assert now(world, draft).content["title"] == "Selesai"


def test_a_post_that_changes_nothing_writes_nothing(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sections = ("naming", "description", "measuring", "steps", "money", "people", "outlook")
    posts = [(section, form(submitter, draft, section)) for section in (*sections, "evidence")]
    before = written(world.session)

    for section, sent in [*posts, ("description", {"version": "1"})]:
        answer = autosave(submitter, draft, section, sent)
        assert (answer.status_code, answer.get_json()["version"]) == (200, 1), section

    assert written(world.session) == before


def test_the_same_post_sent_twice_is_no_conflict(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sent = form(submitter, draft, "naming") | {"title": "Jawabannya hilang"}

    answers = [autosave(submitter, draft, "naming", sent).get_json() for _time in range(2)]

    assert answers[0] == answers[1]
    assert now(world, draft).version == 2


def test_what_does_not_fit_yet_is_named_at_its_input_and_the_rest_is_saved(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sent = form(submitter, draft, "people") | {
        "pic-nip": "1980",
        "partners-0-name": "PKK",
        "partners-0-role": "x" * 201,
    }

    answer = autosave(submitter, draft, "people", sent).get_json()

    assert set(answer["faults"]) == {"pic-nip", "partners-0-role"}
    assert all(text.startswith("Belum disimpan: ") for text in answer["faults"].values())
    assert answer["told"] == "Disimpan 10.00, kecuali 2 isian"
    assert now(world, draft).version == 1

    money = form(submitter, draft, "money") | {"budget": "sejuta", "funding_source": "non_apbd"}
    answer = autosave(submitter, draft, "money", money)
    assert set(answer.get_json()["faults"]) == {"budget"}
    assert now(world, draft).content == proposal(funding_source="non_apbd")


def test_a_fault_in_a_row_finds_its_input_behind_blank_rows(
    visitor: Browser, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sent = form(submitter, draft, "measuring") | {
        "indicators-0-name": "",
        "indicators-0-kind": "",
        "indicators-0-baseline": "",
        "indicators-0-target": " ",
        "indicators-0-unit": "",
        "indicators-2-name": "Baru",
        "indicators-2-target": "dua belas",
    }

    answer = autosave(submitter, draft, "measuring", sent).get_json()

    assert set(answer["faults"]) == {"indicators-2-target"}


# ---------------------------------------------------------------- meanwhile


def test_two_people_in_two_sections_do_not_disturb_each_other(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter = visitor("submitter")
    sent = form(submitter, draft, "naming") | {"title": "Judul baru"}
    write(world, draft, {"problem": "Ditulis rekan."})
    world.session.commit()

    answer = autosave(submitter, draft, "naming", sent)

    assert answer.get_json()["version"] == now(world, draft).version == 3
    assert now(world, draft).content == proposal(title="Judul baru", problem="Ditulis rekan.")


@pytest.mark.parametrize("mine", ["Judul saya", "Gempita Beras Merah"])
@pytest.mark.parametrize("seen", [None, "", "[]", '{"title": 7}', "\x00", "[" * 9999])
def test_two_people_in_one_section_are_a_conflict(
    visitor: Browser, world: World, draft: QuickWin, mine: str, seen: str | None
) -> None:
    submitter = visitor("submitter")
    sent: dict[str, Any] = form(submitter, draft, "naming") | {"title": mine}
    sent |= {} if seen is None else {"seen": seen}
    write(world, draft, {"title": "Judul rekan"})
    world.session.commit()

    answer = autosave(submitter, draft, "naming", sent)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "stale")
    assert now(world, draft).content["title"] == "Judul rekan"


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize("asked", ["autosave", "similar"])
@pytest.mark.parametrize(
    ("who", "state", "section", "status"),
    [
        ("submitter.dkiss", "draft", "naming", 404),
        ("verifier", "draft", "naming", 404),
        ("submitter", "draft", "nowhere", 404),
        ("head", "draft", "naming", 403),
        ("verifier", "verification", "naming", 403),
        ("inspector", "draft", "naming", 403),
        ("submitter", "endorsement", "naming", 423),
    ],
)
def test_it_is_refused_as_the_form_is(
    visitor: Browser, world: World, asked: str, who: str, state: str, section: str, status: int
) -> None:
    quick_win = world.bring_to(state)
    world.session.commit()
    before = written(world.session)

    answer = visitor(who).post(
        f"/quick-wins/{quick_win.id}/edit/{section}/{asked}", {"title": "x", "version": "1"}
    )

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["detail"]
    assert written(world.session) == before


@pytest.mark.parametrize("asked", ["autosave", "similar"])
def test_it_takes_a_login_and_the_token_of_the_form(
    app: Any, visitor: Browser, world: World, draft: QuickWin, asked: str
) -> None:
    address = f"/quick-wins/{draft.id}/edit/naming/{asked}"
    stranger = Visitor(app, world.session, None)

    assert stranger.post(address, {"title": "x"}).status_code == 401
    assert visitor("submitter").client.post(address, data={"title": "x"}).status_code == 400
    assert visitor("submitter").get(address).status_code == 405
    assert now(world, draft).content == proposal()


NAMES = [
    *("title", "summary", "dimension", "subdimension", "instrument", "budget", "files", "seen"),
    *("version", "pic-nip", "pic", "readiness-staff", "milestones-0-date", "indicators-1-target"),
    *("indicators-999-name", "indicators-x-name", "partners", "nothing", "executing_unit"),
]
TYPED = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    [
        "",
        "LIV",
        "GOV",
        "health",
        "it",
        "0",
        "1",
        "9" * 40,
        "1e999",
        "\x00",
        "31/02/2026",
        "x" * 5000,
    ]
)


@pytest.mark.parametrize("asked", ["autosave", "similar"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sent=st.dictionaries(st.sampled_from(NAMES), TYPED, max_size=6),
    section=st.sampled_from(
        ["naming", "description", "measuring", "steps", "money", "people", "outlook", "evidence"]
    ),
)
def test_nothing_that_is_typed_breaks_it(
    visitor: Browser, draft: QuickWin, asked: str, sent: dict[str, str], section: str
) -> None:
    sent = {k: v.encode("utf-8", "replace").decode() for k, v in sent.items()}

    answer = visitor("submitter").post(f"/quick-wins/{draft.id}/edit/{section}/{asked}", sent)

    assert answer.status_code in ((200, 409) if asked == "autosave" else (200,))


# ---------------------------------------------------------------- what resembles it


def test_what_resembles_the_text_is_named_with_its_words_marked(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    other = world.bring_to(
        "verification",
        title="Dapur Sehat Ibu Hamil",
        summary="Dapur umum menyediakan makanan sehat bagi ibu hamil kurang gizi di posyandu.",
    )
    hidden = world.propose("DKISS", title="Dapur Sehat Ibu Hamil Lain")
    world.session.commit()
    typed = {
        "title": "Dapur Sehat untuk Ibu",
        "title_expansion": "",
        "summary": "Makanan sehat dari dapur umum bagi ibu hamil di posyandu.",
    }

    answer = visitor("submitter").post(f"/quick-wins/{draft.id}/edit/naming/similar", typed)

    text = text_of(answer)
    assert other.number in text
    assert "<mark>Dapur</mark>" in text
    assert hidden.number not in text, "it is not open to this reader"
    assert draft.number not in text
    assert now(world, draft).content == proposal()


def test_nothing_is_said_where_nothing_resembles_it(visitor: Browser, draft: QuickWin) -> None:
    answer = visitor("submitter").post(
        f"/quick-wins/{draft.id}/edit/naming/similar", {"title": "Zzz qqq xxx"}
    )
    assert (answer.status_code, answer.get_data(as_text=True).strip()) == (200, "")


def test_the_marks_of_a_page_are_those_of_its_section(visitor: Browser, draft: QuickWin) -> None:
    sent = form(visitor("submitter"), draft, "money")
    assert set(json.loads(sent["seen"][0])) == {"budget", "funding_source"}
