"""In a browser: an admin closes the account of a reviewer and sees what nobody can take then."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Page, expect
from running import running

pytestmark = pytest.mark.long


def test_the_last_reviewer_of_an_agency_is_closed_and_the_admin_sees_the_incident(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as product, chromium() as browser:
        admin = Somebody(browser, f"http://127.0.0.1:{product.port}", "admin")
        page = admin.page
        person(page, "reviewer1")
        expect(page.locator("main")).to_contain_text("Yang menjadi mustahil")
        expect(page.locator("main")).to_contain_text("Badan Perencanaan Pembangunan Daerah")
        page.locator("main form[action$='/deactivate'] button").click()
        expect(page.locator("main")).to_contain_text("Akun ini ditutup")

        page.goto("/")
        expect(page.locator("section[aria-labelledby=incidents]")).to_contain_text(
            "Kurang: Penelaah"
        )

        person(page, "reviewer1")
        page.locator("main form[action$='/reactivate'] button").click()
        page.goto("/")
        expect(page.locator("section[aria-labelledby=incidents]")).to_have_count(0)
        assert not mailed(page), "what was over at once disturbs nobody"
        assert admin.complaints == []
        admin.close()


def person(page: Page, name: str) -> None:
    page.goto(f"/people?q={name}@")
    page.locator("main .rows a").first.click()
    page.wait_for_load_state()


def mailed(page: Page) -> bool:
    page.goto("/outbox?to=admin@demo.test")
    return page.get_by_text("kurang Penelaah").count() > 0
