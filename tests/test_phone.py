"""On a phone, without JavaScript: the main action stands at the foot of the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser, expect
from program import Program
from running import Running, running

pytestmark = pytest.mark.long
PHONE = {"width": 390, "height": 844}

_COVERED = """
() => {
  const bar = document.querySelector('.act-bar').getBoundingClientRect();
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  return one !== document.body && !one.closest('.act-bar')
    && box.bottom > bar.top + 1 && box.top < bar.bottom - 1;
}
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def _waiting(product: Running, who: str) -> str:
    found = Program(product, who).call("GET", "/quick-wins?state=endorsement")[1]["items"]
    return f"/quick-wins/{found[0]['id']}"


def test_a_head_endorses_with_two_taps_after_reading(product: Running, browser: Browser) -> None:
    address = _waiting(product, "head.disparbud")
    head = Somebody(
        browser,
        f"http://127.0.0.1:{product.port}",
        "head.disparbud",
        viewport=PHONE,
        has_touch=True,
        java_script_enabled=False,
    )
    head.page.goto(address)
    bar = head.page.locator(".act-bar")
    expect(bar.get_by_role("button")).not_to_be_visible()

    bar.locator("summary").tap()
    expect(bar.locator(".act-bar-then")).to_contain_text("Verifikasi Administrasi")
    bar.get_by_role("button", name="Sahkan").tap()

    expect(head.page.locator(".tag-state").first).to_contain_text("Verifikasi Administrasi")
    expect(head.page.locator(".act-bar")).to_have_count(0)
    head.close()


def test_the_bar_covers_nothing_that_has_the_focus_and_is_for_phones_only(
    product: Running, browser: Browser
) -> None:
    address = _waiting(product, "head.disperindag")
    head = Somebody(
        browser,
        f"http://127.0.0.1:{product.port}",
        "head.disperindag",
        viewport=PHONE,
        reduced_motion="reduce",  # nothing is still scrolling when it is measured
    )
    head.page.goto(address)
    for _ in range(45):
        head.page.keyboard.press("Tab")
        assert not head.page.evaluate(_COVERED), head.page.evaluate(
            "document.activeElement.outerHTML.slice(0, 200)"
        )
    head.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    foot = head.page.locator(".site-foot").bounding_box()
    bar = head.page.locator(".act-bar").bounding_box()
    assert foot is not None
    assert bar is not None
    assert bar["y"] + bar["height"] <= foot["y"] + 1

    head.page.emulate_media(media="print")
    expect(head.page.locator(".act-bar")).not_to_be_visible()
    expect(head.page.locator(".print-only").first).to_be_visible()
    head.page.emulate_media(media="screen")
    head.page.set_viewport_size({"width": 1280, "height": 900})
    expect(head.page.locator(".act-bar")).not_to_be_visible()
    head.close()
