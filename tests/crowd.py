"""The 85 people of the demo city as programs: each takes what its inbox offers, over HTTP.

Every act has a key of its own, which stands in its note too, so that the ledger can be asked later
what became of it. Where the line breaks the same is sent again under the same key, until there is
an answer or nobody has the patience any more. What is right is not known here.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

from story import content, data_of

TRIES, PAUSE, LIMIT = 12, 1.5, 20.0
NO_ANSWER = 0
CHOICES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "submitter": (("submit", 9), ("resubmit", 9), ("start", 9), ("report", 3), ("comment", 1)),
    "head": (("endorse", 9), ("return", 1), ("comment", 1)),
    "verifier": (("verify", 8), ("request_revision", 2), ("comment", 1)),
    "reviewer": (("judge", 1),),
    "chair": (("approve", 7), ("request_revision", 2), ("reject", 1)),
    "decree_officer": (("comment", 1),),
    "mentor": (("comment", 1),),
}


@dataclass(kw_only=True)
class Try:
    """One act that somebody wanted: how it ended, or None where nobody ever heard."""

    key: str
    who: str
    quick_win: int
    action: str
    says: str = ""  # the summary, in the version that was acted on
    ended: int | None = None  # the status of the answer
    code: str = ""
    state: str = ""  # after it, by the answer


@dataclass
class Crowd:
    """What all of them share."""

    address: str
    seed: str
    hands_off: Collection[int]  # left to the clock
    above: int  # Quick Wins up to this one are not theirs
    tries: list[Try] = field(default_factory=list)
    created: Counter[int] = field(default_factory=Counter)  # by the status of the answer
    reads: Counter[int] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)
    failures: list[str] = field(default_factory=list)


class Somebody(threading.Thread):
    """One person with a role and a token."""

    def __init__(self, crowd: Crowd, name: str, role: str, unit: str, token: str) -> None:
        super().__init__(name=name, daemon=True)
        self._crowd, self._role, self._unit, self._token = crowd, role, unit, token
        self._chance = Random(f"{crowd.seed}/{name}")
        self._numbers = count(1)
        self._begun = 0

    def run(self) -> None:
        try:
            while not self._crowd.stop.wait(self._chance.uniform(0.5, 5)):
                self._turn()
        except Exception as error:  # noqa: BLE001 - a thread tells nobody else
            self._crowd.failures.append(f"{self.name}: {type(error).__name__}: {error}")

    def _turn(self) -> None:
        if self._role == "submitter" and self._begun < 6 and self._chance.random() < 0.15:
            self._begin()
        listing = "/inbox?limit=100"
        if self._role in ("decree_officer", "mentor", "mayor", "inspector", "admin"):
            listing = "/quick-wins?limit=100"
        answered, page = self._read(listing)
        if answered != 200:
            return
        found = [each for each in page["items"] if self._may_touch(each["id"])]
        if self._role == "decree_officer":
            self._establish([one["id"] for one in found if one["state"] == "approved"])
        elif found:
            self._act(self._chance.choice(found)["id"])

    def _may_touch(self, number: int) -> bool:
        return number > self._crowd.above and number not in self._crowd.hands_off

    def _begin(self) -> None:
        self._begun += 1
        wanted = content() | {"title": f"Layanan {self.name} {self._begun}"}
        status, _ = self._call("POST", "/quick-wins", {"unit": self._unit, "content": wanted})
        self._crowd.created[status] += 1

    def _act(self, number: int) -> None:
        answered, seen = self._read(f"/quick-wins/{number}")
        if answered != 200:
            return
        offered = [(a, n) for a, n in CHOICES.get(self._role, ()) if a in seen["actions"]]
        if not offered:
            return
        action = self._chance.choices([a for a, _ in offered], [n for _, n in offered])[0]
        if action == "resubmit" and self._chance.random() < 0.5:
            seen = self._revise(number, seen)
        body = {"version": seen["version"], **_brought(action)}
        says = seen["content"].get("summary", "")
        key = f"{self.name}-{next(self._numbers)}"
        one = Try(key=key, who=self.name, quick_win=number, action=action, says=says)
        self._crowd.tries.append(one)
        path = f"/quick-wins/{number}/actions/{action}"
        self._until_heard(one, path, {**body, "note": key}, {"Idempotency-Key": key})

    def _revise(self, number: int, seen: dict[str, Any]) -> dict[str, Any]:
        """Change what is judged, if the line holds; how it then is."""
        text = f"Diperbaiki {next(self._numbers)} oleh {self.name}."
        body, match = {"content": {"summary": text}}, {"If-Match": str(seen["version"])}
        status, answer = self._call("PATCH", f"/quick-wins/{number}", body, match)
        return answer if status == 200 else seen

    def _establish(self, numbers: list[int]) -> None:
        if not numbers:
            return
        key = f"503/Kep.{self.name}-{next(self._numbers)}/2026"
        tries = [
            Try(key=key, who=self.name, quick_win=each, action="establish") for each in numbers
        ]
        self._crowd.tries += tries
        _, periods = self._read("/periods")
        newest = max((each["code"] for each in periods.get("items", ())), default="2026")
        today = datetime.now(UTC).date().isoformat()
        body = {"period": newest, "number": key, "date": today, "quick_wins": numbers}
        status, answer = self._call("POST", "/decrees", body)  # tried once: its number is its key
        for one in tries:
            one.ended = None if status == NO_ANSWER or status >= 500 else status
            one.code = answer.get("code", "")
            one.state = "established" if status == 201 else ""

    def _until_heard(
        self, one: Try, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> None:
        for _ in range(TRIES):
            status, answer = self._call("POST", path, body, headers)
            if status != NO_ANSWER and status < 500:
                one.ended, one.code = status, answer.get("code", "")
                one.state = answer.get("state", "")
                return
            self._crowd.stop.wait(PAUSE)

    def _read(self, path: str) -> tuple[int, dict[str, Any]]:
        status, answer = self._call("GET", path)
        self._crowd.reads[status] += 1
        return status, answer if status == 200 else {}

    def _call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self._crowd.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _told(error)
        except (OSError, ValueError, EOFError):
            return NO_ANSWER, {}
        except Exception as error:
            if type(error).__module__ != "http.client":
                raise
            return NO_ANSWER, {}


def _told(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(error.read())
    except Exception:  # noqa: BLE001 - cut off, or no JSON: the status says enough
        return {}
    return told


def _brought(action: str) -> dict[str, Any]:
    return {"text": "Mohon dicek."} if action == "comment" else data_of(action)
