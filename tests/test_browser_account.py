"""One's own account in a browser: the frame's menu, the second factor, and forms on their way."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyotp
import pytest
from browsing import PASSWORD, Somebody, chromium
from playwright.sync_api import Browser, Route, expect
from running import Running, running

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield _address(product)


def _address(product: Running) -> str:
    return f"http://127.0.0.1:{product.port}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_menu_is_opened_and_used_by_keyboard(
    address: str, browser: Browser, script: bool, width: int
) -> None:
    somebody = Somebody(
        browser,
        address,
        "mayor",
        java_script_enabled=script,
        viewport={"width": width, "height": 700},
    )
    page = somebody.page
    menu = page.locator("details[data-menu]")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Profil")).to_be_visible()
    if script:
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(menu.get_by_role("link", name="Profil")).to_be_hidden()
        expect(menu.locator("summary")).to_be_focused()
        page.keyboard.press("Enter")
    dark = menu.get_by_role("button", name="Gelap")
    dark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("html[data-bs-theme=dark]")).to_have_count(1)
    page.locator("details[data-menu] summary").click()
    page.get_by_role("button", name="Ikuti sistem").first.click()
    expect(page.locator("html[data-bs-theme=auto]")).to_have_count(1)
    somebody.close()


def test_a_menu_closes_by_a_press_beside_it(address: str, browser: Browser) -> None:
    somebody = Somebody(browser, address, "mayor")
    somebody.page.click("details[data-menu] > summary")
    somebody.page.click("main h1")

    expect(somebody.page.locator("details[data-menu][open]")).to_have_count(0)
    somebody.close()


def test_the_second_factor_is_set_up_and_used_without_javascript(
    address: str, browser: Browser
) -> None:
    somebody = Somebody(browser, address, "inspector", java_script_enabled=False)
    page = somebody.page
    page.goto("/profile")
    page.get_by_role("link", name="Aktifkan").click()
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Lanjutkan").click()
    totp = pyotp.TOTP(page.locator(".secret").inner_text().replace(" ", ""))
    used = totp.now()
    page.get_by_label("Kode").fill(used)
    page.get_by_role("button", name="Aktifkan sekarang").click()
    assert page.locator(".recovery-codes li").count() == 10
    page.click("details[data-menu] > summary")
    page.get_by_role("button", name="Keluar").click()

    page.fill("input[name=email]", "inspector@demo.test")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.get_by_label("Kode").fill(_next_code(totp, used))
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{address}/")
    somebody.close()


def test_a_form_says_that_it_is_sent_and_is_sent_once(address: str, browser: Browser) -> None:
    stranger = Somebody(browser, address, "")
    page, sent = stranger.page, []

    def slowly(route: Route) -> None:
        sent.append(route.request.url)
        page.wait_for_timeout(300)
        route.continue_()

    page.goto("/login")
    page.fill("input[name=email]", "mayor@demo.test")
    page.fill("input[name=password]", PASSWORD)
    page.route("**/login", slowly)
    page.evaluate(
        """() => {
          const form = document.querySelector("main form"), button = form.querySelector("button");
          form.requestSubmit(button); form.requestSubmit(button);
          window.name = document.getElementById("sending").textContent + button.ariaDisabled;
        }"""
    )
    page.wait_for_url(f"{address}/")

    assert page.evaluate("window.name") == "Mengirim …true"
    assert len(sent) == 1
    stranger.close()


def _next_code(totp: pyotp.TOTP, used: str) -> str:
    """The code after the one that counted; waits for it where it is not shown yet."""
    while (code := totp.now()) == used:
        time.sleep(1)
    return code
