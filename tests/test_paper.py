"""Pages on paper: what is read, and nothing that can only be pressed or filled in."""

from __future__ import annotations

from pathlib import Path

import pytest
from browsing import Somebody, chromium
from running import running
from sights import SIGHTS, addresses, visit

pytestmark = pytest.mark.long
READ = (
    *("quick-win-revision", "quick-win-decision", "quick-win-completed", "quick-win-mails"),
    *("overview", "overview-sides", "coverage", "list", "plenary", "decree", "inbox-chair"),
    *("notifications", "periods-admin", "period", "calendar", "calendar-admin", "operations"),
    *("delegations", "people", "person", "ledger-chain"),
)
A4 = {"width": 794, "height": 1122}
_TOOLS = """
() => [...document.querySelectorAll('button, .btn, input, select, textarea, .page-tools, nav')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 1)
  .map(one => one.outerHTML.slice(0, 120))
"""
_WIDE = """
() => [...document.querySelectorAll('main *')]
  .filter(one => one.checkVisibility() && one.tagName !== 'CAPTION')
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))
"""
_LONG = """
height => [...document.querySelectorAll('main *')]
  .filter(one => one.getBoundingClientRect().height > height)
  .filter(one => getComputedStyle(one).breakInside.startsWith('avoid'))
  .map(one => one.outerHTML.slice(0, 120))
"""


def test_paper_shows_no_tools_cuts_nothing_off_and_starts_on_the_first_page(
    tmp_path: Path,
) -> None:
    sights = [sight for sight in SIGHTS if sight.name in READ]
    assert len(sights) == len(READ)
    found: dict[str, list[str]] = {}
    with running(tmp_path) as product, chromium() as browser:
        places, address = addresses(product, sights), f"http://127.0.0.1:{product.port}"
        for account in dict.fromkeys(sight.who for sight in sights):
            somebody = Somebody(browser, address, account, viewport=A4)
            for sight in (each for each in sights if each.who == account):
                page = somebody.page
                visit(somebody, sight, places[sight.name])
                page.emulate_media(media="print")
                found[sight.name] = [
                    *(f"a tool: {one}" for one in page.evaluate(_TOOLS)),
                    *(f"cut off: {one}" for one in page.evaluate(_WIDE)),
                    *(f"kept whole: {one}" for one in page.evaluate(_LONG, A4["height"])),
                ]
                page.emulate_media(media="screen")
            somebody.close()
    assert {name: said for name, said in found.items() if said} == {}
