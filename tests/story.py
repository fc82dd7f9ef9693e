"""The story of one Quick Win of a demo OPD that has nothing yet: who does what, who gets a mail.

Used by the browser and by the API: the same people, in the same order.
"""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from processes import wait_until

OPD = "DINSOS"
TITLE = "Pelita Lansia"
SOON = 10.0  # seconds in which a mail leaves


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act: by which account, in which state it ends, and whose mail says so."""

    who: str
    action: str
    state: str
    mails: tuple[str, ...]
    note: str = ""


STEPS = (
    Step(who="dinsos", action="submit", state="endorsement", mails=("head.dinsos",)),
    Step(
        who="head.dinsos",
        action="endorse",
        state="verification",
        mails=("verifier", "verifier2", "dinsos"),
    ),
    Step(
        who="verifier",
        action="verify",
        state="review",
        mails=("reviewer1", "reviewer2", "reviewer3", "dinsos"),
    ),
    Step(who="reviewer1", action="judge", state="review", mails=()),
    Step(who="reviewer2", action="judge", state="decision", mails=("chair", "dinsos")),
    Step(who="chair", action="approve", state="approved", mails=("legal", "dinsos", "head.dinsos")),
    Step(who="legal", action="establish", state="established", mails=("dinsos", "head.dinsos")),
    Step(who="dinsos", action="start", state="implementation", mails=("head.dinsos",)),
    Step(who="dinsos", action="report", state="implementation", mails=("verifier",)),
    Step(who="verifier", action="complete", state="completed", mails=("dinsos", "head.dinsos")),
)
LONG = {
    "problem": "Lansia yang tinggal sendiri jarang dikunjungi petugas.",
    "summary": "Relawan mengunjungi lansia setiap minggu (data contoh).",
    "objective": "Setiap lansia tunggal dikunjungi sekali seminggu.",
    "benefit": "Lansia merasa aman dan keluhan kesehatan cepat diketahui.",
    "uniqueness": "Relawan adalah tetangga, bukan petugas.",
    "beneficiaries": "340 lansia di 8 kecamatan",
}
INDICATOR = {"kind": "outcome", "name": "Lansia dikunjungi", "unit": "persen"}
PIC = {"name": "Sari Wulandari", "position": "Kepala Seksi", "contact": "0811-0000-0099"}
SCORES = (
    *("formulation", "appeal", "benefit", "uniqueness", "partnership"),
    *("potential", "continuity", "resources", "risk", "sustainability"),
)


def next_month() -> datetime:
    return datetime.now(UTC) + timedelta(days=30)


def content() -> dict[str, Any]:
    """As a program sends it."""
    return {
        "title": TITLE,
        "dimension": "SOC",
        "instrument": "non_it",
        **LONG,
        "indicators": [{**INDICATOR, "baseline": "12.5", "target": 100}],
        "milestones": [{"name": "Peluncuran", "date": next_month().date().isoformat()}],
        "budget": 50_000_000,
        "funding_source": "apbd",
        "pic": PIC,
    }


def data_of(action: str) -> dict[str, Any]:
    """What a program sends beside version and note."""
    return {
        "judge": {"verdict": "approve", "scores": dict.fromkeys(SCORES, 3)},
        "report": {
            "percent": 100,
            "summary": "Semua lansia sudah dikunjungi.",
            "spent": 48_500_000,
            "actuals": [{"indicator": INDICATOR["name"], "value": 100}],
        },
    }.get(action, {})


class Mails:
    """What the catcher of the running product has for an account."""

    def __init__(self, address: str) -> None:
        self._address = address

    def subjects(self, account: str) -> list[str]:
        """Of the mails about the story's Quick Win, newest first."""
        page = self._page(account)
        found = re.findall(r'<h2 class="mail-subject"[^>]*>(.*?)</h2>', page, re.DOTALL)
        return [unescape(subject) for subject in found if TITLE in unescape(subject)]

    def count(self, account: str) -> int:
        return len(self.subjects(account))

    def text(self, account: str) -> str:
        return unescape(self._page(account))

    def arrived(self, before: dict[str, int], limit: float = SOON) -> dict[str, int]:
        """How many more each account has, as soon as each has one more; {} if that never comes."""

        def more() -> dict[str, int]:
            return {account: self.count(account) - was for account, was in before.items()}

        return more() if wait_until(lambda: all(n >= 1 for n in more().values()), limit) else {}

    def _page(self, account: str) -> str:
        query = urllib.parse.urlencode({"to": f"{account}@demo.test"})
        with urllib.request.urlopen(f"{self._address}/outbox?{query}", timeout=10) as answer:
            text: str = answer.read().decode()
            return text
