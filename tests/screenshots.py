"""`make screenshots`: pictures of every page of the demo city (desktop, phone, dark) in
build/screenshots, and what the README and the docs show, a window high, in docs/pictures."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from browsing import Somebody, chromium
from running import ROOT, running
from sights import SIGHTS, Sight, addresses, visit

ALL, SHOWN = ROOT / "build" / "screenshots", ROOT / "docs" / "pictures"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MODES = {"desktop": ("light", DESKTOP), "phone": ("light", PHONE), "dark": ("dark", DESKTOP)}
BEST = {  # picture -> its name in docs/pictures
    "quick-win-decision-desktop": "quick-win",
    "proposal-description-desktop": "proposal",
    "judge-desktop": "judging",
    "plenary-desktop": "plenary",
    "overview-dark": "overview-dark",
    "list-search-desktop": "search",
    "proposal-tasks-phone": "tasks-phone",
    "inbox-head-phone": "inbox-phone",
}


def main(wanted: list[str]) -> int:
    """Pictures of the named pages, or of all."""
    sights = [sight for sight in SIGHTS if not wanted or sight.name in wanted]
    ALL.mkdir(parents=True, exist_ok=True)
    SHOWN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as product:
        places = addresses(product, sights)
        with chromium() as browser:
            for account in dict.fromkeys(sight.who for sight in sights):
                somebody = Somebody(browser, f"http://127.0.0.1:{product.port}", account)
                for sight in (each for each in sights if each.who == account):
                    _take(somebody, sight, places[sight.name])
                somebody.context.close()
    print(f"{len(sights)} pages in {ALL.relative_to(ROOT)}")
    return 0


def _take(somebody: Somebody, sight: Sight, address: str) -> None:
    page = somebody.page
    for mode, (scheme, size) in MODES.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        visit(somebody, sight, address)
        name = f"{sight.name}-{mode}"
        if name in BEST:
            page.screenshot(path=SHOWN / f"{BEST[name]}.png")
        # As high as the page: what keeps to the edge of a window would stand in its middle.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.screenshot(path=ALL / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
