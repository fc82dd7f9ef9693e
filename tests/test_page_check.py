"""The last look at a proposal: all answers, what is missing, what happens then, and the button."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from filled_form import sent_by
from flask import Flask
from page import stop_the_clock, text_of, words_of
from visitor import Visitor
from world import NOW, World, proposal

from web.labels import FIELDS
from web.proposal_notes import asked
from workflow import content as contents
from workflow.dossier import dossier
from workflow.models import QuickWin

Browser = Callable[[str], Visitor]


@pytest.fixture(autouse=True)
def _while_the_period_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, NOW)


@pytest.fixture
def draft(world: World) -> QuickWin:
    quick_win = world.propose(pic={"name": "Rina", "position": "Kasi", "contact": "0811"})
    world.session.commit()
    return quick_win


def test_every_answer_stands_there_in_words(visitor: Browser, draft: QuickWin) -> None:
    told = words_of(visitor("submitter").get(_check(draft)))

    for value in ("Smart Living", "Non-TI", "Rp50.000.000", "Selasa, 1 September 2026", "60,5"):
        assert value in told
    for name in ("problem", "summary", "uniqueness", "beneficiaries"):
        assert proposal()[name] in told
    links = re.findall(r'href="([^"]*)">Ubah<', text_of(visitor("submitter").get(_check(draft))))
    assert len(links) == len(set(links)) == len(FIELDS)


def test_it_is_sent_from_there_with_one_press(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    submitter, address = visitor("submitter"), f"/quick-wins/{draft.id}/submit"
    form = sent_by(submitter.get(_check(draft)), address)
    assert form["version"] == ["1"]

    answer = submitter.post(address, {**form, "note": "Mohon disahkan."})

    assert answer.location == f"/quick-wins/{draft.id}"
    world.session.refresh(draft)
    assert draft.state == "endorsement"


def test_what_happens_then_is_told_from_the_table(visitor: Browser, draft: QuickWin) -> None:
    told = words_of(visitor("submitter").get(_check(draft)))
    then = told[told.index("Setelah dikirim") :]

    expected = ("Kepala Perangkat Daerah · 3 hari", "Verifikator · 5 hari", "Penelaah · 10 hari")
    places = [then.index(station) for station in expected]
    assert places == sorted(places)


def test_what_is_missing_is_named_and_the_button_is_not_there(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(budget=None)
    world.session.commit()

    answer = visitor("submitter").get(_check(quick_win))

    page = text_of(answer)
    assert f'<a href="/quick-wins/{quick_win.id}/edit/money#budget">' in page
    assert "1 hal masih kurang" in page
    assert f'action="/quick-wins/{quick_win.id}/submit"' not in page


def test_where_it_cannot_be_sent_for_another_reason_the_rule_says_so(
    visitor: Browser, world: World, draft: QuickWin
) -> None:
    draft.period.closes_at = NOW
    world.session.commit()

    page = text_of(visitor("submitter").get(_check(draft)))

    assert f'action="/quick-wins/{draft.id}/submit"' not in page
    assert "periode" in page[page.index("Setelah dikirim") :].lower()


@pytest.mark.parametrize(
    ("changes", "told", "then"),
    [
        ({}, "penilaian mereka tetap berlaku", "Pleno"),
        ({"risks": "Hujan."}, "penilaian mereka tetap berlaku", "Pleno"),
        ({"objective": "Lebih tinggi."}, "tidak berlaku lagi", "Telaah Substansi"),
    ],
)
def test_a_revision_says_what_was_changed_and_what_becomes_of_the_judgments(
    visitor: Browser, world: World, changes: dict[str, str], told: str, then: str
) -> None:
    quick_win = world.bring_to("revision")
    version = quick_win.version
    contents.save(world.session, quick_win.id, world["submitter"], changes, version=version, at=NOW)
    world.session.commit()

    answer = visitor("submitter").get(_check(quick_win))

    page = text_of(answer)
    revised = page[
        page.index('id="revised"') : page.index("</section>", page.index('id="revised"'))
    ]
    assert told in revised
    assert f"Berikutnya: “{then}" in revised
    named = set(re.findall(r"/edit/[a-z]+#([a-z]+)", revised))
    assert named == set(changes)
    assert f'action="/quick-wins/{quick_win.id}/resubmit"' in page


def test_why_it_came_back_stands_on_top_of_the_list(visitor: Browser, world: World) -> None:
    quick_win = world.propose()
    world.act(quick_win, "submit", "submitter")
    world.act(quick_win, "return", "head", note="Tolong tambahkan\nbukti dukung.")
    world.session.commit()

    page = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}/edit"))

    assert page.index("Tolong tambahkan\nbukti dukung.") < page.index('class="tasks"')
    assert "Head mengembalikan usulan ke pengusul" in page


def test_notes_on_fields_lead_to_their_fields_in_the_order_of_the_form(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    notes = [
        {"field": "pic", "text": "NIP belum ada."},
        {"field": "instrument", "text": "Bukankah ini TI?"},
    ]
    world.act(quick_win, "request_revision", "verifier", data={"notes": notes})
    world.session.commit()

    page = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}/edit"))

    told = page[page.index('id="asked-for"') : page.index('class="tasks"')]
    assert re.findall(r"/edit/([a-z]+#[a-z0-9-]+)", told) == ["naming#instrument-0", "people#pic"]
    assert told.index("Bukankah ini TI?") < told.index("NIP belum ada.")


def test_a_remark_of_others_on_a_field_is_among_what_was_asked_for(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    asked_for = {"text": "Berapa balita?", "field": "problem"}
    answered = {"text": "Kami hitung lagi.", "field": "summary"}
    world.act(quick_win, "comment", "verifier", data=asked_for)
    world.act(quick_win, "comment", "submitter", data=answered)
    world.act(quick_win, "request_revision", "verifier", note="Lihat catatan.")
    world.session.commit()

    page = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}/edit"))

    told = page[page.index('id="asked-for"') : page.index('class="tasks"')]
    assert re.findall(r"/edit/([a-z]+#[a-z0-9-]+)", told) == ["description#problem"]
    assert "Berapa balita?" in told


def test_a_note_on_a_field_that_there_is_no_more_comes_last(app: Flask, world: World) -> None:
    quick_win = world.bring_to("verification")
    notes = [{"field": "problem", "text": "Berapa balita?"}]
    world.act(quick_win, "request_revision", "verifier", data={"notes": notes})
    found = dossier(world.session, quick_win.id, world["submitter"], at=NOW)
    sealed = {"notes": [{"field": "luck", "text": "Semoga."}, *notes]}
    back = replace(found.events[-1], data=sealed)

    with app.test_request_context("/login"):
        app.preprocess_request()
        told = asked(replace(found, events=[*found.events[:-1], back]))

    assert told
    assert [(one.label, bool(one.href)) for one in told.notes] == [
        (FIELDS["problem"], True),
        ("luck", False),
    ]


def test_a_new_draft_came_back_from_nobody(visitor: Browser, draft: QuickWin) -> None:
    page = text_of(visitor("submitter").get(f"/quick-wins/{draft.id}/edit"))

    assert 'id="asked-for"' not in page


def _check(quick_win: QuickWin) -> str:
    return f"/quick-wins/{quick_win.id}/check"
