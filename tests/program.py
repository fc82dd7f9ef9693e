"""A program that uses the API of the running product, as one person: urllib and a bearer token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from typing import Any

from running import ROOT, Running


class Program:
    """`call` answers (status, JSON)."""

    def __init__(self, product: Running, account: str) -> None:
        self._address = f"http://127.0.0.1:{product.port}/api/v1"
        self._token = command(product, "token", f"{account}@demo.test").strip()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def act(self, quick_win: int, action: str, data: dict[str, Any]) -> dict[str, Any]:
        """The Quick Win after the act."""
        _status, before = self.call("GET", f"/quick-wins/{quick_win}")
        status, after = self.call(
            "POST",
            f"/quick-wins/{quick_win}/actions/{action}",
            {"version": before["version"], **data},
        )
        assert status == 200, after
        return after


def command(product: Running, *words: str) -> str:
    """What a command of the command line says, beside the product. AssertionError if it refuses."""
    done = subprocess.run(
        [sys.executable, "-m", "quickwin.cli", *words],
        cwd=ROOT,
        env={"QUICKWIN_DATA_DIR": str(product.folder), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
