"""A signed-in browser without a screen that keeps its connection and looks at the clock: what a
page costs at the server, without what a real browser makes of it."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from urllib.parse import urlencode

from running import Running

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Reader:
    """Somebody of the demo city, or with "" nobody in particular. Answers are (status, text,
    milliseconds)."""

    def __init__(self, product: Running, account: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
        self._cookie, self._token = "", ""
        page = self.get("/login")[1]
        if not account:
            return
        self._token = _token(page)
        who = {"email": f"{account}@demo.test", "password": "quickwin"}
        assert self.post("/login", who)[0] == 302
        self._token = _token(self.get("/profile")[1])

    def get(self, path: str) -> tuple[int, str, float]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str, float]:
        return self._ask("POST", path, urlencode({"csrf_token": self._token, **fields}), _FORM)

    def log_out(self) -> None:
        """Nothing of it is left among the logins of the account."""
        assert self.post("/logout", {})[0] == 302
        self.close()

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, float]:
        begin = time.perf_counter()
        # Compressed, as every browser asks for it.
        headers = {**headers, "Cookie": self._cookie, "Accept-Encoding": "gzip"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        taken = 1000 * (time.perf_counter() - begin)
        if answer.getheader("Content-Encoding") == "gzip":
            read = gzip.decompress(read)
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.split(";")[0]
        return answer.status, read.decode(errors="replace"), taken


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found.group(1)
