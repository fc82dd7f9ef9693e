"""The pages of the decrees."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from filled_form import sent_by
from sqlalchemy import func, select
from visitor import Visitor
from werkzeug.test import TestResponse
from world import World

from workflow import decree_lines
from workflow.models import Decree, QuickWin

Browser = Callable[[str], Visitor]


@pytest.fixture
def approved(world: World) -> QuickWin:
    return world.bring_to("approved")


def test_number_and_date_issue_the_decree_and_establish(
    visitor: Browser, world: World, approved: QuickWin
) -> None:
    officer = visitor("decree_officer")
    form = officer.get("/decrees/new").get_data(as_text=True)
    assert f'name="establishes" value="{approved.id}"' in form

    answer = officer.post("/decrees/new", _entered(approved), follow_redirects=True)

    assert answer.status_code == 200
    assert "503/Kep.1/2026" in answer.get_data(as_text=True)
    world.session.refresh(approved)
    assert approved.state == "established"


def test_without_number_or_date_it_is_a_draft_and_establishes_nothing(
    visitor: Browser, world: World, approved: QuickWin
) -> None:
    officer = visitor("decree_officer")

    officer.post("/decrees/new", _entered(approved, number="", date=""))

    decree = world.session.scalars(select(Decree)).one()
    world.session.refresh(approved)
    assert (decree.status, approved.state) == ("draft", "approved")
    assert visitor("submitter").get(f"/decrees/{decree.id}").status_code == 404
    assert visitor("mayor").get(f"/decrees/{decree.id}").status_code == 200

    officer.post(f"/decrees/{decree.id}/edit", _entered(approved))

    world.session.refresh(approved)
    assert approved.state == "established"
    assert visitor("submitter").get(f"/decrees/{decree.id}").status_code == 200
    assert officer.post(f"/decrees/{decree.id}/edit", _entered(approved)).status_code == 409


@pytest.mark.parametrize(
    ("entered", "status"),
    [
        ({"date": "99/99/2026"}, 422),
        ({"date": "01/01/2999"}, 422),
        ({"number": "x" * 101}, 422),
        ({"establishes": "987654321"}, 422),
        ({"establishes": ""}, 422),
    ],
)
def test_a_refusal_writes_nothing_and_keeps_what_was_entered(
    visitor: Browser, world: World, approved: QuickWin, entered: dict[str, str], status: int
) -> None:
    sent = _entered(approved, **entered)

    answer = visitor("decree_officer").post("/decrees/new", sent)

    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert 'id="error-summary"' in page
    assert sent["number"] in page
    assert sent["date"] in page
    assert world.session.scalar(select(func.count()).select_from(Decree)) == 0


def test_a_number_is_taken_once_a_year(visitor: Browser, world: World, approved: QuickWin) -> None:
    second = world.bring_to("approved", title="Yang Kedua")
    officer = visitor("decree_officer")
    officer.post("/decrees/new", _entered(approved))

    answer = officer.post("/decrees/new", _entered(second))

    assert answer.status_code == 422
    world.session.refresh(second)
    assert second.state == "approved"


def test_a_quick_win_that_left_the_state_stops_the_whole_decree(
    visitor: Browser, world: World, approved: QuickWin
) -> None:
    second = world.bring_to("approved", title="Yang Kedua")
    world.act(second, "withdraw", "submitter")
    world.session.commit()

    answer = visitor("decree_officer").post(
        "/decrees/new", {**_entered(approved), "establishes": [approved.id, second.id]}
    )

    assert answer.status_code == 409
    world.session.refresh(approved)
    assert approved.state == "approved"


def test_only_the_officer_draws_one_up(visitor: Browser, approved: QuickWin) -> None:
    for name in ("chair", "mayor", "admin", "submitter"):
        assert visitor(name).get("/decrees/new").status_code == 403
        assert visitor(name).post("/decrees/new", _entered(approved)).status_code == 403


def test_the_link_on_its_page_chooses_the_quick_win(visitor: Browser, approved: QuickWin) -> None:
    officer = visitor("decree_officer")
    page = html.unescape(officer.get(f"/quick-wins/{approved.id}").get_data(as_text=True))
    address = re.search(r'href="(/decrees/new[^"]*)"', page)
    assert address

    assert _chosen(officer.get(address[1])) == [str(approved.id)]
    assert _chosen(officer.get("/decrees/new?period=2026")) == []


def test_a_long_list_ends_and_words_find_the_rest(
    visitor: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decree_lines, "LISTED", 2)
    some = [world.bring_to("approved", title=f"Nomor {letter}") for letter in "ABCD"]
    world.session.commit()
    officer, last = visitor("decree_officer"), some[-1]

    first = officer.get("/decrees/new?period=2026")
    assert _listed(first) == ["Nomor A", "Nomor B"]
    assert "Masih ada yang lain." in first.get_data(as_text=True)

    chosen = {"period": "2026", "establishes": str(some[0].id), "number": "7", "date": "kemarin"}
    found = officer.post("/decrees/new", {**chosen, "words": "nomor d", "find": "words"})

    assert found.status_code == 200
    assert _listed(found) == ["Nomor A", "Nomor D"]
    assert _chosen(found) == [str(some[0].id)]
    assert {"7", "kemarin"} <= {
        one for many in sent_by(found, "/decrees/new").values() for one in many
    }
    for words, titles in (
        (last.number[-4:], ["Nomor D"]),
        ("unit dinkes", 2),
        ("100%", []),
        ("\x00", 2),
    ):
        answer = officer.post("/decrees/new", {"period": "2026", "words": words, "find": "words"})
        assert titles in (_listed(answer), len(_listed(answer))), words


def test_one_button_chooses_the_whole_list(visitor: Browser, world: World) -> None:
    some = [world.bring_to("approved", title=title) for title in ("Alfa", "Alfa Dua", "Bravo")]
    world.session.commit()

    answer = visitor("decree_officer").post(
        "/decrees/new", {"period": "2026", "words": "alfa", "find": "establishes"}
    )

    assert _chosen(answer) == [str(one.id) for one in some[:2]]
    assert world.session.scalar(select(func.count()).select_from(Decree)) == 0


def test_looking_in_a_draft_changes_nothing_of_it(
    visitor: Browser, world: World, approved: QuickWin
) -> None:
    officer = visitor("decree_officer")
    officer.post("/decrees/new", _entered(approved, number=""))
    decree = world.session.scalars(select(Decree)).one()

    officer.post(f"/decrees/{decree.id}/edit", {**_entered(approved, number="8"), "find": "words"})

    world.session.refresh(decree)
    assert (decree.number, decree.status) == (None, "draft")


def test_the_date_of_a_draft_can_be_taken_away_again(
    visitor: Browser, world: World, approved: QuickWin
) -> None:
    officer = visitor("decree_officer")
    officer.post("/decrees/new", _entered(approved, number=""))
    decree = world.session.scalars(select(Decree)).one()
    assert decree.date is not None

    officer.post(f"/decrees/{decree.id}/edit", _entered(approved, number="8", date=""))

    world.session.refresh(decree)
    assert (decree.date, decree.year, decree.number, decree.status) == (None, None, "8", "draft")


def _chosen(answer: TestResponse) -> list[str]:
    return sent_by(answer, "/decrees/new").get("establishes", [])


def _listed(answer: TestResponse) -> list[str]:
    return re.findall(
        r"<strong>(.*?)</strong><span class=\"row-lead\">QW", answer.get_data(as_text=True)
    )


def _entered(quick_win: QuickWin, **changes: str) -> dict[str, str]:
    today = quick_win.since - timedelta(days=1)
    return {
        "period": "2026",
        "number": "503/Kep.1/2026",
        "date": today.strftime("%d/%m/%Y"),
        "establishes": str(quick_win.id),
        **changes,
    }
