"""Every page for everybody: axe-core finds nothing against WCAG 2.2 A and AA, nothing has to be
scrolled sideways, nothing is too small for a finger, and no page breaks the content policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Somebody, chromium
from keyboard import Keyboard
from playwright.sync_api import Browser, Page
from running import Running, running
from sights import SIGHTS, Sight, addresses, visit

pytestmark = pytest.mark.long
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
OK = 200
LEAST = 24  # pixels: the size of a target, unless it stands in a line of text
MODES = {
    "light": ("light", DESKTOP),
    "dark": ("dark", DESKTOP),
    "phone": ("light", PHONE),
    "phone, dark": ("dark", PHONE),
}

_RUN = """
async tags => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  return found.violations.map(one => one.id + ' at ' + one.nodes.map(node =>
    node.target.join(' ') + ': ' + node.any.concat(node.all).map(a => a.message).join('; ')
  ).slice(0, 3).join(' | '));
}
"""
_UNFOLD = "() => document.querySelectorAll('details').forEach(one => { one.open = true; })"
# What a bar that sticks or an open menu covers is a matter of the moment, and no size.
_LOOSEN = """
() => [...document.querySelectorAll('*')].filter(one => {
  const { position } = getComputedStyle(one);
  return position === 'sticky' || (position === 'absolute' && one.matches('details > *'));
}).forEach(one => { one.style.position = 'static'; })
"""
_SMALL = """
least => [...document.querySelectorAll(
  'a[href], button, summary, select, textarea, input:not([type=hidden])'
)].filter(one => {
  const box = one.getBoundingClientRect();
  const seen = one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const label = one.closest('label') || (one.labels && one.labels[0]);
  const around = label ? label.getBoundingClientRect() : box;
  const inText = one.matches('a') && getComputedStyle(one).display === 'inline';
  const hidden = box.width <= 1 || box.right < 0 || box.bottom < 0;
  return seen && !hidden && !inText
    && Math.max(box.height, around.height) < least - 0.5;
}).map(one => one.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="module")
def places(product: Running) -> dict[str, str]:
    return addresses(product)


@pytest.fixture(scope="module")
def people(product: Running) -> Iterator[dict[str, Somebody]]:
    address = f"http://127.0.0.1:{product.port}"
    with chromium() as browser:
        yield _Everybody(browser, address)


class _Everybody(dict[str, Somebody]):
    """Each account signs in when it is first asked for."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__()
        self._browser, self._address = browser, address

    def __missing__(self, account: str) -> Somebody:
        self[account] = Somebody(self._browser, self._address, account)
        return self[account]


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_every_page_is_for_everybody(
    people: dict[str, Somebody], places: dict[str, str], sight: Sight
) -> None:
    somebody = people[sight.who]
    somebody.complaints.clear()
    page = somebody.page
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    visit(somebody, sight, places[sight.name])
    page.evaluate(AXE)
    found = [f"closed: {each}" for each in page.evaluate(_RUN, RULES)]
    found += [f"wide: {each}" for each in Keyboard(page).walk()]
    page.set_viewport_size(PHONE)
    found += [f"narrow: {each}" for each in Keyboard(page).walk()]
    page.evaluate(_UNFOLD)

    for mode, (scheme, size) in MODES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        page.evaluate(_LOOSEN)
        found += [f"{mode}: {each}" for each in page.evaluate(_RUN, RULES)]
    found += _too_wide(page, "unfolded")
    found += [f"too small: {each}" for each in page.evaluate(_SMALL, LEAST)]

    assert found == []
    assert _unexpected(somebody.complaints, sight) == []


def _too_wide(page: Page, when: str) -> list[str]:
    page.set_viewport_size(NARROWEST)
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{when}: scrolls sideways, {width} wide"] if width > NARROWEST["width"] else []


def _unexpected(complaints: list[str], sight: Sight) -> list[Any]:
    """A browser also complains of the refusal that was to be seen."""
    wanted = sight.ends or sight.expects
    told = f"the server responded with a status of {wanted} "
    return [each for each in complaints if wanted == OK or told not in each]
