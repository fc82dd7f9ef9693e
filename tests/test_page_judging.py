"""The page on which a proposal is judged: notes beside its fields, similar ones compared, help."""

from __future__ import annotations

import re
from typing import Any

import pytest
from attempts import written
from page import text_of, words_of
from sqlalchemy import select
from test_other_definition import ask, town
from test_page_acting import Browser, act, english, judged, last_event
from visitor import Visitor
from werkzeug.test import TestResponse
from world import JUDGMENT, LONG_AGO, World

from web.judging_forms import FORM
from workflow.document import shipped
from workflow.fields import Content
from workflow.models import Assignment, Event, QuickWin

__all__ = ["town"]

NOTED = {"note_problem": "Berapa balita?", "note_risks": "Belum diisi."}
NOTES = [
    {"field": "problem", "text": "Berapa balita?"},
    {"field": "risks", "text": "Belum diisi."},
]


def twins(world: World) -> tuple[QuickWin, QuickWin]:
    """One to judge, and one that resembles it."""
    text = {"title": "Posyandu Keliling Desa", "summary": "Posyandu keliling untuk balita desa."}
    return world.bring_to("review", **text), world.bring_to("verification", **text)


def page_of(visitor: Visitor, quick_win: QuickWin, action: str = "judge") -> TestResponse:
    answer = visitor.get(f"/quick-wins/{quick_win.id}/{action}")
    assert answer.status_code == 200, words_of(answer)
    return answer


def compared(other: QuickWin, **changes: Any) -> dict[str, Any]:
    typed = {"quick_win": other.id, "verdict": "overlapping", "reason": "Sasarannya sama."}
    return {f"similar-0-{name}": value for name, value in {**typed, **changes}.items()}


def test_every_field_stands_there_with_a_place_for_a_note_that_belongs_to_the_form(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")

    page = text_of(page_of(visitor("reviewer"), quick_win))

    for name in Content.model_fields:
        assert f'id="field-{name}"' in page
        (place,) = re.findall(rf'<textarea[^>]*name="note_{name}"[^>]*>', page)
        assert f'form="{FORM}"' in place
    assert f'<form class="card act-form" id="{FORM}"' in page
    assert "Beras merah untuk balita (data contoh)." in page


def test_notes_are_sent_with_the_judgment(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    world.session.commit()

    answer = act(visitor("reviewer"), quick_win, "judge", **judged(), **NOTED, note_title=" \n")

    assert answer.status_code == 303, words_of(answer)
    assert last_event(world).data == {**JUDGMENT, "notes": NOTES}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"score_risk": ""}, 422),
        ({"version": 1}, 409),
        ({"note_title": "x" * 4001}, 422),
    ],
)
def test_a_refusal_gives_back_every_note_and_every_comparison(
    visitor: Browser, world: World, changes: dict[str, Any], status: int
) -> None:
    quick_win, other = twins(world)
    english(world, "reviewer")
    before = written(world.session)

    typed = {**judged(), **NOTED, **compared(other), **changes}
    answer = act(visitor("reviewer"), quick_win, "judge", **typed)

    assert answer.status_code == status
    page, words = text_of(answer), words_of(answer)
    for note in NOTES:
        assert f">\r\n{note['text']}</textarea>" in page
    assert ">\r\nSasarannya sama.</textarea>" in page
    assert 'selected value="overlapping"' in page
    count = 3 if "note_title" in changes else 2
    assert f"{count} notes on fields are sent with it." in words
    assert page.count("data-note open>") == count
    assert written(world.session) == before


@pytest.mark.parametrize(("state", "who"), [("decision", "reviewer"), ("review", "mentor")])
def test_notes_come_back_to_be_copied_where_there_is_no_form_any_more(
    visitor: Browser, world: World, state: str, who: str
) -> None:
    quick_win, other = world.bring_to(state), world.bring_to("verification")
    world.session.commit()

    answer = act(visitor(who), quick_win, "judge", **judged(), **NOTED, **compared(other))

    assert answer.status_code == (409 if state == "decision" else 403)
    page = text_of(answer)
    for text in ("Berapa balita?", "Belum diisi.", "Sasarannya sama."):
        assert f">\n{text}</textarea>" in page


