"""A real browser, used by the people of the demo city: Chromium, without a screen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PASSWORD = "quickwin"
_WATCH = """
window.addEventListener('securitypolicyviolation', event =>
  console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI))
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that is installed; `CHROMIUM` names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no browser is installed: Debian's package is called chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*OPTIONS])
        yield browser
        browser.close()


class Somebody:
    """One account of the demo city in a browser of its own. `complaints` has everything the
    browser complained about: broken scripts, violations of the policy, failed loads."""

    def __init__(self, browser: Browser, address: str, account: str, **options: Any) -> None:
        self.address, self.account = address, account
        self.context = browser.new_context(
            base_url=address,
            **{
                "locale": "id-ID",
                "timezone_id": "Asia/Jakarta",
                "viewport": {"width": 1280, "height": 900},
                **options,
            },
        )
        self.complaints: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.add_init_script(_WATCH)
        self.page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text) if message.type == "error" else None
            ),
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if account:
            self.sign_in()

    def sign_in(self) -> None:
        self.page.goto("/login")
        self.page.fill("input[name=email]", f"{self.account}@demo.test")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(f"{self.address}/")

    def act(self, action: str, *, note: str = "") -> None:
        """Press the button of an action on the page that is open."""
        form = self.page.locator(f'.offers form[action*="/{action}"]')
        fold = self.page.locator(f"details#action-{action}:not([open]) > summary")
        if fold.count():
            fold.click()
        if note:
            form.locator("textarea[name=note]").fill(note)
        form.locator("button").last.click()
        self.page.wait_for_load_state()

    def offered(self) -> set[str]:
        """The actions that the page of a Quick Win offers."""
        ends = self.page.eval_on_selector_all(
            ".offers form, .offers a.btn",
            "all => all.map(one => new URL(one.action || one.href).pathname.split('/').pop())",
        )
        return set(ends)

    def close(self) -> None:
        assert self.complaints == [], self.complaints
        self.context.close()
