"""In a browser: a delegate acts “atas nama”, an author is refused with the rule, and a decision
that is taken back inside its window is never mailed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, Page, expect
from processes import wait_until
from running import Running, running
from sqlalchemy import create_engine, text

pytestmark = pytest.mark.long
RULE = "Tidak ada yang memutuskan Quick Win dari unitnya sendiri"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def somebody(product: Running, browser: Browser) -> Iterator[Any]:
    """Sign somebody in; all are closed at the end, and nothing may have gone wrong in their
    browsers but what was expected."""
    opened: list[Somebody] = []

    def sign_in(account: str) -> Somebody:
        opened.append(Somebody(browser, f"http://127.0.0.1:{product.port}", account))
        return opened[-1]

    yield sign_in
    for one in opened:
        one.close()


def ask(product: Running, statement: str, **given: Any) -> Any:
    """As the owner of the database: what no page does in a test's time."""
    engine = create_engine(product.settings()["QUICKWIN_DATABASE_OWNER_URL"])
    with engine.begin() as connection:
        result = connection.execute(text(statement), given)
        found = result.scalars().all() if result.returns_rows else None
    engine.dispose()
    return found


def in_state(product: Running, state: str) -> list[int]:
    found: list[int] = ask(
        product, "SELECT id FROM quick_wins WHERE state = :state ORDER BY id", state=state
    )
    return found


def name_stand_in(page: Page, delegate: str) -> None:
    today = datetime.now(UTC) + timedelta(hours=7)
    page.goto("/delegations")
    page.fill("input[name=delegate]", f"{delegate}@demo.test")
    for name, days in (("valid_from", 0), ("valid_to", 5)):
        page.fill(f"input[name={name}]", (today + timedelta(days=days)).date().isoformat())
    page.fill("textarea[name=reason]", "Cuti tahunan (data contoh)")
    page.locator(".card-footer button.btn-primary").click()
    expect(page.locator(".row-entry").first).to_contain_text("Cuti tahunan")


def test_a_delegate_decides_on_behalf_of_the_chair(product: Running, somebody: Any) -> None:
    quick_win = in_state(product, "decision")[0]
    name = ask(product, "SELECT name FROM people WHERE email = 'chair@demo.test'")[0]
    name_stand_in(somebody("chair").page, "mentor")

    mentor = somebody("mentor")
    mentor.page.goto("/")
    expect(mentor.page.locator(f"a[href='/quick-wins/{quick_win}']").first).to_be_visible()
    mentor.page.goto(f"/quick-wins/{quick_win}")
    assert "approve" in mentor.offered()
    mentor.act("approve")

    expect(mentor.page.locator("body")).to_contain_text(f"atas nama {name}")
    inspector = somebody("inspector").page
    inspector.goto(f"/quick-wins/{quick_win}")
    expect(inspector.locator("body")).to_contain_text(f"atas nama {name}")


def test_an_author_who_became_a_reviewer_is_refused_with_the_rule(
    product: Running, somebody: Any
) -> None:
    """Who has left the unit since, so that only what they wrote stands against it."""
    quick_win = in_state(product, "review")[-1]
    author = ask(
        product,
        "SELECT p.email FROM people p JOIN authorships a ON a.person_id = p.id "
        "WHERE a.quick_win_id = :id LIMIT 1",
        id=quick_win,
    )[0]
    moved = "FROM people WHERE people.id = person_id AND email = :email"
    ask(product, "UPDATE people SET home_unit_id = NULL WHERE email = :email", email=author)
    ask(product, f"UPDATE assignments SET valid_to = current_date - 2 {moved}", email=author)
    ask(
        product,
        "INSERT INTO assignments (person_id, role, capacity, decree_number, valid_from) "
        "SELECT id, 'reviewer', 'Penelaah', '', current_date - 1 FROM people WHERE email = :email",
        email=author,
    )

    page = somebody(author.split("@")[0])
    page.page.goto(f"/quick-wins/{quick_win}")
    assert "judge" not in page.offered()
    expect(page.page.locator("body")).to_contain_text(RULE)

    answer = page.page.goto(f"/quick-wins/{quick_win}/judge")
    assert answer is not None
    assert answer.status == 422
    expect(page.page.locator("body")).to_contain_text(RULE)
    page.complaints.clear()  # the browser complains about every 422


def test_a_decision_taken_back_inside_the_window_is_never_mailed(
    product: Running, somebody: Any
) -> None:
    quick_win = in_state(product, "decision")[-1]
    ask(
        product,
        "UPDATE quick_wins SET parameters = parameters || '{\"undo_minutes\": 30}' WHERE id = :id",
        id=quick_win,
    )
    due = ask(product, "SELECT due_at FROM quick_wins WHERE id = :id", id=quick_win)
    chair = somebody("chair")
    chair.page.goto(f"/quick-wins/{quick_win}")
    chair.act("reject", note="Belum layak (data contoh).")
    assert "rescind" in chair.offered()
    rejection = ask(product, "SELECT max(id) FROM events WHERE quick_win_id = :id", id=quick_win)[0]
    beats = "SELECT max(at) FROM heartbeats"
    before = ask(product, beats)
    assert wait_until(lambda: ask(product, beats) != before, 30), "no sweep came by"

    chair.act("rescind")

    expect(chair.page.locator("body")).to_contain_text("Pleno, Menunggu Keputusan")
    assert ask(product, "SELECT due_at FROM quick_wins WHERE id = :id", id=quick_win) == due
    owed = "SELECT count(*) FROM notifications WHERE event_id = :event"
    assert ask(product, owed, event=rejection)[0] > 0
    for ended in ("message_row_id IS NOT NULL", "cancelled_at IS NULL"):
        assert ask(product, f"{owed} AND {ended}", event=rejection) == [0]
