"""The first load of every page on a slow line: 1.6 Mbit/s, 150 ms away, nothing in the browser's
store. At most 150 KB come over the line, and the page is there within a second."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import pytest
from browsing import Somebody, chromium
from playwright.sync_api import Browser
from running import Running, running
from sights import SIGHTS, Sight, addresses
from yardstick import milliseconds as yardstick
from yardstick import slower

pytestmark = pytest.mark.timed
BITS, LATENCY_MS = 1_600_000, 150
MOST_BYTES, MOST_MS = 150_000, 1000
ROUNDS = 3
# What is opened by its address; the errors of a form are no first load.
OPENED = [sight for sight in SIGHTS if sight.do is None and sight.expects == 200]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.fixture(scope="module")
def places(product: Running) -> dict[str, str]:
    return addresses(product, OPENED)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("sight", OPENED, ids=lambda sight: sight.name)
def test_the_first_load_is_light_and_fast(
    product: Running, browser: Browser, places: dict[str, str], sight: Sight
) -> None:
    somebody = Somebody(browser, f"http://127.0.0.1:{product.port}", sight.who)
    loads = [(*_load(somebody, places[sight.name]), yardstick()) for _ in range(ROUNDS)]
    somebody.close()

    sizes, times, lengths = zip(*loads, strict=True)
    print(f"{sight.name}: {max(sizes) / 1000:.0f} kB, {statistics.median(times):.0f} ms")
    assert max(sizes) <= MOST_BYTES
    assert statistics.median(times) < MOST_MS * slower(lengths)


def _load(somebody: Somebody, address: str) -> tuple[float, float]:
    """(bytes over the line, milliseconds until everything was loaded) with an empty store."""
    line = somebody.context.new_cdp_session(somebody.page)
    came: list[float] = []
    line.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BITS / 8,
            "uploadThroughput": BITS / 8,
        },
    )
    somebody.page.goto(address, wait_until="load")
    taken = somebody.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart")
    line.detach()
    return sum(came), taken
