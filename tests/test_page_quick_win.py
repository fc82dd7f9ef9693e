"""The page of one Quick Win, and what changed between two submissions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from attempts import statements, written
from page import stop_the_clock, text_of, ways_to_act, words_of
from visitor import Visitor
from world import JUDGMENT, NOW, REPORT, World, proposal

from web.labels import CHOICES, FIELDS, PARTS
from workflow import content as contents
from workflow.definition import SYSTEM
from workflow.document import shipped
from workflow.errors import Forbidden
from workflow.fields import Content
from workflow.language import say
from workflow.machine import available
from workflow.models import File, QuickWin, Upload

Browser = Callable[[str], Visitor]
WORKFLOW = shipped()
PEOPLE = (*WORKFLOW.roles, "verifier2", "reviewer3", "submitter.dkiss", "head.kec")


@pytest.mark.parametrize("state", WORKFLOW.states)
def test_the_page_has_a_way_to_act_exactly_for_what_the_door_offers(
    visitor: Browser, world: World, state: str
) -> None:
    quick_win = world.bring_to(state)
    world.session.commit()

    for who in PEOPLE:
        world[who].language = "en"
        answer = visitor(who).get(f"/quick-wins/{quick_win.id}")
        choices = available(world.session, quick_win, world[who], at=datetime.now(UTC))
        if not choices.standing.sees:
            assert answer.status_code == 404
            continue
        assert ways_to_act(answer, quick_win) == choices.actions.keys(), who
        words = words_of(answer)
        for action, refusal in choices.refused.items():
            if any(row.by != (SYSTEM,) for row in WORKFLOW.rows(action)):
                assert str(refusal) in words
                if isinstance(refusal, Forbidden):
                    assert any(say(WORKFLOW.role_label(r), "en") in words for r in refusal.who_can)
        for offer in choices.actions.values():
            if offer.row.collects != "comment":
                assert say(offer.then.label, "en") in words


@pytest.mark.parametrize("state", WORKFLOW.states)
def test_the_stepper_shows_where_it_is_or_where_it_stopped(
    visitor: Browser, world: World, state: str
) -> None:
    quick_win = world.bring_to(state)
    world.session.commit()
    world["admin"].language = "en"

    page = text_of(visitor("admin").get(f"/quick-wins/{quick_win.id}"))

    positions = re.findall(r'class="step step-(\w+)"', page)
    assert len(positions) == len(WORKFLOW.stages)
    here, dead = WORKFLOW.states[state], WORKFLOW.states[state].final
    turning = [name for name in positions if name != "next"][-1]
    assert turning == ("done" if here.stage and dead else "stopped" if dead else "now")
    assert positions == sorted(positions, key=["done", "now", "stopped", "next"].index)
    if here.stage:
        reached = [name for name in positions if name != "next"]
        assert list(WORKFLOW.stages)[len(reached) - 1] == here.stage
    assert say(here.label, "en") in page


def test_the_deadline_names_whom_it_waits_for_since_and_until_when(
    monkeypatch: pytest.MonkeyPatch, visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    quick_win.since, quick_win.due_at = NOW, datetime(2026, 7, 15, 9, 0, tzinfo=UTC)
    world.session.commit()
    world["reviewer"].language = "en"
    stop_the_clock(monkeypatch, datetime(2026, 7, 9, 3, 0, tzinfo=UTC))

    answer = visitor("reviewer").get(f"/quick-wins/{quick_win.id}")

    words = words_of(answer)
    assert "Deadline Wednesday, 15 July 2026 4 working days left Waits for Reviewer" in words
    assert "Since 1 July 2026, 10:00 WIB" in words
    assert '<progress class="meter meter-primary" value="6" max="10"' in text_of(answer)


def test_what_has_ended_waits_for_nobody(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("completed")
    world.session.commit()
    world["admin"].language = "en"

    words = words_of(visitor("admin").get(f"/quick-wins/{quick_win.id}"))

    assert "It has come to its end Completed" in words
    assert "Waits for" not in words


def test_the_content_is_told_with_its_labels_in_the_language_of_the_reader(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(
        title_expansion="Gerakan Masyarakat",
        subdimension="health",
        initiator="public",
        form="public_service",
        rpjmd_program="Program Gizi",
        executing_unit="UPTD",
        partners=[{"name": "PKK", "role": "Kader"}],
        potential="Bisa ditiru.",
        sustainability="Dana desa.",
        risks="Gagal panen.",
        readiness={"regulation": "yes", "staff": "not_yet"},
    )
    world.session.commit()
    world["submitter"].language = "en"

    words = words_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}"))

    for told in (
        "Dimension Smart Living",
        "Subdimension Health",
        "Instrument Not IT",
        "Initiator The public",
        "Form of innovation Public service",
        "Budget Rp50.000.000",
        "Source of funds APBD (the region's budget)",
        "Executing unit Unit UPTD",
        "Gizi Outcome 60.5 80 persen",
        "Peluncuran Tuesday, 1 September 2026",
        "PKK Kader",
        "Name Rina Position Kepala Seksi Contact 0811-0000-0001",
        "Regulation Ready Staff Not yet",
        "Risks Gagal panen.",
        "Beneficiaries 120 balita",
    ):
        assert told in words


def test_every_field_and_every_choice_has_a_name() -> None:
    assert FIELDS.keys() == Content.model_fields.keys()
    schema = Content.model_json_schema()
    kinds = {
        "indicators": "Indicator",
        "milestones": "Milestone",
        "pic": "Pic",
        "partners": "Partner",
        "readiness": "Readiness",
    }
    assert PARTS.keys() == kinds.keys()
    for group, names in PARTS.items():
        part = schema["$defs"][kinds[group]]
        assert names.keys() == part["properties"].keys()
        for name, told in part["properties"].items():
            assert set(_choices(told)) == CHOICES.get(f"{group}.{name}", {}).keys()
    for name, told in schema["properties"].items():
        assert set(_choices(told)) == CHOICES.get(name, {}).keys()


def _choices(told: dict[str, object]) -> list[str]:
    found = [entry.get("enum", []) for entry in told.get("anyOf", [])]  # type: ignore[attr-defined]
    return [choice for choices in found for choice in choices]


def test_a_file_is_a_link_with_the_name_under_which_it_was_uploaded(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose()
    name = "a" * 64
    world.session.add(File(sha256=name, media_type="application/pdf", size=2048, data=b"%PDF"))
    world.session.flush()
    world.session.add(
        Upload(
            quick_win_id=quick_win.id,
            sha256=name,
            name="SK <Tim>.pdf",
            person_id=world["submitter"].id,
            at=NOW,
        )
    )
    world.session.flush()
    contents.save(
        world.session, quick_win.id, world["submitter"], {"files": [name]}, version=None, at=NOW
    )
    world.session.commit()

    answer = visitor("submitter").get(f"/quick-wins/{quick_win.id}")

    assert f'href="/api/v1/files/{name}">SK &lt;Tim&gt;.pdf</a>' in answer.get_data(as_text=True)


def test_a_draft_says_what_is_still_missing_and_leads_to_the_form(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose(benefit=None, indicators=[{"name": "Posyandu"}])
    world.session.commit()
    for who in ("submitter", "head"):
        world[who].language = "en"

    answer = visitor("submitter").get(f"/quick-wins/{quick_win.id}")

    assert "Still missing: Benefit, Indicators" in words_of(answer)
    assert f'href="/quick-wins/{quick_win.id}/edit"' in text_of(answer)
    other = visitor("head").get(f"/quick-wins/{quick_win.id}")
    assert f'href="/quick-wins/{quick_win.id}/edit"' not in text_of(other)


def test_judgments_of_others_appear_with_their_mean_once_the_step_is_concluded(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    low = {"verdict": "revise", "scores": dict.fromkeys(WORKFLOW.rubric, 1)}
    world.act(quick_win, "judge", "reviewer", note="Kurang jelas.", data=low)
    world.session.commit()
    for who in ("chair", "submitter"):
        world[who].language = "en"
    address = f"/quick-wins/{quick_win.id}"
    assert "Kurang jelas." not in text_of(visitor("chair").get(address))

    world.act(quick_win, "judge", "reviewer2", note="Bagus.", data=JUDGMENT)
    world.session.commit()

    words = words_of(visitor("chair").get(address))
    assert "50 of 100, the mean of what counts now" in words
    assert "Formulation 2" in words or "Perumusan inovasi 2" in words
    assert "Reviewer Ask for a revision Kurang jelas." in words
    own = words_of(visitor("submitter").get(address))
    assert "A reviewer Ask for a revision Kurang jelas." in own
    assert "of 100" not in own
    assert "Reviewer2" not in own


def test_progress_is_told_with_the_actual_values_beside_the_targets(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("implementation")
    world.act(quick_win, "report", "submitter", data={"percent": 40, "summary": "Tahap satu."})
    world.act(quick_win, "report", "submitter", data=REPORT)
    world.session.commit()
    world["mayor"].language = "en"

    answer = visitor("mayor").get(f"/quick-wins/{quick_win.id}")

    words = words_of(answer)
    assert "100 percent" in words
    assert "Spent so far Rp49.000.000" in words
    assert "Gizi: 81.5 of 80 persen" in words
    assert "1 earlier report" in words
    assert "Tahap satu." in words
    assert 'value="100.00" max="100"' in text_of(answer)


def test_the_history_tells_who_did_what_in_which_capacity_with_which_note(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("verification")
    given = {"due_on": "2026-08-05"}
    world.act(quick_win, "extend", "verifier2", note="Libur panjang.", data=given)
    world.act(quick_win, "comment", "mentor", note="", data={"text": "Bagus.", "field": "risks"})
    world.session.commit()
    world["admin"].language = "en"

    words = words_of(visitor("admin").get(f"/quick-wins/{quick_win.id}"))

    assert "Head endorsed the proposal 1 July 2026, 10:00 WIB · Sebagai head · now" in words
    assert "new deadline: Wednesday, 5 August 2026 Libur panjang." in words
    assert "Mentor commented 1 July 2026, 10:00 WIB · Sebagai mentor · about: Risks" in words
    assert words.index("Mentor commented") < words.index("Submitter sent the proposal")


def test_the_page_takes_the_same_few_statements_whatever_happened(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("implementation")
    world.session.commit()
    chair = visitor("chair")
    run = []
    for count in (1, 60):
        for _ in range(count):
            world.act(quick_win, "report", "submitter", data={"percent": 5, "summary": "Jalan."})
        world.session.commit()
        with statements(world.session) as these:
            assert chair.get(f"/quick-wins/{quick_win.id}").status_code == 200
        run.append(len(these))

    assert run[0] == run[1] <= 11


def test_looking_changes_nothing(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    world.session.commit()
    before = written(world.session)

    for who, method in (("reviewer", "GET"), ("verifier2", "HEAD"), ("submitter", "GET")):
        browser = visitor(who).client
        for action in ("", *(f"/{action}" for action in WORKFLOW.actions)):
            browser.open(f"/quick-wins/{quick_win.id}{action}", method=method)

    assert written(world.session) == before


# ---------------------------------------------------------------- what changed


@pytest.fixture
def revised(world: World) -> QuickWin:
    quick_win = world.bring_to("revision")
    changes = {
        "problem": "Banyak balita <kurang> gizi kronis.",
        "budget": 40_000_000,
        "dimension": "GOV",
        "milestones": [*proposal()["milestones"], {"name": "Akhir", "date": "2026-12-01"}],
        "pic": {"name": "Rina", "position": "Kepala Bidang", "contact": "0811-0000-0001"},
    }
    contents.save(
        world.session, quick_win.id, world["submitter"], changes, version=None, at=world.now
    )
    world.act(quick_win, "resubmit", "submitter")
    world.session.commit()
    return quick_win


def test_two_versions_are_compared_field_by_field_with_the_words_marked(
    visitor: Browser, world: World, revised: QuickWin
) -> None:
    world["chair"].language = "en"
    chair = visitor("chair")
    address = f"/quick-wins/{revised.id}/diff/1/2"
    assert f'href="{address}"' in text_of(chair.get(f"/quick-wins/{revised.id}"))

    answer = chair.get(address)

    page, words = answer.get_data(as_text=True), words_of(answer)
    assert re.search(r"<ins>[^<]*<span[^>]*>put in: </span>&lt;kurang&gt;</ins> gizi", page)
    assert "taken out: Rp50.000.000 Version 2 put in: Rp40.000.000" in words
    assert "Smart taken out: Living Version 2 Smart put in: Governance" in words
    assert "Milestone: Akhir, Date: Tuesday, 1 December 2026" in words
    assert "Position: Kepala put in: Bidang" in words
    assert page.count("counts for the judgment") == 4
    assert page.count('class="card-title" id="change-') == 5


def test_a_version_that_does_not_exist_or_is_not_open_is_not_found(
    visitor: Browser, world: World, revised: QuickWin
) -> None:
    assert visitor("chair").get(f"/quick-wins/{revised.id}/diff/1/3").status_code == 404
    assert visitor("head.kec").get(f"/quick-wins/{revised.id}/diff/1/2").status_code == 404
    assert visitor("chair").get(f"/quick-wins/{revised.id}/diff/1/1").status_code == 200


# ---------------------------------------------------------------- the list


def test_what_may_not_be_seen_is_not_found_like_what_does_not_exist(
    visitor: Browser, world: World
) -> None:
    quick_win = world.propose()
    world.session.commit()
    chair = visitor("chair")

    hidden = chair.get(f"/quick-wins/{quick_win.id}")
    absent = chair.get("/quick-wins/999999")

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert words_of(hidden) == words_of(absent)


def test_nobody_sees_the_pages_without_a_login(app: object, world: World) -> None:
    nobody = Visitor(app, world.session, None)  # type: ignore[arg-type]

    for address in ("/", "/quick-wins", "/quick-wins/1", "/quick-wins/1/judge"):
        answer = nobody.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")
