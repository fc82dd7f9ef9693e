"""The people of a simulated year: how long each takes, who never answers, who is away.

Every morning each looks at what waits, and decides when to act on it; what they decide is drawn
from the Quick Win, the visit and a seed, so that the same year comes out each time. Everything they
do goes through the door. What the clock does about it is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from simulated import Simulation
from sqlalchemy import select
from world import JUDGMENT, REPORT, World, proposal

from quickwin.demo.city import make_city, make_people, make_units
from workflow import content, db, decrees, delegations, periods
from workflow.delegations import Wish
from workflow.dimensions import shipped_dimensions
from workflow.founding import found
from workflow.machine import available
from workflow.models import QuickWin
from workflow.period_faults import NewPeriod

SEED = 2026
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
OPENS, CLOSES = date(2026, 1, 12), date(2026, 3, 13)
MORNING = time(8, 30)
DECREES = [date(2026, *day) for day in ((4, 30), (5, 29), (6, 30), (8, 31))]
FINISHED = date(2026, 11, 2)  # from then on they report that all is done
NEVER_BEGIN, NEVER_SEND = {"SETWAN", "KEC-CIBEBER"}, {"SATPOLPP", "KEC-GEROGOL"}
SLOW_HEADS = {"DINKES", "DPUTR", "DISHUB", "BPKAD", "KEC-CILEGON"}
NEVER_REPORT = {"DISNAKER", "KEC-JOMBANG"}
SUSPENDED = {"DINSOS": date(2026, 7, 6), "DLH": date(2026, 8, 3)}
EXTENDED = {"DINDIK": 15, "DISPERINDAG": 10}  # working days more, for the verification
AWAY = ("head.dinkes", "head.dinsos", date(2026, 2, 2), date(2026, 3, 31))


@dataclass(frozen=True, kw_only=True)
class Usual:
    """Who acts in a state, within how many working days, and what they choose, out of a hundred."""

    who: str
    within: tuple[int, int]
    chooses: tuple[tuple[str, int], ...]
    silent: int = 0  # out of a hundred do not act at all


USUAL = {
    "draft": Usual(who="submitter", within=(1, 22), chooses=(("submit", 100),)),
    "endorsement": Usual(
        who="head", within=(0, 3), chooses=(("endorse", 88), ("return", 12)), silent=3
    ),
    "verification": Usual(
        who="verifier", within=(1, 7), chooses=(("verify", 82), ("request_revision", 18))
    ),
    "decision": Usual(
        who="chair",
        within=(1, 9),
        chooses=(("approve", 76), ("request_revision", 16), ("reject", 8)),
    ),
    "revision": Usual(who="submitter", within=(2, 9), chooses=(("resubmit", 100),), silent=25),
    "established": Usual(who="submitter", within=(1, 13), chooses=(("start", 100),), silent=4),
    "suspended": Usual(who="verifier", within=(30, 40), chooses=(("resume", 100),)),
}
REVIEWERS = {"reviewer1": (1, 8), "reviewer2": (4, 15), "reviewer3": (30, 40)}


def settle_year(simulation: Simulation) -> None:
    """The city with its 37 OPDs and 85 people, and one period."""
    with db.Session.begin() as session:
        found(session)
        make_city(session, simulation.now)
        units = make_units(session, simulation.now, FIRST)
        make_people(session, units, FIRST)
        period = NewPeriod(
            code="2026",
            name="Quick Win 2026",
            year=2026,
            opens=OPENS,
            closes=CLOSES,
            dimensions=shipped_dimensions(),
        )
        periods.add(session, period, None, at=simulation.now)


class People:
    """All of them, over one simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._calendar = simulation.calendar
        self._planned: set[tuple[Any, ...]] = set()

    def live(self) -> None:
        """Script the year."""
        day = FIRST
        while day <= LAST:
            if self._calendar.is_working_day(day):
                self._at(day, MORNING, self._look)
            day += timedelta(days=1)
        self._at(OPENS, time(9), self._begin)
        self._at(AWAY[2] - timedelta(days=3), time(11), self._go_away)
        for number, when in enumerate(DECREES, 1):
            self._at(when, time(11), lambda world, n=number: self._establish(world, n))

    # ------------------------------------------------------------ what happens on a day

    def _begin(self, world: World) -> None:
        """Each OPD decides when to begin its draft."""
        for account in sorted(world.people):
            head = f"head.{account}"
            if head in world.people and account.upper() not in NEVER_BEGIN:
                chance = self._chance(account, "begins")
                days, hour = chance.randint(0, 20), chance.randint(9, 15)
                self._in(days, hour, lambda world, who=account: self._create(world, who))

    def _create(self, world: World, who: str) -> None:
        title = f"Layanan {who.upper()}"
        content.create(world.session, world[who], who.upper(), proposal(title=title), at=world.now)

    def _go_away(self, world: World) -> None:
        away, instead, first, last = AWAY
        wish = Wish(
            delegator=world[away].id,
            delegate=world[instead].id,
            valid_from=first,
            valid_to=last,
            reason="Cuti besar.",
        )
        delegations.begin(world.session, wish, world[away], at=world.now)

    def _establish(self, world: World, number: int) -> None:
        approved = select(QuickWin.id).where(QuickWin.state == "approved").order_by(QuickWin.id)
        if ids := world.session.scalars(approved).all():
            decrees.issue(
                world.session,
                world["legal"],
                period="2026",
                number=f"503/Kep.{number}/2026",
                on=self._calendar.day_of(world.now),
                establishes=list(ids),
                at=world.now,
            )

    def _look(self, world: World) -> None:
        """Everybody plans what to do with what is new."""
        for quick_win in world.session.scalars(select(QuickWin).order_by(QuickWin.id)):
            key = (quick_win.id, quick_win.visit)
            if quick_win.state == "implementation":
                self._plan_implementation(world, quick_win)
            elif key not in self._planned:
                self._planned.add(key)
                self._plan(world, quick_win)

    # ------------------------------------------------------------ what is done with one

    def _plan(self, world: World, quick_win: QuickWin) -> None:
        unit, state = quick_win.unit.code, quick_win.state
        if state == "review":
            for who, within in REVIEWERS.items():
                chance = self._chance(quick_win.number, quick_win.visit, who)
                self._intend(quick_win, chance.randint(*within), who, "judge", JUDGMENT)
        if state == "verification" and unit in EXTENDED and quick_win.visit == 3:
            today = self._calendar.day_of(world.now)
            due = self._calendar.shift(today, EXTENDED[unit]).isoformat()
            self._intend(quick_win, 2, "verifier", "extend", {"due_on": due})
        if (usual := USUAL.get(state)) is None or (state == "draft" and unit in NEVER_SEND):
            return
        if state == "endorsement" and unit in SLOW_HEADS:
            usual = replace(usual, within=(4, 20), silent=0)
        chance = self._chance(quick_win.number, quick_win.visit)
        if chance.randint(1, 100) > usual.silent:
            actions, weights = zip(*usual.chooses, strict=True)
            action = chance.choices(actions, weights)[0]
            days = chance.randint(*usual.within) + EXTENDED.get(unit, 0) * (state == "verification")
            self._intend(quick_win, days, usual.who, action, self._data(quick_win, action))

    def _plan_implementation(self, world: World, quick_win: QuickWin) -> None:
        """A report each month, more or less in time; at the end the last one, and completion."""
        unit, today = quick_win.unit.code, self._calendar.day_of(world.now)
        if unit in SUSPENDED and SUSPENDED[unit] == today:
            self._intend(quick_win, 0, "verifier", "suspend", None)
        key = (quick_win.id, today.year, today.month)
        if unit in NEVER_REPORT or key in self._planned:
            return
        self._planned.add(key)
        chance = self._chance(*key)
        first = self._calendar.day_of(quick_win.since)
        if (first.year, first.month) == (today.year, today.month) or chance.randint(1, 100) <= 12:
            return
        days = chance.choices([chance.randint(0, 4), chance.randint(5, 14)], [80, 20])[0]
        final = today >= FINISHED
        report = {**REPORT, "percent": 100 if final else 10 * (today.month - 2)}
        self._intend(quick_win, days, "submitter", "report", report)
        if final:
            self._intend(quick_win, days + chance.randint(1, 4), "verifier", "complete", None)

    def _data(self, quick_win: QuickWin, action: str) -> dict[str, Any] | None:
        if action != "resubmit":
            return None
        return {"summary": f"Diperbaiki untuk kunjungan ke-{quick_win.visit} (data contoh)."}

    def _intend(
        self,
        quick_win: QuickWin,
        days: int,
        who: str,
        action: str,
        data: dict[str, Any] | None,
    ) -> None:
        """Whoever of that role can act then, unless it has moved on meanwhile."""
        number, visit, unit = quick_win.id, quick_win.visit, quick_win.unit.code
        hour = self._chance(number, visit, who, action).randint(9, 15)

        def act(world: World) -> None:
            found = world.find(number)
            if found.visit != visit:
                return
            actor = self._actor(world, found, who, unit, action)
            if actor is None:
                return  # their day comes; the clock says so
            if action == "resubmit":
                content.save(
                    world.session,
                    number,
                    world[unit.lower()],
                    data or {},
                    version=None,
                    at=world.now,
                )
            world.act(found, action, actor, data=None if action == "resubmit" else data)

        self._in(days, hour, act)

    def _actor(
        self, world: World, quick_win: QuickWin, who: str, unit: str, action: str
    ) -> str | None:
        names = {
            "submitter": [unit.lower()],
            "head": [f"head.{unit.lower()}", AWAY[1]],
            "verifier": ["verifier", "verifier2"],
        }.get(who, [who])
        today = self._calendar.day_of(world.now)
        for name in names:
            away = name == AWAY[0] and AWAY[2] <= today <= AWAY[3]
            offers = available(world.session, quick_win, world[name], at=world.now).actions
            if not away and action in offers:
                return name
        return None

    # ------------------------------------------------------------ when

    def _chance(self, *key: object) -> Random:
        return Random("/".join(map(str, (SEED, *key))))

    def _in(self, days: int, hour: int, act: Any) -> None:
        """So many working days from now at that hour; at once, if it is over."""
        today = self._calendar.day_of(self._simulation.now)
        day = self._calendar.shift(today, days) if days else today
        moment = datetime.combine(day, time(hour), self._calendar.zone)
        self._simulation.at(max(moment, self._simulation.now), act)

    def _at(self, day: date, at: time, act: Any) -> None:
        self._simulation.at(datetime.combine(day, at, self._calendar.zone), act)
