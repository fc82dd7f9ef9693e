"""Judging and checking in a browser: nothing half-written is lost, and scripts are not needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, Page, expect
from processes import wait_until
from running import Running, running
from story import SCORES

pytestmark = pytest.mark.long
COPIES = "Object.keys(localStorage).filter(key => key.startsWith('quickwin:copy:')).length"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def to_the_first_task(page: Page) -> None:
    page.goto("/")
    page.locator("ul.rows a.row-link").first.click()
    page.wait_for_load_state()


def test_a_half_written_judgment_is_offered_again_until_it_is_sent(
    product: Running, browser: Browser
) -> None:
    reviewer = Somebody(browser, f"http://127.0.0.1:{product.port}", "reviewer2")
    page = reviewer.page
    to_the_first_task(page)
    page.locator(".offers a[href$='/judge']").click()
    page.wait_for_url("**/judge")
    address = page.url
    page.locator("#field-problem summary").click()
    page.fill("#field-problem textarea", "Berapa orang yang mengalaminya?")
    assert wait_until(lambda: page.evaluate(COPIES) == 1), "a note stands outside of its form"
    page.check(f"input[name=score_{SCORES[0]}][value='3']")
    page.fill("#act-form textarea[name=note]", "Layak, dengan")

    page.reload()
    expect(page.locator(".copy-notice")).to_contain_text("belum sempat disimpan")
    expect(page.locator("#act-form textarea[name=note]")).to_have_value("")
    page.locator("[data-restore]").click()
    expect(page.locator("#act-form textarea[name=note]")).to_have_value("Layak, dengan")
    expect(page.locator(f"input[name=score_{SCORES[0]}][value='3']")).to_be_checked()
    expect(page.locator("#field-problem textarea")).to_be_visible()
    assert page.url == address, "nothing was sent"

    for code in SCORES:
        page.check(f"input[name=score_{code}][value='3']")
    page.check("input[name=verdict][value=approve]")
    page.locator(".act-buttons button.btn-primary").click()
    page.wait_for_url(lambda url: not url.endswith("/judge"))
    expect(page.locator("#field-problem")).to_contain_text("Berapa orang yang mengalaminya?")
    assert page.evaluate(COPIES) == 0
    reviewer.close()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_verifier_goes_through_the_checklist_and_sends_it_back(
    product: Running, browser: Browser, script: bool
) -> None:
    verifier = Somebody(
        browser, f"http://127.0.0.1:{product.port}", "verifier", java_script_enabled=script
    )
    page = verifier.page
    page.goto("/")
    task = page.locator("li.row-entry").filter(has_text="Verifikasi Administrasi").first
    address = task.locator("a.row-link").get_attribute("href") or ""
    page.goto(address)
    page.locator(".offers a[href$='/checklist']").click()
    page.wait_for_url("**/checklist")
    for right in page.locator("input[type=radio][value=right]").all():
        right.check()
    page.locator("input[name=check_field_budget][value=wrong]").check()
    page.fill("textarea[name=remark_field_budget]", "Rinciannya belum ada.")
    page.locator(".check-end button.btn-primary").click()

    note = page.locator("#act-form textarea[name=note]")
    assert "Anggaran: Rinciannya belum ada." in note.input_value()
    page.locator("#act-form button[name=again]").click()
    expect(page.locator("input[name=check_field_budget][value=wrong]")).to_be_checked()
    page.locator(".check-end button.btn-primary").click()
    page.locator("#act-form button.btn-primary").click()

    page.wait_for_url(f"**{address}")
    expect(page.locator(".next-bar")).to_be_visible()
    expect(page.locator("#field-budget")).to_contain_text("Rinciannya belum ada.")
    verifier.close()
