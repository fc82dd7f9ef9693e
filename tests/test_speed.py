"""Every page under 100 ms at the server: the production server, the demo data, the median."""

from __future__ import annotations

import http.client
import re
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from program import Program
from running import Running, running

pytestmark = pytest.mark.long
LIMIT_MS = 100
ROUNDS = 15
# The submitter's editable draft and the chair's fullest Quick Win are found by the API.
PAGES = ("/", "/quick-wins", "/coverage", "/decrees", "/quick-wins/{id}")
# What only some people may look at.
MORE_PAGES = dict.fromkeys(("chair", "inspector", "admin"), ("/plenary", "/overview"))


class Reader:
    """A signed-in browser that keeps its connection, and looks at the clock."""

    def __init__(self, port: int, account: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookie = ""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/login")[1])
        assert token
        body = urlencode(
            {
                "csrf_token": token.group(1),
                "email": f"{account}@demo.test",
                "password": "quickwin",
            }
        )
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert self._ask("POST", "/login", body, form)[0] == 302

    def get(self, path: str) -> tuple[int, str, float]:
        """(status, text, milliseconds)"""
        return self._ask("GET", path, None, {})

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, float]:
        begin = time.perf_counter()
        self._connection.request(method, path, body, {**headers, "Cookie": self._cookie})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        taken = 1000 * (time.perf_counter() - begin)
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.split(";")[0]
        return answer.status, text, taken


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest.mark.parametrize("account", ["chair", "inspector", "reviewer1", "dinkes", "admin"])
def test_every_page_is_under_100_ms(product: Running, account: str) -> None:
    reader = Reader(product.port, account)
    listed = Program(product, account).call("GET", "/quick-wins?limit=500")[1]["items"]
    pages = [page.format(id=listed[0]["id"]) for page in (*PAGES, *MORE_PAGES.get(account, ()))]

    medians = {page: _median(reader, page) for page in pages}

    reader.close()
    print({page: round(taken) for page, taken in medians.items()})
    assert max(medians.values()) < LIMIT_MS, medians


def _median(reader: Reader, page: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        status, _text, milliseconds = reader.get(page)
        assert status == 200, page
        taken.append(milliseconds)
    return statistics.median(taken)
