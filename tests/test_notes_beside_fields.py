"""Notes pinned to fields stand beside them, as far as they are open, and say whether they were
answered; and who comes back sees what changed meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from page import text_of, words_of
from visitor import Visitor
from world import JUDGMENT, NOW, World

from workflow import content as contents
from workflow.models import QuickWin

Browser = Callable[[str], Visitor]
NOTES = [
    {"field": "problem", "text": "Dari mana angkanya?"},
    {"field": "budget", "text": "Rinci biayanya."},
    {"field": "indicators", "text": "Tambah satu hasil."},
]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def noted(world: World) -> QuickWin:
    """Judged with notes, and asked to be put right, with one note more."""
    quick_win = world.bring_to("review")
    world.act(quick_win, "judge", "reviewer", data={**JUDGMENT, "notes": NOTES})
    for who in ("reviewer", "reviewer2", "chair", "submitter", "head"):
        world[who].language = "en"
    return quick_win


@pytest.fixture
def returned(world: World, noted: QuickWin) -> QuickWin:
    world.act(noted, "judge", "reviewer2", data=JUDGMENT)
    more = {"notes": [{"field": "summary", "text": "Ringkas."}]}
    world.act(noted, "request_revision", "chair", data=more)
    world.session.commit()
    return noted


def save(world: World, quick_win: QuickWin, **changes: object) -> None:
    contents.save(world.session, quick_win.id, world["submitter"], changes, version=None, at=LATER)


def beside(page: str, field: str) -> str:
    """The text between the anchor of a field and the next one."""
    part = re.split(r'id="field-', page.split(f'id="field-{field}"')[1])[0]
    return " ".join(re.sub("<[^>]*>", " ", part).split())


def test_a_note_stands_beside_its_field_and_is_counted_on_top(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    answer = visitor("submitter").get(f"/quick-wins/{returned.id}")

    page = text_of(answer)
    assert "4 notes on fields 0 answered" in words_of(answer)
    for field, text in (("problem", "Dari mana"), ("budget", "Rinci"), ("summary", "Ringkas.")):
        assert text in beside(page, field)
        assert f'href="#field-{field}"' in page
    assert "Tambah satu hasil." in beside(page, "indicators")


def test_the_agency_reads_notes_without_the_name_of_the_reviewer(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    world["reviewer"].name = "Parulian"
    world.session.commit()

    own = text_of(visitor("submitter").get(f"/quick-wins/{returned.id}"))
    city = text_of(visitor("chair").get(f"/quick-wins/{returned.id}"))

    assert "Dari mana angkanya?" in own
    assert "Reviewer</strong>" in own.split('id="field-problem"')[1][:900]
    assert "Dari mana angkanya?" in city


def test_notes_of_others_stay_closed_until_the_step_is_concluded(
    visitor: Browser, world: World, noted: QuickWin
) -> None:
    world.session.commit()
    address = f"/quick-wins/{noted.id}"

    assert "Dari mana angkanya?" in text_of(visitor("reviewer").get(address))
    for who in ("reviewer2", "chair", "submitter", "head"):
        assert "Dari mana angkanya?" not in text_of(visitor(who).get(address)), who


def test_a_note_counts_as_answered_once_its_field_was_written_again(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    save(world, returned, problem="Menurut Dinkes 2025, banyak balita kurang gizi.")
    world.session.commit()

    own = visitor("submitter").get(f"/quick-wins/{returned.id}")

    assert "4 notes on fields 1 answered" in words_of(own)
    assert "1 answered note" in beside(text_of(own), "problem")
    assert 'href="#field-problem"' not in text_of(own)
    # The chair does not know yet what is written and not sent.
    assert "4 notes on fields 0 answered" in words_of(
        visitor("chair").get(f"/quick-wins/{returned.id}")
    )

    world.act(returned, "resubmit", "submitter", at=LATER)
    world.session.commit()
    assert "4 notes on fields 1 answered" in words_of(
        visitor("chair").get(f"/quick-wins/{returned.id}")
    )


def test_an_answer_that_was_sent_stays_one_while_its_field_is_written_once_more(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    save(world, returned, problem="Menurut Dinkes 2025, banyak balita kurang gizi.")
    world.act(returned, "resubmit", "submitter", at=LATER)
    for who in ("reviewer", "reviewer2"):
        world.act(returned, "judge", who, data=JUDGMENT, at=LATER)
    again = {"notes": [{"field": "summary", "text": "Masih panjang."}]}
    world.act(returned, "request_revision", "chair", data=again, at=LATER)
    world.session.commit()
    address = f"/quick-wins/{returned.id}"
    before = words_of(visitor("chair").get(address))

    contents.save(
        world.session,
        returned.id,
        world["submitter"],
        {"problem": "Belum selesai."},
        version=None,
        at=LATER + timedelta(hours=1),
    )
    world.session.commit()

    assert "5 notes on fields 1 answered" in before
    assert "10 fields more 1 July 2026, 11:00 WIB" in before, "what was written, and when"
    after = words_of(visitor("chair").get(address))
    assert "5 notes on fields 1 answered" in after
    assert "10 fields more 1 July 2026, 11:00 WIB" in after
    assert "12:00 WIB" not in after, "nothing tells when somebody wrote what is not sent"
    assert "10 fields more 1 July 2026, 12:00 WIB" in words_of(visitor("submitter").get(address))


def test_an_answer_of_those_who_write_stands_beside_the_field_and_asks_for_nothing(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    given = {"text": "Angka dari Dapodik.", "field": "problem"}
    world.act(returned, "comment", "submitter", note="", data=given, at=LATER)
    world.session.commit()

    answer = visitor("chair").get(f"/quick-wins/{returned.id}")

    assert "Angka dari Dapodik." in beside(text_of(answer), "problem")
    assert "4 notes on fields 0 answered" in words_of(answer)


# ---------------------------------------------------------------- what changed


def test_who_acted_before_is_led_to_what_changed_since(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    address = f"/quick-wins/{returned.id}"
    save(world, returned, problem="Lain sekali.", budget=1)
    world.session.commit()
    for who in ("reviewer", "chair"):
        assert "What changed since" not in words_of(visitor(who).get(address)), who

    world.act(returned, "resubmit", "submitter", at=LATER)
    world.session.commit()

    for who, did in (("reviewer", "reviewed it"), ("chair", "asked for a revision")):
        answer = visitor(who).get(address)
        assert f"What changed since you last acted You {did} on 1 July 2026" in words_of(answer)
        assert f'href="{address}/diff/1/2#change-problem"' in text_of(answer)
        assert f'href="{address}/diff/1/2#change-budget"' in text_of(answer)
    for who in ("submitter", "mentor"):
        assert "What changed since" not in words_of(visitor(who).get(address)), who


def test_what_is_not_sent_yet_is_compared_for_those_alone_who_write_it(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    save(world, returned, problem="Lain sekali.")
    world.session.commit()
    address = f"/quick-wins/{returned.id}/diff/1/now"

    page = visitor("submitter").get(f"/quick-wins/{returned.id}")
    assert "What changed and is not sent yet" in words_of(page)
    assert f'href="{address}"' in text_of(page)
    answer = visitor("submitter").get(address)
    assert "put in: Lain sekali" in words_of(answer)
    assert "25 fields say the same" in words_of(answer)
    for who in ("head", "chair", "reviewer", "inspector", "submitter.kec"):
        assert visitor(who).get(address).status_code == 404, who
    assert visitor("submitter").get(f"/quick-wins/{returned.id}/diff/7/now").status_code == 404


def test_files_and_units_are_compared_by_their_names(
    visitor: Browser, world: World, returned: QuickWin
) -> None:
    save(world, returned, executing_unit="UPTD")
    world.session.commit()

    answer = visitor("submitter").get(f"/quick-wins/{returned.id}/diff/1/now")

    assert "Unit UPTD" in words_of(answer)