def test_similar_ones_are_offered_and_the_verdict_on_them_is_sent(
    visitor: Browser, world: World
) -> None:
    quick_win, other = twins(world)
    reviewer = visitor("reviewer")
    page = text_of(page_of(reviewer, quick_win))
    assert f'name="similar-0-quick_win" type="hidden" value="{other.id}"' in page
    assert f'href="/quick-wins/{other.id}"' in page

    answer = act(reviewer, quick_win, "judge", **judged(), **compared(other))

    assert answer.status_code == 303, words_of(answer)
    assert last_event(world).data["similar"] == [
        {"quick_win": other.id, "verdict": "overlapping", "reason": "Sasarannya sama."}
    ]


def test_what_is_not_compared_is_not_sent(visitor: Browser, world: World) -> None:
    quick_win, other = twins(world)
    world.session.commit()

    act(
        visitor("reviewer"),
        quick_win,
        "judge",
        **judged(),
        **compared(other, verdict="", reason=""),
    )

    assert last_event(world).data == JUDGMENT


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": ""}, "Choose how they compare."),
        ({"verdict": "twin"}, "Only one of these is possible here"),
        ({"reason": "x" * 4001}, "At most 4000 characters"),
    ],
)
def test_a_comparison_that_does_not_fit_is_named_at_its_place(
    visitor: Browser, world: World, changes: dict[str, Any], words: str
) -> None:
    quick_win, other = twins(world)
    english(world, "reviewer")

    answer = act(visitor("reviewer"), quick_win, "judge", **judged(), **compared(other, **changes))

    assert answer.status_code == 422
    assert words in words_of(answer)
    part = "reason" if "reason" in changes else "verdict"
    assert f'id="similar-0-{part}-error"' in text_of(answer)


@pytest.mark.parametrize("one", ["", "x", "²", "9" * 30, "-1", "0"])
def test_an_id_that_is_none_is_refused_and_breaks_nothing(
    visitor: Browser, world: World, one: str
) -> None:
    quick_win, other = twins(world)
    world.session.commit()

    answer = act(
        visitor("reviewer"), quick_win, "judge", **judged(), **compared(other, quick_win=one)
    )

    assert answer.status_code == 422


