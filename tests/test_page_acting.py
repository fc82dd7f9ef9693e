"""Acting from the pages: forms, what is said afterwards, and refusals that lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attempts import written
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page import text_of, words_of
from sqlalchemy import select
from visitor import Visitor
from werkzeug.test import TestResponse
from world import JUDGMENT, NOW, SCORES, World

from workflow.acts import StepGiven
from workflow.definition import SYSTEM
from workflow.models import Event, QuickWin, Report

Browser = Callable[[str], Visitor]


def act(visitor: Visitor, quick_win: QuickWin, action: str, /, **typed: Any) -> TestResponse:
    """A post of the form of the page as it is now, or as `typed` says."""
    address = f"/quick-wins/{quick_win.id}/{action}"
    return visitor.post(address, {"version": quick_win.version, **typed})


def _actuals(*values: str) -> dict[str, str]:
    """What the form of a report sends of the two indicators of `world.proposal`."""
    rows = zip(("Posyandu", "Gizi"), values, strict=True)
    return {
        f"actuals-{index}-{part}": text
        for index, row in enumerate(rows)
        for part, text in zip(("indicator", "value"), row, strict=True)
    }


ACTUALS = tuple(_actuals("", ""))


def last_event(world: World) -> Event:
    return world.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def english(world: World, *names: str) -> None:
    for name in names:
        world[name].language = "en"
    world.session.commit()


def judged(**changes: Any) -> dict[str, Any]:
    """What the form of a judgment sends."""
    return {"verdict": "approve", "note": "", **{f"score_{k}": "3" for k in SCORES}, **changes}


# ---------------------------------------------------------------- what is done


def test_an_act_is_told_in_words_with_what_comes_next(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    english(world, "head")
    head = visitor("head")

    answer = act(head, quick_win, "endorse", note="Silakan.")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/quick-wins/{quick_win.id}"
    world.session.refresh(quick_win)
    assert quick_win.state == "verification"
    assert (last_event(world).action, last_event(world).note) == ("endorse", "Silakan.")
    words = words_of(head.get(f"/quick-wins/{quick_win.id}"))
    assert "You endorsed the proposal. Next: “Administrative verification”" in words


def test_the_last_judgment_is_followed_by_what_happens_by_itself(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
    english(world, "reviewer2")
    reviewer = visitor("reviewer2")

    act(reviewer, quick_win, "judge", **judged(score_risk="0", note="Layak."))

    world.session.refresh(quick_win)
    assert quick_win.state == "decision"
    words = words_of(reviewer.get(f"/quick-wins/{quick_win.id}"))
    assert "You reviewed it. Next: “Plenary, awaiting the decision”, the turn of: Chair." in words
    assert "Layak." in words


def test_a_report_takes_amounts_and_numbers_as_people_write_them(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("implementation")
    world.session.commit()

    answer = act(
        visitor("submitter"),
        quick_win,
        "report",
        percent="62,5",
        summary="Jalan.",
        spent="12,5 juta",
        **_actuals("1.250", ""),
    )

    assert answer.status_code == 303, words_of(answer)
    report = world.session.scalars(select(Report)).one()
    assert (str(report.percent), report.spent) == ("62.50", 12_500_000)
    assert report.actuals == [{"indicator": "Posyandu", "value": "1250"}]


def test_an_indicator_with_the_longest_name_can_be_reported_on(
    visitor: Browser, world: World
) -> None:
    name = "Jumlah " + "n" * 193
    row = {"kind": "output", "name": name, "baseline": 0, "target": 1, "unit": "pos"}
    quick_win = world.bring_to("implementation", indicators=[row])
    world.session.commit()
    typed = {"actuals-0-indicator": name, "actuals-0-value": "1"}

    answer = act(visitor("submitter"), quick_win, "report", percent="10", summary="Jalan.", **typed)

    assert answer.status_code == 303


def test_a_deadline_is_extended_to_a_date_as_people_write_it(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    world.session.commit()

    on = datetime.now(UTC).date() + timedelta(days=40)
    typed = f"{on.day}/{on.month}/{on.year}"

    answer = act(visitor("verifier2"), quick_win, "extend", due_on=typed, note="Rapat.")

    assert answer.status_code == 303
    world.session.refresh(quick_win)
    assert quick_win.due_at is not None
    assert quick_win.due_at.date() == on


def test_a_comment_is_sent_from_the_page_itself(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    english(world, "mentor")
    mentor = visitor("mentor")
    page = text_of(mentor.get(f"/quick-wins/{quick_win.id}"))
    assert f'action="/quick-wins/{quick_win.id}/comment"' in page

    answer = act(mentor, quick_win, "comment", text="Tambahkan peta.", field="problem")

    assert answer.status_code == 303
    assert last_event(world).data == {"field": "problem"}
    words = words_of(mentor.get(f"/quick-wins/{quick_win.id}"))
    assert "You commented." in words
    assert "about: Problem Tambahkan peta." in words


# ---------------------------------------------------------------- the forms


@pytest.mark.parametrize(
    ("state", "who", "action", "fields"),
    [
        (
            "review",
            "reviewer",
            "judge",
            {"beside", "verdict", "note", *(f"score_{k}" for k in SCORES)},
        ),
        ("decision", "chair", "request_revision", {"beside", "note"}),
        (
            "implementation",
            "submitter",
            "report",
            {"percent", "summary", "spent", *ACTUALS},
        ),
        ("verification", "verifier2", "extend", {"due_on", "note"}),
        ("review", "chair", "comment", {"text", "field"}),
    ],
)
def test_the_form_of_an_action_asks_for_all_that_it_collects(
    visitor: Browser, world: World, state: str, who: str, action: str, fields: set[str]
) -> None:
    quick_win = world.bring_to(state)
    world.session.commit()

    answer = visitor(who).get(f"/quick-wins/{quick_win.id}/{action}")

    page = text_of(answer)
    assert answer.status_code == 200
    form = page[page.index('class="card act-form"') :]
    assert set(re.findall(r' name="([^"]*)"', form)) == {"csrf_token", "version", "seen", *fields}
    assert f'name="version" value="{quick_win.version}"' in form
    assert "Beras merah untuk balita" in page


def test_the_address_of_an_action_that_collects_nothing_leads_to_its_button(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()

    answer = visitor("head").get(f"/quick-wins/{quick_win.id}/endorse")

    assert answer.headers["Location"] == f"/quick-wins/{quick_win.id}#action-endorse"
    page = text_of(visitor("head").get(f"/quick-wins/{quick_win.id}"))
    assert 'id="action-endorse"' in page


@pytest.mark.parametrize(
    ("who", "action", "status", "words"),
    [
        ("verifier", "judge", 403, "“Give your review” is for: Reviewer."),
        ("submitter", "report", 409, "“Report progress” is not possible in the state “Review”."),
        ("reviewer3", "judge", 422, "Nobody decides on a Quick Win of their own unit"),
        ("reviewer", "fly", 404, "There is no action called “fly”."),
        ("head.kec", "judge", 404, "This does not exist, or it is not open to you."),
    ],
)
def test_the_form_of_what_is_not_open_gives_the_rule_instead(
    visitor: Browser, world: World, who: str, action: str, status: int, words: str
) -> None:
    quick_win = world.bring_to("review")
    english(world, who)

    answer = visitor(who).get(f"/quick-wins/{quick_win.id}/{action}")

    assert answer.status_code == status
    assert words in words_of(answer)


def test_the_decree_officer_is_led_to_a_decree(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("approved")
    english(world, "decree_officer")
    officer = visitor("decree_officer")

    answer = officer.get(f"/quick-wins/{quick_win.id}")

    assert "Establish through a decree Only a decree can do this." in words_of(answer)
    assert f'href="/decrees/new?period=2026&quick_win={quick_win.id}"' in text_of(answer)
    refused = act(officer, quick_win, "establish", note="Tetapkan saja.")
    assert refused.status_code == 422
    assert "Only a decree can do this." in words_of(refused)
    assert "Tetapkan saja." in text_of(refused)


# ---------------------------------------------------------------- what is refused


def test_a_missing_reason_is_asked_for_at_its_field(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("decision")
    english(world, "chair")
    before = written(world.session)

    answer = act(visitor("chair"), quick_win, "reject", note="   ")

    assert answer.status_code == 422
    page = text_of(answer)
    assert 'id="action-reject" open' in page
    assert '<a href="#action-reject-note">Please say why.</a>' in page
    assert 'id="action-reject-note"' in page
    assert 'id="action-reject-error"' in page
    assert 'aria-invalid="true" aria-describedby="action-reject-hint action-reject-error"' in page
    assert words_of(answer).count("Please say why.") == 2
    assert written(world.session) == before


def test_a_note_that_is_too_long_stays_in_its_field(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    note = "Panjang & lebar. " * 300

    answer = act(visitor("head"), quick_win, "return", note=note)

    assert answer.status_code == 422
    assert f'aria-describedby="action-return-hint action-return-error">\n{note}<' in text_of(answer)


def test_a_decision_on_what_has_changed_tells_what_happened_and_keeps_the_note(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("decision")
    english(world, "chair")
    chair, version, seen = visitor("chair"), quick_win.version, last_event(world).seq
    world.act(quick_win, "request_revision", "chair", note="Lengkapi dulu.")
    world.act(quick_win, "resubmit", "submitter")
    world.session.commit()
    before = written(world.session)

    answer = act(chair, quick_win, "approve", seen=seen, version=version, note="Setuju sekali.")

    assert answer.status_code == 409
    words, page = words_of(answer), text_of(answer)
    assert "It has changed since you opened it." in words
    assert "Chair asked for a revision, 1 July 2026, 10:00 WIB." in words
    assert "Submitter sent the revision, 1 July 2026, 10:00 WIB." in words
    assert "reviewed it, 1 July" not in words
    assert ">\nSetuju sekali.</textarea>" in page
    assert f'name="version" value="{quick_win.version}"' in page
    assert written(world.session) == before
    assert act(chair, quick_win, "approve", note="Setuju sekali.").status_code == 303


def test_a_change_of_the_content_is_told_too(visitor: Browser, world: World) -> None:
    from workflow import content as contents

    quick_win = world.propose()
    english(world, "submitter")
    submitter = visitor("submitter")
    version = quick_win.version
    contents.save(
        world.session, quick_win.id, world["submitter"], {"benefit": "Lain."}, version=None, at=NOW
    )
    world.session.commit()

    answer = submitter.post(f"/quick-wins/{quick_win.id}/submit", {"version": version, "seen": 0})

    assert answer.status_code == 409
    assert "What happened meanwhile: The content was changed." in words_of(answer)


def test_whoever_comes_too_late_reads_who_was_faster_and_gets_the_note_back(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("decision")
    english(world, "chair")
    chair, seen = visitor("chair"), last_event(world).seq
    world.act(quick_win, "reject", "chair")
    world.session.commit()

    answer = act(chair, quick_win, "approve", seen=seen, note="Saya <setuju>.")

    assert answer.status_code == 409
    words, page = words_of(answer), answer.get_data(as_text=True)
    assert "“Approve” is not possible in the state “Rejected”." in words
    assert "Chair rejected the proposal" in words
    assert "It was not saved." in words
    assert "readonly>\nSaya &lt;setuju&gt;.</textarea>" in page


@pytest.mark.parametrize(("who", "status"), [("mentor", 403), ("head.kec", 404)])
def test_who_may_not_act_gets_back_what_was_typed(
    visitor: Browser, world: World, who: str, status: int
) -> None:
    quick_win = world.bring_to("decision")
    english(world, who)
    before = written(world.session)

    answer = act(visitor(who), quick_win, "approve", note="Menurut saya bagus.")

    assert answer.status_code == status
    assert ">\nMenurut saya bagus.</textarea>" in text_of(answer)
    assert ("“Approve” is for: Chair." in words_of(answer)) is (status == 403)
    assert written(world.session) == before


def test_a_judgment_that_comes_too_late_is_given_back_whole(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("decision")
    english(world, "reviewer")

    answer = act(visitor("reviewer"), quick_win, "judge", **judged(note="Sudah terlambat?"))

    assert answer.status_code == 409
    assert ">\nSudah terlambat?</textarea>" in text_of(answer)
    assert "Keunikan" in words_of(answer) or "Uniqueness" in words_of(answer)


def test_what_a_judgment_lacks_is_listed_with_links_and_the_rest_stays(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    english(world, "reviewer")
    typed = judged(score_risk="", score_appeal="9", note="Hampir.")
    del typed["verdict"]

    answer = act(visitor("reviewer"), quick_win, "judge", **typed)

    assert answer.status_code == 422
    page, words = text_of(answer), words_of(answer)
    assert "Something needs to be put right" in words
    for field in ("score_risk", "score_appeal", "verdict"):
        assert f'<a href="#{field}-0">' in page
        assert f'id="{field}-0"' in page
        assert f'aria-describedby="{field}-hint {field}-error"' in page or (
            f'aria-describedby="{field}-error"' in page
        )
    assert "Choose what you recommend." in words
    assert "Choose a score from 0 to 4." in words
    assert ">\r\nHampir.</textarea>" in page
    assert page.count(" checked ") == len(SCORES) - 2


def test_what_a_report_lacks_is_said_in_words_for_people(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("implementation")
    english(world, "submitter")

    answer = act(
        visitor("submitter"),
        quick_win,
        "report",
        percent="seratus",
        summary=" ",
        spent="-5",
        **_actuals("", "banyak"),
    )

    assert answer.status_code == 422
    page, words = text_of(answer), words_of(answer)
    for sentence in (
        "Progress in percent: Write a number like 1.250 or 12,5.",
        "What was done, what comes next: Write something here.",
        "Spent so far, in all: Write whole rupiah, not negative",
        "Gizi: Write a number like 1.250 or 12,5.",
    ):
        assert sentence in words
    assert '<a href="#actuals-1-value">' in page
    for value in ("seratus", "-5", "banyak"):
        assert f'value="{value}"' in page


def test_a_date_that_is_over_is_refused_at_its_field(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("verification")
    english(world, "verifier2")

    answer = act(visitor("verifier2"), quick_win, "extend", due_on="01/07/2026", note="")

    assert answer.status_code == 422
    assert "Please say why." in words_of(answer)
    again = act(visitor("verifier2"), quick_win, "extend", due_on="01/07/2026", note="Ya.")
    assert "New date: The new date must lie after today." in words_of(again)
    assert 'value="01/07/2026"' in text_of(again)


def test_the_refusals_of_a_form_come_after_those_of_role_version_and_state(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("implementation")
    world.session.commit()
    wrong = {"percent": "x", "summary": "Simpan saya."}

    for who, version, status in (
        ("chair", quick_win.version, 403),
        ("submitter", quick_win.version - 1, 409),
        ("submitter", "x", 409),
        ("submitter", "", 409),
        ("submitter", "9" * 30, 409),
        ("submitter", quick_win.version, 422),
    ):
        answer = act(visitor(who), quick_win, "report", **{**wrong, "version": version})
        assert answer.status_code == status, (who, version)
        assert "Simpan saya." in text_of(answer)


def test_nothing_is_done_without_the_token_of_the_session(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    before = written(world.session)

    answer = act(visitor("head"), quick_win, "endorse", csrf_token="", note="Sudah saya baca.")

    assert answer.status_code == 400
    assert ">\nSudah saya baca.</textarea>" in text_of(answer)
    assert written(world.session) == before


def test_what_was_typed_outlives_the_login(app: Flask, visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    world.session.commit()
    nobody = Visitor(app, world.session, None)

    answer = act(nobody, quick_win, "endorse", note="Sudah saya <baca>.")

    assert answer.status_code == 401
    assert ">\nSudah saya <baca>.</textarea>" in text_of(answer)
    assert "csrf_token" not in words_of(answer)
    assert act(nobody, quick_win, "endorse").status_code == 302


# ---------------------------------------------------------------- whatever is typed

FORMS = [
    ("endorsement", "head", "return", ("note",)),
    ("decision", "chair", "approve", ("note",)),
    ("review", "reviewer", "judge", ("note", "verdict", "score_risk", "score_appeal")),
    ("implementation", "submitter", "report", ("percent", "summary", "spent", *ACTUALS)),
    ("verification", "verifier2", "extend", ("due_on", "note")),
    ("review", "mentor", "comment", ("text", "field")),
]
# Where it can be given back as it is: a text of a form, not a choice of one.
CHOSEN = {"verdict", "score_risk", "score_appeal", "field"}
typed_texts = st.text(max_size=60) | st.sampled_from(
    ["", "0", "100", "50 juta", "07/08/2030", "1e5", "-1", "\x00", "<b>&amp;", "9" * 50, "３", "²"]
)


@pytest.mark.parametrize(("state", "who", "action", "fields"), FORMS)
def test_whatever_is_typed_is_done_or_comes_back(
    visitor: Browser,
    world: World,
    state: str,
    who: str,
    action: str,
    fields: tuple[str, ...],
) -> None:
    quick_win = world.bring_to(state)
    world.session.commit()
    browser = visitor(who)

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(typed=st.fixed_dictionaries(dict.fromkeys(fields, typed_texts)))
    def hold(typed: dict[str, str]) -> None:
        answer = act(browser, quick_win, action, **typed)
        assert answer.status_code in (303, 403, 409, 422)
        if answer.status_code != 303:
            page = _as_sent(text_of(answer))
            for name in set(fields) - CHOSEN:
                assert _as_sent(typed[name]) in page

    hold()


def _as_sent(text: str) -> str:
    """Line ends as a browser makes them all alike."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_a_click_after_the_time_has_run_out_is_told_by_whom_and_when(
    visitor: Browser, world: World
) -> None:
    """Who had the page open when the revision lapsed sees what happened, and nothing is done."""
    english(world, "submitter")
    quick_win = world.bring_to("revision")
    world.session.commit()
    seen = quick_win.version
    assert quick_win.due_at is not None
    lapsed = StepGiven(threshold=0, cycle=quick_win.due_at.date().isoformat())
    world.act(quick_win, "lapse", SYSTEM, note="", data=lapsed, at=quick_win.due_at)
    world.session.commit()
    before = last_event(world).id

    answer = act(visitor("submitter"), quick_win, "resubmit", version=seen)

    assert answer.status_code == 409
    words = words_of(answer)
    assert "This was not done" in words
    assert (
        "The system withdrew it, since the time for the revision has run out, "
        "15 July 2026, 16:00 WIB." in words
    )
    assert last_event(world).id == before
