"""What the list of Quick Wins can be narrowed to: each choice, and what the reader calls it.

All are bounded: states, steps, agencies, periods and dimensions. What narrowing means is not known
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask import g
from sqlalchemy import select

from web.frame import say
from workflow.language import Label
from workflow.listing import Filters
from workflow.models import Period, Unit
from workflow.registry import workflows

Choice: TypeAlias = tuple[str, str]  # code and name


@dataclass(frozen=True, kw_only=True)
class Choices:
    state: Sequence[Choice]
    stage: Sequence[Choice]
    unit: Sequence[Choice]
    period: Sequence[Choice]
    dimension: Sequence[Choice]

    def name(self, filter_name: str, code: str) -> str:
        """What a chosen code is called; the code itself where there is no such choice."""
        offered: Sequence[Choice] = getattr(self, filter_name)
        return dict(offered).get(code, code)


def choices(filters: Filters) -> Choices:
    """Those of every definition and period. What a code is called, the definition in force and the
    newest period say."""
    known = workflows(g.session).values()
    states = {code: state.label for each in known for code, state in each.states.items()}
    stages = {code: label for each in known for code, label in each.stages.items()}
    periods = list(g.session.scalars(select(Period).order_by(Period.opens_at)))
    dimensions = {
        each["code"]: Label(**each["label"]) for period in periods for each in period.dimensions
    }
    return Choices(
        state=_named(states),
        stage=_named(stages),
        unit=_units(filters.unit),
        period=[(period.code, period.name) for period in reversed(periods)],
        dimension=_named(dimensions),
    )


def _named(labels: dict[str, Label]) -> list[Choice]:
    return [(code, say(label)) for code, label in labels.items()]


def _units(chosen: str) -> list[Choice]:
    """The OPDs; a unit below one is reached by its address, and stands among them then."""
    rows = g.session.execute(
        select(Unit.code, Unit.name).where(Unit.agency | (Unit.code == chosen)).order_by(Unit.name)
    )
    return [(code, name) for code, name in rows]
