"""A small city for the tests: a few units, one person for every role, one open period.

`World.holder(role)` can act in that role on the Quick Wins that `World.propose` makes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import content as contents
from workflow import period_steps
from workflow.definition import SYSTEM, Workflow
from workflow.document import shipped
from workflow.founding import found
from workflow.machine import perform
from workflow.models import Assignment, City, Definition, Period, Person, QuickWin, Unit
from workflow.registry import store
from workflow.rights import Actor
from workflow.working_days import load_calendar

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)  # a Wednesday, 10.00 WIB
LONG_AGO = date(2020, 1, 1)
DIMENSIONS = [
    {
        "code": "LIV",
        "label": {"id": "Smart Living", "en": "Smart Living"},
        "subdimensions": [{"code": "health", "label": {"id": "Kesehatan", "en": "Health"}}],
    },
    {"code": "GOV", "label": {"id": "Smart Governance", "en": "Smart Governance"}},
]


def proposal(**changes: Any) -> dict[str, Any]:
    """The content of a complete proposal, with `changes`."""
    return {
        "title": "Gempita Beras Merah",
        "dimension": "LIV",
        "instrument": "non_it",
        "problem": "Banyak balita kurang gizi.",
        "summary": "Beras merah untuk balita (data contoh).",
        "objective": "Menurunkan angka gizi kurang.",
        "benefit": "Balita tumbuh sehat.",
        "uniqueness": "Kader menanam sendiri.",
        "beneficiaries": "120 balita",
        "indicators": [
            {"kind": "output", "name": "Posyandu", "baseline": 0, "target": 12, "unit": "pos"},
            {"kind": "outcome", "name": "Gizi", "baseline": "60.5", "target": 80, "unit": "persen"},
        ],
        "milestones": [{"name": "Peluncuran", "date": "2026-09-01"}],
        "budget": 50_000_000,
        "funding_source": "apbd",
        "pic": {"name": "Rina", "position": "Kepala Seksi", "contact": "0811-0000-0001"},
        **changes,
    }


SCORES = dict.fromkeys(shipped().rubric, 3)
JUDGMENT = {"verdict": "approve", "scores": SCORES}
REPORT = {
    "percent": 100,
    "summary": "Semua tercapai.",
    "spent": 49_000_000,
    "actuals": [{"indicator": "Posyandu", "value": 12}, {"indicator": "Gizi", "value": "81.5"}],
}


@dataclass
class World:
    session: Session
    people: dict[str, Person] = field(default_factory=dict)
    now: datetime = NOW

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    def find(self, quick_win_id: int) -> QuickWin:
        """That Quick Win as the database has it now."""
        return self.session.get_one(QuickWin, quick_win_id)

    def holder(self, role: str) -> Actor:
        return SYSTEM if role == SYSTEM else self.people[role]

    def propose(self, unit: str = "DINKES", **changes: Any) -> QuickWin:
        """A new draft of the unit's submitter."""
        by = self.people["submitter" if unit == "DINKES" else f"submitter.{unit.lower()}"]
        return contents.create(self.session, by, unit, proposal(**changes), at=self.now)

    def act(self, quick_win: QuickWin, action: str, who: str, **given: Any) -> None:
        perform(
            self.session,
            quick_win.id,
            action,
            self.holder(who),
            version=given.pop("version", None),
            note=given.pop("note", "Catatan."),
            data=given.pop("data", None),
            at=given.pop("at", self.now),
        )

    def bring_to(self, state: str, **changes: Any) -> QuickWin:
        """A Quick Win in that state of the shipped life cycle, brought there through the door."""
        quick_win = self.propose(**changes)
        for step in PATHS[state]:
            step(self, quick_win)
        assert quick_win.state == state
        return quick_win


def _by(action: str, who: str, **given: Any) -> Callable[[World, QuickWin], None]:
    return lambda world, quick_win: world.act(quick_win, action, who, **given)


def _decree(effect: str) -> Callable[[World, QuickWin], None]:
    def issue(world: World, quick_win: QuickWin) -> None:
        from workflow import decrees

        decrees.issue(
            world.session,
            world["decree_officer"],
            period=quick_win.period.code,
            number=f"503/Kep.{quick_win.id}-{effect}/2026",
            on=world.now.date(),
            **{effect: [quick_win.id]},
            at=world.now,
        )

    return issue


