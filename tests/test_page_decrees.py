"""The pages of the decrees."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from visitor import Visitor
from world import World

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


def _entered(quick_win: QuickWin, **changes: str) -> dict[str, str]:
    today = quick_win.since - timedelta(days=1)
    return {
        "period": "2026",
        "number": "503/Kep.1/2026",
        "date": today.strftime("%d/%m/%Y"),
        "establishes": str(quick_win.id),
        **changes,
    }