def test_each_score_has_its_help_from_the_definition(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    english(world, "reviewer")

    words = words_of(page_of(visitor("reviewer"), quick_win))

    for aspect in shipped().rubric.values():
        for label in (aspect.help, aspect.low, aspect.middle, aspect.high):
            assert label is not None
            assert label.en in words
    assert "Next: “Plenary, awaiting the decision”, the turn of: Chair." in words


def test_a_rubric_without_help_works_too(visitor: Browser, town: World) -> None:
    permit = ask(town)
    town.act(permit, "ask", "applicant")
    town.session.commit()
    officer = visitor("officer")

    page = text_of(page_of(officer, permit, "assess"))
    assert "scale-marks" not in page
    typed = {"verdict": "approve", "score_safety": "4", "score_noise": "1", **NOTED}
    assert act(officer, permit, "assess", **typed).status_code == 303
    events = select(Event.data).where(Event.quick_win_id == permit.id, Event.action == "assess")
    assert town.session.scalars(events).one()["notes"] == NOTES


def test_who_judged_an_earlier_version_is_shown_the_way_to_what_changed(
    visitor: Browser, world: World
) -> None:
    from somebody import write

    quick_win = world.bring_to("revision")
    write(world, quick_win, {"problem": "Lain sama sekali."})
    world.act(quick_win, "resubmit", "submitter")
    world.session.commit()

    assert f'href="/quick-wins/{quick_win.id}/diff/1/2' in text_of(
        page_of(visitor("reviewer"), quick_win)
    )
    fresh = world.bring_to("review")
    world.session.commit()
    assert "/diff/" not in text_of(page_of(visitor("reviewer"), fresh))


# ---------------------------------------------------------------- sending back


def test_a_revision_is_asked_for_with_notes_beside_the_fields(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("decision")
    english(world, "chair")
    chair = visitor("chair")
    assert 'name="note_problem"' in text_of(page_of(chair, quick_win, "request_revision"))

    refused = act(chair, quick_win, "request_revision", beside="1", note=" ", **NOTED)

    assert refused.status_code == 422
    page = text_of(refused)
    assert "Please say why." in words_of(refused)
    assert ">\r\nBerapa balita?</textarea>" in page
    answer = act(chair, quick_win, "request_revision", beside="1", note="Lihat catatan.", **NOTED)
    assert answer.status_code == 303
    assert (last_event(world).note, last_event(world).data) == ("Lihat catatan.", {"notes": NOTES})


def test_the_short_way_to_send_back_leads_to_the_long_one(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    head = visitor("head")

    page = text_of(head.get(f"/quick-wins/{quick_win.id}"))

    assert f'class="offer-beside" href="/quick-wins/{quick_win.id}/return"' in page
    assert f'class="offer-beside" href="/quick-wins/{quick_win.id}/endorse"' not in page
    assert act(head, quick_win, "return", note="Lengkapi.").status_code == 303


# ---------------------------------------------------------------- what others see of it


def test_nobody_else_reads_notes_and_comparisons_before_the_step_is_concluded(
    visitor: Browser, world: World
) -> None:
    quick_win, other = twins(world)
    world.act(
        quick_win,
        "judge",
        "reviewer",
        data={
            **JUDGMENT,
            "notes": [{"field": "problem", "text": "Rahasia catatan."}],
            "similar": [{"quick_win": other.id, "verdict": "same", "reason": "Rahasia alasan."}],
        },
    )
    world.session.commit()

    def seen(who: str) -> str:
        one = visitor(who)
        pages = [one.get(f"/quick-wins/{quick_win.id}")]
        if who == "reviewer2" and quick_win.state == "review":
            pages.append(page_of(one, quick_win))
        calls = [one.api("GET", f"/quick-wins/{quick_win.id}{rest}") for rest in ("", "/events")]
        return "".join(text_of(answer) for answer in [*pages, *calls])

    everybody = ("reviewer2", "chair", "submitter", "head", "mentor", "admin", "inspector")
    for who in everybody:
        assert "Rahasia" not in seen(who), who
    assert "Rahasia catatan." in seen("reviewer")

    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
    world.session.commit()
    for who in everybody:
        text = seen(who)
        opd = who in ("submitter", "head")
        assert "Rahasia catatan." in text, who
        assert ("Rahasia alasan." in text) is not opd, who
        assert not (opd and world["reviewer"].email in text)


def test_a_comparison_with_what_the_reader_may_not_see_is_not_shown(
    visitor: Browser, world: World
) -> None:
    world["reviewer"].assignments.append(
        Assignment(role="inspector", unit=None, capacity="Inspektur", valid_from=LONG_AGO)
    )
    quick_win, hidden = world.bring_to("review"), world.propose("DKISS", title="Dapur Warga")
    similar = [{"quick_win": hidden.id, "verdict": "same", "reason": "Alasan."}]
    world.act(quick_win, "judge", "reviewer", data={**JUDGMENT, "similar": similar})
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
    world.session.commit()

    for who, sees in (("admin", True), ("reviewer", True), ("chair", False), ("submitter", False)):
        page = text_of(visitor(who).get(f"/quick-wins/{quick_win.id}"))
        assert ("Dapur Warga" in page) is sees, who
        assert ("Alasan." in page) is sees, who
