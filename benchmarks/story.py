"""The city of the bench: the demo, and some Quick Wins more that are being implemented.

One client moves one of them to and fro for ever: suspended by a verifier, resumed by the same one.
Both acts are plain rows of the shipped table, told to two people each, with a deadline of five due
rows in either state. How an act is performed is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from quickwin import demo
from workflow import content, decrees
from workflow.document import shipped
from workflow.machine import perform
from workflow.models import Period, Person, QuickWin

ACTS = {"implementation": ("suspend", "Menunggu anggaran."), "suspended": ("resume", "")}
VERIFIER = "verifier@demo.test"
TITLE = "Bangku Uji {}"
_WAY = (
    ("dinkes", "submit"),
    ("head.dinkes", "endorse"),
    ("verifier", "verify"),
    ("reviewer1", "judge"),
    ("reviewer2", "judge"),
    ("chair", "approve"),
)


def fill(session: Session, clients: int) -> None:
    """The Quick Wins of that many clients in a city that is otherwise the demo's; the caller
    commits. `db.Session` is bound to the same database."""
    demo.load(lambda _: None)
    at = datetime.now(UTC)
    people = {person.email.partition("@")[0]: person for person in session.scalars(select(Person))}
    period = session.scalars(select(Period).where(Period.closes_at > at)).one()
    found = [
        content.create(session, people["dinkes"], "DINKES", _proposal(number, period), at=at).id
        for number in range(clients)
    ]
    for quick_win_id in found:
        for who, action in _WAY:
            data = _JUDGMENT if action == "judge" else None
            perform(session, quick_win_id, action, people[who], version=None, data=data, at=at)
    decrees.issue(
        session,
        people["legal"],
        period=period.code,
        number="503/Kep.Uji",
        on=at.date(),
        establishes=found,
        at=at,
    )
    for quick_win_id in found:
        perform(session, quick_win_id, "start", people["dinkes"], version=None, at=at)


def quick_win_of(session: Session, number: int) -> QuickWin:
    """The one that the client of that number moves."""
    title = TITLE.format(number)
    return session.scalars(select(QuickWin).where(QuickWin.title == title)).one()


def acts_from(state: str) -> Iterator[tuple[str, str]]:
    """(action, note) of what comes next, without end."""
    states = list(ACTS)
    return cycle(ACTS[code] for code in (state, *(other for other in states if other != state)))


def verifier(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.email == VERIFIER)).one()


_JUDGMENT = {"verdict": "approve", "scores": dict.fromkeys(shipped().rubric, 3)}


def _proposal(number: int, period: Period) -> dict[str, Any]:
    """As long as people write."""
    text = "Warga menunggu lama karena data dicatat berulang kali di beberapa loket. " * 10
    return {
        "title": TITLE.format(number),
        "dimension": period.dimensions[0]["code"],
        "instrument": "non_it",
        **dict.fromkeys(("problem", "summary", "objective", "benefit", "uniqueness"), text),
        "beneficiaries": "340 warga di 8 kecamatan",
        "indicators": [
            {"kind": "output", "name": "Loket", "baseline": 0, "target": 12, "unit": "loket"},
            {"kind": "outcome", "name": "Puas", "baseline": "60.5", "target": 80, "unit": "persen"},
        ],
        "milestones": [{"name": "Peluncuran", "date": period.closes_at.date().isoformat()}],
        "budget": 50_000_000,
        "funding_source": "apbd",
        "pic": {"name": "Rina", "position": "Kepala Seksi", "contact": "0811-0000-0001"},
    }