_ENDORSED = [_by("submit", "submitter"), _by("endorse", "head")]
_JUDGED = [
    *_ENDORSED,
    _by("verify", "verifier"),
    _by("judge", "reviewer", data=JUDGMENT),
    _by("judge", "reviewer2", data=JUDGMENT),
]
_APPROVED = [*_JUDGED, _by("approve", "chair")]
_ESTABLISHED = [*_APPROVED, _decree("establishes")]
_STARTED = [*_ESTABLISHED, _by("start", "submitter")]
PATHS: dict[str, list[Callable[[World, QuickWin], None]]] = {
    "draft": [],
    "endorsement": _ENDORSED[:1],
    "verification": _ENDORSED,
    "review": [*_ENDORSED, _by("verify", "verifier")],
    "decision": _JUDGED,
    "revision": [*_JUDGED, _by("request_revision", "chair")],
    "approved": _APPROVED,
    "rejected": [*_JUDGED, _by("reject", "chair")],
    "withdrawn": [*_ENDORSED, _by("withdraw", "head")],
    "established": _ESTABLISHED,
    "implementation": _STARTED,
    "suspended": [*_STARTED, _by("suspend", "verifier")],
    "completed": [*_STARTED, _by("report", "submitter", data=REPORT), _by("complete", "verifier")],
    "discontinued": [*_STARTED, _by("discontinue", "chair")],
    "revoked": [*_ESTABLISHED, _decree("revokes")],
}


def settle(session: Session, workflow: Workflow | None = None) -> None:
    """Fill an empty, migrated database with the city. The caller commits."""
    found(session)
    city = session.get_one(City, 1)
    city.name, city.province, city.close_of_business = "Kota Contoh", "Provinsi Contoh", time(16)
    units = _units(session)
    for name, role, unit, home in _PEOPLE:
        person = Person(
            email=f"{name}@test.test".lower(),
            name=name.title(),
            home_unit=units.get(home or unit),
            language="en" if name == "reviewer2" else "id",
        )
        person.assignments.append(
            Assignment(
                role=role, unit=units.get(unit), capacity=f"Sebagai {role}", valid_from=LONG_AGO
            )
        )
        session.add(person)
    session.add_all(
        [_period("2025", NOW - timedelta(days=500)), _period("2026", NOW - timedelta(days=60))]
    )
    session.flush()
    period_steps.moved(session, load_calendar(session), at=NOW)


def use(session: Session, workflow: Workflow) -> Definition:
    """Make another definition the active one."""
    session.execute(update(Definition).values(active=False))
    return store(session, workflow, activate=True)


def gather(session: Session) -> World:
    """The world of a database that was settled."""
    people = session.scalars(select(Person))
    return World(session, {person.email.partition("@")[0]: person for person in people})


_PEOPLE = (
    ("submitter", "submitter", "DINKES", ""),
    ("head", "head", "DINKES", ""),
    ("submitter.dkiss", "submitter", "DKISS", ""),
    ("head.dkiss", "head", "DKISS", ""),
    ("submitter.kec", "submitter", "KEC", ""),
    ("head.kec", "head", "KEC", ""),
    ("submitter.kel", "submitter", "KEL", ""),
    ("verifier", "verifier", "", "DKISS"),
    ("verifier2", "verifier", "", ""),
    ("reviewer", "reviewer", "", ""),
    ("reviewer2", "reviewer", "", ""),
    ("reviewer3", "reviewer", "", "DINKES"),
    ("mentor", "mentor", "", ""),
    ("chair", "chair", "", ""),
    ("decree_officer", "decree_officer", "", ""),
    ("mayor", "mayor", "", ""),
    ("inspector", "inspector", "", ""),
    ("admin", "admin", "", ""),
)


def _units(session: Session) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for code, parent in (
        ("DINKES", ""),
        ("UPTD", "DINKES"),
        ("DKISS", ""),
        ("KEC", ""),
        ("KEL", "KEC"),
    ):
        above = units.get(parent)
        unit = Unit(
            code=code,
            name=f"Unit {code}",
            abbreviation=code,
            kind="dinas",
            agency=above is None,
            parent=above,
            path=[],
        )
        session.add(unit)
        session.flush()
        unit.path = [*(above.path if above else ()), unit.id]
        units[code] = unit
    session.flush()
    return units


def _period(code: str, opens: datetime) -> Period:
    return Period(
        code=code,
        name=f"Periode {code}",
        year=int(code),
        opens_at=opens,
        closes_at=opens + timedelta(days=120),
        parameters={},
        dimensions=DIMENSIONS,
    )
