"""A page while somebody writes: what is done to see what the scripts say there."""

from __future__ import annotations

from playwright.sync_api import Page


def cannot_be_saved(page: Page) -> None:
    """What is wrong is said at its field as soon as one writes on."""
    for copy in page.locator("[data-discard]").all():  # of the time before
        copy.click()
    page.fill("[name=pic-nip]", "1980")
    page.locator("[name=pic-contact]").focus()
    page.locator(".not-saved").wait_for()


def half_written(page: Page) -> None:
    """Left while there was no line; on coming back the text is offered again."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no line')) }")
    page.locator("main textarea:visible").first.fill("Ditulis sampai di sini")
    page.reload()
    page.locator(".copy-notice").wait_for()
