"""Judging and checking in a browser: with the keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, Page, expect
from running import Running, running
from story import SCORES

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("the product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until the focus is there; it must be seen where it is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement?.matches(one) ?? false", selector):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"{selector} is not reached with the keyboard")


def to_the_first_task(page: Page) -> None:
    page.goto("/")
    page.locator("ul.rows a.row-link").first.click()
    page.wait_for_load_state()


def test_a_reviewer_judges_with_the_keyboard_alone_and_is_led_to_the_next(
    product: Running, browser: Browser
) -> None:
    reviewer = Somebody(browser, f"http://127.0.0.1:{product.port}", "reviewer1")
    page = reviewer.page
    to_the_first_task(page)
    tab_to(page, ".offers a[href$='/judge']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/judge")
    first = page.url

    tab_to(page, "#field-problem summary")
    page.keyboard.press("Enter")
    tab_to(page, "#field-problem textarea")
    page.keyboard.type("Berapa orang yang mengalaminya?")
    expect(page.locator("[data-note-count]")).to_contain_text("1 ")
    for code in SCORES:
        tab_to(page, f"input[name=score_{code}]")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    tab_to(page, "input[name=verdict]")
    page.keyboard.press("Space")
    tab_to(page, "textarea[name=note]")
    page.keyboard.type("Layak, dengan satu pertanyaan.")
    tab_to(page, "button[name=straight_on]")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: url.endswith("/judge") and url != first)
    expect(page.locator(".notice.tone-success")).to_be_visible()
    page.goto(first.removesuffix("/judge"))
    expect(page.locator("#field-problem")).to_contain_text("Berapa orang yang mengalaminya?")
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
