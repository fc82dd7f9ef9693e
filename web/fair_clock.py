"""The fair clock in words and bars: of one Quick Win for its page, of all of a period for the
overview. Whose a day is, is found out in `workflow.sides`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from web import charts
from web.charts import Bar
from web.frame import number
from workflow.dossier import Dossier
from workflow.sides import Shares, Side, used


@dataclass(frozen=True, kw_only=True)
class Part:
    """The days of one side; `share` of both, in percent, and where its part of the bar begins."""

    side: str
    label: str
    days: str
    here: str  # of which in this step; "" for none
    begins: float
    share: float


@dataclass(frozen=True, kw_only=True)
class FairClock:
    """`nobody` says why no day is counted now; "" where days are."""

    parts: Sequence[Part]
    nobody: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The medians of all as bars; and a line for each agency, and at the end for all together:
    name, count, median and sum of the agency, median and sum of the city."""

    medians: Sequence[Bar]
    lines: Sequence[tuple[str, int, str, int, str, int]]


def fair_clock(dossier: Dossier, now: datetime) -> FairClock:
    events = [entry.event for entry in dossier.events]
    found = used(dossier.quick_win, events, dossier.around.calendar, now)
    days = {Side.AGENCY: found.agency, Side.CITY: found.city}
    whole, begins, parts = sum(days.values()) or 1, 0.0, []
    for side, count in days.items():
        share = round(100 * count / whole, 2)
        parts.append(
            Part(
                side=side.value,
                label=_name(side),
                days=_days(count),
                here=_here(found.here) if side is found.turn and 0 < found.here < count else "",
                begins=begins,
                share=share,
            )
        )
        begins = share
    return FairClock(parts=parts, nobody="" if found.turn else _nobody(dossier))


def report(rows: Sequence[Shares]) -> Report | None:
    """None where there are none."""
    if not rows:
        return None
    together = rows[-1]
    medians = {Side.AGENCY: together.median_agency, Side.CITY: together.median_city}
    return Report(
        medians=charts.bars(
            [
                Bar(
                    label=_name(side),
                    value=middle,
                    text=_middle(middle),
                    kind=_KINDS[side],
                )
                for side, middle in medians.items()
            ]
        ),
        lines=[
            (
                row.name or _("All together"),
                row.count,
                str(number(row.median_agency)),
                row.agency,
                str(number(row.median_city)),
                row.city,
            )
            for row in rows
        ],
    )


_KINDS = {Side.AGENCY: "primary", Side.CITY: "warning"}


def _name(side: Side) -> str:
    return str(_("The agency") if side is Side.AGENCY else _("The city"))


def _days(count: int) -> str:
    return str(ngettext("%(num)s working day", "%(num)s working days", count))


def _middle(days: float) -> str:
    """A median may lie between two days."""
    if days == int(days):
        return _days(int(days))
    return str(_("%(days)s working days", days=number(days)))


def _here(days: int) -> str:
    return str(ngettext("%(num)s of them in this step", "%(num)s of them in this step", days))


def _nobody(dossier: Dossier) -> str:
    if dossier.state.final:
        return str(_("It has come to its end: no day is counted any more."))
    return str(_("It stands still: these days count for nobody."))
